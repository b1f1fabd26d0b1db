//! Tests of the notices about conversations in the feed of the notices service.

use crate::direct::two;
use crate::group::{group, joins};
use crate::prelude::*;

async fn feed(world: &World, somebody: &Somebody) -> Vec<Json> {
    let feed = world.node.send(Ask::get("/notify/api/feed").bearer(&somebody.token)).await.json();
    feed["notices"].as_array().unwrap().clone()
}

/// Returns the message notices in a person's feed.
async fn messages(world: &World, somebody: &Somebody) -> Vec<Json> {
    let mut notices = feed(world, somebody).await;
    notices.retain(|notice| notice["kind"] == "message");
    notices
}

/// Returns the kinds of a person's notices about a conversation, newest first.
async fn kinds(world: &World, somebody: &Somebody, room: &Room) -> Vec<String> {
    let mut notices = feed(world, somebody).await;
    notices.retain(|notice| notice["conversation"] == json!(room.log));
    let kind = |notice: &Json| notice["kind"].as_str().unwrap().to_owned();
    notices.iter().map(kind).collect()
}

/// Somebody by this username, with this many keys.
async fn called(world: &mut World, seed: u8, handle: &str, keys: usize) -> Somebody {
    let somebody = world.somebody(seed, keys).await;
    let claim = Write::new(&somebody.person.did, "profile.handle.claim")
        .body(Value::map([("handle", Value::from(handle))]));
    world.write(&somebody, claim).await.check(201);
    somebody
}

/// A readable conversation of Ada's group with these people, of whom not all have a key.
pub(crate) async fn readable_group(world: &mut World, people: &[&Somebody]) -> Room {
    let (ada, others) = people.split_first().unwrap();
    let group = group(world, ada).await;
    for one in others {
        joins(world, one, ada, &group, "member").await;
    }
    let room = world.key(ada, json!({ "group": group })).await;
    let members = people.iter().enumerate().map(|(n, one)| match n {
        0 => (*one, Role::Owner),
        _ => (*one, Role::Member),
    });
    let members: Vec<_> = members.collect();
    let keyless: Vec<_> = others.iter().map(|one| &one.person.did).collect();
    let more = json!({ "sealed": 0, "of": group, "keyless": keyless });
    let opening = world.opening(ada, &room, &members, more);
    world.write(ada, opening).await.check(201);
    room
}

#[tokio::test]
async fn messages_are_news_to_the_others_in_a_conversation_and_edits_are_not() {
    let mut world = World::new().await;
    let (ada, bob, room) = two(&mut world).await;
    let secret = world.makes_epoch(&ada, &room, &[&ada, &bob]).await;
    let first = world.says(&ada, &room, &secret, "Hello").await;
    let edit = json!({ "v": 1, "type": "edit", "text": "Hello there" });
    let mut edit = world.sealed(&ada, &room, &secret, edit, Some(&first)).await;
    edit.fact.as_mut().unwrap()["quiet"] = json!(1);
    assert_eq!(world.write(&ada, edit).await.status, 201);
    world.says(&ada, &room, &secret, "Anybody?").await;
    let news = messages(&world, &bob).await;
    assert_eq!(news.len(), 1, "{news:?}");
    assert_members!(news[0], "count": 2, "conversation": room.log, "unseen": true);
    assert!(!news[0].to_string().contains("Hello"));
    assert!(messages(&world, &ada).await.is_empty(), "her own");
    let stranger = world.somebody(3, 1).await;
    assert!(messages(&world, &stranger).await.is_empty());

    // A member who muted the conversation is told nothing.
    let quiet = Write::new(&bob.person.did, "chat.settings")
        .reference(room.log.to_string())
        .fact(json!({ "requests": "all", "receipts": 1, "presence": 0, "mute": 1 }));
    assert_eq!(world.write(&bob, quiet).await.status, 201);
    assert!(messages(&world, &bob).await.is_empty());
    let members = world.node.node.members_of_room(&room.log).unwrap();
    let members: Vec<_> = members.into_iter().map(|(did, _)| did).collect();
    assert_eq!(members, std::slice::from_ref(&ada.person.did));
}

#[tokio::test]
async fn who_is_mentioned_hears_that_instead_of_a_message_while_they_want_to_hear_of_the_conversation()
 {
    let mut world = World::new().await;
    let ada = called(&mut world, 1, "ada", 1).await;
    let bob = called(&mut world, 2, "bob_the_bass", 0).await;
    let eve = called(&mut world, 3, "eve", 0).await;
    let stranger = called(&mut world, 4, "zoe", 0).await;
    let room = readable_group(&mut world, &[&ada, &bob, &eve]).await;
    let path = format!("/chat/api/d/{}/messages", room.name);
    let text = "Are you in (@bob_the_bass)? So is @zoe, not @nobody. ada@eve";
    let reply = world.post(&ada, &path, json!({ "content": text })).await.check(201);
    assert_eq!(kinds(&world, &bob, &room).await, ["mention"]);
    assert_eq!(kinds(&world, &eve, &room).await, ["message"]);
    let wrote = messages(&world, &eve).await.remove(0);
    assert_eq!(wrote["text"], "@ada wrote in “Choir”");
    assert!(kinds(&world, &ada, &room).await.is_empty());
    assert!(kinds(&world, &stranger, &room).await.is_empty());
    let notice = feed(&world, &bob).await.remove(0);
    let id = reply.json()["message"]["id"].as_str().unwrap().to_owned();
    let href = format!("/chat/{}#{id}", room.name);
    assert_members!(notice, "text": "@ada mentioned you in “Choir”", "href": href);
    let counts = world.get(&bob, "/notify/api/badges").await.json();
    let chat = counts["badges"].as_array().unwrap().iter();
    let chat = chat.filter(|badge| badge["service"] == "chat");
    assert_eq!(chat.map(|badge| &badge["count"]).collect::<Vec<_>>(), [1]);

    // Who reads the conversation has seen it: the list keeps it, and nothing counts it any more.
    let head = world.seen(&bob, &room).await;
    let mark = Write::new(&bob.person.did, "chat.read")
        .reference(room.log.to_string())
        .fact(json!({ "seq": head["seq"], "seen": head["cid"] }));
    assert_eq!(world.write(&bob, mark).await.status, 201);
    assert_members!(feed(&world, &bob).await.remove(0), "kind": "mention", "unseen": false);
    let counts = world.get(&bob, "/notify/api/badges").await.json();
    let chat = |badge: &Json| badge["service"] == "chat";
    assert!(!counts["badges"].as_array().unwrap().iter().any(chat), "{counts}");

    // A signed message mentions people as well as one by a session. People outside the conversation can't be mentioned.
    let mut signed = world.readable(&ada, &room, "Eve!").await;
    signed.fact.as_mut().unwrap()["mentions"] = json!([eve.person.did, bob.person.did]);
    assert_eq!(world.write(&ada, signed).await.status, 201);
    assert_eq!(kinds(&world, &eve, &room).await, ["mention", "message"]);
    let mut outside = world.readable(&ada, &room, "Zoe!").await;
    outside.fact.as_mut().unwrap()["mentions"] = json!([stranger.person.did]);
    world.write(&ada, outside).await.check_member(403, "field", "mentions");
    world.is_fine(&room, &[&ada], &[&ada, &bob, &eve]).await;

    let quiet = Write::new(&eve.person.did, "chat.settings")
        .reference(room.log.to_string())
        .fact(json!({ "requests": "all", "receipts": 1, "presence": 0, "mute": 1 }));
    assert_eq!(world.write(&eve, quiet).await.status, 201);
    assert!(kinds(&world, &eve, &room).await.is_empty());
    world.close().await;
}

#[tokio::test]
async fn the_box_is_not_told_whom_a_sealed_message_mentions() {
    let mut world = World::new().await;
    let (ada, bob, room) = two(&mut world).await;
    let secret = world.makes_epoch(&ada, &room, &[&ada, &bob]).await;
    let contents = json!({ "v": 1, "type": "text", "text": "@bob" });
    let mut message = world.sealed(&ada, &room, &secret, contents, None).await;
    message.fact.as_mut().unwrap()["mentions"] = json!([bob.person.did]);
    world.write(&ada, message).await.check_member(400, "field", "mentions");
    world.says(&ada, &room, &secret, "@bob").await;
    assert_eq!(kinds(&world, &bob, &room).await, ["message"]);
    world.close().await;
}
