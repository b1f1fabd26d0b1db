//! Creating and changing an event, and its visibility.

use imajin_app::CommandRequest;
use imajin_host::prelude::*;
use imajin_protocol::IdText;

use crate::prelude::*;

#[tokio::test]
async fn an_event_is_made_seen_and_changed() {
    let world = world().await;
    let (node, organiser) = (&world.node, &world.organiser);
    let made = organiser.does(node, "/events/api/events/key", &json!({})).await;
    let again = organiser.does(node, "/events/api/events/key", &json!({})).await;
    assert_eq!(made, again, "asked again before it is used, it is the same");
    let shares = [(organiser.did(), 1_000_000)];
    let signed = manifest(organiser, "party", &shares);
    let mut event = party(&made, &signed, 50);
    for (field, value) in [
        ("title", json!("")),
        ("startsAt", json!("tomorrow")),
        ("virtualUrl", json!("javascript:1")),
        ("timezone", json!("Europe/Atlantis")),
        ("colour", json!("red")),
    ] {
        let mut bad = event.clone();
        bad[field] = value;
        organiser.signed(node, "/events/api/events", &bad).await.check_member(400, "field", field);
    }
    let reply = organiser.signed(node, "/events/api/events", &event).await.check(201);
    let id = reply.json()["id"].as_str().unwrap().to_owned();
    let path = format!("/events/api/events/{id}");
    // Only the organiser sees a draft.
    assert_eq!(node.get(path.clone()).await.status, 404);
    let stranger = somebody(node, 9).await;
    assert_eq!(stranger.get(node, &path).await.status, 404);
    assert_eq!(stranger.buys(node, &id, 1, 1).await.status, 404);

    let on = json!({"status": "published"});
    stranger.signed(node, &format!("{path}/status"), &on).await.check(404);
    organiser.does(node, &format!("{path}/status"), &on).await;
    let view = node.get(path.clone()).await.json();
    assert_eq!((view["title"].as_str(), view["virtualUrl"].as_str()), (Some("Launch party"), None));
    let own = organiser.get(node, &path).await.json();
    assert_eq!(own["virtualUrl"], "https://stream.example/party");
    assert_eq!(view["conversation"], format!("did:imajin:event:{id}"));
    let listed = node.get("/events/api/events").await.json();
    assert_eq!((listed["total"].as_u64(), &listed["events"][0]["id"]), (Some(1), &view["id"]));
    let by = node.get(format!("/events/api/by-did/{}", organiser.did())).await;
    assert_eq!(by.json()["total"], 1);
    let calendar = node.get(format!("{path}/calendar.ics")).await;
    assert_has!(calendar.text(), "DTSTART:20261201T190000Z\r\n");

    event["title"] = json!("Bigger party");
    event["tickets"][1]["quantity"] = json!(60);
    stranger.sends(node, "PUT", &path, &event).await.check(403);
    let reply = organiser.sends(node, "PUT", &path, &event).await.check(200);
    assert_eq!(reply.json()["title"], "Bigger party");
    assert_eq!(kind(node, &id, 2).await["available"], 60);
    event["tickets"].as_array_mut().unwrap().pop();
    assert_eq!(organiser.sends(node, "PUT", &path, &event).await.status, 409);
    close(world.node).await;
}

#[tokio::test]
async fn who_has_only_a_bare_key_makes_no_events() {
    let world = world().await;
    let bare = imajin_edge::testing::Person::new(30);
    assert_eq!(bare.register(&world.node).await.status, 201);
    let token = bare.sign_in(&world.node).await;
    let ask = Ask::post("/events/api/events/key", &json!({})).bearer(&token);
    assert_eq!(world.node.send(ask).await.status, 403);
    close(world.node).await;
}

#[tokio::test]
async fn words_go_and_numbers_stay() {
    let world = world().await;
    let node = &world.node;
    let other = somebody(node, 3).await;
    let (id, event) = published(&world, other.did(), 5).await;
    let write = imajin_edge::testing::Write::new(world.organiser.did(), "events.erase")
        .reference(event.as_str())
        .to(&[&event]);
    assert_eq!(world.organiser.commands(node, &write).await.status, 409);
    let path = format!("/events/api/events/{id}/status");
    world.organiser.does(node, &path, &json!({"status": "cancelled"})).await;
    world.organiser.commands(node, &write).await.check(201);
    let seen = node.get(format!("/events/api/events/{id}")).await.json();
    assert_eq!((&seen["title"], &seen["tickets"][1]["quantity"]), (&json!(null), &json!(5)));
    close(world.node).await;
}

/// Commands signed with a key that the node keeps are checked like all others.
#[tokio::test]
async fn a_kept_key_goes_the_same_way_as_any_other() {
    let world = world().await;
    let band = somebody(&world.node, 3).await;
    let (_, event) = published(&world, band.did(), 5).await;
    let command = CommandRequest::new(event.clone(), "events.create")
        .reference(IdText::from_did(&event).unwrap())
        .body(imajin_dfos::Value::map([("title", imajin_dfos::Value::from("Mine"))]));
    let refused = world.node.node.perform_kept(command, Vec::new()).await;
    let refused = refused.expect_err("an event that makes events");
    assert!(refused.status().is_client_error(), "{refused:?}");
    close(world.node).await;
}
