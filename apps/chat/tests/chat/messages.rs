//! Readable messages as JSON, written by a session.

use imajin_dfos::PublicKey;
use imajin_dfos::cbor::to_dag_json;
use imajin_edge::testing::Reply;
use imajin_protocol::Proof;

use crate::prelude::*;

/// Ada, Bob who has no key, and their readable conversation.
pub(crate) async fn readable(world: &mut World) -> (Somebody, Somebody, Room) {
    let (ada, bob) = (world.somebody(1, 1).await, world.somebody(2, 0).await);
    world.connect(&ada, &bob).await;
    let room = world.key(&ada, json!({ "with": bob.person.did })).await;
    let members = [(&ada, Role::Member), (&bob, Role::Member)];
    let more = json!({ "sealed": 0, "keyless": [bob.person.did] });
    let opening = world.opening(&ada, &room, &members, more);
    world.write(&ada, opening).await.check(201);
    (ada, bob, room)
}

async fn ask(world: &World, who: &Somebody, method: &'static str, path: &str, body: Json) -> Reply {
    let ask = Ask::new(method, path)
        .header("content-type", "application/json")
        .body(body.to_string())
        .bearer(&who.token);
    world.node.send(ask).await
}

#[tokio::test]
async fn a_session_writes_edits_reacts_and_deletes_and_pages_find_nothing_wrong() {
    let mut world = World::new().await;
    let (ada, bob, room) = readable(&mut world).await;
    let path = format!("/chat/api/d/{}/messages", room.name);
    let sent = ask(&world, &ada, "POST", &path, json!({ "content": "Helo" })).await.check(201);
    let id = sent.json()["message"]["id"].as_str().unwrap().to_owned();
    let message_path = format!("{path}/{id}");
    ask(&world, &bob, "PATCH", &message_path, json!({ "content": "Bye" })).await.check(403);
    let edited =
        ask(&world, &ada, "PATCH", &message_path, json!({ "content": "Hello" })).await.check(200);
    assert_eq!(edited.json()["message"]["content"], "Hello");
    let react = format!("{message_path}/reactions");
    let with = |content: &str| json!({ "content": content });
    let once = ask(&world, &ada, "POST", &react, with("👍")).await.check(201);
    let twice = ask(&world, &ada, "POST", &react, with("👍")).await.check(201);
    assert_eq!(twice.json()["message"]["id"], once.json()["message"]["id"]);
    ask(&world, &bob, "POST", &react, with("🎉")).await.check(201);
    // Tapped on two devices at the same moment, it is there twice.
    for _ in 0..2 {
        let mut same = world.readable(&bob, &room, "👋").await;
        same.fact.as_mut().unwrap()["re"] = json!(id);
        same.fact.as_mut().unwrap()["quiet"] = json!(1);
        same.body =
            Some(Value::map([("type", Value::from("reaction")), ("text", Value::from("👋"))]));
        world.write(&bob, same).await.check(201);
    }
    let wave = format!("{react}?content=%F0%9F%91%8B");
    ask(&world, &bob, "DELETE", &wave, json!({})).await.check(204);
    let end = format!("{react}?content=%F0%9F%91%8D");
    ask(&world, &ada, "DELETE", &end, json!({})).await.check(204);
    assert_eq!(ask(&world, &ada, "DELETE", &end, json!({})).await.status, 404, "once");
    let answer = json!({ "content": "Hi", "replyToMessageId": id });
    assert_eq!(ask(&world, &bob, "POST", &path, answer).await.status, 201);

    let list = world.get(&bob, &path).await.json();
    let all = list["messages"].as_array().unwrap();
    assert_eq!(all.len(), 2, "edits and reactions are with their message");
    assert_members!(all[0], "content": "Hi", "replyToMessageId": id);
    assert_members!(all[1], "content": "Hello", "will": "custodial");
    assert!(all[1]["editedAt"].is_string() && all[1]["signature"].is_null());
    let reactions: Vec<&Json> =
        all[1]["reactions"].as_array().unwrap().iter().map(|one| &one["content"]).collect();
    assert_eq!(reactions, [&json!("🎉")]);
    let conversations = world.get(&bob, "/chat/api/conversations").await.json();
    let shown = &conversations["conversations"][0];
    assert_members!(shown, "unread": 1, "sealed": false, "keyless": [bob.person.did]);
    let read = format!("/chat/api/d/{}/read", room.log);
    ask(&world, &bob, "POST", &read, json!({})).await.check(204);
    let conversations = world.get(&bob, "/chat/api/conversations").await.json();
    assert_eq!(conversations["conversations"][0]["unread"], 0);

    world.is_fine(&room, &[&ada, &bob], &[&ada, &bob]).await;
    ask(&world, &ada, "DELETE", &message_path, json!({})).await.check(204);
    ask(&world, &ada, "DELETE", &message_path, json!({})).await.check(410);
    ask(&world, &ada, "PATCH", &message_path, json!({ "content": "x" })).await.check(410);
    let list = world.get(&bob, &path).await.json();
    let deleted = &list["messages"][1];
    assert!(deleted["content"].is_null() && deleted["deletedAt"].is_string());
    assert_eq!(list["messages"].as_array().unwrap().len(), 2, "a deleted edit is no message");
    let rows = world.rows(&bob, &room).await;
    let are_there = |words: &str| {
        let mut bodies = rows.iter().filter_map(|row| row.body.as_ref());
        bodies.any(|body| body.windows(words.len()).any(|part| part == words.as_bytes()))
    };
    assert!(are_there("Hi") && !are_there("Helo"));
    assert!(!are_there("Hello"), "nor is what it was changed to");
    world.is_fine(&room, &[&ada, &bob], &[&ada, &bob]).await;
    world.close().await;
}

#[tokio::test]
async fn what_is_wrong_is_named_and_a_fast_writer_waits() {
    let mut world = World::new().await;
    let (ada, _, room) = readable(&mut world).await;
    let path = format!("/chat/api/d/{}/messages", room.log);
    let cases = [
        (json!({ "content": "" }), "text"),
        (json!({ "content": "x", "contentType": "edit" }), "contentType"),
        (json!({ "content": "x", "contentType": "hologram" }), "contentType"),
        (json!({ "content": "x", "replyToMessageId": "1" }), "replyToMessageId"),
        (json!({ "content": "a".repeat(16_385) }), "content"),
    ];
    for (body, field) in cases {
        ask(&world, &ada, "POST", &path, body).await.check_member(400, "field", json!(field));
    }
    let mut statuses = Vec::new();
    for n in 0..40 {
        let reply = ask(&world, &ada, "POST", &path, json!({ "content": n.to_string() })).await;
        statuses.push(reply.status);
    }
    assert!(statuses.starts_with(&[201; 20]) && statuses.ends_with(&[429]), "{statuses:?}");
    let (eve, strange) = (world.somebody(3, 1).await, json!({ "content": "x" }));
    assert_eq!(reason(&ask(&world, &eve, "POST", &path, strange).await).0, 404);
    world.close().await;
}

#[tokio::test]
async fn what_an_agent_writes_for_somebody_names_the_agent() {
    let mut world = World::new().await;
    let (ada, bob, room) = readable(&mut world).await;
    let jin = world.somebody(9, 0).await;
    let claim = Write::new(&jin.person.did, "profile.handle.claim")
        .body(Value::map([("handle", Value::from("jin"))]));
    assert_eq!(world.write(&jin, claim).await.status, 201);
    let key = PublicKey::from(&jin.person.key).to_multikey();
    let scope = Value::List(vec![Value::from("chat.send")]);
    let lets = Write::new(&ada.person.did, "auth.delegation.create").body(Value::map([
        ("key", Value::from(key)),
        ("scope", scope),
        ("until", Value::from("2026-11-21T10:00:00.000Z")),
    ]));
    world.write(&ada, lets).await.check(201);

    let agent = &jin.person;
    let write = world.readable(&ada, &room, "Ada is on her way").await;
    let mut payload = agent.payload(&world.node, &write).await.unwrap();
    payload.chain = None;
    let (_, body) = agent.sign(&world.node, &write).await.unwrap();
    let proof = Proof::sign(&agent.key, agent.kid.clone(), payload).unwrap();
    let body = to_dag_json(&body.unwrap()).unwrap().to_string();
    let send = Ask::new("POST", "/chat/api/commands/chat.send")
        .header("mjn-proof", proof.to_compact())
        .header("x-acting-for", ada.person.did.as_str());
    world.node.send(send.body(body)).await.check(201);

    let path = format!("/chat/api/d/{}/messages", room.name);
    let shown = world.get(&bob, &path).await.json()["messages"][0].take();
    assert_members!(shown, "fromDid": ada.person.did, "will": "delegated");
    assert_members!(shown["from"], "via": agent.did, "viaName": "jin");
    let report = world.report(&bob, &room, &[&ada, &bob]).await;
    let message = report.messages.last().unwrap();
    assert_eq!(message.via.as_ref(), Some(&agent.did));
    assert!(!message.signed, "an agent's signature is not hers");
    world.is_fine(&room, &[&ada, &bob], &[&ada, &bob]).await;
    world.close().await;
}
