//! Tests of the registry's decisions about nodes.

use serde_json::{Value, json};

use crate::support::{DAY_MS, Node, Server, new_key};

#[tokio::test]
async fn revoked_for_all_to_see() {
    let server = Server::start().await;
    let node = Node::new("alpha");
    server.registered(&node).await;
    let payload = json!({ "nodeId": node.did, "reason": "sold tickets that there were not" });
    let stranger = server.word(&new_key(), "node.revoke", payload.clone());
    assert_eq!(server.post("/node/revoke", &stranger).await.0, 403);
    let (status, body) = server.registry_says("/node/revoke", "node.revoke", payload.clone()).await;
    assert_eq!((status, &body["status"]), (200, &json!("revoked")));
    for (status, body) in [server.register(&node).await, server.heartbeat(&node).await] {
        assert_eq!(status, 403);
        assert!(body["error"].as_str().unwrap().contains("sold tickets"), "{body}");
    }
    let server = server.restarted().await;
    server.clock.add_ms(1000 * DAY_MS);
    let listing = server.node(&node).await;
    assert_eq!(listing["status"], "revoked");
    assert_eq!(listing["verdict"]["reason"], payload["reason"]);
    assert_eq!(listing["verdict"]["message"]["payload"], payload);
    assert_eq!(server.number("/node/list", "x-revoked-nodes").await, 1);
    // Nobody takes its name to be taken for it.
    assert_eq!(server.register(&Node::new("alpha")).await.0, 409);
    let lift = json!({ "nodeId": node.did });
    assert_eq!(server.registry_says("/node/reinstate", "node.reinstate", lift).await.0, 200);
    // After so long only the verdict was kept of the node, so it registers as a new one.
    assert_eq!(server.register(&node).await.0, 201);
    assert_eq!(server.node(&node).await["verdict"], Value::Null);
}

#[tokio::test]
async fn suspended_for_a_time() {
    let server = Server::start().await;
    let node = Node::new("alpha");
    server.registered(&node).await;
    let suspend = async |until: Value| {
        let payload = json!({ "nodeId": node.did, "reason": "floods", "until": until });
        server.registry_says("/node/suspend", "node.suspend", payload).await.0
    };
    assert_eq!(suspend(json!(server.clock.text(-1000))).await, 400);
    assert_eq!(suspend(json!("tomorrow")).await, 400);
    assert_eq!(suspend(json!(server.clock.text(2 * DAY_MS))).await, 200);
    assert_eq!(server.status(&node).await, "suspended");
    assert_eq!(server.heartbeat(&node).await.0, 403);
    assert_eq!(server.number("/node/list?status=suspended", "x-total-nodes").await, 1);
    server.clock.add_ms(2 * DAY_MS);
    assert_eq!(server.status(&node).await, "active");
    assert_eq!(server.node(&node).await["verdict"], Value::Null);
    server.heard(&node).await;
    // Without an end until it is lifted.
    assert_eq!(suspend(Value::Null).await, 200);
    server.clock.add_ms(20 * DAY_MS);
    assert_eq!(server.status(&node).await, "suspended");
    let nobody = json!({ "nodeId": Node::new("x").did, "reason": "x" });
    assert_eq!(server.registry_says("/node/suspend", "node.suspend", nobody).await.0, 404);
    let silent = json!({ "nodeId": node.did });
    assert_eq!(server.registry_says("/node/suspend", "node.suspend", silent).await.0, 400);
}
