//! Two registries on one database are one.

use serde_json::json;

use crate::support::{DAY_MS, Node, Server};

#[tokio::test(flavor = "multi_thread")]
async fn two_on_one_database() {
    let first = Server::start_with(|config| config.limits.node_registrations_an_hour = 3).await;
    let other = first.beside().await;
    let node = Node::new("shared");
    first.registered(&node).await;
    assert_eq!(other.node(&node).await["id"], json!(node.did));
    // A name that the one gave is taken at the other.
    assert_eq!(other.register(&Node::new("shared")).await.0, 409);
    other.clock.add_ms(1);
    other.heard(&node).await;
    assert!(first.node(&node).await["lastHeartbeat"].is_string());
    // Both processes share the rate limits.
    for (server, status) in [(&first, 200), (&other, 200), (&first, 429), (&other, 429)] {
        first.clock.add_ms(1);
        assert_eq!(server.register(&node).await.0, status);
    }
    first.clock.add_ms(3 * DAY_MS);
    assert_eq!([first.status(&node).await, other.status(&node).await], ["stale", "stale"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_for_one_name() {
    let first = Server::start().await;
    let other = first.beside().await;
    let nodes: Vec<Node> = (0..12).map(|_| Node::new("wanted")).collect();
    let servers = [&first, &other];
    let mut asking = Vec::new();
    for (number, node) in nodes.iter().enumerate() {
        let url = servers[number % 2].url.clone();
        let body = json!({ "attestation": node.attestation(&first) });
        asking.push(tokio::spawn(async move {
            let request = reqwest::Client::new().post(format!("{url}/node/register"));
            request.body(body.to_string()).send().await.unwrap().status().as_u16()
        }));
    }
    let mut statuses = Vec::new();
    for asked in asking {
        statuses.push(asked.await.unwrap());
    }
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201, "{statuses:?}");
    assert!(statuses[1..].iter().all(|status| *status == 409), "{statuses:?}");
    assert_eq!(first.number("/node/list", "x-total-nodes").await, 1);
    assert_eq!(other.ok("/node/list").await["nodes"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_for_many_names() {
    let first = Server::start().await;
    let other = first.beside().await;
    let servers = [&first, &other];
    let mut asking = Vec::new();
    for number in 0..40 {
        let node = Node::new(&format!("node-{number}"));
        let url = servers[number % 2].url.clone();
        let body = json!({ "attestation": node.attestation(&first) });
        let beat = node.heartbeat(&first);
        asking.push(tokio::spawn(async move {
            let client = reqwest::Client::new();
            for (path, body) in [("register", &body), ("heartbeat", &beat)] {
                let request = client.post(format!("{url}/node/{path}"));
                let answer = request.body(body.to_string()).send().await.unwrap();
                assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
            }
        }));
    }
    for asked in asking {
        asked.await.unwrap();
    }
    for server in servers {
        assert_eq!(server.number("/node/list?service=auth", "x-active-nodes").await, 40);
    }
    let nodes = other.ok("/node/list?limit=100").await;
    assert!(
        nodes["nodes"].as_array().unwrap().iter().all(|node| node["lastHeartbeat"].is_string())
    );
}
