//! Orders paid later: how many one person may have open, who sees them, and who can release them.

use imajin_edge::testing::Reply;
use imajin_protocol::{Currency, IdText, Minor};
use imajin_selling::{Fulfilled, Fulfilment, Paid};

use crate::prelude::*;

async fn orders(who: &Somebody, node: &TestNode, id: &str, quantity: i64) -> Reply {
    let order = json!({"type": 2, "quantity": quantity, "rail": "emt"});
    let path = format!("/events/api/events/{id}/buy");
    who.signed(node, &path, &order).await
}

async fn open(who: &Somebody, node: &TestNode, id: &str) -> Vec<Json> {
    let path = format!("/events/api/events/{id}/holds");
    who.get(node, &path).await.check(200).json()["open"].as_array().unwrap().clone()
}

async fn releases(who: &Somebody, node: &TestNode, id: &str, hold: &Json) -> u16 {
    let path = format!("/events/api/events/{id}/holds");
    let body = json!({ "hold": hold });
    who.sends(node, "DELETE", &path, &body).await.status
}

fn paid(world: &World, payer: &Somebody, payment: &Json, amount: i64) -> Paid {
    Paid {
        payment: IdText::parse(payment.as_str().unwrap()).unwrap(),
        payer: payer.did().clone(),
        seller: world.organiser.did().clone(),
        amount: Minor::new(amount).unwrap(),
        currency: Currency::parse("CHF").unwrap(),
        kind: IdText::parse("ticket").unwrap(),
    }
}

#[tokio::test]
async fn one_person_has_one_open_order_unless_the_organiser_allows_more() {
    let world = world().await;
    let (node, organiser) = (&world.node, &world.organiser);
    let (ada, band) = (somebody(node, 5).await, somebody(node, 3).await);
    let (id, event) = published(&world, band.did(), 20).await;
    let path = format!("/events/api/events/{id}");
    assert_eq!(organiser.get(node, &path).await.json()["ordersOpenMax"], 1);
    assert_eq!(orders(&ada, node, &id, 1).await.status, 201);
    orders(&ada, node, &id, 1).await.check_member(409, "reason", "orders");
    // An order that is paid at once isn't an open order.
    ada.top_up(&world, 2_000).await;
    assert_eq!(ada.buys(node, &id, 2, 1).await.status, 201);

    let shares = [(organiser.did(), 1_000_000)];
    let signed = manifest(organiser, &id, &shares);
    let mut words = party(&json!({ "event": event }), &signed, 20);
    for (most, status) in [(0, 400), (21, 400), (3, 200)] {
        words["ordersOpenMax"] = json!(most);
        let reply = organiser.sends(node, "PUT", &path, &words).await;
        assert_eq!(reply.status, status, "{}", reply.text());
    }
    for status in [201, 201, 409] {
        assert_eq!(orders(&ada, node, &id, 1).await.status, status);
    }
    close(world.node).await;
}

/// The answer to an order was lost: the same proof gets it again, and keeps the places once.
#[tokio::test]
async fn an_order_whose_answer_was_lost_is_answered_again() {
    let world = world().await;
    let node = &world.node;
    let (ada, band) = (somebody(node, 5).await, somebody(node, 3).await);
    let (id, _) = published(&world, band.did(), 10).await;
    let order = json!({"type": 2, "quantity": 2, "rail": "emt"});
    let ask = || Ask::post(format!("/events/api/events/{id}/buy"), &order).bearer(&ada.token);
    let sign = node.send(ask()).await.json()["sign"].clone();
    let (proof, _) = ada.person.sign(node, &Write::from_answer(&sign)).await.unwrap();
    let signed = || ask().header("mjn-proof", proof.to_compact());
    let answer = node.send(signed()).await.check(201).json();
    assert_eq!(node.send(signed()).await.check(201).json(), answer);
    assert_eq!(kind(node, &id, 2).await["available"], 8);
    assert_eq!(open(&ada, node, &id).await.len(), 1);
    close(world.node).await;
}

#[tokio::test]
async fn open_orders_count_as_holds_and_take_the_place_of_the_hold_that_they_pay() {
    let world = world().await;
    let node = &world.node;
    let (ada, band) = (somebody(node, 5).await, somebody(node, 3).await);
    let (id, _) = published(&world, band.did(), 10).await;
    let path = format!("/events/api/events/{id}/holds");
    let two = json!({"type": 2, "quantity": 2});
    let hold = ada.does(node, &path, &two).await;
    let order = json!({"type": 2, "quantity": 2, "rail": "emt", "hold": hold["hold"]});
    ada.does(node, &format!("/events/api/events/{id}/buy"), &order).await;
    assert_eq!(kind(node, &id, 2).await["available"], 8);
    assert_eq!(open(&ada, node, &id).await.len(), 1);
    // One more hold reaches the limit.
    ada.does(node, &path, &two).await;
    ada.signed(node, &path, &two).await.check_member(409, "reason", "holds");
    assert_eq!(kind(node, &id, 2).await["available"], 6);
    close(world.node).await;
}

#[tokio::test]
async fn the_organiser_sees_open_orders_and_releases_them() {
    let world = world().await;
    let (node, organiser) = (&world.node, &world.organiser);
    let [ada, bob, band] = each([5, 6, 3], |n| somebody(node, n)).await;
    let (id, _) = published(&world, band.did(), 3).await;
    let begun = orders(&ada, node, &id, 2).await.json();
    let second = orders(&bob, node, &id, 1).await.json();
    assert_eq!(kind(node, &id, 2).await["available"], 0);

    let reply = open(organiser, node, &id).await;
    assert_eq!(reply.len(), 2);
    let first = reply.iter().find(|one| one["hold"] == begun["payment"]);
    let first = first.unwrap();
    assert_members!(first, "kind": "order", "amount": 2_000);
    assert_members!(first["holder"], "did": ada.did());
    assert_has!(organiser.get(node, &format!("/events/{id}")).await.text(), "Open orders", "20.00");
    // Other people see only their own orders, and can't release another person's.
    let own = open(&bob, node, &id).await;
    assert_eq!((own.len(), &own[0]["hold"]), (1, &second["payment"]));
    assert!(open(&band, node, &id).await.is_empty());
    assert_eq!(releases(&bob, node, &id, &begun["payment"]).await, 404);
    assert_eq!(kind(node, &id, 2).await["available"], 0);

    assert_eq!(releases(organiser, node, &id, &begun["payment"]).await, 200);
    assert_eq!(releases(organiser, node, &id, &begun["payment"]).await, 409);
    assert_eq!(releases(&bob, node, &id, &second["payment"]).await, 200);
    assert!(open(organiser, node, &id).await.is_empty());
    assert_eq!(kind(node, &id, 2).await["available"], 3);

    // A late payment buys what is left, and is refunded if nothing is left.
    let services = node.node.services();
    let events = services.offers().get::<dyn Fulfilment>().unwrap();
    let late = paid(&world, &ada, &begun["payment"], 2_000);
    let later = paid(&world, &bob, &second["payment"], 1_000);
    assert_eq!(events.fulfil(&node.node, &late).await.unwrap(), Fulfilled::Done);
    band.top_up(&world, 1_000).await;
    assert_eq!(band.buys(node, &id, 2, 1).await.status, 201);
    assert_eq!(events.fulfil(&node.node, &later).await.unwrap(), Fulfilled::Impossible);
    close(world.node).await;
}

/// Pages offer only what is available: at most the places left, no card without a provider, no transfer without bank
/// details.
#[tokio::test]
async fn only_what_can_be_had_is_offered() {
    let world = world().await;
    let node = &world.node;
    let [ada, bob, band] = each([5, 6, 3], |n| somebody(node, n)).await;
    let (id, _) = published(&world, band.did(), 1).await;
    let page = format!("/events/{id}");
    let reply = ada.get(node, &page).await.text();
    assert_has!(reply, "data-most=\"1\"", "value=\"ledger\"");
    for rail in ["emt", "stripe"] {
        assert!(!reply.contains(&format!("value=\"{rail}\"")), "{reply}");
    }
    assert_has!(world.organiser.get(node, &page).await.text(), "Add your payment details");
    let path = format!("/events/api/events/{id}/quote");
    let quote = bob.signed(node, &path, &json!({"type": 2, "quantity": 2})).await;
    let problem = quote.check(409).json();
    assert_members!(problem, "reason": "sold-out", "available": 1);
    assert!(problem["detail"].as_str().unwrap().contains("Only 1 left"));

    let details = json!({"iban": "DE89370400440532013000", "name": "The organiser"});
    world.organiser.does(node, "/pay/api/details", &details).await;
    assert_has!(ada.get(node, &page).await.text(), "value=\"emt\"");
    let buy = format!("/events/api/events/{id}/buy");
    let purchase = ada.does(node, &buy, &json!({"type": 2, "quantity": 1, "rail": "emt"})).await;
    let how = purchase["paymentPage"].as_str().unwrap();
    let instructions = ada.get(node, how).await.text();
    for words in
        ["DE89 3704 0044 0532 0130 00", "10.00\u{a0}CHF", purchase["memo"].as_str().unwrap()]
    {
        assert!(instructions.contains(words), "lacks {words}: {instructions}");
    }
    assert_eq!(bob.get(node, how).await.status, 404);
    assert_has!(ada.get(node, &page).await.text(), "How to pay");
    close(world.node).await;
}
