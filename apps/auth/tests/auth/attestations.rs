use imajin_dfos::{Timestamp, Value};
use imajin_protocol::attestation::{Attestation, Kind};
use imajin_protocol::tier::Thresholds;
use imajin_protocol::{Did, Proof};
use imajin_service::testing::{Ask, Person, Reply, TestNode, Write};
use imajin_service::{Config, Registration};
use serde_json::{Value as Json, json};
use std::time::Duration;

use crate::support::{node_with, owner, person, send};

async fn open_node() -> TestNode {
    let config = Config {
        registration: Some(Registration::Open),
        ..Config::default()
    };
    node_with(config).await
}

fn said(node: &TestNode, issuer: &Person, subject: &Did, kind: &str) -> Attestation {
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

struct Made {
    cid: String,
    author: Option<String>,
    write: Write,
}

/// The write of an attestation, as its issuer's client makes it.
fn make(issuer: &Person, said: &Attestation, audience: &str) -> Made {
    let signed = said.clone().sign(&issuer.key).unwrap();
    let author = issuer.chain.as_ref().map(|chain| {
        said.author_jws(None, chain, issuer.kid.key_id(), &issuer.key)
            .unwrap()
            .token
    });
    let mut body = Value::map([
        ("attestation", Value::from(signed.text())),
        ("issuer", Value::from(issuer.did.as_str())),
        ("signature", Value::from(signed.signature())),
        ("audience", Value::from(audience)),
    ]);
    if let Some(token) = &author {
        body.as_map_mut()
            .unwrap()
            .insert("author_jws".into(), Value::from(token.as_str()));
    }
    let cid = said.cid().unwrap().to_string();
    let write = Write::new(&issuer.did, "auth.attestation.issue")
        .reference(&cid)
        .fact(json!({"dids": [said.subject.as_str()]}))
        .to(&[&said.subject])
        .body(body);
    Made { cid, author, write }
}

async fn issue(node: &TestNode, issuer: &Person, subject: &Did, kind: &str) -> (Reply, Made) {
    let made = make(issuer, &said(node, issuer, subject, kind), "public");
    (issuer.write(node, &made.write).await.unwrap(), made)
}

fn witness(node: &TestNode, subject: &Person, author: &str) -> String {
    let chain = subject.chain.as_ref().unwrap();
    Attestation::witness_jws(
        author,
        node.node.now(),
        chain,
        subject.kid.key_id(),
        &subject.key,
    )
    .unwrap()
    .token
}

async fn countersign(node: &TestNode, subject: &Person, issuer: &Did, made: &Made) -> Reply {
    let token = witness(node, subject, made.author.as_ref().unwrap());
    let write = about(subject, "auth.attestation.countersign", issuer, &made.cid)
        .body(Value::map([("witness_jws", Value::from(token))]));
    subject.write(node, &write).await.unwrap()
}

fn about(who: &Person, op: &'static str, other: &Did, cid: &str) -> Write {
    Write::new(&who.did, op)
        .reference(cid)
        .fact(json!({"dids": [other.as_str()]}))
        .to(&[other])
}

async fn seen(node: &TestNode, token: Option<&str>, query: &str) -> Json {
    let ask = Ask::get(format!("/auth/api/attestations?{query}"));
    let ask = match token {
        Some(token) => ask.bearer(token),
        None => ask,
    };
    let reply = send(node, ask).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    reply.json()
}

/// The node issues something in its own log, as other services will have it do.
async fn by_node(node: &TestNode, subject: &Did, kind: &str) {
    let mut this = Person::new(200);
    assert_eq!(this.did, *node.node.did());
    this.kid = node.node.key().kid.clone();
    let signed = said(node, &this, subject, kind);
    let made = make(&this, &signed, "parties");
    let (proof, body): (Proof, _) = this.sign(node, &made.write).await.unwrap();
    let ask = Ask::new("POST", "/auth/api/commands/auth.attestation.issue")
        .header("mjn-proof", proof.to_compact())
        .body(
            imajin_dfos::cbor::to_dag_json(&body.unwrap())
                .unwrap()
                .to_string(),
        );
    let reply = send(node, ask).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
}

#[tokio::test]
async fn stands_in_both_logs_and_is_bilateral_when_both_have_signed() {
    let node = open_node().await;
    let (ada, bob) = (owner(&node, 1).await, person(&node, 2).await);
    let (reply, made) = issue(&node, &ada, &bob.did, "vouch").await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let logs: Vec<Json> = reply.json()["entries"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["did"].clone())
        .collect();
    assert_eq!(logs, [json!(ada.did), json!(bob.did)]);

    let token = bob.sign_in(&node).await.unwrap();
    let mine = seen(&node, Some(&token), "").await;
    let row = &mine["attestations"][0];
    assert_eq!(
        (
            &mine["total"],
            &row["attestationStatus"],
            &row["type"],
            &row["issuerDid"],
            &row["cid"],
            &row["inForce"]
        ),
        (
            &json!(1),
            &json!("pending"),
            &json!("vouch"),
            &json!(ada.did),
            &json!(made.cid),
            &json!(true)
        )
    );
    let reply = countersign(&node, &bob, &ada.did, &made).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    // Both see the same, from their own logs.
    for who in [&ada, &bob] {
        let token = who.sign_in(&node).await.unwrap();
        let row = seen(&node, Some(&token), "type=vouch&status=bilateral").await["attestations"][0]
            .clone();
        assert_eq!(row["attestationStatus"], "bilateral", "{row}");
        assert!(row["witnessJws"].is_string() && row["authorJws"].is_string());
    }
    let again = countersign(&node, &bob, &ada.did, &made).await;
    assert_eq!(again.status, 409, "{}", again.text());
}

#[tokio::test]
async fn unsigned_or_wrongly_signed_is_refused() {
    let node = open_node().await;
    let (ada, bob, eve) = (
        owner(&node, 1).await,
        person(&node, 2).await,
        person(&node, 3).await,
    );
    let right = said(&node, &ada, &bob.did, "vouch");
    let spoil = |change: &dyn Fn(&mut std::collections::BTreeMap<String, Value>)| {
        let mut made = make(&ada, &right, "public");
        change(made.write.body.as_mut().unwrap().as_map_mut().unwrap());
        made.write
    };
    let other = right.clone().sign(&eve.key).unwrap();
    let theirs = right
        .author_jws(
            None,
            eve.chain.as_ref().unwrap(),
            eve.kid.key_id(),
            &eve.key,
        )
        .unwrap()
        .token;
    for write in [
        spoil(&|body| drop(body.insert("signature".into(), Value::from("")))),
        spoil(&|body| drop(body.insert("signature".into(), Value::from(other.signature())))),
        spoil(&|body| {
            drop(body.insert(
                "attestation".into(),
                Value::from(right.document().to_string().replace("vouch", "customer")),
            ))
        }),
        spoil(&|body| drop(body.insert("author_jws".into(), Value::from(theirs.as_str())))),
        spoil(&|body| drop(body.insert("author_jws".into(), Value::from("x.y.z")))),
        spoil(&|body| drop(body.insert("issuer".into(), Value::from(eve.did.as_str())))),
        spoil(&|body| {
            drop(body.insert("expires_at".into(), Value::from("2020-01-01T00:00:00.000Z")))
        }),
        spoil(&|body| drop(body.insert("more".into(), Value::from("x")))),
        make(&ada, &right, "everybody").write,
        make(&ada, &right, "public")
            .write
            .reference(make(&ada, &said(&node, &ada, &eve.did, "vouch"), "public").cid),
        make(&ada, &right, "public")
            .write
            .fact(json!({"dids": [eve.did.as_str()]}))
            .to(&[&eve.did]),
        make(
            &ada,
            &Attestation {
                issued_at: Timestamp::parse("2027-01-01T00:00:00.000Z").unwrap(),
                ..right.clone()
            },
            "public",
        )
        .write,
    ] {
        let reply = ada.write(&node, &write).await.unwrap();
        assert_eq!(reply.status, 400, "{} {write:?}", reply.text());
    }
    let (token, mine) = (
        bob.sign_in(&node).await.unwrap(),
        ada.sign_in(&node).await.unwrap(),
    );
    assert_eq!(
        seen(&node, Some(&token), "").await["total"],
        0,
        "nothing was entered"
    );
    // A session is not a signature, for who has a key.
    let signed = right.clone().sign(&ada.key).unwrap();
    let row = json!({
        "issuer_did": ada.did, "subject_did": bob.did, "type": "vouch", "issued_at": right.issued_at.as_millis(), "signature": signed.signature(),
    });
    let reply = send(
        &node,
        Ask::post("/auth/api/attestations", &row).bearer(&mine),
    )
    .await;
    assert_eq!(
        (reply.status, &reply.json()["type"]),
        (403, &json!("urn:imajin:problem:signature-required"))
    );
    // And nobody speaks in another's name.
    let reply = send(
        &node,
        Ask::post("/auth/api/attestations", &row).bearer(&token),
    )
    .await;
    assert_eq!(reply.status, 403);
    // The same twice is one.
    assert_eq!(issue(&node, &ada, &bob.did, "vouch").await.0.status, 201);
    let twice = issue(&node, &ada, &bob.did, "vouch").await.0;
    assert_eq!(twice.status, 409, "{}", twice.text());
}

#[tokio::test]
async fn the_rest_form_enters_what_the_proof_wills() {
    let node = open_node().await;
    let (ada, bob) = (owner(&node, 1).await, person(&node, 2).await);
    let right = said(&node, &ada, &bob.did, "vouch");
    let made = make(&ada, &right, "parties");
    let (proof, body) = ada.sign(&node, &made.write).await.unwrap();
    let body = imajin_dfos::cbor::to_dag_json(&body.unwrap()).unwrap();
    let row = json!({
        "subject_did": bob.did, "type": "vouch", "context_id": null, "context_type": null, "payload": null,
        "issued_at": right.issued_at.to_string(), "signature": body["signature"], "author_jws": made.author, "salt": body["salt"],
    });
    let ask = || Ask::post("/auth/api/attestations", &row).header("mjn-proof", proof.to_compact());
    let reply = send(&node, ask()).await;
    assert_eq!(
        (reply.status, &reply.json()["cid"]),
        (201, &json!(made.cid)),
        "{}",
        reply.text()
    );
    assert_eq!(send(&node, ask()).await.status, 200, "the answer got lost");

    let token = bob.sign_in(&node).await.unwrap();
    let about = json!({"cid": made.cid, "witness_jws": witness(&node, &bob, made.author.as_ref().unwrap())});
    let reply = send(
        &node,
        Ask::post("/auth/api/attestations/countersign", &about).bearer(&token),
    )
    .await;
    assert_eq!(reply.status, 403, "Bob has a key: {}", reply.text());
}

#[tokio::test]
async fn what_is_not_public_is_seen_by_the_parties() {
    let node = open_node().await;
    let (ada, bob, eve) = (
        owner(&node, 1).await,
        person(&node, 2).await,
        person(&node, 3).await,
    );
    let (_, public) = issue(&node, &ada, &bob.did, "vouch").await;
    let private = make(
        &ada,
        &said(&node, &ada, &bob.did, "skill.baking"),
        "parties",
    );
    assert_eq!(ada.write(&node, &private.write).await.unwrap().status, 201);
    let subject = format!("subject_did={}", bob.did);
    let tokens = [
        None,
        Some(eve.sign_in(&node).await.unwrap()),
        Some(ada.sign_in(&node).await.unwrap()),
        Some(bob.sign_in(&node).await.unwrap()),
    ];
    let mut totals = Vec::new();
    for token in &tokens {
        totals.push(
            seen(&node, token.as_deref(), &subject).await["total"]
                .as_u64()
                .unwrap(),
        );
    }
    assert_eq!(
        totals,
        [0, 0, 2, 2],
        "nobody else sees what Bob has not confirmed"
    );
    for made in [&public, &private] {
        assert_eq!(countersign(&node, &bob, &ada.did, made).await.status, 201);
    }
    for (token, wanted) in tokens.iter().zip([1, 1, 2, 2]) {
        let list = seen(&node, token.as_deref(), &subject).await;
        assert_eq!(list["total"], wanted);
        assert_eq!(list["attestations"].as_array().unwrap().len(), wanted);
        let one = Ask::get(format!("/auth/api/attestations/{}", private.cid));
        let one = match token {
            Some(token) => one.bearer(token),
            None => one,
        };
        assert_eq!(
            send(&node, one).await.status,
            if wanted == 2 { 200 } else { 404 }
        );
    }
    let nobody = send(&node, Ask::get("/auth/api/attestations")).await;
    assert_eq!(nobody.status, 401);
}

#[tokio::test]
async fn relays_get_both_signatures_of_what_is_public() {
    let node = open_node().await;
    let (ada, bob) = (owner(&node, 1).await, person(&node, 2).await);
    let sent = || imajin_auth::outbox::after(&node.node, None, 100).unwrap();
    let before = sent().len();
    let private = make(
        &ada,
        &said(&node, &ada, &bob.did, "skill.baking"),
        "parties",
    );
    assert_eq!(ada.write(&node, &private.write).await.unwrap().status, 201);
    assert_eq!(
        countersign(&node, &bob, &ada.did, &private).await.status,
        201
    );
    let (_, public) = issue(&node, &ada, &bob.did, "vouch").await;
    assert_eq!(
        sent().len(),
        before,
        "nothing of what is private, or of what waits"
    );
    assert_eq!(
        countersign(&node, &bob, &ada.did, &public).await.status,
        201
    );
    let sent = sent();
    assert_eq!(sent.len(), before + 1);
    let tokens = &sent[before].tokens;
    let witness = witness(&node, &bob, public.author.as_ref().unwrap());
    assert_eq!(*tokens, [public.author.clone().unwrap(), witness]);
}

#[tokio::test]
async fn declined_revoked_expired() {
    let node = open_node().await;
    let (ada, bob, eve) = (
        owner(&node, 1).await,
        person(&node, 2).await,
        person(&node, 3).await,
    );
    let (_, first) = issue(&node, &ada, &bob.did, "vouch").await;
    let decline =
        |who: &Person, made: &Made| about(who, "auth.attestation.decline", &ada.did, &made.cid);
    assert_eq!(
        eve.write(&node, &decline(&eve, &first))
            .await
            .unwrap()
            .status,
        404,
        "it is not about Eve"
    );
    let not_hers = ada
        .write(
            &node,
            &about(&ada, "auth.attestation.decline", &bob.did, &first.cid),
        )
        .await
        .unwrap();
    assert_eq!(not_hers.status, 403);
    assert_eq!(
        bob.write(&node, &decline(&bob, &first))
            .await
            .unwrap()
            .status,
        201
    );
    assert_eq!(countersign(&node, &bob, &ada.did, &first).await.status, 409);

    let (_, second) = issue(&node, &ada, &eve.did, "vouch").await;
    let not_theirs = eve
        .write(
            &node,
            &about(&eve, "auth.attestation.revoke", &ada.did, &second.cid),
        )
        .await
        .unwrap();
    assert_eq!(not_theirs.status, 403);
    let revoke = about(&ada, "auth.attestation.revoke", &eve.did, &second.cid);
    assert_eq!(ada.write(&node, &revoke).await.unwrap().status, 201);
    assert_eq!(ada.write(&node, &revoke).await.unwrap().status, 409);
    assert_eq!(
        countersign(&node, &eve, &ada.did, &second).await.status,
        409
    );
    let token = eve.sign_in(&node).await.unwrap();
    let row = seen(&node, Some(&token), "").await["attestations"][0].clone();
    assert!(
        row["revokedAt"].is_string() && row["inForce"] == false,
        "{row}"
    );

    let mut third = make(&ada, &said(&node, &ada, &bob.did, "flag.yellow"), "parties");
    let ends = "2026-11-20T10:00:01.000Z";
    let body = third.write.body.as_mut().unwrap().as_map_mut().unwrap();
    body.remove("author_jws");
    body.insert("expires_at".into(), Value::from(ends));
    let reply = ada.write(&node, &third.write).await.unwrap();
    assert_eq!(reply.status, 201, "{}", reply.text());
    let of_bob = || async {
        let token = ada.sign_in(&node).await.unwrap();
        seen(&node, Some(&token), "type=flag.yellow").await["attestations"][0]["inForce"].clone()
    };
    assert_eq!(of_bob().await, true);
    node.clock.pass(Duration::from_secs(60));
    assert_eq!(of_bob().await, false);
}

#[tokio::test]
async fn without_the_authors_signature_it_never_becomes_bilateral() {
    let node = open_node().await;
    let (ada, bob) = (owner(&node, 1).await, person(&node, 2).await);
    let mut made = make(&ada, &said(&node, &ada, &bob.did, "vouch"), "public");
    made.write
        .body
        .as_mut()
        .unwrap()
        .as_map_mut()
        .unwrap()
        .remove("author_jws");
    assert_eq!(ada.write(&node, &made.write).await.unwrap().status, 201);
    let reply = countersign(&node, &bob, &ada.did, &made).await;
    assert_eq!(
        (reply.status, &reply.json()["type"]),
        (409, &json!("urn:imajin:problem:author-jws-missing"))
    );
}

/// Erases the newest warning in somebody's own log.
async fn erase_received(node: &TestNode, who: &Person) {
    let entries = node.node.ledger().entries(&who.did, None, 1000).unwrap();
    let headers = entries.into_iter().map(|entry| {
        imajin_ledger::Sealed::decode(entry.header, None)
            .unwrap()
            .header
    });
    let body = headers
        .filter(|header| header.op == "auth.attestation.received")
        .filter_map(|header| header.body)
        .last()
        .unwrap();
    let write = Write::new(&who.did, "auth.body.erased").body(Value::map([(
        "bodies",
        Value::List(vec![Value::Link(body)]),
    )]));
    let reply = who.write(node, &write).await.unwrap();
    assert_eq!(reply.status, 201, "{}", reply.text());
}

#[tokio::test]
async fn tiers_gate_what_one_may_say_and_are_earned() {
    let thresholds = Thresholds {
        connections: 2,
        ..Thresholds::default()
    };
    let node = node_with(Config {
        registration: Some(Registration::Open),
        tiers: thresholds,
        ..Config::default()
    })
    .await;
    let (ada, bob) = (owner(&node, 1).await, person(&node, 2).await);
    let friends = [person(&node, 3).await, person(&node, 4).await];
    let refused = issue(&node, &bob, &ada.did, "vouch").await.0;
    assert_eq!(
        (
            refused.status,
            &refused.json()["type"],
            &refused.json()["needed"]
        ),
        (
            403,
            &json!("urn:imajin:problem:tier"),
            &json!("established")
        )
    );
    for kind in [
        "transaction.settled",
        "customer",
        "identity.root",
        "session.created",
        "event.attendance",
    ] {
        assert_eq!(
            issue(&node, &ada, &bob.did, kind).await.0.status,
            403,
            "{kind} is the node's to say"
        );
    }
    let tier = || async {
        send(&node, Ask::get(format!("/auth/api/lookup/{}", bob.did)))
            .await
            .json()["tier"]
            .clone()
    };
    assert_eq!(tier().await, "preliminary");
    for friend in &friends {
        let (reply, made) = issue(&node, &bob, &friend.did, "connection.accepted").await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        assert_eq!(
            countersign(&node, friend, &bob.did, &made).await.status,
            201
        );
    }
    by_node(&node, &bob.did, "event.attendance").await;
    assert_eq!(tier().await, "preliminary", "28 days are missing");
    node.clock.pass(Duration::from_secs(28 * 24 * 3600));
    assert_eq!(tier().await, "established");
    let (reply, _) = issue(&node, &bob, &ada.did, "vouch").await;
    assert_eq!(reply.status, 201, "{}", reply.text());

    let (reply, flag) = issue(&node, &ada, &bob.did, "flag.yellow").await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    assert_eq!(tier().await, "preliminary", "an open warning");
    // Who is warned of cannot lift it: neither by declining, nor by erasing their copy.
    let decline = about(&bob, "auth.attestation.decline", &ada.did, &flag.cid);
    assert_eq!(bob.write(&node, &decline).await.unwrap().status, 201);
    assert_eq!(tier().await, "preliminary");
    erase_received(&node, &bob).await;
    let token = bob.sign_in(&node).await.unwrap();
    assert_eq!(
        seen(&node, Some(&token), "type=flag.yellow").await["total"],
        0
    );
    assert_eq!(tier().await, "preliminary");
    let cleared = Attestation {
        context_id: Some(flag.cid),
        ..said(&node, &ada, &bob.did, "flag.cleared")
    };
    assert_eq!(
        ada.write(&node, &make(&ada, &cleared, "parties").write)
            .await
            .unwrap()
            .status,
        201
    );
    assert_eq!(tier().await, "established");
}

#[tokio::test]
async fn a_bare_key_attests_nothing_that_needs_a_chain() {
    let node = open_node().await;
    let ada = owner(&node, 1).await;
    let bare = Person::new(9);
    bare.register(&node).await.unwrap();
    let token = bare.sign_in(&node).await.unwrap();
    let said = said(&node, &bare, &ada.did, "connection.accepted");
    let row = json!({
        "subject_did": ada.did, "type": "connection.accepted", "issued_at": said.issued_at.as_millis(), "signature": said.sign(&bare.key).unwrap().signature(),
    });
    let reply = send(
        &node,
        Ask::post("/auth/api/attestations", &row).bearer(&token),
    )
    .await;
    assert_eq!(
        (reply.status, &reply.json()["needed"]),
        (403, &json!("preliminary")),
        "{}",
        reply.text()
    );
}

#[tokio::test]
async fn node_and_actor_have_met() {
    let node = open_node().await;
    let (ada, bob) = (owner(&node, 1).await, person(&node, 2).await);
    let token = ada.sign_in(&node).await.unwrap();
    let ask = || Ask::post("/auth/api/attestations/root", &json!({})).bearer(&token);
    let (first, second) = (send(&node, ask()), send(&node, ask()));
    let (first, second) = tokio::join!(first, second);
    assert_eq!(
        (first.status, second.status),
        (200, 200),
        "{} {}",
        first.text(),
        second.text()
    );
    let root = first.json();
    assert_eq!(
        (&root["issuerDid"], &root["subjectDid"], &root["type"]),
        (
            &json!(node.node.did()),
            &json!(ada.did),
            &json!("identity.root")
        )
    );
    let made = Made {
        cid: root["cid"].as_str().unwrap().to_owned(),
        author: root["authorJws"].as_str().map(str::to_owned),
        write: Write::new(&ada.did, "auth.attestation.issue"),
    };
    let reply = countersign(&node, &ada, node.node.did(), &made).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let again = send(&node, ask()).await.json();
    assert_eq!(
        (&again["cid"], &again["attestationStatus"]),
        (&root["cid"], &json!("bilateral"))
    );

    // Later ones name it, and name the right one.
    let naming = |cid: &str| Attestation {
        payload: Some(serde_json::Map::from_iter([(
            "root".to_owned(),
            json!(cid),
        )])),
        ..said(&node, &ada, &bob.did, "vouch")
    };
    let wrong = ada
        .write(&node, &make(&ada, &naming("bafyreigdyrzt"), "public").write)
        .await
        .unwrap();
    assert_eq!(wrong.status, 400, "{}", wrong.text());
    let none = said(&node, &ada, &bob.did, "vouch");
    let without = ada.write(&node, &make(&ada, &none, "public").write).await;
    let without = without.unwrap();
    assert_eq!(without.status, 400, "{}", without.text());
    assert!(without.text().contains(&made.cid), "it says which one");
    let right = ada
        .write(&node, &make(&ada, &naming(&made.cid), "public").write)
        .await
        .unwrap();
    assert_eq!(right.status, 201, "{}", right.text());
}

#[tokio::test]
async fn standing_explains_itself_to_who_may_know() {
    let node = open_node().await;
    let (ada, bob, eve) = (
        owner(&node, 1).await,
        person(&node, 2).await,
        person(&node, 3).await,
    );
    let (_, public) = issue(&node, &ada, &bob.did, "vouch").await;
    countersign(&node, &bob, &ada.did, &public).await;
    by_node(&node, &bob.did, "transaction.settled").await;
    let standing = |who: String, query: &'static str| {
        let path = format!("/auth/api/standing/{}{query}", bob.did);
        let node = &node;
        async move { send(node, Ask::get(path).bearer(&who)).await.json() }
    };
    let own = standing(bob.sign_in(&node).await.unwrap(), "").await;
    // The owner's vouch gives half of 1 000 000; the node's word 250 000 of its half.
    assert_eq!(
        (&own["receivedPpm"], &own["mode"], &own["tier"]),
        (&json!(625_000), &json!("community"), &json!("preliminary"))
    );
    assert_eq!(
        (
            own["terms"][0]["amountPpm"].as_u64(),
            own["terms"][1]["amountPpm"].as_u64()
        ),
        (Some(500_000), Some(125_000))
    );
    assert_eq!(own["steps"].as_array().unwrap().len(), 4);
    let theirs = standing(eve.sign_in(&node).await.unwrap(), "").await;
    assert_eq!(theirs["standingPpm"], own["standingPpm"]);
    assert_eq!(
        (
            theirs["terms"].as_array().unwrap().len(),
            &theirs["withheld"]
        ),
        (1, &json!({"terms": 1, "amountPpm": 125_000}))
    );
    assert_eq!(theirs["steps"], json!([]));
    let elsewhere = standing(eve.sign_in(&node).await.unwrap(), "?mode=cross-node").await;
    assert_eq!(
        elsewhere["receivedPpm"],
        json!(625_000),
        "what the node signed proves itself by its chain, and counts elsewhere"
    );
    assert_eq!(
        send(&node, Ask::get(format!("/auth/api/standing/{}", bob.did)))
            .await
            .status,
        401
    );
}
