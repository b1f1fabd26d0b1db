//! Helpers of the data rights tests.

use crate::prelude::*;
use imajin_dfos::cid::{dag_cbor_cid, parse_cid};
use imajin_dfos::{cbor, hex};
use imajin_host::prelude::*;
use imajin_identity::begin_node_identity;
use imajin_protocol::Proof;
use imajin_protocol::proof::{EntryPosition, ProofPayload};

use crate::support;

/// Starts another node with its own key.
pub(crate) async fn other_node(seed: u8, config: Config) -> TestNode {
    let node = TestNode::start(support::services(), config, seed).await.unwrap();
    begin_node_identity(&node.node).await.unwrap();
    node.node.set_claim_code(support::CLAIM.to_owned());
    node
}

/// Somebody with a text about themselves.
pub(crate) async fn writer(node: &TestNode, seed: u8, text: &str) -> (Person, String) {
    let person = support::person(node, seed).await;
    person.write(node, &bio(&person, text)).await.check(201);
    let token = person.sign_in(node).await;
    (person, token)
}

/// JSON of an answer that must have this status.
pub(crate) async fn json(node: &TestNode, ask: Ask, status: u16) -> Json {
    let reply = support::send(node, ask).await;
    assert_eq!(reply.status, status, "{}", reply.text());
    reply.json()
}

/// Asks until the job has this state.
pub(crate) async fn wait_for(node: &TestNode, token: &str, id: &str, state: &str) -> Json {
    for _ in 0..1000 {
        let job = get(node, format!("/auth/api/exports/{id}"), token).await.check(200).json();
        if job["state"] == state {
            return job;
        }
        assert!(job["state"] != "failed", "{job}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("the copy never became {state}");
}

/// A copy at once.
pub(crate) async fn export(node: &TestNode, token: &str) -> Vec<u8> {
    let reply = support::send(node, Ask::get("/auth/api/export").bearer(token)).await.check(200);
    assert_eq!(reply.header("content-length"), Some(reply.body.len().to_string().as_str()));
    reply.body
}

/// Returns a node's report about a copy.
pub(crate) async fn report(node: &TestNode, copy: &[u8]) -> Json {
    json(node, Ask::new("POST", "/auth/api/bundles/verify").body(copy), 200).await
}

/// Brings a whole copy; the id of the import.
pub(crate) async fn upload(node: &TestNode, copy: &[u8]) -> String {
    let begun = json(node, Ask::new("POST", "/auth/api/imports"), 201).await;
    let id = begun["id"].as_str().unwrap().to_owned();
    let put = json(node, Ask::new("PUT", format!("/auth/api/imports/{id}")).body(copy), 200).await;
    assert_eq!(put["received"], copy.len());
    id
}

/// The request that answers the challenge of a refusal of the request without a body at this path.
pub(crate) async fn present(node: &TestNode, person: &Person, path: &str) -> Ask {
    Ask::post(path, &presence(node, person, path).await)
}

/// The body of that request.
pub(crate) async fn presence(node: &TestNode, person: &Person, path: &str) -> Json {
    let refused = json(node, Ask::new("POST", path), 401).await;
    assert_eq!(refused["type"], "urn:imajin:problem:presence", "{refused}");
    let signature = person.sign_text(refused["challenge"].as_str().unwrap());
    let presence = json!({ "challengeId": refused["challengeId"], "signature": signature });
    json!({ "presence": presence })
}

/// The proof of `auth.home` and its body as dag-json, from what was asked to be signed.
pub(crate) fn sign_home(person: &Person, asked: &Json) -> (String, Json) {
    let body = Value::map([
        ("node", Value::from(asked["node"].as_str().unwrap())),
        ("url", Value::from(asked["url"].as_str().unwrap())),
        ("epoch", Value::Int(asked["epoch"].as_i64().unwrap())),
        ("salt", Value::Bytes(vec![7; 16])),
    ]);
    let cid = |value: &Json| value.as_str().map(|text| parse_cid(text).unwrap());
    let payload = ProofPayload {
        aud: Did::parse(asked["node"].as_str().unwrap()).unwrap(),
        did: person.did.clone(),
        service: "auth".into(),
        op: "auth.home".into(),
        reference: None,
        body: Some(dag_cbor_cid(&cbor::encode(&body))),
        fact: None,
        to: Vec::new(),
        seen: Some(EntryPosition {
            seq: asked["seen"]["seq"].as_u64().unwrap(),
            cid: cid(&asked["seen"]["cid"]).unwrap(),
        }),
        after: cid(&asked["after"]),
        chain: cid(&asked["chain"]),
        iat: imajin_dfos::Timestamp::parse(asked["time"].as_str().unwrap()).unwrap().as_secs(),
        via: None,
    };
    let proof = Proof::sign(&person.key, person.kid.clone(), payload).unwrap();
    (proof.to_compact(), cbor::to_dag_json(&body).unwrap())
}

/// `<did>#<key id>` in a query.
pub(crate) fn kid(person: &Person) -> String {
    person.kid.to_string().replace('#', "%23")
}

/// Ed25519 over a text, as 128 hex digits.
pub(crate) fn signature(person: &Person, text: &str) -> String {
    use ed25519_dalek::Signer;
    hex::encode(&person.key.sign(text.as_bytes()).to_bytes())
}
