//! Lists, filters, pages and numbers.

use serde_json::{Value, json};

use crate::support::{DAY_MS, Node, Server};

fn ids(body: &Value) -> Vec<String> {
    let nodes = body["nodes"].as_array().unwrap().iter();
    nodes
        .map(|node| node["id"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn filters_pages_and_numbers() {
    let server = Server::start().await;
    let mut nodes = Vec::new();
    for number in 0..25 {
        let mut services = vec!["auth"];
        if number % 2 == 0 {
            services.push("chat");
        }
        let scope = ["family", "community"][number % 2];
        let more = json!({ "services": services, "capabilities": [format!("c{}", number % 5)], "scopes": [scope] });
        nodes.push(Node::new(&format!("node-{number}")).with(more));
    }
    for node in &nodes[..20] {
        server.registered(node).await;
    }
    server.clock.add_ms(3 * DAY_MS);
    for node in &nodes[20..] {
        server.registered(node).await;
    }
    for (query, total) in [
        ("", 25),
        ("?status=active", 5),
        ("?status=stale", 20),
        ("?status=expired", 0),
        ("?service=auth", 25),
        ("?service=chat", 13),
        ("?service=nothing", 0),
        ("?capability=c0", 5),
        ("?scope=community", 12),
        ("?service=chat&capability=c0", 3),
        ("?service=chat&capability=c0&scope=family&status=stale", 2),
        ("?service=chat&scope=community", 0),
        ("?service=", 25),
    ] {
        let path = format!("/node/list{query}");
        let body = server.ok(&path).await;
        assert_eq!(body["total"], total, "{query}");
        assert_eq!(
            server.number(&path, "x-total-nodes").await,
            total,
            "{query}"
        );
        let shown = ids(&body).len() as u64;
        assert_eq!(shown, total.min(20), "{query}");
        assert_eq!(body["hasMore"], total > 20, "{query}");
    }
    let numbers = async |path: &str| {
        let names = ["x-active-nodes", "x-stale-nodes", "x-expired-nodes"];
        let mut numbers = Vec::new();
        for name in names {
            numbers.push(server.number(path, name).await);
        }
        numbers
    };
    assert_eq!(numbers("/node/list").await, [5, 20, 0]);
    assert_eq!(numbers("/node/list?service=chat").await, [3, 10, 0]);

    // Every node once, in one order, whatever the page.
    let all = ids(&server.ok("/node/list?limit=100").await);
    for limit in [1, 7, 25] {
        let mut walked = Vec::new();
        loop {
            let offset = walked.len();
            let page = server
                .ok(&format!("/node/list?limit={limit}&offset={offset}"))
                .await;
            walked.extend(ids(&page));
            if page["hasMore"] == false {
                break;
            }
        }
        assert_eq!(walked, all);
    }
    assert_eq!(server.get("/node/list?status=well").await.0, 400);
    assert_eq!(server.get("/node/list?limit=many").await.0, 400);
    assert_eq!(server.ok("/node/list?limit=100000").await["limit"], 100);
    assert_eq!(server.ok("/node/list?limit=0").await["limit"], 1);
}

#[tokio::test]
async fn what_a_node_says_anew_counts() {
    let server = Server::start().await;
    let mut node = Node::new("alpha").with(json!({ "services": ["auth", "chat"] }));
    server.registered(&node).await;
    node.more = json!({ "services": ["auth", "media"] });
    server.clock.add_ms(1000);
    server.registered(&node).await;
    for (service, total) in [("auth", 1), ("chat", 0), ("media", 1)] {
        let path = format!("/node/list?service={service}");
        assert_eq!(server.ok(&path).await["total"], total, "{service}");
    }
}
