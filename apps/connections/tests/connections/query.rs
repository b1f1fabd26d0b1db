//! Signed exchanges: what is believed, what is asked for, and what the record of the person asked keeps.

use imajin_edge::testing::{Ask, Reply, Terms, TestNode, populated};
use imajin_protocol::exchange::{Exchange, Request};
use serde_json::{Value as Json, json};

use crate::support::{Somebody, close, connect, node, somebody};

const PATH: &str = "/connections/api/query";

/// A signed question and its signer.
struct Sending<'a> {
    by: &'a Somebody,
    nonce: &'a str,
    consent: Option<Json>,
    settlement: Option<Json>,
    body: Json,
}

impl Sending<'_> {
    fn ask(&self, node: &TestNode) -> Ask {
        let terms = Terms {
            nonce: self.nonce,
            consent: self.consent.as_ref(),
            settlement: self.settlement.as_ref(),
        };
        Ask::post(PATH, &self.body).signed(node, &self.by.person, terms)
    }

    async fn send(&self, node: &TestNode) -> Reply {
        node.send(self.ask(node)).await
    }
}

fn declares(node: &TestNode, by: &Somebody, content: &str) -> Json {
    let now = node.node.now();
    let later = now.checked_add_millis(86_400_000).unwrap();
    json!({
        "version": "1", "consumer": by.did(), "content": content, "intendedUse": "to write to them",
        "expires": later.to_string(), "timestamp": now.to_string(),
    })
}

fn pays(node: &TestNode, by: &Somebody, to: &Somebody, content: &str, amount: i64) -> Json {
    json!({
        "version": "1", "consumer": by.did(), "content": content, "amount": amount, "currency": "CHF",
        "distribution": [{ "did": to.did(), "amount": amount, "share": 1 }], "timestamp": node.node.now().to_string(),
    })
}

fn type_of(reply: &Reply) -> String {
    let problem = reply.json()["type"].as_str().unwrap_or_default().to_owned();
    let slug = problem.rsplit(':').next().unwrap_or_default();
    format!("{} {slug}", reply.status)
}

#[tokio::test]
async fn asked_checked_kept_and_answered_with_a_signature() {
    let (node, [ada, bob, eve]) = populated(node(), [1, 2, 3], somebody).await;
    connect(&node, &ada, &bob).await;
    connect(&node, &bob, &eve).await;
    let profile = json!({ "displayName": "Ada", "bio": "for friends", "fieldVisibility": { "bio": "connections" } });
    assert_eq!(ada.sign(&node, "profile.update", profile).await.status, 201);
    let content = format!("{}/profile", ada.did());
    let asks = |by, nonce| Sending {
        by,
        nonce,
        consent: Some(declares(&node, by, &content)),
        settlement: None,
        body: json!({ "to": ada.did(), "kind": "profile" }),
    };
    let reply = asks(&bob, "nonce-of-bob-one").send(&node).await.check(200);
    assert_members!(reply.json(), "distance": 1);
    assert_members!(reply.json()["answer"], "bio": "for friends");
    // The answer is the node's, over these very bytes.
    let header = |name: &'static str| reply.header(name);
    let (said, signature) = Exchange::read(header).unwrap();
    assert_eq!((said.did.as_str(), &*said.nonce), (node.node.did().as_str(), "nonce-of-bob-one"));
    let (host, text) = (node.address.to_string(), reply.text());
    let request = Request { host: &host, method: "POST", target: PATH, body: text.as_bytes() };
    let keys = node.node.keys(node.node.did()).unwrap();
    said.verify(&request, &signature, &keys, node.node.now()).unwrap();
    // The declaration is in Ada's record, by the node's word.
    let mine = ada.get(&node, &format!("/auth/api/log/{}?limit=100", ada.did())).await.text();
    assert!(!mine.is_empty());
    let kept = node
        .node
        .read("connections", |db| {
            db.query_row(
                "SELECT asker, consent FROM queries WHERE owner_did = ?1",
                [ada.did().as_str()],
                |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)),
            )
        })
        .unwrap();
    assert!(kept.0 == bob.did().as_str() && kept.1.contains("to write to them"), "{kept:?}");

    // A question counts once; from near enough; for the declared use; with a signature over this very request.
    assert_eq!(type_of(&asks(&bob, "nonce-of-bob-one").send(&node).await), "401 exchange");
    assert_eq!(type_of(&asks(&eve, "nonce-of-eve-one").send(&node).await), "403 distance");
    let mut other = asks(&bob, "nonce-of-bob-two");
    other.consent = None;
    assert_eq!(type_of(&other.send(&node).await), "403 consent");
    let mut other = asks(&bob, "nonce-of-bob-3333");
    other.consent = Some(declares(&node, &bob, "did:imajin:x/other"));
    assert_eq!(type_of(&other.send(&node).await), "403 consent");
    let changed = asks(&bob, "nonce-of-bob-4444")
        .ask(&node)
        .body(json!({ "to": eve.did(), "kind": "profile" }).to_string());
    assert_eq!(type_of(&node.send(changed).await), "401 exchange");
    assert_eq!(type_of(&node.post(PATH, &json!({})).await), "401 exchange");
    let mut unknown = asks(&bob, "nonce-of-bob-5555");
    unknown.consent = Some(declares(&node, &bob, &format!("{}/auth", ada.did())));
    unknown.body = json!({ "to": ada.did(), "kind": "auth" });
    assert_eq!(unknown.send(&node).await.status, 404);

    // Friends of friends may ask. A price requires a recipient of the payment (tests/e2e has all of it).
    let policy = |reach, price| json!({ "reach": reach, "price": price, "currency": "CHF" });
    let put = |policy| ada.ask(&node, "PUT", "/connections/api/policy", policy);
    assert_eq!(put(policy(2, 0)).await.status, 204);
    assert_eq!(put(policy(7, 0)).await.status, 400);
    put(policy(2, 50)).await.check_member(400, "field", "fair");
    let mut offered = asks(&eve, "nonce-of-eve-two");
    offered.settlement = Some(pays(&node, &eve, &ada, &content, 49));
    let reply = offered.send(&node).await.check(200);
    assert!(reply.json()["answer"]["bio"].is_null() && reply.json()["settlement"]["amount"] == 49);
    // A free question is in the record of the person asked, by the node's word; nothing is paid.
    assert_eq!(reply.json()["fair"]["contributors"][0]["id"], json!(ada.did()));
    assert!(reply.json()["payment"].is_null());
    let fair = imajin_protocol::fair::Manifest::from_value(reply.json()["fair"].clone()).unwrap();
    assert!(fair.verify_platform(&keys[0]).is_some());
    assert_eq!(reply.header("x-fair-digest"), Some(&*fair.digest().to_string()));
    // Only the route that checked the documents can ask.
    let write = imajin_edge::testing::Write::new(eve.did(), "connections.ask")
        .reference(ada.did().to_string());
    eve.person.write(&node, &write).await.check(400);
    // A client cannot enter in the node's name that a question was asked.
    let write = imajin_edge::testing::Write::new(ada.did(), "connections.queried")
        .body(imajin_dfos::Value::map([("consent", "x".into())]));
    assert_eq!(ada.person.write(&node, &write).await.status, 403);
    close(node).await;
}

/// A person who is blocked gets the answer of one who is too far away, and nothing is entered; however many connections lie between.
#[tokio::test]
async fn nobody_answers_somebody_whom_they_blocked() {
    let (node, [ada, bob, eve]) = populated(node(), [1, 2, 3], somebody).await;
    connect(&node, &ada, &bob).await;
    connect(&node, &bob, &eve).await;
    let profile = json!({ "displayName": "Ada" });
    assert_eq!(ada.sign(&node, "profile.update", profile).await.status, 201);
    let answers_within = async |reach: u8| {
        let policy = json!({ "reach": reach, "price": 0, "currency": "CHF" });
        assert_eq!(ada.ask(&node, "PUT", "/connections/api/policy", policy).await.status, 204);
    };
    let content = format!("{}/profile", ada.did());
    let asks = |nonce| Sending {
        by: &eve,
        nonce,
        consent: Some(declares(&node, &eve, &content)),
        settlement: None,
        body: json!({ "to": ada.did(), "kind": "profile" }),
    };
    answers_within(1).await;
    let too_far = asks("0123456789abcdee").send(&node).await;
    assert_eq!(type_of(&too_far), "403 distance", "{}", too_far.text());
    answers_within(6).await;
    assert_eq!(asks("0123456789abcdef").send(&node).await.status, 200);
    let block = ada.blocks(&node, "connections.block", eve.did());
    assert_eq!(block.await.status, 201);
    let seq = || node.node.status(ada.did()).unwrap().unwrap().seq;
    let before = seq();
    let refused = asks("0123456789abcdeg").send(&node).await;
    let answer = (refused.status, refused.json());
    assert_eq!(answer, (403, too_far.json()), "the answer names no block");
    assert_eq!(seq(), before);
    close(node).await;
}
