//! Registering, renewing, names, and what is refused.

use serde_json::{Value, json};

use crate::support::{DAY_MS, HOUR_MS, Node, Server, new_key};

#[tokio::test]
async fn registered_and_renewed() {
    let server = Server::start().await;
    let node = Node::new("alpha").with_members(json!({
        "operators": [Node::new("x").did], "scopes": ["family"], "unknown": {"kept": 1},
    }));
    let (status, body) = server.register(&node).await;
    let expires = server.clock.text(30 * DAY_MS);
    assert_eq!(status, 201);
    assert_eq!(
        body,
        json!({ "status": "active", "subdomain": "alpha.nodes.example", "expiresAt": expires, "chainVerified": false })
    );
    let listing = server.node(&node).await;
    assert_members!(listing, "id": node.did, "services": ["auth", "profile"], "scopes": ["family"]);
    assert_eq!(listing["lastHeartbeat"], Value::Null);
    assert_eq!(listing["attestation"], node.attestation(&server));
    assert_eq!(listing["registeredAt"], server.clock.text(0));
    // A lookup finds the node by each of its names, and by the old form of its DID.
    let multikey = imajin_dfos::PublicKey::from(&node.key).to_multikey();
    for name in ["alpha", "ALPHA.nodes.example", &format!("did:mjn:{multikey}")] {
        assert_eq!(server.ok(&format!("/node/lookup/{name}")).await, listing, "{name}");
    }
    for name in ["beta", "alpha.elsewhere.example", &Node::new("x").did] {
        assert_eq!(server.get(&format!("/node/lookup/{name}")).await.0, 404, "{name}");
    }
    let resolved = server.ok(&format!("/node/resolve/{}", node.did)).await;
    assert_eq!(resolved["url"], "https://alpha.nodes.example");
    assert_eq!(server.get("/node/resolve/nonsense").await.0, 400);

    server.clock.add_ms(20 * DAY_MS);
    let mut renewed = node.clone();
    renewed.hostname = "omega".to_owned();
    let (status, body) = server.register(&renewed).await;
    assert_eq!((status, &body["expiresAt"]), (200, &json!(server.clock.text(30 * DAY_MS))));
    let server = server.restarted().await;
    let listing = server.node(&node).await;
    assert_members!(listing, "hostname": "omega", "registeredAt": server.clock.text(-20 * DAY_MS));
    // The old name is free again.
    assert_eq!(server.register(&Node::new("alpha")).await.0, 201);
}

#[tokio::test]
async fn what_has_another_form() {
    let server = Server::start().await;
    for (field, value) in [
        ("nodeId", json!("did:web:x")),
        ("nodeId", json!(1)),
        ("publicKey", json!("ab")),
        ("publicKey", Value::Null),
        ("buildHash", json!("xyz")),
        ("sourceCommit", json!("main")),
        ("version", json!("latest")),
        ("hostname", json!("a")),
        ("hostname", json!("Alpha")),
        ("hostname", json!("-alpha")),
        ("hostname", json!("www")),
        ("hostname", json!("xn--alpha")),
        ("services", json!("auth")),
        ("services", json!(["AUTH"])),
        ("services", json!(vec!["a"; 65])),
        ("capabilities", json!([1])),
        ("operators", json!(["somebody"])),
        ("scopes", json!(["a b"])),
        ("timestamp", json!("yesterday")),
        ("timestamp", json!(server.clock.now_ms() - 300_001)),
        ("timestamp", json!(server.clock.now_ms() + 30_001)),
        ("signature", json!("00")),
    ] {
        let node = Node::new("alpha").with_members(json!({ field: value }));
        let mut attestation = node.attestation(&server);
        if field == "signature" {
            attestation[field] = value.clone();
        }
        let (status, body) =
            server.post("/node/register", &json!({ "attestation": attestation })).await;
        assert_eq!((status, &body["field"]), (400, &json!(field)), "{field} {value}: {body}");
        assert!(body["error"].is_string());
    }
    for body in [json!({}), json!([]), json!({ "attestation": 1 })] {
        assert_eq!(server.post("/node/register", &body).await.0, 400, "{body}");
    }
    let large = json!({ "attestation": "x".repeat(1 << 20) });
    assert_eq!(server.post("/node/register", &large).await.0, 413);
    assert_eq!(server.number("/node/list", "x-total-nodes").await, 0);
}

#[tokio::test]
async fn who_is_somebody_else() {
    let server = Server::start().await;
    let node = Node::new("alpha");
    // Signed by another key; of another's DID; changed after it was signed.
    let mut forged = node.clone();
    forged.key = new_key();
    let mut attestation = forged.attestation(&server);
    attestation["publicKey"] = json!(crate::support::public_hex(&node.key));
    let mut changed = node.attestation(&server);
    changed["hostname"] = json!("beta");
    for attestation in [attestation, forged.attestation(&server), changed] {
        let body = json!({ "attestation": attestation });
        assert_eq!(server.post("/node/register", &body).await.0, 401);
    }
    // ISO times are signed as written.
    let iso = node.clone().with_members(json!({ "timestamp": server.clock.text(0) }));
    assert_eq!(server.register(&iso).await.0, 201);
}

#[tokio::test]
async fn an_older_attestation_does_not_come_back() {
    let server = Server::start().await;
    let mut node = Node::new("alpha");
    let old = json!({ "attestation": node.attestation(&server) });
    assert_eq!(server.post("/node/register", &old).await.0, 201);
    server.clock.add_ms(1000);
    node.hostname = "beta".to_owned();
    server.registered(&node).await;
    assert_eq!(server.post("/node/register", &old).await.0, 409);
    assert_eq!(server.node(&node).await["hostname"], "beta");
}

#[tokio::test]
async fn names_are_kept_and_given_back() {
    let server = Server::start_with(|config| config.reserved_names.push("mine".to_owned())).await;
    let (first, second) = (Node::new("alpha"), Node::new("alpha"));
    assert_eq!(server.register(&Node::new("mine")).await.0, 400);
    server.registered(&first).await;
    assert_eq!(server.register(&second).await.0, 409);
    server.clock.add_ms(30 * DAY_MS);
    // Expired, but kept for a while.
    assert_eq!(server.register(&second).await.0, 409);
    assert_eq!(server.status(&first).await, "expired");
    server.registered(&first).await;
    assert_eq!(server.status(&first).await, "active");
    server.clock.add_ms(37 * DAY_MS);
    assert_eq!(server.register(&second).await.0, 201);
    assert_eq!(server.node(&first).await["hostname"], Value::Null);
    assert_eq!(server.register(&first).await.0, 409);
    let mut moved = first.clone();
    moved.hostname = "beta".to_owned();
    assert_eq!(server.register(&moved).await.0, 200);
}

#[tokio::test]
async fn how_often_is_bounded_and_not_forgotten() {
    let server = Server::start_with(|config| {
        config.limits.node_registrations_an_hour = 3;
        config.limits.address_registrations_an_hour = 6;
    })
    .await;
    let node = Node::new("alpha");
    for _ in 0..3 {
        server.registered(&node).await;
    }
    assert_eq!(server.register(&node).await.0, 429);
    let server = server.restarted().await;
    assert_eq!(server.register(&node).await.0, 429);
    // Whatever came from this address counts, also what was refused.
    let mut other = Node::new("beta");
    other.version = "nonsense".to_owned();
    assert_eq!(server.register(&other).await.0, 400);
    assert_eq!(server.register(&Node::new("beta")).await.0, 429);
    server.clock.add_ms(HOUR_MS);
    assert_eq!(server.register(&Node::new("beta")).await.0, 201);
    server.registered(&node).await;
}

#[tokio::test]
async fn who_asks_through_a_proxy() {
    let server = Server::start_with(|config| {
        config.limits.address_registrations_an_hour = 1;
        config.address_header = Some("x-forwarded-for".to_owned());
    })
    .await;
    let mut number = 0;
    let mut ask = async |named: &str| {
        number += 1;
        let node = Node::new(&format!("node-{number}"));
        let body = json!({ "attestation": node.attestation(&server) });
        let request = reqwest::Client::new().post(format!("{}/node/register", server.url));
        let request = request.header("x-forwarded-for", named).body(body.to_string());
        request.send().await.unwrap().status().as_u16()
    };
    // Whatever else a header says, only what the proxy added counts; a household has one share.
    for (named, status) in [
        ("192.0.2.1", 201),
        ("192.0.2.1", 429),
        ("198.51.100.7, 192.0.2.1", 429),
        ("192.0.2.1, 198.51.100.7", 201),
        ("2001:db8:0:1::1", 201),
        ("2001:db8:0:1::2", 429),
        ("2001:db8:0:2::1", 201),
    ] {
        assert_eq!(ask(named).await, status, "{named}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_want_one_name_at_once() {
    let server = std::sync::Arc::new(Server::start().await);
    let tasks: Vec<_> = (0..16)
        .map(|_| {
            let server = std::sync::Arc::clone(&server);
            tokio::spawn(async move { server.register(&Node::new("alpha")).await.0 })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    answers.sort_unstable();
    let mut expected = vec![409; 16];
    expected[0] = 201;
    assert_eq!(answers, expected);
    assert_eq!(server.number("/node/list", "x-total-nodes").await, 1);
}
