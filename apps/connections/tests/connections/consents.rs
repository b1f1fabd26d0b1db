//! Declarations of use that come with any request: each true one is kept with what it allowed, in the record of the person whose data it is about.

use imajin_app::DataRights as _;
use imajin_dfos::{base64, hex};
use imajin_edge::testing::{Ask, Person, Terms, TestNode, populated};
use imajin_protocol::Did;
use imajin_protocol::json_signature::sign_json;
use serde_json::{Value as Json, json};

use crate::support::{Somebody, close, node, somebody};

fn declaration(node: &TestNode, by: &Person, content: &str) -> Json {
    let now = node.node.now();
    let later = now.checked_add_millis(86_400_000).unwrap();
    json!({
        "version": "1", "consumer": by.did, "content": content, "intendedUse": "to look at it",
        "expires": later.to_string(), "timestamp": now.to_string(),
    })
}

/// A request as an exchange with a declaration of use.
fn declared(node: &TestNode, ask: &Ask, by: &Person, (content, nonce): (&str, &str)) -> Ask {
    let terms = Terms { nonce, consent: Some(&declaration(node, by, content)), settlement: None };
    ask.clone().signed(node, by, terms)
}

/// Returns the declarations in a person's record: who declared a use, and of which request.
fn kept(node: &TestNode, owner: &Did) -> Vec<(String, String)> {
    let rows = node.node.read("connections", |db| {
        let sql = "SELECT asker, request FROM queries WHERE owner_did = ?1 ORDER BY id";
        let mut statement = db.prepare(sql)?;
        statement.query_map([owner.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
    });
    rows.unwrap()
}

fn policy(by: &Somebody) -> Ask {
    let policy = json!({ "reach": 2, "price": 0, "currency": "CHF" });
    Ask::new("PUT", "/connections/api/policy")
        .header("content-type", "application/json")
        .body(policy.to_string())
        .bearer(&by.token)
}

#[tokio::test]
async fn a_true_declaration_is_kept_on_a_route_of_each_kind() {
    let (node, [ada, bob]) = populated(node(), [1, 2], somebody).await;
    let content = format!("{}/profile", ada.did());
    let about_node = Ask::get("/auth/api/node");
    let page = Ask::get("/auth/policy").header("accept", "text/html");
    let session = Ask::get("/auth/api/session").bearer(&bob.token);
    let mut expected = Vec::new();
    for (number, (ask, request)) in [
        (about_node.clone(), "GET /auth/api/node"),
        (session, "GET /auth/api/session"),
        (policy(&bob), "PUT /connections/api/policy"),
        (Ask::get("/healthz?secret=x"), "GET /healthz"),
    ]
    .into_iter()
    .enumerate()
    {
        let nonce = format!("nonce-of-bob-{number:04}");
        let reply = node.send(declared(&node, &ask, &bob.person, (&content, &nonce))).await;
        assert!(reply.status < 300, "{request}: {} {}", reply.status, reply.text());
        expected.push((bob.did().to_string(), request.to_owned()));
        assert_eq!(kept(&node, ada.did()), expected);
    }

    // A request without an answer allowed nothing.
    for ask in [Ask::get("/nowhere"), page, Ask::get("/auth/api/log/x")] {
        let ask = declared(&node, &ask, &bob.person, (&content, "nonce-of-bob-none"));
        assert!(node.send(ask).await.status >= 400);
    }
    // A person declares nothing to themselves.
    let own = declared(&node, &about_node, &ada.person, (&content, "nonce-of-ada-0001"));
    assert_eq!(node.send(own).await.status, 200);
    assert_eq!(kept(&node, ada.did()), expected);

    // A request that names no one here is about the box.
    let ask = declared(&node, &about_node, &bob.person, ("x", "nonce-of-bob-0005"));
    assert_eq!(node.send(ask).await.status, 200);
    let (bob_did, request) = (bob.did().to_string(), "GET /auth/api/node".to_owned());
    assert_eq!(kept(&node, node.node.did()), [(bob_did, request)]);

    // The person whose data it is has all of it: who, what for, what was allowed, the signed text and when.
    let section =
        node.node.read("connections", |db| imajin_connections::Connections.export(db, ada.did()));
    let exported = &section.unwrap().unwrap()["queries"];
    assert_eq!(exported.as_array().unwrap().len(), expected.len());
    assert_members!(exported[0], "by": bob.did(), "request": "GET /auth/api/node");
    assert!(exported[0]["at"].is_string(), "{exported}");
    let text = exported[0]["consent"].as_str().unwrap();
    let document: Json = serde_json::from_str(text).unwrap();
    assert_eq!(document["intendedUse"], "to look at it");
    assert!(document["signature"].is_string(), "{document}");
    close(node).await;
}

#[tokio::test]
async fn a_declaration_is_kept_once_for_each_nonce() {
    let (node, [ada, bob]) = populated(node(), [1, 2], somebody).await;
    let content = format!("{}/profile", ada.did());
    let health = Ask::get("/auth/api/health");
    let ask = declared(&node, &health, &bob.person, (&content, "nonce-of-bob-0001"));
    let (one, two) = tokio::join!(node.send(ask.clone()), node.send(ask.clone()));
    assert_eq!((one.status, two.status), (200, 200));
    assert_eq!(node.send(ask).await.status, 200);
    assert_eq!(kept(&node, ada.did()).len(), 1);
    let again = declared(&node, &health, &bob.person, (&content, "nonce-of-bob-0002"));
    assert_eq!(node.send(again).await.status, 200);
    assert_eq!(kept(&node, ada.did()).len(), 2);

    // Without an exchange, the nonce is missing: the declaration itself counts once.
    let mut document = declaration(&node, &bob.person, &content);
    document["signature"] = json!(hex::encode(&sign_json(&bob.person.key, &document)));
    let text = base64::encode_url(document.to_string().as_bytes());
    for _ in 0..2 {
        let alone = health.clone().header("x-mjn-consent", text.as_str());
        assert_eq!(node.send(alone).await.status, 200);
        assert_eq!(kept(&node, ada.did()).len(), 3);
    }
    close(node).await;
}

#[tokio::test]
async fn the_declarations_that_a_record_keeps_are_bounded() {
    let (node, [ada, bob]) = populated(node(), [1, 2], somebody).await;
    let content = format!("{}/profile", ada.did());
    let health = Ask::get("/auth/api/health");
    // People without a record here share the allowance of one, and have no place in the box's own record.
    for seed in 60..80 {
        let stranger = Person::new(seed);
        for number in 0..6 {
            let nonce = format!("nonce-of-strangers-{number}");
            let ask = declared(&node, &health, &stranger, (&content, &nonce));
            let status = node.send(ask).await.status;
            let sent = usize::from(seed - 60) * 6 + number;
            assert_eq!(status, if sent < 100 { 200 } else { 429 }, "{sent}");
        }
        let ask = declared(&node, &health, &stranger, ("x", "nonce-of-strangers-x"));
        assert_eq!(node.send(ask).await.status, 200);
    }
    assert_eq!(kept(&node, ada.did()).len(), 100);
    assert!(kept(&node, node.node.did()).is_empty());
    // People with a record here have their own limit.
    let ask = declared(&node, &health, &bob.person, (&content, "nonce-of-bob-0001"));
    assert_eq!(node.send(ask).await.status, 200);
    for number in 1..100 {
        let nonce = format!("nonce-of-bob-{number:05}");
        let ask = declared(&node, &health, &bob.person, (&content, &nonce));
        assert_eq!(node.send(ask).await.status, 200, "{number}");
    }
    // An entry is refused if the declaration cannot be kept.
    let before = node.node.status(bob.did()).unwrap().unwrap().seq;
    let write = declared(&node, &policy(&bob), &bob.person, (&content, "nonce-of-bob-last"));
    assert_eq!(node.send(write).await.status, 429);
    let after = node.node.status(bob.did()).unwrap().unwrap().seq;
    assert_eq!(before, after);
    close(node).await;
}

#[tokio::test]
async fn nothing_is_kept_of_somebody_whom_the_owner_blocked() {
    let (node, [ada, eve]) = populated(node(), [1, 3], somebody).await;
    assert_eq!(ada.blocks(&node, "connections.block", eve.did()).await.status, 201);
    let content = format!("{}/profile", ada.did());
    let health = Ask::get("/auth/api/health");
    let ask = declared(&node, &health, &eve.person, (&content, "nonce-of-eve-0001"));
    assert_eq!(node.send(ask).await.status, 403);
    assert!(kept(&node, ada.did()).is_empty());
    close(node).await;
}
