//! The guests of an event: their names, those of their companions, and messages to all of them.

use std::sync::Arc;

use imajin_app::Service;
use imajin_app::capabilities::{LetterState, Letters};
use imajin_dfos::Value;
use imajin_edge::testing::{Reply, open_config, until};
use imajin_events::Events;

use crate::prelude::*;
use crate::strangers::{A_DAY, by_invite, hall, record_text, seats};
use crate::support::{bare, services, world_with};
use crate::waiting::giving_back;

/// Writes to all guests of an event, as this person.
async fn write(who: &Somebody, node: &TestNode, event: &str, text: &str) -> Reply {
    let path = format!("/events/api/events/{event}/messages");
    let ask = Ask::post(path, &json!({ "text": text }));
    node.send(ask.bearer(&who.token)).await
}

/// Returns whether the organiser's list of guests has Noor's name and her companion's, and how many guests a letter reaches.
async fn details(world: &World, event: &str) -> (bool, bool, Json) {
    let path = format!("/events/api/events/{event}/guests");
    let list = world.organiser.get(&world.node, &path).await.check(200);
    let has = |name: &str| list.text().contains(&format!("\"{name}\""));
    let sent = write(&world.organiser, &world.node, event, "Bring salt.").await;
    let letters = sent.check(202).json()["letters"].clone();
    (has("Noor"), has("Bob"), letters)
}

#[tokio::test]
async fn a_guests_name_ends_30_days_after_the_event_whenever_that_is() {
    let world = world().await;
    let (over, moved) = (hall(&world, 10, None).await, hall(&world, 10, None).await);
    let noor = bare(&world.node, 5).await;
    let order = json!({"type": 1, "quantity": 2, "name": "Noor", "email": "noor@example.org", "companions": ["Bob"]});
    for id in [&over, &moved] {
        noor.does(&world.node, &format!("/events/api/events/{id}/buy"), &order).await;
        assert_eq!(details(&world, id).await, (true, true, json!(1)));
    }
    // The event moves from December to February after the sale.
    let path = format!("/events/api/events/{moved}");
    let event = world.organiser.get(&world.node, &path).await.json()["did"].clone();
    let shares = [(world.organiser.did(), 1_000_000)];
    let signed = manifest(&world.organiser, &moved, &shares);
    let mut later = seats(&json!({ "event": event }), &signed, 10);
    later["startsAt"] = json!("2027-02-01T19:00:00.000Z");
    later["endsAt"] = json!("2027-02-01T23:00:00.000Z");
    world.organiser.sends(&world.node, "PUT", &path, &later).await.check(200);

    // In January a start forgets the names for the event that took place, and no other guest comes.
    world.node.clock.pass(45 * A_DAY);
    let world = world.restarted(open_config()).await;
    let path = format!("/events/api/events/{over}/guests");
    until("the names are forgotten", async || {
        let list = world.organiser.get(&world.node, &path).await;
        !list.text().contains("\"Noor\"")
    })
    .await;
    assert_eq!(details(&world, &over).await, (false, false, json!(0)));
    assert_eq!(details(&world, &moved).await, (true, true, json!(1)));
    let event = Did::parse(event.as_str().unwrap()).unwrap();
    Events.forget(&world.node.node, &event);
    assert_eq!(details(&world, &moved).await, (false, false, json!(0)));
    close(world.node).await;
}

#[tokio::test]
async fn an_organiser_writes_to_guests_with_an_address_three_times_a_day() {
    let world = world().await;
    let id = hall(&world, 10, None).await;
    let world = by_invite(world).await;
    let node = &world.node;
    let noor = bare(node, 5).await;
    let order = json!({"type": 1, "name": "Noor", "email": "noor@example.org"});
    noor.does(node, &format!("/events/api/events/{id}/buy"), &order).await;
    write(&world.owner, node, &id, "Bring salt.").await.check(403);
    write(&world.organiser, node, &id, " ").await.check_member(400, "field", "text");
    for n in 1..=3 {
        let sent = write(&world.organiser, node, &id, &format!("Bring salt {n}.")).await;
        sent.check_member(202, "letters", 1);
    }
    write(&world.organiser, node, &id, "Bring salt.").await.check(429);
    let mut texts: Vec<String> = Vec::new();
    until("the letters are queued", async || {
        let letters = world.owner.get(node, "/auth/api/mail").await.json()["letters"].clone();
        let letters = letters.as_array().unwrap().iter();
        let letters = letters.filter(|letter| letter["to"] == "noor@example.org");
        texts = letters.map(|letter| letter["text"].to_string()).collect();
        // One has the ticket.
        texts.len() == 4
    })
    .await;
    let has = |words: &str| texts.iter().filter(|text| text.contains(words)).count();
    assert_eq!(has("Bring salt 2."), 1, "{texts:?}");
    assert_eq!(has("to the guests of “Launch party”"), 3, "{texts:?}");
    close(world.node).await;
}

#[tokio::test]
async fn a_message_that_is_sent_again_is_one_letter() {
    let world = world().await;
    let id = hall(&world, 10, None).await;
    let node = &world.node;
    let noor = somebody(node, 5).await;
    let order = json!({"type": 1, "email": "noor@example.org"});
    noor.does(node, &format!("/events/api/events/{id}/buy"), &order).await;
    // The first answer was lost. Messages are written in their order.
    for text in ["Bring salt.", "Bring salt.", "Bring pepper."] {
        write(&world.organiser, node, &id, text).await.check_member(202, "letters", 1);
    }
    let mut texts: Vec<String> = Vec::new();
    until("the last letter is queued", async || {
        let letters = world.owner.get(node, "/auth/api/mail").await.json()["letters"].clone();
        let letters = letters.as_array().unwrap().iter();
        texts = letters.map(|letter| letter["text"].to_string()).collect();
        texts.iter().any(|text| text.contains("Bring pepper."))
    })
    .await;
    let salt = texts.iter().filter(|text| text.contains("Bring salt."));
    assert_eq!(salt.count(), 1, "{texts:?}");
    close(world.node).await;
}

#[tokio::test]
async fn no_letter_of_an_organiser_reaches_a_guest_who_blocked_them() {
    let world = world().await;
    let id = hall(&world, 10, None).await;
    let node = &world.node;
    let noor = somebody(node, 5).await;
    let order = json!({"type": 1, "email": "noor@example.org"});
    noor.does(node, &format!("/events/api/events/{id}/buy"), &order).await;
    write(&world.organiser, node, &id, "Bring salt.").await.check_member(202, "letters", 1);
    let organiser = world.organiser.did();
    let block = Write::new(noor.did(), "connections.block").reference(organiser.as_str());
    noor.commands(node, &block).await.check(201);
    write(&world.organiser, node, &id, "Bring pepper.").await.check_member(202, "letters", 0);
    close(world.node).await;
}

#[tokio::test]
async fn a_guest_without_an_account_is_written_that_an_event_was_cancelled_once() {
    let world = world().await;
    let id = hall(&world, 10, None).await;
    let node = &world.node;
    let path = |what: &str| format!("/events/api/events/{id}/{what}");
    let order = json!({"type": 1, "email": "noor@example.org"});
    for seed in [5, 6] {
        bare(node, seed).await.does(node, &path("buy"), &order).await;
    }
    world.organiser.does(node, &path("status"), &json!({"status": "cancelled"})).await;
    let event = format!("/events/api/events/{id}");
    let event = world.organiser.get(node, &event).await.json()["did"].clone();
    let event = Did::parse(event.as_str().unwrap()).unwrap();
    until("both tickets are void, which follows their letters", async || {
        record_text(node, &event).matches("events.withdrawn").count() == 2
    })
    .await;
    let letters = world.owner.get(node, "/auth/api/mail").await.json()["letters"].clone();
    let letters = letters.as_array().unwrap().iter();
    let about = |letter: &&Json| letter["subject"] == "Cancelled · Abgesagt: Launch party";
    let letters: Vec<_> = letters.filter(about).map(|letter| &letter["to"]).collect();
    assert_eq!(letters, ["noor@example.org"]);
    close(world.node).await;
}

#[tokio::test]
async fn an_organiser_writes_to_the_guests_of_an_event_that_they_cancelled() {
    let world = world().await;
    let id = hall(&world, 10, None).await;
    let node = &world.node;
    let path = |what: &str| format!("/events/api/events/{id}/{what}");
    let event = world.organiser.get(node, &format!("/events/api/events/{id}")).await.json();
    let event = Did::parse(event["did"].as_str().unwrap()).unwrap();
    let [ada, noor] = each([5, 6], |n| somebody(node, n)).await;
    let mut tickets = Vec::new();
    for (guest, address) in [(&ada, "ada@example.org"), (&noor, "noor@example.org")] {
        let order = json!({"type": 1, "email": address});
        let bought = guest.does(node, &path("buy"), &order).await;
        tickets.push(bought["tickets"][0].as_str().unwrap().to_owned());
    }
    // Ada isn't a guest any more when the event is cancelled.
    ada.commands(node, &giving_back(&ada, &tickets[0], &event, &[&event])).await.check(201);
    world.organiser.does(node, &path("status"), &json!({"status": "cancelled"})).await;
    until("Noor's ticket is void", async || record_text(node, &event).contains("events.withdrawn"))
        .await;
    let sent = write(&world.organiser, node, &id, "We try again in May.").await;
    sent.check_member(202, "letters", 1);
    close(world.node).await;
}

#[tokio::test]
async fn no_letter_offers_a_place_that_is_kept_no_longer() {
    let world = world().await;
    let id = hall(&world, 10, None).await;
    let node = &world.node;
    let noor = somebody(node, 5).await;
    let path = |what: &str| format!("/events/api/events/{id}/{what}");
    let order = json!({"type": 1, "email": "noor@example.org"});
    noor.does(node, &path("buy"), &order).await;
    let event = world.organiser.get(node, &format!("/events/api/events/{id}")).await.json();
    let once = format!("offer {} {} hld_1", event["did"].as_str().unwrap(), noor.did());
    let state = || Events.letter_state(&node.node, &once, "noor@example.org").unwrap();
    let places = json!({"type": 1, "quantity": 1});
    let kept = noor.does(node, &path("holds"), &places).await;
    assert_eq!(state(), LetterState::Due);
    let given_up = json!({"hold": kept["hold"]});
    noor.sends(node, "DELETE", &path("holds"), &given_up).await.check(200);
    assert_eq!(state(), LetterState::Void);
    noor.does(node, &path("holds"), &places).await;
    assert_eq!(state(), LetterState::Due);
    world.organiser.does(node, &path("status"), &json!({"status": "cancelled"})).await;
    assert_eq!(state(), LetterState::Void);
    close(world.node).await;
}

#[tokio::test]
async fn who_comes_along_is_named_for_the_organiser_and_where_they_let_others_see_it() {
    let world = world().await;
    let (id, _) = published_as(&world, world.owner.did(), |made, manifest| {
        let mut event = party(made, manifest, 200);
        event["tickets"] = json!([{"name": "Seat", "price": 0, "currency": "CHF"}]);
        event["guestsFor"] = json!("holders");
        event
    })
    .await;
    let node = &world.node;
    let ada = somebody(node, 5).await;
    let path = format!("/events/api/events/{id}/buy");
    let more = json!({"type": 1, "quantity": 1, "companions": ["Bob", "Cleo"]});
    ada.signed(node, &path, &more).await.check_member(400, "field", "companions");
    let order = json!({"type": 1, "quantity": 2, "name": "Ada", "companions": ["Bob"]});
    ada.does(node, &path, &order).await;
    for (list, what) in [("guests", "guests"), ("door", "tickets")] {
        let path = format!("/events/api/events/{id}/{list}");
        let guests = world.organiser.get(node, &path).await.json()[what].clone();
        let guests = guests.as_array().unwrap().iter();
        let companions: Vec<_> = guests.map(|guest| &guest["companion"]).collect();
        assert!(companions.contains(&&json!("Bob")), "{companions:?}");
        assert!(companions.contains(&&Json::Null), "{companions:?}");
    }
    let text = ada.get(node, "/events/mine").await.text();
    assert_has!(text, "Ada · Ticket", "Bob · Ticket");
    let page = format!("/events/{id}");
    let text = ada.get(node, &page).await.text();
    assert_has!(text, "2 people are coming", "Ada, Bob", "Bring somebody");
    // A person with a ticket takes others for companions alone.
    ada.does(node, &path, &json!({"type": 1, "quantity": 1, "companions": ["Cleo"]})).await;
    let text = ada.get(node, &page).await.text();
    assert_has!(text, "3 people are coming", "Ada, Bob, Cleo");
    let text = world.owner.get(node, &page).await.text();
    assert_has!(text, "Other people with a ticket see that you’re coming");
    assert_lacks!(text, "are coming", "Bob");
    close(world.node).await;
}

#[tokio::test]
async fn nobody_sees_the_name_of_a_guest_with_a_hidden_profile() {
    let with_profiles = || {
        let mut services = services();
        services.push(Arc::new(imajin_profile::Profile));
        services
    };
    let world = world_with(with_profiles()).await;
    let node = &world.node;
    let (id, _) = published_as(&world, world.owner.did(), |made, manifest| {
        let mut event = party(made, manifest, 200);
        event["tickets"] = json!([{"name": "Seat", "price": 0, "currency": "CHF"}]);
        event["guestsFor"] = json!("holders");
        event
    })
    .await;
    let [ada, noor] = each([5, 6], |n| somebody(node, n)).await;
    let hidden = ("visibility", Value::from("incognito"));
    let name = |name: &str| ("displayName", Value::from(name));
    for (who, members) in [(&ada, vec![name("Ada")]), (&noor, vec![name("Noor"), hidden])] {
        let profile = Write::new(who.did(), "profile.update").body(Value::map(members));
        who.commands(node, &profile).await.check(201);
        assert_eq!(who.buys(node, &id, 1, 1).await.status, 201);
    }
    let text = ada.get(node, &format!("/events/{id}")).await.text();
    assert_has!(text, "2 people are coming", "and 1 more");
    assert_lacks!(text, "Noor");
    let text = world.organiser.get(node, &format!("/events/{id}/guests")).await.text();
    assert_has!(text, "Ada", "Somebody on this box");
    assert_lacks!(text, "Noor");
    world.node.check_records(with_profiles()).await;
}
