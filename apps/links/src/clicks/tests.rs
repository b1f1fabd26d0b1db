use std::path::Path;
use std::sync::Arc;

use imajin_dfos::cbor::from_dag_json;
use imajin_service::testing::{Ask, Person, TestNode, Write};
use imajin_service::{Config, Registration, Service};
use serde_json::json;

use super::round;

const LINK: &str = "itm_000000000000000000000001";

/// Whether a file below a folder has these bytes.
fn stands_in(folder: &Path, word: &str) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return stands_in(&path, word);
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        bytes
            .windows(word.len())
            .any(|part| part == word.as_bytes())
    })
}

#[tokio::test]
async fn clicks_are_numbers_and_no_file_has_who_clicked() {
    let services: Vec<Arc<dyn Service>> =
        vec![Arc::new(imajin_auth::Auth::new()), Arc::new(crate::Links)];
    let config = Config {
        registration: Some(Registration::Open),
        ..Config::default()
    };
    let node = TestNode::start(services, config, 211).await.unwrap();
    imajin_auth::begin_node_identity(&node.node).await.unwrap();
    let mut ada = Person::new(1);
    assert_eq!(ada.create(&node, None).await.unwrap().status, 201);
    let token = ada.sign_in(&node).await.unwrap();
    let mut write = Write::new(&ada.did, "links.put");
    let body = json!({ "title": "bread", "url": "https://bread.example/" });
    write.body = Some(from_dag_json(&body).unwrap());
    write.reference = Some(LINK.to_owned());
    assert_eq!(ada.write(&node, &write).await.unwrap().status, 201);

    let go = || Ask::get(format!("/links/go/{}/{LINK}", ada.did));
    for _ in 0..2 {
        let click = go()
            .header("user-agent", "canarybrowser")
            .header("referer", "https://canaryplace.example/");
        assert_eq!(node.send(click).await.unwrap().status, 303);
    }
    let ahead = go().header("sec-purpose", "prefetch");
    assert_eq!(node.send(ahead).await.unwrap().status, 303);
    assert_eq!(node.send(go().bearer(&token)).await.unwrap().status, 303);

    let clicks = async || {
        // A session does not outlast the day.
        let token = ada.sign_in(&node).await.unwrap();
        let ask = Ask::get(format!("/links/api/items?owner={}", ada.did)).bearer(&token);
        node.send(ask).await.unwrap().json()["items"][0]["clicks"].clone()
    };
    round(&node.node).await.unwrap();
    assert_eq!(clicks().await, 0, "the day is not over");
    node.clock.pass(std::time::Duration::from_secs(24 * 3600));
    for _ in 0..2 {
        round(&node.node).await.unwrap();
        assert_eq!(clicks().await, 2, "each once, and a day once");
    }
    for word in ["canarybrowser", "canaryplace"] {
        assert!(!stands_in(node.node.data(), word), "{word}");
    }
}

#[tokio::test]
async fn one_address_counts_thirty_times_an_hour() {
    let services: Vec<Arc<dyn Service>> = vec![Arc::new(crate::Links)];
    let node = TestNode::start(services, Config::default(), 212)
        .await
        .unwrap();
    let waiting = super::Waiting::default();
    let did = node.node.did().clone();
    let from = "192.0.2.1".parse().ok();
    for _ in 0..40 {
        waiting.note(&node.node, from, &did, LINK);
    }
    assert_eq!(waiting.take().values().sum::<u32>(), 30);
    node.clock.pass(std::time::Duration::from_secs(3600));
    waiting.note(&node.node, from, &did, LINK);
    assert_eq!(waiting.take().values().sum::<u32>(), 1);
}
