//! A disabled capability answers 501 before the request is looked at.

use crate::support::{Person, Server, document};
use serde_json::json;

const CONTENT: [(&str, &str); 3] =
    [("PUT", "/content/x/blob/y"), ("GET", "/content/x/blob"), ("GET", "/content/x/blob/y")];
const SIGNING: [(&str, &str); 5] = [
    ("POST", "/signing/v0/requests"),
    ("GET", "/signing/v0/requests"),
    ("POST", "/signing/v0/requests/x/response"),
    ("GET", "/signing/v0/requests/x/response"),
    ("POST", "/signing/v0/requests/x/decline"),
];

async fn status(server: &Server, (method, path): (&str, &str)) -> (u16, String) {
    let url = format!("{}{path}", server.url);
    let request = server.client.request(method.parse().unwrap(), url).body("nonsense");
    let response = request.send().await.unwrap();
    (response.status().as_u16(), response.text().await.unwrap())
}

#[tokio::test]
async fn each_by_itself() {
    let all = Server::start().await;
    let lists = "identities content credits artifacts countersignatures credentials operations";
    let index: Vec<String> =
        lists.split(' ').map(|list| format!("/index/v0/{list}?did=x")).collect();
    let server = Server::start_with(|config| {
        config.capabilities.content = false;
        config.capabilities.log = false;
        config.capabilities.revocations = false;
        config.capabilities.index = false;
    })
    .await;
    let mut routes: Vec<(&str, &str)> = CONTENT.to_vec();
    routes.extend(index.iter().map(|path| ("GET", path.as_str())));
    routes.push(("GET", "/proof/v1/log?after=x"));
    routes.push(("GET", "/revocations/v1/credential/x"));
    routes.push(("GET", "/revocations/v1/issuer/x"));
    for route in routes {
        assert_eq!(status(&server, route).await.0, 501, "{route:?}");
        assert_ne!(status(&all, route).await.0, 501, "{route:?}");
    }
    for route in SIGNING {
        assert_eq!(status(&all, route).await.0, 501, "{route:?}");
    }
    // Everything else still works.
    let ada = Person::on(&server).await;
    assert_eq!(server.status(&format!("/proof/v1/identities/{}/log", ada.did())).await, 200);
    let on = server.ok("/.well-known/dfos-relay").await["capabilities"].clone();
    for (name, want) in [
        ("proof", true),
        ("write", true),
        ("content", false),
        ("log", false),
        ("revocations", false),
        ("index", false),
    ] {
        assert_eq!(on[name], want, "{name}");
    }
}

#[tokio::test]
async fn a_relay_that_only_reads() {
    let server = Server::start_with(|config| {
        config.capabilities.write = false;
        config.capabilities.signing = true;
    })
    .await;
    let post = ("POST", "/proof/v1/operations");
    assert_eq!(status(&server, post).await.0, 501);
    assert_eq!(status(&server, CONTENT[0]).await.0, 501);
    assert_ne!(status(&server, CONTENT[1]).await.0, 501);
    assert_eq!(status(&server, SIGNING[0]).await.0, 400);
    let did = server.relay.did().to_owned();
    assert_eq!(server.status(&format!("/proof/v1/identities/{did}/log")).await, 200);
    // The content gate comes before the write gate.
    let neither = Server::start_with(|config| {
        config.capabilities.write = false;
        config.capabilities.content = false;
    })
    .await;
    let (code, body) = status(&neither, CONTENT[0]).await;
    assert_eq!(code, 501);
    assert!(body.contains("content plane"), "{body}");
}

#[tokio::test]
async fn what_the_own_people_sign_is_taken_in_where_others_may_not_write() {
    let server = Server::start_with(|config| config.capabilities.write = false).await;
    let ada = Person::new();
    let (text, cid) = document("ours");
    let step = ada.create(&cid, 0);
    let tokens = vec![ada.genesis.clone(), step.token.clone()];
    let (status, _) = server.post_raw(json!({ "operations": tokens }).to_string()).await;
    assert_eq!(status, 501);
    let results = server.relay.submit(tokens).await.unwrap();
    assert_eq!(results[1]["status"], "new", "{results}");
    let id = results[1]["chainId"].as_str().unwrap();
    let put = |bytes: &str| {
        let bytes = bytes.as_bytes().to_vec();
        server.relay.put_document(id, &step.cid, bytes)
    };
    assert!(!put("{}").await.unwrap(), "another document");
    assert!(put(&text).await.unwrap());
}
