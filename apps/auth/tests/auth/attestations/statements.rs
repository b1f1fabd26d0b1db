//! Entered, countersigned, declined, revoked, seen: one attestation from its issuer to those who may read it.

use imajin_app::log_rows::LogRow;
use imajin_dfos::base64;
use imajin_edge::testing::each;
use imajin_log::{Header, WillKind};

use super::*;

#[tokio::test]
async fn stands_in_both_logs_and_is_bilateral_when_both_have_signed() {
    let node = open_node().await;
    let (ada, bob) = (owner(&node, 1).await, person(&node, 2).await);
    let (reply, made) = issue(&node, &ada, &bob.did, "vouch").await;
    assert_eq!(reply.check(201).logs(), [json!(ada.did), json!(bob.did)]);

    let token = bob.sign_in(&node).await;
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
    countersign(&node, &bob, &ada.did, &made).await.check(201);
    // Both see the same, from their own logs.
    for who in [&ada, &bob] {
        let token = who.sign_in(&node).await;
        let row = seen(&node, Some(&token), "type=vouch&status=bilateral").await["attestations"][0]
            .clone();
        assert_eq!(row["attestationStatus"], "bilateral", "{row}");
        assert!(row["witnessJws"].is_string() && row["authorJws"].is_string());
    }
    countersign(&node, &bob, &ada.did, &made).await.check(409);
}

/// Somebody else's signed will next to what followed from it, for people whom an app lets see it.
#[tokio::test]
async fn rows_of_a_log_have_the_intents_of_others_and_are_bounded() {
    let node = open_node().await;
    let (ada, bob) = (owner(&node, 1).await, person(&node, 2).await);
    let (reply, made) = issue(&node, &ada, &bob.did, "vouch").await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let rows = node.node.log_rows(&bob.did, None, 100, |_| true);
    let whole = rows.await.unwrap();
    let header = |text: &str| Header::decode(&base64::decode_url(text).unwrap()).unwrap();
    let place = |row: &LogRow| header(&row.header).op == "auth.attestation.received";
    let received = whole.rows.iter().position(place).unwrap();
    let row = &whole.rows[received];
    let intent = header(row.cause.as_deref().unwrap());
    assert_eq!((&intent.did, intent.op.as_str()), (&ada.did, "auth.attestation.issue"));
    assert_eq!(intent.reference.as_ref().unwrap().as_str(), made.cid);
    assert!(intent.will_kind() == WillKind::Signed && row.body.is_some());
    assert!(!whole.has_more && whole.rows[0].cause.is_none());
    // A part of it, without the bodies that its reader may not see.
    let after = received.checked_sub(1).map(|before| before as u64);
    let shows = |header: &Header| header.op != "auth.attestation.received";
    let part = node.node.log_rows(&bob.did, after, 1, shows).await.unwrap();
    let hidden = LogRow { body: None, ..row.clone() };
    assert_eq!(part.rows, [hidden]);
    assert_eq!(part.has_more, received + 1 < whole.rows.len());
    let first = node.node.log_rows(&bob.did, None, 0, shows).await.unwrap();
    assert_eq!((first.rows.len(), first.has_more), (1, true));
    let log_of_nobody = imajin_protocol::Did::from_key(&[9; 32]);
    let none = node.node.log_rows(&log_of_nobody, None, 5, shows).await.unwrap();
    assert!(none.rows.is_empty() && !none.has_more);
}

#[tokio::test]
async fn unsigned_or_wrongly_signed_is_refused() {
    let (node, [ada]) = populated(open_node(), [1], owner).await;
    let [bob, eve] = each([2, 3], |n| person(&node, n)).await;
    let right = new_attestation(&node, &ada, &bob.did, "vouch");
    let spoil = |change: &dyn Fn(&mut std::collections::BTreeMap<String, Value>)| {
        let mut draft = make(&ada, &right, "public");
        change(draft.write.body.as_mut().unwrap().as_map_mut().unwrap());
        draft.write
    };
    let other = right.clone().sign(&eve.key).unwrap();
    let theirs = right
        .author_jws(None, eve.chain.as_ref().unwrap(), eve.kid.key_id(), &eve.key)
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
            .reference(make(&ada, &new_attestation(&node, &ada, &eve.did, "vouch"), "public").cid),
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
        let reply = ada.write(&node, &write).await;
        assert_eq!(reply.status, 400, "{} {write:?}", reply.text());
    }
    let token = bob.sign_in(&node).await;
    let mine = ada.sign_in(&node).await;
    assert_eq!(seen(&node, Some(&token), "").await["total"], 0, "nothing was entered");
    // A session is not a signature for a person with a key.
    let signed = right.clone().sign(&ada.key).unwrap();
    let row = json!({
        "issuer_did": ada.did, "subject_did": bob.did, "type": "vouch", "issued_at": right.issued_at.as_millis(), "signature": signed.signature(),
    });
    let refused = post(&node, "/auth/api/attestations", &row, &mine).await;
    refused.check_member(403, "type", "urn:imajin:problem:signature-required");
    // The caller cannot issue in another person's name.
    post(&node, "/auth/api/attestations", &row, &token).await.check(403);
    // The same twice is one.
    assert_eq!(issue(&node, &ada, &bob.did, "vouch").await.0.status, 201);
    let twice = issue(&node, &ada, &bob.did, "vouch").await.0;
    assert_eq!(twice.status, 409, "{}", twice.text());
}

#[tokio::test]
async fn the_rest_form_enters_what_the_proof_wills() {
    let node = open_node().await;
    let (ada, bob) = (owner(&node, 1).await, person(&node, 2).await);
    let right = new_attestation(&node, &ada, &bob.did, "vouch");
    let draft = make(&ada, &right, "parties");
    let (proof, body) = ada.sign(&node, &draft.write).await.unwrap();
    let body = imajin_dfos::cbor::to_dag_json(&body.unwrap()).unwrap();
    let row = json!({
        "subject_did": bob.did, "type": "vouch", "context_id": null, "context_type": null, "payload": null,
        "issued_at": right.issued_at.to_string(), "signature": body["signature"], "author_jws": draft.author, "salt": body["salt"],
    });
    let ask = || Ask::post("/auth/api/attestations", &row).header("mjn-proof", proof.to_compact());
    send(&node, ask()).await.check_member(201, "cid", json!(draft.cid));
    assert_eq!(send(&node, ask()).await.status, 200, "the answer got lost");

    let token = bob.sign_in(&node).await;
    let about = json!({"cid": draft.cid, "witness_jws": witness(&node, &bob, draft.author.as_ref().unwrap())});
    let reply = post(&node, "/auth/api/attestations/countersign", &about, &token).await;
    assert_eq!(reply.status, 403, "Bob has a key: {}", reply.text());
}

#[tokio::test]
async fn what_is_not_public_is_seen_by_the_parties() {
    let (node, [ada]) = populated(open_node(), [1], owner).await;
    let [bob, eve] = each([2, 3], |n| person(&node, n)).await;
    let (_, public) = issue(&node, &ada, &bob.did, "vouch").await;
    let private = make(&ada, &new_attestation(&node, &ada, &bob.did, "skill.baking"), "parties");
    assert_eq!(ada.write(&node, &private.write).await.status, 201);
    let subject = format!("subject_did={}", bob.did);
    let tokens = [
        None,
        Some(eve.sign_in(&node).await),
        Some(ada.sign_in(&node).await),
        Some(bob.sign_in(&node).await),
    ];
    let mut totals = Vec::new();
    for token in &tokens {
        totals.push(seen(&node, token.as_deref(), &subject).await["total"].as_u64().unwrap());
    }
    assert_eq!(totals, [0, 0, 2, 2], "nobody else sees what Bob has not confirmed");
    for made in [&public, &private] {
        assert_eq!(countersign(&node, &bob, &ada.did, made).await.status, 201);
    }
    for (token, wanted) in tokens.iter().zip([1, 1, 2, 2]) {
        let list = seen(&node, token.as_deref(), &subject).await;
        assert_eq!(list["total"], wanted);
        assert_eq!(list["attestations"].as_array().unwrap().len(), wanted);
        let ask =
            Ask::get(format!("/auth/api/attestations/{}", private.cid)).bearer_if(token.as_ref());
        assert_eq!(send(&node, ask).await.status, if wanted == 2 { 200 } else { 404 });
    }
    node.get("/auth/api/attestations").await.check(401);
}

#[tokio::test]
async fn relays_get_both_signatures_of_what_is_public() {
    let node = open_node().await;
    let (ada, bob) = (owner(&node, 1).await, person(&node, 2).await);
    let sent = || imajin_auth::outbox::after(&node.node, None, 100).unwrap();
    let before = sent().len();
    let private = make(&ada, &new_attestation(&node, &ada, &bob.did, "skill.baking"), "parties");
    assert_eq!(ada.write(&node, &private.write).await.status, 201);
    countersign(&node, &bob, &ada.did, &private).await.check(201);
    let (_, public) = issue(&node, &ada, &bob.did, "vouch").await;
    assert_eq!(sent().len(), before, "nothing of what is private, or of what waits");
    countersign(&node, &bob, &ada.did, &public).await.check(201);
    let sent = sent();
    assert_eq!(sent.len(), before + 1);
    let tokens = &sent[before].tokens;
    let witness = witness(&node, &bob, public.author.as_ref().unwrap());
    assert_eq!(*tokens, [public.author.clone().unwrap(), witness]);
}

#[tokio::test]
async fn declined_revoked_expired() {
    let (node, [ada]) = populated(open_node(), [1], owner).await;
    let [bob, eve] = each([2, 3], |n| person(&node, n)).await;
    let (_, first) = issue(&node, &ada, &bob.did, "vouch").await;
    let decline = |who: &Person, made: &IssueDraft| {
        write_about(who, "auth.attestation.decline", &ada.did, &made.cid)
    };
    assert_eq!(eve.write(&node, &decline(&eve, &first)).await.status, 404, "it is not about Eve");
    ada.write(&node, &write_about(&ada, "auth.attestation.decline", &bob.did, &first.cid))
        .await
        .check(403);
    bob.write(&node, &decline(&bob, &first)).await.check(201);
    assert_eq!(countersign(&node, &bob, &ada.did, &first).await.status, 409);

    let (_, second) = issue(&node, &ada, &eve.did, "vouch").await;
    eve.write(&node, &write_about(&eve, "auth.attestation.revoke", &ada.did, &second.cid))
        .await
        .check(403);
    let revoke = write_about(&ada, "auth.attestation.revoke", &eve.did, &second.cid);
    assert_eq!(ada.write(&node, &revoke).await.status, 201);
    assert_eq!(ada.write(&node, &revoke).await.status, 409);
    countersign(&node, &eve, &ada.did, &second).await.check(409);
    let token = eve.sign_in(&node).await;
    let row = seen(&node, Some(&token), "").await["attestations"][0].clone();
    assert!(row["revokedAt"].is_string() && row["inForce"] == false, "{row}");

    let mut third = make(&ada, &new_attestation(&node, &ada, &bob.did, "flag.yellow"), "parties");
    let ends = "2026-11-20T10:00:01.000Z";
    let body = third.write.body.as_mut().unwrap().as_map_mut().unwrap();
    body.remove("author_jws");
    body.insert("expires_at".into(), Value::from(ends));
    ada.write(&node, &third.write).await.check(201);
    let of_bob = || async {
        let token = ada.sign_in(&node).await;
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
    let mut draft = make(&ada, &new_attestation(&node, &ada, &bob.did, "vouch"), "public");
    draft.write.body.as_mut().unwrap().as_map_mut().unwrap().remove("author_jws");
    assert_eq!(ada.write(&node, &draft.write).await.status, 201);
    let reply = countersign(&node, &bob, &ada.did, &draft).await;
    reply.check_member(409, "type", "urn:imajin:problem:author-jws-missing");
}
