//! Disputes: amounts of a card payment that the provider takes back, and the time for which parts are held.

use crate::cards::world;
use crate::prelude::*;

#[tokio::test]
async fn a_dispute_lost_while_held_takes_from_all_parts() {
    let world = world().await;
    let checkout = world.checkout().await;
    let session = world.stripe.pay(checkout["id"].as_str().unwrap());
    let dispute = |status: &str| json!({"id": "dp_1", "payment_intent": session["payment_intent"], "amount": 1_001, "currency": "chf", "status": status});
    // The dispute arrives before the news of the payment, and its end before its beginning.
    world.send_event("charge.dispute.created", &dispute("needs_response")).await;
    assert_eq!(world.coming().await, (0, 701, 300), "asked for, since nobody had said it");
    world.completes(&session).await;
    world.send_event("charge.dispute.closed", &dispute("lost")).await;
    world.send_event("charge.dispute.updated", &dispute("under_review")).await;
    world.send_event("charge.dispute.closed", &dispute("lost")).await;
    assert_eq!(world.coming().await, (0, 0, 0));
    assert_eq!(world.counts(["pay.disputed", "pay.posted"]).await, [2, 2]);
    assert_eq!(world.stripe.asked("POST /v1/refunds"), 0, "the bank took it already");
    // The owner refunds on the provider's own pages: the books follow, once.
    let checkout = world.checkout().await;
    let session = world.pays(&checkout).await;
    assert_eq!(world.coming().await, (0, 701, 300));
    let refund = json!({"id": "re_by_hand", "status": "succeeded", "amount": 500, "currency": "chf",
        "payment_intent": session["payment_intent"], "metadata": {}});
    world.send_event("refund.created", &refund).await;
    world.send_event("refund.updated", &refund).await;
    assert_eq!(world.coming().await, (0, 351, 150));
    assert_eq!(world.balances().await, (0, 0, 0));
    close(world.node).await;
}

#[tokio::test]
async fn nothing_goes_on_to_an_account_at_the_provider_while_it_is_held() {
    let world = world().await;
    world.ready().await;
    let none = world.band.ask(&world.node, "/pay/api/connect/status", &json!({})).await;
    assert_eq!(none.json(), json!({"accountId": null, "detailsSubmitted": false, "ready": false}));
    let onboard = "/pay/api/connect/onboard";
    world.stripe.refuses("accounts", "platform_not_ready", 1);
    world.band.ask(&world.node, onboard, &json!({})).await.check(422);
    // A repeated request would get the provider's old refusal.
    let begun = world.band.ask(&world.node, onboard, &json!({})).await.json();
    let account = begun["accountId"].as_str().unwrap().to_owned();
    let again = world.band.ask(&world.node, "/pay/api/connect/onboard", &json!({})).await.json();
    assert_eq!((&again["accountId"], world.stripe.accounts()), (&begun["accountId"], 1));
    let ready = world.stripe.is_ready(&account);
    world.send_event("account.updated", &ready).await;
    let status = world.band.ask(&world.node, "/pay/api/connect/status", &json!({})).await.json();
    assert_eq!(status["ready"], json!(true));
    let checkout = world.checkout().await;
    assert!(world.stripe.newest()["made"]["payment_intent_data[transfer_data][amount]"].is_null());
    world.pays(&checkout).await;
    // Longer than the worker's pause between two looks for due transfers.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(world.stripe.asked("POST /v1/transfers"), 0, "held");
    assert_eq!(world.stripe.passed_on(&account), 0);
    assert_eq!(world.coming().await, (0, 701, 300));
    close(world.node).await;
}

/// After the owner's `card_hold_days` money that came by card can be spent, and only then the node attests the payment.
#[tokio::test]
async fn free_and_attested_after_the_days_of_a_card() {
    let mut world = world().await;
    let checkout = world.checkout().await;
    let session = world.pays(&checkout).await;
    days(&world.node, &world.olga, 13).await;
    world.band = world.band.again(&world.node).await;
    world.buyer = world.buyer.again(&world.node).await;
    world.venue = world.venue.again(&world.node).await;
    assert_eq!(world.balances().await, (0, 0, 0));
    let path = format!("/pay/api/balance/{}", world.band.did());
    // The time is unknown until the goods are handed over.
    let free_at = until_some(async || {
        let all = world.band.get(&world.node, &path).await.json();
        all["coming"][0]["freeAt"].as_str().map(str::to_owned)
    })
    .await;
    assert!(free_at.starts_with("2026-12-04T10:"), "{free_at}");
    // Longer than the worker's pause between two looks for payments to attest.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(world.attested().await, Some(0), "it may still go back");
    days(&world.node, &world.olga, 2).await;
    world.band = world.band.again(&world.node).await;
    world.buyer = world.buyer.again(&world.node).await;
    world.venue = world.venue.again(&world.node).await;
    world.olga = world.olga.again(&world.node).await;
    assert_eq!(world.balances().await, (0, 701, 300));
    assert_eq!(world.coming().await, (0, 0, 0));
    until(async || world.attested().await == Some(2)).await;
    // The sale is final: the seller alone pays refunds, and amounts that the bank takes.
    let refund =
        |amount: i64| json!({"transactionId": checkout["transactionId"], "amount": amount});
    world.band.signed(&world.node, "/pay/api/refund", &refund(702)).await.check(402);
    world.band.does(&world.node, "/pay/api/refund", &refund(600)).await;
    assert_eq!(world.balances().await, (0, 101, 300));
    until(async || world.stripe.refunded(&session) == 600).await;
    until(async || world.count_entries("pay.returned").await == 1).await;
    world.stripe.at(world.node.node.now().as_secs());
    let dispute = json!({"id": "dp_9", "payment_intent": session["payment_intent"], "amount": 1_001, "currency": "chf", "status": "lost"});
    world.send_event("charge.dispute.closed", &dispute).await;
    // The seller still had 401; the other 600 were returned twice, and the payer owes them.
    assert_eq!(world.balances().await, (-600, -300, 300));
    close(world.node).await;
}

/// An amount that could not be refunded is the payer's credit, and a lost dispute takes it first; only the rest comes
/// from the payment's parts.
#[tokio::test]
async fn a_lost_dispute_takes_what_was_kept_first() {
    let world = world().await;
    let checkout = world.checkout().await;
    let session = world.pays(&checkout).await;
    let payment = checkout["transactionId"].clone();
    let refund = json!({"transactionId": payment, "amount": 500});
    world.band.does(&world.node, "/pay/api/refund", &refund).await;
    until(async || world.count_entries("pay.returned").await == 1).await;
    let failed =
        json!({"id": "re_x", "status": "failed", "metadata": {"payment": payment, "n": "1"}});
    world.send_event("refund.failed", &failed).await;
    assert_eq!(world.buyer.balance(&world.node).await, 500);
    let lost = json!({"id": "dp_1", "payment_intent": session["payment_intent"], "amount": 600, "currency": "chf", "status": "lost"});
    world.send_event("charge.dispute.closed", &lost).await;
    let (_, band, venue) = world.coming().await;
    let buyer = world.buyer.balance(&world.node).await;
    assert_eq!((buyer, band + venue), (0, 1_001 - 500 - 100));
    close(world.node).await;
}

/// While a dispute is open nothing of its payment is free, however long that takes; once it is won, all of it is.
#[tokio::test]
async fn nothing_is_free_while_a_dispute_is_open() {
    let mut world = world().await;
    let checkout = world.checkout().await;
    let session = world.pays(&checkout).await;
    let dispute = |status: &str| json!({"id": "dp_1", "payment_intent": session["payment_intent"], "amount": 1_001, "currency": "chf", "status": status});
    world.send_event("charge.dispute.created", &dispute("needs_response")).await;
    days(&world.node, &world.olga, 30).await;
    for one in [&mut world.buyer, &mut world.band, &mut world.venue] {
        one.token = one.person.sign_in(&world.node).await;
    }
    // Longer than the worker's pause between two looks for deliveries.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(world.balances().await, (0, 0, 0));
    assert_eq!(world.coming().await, (0, 701, 300));
    world.stripe.at(world.node.node.now().as_secs());
    world.send_event("charge.dispute.closed", &dispute("won")).await;
    assert_eq!(world.balances().await, (0, 701, 300));
    close(world.node).await;
}

/// The provider settled the dispute itself: nothing is to be answered, and nothing is held for it.
#[tokio::test]
async fn a_prevented_dispute_holds_nothing() {
    let mut world = world().await;
    let checkout = world.checkout().await;
    let session = world.pays(&checkout).await;
    let dispute = json!({"id": "dp_1", "payment_intent": session["payment_intent"], "amount": 1_001, "currency": "chf", "status": "prevented"});
    world.send_event("charge.dispute.created", &dispute).await;
    assert_eq!(world.count_entries("pay.disputed").await, 1);
    days(&world.node, &world.olga, 30).await;
    for one in [&mut world.buyer, &mut world.band, &mut world.venue] {
        one.token = one.person.sign_in(&world.node).await;
    }
    until(async || world.balances().await == (0, 701, 300)).await;
    close(world.node).await;
}

/// The node does not attest a payment that was refunded in part, whatever is left of it.
#[tokio::test]
async fn what_went_back_in_part_is_never_attested() {
    let mut world = world().await;
    let checkout = world.checkout().await;
    world.pays(&checkout).await;
    let refund = json!({"transactionId": checkout["transactionId"], "amount": 1});
    world.band.does(&world.node, "/pay/api/refund", &refund).await;
    days(&world.node, &world.olga, 15).await;
    world.band = world.band.again(&world.node).await;
    world.buyer = world.buyer.again(&world.node).await;
    until(async || world.band.balance(&world.node).await > 0).await;
    // Longer than the worker's pause between two looks for payments to attest.
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(world.attested().await, Some(0));
    close(world.node).await;
}

/// A refund that the provider refuses during a dispute is not credit, and a lost dispute ends it.
#[tokio::test]
async fn a_refused_refund_and_a_lost_dispute_pay_once() {
    let world = world().await;
    for (status, credit) in [("lost", 0), ("won", 1_001)] {
        let before = world.buyer.balance(&world.node).await;
        let checkout = world.checkout().await;
        let session = world.pays(&checkout).await;
        let dispute = |status: &str| json!({"id": format!("dp_{}", session["id"]).replace('"', ""), "payment_intent": session["payment_intent"], "amount": 1_001, "currency": "chf", "status": status});
        world.send_event("charge.dispute.created", &dispute("needs_response")).await;
        let payment = checkout["transactionId"].clone();
        world.band.does(&world.node, "/pay/api/refund", &json!({"transactionId": payment})).await;
        let count = world.count_entries("pay.returned").await;
        until(async || world.stripe.refunded(&session) == 1_001).await;
        until(async || world.count_entries("pay.returned").await > count).await;
        let refund =
            json!({"id": "re_x", "status": "failed", "metadata": {"payment": payment, "n": "1"}});
        world.send_event("refund.failed", &refund).await;
        assert_eq!(world.buyer.balance(&world.node).await, before, "not yet");
        world.send_event("charge.dispute.closed", &dispute(status)).await;
        assert_eq!(world.buyer.balance(&world.node).await, before + credit);
        assert_eq!(world.coming().await, (0, 0, 0));
    }
    close(world.node).await;
}
