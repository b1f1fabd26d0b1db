//! The node asks the provider for missed sales before it sells again: after a stop, and after a restore.

use imajin_host::Config;

use super::*;

/// The node asks for sales by card that it missed, while it was off or since its backup was made, before it takes cards
/// again. Other ways of payment continue to work.
#[tokio::test]
async fn no_card_is_taken_before_the_provider_was_asked() {
    let world = world().await;
    let checkout = world.checkout().await;
    let payment = checkout["transactionId"].as_str().unwrap().to_owned();
    let mut stray = world.stripe.pay(checkout["id"].as_str().unwrap());
    // Three more sales are unknown to this record, as if it were an older copy.
    for n in 0..3 {
        stray["id"] = json!(format!("cs_test_stray{n}"));
        stray["metadata"]["payment"] = json!(format!("pay_stray{n}"));
        world.stripe.forget_nothing_of(&stray);
    }
    let (buyer, clock) = (world.buyer, Arc::clone(&world.node.clock));
    let folder = world.node.stop().await.unwrap();
    world.stripe.goes_away(u32::MAX);
    let services = vec![Arc::new(imajin_auth::Auth::new()) as Arc<dyn Service>, pay(&world.stripe)];
    let node = TestNode::start_in(folder, services, Config::default(), 200, clock).await.unwrap();
    let buyer = buyer.again(&node).await;
    let free = json!({"total_amount": 0, "currency": "CHF", "service": "events", "type": "ticket", "fair_manifest": world.event.document()});
    let card = json!({"amount": 500, "currency": "CHF", "successUrl": "https://a.example/", "cancelUrl": "https://a.example/"});
    let by_card = async || buyer.signed(&node, "/pay/api/topup/card", &card).await;
    let rails = async || {
        let all = buyer.get(&node, "/pay/api/rails").await.json();
        let open = |one: &Json| one["available"] == true;
        all.as_array().unwrap().iter().filter(|one| open(one)).count()
    };
    by_card().await.check(503);
    assert_eq!(rails().await, 3);
    buyer.does(&node, "/pay/api/settle", &free).await;
    let mut order = free.clone();
    order["total_amount"] = json!(700);
    buyer.does(&node, "/pay/api/checkout/etransfer", &order).await;
    world.stripe.goes_away(0);
    until_tried_again(&node, async || by_card().await.status == 200).await;
    assert_eq!(rails().await, 4);
    let state = buyer.get(&node, &format!("/pay/api/payments/{payment}")).await;
    assert_eq!(state.json()["status"], json!("paid"), "{}", state.text());
    let world = World {
        node,
        buyer,
        olga: world.olga,
        stripe: world.stripe,
        band: world.band,
        venue: world.venue,
        event: world.event,
    };
    let olga = world.olga.again(&world.node).await;
    let world = World { olga, ..world };
    assert_eq!(world.counts(["pay.paid", "pay.stray"]).await, [1, 3]);
    close(world.node).await;
}

/// After a restore nothing at all is sold, also across restarts, until the provider has reported the sales since the
/// backup; a normal start closes only cards (above).
#[tokio::test]
async fn nothing_is_sold_after_a_restore_before_the_provider_was_asked() {
    let world = world().await;
    let (buyer, clock) = (world.buyer, Arc::clone(&world.node.clock));
    let folder = world.node.stop().await.unwrap();
    let mark = imajin_host::upkeep::sales_mark(folder.path());
    std::fs::write(&mark, "").unwrap();
    world.stripe.goes_away(u32::MAX);
    let start = async |folder| {
        let services =
            vec![Arc::new(imajin_auth::Auth::new()) as Arc<dyn Service>, pay(&world.stripe)];
        let clock = Arc::clone(&clock);
        TestNode::start_in(folder, services, Config::default(), 200, clock).await.unwrap()
    };
    let free = json!({"total_amount": 0, "currency": "CHF", "service": "events", "type": "ticket", "fair_manifest": world.event.document()});
    let node = start(folder).await;
    let buyer = buyer.again(&node).await;
    let refused = buyer.signed(&node, "/pay/api/settle", &free).await.check(503);
    assert!(refused.text().contains("restored from a backup"));
    let folder = node.stop().await.unwrap();
    assert!(mark.exists());
    let node = start(folder).await;
    let buyer = buyer.again(&node).await;
    let rails = buyer.get(&node, "/pay/api/rails").await.json();
    let is_closed = |rail: &Json| rail["available"] == false;
    assert!(rails.as_array().unwrap().iter().all(is_closed), "{rails}");
    buyer.signed(&node, "/pay/api/settle", &free).await.check(503);
    world.stripe.goes_away(0);
    let settle = async || buyer.signed(&node, "/pay/api/settle", &free).await.status;
    until_tried_again(&node, async || settle().await == 200).await;
    assert!(!mark.exists());
    close(node).await;
}
