//! Each way in which a right to look at a conversation ends, while sockets look at it: of what is in the log, and of what is in none.

use imajin_edge::testing::draft;

use crate::group::turn;
use crate::live::{Client, Heard};
use crate::notices::readable_group;
use crate::prelude::*;
use crate::world::services;

impl World {
    /// Asks, signs what is to be signed, and asks again with it.
    async fn does(&self, who: &Somebody, path: &str, body: &Json) -> Json {
        let reply = who.person.ask_signed(&self.node, &who.token, ("POST", path), body).await;
        let is_done = (200..300).contains(&reply.status);
        assert!(is_done, "{path}: {}", reply.text());
        reply.json()
    }
}

/// The room of a published event of Ada's, and a free ticket of Bob's: the event's id, the ticket's, and the room.
async fn event(world: &mut World, ada: &Somebody, bob: &Somebody) -> (String, String, Room) {
    let answer = world.does(ada, "/events/api/events/key", &json!({})).await;
    let all = [(&ada.person.did, 1_000_000)];
    let draft = draft("event", answer["id"].as_str().unwrap(), &all);
    let manifest = draft.build().unwrap().sign(&ada.person.key).unwrap();
    let body = json!({
        "event": answer["event"],
        "title": "Launch party",
        "startsAt": "2026-12-01T19:00:00.000Z",
        "endsAt": "2026-12-01T23:00:00.000Z",
        "timezone": "Europe/Zurich",
        "locationType": "physical",
        "venue": "The Box",
        "tickets": [{ "name": "Seat", "price": 0, "currency": "CHF", "quantity": 5 }],
        "fairManifest": manifest.document(),
    });
    let event = world.does(ada, "/events/api/events", &body).await;
    let id = event["id"].as_str().unwrap().to_owned();
    let path = format!("/events/api/events/{id}");
    world.does(ada, &format!("{path}/status"), &json!({ "status": "published" })).await;
    let order = world.does(bob, &format!("{path}/buy"), &json!({ "type": 1, "quantity": 1 })).await;
    let ticket = order["tickets"][0].as_str().unwrap().to_owned();
    let about = world.get(ada, &path).await.json();
    let room = world.key(ada, json!({ "event": about["conversation"] })).await;
    let members = [(ada, Role::Owner)];
    let opening = world.opening(ada, &room, &members, json!({ "sealed": 0 }));
    world.write(ada, opening).await.check(201);
    (id, ticket, room)
}

async fn world_with_events() -> World {
    let mut all = services();
    all.push(std::sync::Arc::new(imajin_pay::Pay::new()));
    all.push(std::sync::Arc::new(imajin_events::Events));
    World::with_services(all).await
}

#[tokio::test]
async fn the_room_of_an_event_is_once_in_the_lists_of_its_members() {
    let mut world = world_with_events().await;
    let ada = world.somebody(1, 1).await;
    let bob = world.somebody(2, 0).await;
    let (.., room) = event(&mut world, &ada, &bob).await;
    for member in [&ada, &bob] {
        let list = world.get(member, "/chat/api/conversations").await.json();
        let list = list["conversations"].as_array().unwrap();
        assert_eq!(list.len(), 1, "{list:?}");
        assert_eq!(list[0]["log"], json!(room.log));
        let joined = world.node.node.rooms_of(&member.person.did).unwrap();
        let joined = joined.iter().filter(|joined| joined.room == room.log);
        assert_eq!(joined.count(), 1, "{}", member.person.did);
    }
    world.node.stop().await.unwrap();
}

#[tokio::test]
async fn the_list_of_somebody_with_a_ticket_hears_of_the_events_room() {
    let mut world = world_with_events().await;
    let ada = world.somebody(1, 1).await;
    let bob = world.somebody(2, 0).await;
    let (.., room) = event(&mut world, &ada, &bob).await;
    let mut socket = Client::connect(&world.node, &bob).await;
    let path = format!("/chat/api/d/{}/messages", room.log);
    world.post(&ada, &path, json!({ "content": "Doors at six" })).await.check(201);
    // News of the opening may come before it.
    while socket.next(&["conversation"]).await["unread"] != 1 {}
    drop(socket);
    world.node.stop().await.unwrap();
}

/// A way in which Bob's right ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    TicketTransferred,
    TicketRefunded,
    EventCancelled,
    GroupLeft,
    PutOut,
    SessionEnded,
}

#[tokio::test]
async fn whatever_ends_a_right_to_a_conversation_ends_what_its_sockets_are_told() {
    for end in [
        End::TicketTransferred,
        End::TicketRefunded,
        End::EventCancelled,
        End::GroupLeft,
        End::PutOut,
        End::SessionEnded,
    ] {
        let mut world = world_with_events().await;
        let ada = world.somebody(1, 1).await;
        let (bob, eve) = (world.somebody(2, 0).await, world.somebody(3, 0).await);
        let is_event =
            matches!(end, End::TicketTransferred | End::TicketRefunded | End::EventCancelled);
        let (id, ticket, room) = if is_event {
            event(&mut world, &ada, &bob).await
        } else {
            let room = readable_group(&mut world, &[&ada, &bob]).await;
            (String::new(), String::new(), room)
        };
        // One of Bob's sockets is told of a message, the other of a person who types.
        let mut sockets = Vec::new();
        for _ in 0..2 {
            let mut socket = Client::connect(&world.node, &bob).await;
            socket.say(json!({ "type": "subscribe", "did": room.log })).await;
            // A message after the answer to a ping comes after the subscription, too.
            socket.say(json!({ "type": "ping" })).await;
            socket.next(&["pong"]).await;
            sockets.push(socket);
        }
        let path = format!("/chat/api/d/{}/messages", room.log);
        world.post(&ada, &path, json!({ "content": "first" })).await.check(201);
        for socket in &mut sockets {
            socket.next(&["new_message"]).await;
        }
        let mut hers = Client::connect(&world.node, &ada).await;
        hers.say(json!({ "type": "subscribe", "did": room.log })).await;
        hers.say(json!({ "type": "ping" })).await;
        hers.next(&["pong"]).await;

        match end {
            End::TicketTransferred => {
                let path = format!("/events/api/tickets/{ticket}/transfer");
                world.does(&bob, &path, &json!({ "to": eve.person.did })).await;
            }
            End::TicketRefunded => {
                let about = world.get(&ada, &format!("/events/api/events/{id}")).await.json();
                let event = Did::parse(about["did"].as_str().unwrap()).unwrap();
                let refund = Write::new(&ada.person.did, "events.refund")
                    .reference(&ticket)
                    .fact(json!({ "event": event, "amount": 0, "currency": "CHF" }))
                    .body(imajin_dfos::Value::map([("reason", imajin_dfos::Value::from("sorry"))]))
                    .to(&[&event, &bob.person.did]);
                world.write(&ada, refund).await.check(201);
            }
            End::EventCancelled => {
                let path = format!("/events/api/events/{id}/status");
                world.does(&ada, &path, &json!({ "status": "cancelled" })).await;
            }
            End::GroupLeft | End::PutOut => {
                let group = world.state(&ada, &room).await["of"].clone();
                let group = Did::parse(group.as_str().unwrap()).unwrap();
                let out = &bob.person.did;
                let reply = match end {
                    End::GroupLeft => {
                        let leave = ("connections.group.leave", &group, &room);
                        turn(&world, &bob, leave, None, &[]).await
                    }
                    _ => {
                        let remove = ("connections.group.remove", &group, &room);
                        turn(&world, &ada, remove, Some((&bob, None)), &[out]).await
                    }
                };
                assert_eq!(reply.status, 201, "{}", reply.text());
            }
            End::SessionEnded => {
                let ask = Ask::post("/auth/api/logout", &json!({})).bearer(&bob.token);
                assert!(world.node.send(ask).await.status < 300);
            }
        }

        hers.say(json!({ "type": "typing", "did": room.log })).await;
        let outcome = ended(&mut sockets[1]).await;
        assert!(outcome.is_ok(), "{end:?}: {outcome:?}");
        world.post(&ada, &path, json!({ "content": "second" })).await.check(201);
        let outcome = ended(&mut sockets[0]).await;
        assert!(outcome.is_ok(), "{end:?}: {outcome:?}");
        drop((sockets, hers));
        world.node.stop().await.unwrap();
    }
}

/// Waits until a socket hears that it is told no more; what it was told instead is the error.
async fn ended(socket: &mut Client) -> Result<(), Json> {
    loop {
        match socket.hear().await {
            Heard::Closed(4401) => return Ok(()),
            Heard::Said(json) if json["type"] == "error" && json["status"] == 404 => return Ok(()),
            // News of other logs.
            Heard::Said(json) if json["type"] == "conversation" || json["type"] == "turn" => {}
            Heard::Said(json) => return Err(json),
            Heard::Closed(code) => return Err(json!(code)),
        }
    }
}

#[tokio::test]
async fn a_connection_that_ended_tells_nobody_any_more_who_is_there() {
    let mut world = World::new().await;
    let ada = world.somebody(1, 0).await;
    let (bob, eve) = (world.somebody(2, 0).await, world.somebody(3, 0).await);
    for other in [&bob, &eve] {
        world.connect(&ada, other).await;
    }
    let shows = json!({ "requests": "all", "receipts": 1, "presence": 1, "mute": 0 });
    let settings = Write::new(&ada.person.did, "chat.settings").fact(shows);
    assert_eq!(world.write(&ada, settings).await.status, 201);
    let mut his = Client::connect(&world.node, &bob).await;
    let mut hers = Client::connect(&world.node, &eve).await;
    let adas = Client::connect(&world.node, &ada).await;
    for eyes in [&mut his, &mut hers] {
        assert_eq!(eyes.next(&["user_presence"]).await["online"], true);
    }

    let end = Write::new(&ada.person.did, "connections.disconnect")
        .fact(json!({ "dids": [bob.person.did] }))
        .to(&[&bob.person.did]);
    world.write(&ada, end).await.check(201);
    drop(adas);
    while hers.next(&["user_presence"]).await["online"] == true {}
    // The answer to a ping comes after all that Bob was told before.
    his.say(json!({ "type": "ping" })).await;
    loop {
        let message = his.hear_event().await;
        assert!(message["type"] != "user_presence" || message["online"] == true, "{message}");
        if message["type"] == "pong" {
            break;
        }
    }
    drop((his, hers));
    world.close().await;
}
