use imajin_ledger::WriteFreeze;
use imajin_protocol::Proof;
use imajin_protocol::fair::{DISTRIBUTION, Source, SuffixKeys};
use imajin_protocol::money::Ppm;
use imajin_protocol::settlement::Receipt;

use crate::prelude::*;
use crate::support::{bare, derived};

fn amounts(answer: &Json) -> Vec<(String, i64)> {
    let rows = answer["recipients"].as_array().unwrap().iter();
    rows.map(|row| (row["did"].as_str().unwrap().to_owned(), row["amount"].as_i64().unwrap()))
        .collect()
}

/// A 70/30 split, of which one passes a fifth on, and a tenth goes to the played song: exact to the cent, in every log.
#[tokio::test]
async fn split_as_the_manifests_say_in_one_operation() {
    let (node, olga, [buyer, band, venue, friend]) = node_with_people([2, 3, 4, 5]).await;
    buyer.top_up(&node, &olga, 2_000).await;
    let song = friend.signs_shares("song", &[(friend.did(), 1_000_000)]);
    let publish =
        |manifest: &imajin_protocol::fair::Manifest| json!({"manifest": manifest.document()});
    friend.does(&node, "/pay/api/manifests", &publish(&song)).await;
    let passed = passes_on(&venue, &[(venue.did(), 800_000), (friend.did(), 200_000)]);
    venue.does(&node, "/pay/api/manifests", &publish(&passed)).await;
    let event = shares("event", &[(band.did(), 700_000), (venue.did(), 300_000)]);
    let event = derived(event, &song, 100_000).build().unwrap().sign(band.key()).unwrap();

    let quote = buyer.ask(&node, "/pay/api/quote", &order(&event, 1_001)).await.check(200);
    let paid = buyer.settles(&node, &event, 1_001).await;
    assert_eq!(amounts(&paid), amounts(&quote.json()), "what was shown is what happened");
    let name = |who: &crate::support::Somebody| who.did().to_string();
    let parts = [(name(&band), 631), (name(&venue), 216), (name(&friend), 54 + 100)];
    assert_eq!(amounts(&paid), parts);
    // One operation has the intent, two receipts, four credits, the posting, and three attestations.
    assert_eq!(paid["transactions"].as_array().unwrap().len(), 11);
    for (who, balance) in [(&buyer, 999), (&band, 631), (&venue, 216), (&friend, 154), (&olga, 0)] {
        assert_eq!(who.balance(&node).await, balance, "{}", who.did());
    }
    // The people's balances and the node's add up to zero.
    let node_did = node.node.did().clone();
    let books = olga.get(&node, &format!("/pay/api/balance/{node_did}")).await.json();
    assert_eq!(books["balances"][0]["amount"], json!(-2_000));

    // Both have the same receipt, which verifies without the node.
    let path = format!("/pay/api/receipts/{}", paid["batchId"].as_str().unwrap());
    let receipt = buyer.get(&node, &path).await.check(200);
    assert_eq!(receipt.text(), band.get(&node, &path).await.text());
    let held = Receipt::verify(&receipt.text(), &SuffixKeys).unwrap();
    assert_eq!(held.signer.did(), &node_did);
    let levels: Vec<_> = held.receipt.division.lines.iter().map(|line| line.level).collect();
    assert_eq!(levels, [1, 1, 2, 2, 1, 2]);
    assert!(!receipt.text().contains("launch party"), "a note is the payer's own");
    // A payee who neither paid nor sold sees their own part, and not the receipt.
    assert_eq!(friend.get(&node, &path).await.status, 404);
    let history =
        friend.get(&node, &format!("/pay/api/transactions/{}", friend.did())).await.json();
    let newest = &history["transactions"][0];
    assert_members!(newest, "op": "pay.credit", "amount": 154);
    close(node).await;
}

#[tokio::test]
async fn refused_before_anything_is_entered() {
    let (node, olga, [buyer, band]) = node_with_people([2, 3]).await;
    buyer.top_up(&node, &olga, 500).await;
    let event = || shares("event", &[(band.did(), 1_000_000)]).build().unwrap();
    let signed = event().sign(band.key()).unwrap();
    let status = async |body: Json| {
        let reply = buyer.signed(&node, "/pay/api/settle", &body).await;
        (reply.status, reply.json()["field"].as_str().unwrap_or_default().to_owned())
    };
    let with = |member: &str, value: Json| {
        let mut body = order(&signed, 100);
        body[member] = value;
        body
    };
    for (body, wanted, field) in [
        (order(&signed, 501), 402, ""),
        (order(&event(), 100), 400, "manifest"),
        (order(&event().sign(buyer.key()).unwrap(), 100), 400, "manifest"),
        (with("total_amount", json!(-1)), 400, "amount"),
        (with("total_amount", json!(1.5)), 400, ""),
        (with("currency", json!("XXX")), 400, "currency"),
        (with("service", json!("two words")), 400, "service"),
        (with("funded", json!(true)), 403, ""),
        (with("from_did", json!(band.did())), 403, ""),
        (with("fair_manifest", json!("nothing")), 400, "fair_manifest"),
    ] {
        assert_eq!(status(body.clone()).await, (wanted, field.to_owned()), "{body}");
    }
    // A session alone moves no money, and neither does a proof that omits a recipient.
    let sign = buyer.to_sign(&node, "/pay/api/settle", &order(&signed, 100)).await;
    let mut write = Write::from_answer(&sign);
    write.to.retain(|did| did != band.did());
    buyer.person.write(&node, &write).await.check_member(400, "field", "to");
    // The proof is valid, but for another amount.
    let (proof, _) = buyer.person.sign(&node, &Write::from_answer(&sign)).await.unwrap();
    let other = Ask::post("/pay/api/settle", &order(&signed, 99)).bearer(&buyer.token);
    assert_eq!(node.send(other.header("mjn-proof", proof.to_compact())).await.status, 400);
    // A person signs a valid request that another person pays.
    let write = Write::from_answer(&sign);
    let mut payload = band.person.payload(&node, &write).await.unwrap();
    payload.chain = band.person.chain.as_ref().map(|chain| *chain.head_cid());
    payload.seen = None;
    let forged = Proof::sign(band.key(), band.person.kid.clone(), payload).unwrap();
    let mut body = sign["body"].clone();
    body["salt"] = json!({"/": {"bytes": imajin_dfos::base64::encode_std(&[7; 16])}});
    let forged =
        Ask::post("/pay/api/commands/pay.settle", &body).header("mjn-proof", forged.to_compact());
    node.send(forged).await.check(403);
    assert_eq!(balances(&node, [&buyer, &band]).await, [500, 0]);
    close(node).await;
}

/// A record that moves away takes no receipt any more, and its owner could neither spend nor refund the money here.
#[tokio::test]
async fn nothing_is_paid_to_a_seller_whose_record_moves_away() {
    let (node, olga, [buyer, band]) = node_with_people([2, 3]).await;
    buyer.top_up(&node, &olga, 500).await;
    let event = band.signs_shares("event", &[(band.did(), 1_000_000)]);
    let freeze = WriteFreeze {
        did: band.did().clone(),
        reason: "it moves away".to_owned(),
        newer: None,
        epoch: None,
        whole: false,
    };
    node.node.ledger().freeze(freeze).unwrap();
    for amount in [0, 100] {
        let refused = buyer.signed(&node, "/pay/api/settle", &order(&event, amount)).await;
        refused.check_member(409, "reason", "seller");
    }
    node.node.ledger().unfreeze(band.did()).unwrap();
    assert_eq!(balances(&node, [&buyer, &band]).await, [500, 0]);
    buyer.settles(&node, &event, 100).await;
    close(node).await;
}

#[tokio::test]
async fn what_was_shown_holds_for_an_hour() {
    let (node, olga, [buyer, band, friend]) = node_with_people([2, 3, 4]).await;
    buyer.top_up(&node, &olga, 500).await;
    let event = band.signs_shares("event", &[(band.did(), 1_000_000)]);
    let sign = buyer.to_sign(&node, "/pay/api/settle", &order(&event, 100)).await;
    node.clock.pass(std::time::Duration::from_secs(600));
    let passed = passes_on(&band, &[(band.did(), 500_000), (friend.did(), 500_000)]);
    band.does(&node, "/pay/api/manifests", &json!({"manifest": passed.text()})).await;
    // Publishing a manifest meanwhile does not block the sale.
    buyer.person.write(&node, &Write::from_answer(&sign)).await.check(201);
    assert_eq!(balances(&node, [&band, &friend]).await, [100, 0]);
    let sign = buyer.to_sign(&node, "/pay/api/settle", &order(&event, 100)).await;
    buyer.settles(&node, &event, 100).await;
    assert_eq!(balances(&node, [&band, &friend]).await, [150, 50]);
    node.clock.pass(std::time::Duration::from_secs(3601));
    buyer
        .person
        .write(&node, &Write::from_answer(&sign))
        .await
        .check_member(409, "reason", "changed");
    close(node).await;
}

/// A repeated proof gets the same answer, and the money moves once.
#[tokio::test]
async fn twice_is_once() {
    let (node, olga, [buyer, band]) = node_with_people([2, 3]).await;
    buyer.top_up(&node, &olga, 500).await;
    let event = band.signs_shares("event", &[(band.did(), 1_000_000)]);
    let sign = buyer.to_sign(&node, "/pay/api/settle", &order(&event, 100)).await;
    let (proof, _) = buyer.person.sign(&node, &Write::from_answer(&sign)).await.unwrap();
    let mut body = order(&event, 100);
    body["salt"] = json!({"/": {"bytes": imajin_dfos::base64::encode_std(&[7; 16])}});
    let ask = || {
        let ask = Ask::post("/pay/api/settle", &body).bearer(&buyer.token);
        node.send(ask.header("mjn-proof", proof.to_compact()))
    };
    let (first, again) = (ask().await.json(), ask().await.json());
    assert_eq!(first["settled"], json!(true));
    assert_members!(again, "batchId": first["batchId"], "recipients": first["recipients"]);
    assert_eq!(balances(&node, [&buyer, &band]).await, [400, 100]);
    close(node).await;
}

/// Many concurrent payments with credit for a few of them: exactly as many succeed, and no balance falls below zero.
#[tokio::test]
async fn nobody_spends_what_they_do_not_have() {
    let (node, olga, [band]) = node_with_people([2]).await;
    let event = band.signs_shares("event", &[(band.did(), 1_000_000)]);
    // People with bare keys pay by their sessions, which proofs don't serialise.
    let buyer = bare(&node, 9).await;
    buyer.top_up(&node, &olga, 700).await;
    let body = order(&event, 100);
    let (node_ref, buyer_ref, body_ref) = (&node, &buyer, &body);
    let all: Vec<_> =
        (0..12).map(|_| buyer_ref.ask(node_ref, "/pay/api/settle", body_ref)).collect();
    let mut statuses = Vec::new();
    for reply in join_all(all).await {
        statuses.push(reply.status);
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [[200; 7].as_slice(), &[402; 5]].concat());
    assert_eq!(balances(&node, [&buyer, &band]).await, [0, 700]);
    close(node).await;
}

/// Awaits all of them, at the same time.
async fn join_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut done: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (future, done) in futures.iter_mut().zip(&mut done) {
            if done.is_none()
                && let std::task::Poll::Ready(output) = future.as_mut().poll(context)
            {
                *done = Some(output);
            }
        }
        if done.iter().all(Option::is_some) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    done.into_iter().flatten().collect()
}

/// A payment to more payees than a fact has room for, from a person without a key chain, is still one operation, and
/// verifies.
#[tokio::test]
async fn twenty_recipients_are_one_operation() {
    let node = node().await;
    let olga = owner(&node, 1).await;
    let mut people = Vec::new();
    for seed in 10..30 {
        people.push(somebody(&node, seed).await);
    }
    let even: Vec<_> = people.iter().map(|one| (one.did(), 50_000)).collect();
    let event = shares("event", &even).build().unwrap().sign(people[0].key()).unwrap();
    let bare = bare(&node, 9).await;
    let keyed = somebody(&node, 8).await;
    for buyer in [&bare, &keyed] {
        buyer.top_up(&node, &olga, 1_010).await;
        let before = node.node.ledger().stats();
        let paid = buyer.settles(&node, &event, 1_010).await;
        // The intent, two receipts, 21 credits, and the posting.
        assert_eq!(paid["transactions"].as_array().unwrap().len(), 28);
        // One commit of the journal, with one fsync, covers all of their records.
        let now = node.node.ledger().stats();
        assert_eq!((now.commands - before.commands, now.batches - before.batches), (1, 1));
        assert!(now.entries - before.entries >= 28);
        assert_eq!(buyer.balance(&node).await, 0);
    }
    assert_eq!(people[0].balance(&node).await, 102);
    assert_eq!(people[19].balance(&node).await, 100);
    close(node).await;
}

#[tokio::test]
async fn what_is_free_has_a_receipt_and_moves_nothing() {
    let node = node().await;
    let (buyer, band) = (somebody(&node, 2).await, somebody(&node, 3).await);
    let event = band.signs_shares("event", &[(band.did(), 1_000_000)]);
    let paid = buyer.settles(&node, &event, 0).await;
    assert_eq!(paid["recipients"], json!([]));
    let path = format!("/pay/api/receipts/{}", paid["batchId"].as_str().unwrap());
    let receipt = buyer.get(&node, &path).await.text();
    assert_eq!(Receipt::verify(&receipt, &SuffixKeys).unwrap().receipt.order.rail.as_str(), "free");
    assert_eq!(balances(&node, [&buyer, &band]).await, [0, 0]);
    close(node).await;
}

/// A cent might follow a manifest that a larger amount cannot, since the part in a circle is zero: it follows only
/// pinned manifests, like all amounts, so the holder of the receipt can repeat the calculation.
#[tokio::test]
async fn no_amount_follows_a_manifest_that_is_not_pinned() {
    let (node, olga, [buyer, band, venue, friend]) = node_with_people([2, 3, 4, 5]).await;
    buyer.top_up(&node, &olga, 2_000).await;
    let from = |id: &str, weight: u32| Source {
        id: id.to_owned(),
        weight: Ppm::new(weight).unwrap(),
        fair: None,
    };
    let publish = |manifest: Manifest| json!({ "manifest": manifest.document() });
    for (id, other) in [("round", "about"), ("about", "round")] {
        let mut work = shares(id, &[(friend.did(), 1_000_000)]);
        work.derives_from.push(from(other, 500_000));
        let work = work.build().unwrap().sign(friend.key()).unwrap();
        friend.does(&node, "/pay/api/manifests", &publish(work)).await;
    }
    let mut passed = shares(venue.did().as_str(), &[(venue.did(), 1_000_000)]);
    passed.kind = DISTRIBUTION.to_owned();
    passed.owner = Some(venue.did().clone());
    passed.derives_from.push(from("round", 10_000));
    let passed = passed.build().unwrap().sign(venue.key()).unwrap();
    venue.does(&node, "/pay/api/manifests", &publish(passed)).await;
    let event = band.signs_shares("event", &[(band.did(), 500_000), (venue.did(), 500_000)]);
    for amount in [2, 1_000] {
        let paid = buyer.settles(&node, &event, amount).await;
        let path = format!("/pay/api/receipts/{}", paid["batchId"].as_str().unwrap());
        let text = buyer.get(&node, &path).await.text();
        let receipt = Receipt::verify(&text, &SuffixKeys).unwrap().receipt;
        let lines = &receipt.division.lines;
        assert!(lines.iter().all(|line| line.passed_on.is_none()), "{amount}");
        assert_eq!(receipt.manifests.len(), 1);
    }
    close(node).await;
}

/// The node attests a payment that it saw: to both sides, and to the payer that it was their first with this seller.
/// Each attestation is signed by the node's own key, and counts for standing.
#[tokio::test]
async fn attested_by_the_node_in_the_same_operation() {
    let (node, olga, [buyer, band]) = node_with_people([2, 3]).await;
    buyer.top_up(&node, &olga, 1_000).await;
    let event = band.signs_shares("event", &[(band.did(), 1_000_000)]);
    let standing = |who: &imajin_protocol::Did| format!("/auth/api/standing/{who}");
    let before = buyer.get(&node, &standing(buyer.did())).await.json();
    let attested = async |who: &crate::support::Somebody| {
        let list = who.get(&node, "/auth/api/attestations").await.check(200);
        let mut kinds: Vec<(String, String)> = list.json()["attestations"]
            .as_array()
            .unwrap()
            .iter()
            .map(|row| {
                let key = node.node.public_key().verifying_key().unwrap();
                let issuer =
                    imajin_protocol::Did::parse(row["issuerDid"].as_str().unwrap()).unwrap();
                assert_eq!(&issuer, node.node.did());
                let attestation = imajin_protocol::attestation::Attestation {
                    issuer,
                    subject: who.did().clone(),
                    kind: imajin_protocol::attestation::Kind::parse(row["type"].as_str().unwrap())
                        .unwrap(),
                    context_id: row["contextId"].as_str().map(str::to_owned),
                    context_type: row["contextType"].as_str().map(str::to_owned),
                    payload: row["payload"].as_object().cloned(),
                    issued_at: node.node.now(),
                };
                attestation.verify(row["signature"].as_str().unwrap(), &[key]).unwrap();
                let text = |name: &str| row[name].as_str().unwrap().to_owned();
                (text("type"), text("contextId"))
            })
            .collect();
        kinds.sort();
        kinds
    };
    // A free payment is not attested.
    buyer.settles(&node, &event, 0).await;
    assert_eq!(attested(&buyer).await, []);
    let first = buyer.settles(&node, &event, 400).await;
    let first = first["batchId"].as_str().unwrap().to_owned();
    let settled = |id: &String| ("transaction.settled".to_owned(), id.clone());
    let customer = ("customer".to_owned(), band.did().to_string());
    assert_eq!(attested(&buyer).await, [customer.clone(), settled(&first)]);
    assert_eq!(attested(&band).await, [settled(&first)]);
    let second = buyer.settles(&node, &event, 400).await;
    let second = second["batchId"].as_str().unwrap().to_owned();
    let mut both = vec![customer, settled(&first), settled(&second)];
    both.sort();
    assert_eq!(attested(&buyer).await, both);
    let after = buyer.get(&node, &standing(buyer.did())).await.json();
    assert!(after["standingPpm"].as_u64() > before["standingPpm"].as_u64(), "{before} {after}");
    close(node).await;
}

/// Free payments leave entries in the seller's record all the same: a limited number a day, also after a restart.
#[tokio::test]
async fn what_is_free_fills_nobodys_record() {
    let node = node().await;
    owner(&node, 1).await;
    let (buyer, band) = (somebody(&node, 2).await, somebody(&node, 3).await);
    let gift = band.signs_shares("gift", &[(band.did(), 1_000_000)]);
    for n in 0..12 {
        let reply = buyer.signed(&node, "/pay/api/settle", &order(&gift, 0)).await;
        let expected = if n < 10 { 200 } else { 429 };
        assert_eq!(reply.status, expected, "{n}: {}", reply.text());
    }
    for n in 0..32 {
        let path = "/pay/api/checkout/etransfer";
        let reply = buyer.signed(&node, path, &order(&gift, 100 + n)).await;
        let expected = if n < 30 { 200 } else { 429 };
        assert_eq!(reply.status, expected, "{n}: {}", reply.text());
    }
    crate::support::days(&node, &buyer, 2).await;
    buyer.again(&node).await.does(&node, "/pay/api/settle", &order(&gift, 0)).await;
    close(node).await;
}
