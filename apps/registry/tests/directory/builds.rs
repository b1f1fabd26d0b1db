//! Releases, forks, and which programs may register.

use imajin_registry::directory::Policy;
use serde_json::{Value, json};

use crate::support::{Node, Server, new_key, public_hex, registry_key};

fn hash(byte: &str) -> String {
    byte.repeat(32)
}

fn release(version: &str, hashes: &[String]) -> Value {
    json!({ "version": version, "buildHashes": hashes, "releaseDate": "2026-01-01", "notes": "first" })
}

async fn approved() -> Server {
    Server::start_with(|config| config.policy = Policy::Approved).await
}

async fn publish(server: &Server, payload: Value) -> (u16, Value) {
    server.registry_says("/builds", "build.release", payload).await
}

#[tokio::test]
async fn only_what_is_approved_registers() {
    let server = approved().await;
    let mut node = Node::new("alpha");
    let (status, body) = server.register(&node).await;
    assert_eq!(status, 403, "{body}");
    assert!(body["type"].as_str().unwrap().ends_with("build-not-approved"), "{body}");
    // Several programs of one release, with and without the architecture next to them.
    let mut payload = release("1.0.0", &[]);
    payload["buildHashes"] =
        json!([{ "target": "arm64", "hash": hash("cd") }, format!("sha256:{}", hash("ab"))]);
    let (status, body) = publish(&server, payload).await;
    assert_eq!((status, &body["buildHashes"]), (201, &json!([hash("cd"), hash("ab")])), "{body}");
    server.registered(&node).await;
    let verdict = server.post("/builds/verify", &json!({ "buildHash": hash("cd") })).await.1;
    assert_members!(verdict, "approved": true);
    assert_members!(verdict["build"], "version": "1.0.0");
    // The program of one version is not that of another.
    node.version = "1.0.1".to_owned();
    server.clock.add_ms(1);
    assert_eq!(server.register(&node).await.0, 403);

    let mut newer = release("1.1.0", &[hash("11")]);
    newer["minVersion"] = json!("1.0.5");
    assert_eq!(publish(&server, newer).await.0, 201);
    node.version = "1.0.0".to_owned();
    let (status, body) = server.register(&node).await;
    assert!(status == 403 && body["type"].as_str().unwrap().ends_with("build-too-old"), "{body}");
    assert_eq!(server.heard(&node).await["actions"], json!(["upgrade"]));
    let list = server.ok("/builds").await;
    assert_members!(list, "policy": "approved", "minVersion": "1.0.5");
    assert_eq!(list["builds"][0]["version"], "1.1.0");
    assert_eq!(list["total"], 2);
    // Every reader can check the signer.
    let message =
        imajin_protocol::SignedMessage::from_value(list["builds"][0]["message"].clone()).unwrap();
    let now = imajin_relay::Clock::now(&*server.clock);
    message.verify(&registry_key().verifying_key(), now).unwrap();
}

#[tokio::test]
async fn a_release_that_is_taken_back() {
    let server = approved().await;
    let node = Node::new("alpha");
    publish(&server, release("1.0.0", &[hash("ab")])).await;
    server.registered(&node).await;
    let hole = json!({ "version": "1.0.0", "reason": "a hole" });
    let (status, _) = server.registry_says("/builds/withdraw", "build.withdraw", hole).await;
    assert_eq!(status, 200);
    let (status, body) = server.register(&node).await;
    assert_eq!(status, 403);
    assert!(body["error"].as_str().unwrap().contains("a hole"), "{body}");
    assert_eq!(server.heard(&node).await["actions"], json!(["upgrade"]));
    let missing = json!({ "version": "7.0.0", "reason": "x" });
    assert_eq!(server.registry_says("/builds/withdraw", "build.withdraw", missing).await.0, 404);
}

#[tokio::test]
async fn forks_have_keys_of_their_own() {
    let server = approved().await;
    let key = new_key();
    let mut first = release("5.0.0", &[hash("f1")]);
    first["fork"] =
        json!({ "name": "other", "source": "https://git.example/other", "key": public_hex(&key) });
    // A fork does not approve itself.
    let alone = server.word(&key, "build.release", first.clone());
    assert_eq!(server.post("/builds", &alone).await.0, 403);
    assert_eq!(publish(&server, first).await.0, 201);
    // From here on it releases alone, below its own name only.
    let mut second = release("5.1.0", &[hash("f2")]);
    second["fork"] = json!({ "name": "other" });
    second["minVersion"] = json!("5.0.5");
    let word = server.word(&key, "build.release", second.clone());
    assert_eq!(server.post("/builds", &word).await.0, 201);
    let own = server.word(&key, "build.release", release("9.0.0", &[hash("f3")]));
    assert_eq!(server.post("/builds", &own).await.0, 403);
    let mut stranger = second.clone();
    stranger["version"] = json!("5.2.0");
    let stranger = server.word(&new_key(), "build.release", stranger);
    assert_eq!(server.post("/builds", &stranger).await.0, 403);
    // A program belongs to one release.
    let mut taken = second.clone();
    taken["version"] = json!("5.3.0");
    let taken = server.word(&key, "build.release", taken);
    assert_eq!(server.post("/builds", &taken).await.0, 409);

    let mut node = Node::new("alpha");
    (node.version, node.build_hash) = ("5.1.0".to_owned(), hash("f2"));
    server.registered(&node).await;
    // The fork and the registry's own program have separate minimum versions.
    (node.version, node.build_hash) = ("5.0.0".to_owned(), hash("f1"));
    server.clock.add_ms(1);
    assert_eq!(server.register(&node).await.0, 403);
    publish(&server, release("1.0.0", &[hash("ab")])).await;
    server.registered(&Node::new("beta")).await;
    let list = server.ok("/builds").await;
    assert_members!(list["forks"][0], "name": "other", "minVersion": "5.0.5");
    assert_eq!(list["minVersion"], Value::Null);
}

#[tokio::test]
async fn words_are_taken_once() {
    let server = Server::start().await;
    let old = server.word(&registry_key(), "build.release", release("1.0.0", &[hash("ab")]));
    assert_eq!(server.post("/builds", &old).await.0, 201);
    assert_eq!(server.post("/builds", &old).await.0, 409);
    // A wrong purpose, a changed payload, a foreign key, and an expired message are refused.
    assert_eq!(server.post("/node/revoke", &old).await.0, 400);
    let mut changed =
        server.word(&registry_key(), "build.release", release("1.0.1", &[hash("cd")]));
    changed["payload"]["version"] = json!("1.0.2");
    assert_eq!(server.post("/builds", &changed).await.0, 401);
    let other = server.word(&new_key(), "build.release", release("1.0.1", &[hash("cd")]));
    assert_eq!(server.post("/builds", &other).await.0, 403);
    let late = server.word(&registry_key(), "build.release", release("1.0.1", &[hash("cd")]));
    server.clock.add_ms(301_000);
    assert_eq!(server.post("/builds", &late).await.0, 401);
    for (name, value) in [
        ("version", json!("x")),
        ("minVersion", json!("x")),
        ("buildHashes", json!([])),
        ("buildHashes", json!(["x"])),
        ("fork", json!({ "name": "X" })),
        ("releaseDate", Value::Null),
    ] {
        let mut payload = release("2.0.0", &[hash("ee")]);
        payload[name] = value;
        let (status, body) = publish(&server, payload).await;
        assert_eq!((status, &body["field"]), (400, &json!(name)), "{body}");
    }
    assert_eq!(server.ok("/builds").await["total"], 1);
    // Under the open policy an unknown program may register, but is not approved.
    let verdict = server.post("/builds/verify", &json!({ "buildHash": hash("99") })).await.1;
    assert_members!(verdict, "approved": false, "mayRegister": true);
    assert_eq!(server.post("/builds/verify", &json!({})).await.0, 400);
}
