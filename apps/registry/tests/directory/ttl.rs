//! Years of a directory in seconds.

use serde_json::Value;

use crate::support::{DAY_MS, HOUR_MS, Node, Server};

#[tokio::test]
async fn a_node_that_falls_silent_and_comes_back() {
    let server = Server::start().await;
    let node = Node::new("alpha");
    server.registered(&node).await;
    for (days, status) in [(3, "stale"), (4, "unreachable")] {
        server.clock.add_ms(days * DAY_MS - 1);
        assert_ne!(server.status(&node).await, status);
        server.clock.add_ms(1);
        assert_eq!(server.status(&node).await, status);
        assert_eq!(server.number(&format!("/node/list?status={status}"), "x-total-nodes").await, 1);
    }
    server.heard(&node).await;
    assert_eq!(server.status(&node).await, "active");
    server.clock.add_ms(23 * DAY_MS);
    assert_eq!(server.status(&node).await, "expired");
    server.registered(&node).await;
    assert_eq!(server.status(&node).await, "active");
    // A node that stays silent expires, loses its name, and is forgotten.
    server.clock.add_ms(127 * DAY_MS - 1);
    assert_eq!(server.status(&node).await, "expired");
    server.clock.add_ms(1);
    assert_eq!(server.get(&format!("/node/lookup/{}", node.did)).await.0, 404);
    assert_eq!(server.register(&node).await.0, 201);
}

/// Times of each node's last actions.
struct Model {
    node: Node,
    seen_ms: i64,
    expires_ms: i64,
}

impl Model {
    fn status(&self, now_ms: i64) -> Option<&'static str> {
        let silent_ms = now_ms - self.seen_ms;
        match () {
            () if now_ms >= self.expires_ms + 97 * DAY_MS => None,
            () if now_ms >= self.expires_ms => Some("expired"),
            () if silent_ms >= 7 * DAY_MS => Some("unreachable"),
            () if silent_ms >= 3 * DAY_MS => Some("stale"),
            () => Some("active"),
        }
    }
}

/// Three years, in steps of some hours; now and then the directory is restarted.
#[tokio::test]
async fn three_years_of_twelve_nodes() {
    let mut server = Server::start().await;
    let mut nodes = Vec::new();
    for number in 0..12 {
        let node = Node::new(&format!("node-{number}"));
        server.registered(&node).await;
        let seen_ms = server.clock.now_ms();
        nodes.push(Model { node, seen_ms, expires_ms: seen_ms + 30 * DAY_MS });
    }
    let mut dice = 7u64;
    let mut roll = |bound: u64| {
        dice ^= dice << 13;
        dice ^= dice >> 7;
        dice ^= dice << 17;
        dice % bound
    };
    let end_ms = server.clock.now_ms() + 3 * 365 * DAY_MS;
    let mut step = 0;
    while server.clock.now_ms() < end_ms {
        step += 1;
        server.clock.add_ms(HOUR_MS * (1 + roll(60) as i64));
        let now_ms = server.clock.now_ms();
        for (place, model) in nodes.iter_mut().enumerate() {
            // Each is a little less reliable than the one before it.
            if roll(4 + 6 * place as u64) < 3 {
                let (status, body) = server.heartbeat(&model.node).await;
                let is_known = model.status(now_ms).is_some();
                assert_eq!(status, if is_known { 200 } else { 404 }, "{body}");
                if is_known {
                    model.seen_ms = now_ms;
                    let wants = body["actions"].as_array().unwrap();
                    let is_asked = wants.contains(&Value::from("renew"));
                    assert_eq!(is_asked, model.expires_ms - now_ms <= 7 * DAY_MS);
                }
            }
            if roll(30 + 40 * place as u64) < 3 {
                server.registered(&model.node).await;
                (model.seen_ms, model.expires_ms) = (now_ms, now_ms + 30 * DAY_MS);
            }
        }
        if step % 10 == 0 {
            same(&server, &nodes).await;
        }
        if step % 100 == 0 {
            server = server.restarted().await;
        }
    }
    same(&server, &nodes).await;
}

/// The directory and the model say the same, one by one and in numbers.
async fn same(server: &Server, nodes: &[Model]) {
    let now_ms = server.clock.now_ms();
    for name in ["active", "stale", "unreachable", "expired"] {
        let so = nodes.iter().filter(|model| model.status(now_ms) == Some(name));
        let number = server.number("/node/list", &format!("x-{name}-nodes")).await;
        assert_eq!(number, so.count() as u64, "{name}");
    }
    for model in nodes {
        let (status, body) = server.get(&format!("/node/lookup/{}", model.node.did)).await;
        match model.status(now_ms) {
            None => assert_eq!(status, 404),
            Some(name) => assert_eq!(body["status"], name),
        }
    }
}
