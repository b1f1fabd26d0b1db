//! Refunds of payments by card: by their seller, or because their sale can't be settled any more.

use super::*;
use crate::support::shares;

impl World {
    /// Returns whether the box has nothing to tell its owner about payments.
    fn is_well(&self) -> bool {
        let apps = self.node.node.services().offers();
        let mut checks = apps.all::<dyn OwnerChecks>();
        checks.all(|(_, app)| app.checks(&self.node.node).iter().all(|check| check.ok))
    }
}

/// The owner is told of a refund that the provider doesn't make, such as one by an account that the box no longer has,
/// until it is made.
#[tokio::test]
async fn a_refund_that_waits_for_the_provider_for_long_raises_an_alarm() {
    let world = world().await;
    let checkout = world.checkout().await;
    let session = world.pays(&checkout).await;
    world.stripe.goes_away(u32::MAX);
    let refund = json!({"transactionId": checkout["transactionId"]});
    world.band.does(&world.node, "/pay/api/refund", &refund).await;
    assert!(world.is_well(), "not within the day");
    days(&world.node, &world.olga, 2).await;
    assert!(!world.is_well(), "after a day");
    world.stripe.goes_away(0);
    until_tried_again(&world.node, async || world.is_well()).await;
    assert_eq!(world.stripe.refunded(&session), 1_001);
    close(world.node).await;
}

/// A second payment of an order buys nothing. The seller and the box's owner can refund it; after a day the box raises
/// an alarm.
#[tokio::test]
async fn a_second_payment_of_an_order_is_given_back_once_somebody_says_so() {
    let world = world().await;
    let checkout = world.checkout().await;
    let first = world.stripe.pay(checkout["id"].as_str().unwrap());
    world.completes(&first).await;
    let second = world.stripe.pay_twice(&first);
    world.completes(&second).await;
    assert_eq!(world.count_entries("pay.stray").await, 1);
    assert_eq!(world.coming().await, (0, 701, 300));
    assert!(world.is_well(), "not within the day");
    let session = json!({"session": second["id"]});
    let path = "/pay/api/strays/return";
    for other in [&world.buyer, &world.venue] {
        other.signed(&world.node, path, &session).await.check(404);
    }
    world.olga.signed(&world.node, path, &json!({"session": "cs_none"})).await.check(404);
    days(&world.node, &world.olga, 2).await;
    assert!(!world.is_well(), "after a day");
    let world = World {
        band: world.band.again(&world.node).await,
        olga: world.olga.again(&world.node).await,
        buyer: world.buyer.again(&world.node).await,
        venue: world.venue.again(&world.node).await,
        ..world
    };
    // The provider refuses the first attempt, and would repeat that answer to the same request.
    world.stripe.refuses("refunds", "insufficient_funds", 1);
    assert_eq!(world.band.does(&world.node, path, &session).await["status"], "due");
    until(async || world.count_entries("pay.stray.returned").await == 1).await;
    assert_eq!(world.stripe.refunded(&second), 0);
    // The answer to the second attempt is lost, and the retry is the same request.
    world.stripe.loses_answers_of("POST /v1/refunds");
    world.band.does(&world.node, path, &session).await;
    until(async || world.stripe.refunded(&second) == 1_001).await;
    world.stripe.loses_answers(false);
    until_tried_again(&world.node, async || world.count_entries("pay.stray.returned").await == 2)
        .await;
    assert_eq!(world.stripe.refunds(&second).len(), 1);
    world.olga.signed(&world.node, path, &session).await.check(409);
    assert_eq!((world.stripe.refunded(&first), world.coming().await), (0, (0, 701, 300)));
    close(world.node).await;
}

/// Two pages of an order are paid at the same moment: one pays the order, the other is a second payment. Whichever is
/// reported again, nothing changes.
#[tokio::test]
async fn of_two_payments_of_an_order_at_once_one_is_a_stray() {
    let world = world().await;
    let checkout = world.checkout().await;
    let first = world.stripe.pay(checkout["id"].as_str().unwrap());
    let second = world.stripe.pay_twice(&first);
    for _ in 0..2 {
        tokio::join!(world.completes(&first), world.completes(&second));
        assert_eq!(world.counts(["pay.paid", "pay.stray"]).await, [1, 1]);
        assert_eq!(world.coming().await, (0, 701, 300));
    }
    close(world.node).await;
}

/// A payment whose sale is gone is refunded at once. If the provider refuses, the box's owner sees it and tries again.
#[tokio::test]
async fn what_cannot_be_settled_nor_given_back_is_shown() {
    let world = world().await;
    let checkout = world.checkout().await;
    crate::data_rights::delete(&world.node, &world.band).await;
    world.stripe.refuses("refunds", "insufficient_funds", 1);
    let paid = world.stripe.pay(checkout["id"].as_str().unwrap());
    world.completes(&paid).await;
    world.completes(&paid).await;
    assert_eq!(world.counts(["pay.stray", "pay.failed"]).await, [1, 1]);
    assert_eq!(world.stripe.refunded(&paid), 0);
    world.olga.does(&world.node, "/pay/api/strays/return", &json!({"session": paid["id"]})).await;
    until(async || world.stripe.refunded(&paid) == 1_001).await;
    close(world.node).await;
}

#[tokio::test]
async fn given_back_by_the_card_and_never_more() {
    let world = world().await;
    let checkout = world.checkout().await;
    let payment = checkout["transactionId"].clone();
    let session = world.pays(&checkout).await;
    let refund = |amount: i64| json!({"transactionId": payment, "amount": amount});
    world.band.signed(&world.node, "/pay/api/refund", &refund(1_002)).await.check(409);
    // The provider is away for a while, and its first answer gets lost.
    world.stripe.loses_answers_of("POST /v1/refunds");
    let done = world.band.does(&world.node, "/pay/api/refund", &refund(334)).await;
    assert_eq!(done["rail"], json!("stripe"));
    until(async || world.stripe.refunded(&session) == 334).await;
    world.stripe.loses_answers(false);
    until_tried_again(&world.node, async || world.count_entries("pay.returned").await == 1).await;
    assert_eq!(world.stripe.refunded(&session), 334, "asked twice, done once");
    assert_eq!(world.coming().await, (0, 467, 200));
    world.band.does(&world.node, "/pay/api/refund", &json!({"transactionId": payment})).await;
    until(async || world.stripe.refunded(&session) == 1_001).await;
    until(async || world.count_entries("pay.returned").await == 2).await;
    assert_eq!(world.coming().await, (0, 0, 0));
    // Later the bank rejects the refund: the amount becomes credit, so that it is not lost.
    let refund =
        json!({"id": "re_x", "status": "failed", "metadata": {"payment": payment, "n": "2"}});
    world.send_event("refund.failed", &refund).await;
    world.send_event("refund.failed", &refund).await;
    assert_eq!(world.balances().await, (667, 0, 0));
    close(world.node).await;
}

#[tokio::test]
async fn what_was_agreed_to_is_paid_and_what_is_gone_goes_back() {
    let world = world().await;
    let checkout = world.checkout().await;
    // Meanwhile a recipient passes on their income.
    let passed = crate::support::passes_on(&world.venue, &[(world.olga.did(), 1_000_000)]);
    world
        .venue
        .does(&world.node, "/pay/api/manifests", &json!({"manifest": passed.document()}))
        .await;
    world.pays(&checkout).await;
    assert_eq!(world.coming().await, (0, 701, 300), "as it was agreed to");
    // The next order is divided by the new manifests, and its page expires.
    let checkout = world.checkout().await;
    let session = world.stripe.expire(checkout["id"].as_str().unwrap());
    world.send_event("checkout.session.expired", &session).await;
    assert_eq!(world.status(checkout["transactionId"].as_str().unwrap()).await, "failed");
    // Credit can be bought by card, too.
    let page = json!({"amount": 500, "currency": "CHF", "successUrl": "https://a.example/", "cancelUrl": "https://a.example/"});
    let checkout = world.buyer.does(&world.node, "/pay/api/topup/card", &page).await;
    world.pays(&checkout).await;
    assert_eq!(world.buyer.coming(&world.node).await, 500, "held, too");
    close(world.node).await;
}

/// A person with a share leaves while the buyer is on the provider's page: their share goes to the others.
#[tokio::test]
async fn who_leaves_before_a_card_paid_gets_nothing_of_it() {
    let world = world().await;
    let checkout = world.checkout().await;
    crate::data_rights::delete(&world.node, &world.venue).await;
    world.pays(&checkout).await;
    assert_eq!(world.band.coming(&world.node).await, 1_001);
    let payment = checkout["transactionId"].as_str().unwrap();
    for party in [&world.buyer, &world.band] {
        let page = party.get(&world.node, &format!("/pay/receipts/{payment}")).await.text();
        assert!(page.contains("1 person left after the order"), "{page}");
    }
    close(world.node).await;
}

/// If the only person with a share leaves, the payment is refunded.
#[tokio::test]
async fn what_nobody_is_left_to_get_goes_back() {
    let world = world().await;
    let event = imajin_protocol::fair::Draft {
        owner: Some(world.band.did().clone()),
        ..shares("event", &[(world.venue.did(), 1_000_000)])
    };
    let event = event.build().unwrap().sign(world.band.key()).unwrap();
    let world = World { event, ..world };
    let checkout = world.checkout().await;
    crate::data_rights::delete(&world.node, &world.venue).await;
    let session = world.pays(&checkout).await;
    assert_eq!(world.stripe.refunded(&session), 1_001);
    assert_eq!(world.counts(["pay.failed", "pay.stray"]).await, [1, 0]);
    // The payer's bank rejects the refund days later: the owner sees the payment, and tries again.
    let refund = world.stripe.refunds(&session)[0]["id"].clone();
    let failed = world.stripe.refund_fails(refund.as_str().unwrap());
    for kind in ["refund.failed", "refund.updated"] {
        world.send_event(kind, &failed).await;
    }
    assert_eq!(world.counts(["pay.failed", "pay.stray"]).await, [1, 1]);
    world
        .olga
        .does(&world.node, "/pay/api/strays/return", &json!({"session": session["id"]}))
        .await;
    until(async || world.stripe.refunded(&session) == 1_001).await;
    close(world.node).await;
}
