//! Signs of life, and what nodes are asked to do.

use serde_json::json;

use crate::support::{DAY_MS, Node, Server, new_key};

#[tokio::test]
async fn heard() {
    let server = Server::start().await;
    let node = Node::new("alpha");
    assert_eq!(server.heartbeat(&node).await.0, 404);
    server.registered(&node).await;
    server.clock.add_ms(DAY_MS);
    let answer = server.heard(&node).await;
    let next = server.clock.text(DAY_MS);
    assert_eq!(answer, json!({ "ack": true, "nextHeartbeat": next, "actions": [] }));
    let listing = server.node(&node).await;
    assert_eq!(listing["lastHeartbeat"], server.clock.text(0));
    assert_eq!(listing["health"]["uptime"], 77);
}

#[tokio::test]
async fn once_and_in_order() {
    let server = Server::start_with(|config| config.limits.heartbeats_an_hour = 2).await;
    let node = Node::new("alpha");
    server.registered(&node).await;
    let first = node.heartbeat(&server);
    let answer = server.post("/node/heartbeat", &first).await;
    assert_eq!(answer.0, 200);
    // An answer that got lost is given again, and costs nothing.
    for _ in 0..5 {
        assert_eq!(server.post("/node/heartbeat", &first).await, answer);
    }
    server.clock.add_ms(1000);
    server.heard(&node).await;
    assert_eq!(server.post("/node/heartbeat", &first).await.0, 409);
    server.clock.add_ms(1000);
    assert_eq!(server.heartbeat(&node).await.0, 429);
    server.clock.add_ms(DAY_MS);
    // Too old to be believed.
    assert_eq!(server.post("/node/heartbeat", &first).await.0, 400);
}

#[tokio::test]
async fn refused() {
    let server = Server::start().await;
    let node = Node::new("alpha");
    server.registered(&node).await;
    let mut forged = node.clone();
    forged.key = new_key();
    assert_eq!(server.heartbeat(&forged).await.0, 401);
    // A message signed for another purpose is not a heartbeat.
    assert_eq!(server.post("/node/heartbeat", &node.attestation(&server)).await.0, 400);
    for (name, value) in [
        ("buildHash", json!("x")),
        ("version", json!("x")),
        ("health", json!("well")),
        ("health", json!({ "x": "y".repeat(5_000) })),
    ] {
        let mut beat = node.heartbeat(&server);
        beat[name] = value;
        let (status, body) = server.post("/node/heartbeat", &beat).await;
        assert_eq!((status, &body["field"]), (400, &json!(name)), "{body}");
    }
    assert_eq!(server.node(&node).await["lastHeartbeat"], json!(null));
}

#[tokio::test]
async fn what_to_do() {
    let server =
        Server::start_with(|config| config.minimum_version = Some("0.9.0".to_owned())).await;
    let mut node = Node::new("alpha");
    server.registered(&node).await;
    // Another program than the one it registered with.
    node.version = "1.0.1".to_owned();
    server.clock.add_ms(1000);
    assert_eq!(server.heard(&node).await["actions"], json!(["reattest"]));
    server.clock.add_ms(1000);
    server.registered(&node).await;
    server.clock.add_ms(22 * DAY_MS);
    assert_eq!(server.heard(&node).await["actions"], json!([]));
    server.clock.add_ms(DAY_MS);
    assert_eq!(server.heard(&node).await["actions"], json!(["renew"]));
    server.clock.add_ms(8 * DAY_MS);
    // A heartbeat does not bring back what has ended.
    assert_eq!(server.heard(&node).await["actions"], json!(["renew"]));
    assert_eq!(server.status(&node).await, "expired");
    node.version = "0.8.9".to_owned();
    server.clock.add_ms(1000);
    server.registered(&node).await;
    assert_eq!(server.heard(&node).await["actions"], json!(["upgrade"]));
}
