//! Waiting lists: returned places are kept for the people who wait for them.

use std::sync::Arc;
use std::time::Duration;

use imajin_dfos::Value;
use imajin_edge::testing::{open_config, until};
use rusqlite::Connection;

use crate::prelude::*;
use crate::strangers::by_invite;
use crate::support::{bare, by_mail, services};

/// Returns a person's own open places at an event: the first.
async fn open(who: &Somebody, node: &TestNode, id: &str) -> Json {
    let path = format!("/events/api/events/{id}/holds");
    who.get(node, &path).await.json()["open"][0].clone()
}

/// Builds the command that returns a free ticket.
pub(crate) fn giving_back(by: &Somebody, ticket: &str, event: &Did, others: &[&Did]) -> Write {
    Write::new(by.did(), "events.refund")
        .reference(ticket)
        .fact(json!({"event": event, "amount": 0, "currency": "CHF"}))
        .body(Value::map([("reason", Value::from("a cold"))]))
        .to(others)
}

/// Publishes an event with one free seat. Returns its short id and its DID.
async fn one_seat(world: &World) -> (String, Did) {
    published_as(world, world.owner.did(), |made, manifest| {
        let mut event = party(made, manifest, 1);
        event["tickets"] = json!([{"name": "Seat", "price": 0, "currency": "CHF", "quantity": 1}]);
        event
    })
    .await
}

/// Whether a letter about a place that is kept waits to be sent.
async fn is_written(owner: &Somebody, node: &TestNode) -> bool {
    let letters = owner.get(node, "/auth/api/mail").await.json()["letters"].clone();
    let mut letters = letters.as_array().unwrap().iter();
    letters.any(|letter| letter["subject"] == "A place for you · Ein Platz für dich: Launch party")
}

#[tokio::test]
async fn who_waits_is_written_also_after_a_crash() {
    let world = world().await;
    let node = &world.node;
    let (id, event) = one_seat(&world).await;
    let ada = somebody(node, 5).await;
    let bought = ada.buys(node, &id, 1, 1).await.check(201).json();
    let ticket = bought["tickets"][0].as_str().unwrap();
    let session = by_mail(&world, "fan@example.org").await;
    let wait = json!({"type": 1, "quantity": 1, "wait": true});
    let ask = Ask::post(format!("/events/api/events/{id}/holds"), &wait);
    node.send(ask.bearer(&session)).await.check(201);
    ada.commands(node, &giving_back(&ada, ticket, &event, &[&event])).await.check(201);
    let owner = &world.owner;
    until("the letter is queued", async || is_written(owner, node).await).await;

    // The power fails after the entry and before the letter.
    let clock = Arc::clone(&node.clock);
    let folder = world.node.stop().await.unwrap();
    let secrets = Connection::open(folder.path().join("secrets.sqlite")).unwrap();
    let sql = "UPDATE events_letters SET upto = 0; DELETE FROM mail";
    secrets.execute_batch(sql).unwrap();
    drop(secrets);
    let node = TestNode::start_in(folder, services(), open_config(), 200, clock).await.unwrap();
    let owner = world.owner.again(&node).await;
    until("the letter is queued again", async || is_written(&owner, &node).await).await;
    close(node).await;
}

#[tokio::test]
async fn a_stranger_gives_a_free_ticket_back_and_nobody_elses() {
    let world = world().await;
    let (id, event) = one_seat(&world).await;
    let world = by_invite(world).await;
    let node = &world.node;
    let (noor, mallory) = (bare(node, 5).await, bare(node, 6).await);
    let bought = noor.buys(node, &id, 1, 1).await.check(201).json();
    let ticket = bought["tickets"][0].as_str().unwrap();
    assert_has!(noor.get(node, "/events/mine").await.text(), "data-give-back");
    for (who, status) in [(&mallory, 403), (&noor, 201)] {
        let command = giving_back(who, ticket, &event, &[]);
        let ask = command.by_session(&who.token).unwrap();
        node.send(ask).await.check(status);
    }
    assert_members!(kind(node, &id, 1).await, "sold": 0, "available": 1);
    close(world.node).await;
}

#[tokio::test]
async fn a_place_that_is_given_back_is_kept_for_the_first_who_waits() {
    let world = world().await;
    let node = &world.node;
    let (id, event) = one_seat(&world).await;
    let [ada, ben, cleo] = each([5, 6, 7], |n| somebody(node, n)).await;
    let bought = ada.buys(node, &id, 1, 1).await.check(201).json();
    let ticket = bought["tickets"][0].as_str().unwrap();
    let holds = format!("/events/api/events/{id}/holds");
    let hold = json!({"type": 1, "quantity": 1});
    ben.signed(node, &holds, &hold).await.check_member(409, "reason", "sold-out");
    for guest in [&ben, &cleo] {
        let wait = json!({"type": 1, "quantity": 1, "wait": true});
        assert_members!(guest.does(node, &holds, &wait).await, "asked": true, "until": null);
        assert_eq!(open(guest, node, &id).await["kind"], "wait");
        // Requests are in the order of their times.
        node.clock.pass(Duration::from_secs(1));
    }

    // Only the holder of a free ticket returns it.
    let others = giving_back(&ben, ticket, &event, &[&event, ada.did()]);
    assert_eq!(ben.commands(node, &others).await.status, 403);
    ada.commands(node, &giving_back(&ada, ticket, &event, &[&event])).await.check(201);
    let mut kept = Json::Null;
    until("the place is kept", async || {
        kept = open(&ben, node, &id).await;
        kept["kind"] == "hold"
    })
    .await;
    assert_members!(kept, "amount": 0);
    assert_eq!(open(&cleo, node, &id).await["kind"], "wait");
    assert_has!(cleo.buys(node, &id, 1, 1).await.check(409).text(), "These tickets are sold out");
    let page = format!("/events/{id}");
    let text = ben.get(node, &page).await.text();
    assert_has!(text, "Kept for you", "data-take");
    let text = world.organiser.get(node, &page).await.text();
    assert_has!(text, "Waiting list", "data-release");

    let order = json!({"type": 1, "quantity": 1, "hold": kept["hold"]});
    ben.does(node, &format!("/events/api/events/{id}/buy"), &order).await;
    assert_members!(kind(node, &id, 1).await, "sold": 1, "available": 0);
    let text = world.organiser.get(node, &format!("/events/{id}/guests")).await.text();
    assert_has!(text, "1 ticket, 0 came", "No longer valid");
    close(world.node).await;
}

#[tokio::test]
async fn no_place_is_kept_for_who_has_left() {
    let world = world().await;
    let node = &world.node;
    let (id, event) = one_seat(&world).await;
    let [ada, ben, cleo] = each([5, 6, 7], |n| somebody(node, n)).await;
    let bought = ada.buys(node, &id, 1, 1).await.check(201).json();
    let ticket = bought["tickets"][0].as_str().unwrap();
    let holds = format!("/events/api/events/{id}/holds");
    for guest in [&ben, &cleo] {
        let wait = json!({"type": 1, "quantity": 1, "wait": true});
        guest.does(node, &holds, &wait).await;
        // Requests are in the order of their times.
        node.clock.pass(Duration::from_secs(1));
    }
    ben.leaves(node).await;
    ada.commands(node, &giving_back(&ada, ticket, &event, &[&event])).await.check(201);
    until("the place is kept", async || open(&cleo, node, &id).await["kind"] == "hold").await;
    close(world.node).await;
}
