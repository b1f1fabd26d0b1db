//! Notices of payments: their sentences, and one for each act.

use imajin_notify::Notify;

use crate::cards::world_with;
use crate::prelude::*;
use crate::support::{close_with, node_of, services};

fn services_with_notices() -> Vec<Arc<dyn Service>> {
    let mut services = services();
    services.push(Arc::new(Notify::new()));
    services
}

/// Returns the sentences of a person's notices, the newest first.
async fn sentences(who: &Somebody, node: &TestNode) -> Vec<String> {
    let feed = who.get(node, "/notify/api/feed").await.json();
    let notices = feed["notices"].as_array().unwrap().iter();
    notices.map(|notice| notice["text"].as_str().unwrap().to_owned()).collect()
}

/// A sale by card gives its buyer credit if the fees provide for it, which isn't a refund. An amount that can't be
/// refunded to the card is credit, too.
#[tokio::test]
async fn credit_of_a_buyer_is_no_refund_and_a_refund_that_failed_says_so() {
    let mut world = world_with(vec![Arc::new(Notify::new())]).await;
    let fees = json!({"profile": "mjn", "network": world.venue.did()});
    world.olga.does(&world.node, "/pay/api/fees", &fees).await;
    days(&world.node, &world.olga, 2).await;
    world.stripe.at(world.node.node.now().as_secs());
    world.buyer = world.buyer.again(&world.node).await;
    world.band = world.band.again(&world.node).await;
    world.olga = world.olga.again(&world.node).await;
    let checkout = world.checkout().await;
    let payment = checkout["transactionId"].clone();
    world.pays(&checkout).await;
    let lines = sentences(&world.buyer, &world.node).await;
    let [credit] = &lines[..] else {
        panic!("{lines:?}");
    };
    assert!(credit.starts_with("You got 0.03\u{a0}CHF of credit for your payment to "), "{credit}");

    let refund = json!({ "transactionId": payment });
    world.band.does(&world.node, "/pay/api/refund", &refund).await;
    until(async || world.count_entries("pay.returned").await == 1).await;
    let failed =
        json!({"id": "re_x", "status": "failed", "metadata": {"payment": payment, "n": "1"}});
    world.send_event("refund.failed", &failed).await;
    let lines = sentences(&world.buyer, &world.node).await;
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[1].contains(" is refunding you "), "{lines:?}");
    let back = "couldn’t go back to your card: it is your credit now";
    assert!(lines[0].ends_with(back), "{lines:?}");
    close_with(world.node, services_with_notices()).await;
}

/// The answer to a request for a payout is one line, even if the money is credit again.
#[tokio::test]
async fn a_payout_that_is_refused_is_told_once() {
    let node = node_of(services_with_notices()).await;
    let olga = owner(&node, 1).await;
    let venue = somebody(&node, 4).await;
    venue.top_up(&node, &olga, 500).await;
    assert_eq!(sentences(&venue, &node).await.len(), 1);
    let order = json!({"amount": 400, "currency": "CHF", "to": "CH93 0076 2011 6238 5295 7"});
    let payout = venue.does(&node, "/pay/api/payouts", &order).await;
    let path = format!("/pay/api/payouts/{}", payout["id"].as_str().unwrap());
    olga.does(&node, &path, &json!({"paid": false})).await;
    let lines = sentences(&venue, &node).await;
    assert_eq!(lines.len(), 2, "{lines:?}");
    let refused = "refused to pay 4.00\u{a0}CHF out to you: it is your credit again";
    assert!(lines[0].ends_with(refused), "{lines:?}");
    assert_eq!(venue.balance(&node).await, 500);
    close_with(node, services_with_notices()).await;
}

/// A sale without another service is refunded in one line, however large the refund is.
#[tokio::test]
async fn a_refund_of_a_payment_between_two_is_told_once() {
    let node = node_of(services_with_notices()).await;
    let olga = owner(&node, 1).await;
    let (buyer, band) = (somebody(&node, 2).await, somebody(&node, 3).await);
    buyer.top_up(&node, &olga, 500).await;
    let work = band.signs_shares("x", &[(band.did(), 1_000_000)]);
    let paid = buyer.settles(&node, &work, 500).await;
    for (amount, count) in [(100, 2), (400, 3)] {
        let refund = json!({"transactionId": paid["batchId"], "amount": amount});
        band.does(&node, "/pay/api/refund", &refund).await;
        let lines = sentences(&buyer, &node).await;
        assert_eq!(lines.len(), count, "{lines:?}");
        assert!(lines[0].contains(" back from "), "{lines:?}");
    }
    close_with(node, services_with_notices()).await;
}
