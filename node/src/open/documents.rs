//! The API documents of the services, as build.rs packed them from the apps' `openapi.json`.

use imajin_edge::openapi::Documents;

include!(concat!(env!("OUT_DIR"), "/documents.rs"));

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use imajin_edge::testing::{Ask, TestNode};
    use imajin_host::Config;
    use serde_json::Value as Json;

    use super::*;
    use crate::open::services::all_services;

    /// With `IMAJIN_WRITE_API=1` the files are written instead.
    #[tokio::test]
    async fn each_document_is_what_stands_above_the_handlers() {
        let services = all_services();
        let names: Vec<&str> = services.iter().map(|service| service.name()).collect();
        for name in &names {
            let packed = DOCUMENTS.iter().any(|(packed, _)| packed == name);
            assert!(packed, "{name}: build.rs packs no openapi.json of it");
        }
        let node = TestNode::start(services, Config::default(), 7).await.unwrap();
        for name in names {
            let ask = Ask::get(format!("/{name}/api/spec"));
            let document: Json = node.send(ask).await.json();
            let path =
                Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../apps/{name}/openapi.json"));
            if std::env::var_os("IMAJIN_WRITE_API").is_some() {
                let text = serde_json::to_string_pretty(&document).unwrap();
                fs::write(&path, text + "\n").unwrap();
                continue;
            }
            let kept: Json = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
            assert_eq!(
                kept,
                document,
                "{}: after a change of the API rewrite it with IMAJIN_WRITE_API=1",
                path.display()
            );
        }
    }
}
