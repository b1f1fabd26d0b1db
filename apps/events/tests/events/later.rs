//! Orders that are paid later.

use imajin_protocol::{Currency, IdText, Minor};
use imajin_selling::{Fulfilled, Fulfilment, Paid};

use crate::prelude::*;

#[tokio::test]
async fn an_e_transfer_keeps_places_until_it_is_confirmed() {
    let world = world().await;
    let node = &world.node;
    let (ada, band) = (somebody(node, 5).await, somebody(node, 3).await);
    let (id, _) = published(&world, band.did(), 2).await;
    let order = json!({"type": 2, "quantity": 2, "rail": "emt"});
    let begun = ada.does(node, &format!("/events/api/events/{id}/buy"), &order).await;
    assert_eq!((&begun["paid"], begun["tickets"].as_array().unwrap().len()), (&json!(false), 0));
    assert_eq!(kind(node, &id, 2).await["available"], 0);
    world.organiser.does(node, "/pay/api/confirm-payment", &json!({"id": begun["payment"]})).await;
    // A payment becomes tickets once, however often it is reported.
    let services = node.node.services();
    let events = services.offers().get::<dyn Fulfilment>().unwrap();
    let paid = Paid {
        payment: IdText::parse(begun["payment"].as_str().unwrap()).unwrap(),
        payer: ada.did().clone(),
        seller: world.organiser.did().clone(),
        amount: Minor::new(2_000).unwrap(),
        currency: Currency::parse("CHF").unwrap(),
        kind: IdText::parse("ticket").unwrap(),
    };
    for _ in 0..3 {
        assert_eq!(events.fulfil(&node.node, &paid).await.unwrap(), Fulfilled::Done);
    }
    let mine = ada.get(node, "/events/api/mine").await.json();
    assert_eq!((&mine["total"], &mine["tickets"][0]["payment"]), (&json!(2), &begun["payment"]));
    let left = kind(node, &id, 2).await;
    assert_eq!((&left["sold"], &left["available"]), (&json!(2), &json!(0)));
    // The bank reversed the payment: its tickets are void, and the places are available again.
    for _ in 0..2 {
        events.given_back(&node.node, &paid).await.unwrap();
    }
    assert_eq!(kind(node, &id, 2).await["available"], 2);
    close(world.node).await;
}

/// An organiser who has left lets no guests in, so that a payment that comes after that goes back, as one for a holder who has
/// left.
#[tokio::test]
async fn money_for_tickets_goes_back_whose_organiser_or_holder_left() {
    let world = world().await;
    let node = &world.node;
    let [ada, bob, carl, band] = each([5, 6, 7, 3], |n| somebody(node, n)).await;
    let (id, _) = published(&world, band.did(), 3).await;
    let buy = format!("/events/api/events/{id}/buy");
    let order = json!({"type": 2, "quantity": 1, "rail": "emt"});
    let services = node.node.services();
    let events = services.offers().get::<dyn Fulfilment>().unwrap();
    let mut payments = Vec::new();
    for buyer in [&ada, &bob, &carl] {
        let begun = buyer.does(node, &buy, &order).await;
        payments.push(Paid {
            payment: IdText::parse(begun["payment"].as_str().unwrap()).unwrap(),
            payer: buyer.did().clone(),
            seller: world.organiser.did().clone(),
            amount: Minor::new(1_000).unwrap(),
            currency: Currency::parse("CHF").unwrap(),
            kind: IdText::parse("ticket").unwrap(),
        });
    }
    let fulfilled = async |n: usize| events.fulfil(&node.node, &payments[n]).await.unwrap();
    ada.leaves(node).await;
    assert_eq!(fulfilled(0).await, Fulfilled::Impossible);
    assert_eq!(fulfilled(1).await, Fulfilled::Done);
    world.organiser.leaves(node).await;
    assert_eq!(fulfilled(2).await, Fulfilled::Impossible);
    events.given_back(&node.node, &payments[2]).await.unwrap();
    let mine = carl.get(node, "/events/api/mine").await.json();
    assert_eq!(mine["total"], 0);
    close(world.node).await;
}

#[tokio::test]
async fn what_comes_too_late_is_a_ticket_if_one_is_left() {
    let world = world().await;
    let node = &world.node;
    let [ada, bob, band] = each([5, 6, 3], |n| somebody(node, n)).await;
    let (id, _) = published(&world, band.did(), 3).await;
    let path = format!("/events/api/events/{id}/buy");
    let begun = ada.does(node, &path, &json!({"type": 2, "quantity": 2, "rail": "emt"})).await;
    node.clock.pass(std::time::Duration::from_secs(73 * 3600));
    let bob = bob.again(node).await;
    bob.does(node, &path, &json!({"type": 2, "quantity": 2, "rail": "emt"})).await;
    let services = node.node.services();
    let events = services.offers().get::<dyn Fulfilment>().unwrap();
    let paid = Paid {
        payment: IdText::parse(begun["payment"].as_str().unwrap()).unwrap(),
        payer: ada.did().clone(),
        seller: world.organiser.did().clone(),
        amount: Minor::new(2_000).unwrap(),
        currency: Currency::parse("CHF").unwrap(),
        kind: IdText::parse("ticket").unwrap(),
    };
    // Bob holds two of three places, so Ada's two aren't available any more.
    assert_eq!(events.fulfil(&node.node, &paid).await.unwrap(), Fulfilled::Impossible);
    node.clock.pass(std::time::Duration::from_secs(73 * 3600));
    assert_eq!(events.fulfil(&node.node, &paid).await.unwrap(), Fulfilled::Done);
    assert_eq!(kind(node, &id, 2).await["available"], 1);
    close(world.node).await;
}

#[tokio::test]
async fn nobody_is_asked_to_pay_for_an_event_that_was_cancelled() {
    let world = world().await;
    let node = &world.node;
    let [ada, band] = each([5, 3], |n| somebody(node, n)).await;
    let (id, _) = published(&world, band.did(), 3).await;
    let path = |what: &str| format!("/events/api/events/{id}/{what}");
    let order = json!({"type": 2, "quantity": 1, "rail": "emt"});
    ada.does(node, &path("buy"), &order).await;
    let page = format!("/events/{id}");
    assert_has!(ada.get(node, &page).await.text(), "Your open order");
    world.organiser.does(node, &path("status"), &json!({"status": "cancelled"})).await;
    assert_lacks!(ada.get(node, &page).await.text(), "Your open order");
    close(world.node).await;
}
