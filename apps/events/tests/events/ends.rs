//! The end of an event determines how long its buyers' money is held, and until when the event can be cancelled.

use std::time::Duration;

use imajin_edge::testing::{Reply, until};

use crate::prelude::*;
use crate::strangers::hall;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// Moves the end of the organiser's event.
async fn ends(world: &World, id: &str, event: &Json, at: &str) -> Reply {
    let shares = [(world.organiser.did(), 1_000_000)];
    let signed = manifest(&world.organiser, id, &shares);
    let mut words = party(&json!({ "event": event }), &signed, 10);
    words["endsAt"] = json!(at);
    let path = format!("/events/api/events/{id}");
    world.organiser.sends(&world.node, "PUT", &path, &words).await
}

#[tokio::test]
async fn a_buyer_agrees_to_the_end_of_the_event() {
    let world = world().await;
    let node = &world.node;
    let (ada, band) = (somebody(node, 5).await, somebody(node, 3).await);
    let (id, event) = published(&world, band.did(), 10).await;
    ada.top_up(&world, 2_000).await;
    let path = format!("/events/api/events/{id}/quote");
    let quote = ada.does(node, &path, &json!({"type": 2})).await;
    // 2026-12-01T23:00 UTC.
    assert_eq!(quote["sign"]["fact"]["ends"], 1_796_166_000_000_i64);
    // The end moves while she reads: the end that she signed is outdated.
    ends(&world, &id, &json!(event), "2026-12-02T23:00:00.000Z").await.check(200);
    let mut sign = quote["sign"].clone();
    let again = ada.does(node, &path, &json!({"type": 2})).await;
    sign["fact"]["fair"] = again["sign"]["fact"]["fair"].clone();
    sign["fact"]["follows"] = again["sign"]["fact"]["follows"].clone();
    ada.commands(node, &Write::from_answer(&sign)).await.check_member(409, "field", "ends");
    assert_eq!(ada.buys(node, &id, 2, 1).await.status, 201);
    close(world.node).await;
}

#[tokio::test]
async fn the_end_cannot_move_past_400_days_after_the_first_payment() {
    let world = world().await;
    let node = &world.node;
    let (ada, band) = (somebody(node, 5).await, somebody(node, 3).await);
    let (id, event) = published(&world, band.did(), 10).await;
    let event = json!(event);
    // Nothing is sold yet.
    let far = "2030-12-01T23:00:00.000Z";
    assert_eq!(ends(&world, &id, &event, far).await.status, 200);
    assert_eq!(ends(&world, &id, &event, "2026-12-01T23:00:00.000Z").await.status, 200);
    ada.top_up(&world, 1_000).await;
    assert_eq!(ada.buys(node, &id, 2, 1).await.status, 201);
    ends(&world, &id, &event, far).await.check_member(409, "field", "endsAt");
    ends(&world, &id, &event, "2026-12-20T23:00:00.000Z").await.check(200);
    close(world.node).await;
}

/// Advances both clocks to a time.
fn pass_to(node: &TestNode, at: &str) {
    let at = imajin_dfos::Timestamp::parse(at).unwrap().as_millis();
    while node.node.now().as_millis() < at {
        let left = u64::try_from(at - node.node.now().as_millis()).unwrap();
        node.clock.pass(Duration::from_millis(left).min(DAY));
    }
}

#[tokio::test]
async fn what_a_ticket_cost_is_free_three_days_after_the_event_and_never_by_the_organisers_word() {
    let mut world = world().await;
    let mut band = somebody(&world.node, 3).await;
    let ada = somebody(&world.node, 5).await;
    let (id, event) = published(&world, band.did(), 10).await;
    ada.top_up(&world, 2_000).await;
    assert_eq!(ada.buys(&world.node, &id, 2, 1).await.status, 201);
    // The income is pending, so it buys nothing yet.
    let (other, _) = published(&world, band.did(), 11).await;
    assert_eq!(band.buys(&world.node, &other, 1, 1).await.status, 402);
    // After a later end, the money of earlier and of new sales is held longer.
    ends(&world, &id, &json!(event), "2026-12-05T23:00:00.000Z").await.check(200);
    assert_eq!(ada.buys(&world.node, &id, 2, 1).await.status, 201);
    let later = "2026-12-08T23:00:00.000Z".to_owned();
    assert_eq!(band.coming(&world.node).await, vec![(300, later.clone())]);
    // After an earlier end, money of earlier sales is held as agreed at the time.
    ends(&world, &id, &json!(event), "2026-12-01T23:00:00.000Z").await.check(200);
    assert_eq!(band.coming(&world.node).await, vec![(300, later)]);
    let over = json!({"status": "completed"});
    world.organiser.does(&world.node, &format!("/events/api/events/{id}/status"), &over).await;
    assert_eq!(world.organiser.balance(&world.node).await, 0);

    pass_to(&world.node, "2026-12-08T22:59:59.000Z");
    world.organiser = world.organiser.again(&world.node).await;
    band = band.again(&world.node).await;
    assert_eq!(world.organiser.balance(&world.node).await, 0);
    pass_to(&world.node, "2026-12-08T23:00:00.000Z");
    let node = &world.node;
    assert_eq!((world.organiser.balance(node).await, band.balance(node).await), (1_700, 300));
    assert!(band.coming(&world.node).await.is_empty());
    close(world.node).await;
}

#[tokio::test]
async fn an_event_can_be_cancelled_until_three_days_after_its_end() {
    let mut world = world().await;
    let [ada, band] = each([5, 3], |n| somebody(&world.node, n)).await;
    let (id, _) = published(&world, band.did(), 10).await;
    let (empty, _) = published(&world, band.did(), 11).await;
    ada.top_up(&world, 1_000).await;
    assert_eq!(ada.buys(&world.node, &id, 2, 1).await.status, 201);
    pass_to(&world.node, "2026-12-04T23:00:00.000Z");
    world.organiser = world.organiser.again(&world.node).await;
    let off = json!({"status": "cancelled"});
    let path = format!("/events/api/events/{id}/status");
    world.organiser.signed(&world.node, &path, &off).await.check_member(409, "reason", "final");
    // Without sales there is nothing to refund.
    world.organiser.does(&world.node, &format!("/events/api/events/{empty}/status"), &off).await;
    close(world.node).await;
}

#[tokio::test]
async fn guests_are_written_also_of_a_cancellation_after_the_end() {
    let mut world = world().await;
    let id = hall(&world, 10, None).await;
    let noor = somebody(&world.node, 5).await;
    let path = |what: &str| format!("/events/api/events/{id}/{what}");
    let order = json!({"type": 1, "email": "noor@example.org"});
    noor.does(&world.node, &path("buy"), &order).await;
    pass_to(&world.node, "2026-12-02T10:00:00.000Z");
    world.organiser = world.organiser.again(&world.node).await;
    world.owner = world.owner.again(&world.node).await;
    let off = json!({"status": "cancelled"});
    world.organiser.does(&world.node, &path("status"), &off).await;
    until("the letter waits to be sent", async || {
        let letters =
            world.owner.get(&world.node, "/auth/api/mail").await.json()["letters"].clone();
        let mut letters = letters.as_array().unwrap().iter();
        letters.any(|letter| letter["subject"] == "Cancelled · Abgesagt: Launch party")
    })
    .await;
    close(world.node).await;
}
