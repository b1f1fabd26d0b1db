//! Lists, filters, pages and numbers.

use serde_json::{Value, json};

use crate::support::{DAY_MS, Node, Server};

fn ids(body: &Value) -> Vec<String> {
    let nodes = body["nodes"].as_array().unwrap().iter();
    nodes.map(|node| node["id"].as_str().unwrap().to_owned()).collect()
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
        nodes.push(Node::new(&format!("node-{number}")).with_members(more));
    }
    for node in &nodes[..20] {
        server.registered(node).await;
    }
    server.clock.add_ms(3 * DAY_MS);
    for node in &nodes[20..] {
        server.registered(node).await;
    }
    for (query, total) in [
        ("?status=all", 25),
        ("", 5),
        ("?status=active", 5),
        ("?status=stale", 20),
        ("?status=expired", 0),
        ("?status=all&service=auth", 25),
        ("?status=all&service=chat", 13),
        ("?service=nothing", 0),
        ("?status=all&capability=c0", 5),
        ("?status=all&scope=community", 12),
        ("?status=all&service=chat&capability=c0", 3),
        ("?service=chat&capability=c0&scope=family&status=stale", 2),
        ("?service=chat&scope=community", 0),
        ("?service=&status=", 5),
    ] {
        let path = format!("/node/list{query}");
        let body = server.ok(&path).await;
        assert_eq!(body["total"], total, "{query}");
        assert_eq!(server.number(&path, "x-total-nodes").await, total, "{query}");
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
    let all = ids(&server.ok("/node/list?status=all&limit=100").await);
    for limit in [1, 7, 25] {
        let mut walked = Vec::new();
        loop {
            let offset = walked.len();
            let page =
                server.ok(&format!("/node/list?status=all&limit={limit}&offset={offset}")).await;
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
    let mut node = Node::new("alpha").with_members(json!({ "services": ["auth", "chat"] }));
    server.registered(&node).await;
    node.more = json!({ "services": ["auth", "media"] });
    server.clock.add_ms(1000);
    server.registered(&node).await;
    for (service, total) in [("auth", 1), ("chat", 0), ("media", 1)] {
        let path = format!("/node/list?service={service}");
        assert_eq!(server.ok(&path).await["total"], total, "{service}");
    }
}

/// Pages by their `next`, as they are while others come and go.
#[tokio::test]
async fn page_by_page() {
    let server = Server::start().await;
    let nodes: Vec<Node> = (0..25).map(|n| Node::new(&format!("node-{n}"))).collect();
    for node in &nodes {
        server.registered(node).await;
    }
    let mut path = "/node/list?limit=10".to_owned();
    let (mut ids, mut sizes) = (Vec::new(), Vec::new());
    loop {
        let page = server.ok(&path).await;
        let rows = page["nodes"].as_array().unwrap();
        ids.extend(rows.iter().map(|row| row["id"].as_str().unwrap().to_owned()));
        sizes.push(rows.len());
        assert_eq!(page["hasMore"], json!(page["next"].is_string()));
        let Some(next) = page["next"].as_str() else {
            break;
        };
        path = format!("/node/list?limit=10&after={next}");
        // A node that registers between two pages shifts no other.
        server.registered(&Node::new(&format!("late-{}", sizes.len()))).await;
    }
    let before = ids.len();
    ids.dedup();
    assert!(ids.len() == before && sizes[..2] == [10, 10]);
    for node in &nodes {
        assert!(ids.contains(&node.did), "{}", node.hostname);
    }
    // Every place by its number is the same seen from either end.
    let all =
        server.ok("/node/list?status=all&limit=100").await["nodes"].as_array().unwrap().clone();
    for offset in 0..=all.len() {
        let page = server.ok(&format!("/node/list?limit=3&offset={offset}")).await;
        let want = &all[offset..(offset + 3).min(all.len())];
        assert_eq!(page["nodes"].as_array().unwrap(), want, "{offset}");
    }
    for wrong in ["x", "active", "x.did:imajin:y"] {
        assert_eq!(server.get(&format!("/node/list?after={wrong}")).await.0, 400);
    }
}

/// Where a node says that it is: shown, and refused where it would lead people to themselves.
#[tokio::test]
async fn addresses_and_url() {
    let server = Server::start().await;
    let members = json!({ "addresses": ["192.168.1.5", "fd00::5"], "url": "https://box.example/" });
    let node = Node::new("athome").with_members(members);
    server.registered(&node).await;
    assert_eq!(server.node(&node).await["url"], "https://box.example");
    for (name, value) in [
        ("addresses", json!(["127.0.0.1"])),
        ("addresses", json!(["0.0.0.0"])),
        ("addresses", json!(["::ffff:127.0.0.1"])),
        ("addresses", json!(["nowhere"])),
        ("addresses", json!(vec!["10.0.0.1"; 5])),
        ("url", json!("javascript:alert(1)")),
        ("url", json!(7)),
    ] {
        let node = Node::new("wrong").with_members(json!({ name: value }));
        let (status, body) = server.register(&node).await;
        assert_eq!((status, &body["field"]), (400, &json!(name)), "{body}");
    }
}
