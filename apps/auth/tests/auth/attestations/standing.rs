//! Tests of tiers, the capabilities that they gate, and a standing that explains itself.

use imajin_edge::testing::each;
use imajin_host::Config;

use super::*;

/// Erases the newest warning in a person's own log.
async fn erase_received(node: &TestNode, who: &Person) {
    let entries = node.node.ledger().entries(&who.did, None, 1000).unwrap();
    let decoded = |entry| imajin_log::Sealed::decode(entry, None).unwrap().header;
    let headers = entries.into_iter().map(|entry| decoded(entry.header));
    let received = headers.filter(|header| header.op == "auth.attestation.received");
    let body = received.filter_map(|header| header.body).last().unwrap();
    let write = Write::new(&who.did, "auth.body.erased")
        .body(Value::map([("bodies", Value::List(vec![Value::Link(body)]))]));
    who.write(node, &write).await.check(201);
}

#[tokio::test]
async fn tiers_gate_what_one_may_say_and_are_earned() {
    let thresholds = Thresholds { connections: 2, ..Thresholds::default() };
    let node = node_with(Config { tiers: thresholds, ..open_config() }).await;
    let (ada, bob) = (owner(&node, 1).await, person(&node, 2).await);
    let friends = [person(&node, 3).await, person(&node, 4).await];
    let refused = issue(&node, &bob, &ada.did, "vouch").await.0.check(403).json();
    assert_members!(refused, "type": "urn:imajin:problem:tier", "needed": "established");
    for kind in
        ["transaction.settled", "customer", "identity.root", "session.created", "event.attendance"]
    {
        let refused = issue(&node, &ada, &bob.did, kind).await.0.status;
        assert_eq!(refused, 403, "{kind} is not hers to say of him");
    }
    let standing = || async {
        let token = bob.sign_in(&node).await;
        let ask = Ask::get(format!("/auth/api/standing/{}", bob.did));
        send(&node, ask.bearer(&token)).await.json()["standingPpm"].clone()
    };
    let before = standing().await;
    let (own, _) = issue(&node, &bob, &bob.did, "session.created").await;
    assert_eq!(own.status, 201, "{}", own.text());
    let (own, _) = issue(&node, &bob, &bob.did, "customer").await;
    assert_eq!(own.status, 403, "{}", own.text());
    assert_eq!(standing().await, before);
    let tier = || async {
        send(&node, Ask::get(format!("/auth/api/lookup/{}", bob.did))).await.json()["tier"].clone()
    };
    assert_eq!(tier().await, "preliminary");
    for friend in &friends {
        let (reply, made) = issue(&node, &bob, &friend.did, "connection.accepted").await;
        assert_eq!(reply.status, 201, "{}", reply.text());
        countersign(&node, friend, &bob.did, &made).await.check(201);
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
    // The person warned of cannot lift it: neither by declining, nor by erasing their copy.
    let decline = write_about(&bob, "auth.attestation.decline", &ada.did, &flag.cid);
    assert_eq!(bob.write(&node, &decline).await.status, 201);
    assert_eq!(tier().await, "preliminary");
    erase_received(&node, &bob).await;
    let token = bob.sign_in(&node).await;
    assert_eq!(seen(&node, Some(&token), "type=flag.yellow").await["total"], 0);
    assert_eq!(tier().await, "preliminary");
    let cleared = Attestation {
        context_id: Some(flag.cid),
        ..new_attestation(&node, &ada, &bob.did, "flag.cleared")
    };
    ada.write(&node, &make(&ada, &cleared, "parties").write).await.check(201);
    assert_eq!(tier().await, "established");
}

#[tokio::test]
async fn a_bare_key_attests_nothing_that_needs_a_chain() {
    let (node, [ada]) = populated(open_node(), [1], owner).await;
    let bare = Person::new(9);
    bare.register(&node).await;
    let token = bare.sign_in(&node).await;
    let attestation = new_attestation(&node, &bare, &ada.did, "connection.accepted");
    let row = json!({
        "subject_did": ada.did, "type": "connection.accepted", "issued_at": attestation.issued_at.as_millis(), "signature": attestation.sign(&bare.key).unwrap().signature(),
    });
    let refused = post(&node, "/auth/api/attestations", &row, &token).await;
    refused.check_member(403, "needed", "preliminary");
}

#[tokio::test]
async fn node_and_actor_have_met() {
    let node = open_node().await;
    let (ada, bob) = (owner(&node, 1).await, person(&node, 2).await);
    let token = ada.sign_in(&node).await;
    let ask = || Ask::post("/auth/api/attestations/root", &json!({})).bearer(&token);
    let (first, second) = (send(&node, ask()), send(&node, ask()));
    let (first, second) = tokio::join!(first, second);
    assert_eq!((first.status, second.status), (200, 200), "{} {}", first.text(), second.text());
    let root = first.json();
    assert_members!(root, "issuerDid": node.node.did(), "subjectDid": ada.did);
    assert_eq!(root["type"], "identity.root");
    let draft = IssueDraft {
        cid: root["cid"].as_str().unwrap().to_owned(),
        author: root["authorJws"].as_str().map(str::to_owned),
        write: Write::new(&ada.did, "auth.attestation.issue"),
    };
    countersign(&node, &ada, node.node.did(), &draft).await.check(201);
    let again = send(&node, ask()).await.json();
    assert_eq!((&again["cid"], &again["attestationStatus"]), (&root["cid"], &json!("bilateral")));

    // Later ones name it, and name the right one.
    let naming = |cid: &str| Attestation {
        payload: Some(serde_json::Map::from_iter([("root".to_owned(), json!(cid))])),
        ..new_attestation(&node, &ada, &bob.did, "vouch")
    };
    ada.write(&node, &make(&ada, &naming("bafyreigdyrzt"), "public").write).await.check(400);
    let none = new_attestation(&node, &ada, &bob.did, "vouch");
    let without = ada.write(&node, &make(&ada, &none, "public").write).await.check(400);
    assert!(without.text().contains(&draft.cid), "it says which one");
    ada.write(&node, &make(&ada, &naming(&draft.cid), "public").write).await.check(201);
}

#[tokio::test]
async fn standing_explains_itself_to_who_may_know() {
    let (node, [ada]) = populated(open_node(), [1], owner).await;
    let [bob, eve] = each([2, 3], |n| person(&node, n)).await;
    let (_, public) = issue(&node, &ada, &bob.did, "vouch").await;
    countersign(&node, &bob, &ada.did, &public).await;
    by_node(&node, &bob.did, "transaction.settled").await;
    let standing = |who: String, query: &'static str| {
        let path = format!("/auth/api/standing/{}{query}", bob.did);
        let node = &node;
        async move { send(node, Ask::get(path).bearer(&who)).await.json() }
    };
    let own = standing(bob.sign_in(&node).await, "").await;
    // The owner's vouch gives half of 1 000 000; the node's word 250 000 of its half.
    assert_members!(own, "receivedPpm": 625_000, "mode": "community", "tier": "preliminary");
    let amounts = [0, 1].map(|term: usize| own["terms"][term]["amountPpm"].as_u64());
    assert_eq!(amounts, [Some(500_000), Some(125_000)]);
    assert_eq!(own["steps"].as_array().unwrap().len(), 4);
    let theirs = standing(eve.sign_in(&node).await, "").await;
    assert_eq!(theirs["standingPpm"], own["standingPpm"]);
    assert_eq!(theirs["terms"].as_array().unwrap().len(), 1);
    assert_members!(theirs, "withheld": { "terms": 1, "amountPpm": 125_000 }, "steps": []);
    let elsewhere = standing(eve.sign_in(&node).await, "?mode=cross-node").await;
    // The node's word proves itself by the chain, and counts elsewhere.
    assert_members!(elsewhere, "receivedPpm": 625_000);
    send(&node, Ask::get(format!("/auth/api/standing/{}", bob.did))).await.check(401);
}
