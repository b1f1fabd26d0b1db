//! Attestations: what the tests of one and of what they amount to have in common.

mod standing;
mod statements;

use imajin_dfos::Timestamp;
use imajin_protocol::Proof;
use imajin_protocol::attestation::{Attestation, Kind};
use imajin_protocol::tier::Thresholds;

use crate::prelude::*;

async fn open_node() -> TestNode {
    node_with(open_config()).await
}

fn new_attestation(node: &TestNode, issuer: &Person, subject: &Did, kind: &str) -> Attestation {
    Attestation {
        issuer: issuer.did.clone(),
        subject: subject.clone(),
        kind: Kind::parse(kind).unwrap(),
        context_id: None,
        context_type: None,
        payload: None,
        issued_at: node.node.now(),
    }
}

struct IssueDraft {
    cid: String,
    author: Option<String>,
    write: Write,
}

/// The write of an attestation, as its issuer's client makes it.
fn make(issuer: &Person, said: &Attestation, audience: &str) -> IssueDraft {
    let signed = said.clone().sign(&issuer.key).unwrap();
    let author = issuer
        .chain
        .as_ref()
        .map(|chain| said.author_jws(None, chain, issuer.kid.key_id(), &issuer.key).unwrap().token);
    let mut body = Value::map([
        ("attestation", Value::from(signed.text())),
        ("issuer", Value::from(issuer.did.as_str())),
        ("signature", Value::from(signed.signature())),
        ("audience", Value::from(audience)),
    ]);
    if let Some(token) = &author {
        body.as_map_mut().unwrap().insert("author_jws".into(), Value::from(token.as_str()));
    }
    let cid = said.cid().unwrap().to_string();
    let write = Write::new(&issuer.did, "auth.attestation.issue")
        .reference(&cid)
        .fact(json!({"dids": [said.subject.as_str()]}))
        .to(&[&said.subject])
        .body(body);
    IssueDraft { cid, author, write }
}

async fn issue(node: &TestNode, issuer: &Person, subject: &Did, kind: &str) -> (Reply, IssueDraft) {
    let draft = make(issuer, &new_attestation(node, issuer, subject, kind), "public");
    (issuer.write(node, &draft.write).await, draft)
}

fn witness(node: &TestNode, subject: &Person, author: &str) -> String {
    let chain = subject.chain.as_ref().unwrap();
    Attestation::witness_jws(author, node.node.now(), chain, subject.kid.key_id(), &subject.key)
        .unwrap()
        .token
}

async fn countersign(node: &TestNode, subject: &Person, issuer: &Did, made: &IssueDraft) -> Reply {
    let token = witness(node, subject, made.author.as_ref().unwrap());
    let write = write_about(subject, "auth.attestation.countersign", issuer, &made.cid)
        .body(Value::map([("witness_jws", Value::from(token))]));
    subject.write(node, &write).await
}

fn write_about(who: &Person, op: &'static str, other: &Did, cid: &str) -> Write {
    Write::new(&who.did, op).reference(cid).fact(json!({"dids": [other.as_str()]})).to(&[other])
}

async fn seen(node: &TestNode, token: Option<&str>, query: &str) -> Json {
    let ask = Ask::get(format!("/auth/api/attestations?{query}")).bearer_if(token);
    send(node, ask).await.check(200).json()
}

/// The node issues something in its own log, as other services will have it do.
async fn by_node(node: &TestNode, subject: &Did, kind: &str) {
    let mut this = Person::new(200);
    assert_eq!(this.did, *node.node.did());
    this.kid = node.node.key().kid.clone();
    let signed = new_attestation(node, &this, subject, kind);
    let draft = make(&this, &signed, "parties");
    let (proof, body): (Proof, _) = this.sign(node, &draft.write).await.unwrap();
    let ask = Ask::new("POST", "/auth/api/commands/auth.attestation.issue")
        .header("mjn-proof", proof.to_compact())
        .body(imajin_dfos::cbor::to_dag_json(&body.unwrap()).unwrap().to_string());
    send(node, ask).await.check(201);
}
