//! Paid courses.

use std::time::Duration;

use imajin_edge::testing::until;
use imajin_selling::Fulfilled;
use serde_json::{Value as Json, json};

use crate::support::{COURSE, FIRST, Somebody, World, somebody, world};

/// Refunds a student's payment, as the teacher.
pub(crate) async fn refund(
    world: &World,
    of: &Somebody,
    payment: &str,
    amount: i64,
) -> (u16, Json) {
    let fact =
        json!({"student": of.did(), "amount": amount, "currency": "CHF", "payment": payment});
    let to = [of.did(), world.node.node.did()];
    let content = (Json::Null, fact);
    let reply = world.bea.tells(&world.node, "learn.refund", Some(COURSE), content, &to).await;
    (reply.status, reply.json()["field"].clone())
}

#[tokio::test]
async fn a_place_is_there_once_it_is_paid_and_gone_once_it_went_back() {
    let world = world().await;
    let node = &world.node;
    world.costs(500).await;
    let ada = somebody(node, 5).await;
    let lesson = format!("/{FIRST}");
    assert_eq!(ada.places(&world, "learn.enroll").await.status, 409);
    let begun = ada.buys(&world, "emt").await.check(201).json();
    assert_eq!(begun["paid"], false);
    assert!(world.students().await.is_empty());
    assert_eq!(world.page(Some(&ada), &lesson).await.status, 402);
    assert_eq!(ada.get(node, "/learn/api/courses").await.json()["courses"][0]["waits"], true);

    let payment = begun["payment"].as_str().unwrap();
    assert_eq!(world.arrives(&ada, payment, 500).await, Fulfilled::Done);
    assert_eq!(world.students().await[0]["payment"], payment);
    assert_eq!(world.page(Some(&ada), &lesson).await.status, 200);
    assert_eq!(ada.buys(&world, "emt").await.status, 409);

    assert_eq!(refund(&world, &ada, payment, 501).await, (400, json!("amount")));
    assert_eq!(refund(&world, &world.owner, payment, 500).await, (404, json!("payment")));
    assert_eq!(refund(&world, &ada, payment, 500).await.0, 201);
    assert_eq!(refund(&world, &ada, payment, 500).await.0, 404);
    assert!(world.students().await.is_empty());
    assert_eq!(world.page(Some(&ada), &lesson).await.status, 402);

    // She pays again, and the bank reverses the payment.
    let begun = ada.buys(&world, "emt").await.json();
    let payment = begun["payment"].as_str().unwrap();
    assert_eq!(world.arrives(&ada, payment, 500).await, Fulfilled::Done);
    world.goes_back(&ada, payment, 500).await;
    assert!(world.students().await.is_empty());
    assert_eq!(world.page(Some(&ada), &lesson).await.status, 402);
    world.close().await;
}

/// No student waits for a place with a teacher who left, and money that still comes for it goes back.
#[tokio::test]
async fn a_place_with_a_teacher_who_left_is_not_waited_for() {
    let world = world().await;
    let node = &world.node;
    world.costs(500).await;
    let ada = somebody(node, 5).await;
    let begun = ada.buys(&world, "emt").await.check(201).json();
    let courses = async || ada.get(node, "/learn/api/courses").await.json()["courses"].clone();
    assert_eq!(courses().await[0]["waits"], true);
    world.bea.leaves(node).await;
    assert_eq!(courses().await, json!([]));
    let payment = begun["payment"].as_str().unwrap();
    let late = world.delivers(&world.bea, &ada, payment, 500).await;
    assert_eq!(late, Fulfilled::Impossible);
    world.close().await;
}

#[tokio::test]
async fn a_payment_that_never_came_is_not_waited_for() {
    let world = world().await;
    let node = &world.node;
    world.costs(500).await;
    let ada = somebody(node, 5).await;
    ada.buys(&world, "emt").await.check(201);
    node.clock.pass(Duration::from_secs(73 * 3600));
    let ada = ada.again(node).await;
    let courses = ada.get(node, "/learn/api/courses").await.json()["courses"].clone();
    assert_eq!(courses, json!([]));
    world.close().await;
}

#[tokio::test]
async fn money_for_the_place_of_a_student_who_left_goes_back() {
    let world = world().await;
    world.costs(500).await;
    let ada = somebody(&world.node, 5).await;
    let begun = ada.buys(&world, "emt").await.check(201).json();
    ada.leaves(&world.node).await;
    let payment = begun["payment"].as_str().unwrap();
    let late = world.delivers(&world.bea, &ada, payment, 500).await;
    assert_eq!(late, Fulfilled::Impossible);
    assert!(world.students().await.is_empty());
    world.close().await;
}

#[tokio::test]
async fn who_pays_twice_gets_the_second_payment_back() {
    let world = world().await;
    world.costs(500).await;
    let ada = somebody(&world.node, 5).await;
    let first = ada.buys(&world, "emt").await.json();
    let second = ada.buys(&world, "emt").await.json();
    let payment = |of: &Json| of["payment"].as_str().unwrap().to_owned();
    let (first, second) = (payment(&first), payment(&second));
    assert_ne!(first, second);
    assert_eq!(world.arrives(&ada, &second, 500).await, Fulfilled::Done);
    assert_eq!(world.arrives(&ada, &first, 500).await, Fulfilled::Impossible);
    assert_eq!(world.students().await.len(), 1);
    world.close().await;
}

#[tokio::test]
async fn credit_pays_at_once_and_a_price_that_changed_is_asked_again() {
    let world = world().await;
    let node = &world.node;
    let before = world.costs(500).await;
    let ada = somebody(node, 5).await;
    let top_up = json!({"amount": 2_000, "currency": "CHF"});
    let begun = ada.signed(node, "/pay/api/topup/emt", &top_up).await;
    let id = json!({"id": begun.json()["id"]});
    assert_eq!(world.owner.signed(node, "/pay/api/confirm-payment", &id).await.status, 200);

    let order = json!({"owner": world.bea.did(), "course": COURSE});
    let quote = ada.signed(node, "/learn/api/quote", &order).await.json();
    let sign = quote["sign"].clone();
    world.costs(700).await;
    let content = (Json::Null, sign["fact"].clone());
    let to = [world.bea.did(), node.node.did()];
    ada.tells(node, "learn.enroll", Some(COURSE), content, &to)
        .await
        .check_member(409, "reason", "changed");
    // Orders from the page include the price that the page showed.
    let mut shown = order.clone();
    shown["price"] = json!(500);
    ada.signed(node, "/learn/api/pay", &shown).await.check_member(409, "field", "price");
    let mut fact = sign["fact"].clone();
    fact["fair"] = Json::Null;
    fact.as_object_mut().unwrap().remove("fair");
    let content = (Json::Null, fact);
    ada.tells(node, "learn.enroll", Some(COURSE), content, &to)
        .await
        .check_member(400, "field", "fair");
    assert_eq!(sign["fact"]["fair"], json!(before.digest().to_string()));

    assert_eq!(ada.buys(&world, "ledger").await.check(201).json()["paid"], true);
    assert_eq!(ada.balance(node).await, 1_300);
    assert_eq!(world.students().await[0]["amount"], 700);
    world.close().await;
}

/// A refund, by the teacher in the course or through the cashier, causes one notice for the student.
#[tokio::test]
async fn a_place_that_is_refunded_is_told_once() {
    let world = world().await;
    let node = &world.node;
    world.costs(500).await;
    let ada = somebody(node, 5).await;
    for (who, amount) in [(&ada, 500), (&world.bea, 1_000)] {
        let top_up = json!({"amount": amount, "currency": "CHF"});
        let begun = who.signed(node, "/pay/api/topup/emt", &top_up).await;
        let id = json!({"id": begun.json()["id"]});
        assert_eq!(world.owner.signed(node, "/pay/api/confirm-payment", &id).await.status, 200);
    }
    let lines = async || {
        let feed = ada.get(node, "/notify/api/feed").await.json();
        let notices = feed["notices"].as_array().unwrap().iter();
        let text = |notice: &Json| notice["text"].as_str().unwrap().to_owned();
        notices.map(text).collect::<Vec<_>>()
    };
    assert_eq!(lines().await.len(), 1, "the credit that she added");
    let purchase = ada.buys(&world, "ledger").await.json();
    let payment = purchase["payment"].as_str().unwrap();
    assert_eq!(refund(&world, &ada, payment, 500).await.0, 201);
    let all = lines().await;
    assert_eq!(all.len(), 2, "{all:?}");
    assert!(all[0].starts_with("You got 5.00\u{a0}CHF back from "), "{all:?}");

    let purchase = ada.buys(&world, "ledger").await.json();
    let back = json!({"transactionId": purchase["payment"], "amount": 500});
    let reply = world.bea.signed(node, "/pay/api/refund", &back).await;
    assert!(reply.status < 300, "{}", reply.text());
    until("no place", async || world.students().await.is_empty()).await;
    let all = lines().await;
    assert_eq!(all.len(), 3, "{all:?}");
    assert!(all[0].starts_with("You got 5.00\u{a0}CHF back from "), "{all:?}");
    world.close().await;
}
