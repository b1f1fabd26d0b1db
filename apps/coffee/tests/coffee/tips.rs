//! Tips: their signed fields, their consequences, and refusals.

use std::time::Duration;

use imajin_edge::testing::{Ask, Write};
use imajin_ledger::WriteFreeze;
use serde_json::json;

use crate::support::{JAR, World, somebody, world};

const OTHER: &str = "itm_000000000000000000000002";

#[tokio::test]
async fn a_tip_from_credit_is_there_at_once_and_flows_on_as_its_page_said() {
    let world = world().await;
    let node = &world.node;
    let ada = somebody(node, 5).await;
    let top_up = json!({"amount": 2_000, "currency": "CHF"});
    let begun = ada.signed(node, "/pay/api/topup/emt", &top_up).await;
    let id = json!({"id": begun.json()["id"]});
    world.owner.signed(node, "/pay/api/confirm-payment", &id).await.check(200);

    let body = json!({"owner": world.bea.did(), "jar": JAR, "amount": 500});
    let quote = node.send(Ask::post("/coffee/api/quote", &body)).await.json();
    let parts: Vec<_> = quote["recipients"].as_array().unwrap().iter().collect();
    let part = |did| parts.iter().find(|one| one["did"] == json!(did)).unwrap();
    assert_eq!(part(world.bea.did())["amount"], 400);
    assert_eq!(part(world.owner.did())["amount"], 100);

    let reply = ada.tips(&world, 500, "ledger").await.check(201);
    assert_eq!(reply.json()["paid"], true);
    assert_eq!(ada.balance(node).await, 1_500);
    assert_eq!(world.bea.balance(node).await, 400);
    let got = world.tips().await;
    assert_eq!(got.len(), 1);
    assert_members!(got[0], "amount": 500, "jar": JAR);
    let mine = ada.get(node, "/coffee/api/given").await.json();
    assert_eq!(mine["tips"][0]["payment"], reply.json()["payment"]);
    world.close().await;
}

/// The answer to a tip was lost: the same proof gets it again, and the tip is given once.
#[tokio::test]
async fn a_tip_whose_answer_was_lost_is_answered_again() {
    let world = world().await;
    let node = &world.node;
    let ada = somebody(node, 5).await;
    let top_up = json!({"amount": 2_000, "currency": "CHF"});
    let begun = ada.signed(node, "/pay/api/topup/emt", &top_up).await;
    let id = json!({"id": begun.json()["id"]});
    world.owner.signed(node, "/pay/api/confirm-payment", &id).await.check(200);
    for rail in ["ledger", "emt"] {
        let body = json!({"owner": world.bea.did(), "jar": JAR, "amount": 500, "rail": rail});
        let ask = || Ask::post("/coffee/api/pay", &body).bearer(&ada.token);
        let sign = node.send(ask()).await.json()["sign"].clone();
        let (proof, _) = ada.person.sign(node, &Write::from_answer(&sign)).await.unwrap();
        let signed = || ask().header("mjn-proof", proof.to_compact());
        let answer = node.send(signed()).await.check(201).json();
        let again = node.send(signed()).await.check(201).json();
        assert_eq!(answer, again);
        assert_eq!(answer["paid"], rail == "ledger");
        assert_eq!(ada.balance(node).await, 1_500);
    }
    assert_eq!(world.tips().await.len(), 1);
    world.close().await;
}

#[tokio::test]
async fn a_promised_tip_counts_once_it_is_paid_and_no_longer_once_it_went_back() {
    let world = world().await;
    let node = &world.node;
    world.put_jar(JAR, json!({"goal": 1_000})).await;
    let ada = somebody(node, 5).await;
    let begun = ada.tips(&world, 700, "emt").await.check(201).json();
    assert_eq!(begun["paid"], false);
    assert!(begun["memo"].as_str().unwrap().starts_with("IMJ-"));
    let page = begun["paymentPage"].as_str().unwrap();
    assert_eq!(ada.get(node, page).await.status, 200);
    assert!(world.tips().await.is_empty());
    assert_has!(world.page().await, "0.00\u{a0}CHF of 10.00\u{a0}CHF");

    let payment = begun["payment"].as_str().unwrap();
    world.arrives(&ada, payment, 700).await;
    assert_eq!(world.tips().await.len(), 1);
    assert_has!(world.page().await, "7.00\u{a0}CHF of 10.00\u{a0}CHF");

    let refund = json!({"transactionId": payment, "amount": 300});
    let reply = world.bea.signed(node, "/pay/api/refund", &refund).await;
    assert!(reply.status < 300, "{}", reply.text());
    assert_eq!(world.tips().await[0]["back"], 300, "{}", reply.text());
    assert_has!(world.page().await, "4.00\u{a0}CHF of 10.00\u{a0}CHF");
    assert_eq!(ada.get(node, "/coffee/api/given").await.json()["tips"][0]["back"], 300);

    // The bank takes the rest.
    world.goes_back(&ada, payment, 700).await;
    assert_eq!(world.tips().await[0]["back"], 700);
    assert_has!(world.page().await, "0.00\u{a0}CHF of 10.00\u{a0}CHF");
    world.close().await;
}

/// A record is frozen while it moves, or after a restore until its owner resumes it.
#[tokio::test]
async fn a_refund_is_noted_once_the_record_of_the_receiver_is_not_frozen_any_more() {
    let world = world().await;
    let (node, bea) = (&world.node, world.bea.did());
    let ada = somebody(node, 5).await;
    let begun = ada.tips(&world, 700, "emt").await.check(201).json();
    let payment = begun["payment"].as_str().unwrap();
    world.arrives(&ada, payment, 700).await;
    let freeze = WriteFreeze {
        did: bea.clone(),
        reason: "it is being moved".to_owned(),
        newer: None,
        epoch: None,
        whole: false,
    };
    node.node.ledger().freeze(freeze).unwrap();
    assert!(!world.enters_refund(&ada, payment, 700).await, "it is tried again");
    node.node.ledger().unfreeze(bea).unwrap();
    world.goes_back(&ada, payment, 700).await;
    assert_eq!(world.tips().await[0]["back"], 700);
    world.close().await;
}

#[tokio::test]
async fn a_wrong_tip_is_refused_with_the_field_and_leaves_nothing() {
    let world = world().await;
    let node = &world.node;
    let ada = somebody(node, 5).await;
    let refused = async |body: serde_json::Value| {
        let reply = ada.signed(node, "/coffee/api/pay", &body).await;
        (reply.status, reply.json()["field"].clone())
    };
    let order = |jar: &str, amount: i64, rail: &str| json!({"owner": world.bea.did(), "jar": jar, "amount": amount, "rail": rail});
    assert_eq!(refused(order(JAR, 0, "emt")).await, (400, json!("amount")));
    assert_eq!(refused(order(JAR, 99, "emt")).await, (400, json!("amount")));
    assert_eq!(refused(order(JAR, 500, "gold")).await, (400, json!("rail")));
    assert_eq!(refused(order(OTHER, 500, "emt")).await.0, 404);
    assert_eq!(refused(order(JAR, 500, "ledger")).await.0, 402);
    let own = json!({"owner": world.bea.did(), "jar": JAR, "amount": 500, "rail": "emt"});
    world.bea.signed(node, "/coffee/api/pay", &own).await.check(400);

    // A jar takes no tips without terms, while switched off, or if it is for others.
    world.put_jar(OTHER, json!({})).await;
    assert_eq!(refused(order(OTHER, 500, "emt")).await.0, 404);
    for fact in
        [json!({"on": 0}), json!({"visibility": "private"}), json!({"visibility": "connections"})]
    {
        world.put_jar(JAR, fact.clone()).await;
        assert_eq!(refused(order(JAR, 500, "emt")).await.0, 404, "{fact}");
    }
    world.put_jar(JAR, json!({"visibility": "link"})).await;
    assert_eq!(ada.tips(&world, 500, "emt").await.status, 201);

    // A tip with outdated shares is refused, and the answer says so.
    let stale_order = order(JAR, 500, "emt");
    let ask = Ask::post("/coffee/api/pay", &stale_order).bearer(&ada.token);
    let sign = node.send(ask).await.json()["sign"].clone();
    world.offer(JAR, &[(world.bea.did(), 1_000_000)]).await;
    ada.asks(node, "coffee.tip", JAR, sign["fact"].clone(), &[world.bea.did(), node.node.did()])
        .await
        .check_member(409, "reason", "changed");
    assert!(world.tips().await.is_empty());
    world.close().await;
}

#[tokio::test]
async fn a_reminder_comes_on_its_day_and_goes_with_a_tip() {
    let world = world().await;
    let ada = somebody(&world.node, 5).await;
    let fact =
        |day: i64| json!({"seller": world.bea.did(), "day": day, "amount": 500, "currency": "CHF"});
    // The test's clock begins on the 20th of November.
    ada.asks(&world.node, "coffee.remind", JAR, fact(28), &[]).await.check(201);
    let cards = || {
        let home = world.node.node.services().offers();
        let coffee = home.all::<dyn imajin_app::HomeCards>();
        let (_, coffee) = coffee.into_iter().find(|(app, _)| *app == "coffee").unwrap();
        coffee.home_cards(&world.node.node, ada.did(), imajin_app::Lang::En).unwrap().len()
    };
    assert_eq!(cards(), 0);
    world.node.clock.pass(Duration::from_secs(10 * 24 * 3600));
    assert_eq!(cards(), 1);
    world.node.clock.pass(Duration::from_secs(20 * 24 * 3600));
    assert_eq!(cards(), 0, "after two weeks it is enough");
    world.node.clock.pass(Duration::from_secs(10 * 24 * 3600));
    assert_eq!(cards(), 1, "and again in the next month");
    let ada = ada.again(&world.node).await;
    let bea = world.bea.again(&world.node).await;
    let world = World { bea, ..world };
    ada.gave(&world, 500).await;
    let home = world.node.node.services().offers();
    let (_, coffee) =
        home.all::<dyn imajin_app::HomeCards>().find(|(app, _)| *app == "coffee").unwrap();
    let of = |did| {
        let cards = coffee.home_cards(&world.node.node, did, imajin_app::Lang::En);
        cards.unwrap().into_iter().map(|card| card.kind).collect::<Vec<_>>()
    };
    assert!(of(ada.did()).is_empty(), "she gave this month");
    assert_eq!(of(world.bea.did()), ["tip"]);
    world.close().await;
}

/// The card of new tips counts those that it sums: the ones in the newest's currency.
#[tokio::test]
async fn tips_in_another_currency_are_not_in_the_sum_nor_in_its_count() {
    let world = world().await;
    let node = &world.node;
    let ada = somebody(node, 5).await;
    ada.gave(&world, 500).await;
    ada.gave(&world, 700).await;
    node.clock.pass(Duration::from_secs(60));
    world.put_jar(OTHER, json!({})).await;
    let fair = world.offer(OTHER, &[(world.bea.did(), 1_000_000)]).await.digest().to_string();
    let euros = json!({"price": 100, "currency": "EUR", "fair": fair});
    world.bea.asks(node, "coffee.offer", OTHER, euros, &[]).await.check(201);
    let tip = json!({"owner": world.bea.did(), "jar": OTHER, "amount": 300, "rail": "emt"});
    let begun = ada.signed(node, "/coffee/api/pay", &tip).await.check(201).json();
    world.arrives(&ada, begun["payment"].as_str().unwrap(), 300).await;
    let mut apps = node.node.services().offers().all::<dyn imajin_app::HomeCards>();
    let (_, coffee) = apps.find(|(app, _)| *app == "coffee").unwrap();
    let cards = coffee.home_cards(&node.node, world.bea.did(), imajin_app::Lang::En).unwrap();
    let text = cards[0].content.clone().into_string();
    assert_has!(text, "gave you a tip: ", "3.00");
    assert_lacks!(text, "3 tips");
    drop(apps);
    world.close().await;
}

/// A refund of a tip is one line for the giver.
#[tokio::test]
async fn a_tip_that_goes_back_is_told_once() {
    let world = world().await;
    let node = &world.node;
    let ada = somebody(node, 5).await;
    for (who, amount) in [(&ada, 500), (&world.bea, 100)] {
        let top_up = json!({"amount": amount, "currency": "CHF"});
        let begun = who.signed(node, "/pay/api/topup/emt", &top_up).await;
        let id = json!({"id": begun.json()["id"]});
        assert_eq!(world.owner.signed(node, "/pay/api/confirm-payment", &id).await.status, 200);
    }
    let tip = ada.tips(&world, 500, "ledger").await.json();
    let refund = json!({"transactionId": tip["payment"], "amount": 500});
    let reply = world.bea.signed(node, "/pay/api/refund", &refund).await;
    assert!(reply.status < 300, "{}", reply.text());
    let feed = ada.get(node, "/notify/api/feed").await.json();
    let notices = feed["notices"].as_array().unwrap();
    let texts: Vec<&str> = notices.iter().map(|notice| notice["text"].as_str().unwrap()).collect();
    let [back, topped_up] = texts[..] else {
        panic!("not one line for each: {texts:?}");
    };
    assert!(back.starts_with("You got 5.00\u{a0}CHF back from "), "{back}");
    assert!(topped_up.contains("added 5.00"), "{topped_up}");
    world.close().await;
}
