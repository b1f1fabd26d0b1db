//! Conversations of two: opening, requests, sealing, edits, deleting; checked by what pages check.

use imajin_room::MessageState;

use crate::prelude::*;
use crate::world::texts;

/// Two connected people with keys and their sealed conversation.
pub(crate) async fn two(world: &mut World) -> (Somebody, Somebody, Room) {
    let ada = world.somebody(1, 1).await;
    let bob = world.somebody(2, 2).await;
    world.connect(&ada, &bob).await;
    let room = world.key(&ada, json!({ "with": bob.person.did })).await;
    let members = [(&ada, Role::Member), (&bob, Role::Member)];
    let write = world.opening(&ada, &room, &members, json!({ "sealed": 1 }));
    world.write(&ada, write).await.check(201);
    (ada, bob, room)
}

#[tokio::test]
async fn a_sealed_conversation_passes_what_pages_check_through_edits_deletions_and_new_keys() {
    let mut world = World::new().await;
    let (ada, mut bob, room) = two(&mut world).await;
    let secret = world.makes_epoch(&ada, &room, &[&ada, &bob]).await;
    let first = world.says(&ada, &room, &secret, "Hello").await;
    let second = world.says(&bob, &room, &secret, "Hi").await;
    let edit = json!({ "v": 1, "type": "edit", "text": "Hello there" });
    let edit = world.sealed(&ada, &room, &secret, edit, Some(&first)).await;
    assert_eq!(world.write(&ada, edit).await.status, 201);
    let reaction = json!({ "v": 1, "type": "reaction", "text": "👍" });
    let reaction = world.sealed(&bob, &room, &secret, reaction, Some(&first)).await;
    assert_eq!(world.write(&bob, reaction).await.status, 201);
    world.is_fine(&room, &[&ada, &bob], &[&ada, &bob]).await;
    let report = world.report(&bob, &room, &[&ada, &bob]).await;
    assert_eq!(texts(&report), ["Hello", "Hi", "Hello there", "👍"]);
    assert!(report.sealed && report.renew.is_none());

    // Other keys call for another epoch, which every page finds out from the refusal.
    world.rekey(&mut bob, 1).await;
    let contents = json!({ "v": 1, "type": "text", "text": "late" });
    let late = world.sealed(&ada, &room, &secret, contents, None).await;
    let refused = world.write(&ada, late).await;
    assert_eq!(reason(&refused), (409, "epoch".to_owned()));
    assert_eq!(refused.json()["because"], "keys");
    let renewed = world.report(&bob, &room, &[&ada, &bob]).await;
    assert!(renewed.stop.is_none() && renewed.renew.is_some());
    let secret = world.makes_epoch(&bob, &room, &[&ada, &bob]).await;
    world.says(&ada, &room, &secret, "again").await;

    let delete =
        World::write_about(&bob, "chat.delete", &second, json!({ "log": room.log }), &room);
    world.write(&bob, delete.clone()).await.check(201);
    assert_eq!(world.write(&bob, delete).await.status, 410, "once");
    world.is_fine(&room, &[&ada, &bob], &[&ada, &bob]).await;
    let report = world.report(&ada, &room, &[&ada, &bob]).await;
    let deleted = report.messages.iter().find(|one| *one.id.as_str() == *second);
    assert_eq!(deleted.unwrap().state, MessageState::Deleted);

    // A read mark is in the reader's own log, and others check it.
    let head = world.seen(&bob, &room).await;
    let mark = Write::new(&bob.person.did, "chat.read")
        .reference(room.log.as_str())
        .fact(json!({ "seq": head["seq"], "seen": head["cid"] }));
    assert_eq!(world.write(&bob, mark.clone()).await.status, 201);
    assert_eq!(world.write(&bob, mark).await.status, 429, "once in two minutes");
    assert_eq!(world.input(&ada, &room, &[&ada, &bob]).await.reads.len(), 1);
    world.is_fine(&room, &[&ada, &bob], &[&ada, &bob]).await;

    let forget = World::write_about(&ada, "chat.forget", room.log.as_str(), json!(null), &room);
    world.write(&ada, forget).await.check(201);
    world.is_fine(&room, &[&bob], &[&ada, &bob]).await;
    let left = world.report(&bob, &room, &[&ada, &bob]).await;
    let is_deleted = |whose: &Somebody| {
        let theirs = left.messages.iter().filter(|one| one.from == whose.person.did);
        theirs.map(|one| one.state == MessageState::Deleted).collect::<Vec<_>>()
    };
    assert_eq!(is_deleted(&ada), [true; 3], "all of hers");
    assert_eq!(is_deleted(&bob), [true, false], "what others said stays");
    world.close().await;
}

#[tokio::test]
async fn a_stranger_asks_once_and_writes_when_the_request_was_taken() {
    let mut world = World::new().await;
    let (ada, bob) = (world.somebody(1, 1).await, world.somebody(2, 1).await);
    let room = world.key(&ada, json!({ "with": bob.person.did })).await;
    let members = [(&ada, Role::Member), (&bob, Role::Member)];
    let opening = world.opening(&ada, &room, &members, json!({ "sealed": 1 }));
    let to = opening.to.clone();
    let opening = Write { to: to.into_iter().chain([bob.person.did.clone()]).collect(), ..opening };
    world.write(&ada, opening).await.check(201);
    let secret = world.makes_epoch(&ada, &room, &[&ada, &bob]).await;
    world.says(&ada, &room, &secret, "May I?").await;
    let contents = json!({ "v": 1, "type": "text", "text": "Well?" });
    let more = world.sealed(&ada, &room, &secret, contents.clone(), None).await;
    assert_eq!(reason(&world.write(&ada, more).await), (403, "not-accepted".to_owned()));
    let early = world.sealed(&bob, &room, &secret, contents.clone(), None).await;
    let refused = reason(&world.write(&bob, early).await);
    assert_eq!(refused, (403, "not-accepted".to_owned()), "taking it comes first");
    let requests = world.get(&bob, "/chat/api/conversations?requests=true").await.json();
    assert_eq!(requests["conversations"][0]["log"], json!(room.log));
    assert_eq!(world.get(&bob, "/chat/api/conversations").await.json()["conversations"], json!([]));

    let answer = |op| {
        World::write_about(&bob, op, ada.person.did.as_str(), json!({ "log": room.log }), &room)
    };
    assert_eq!(world.write(&bob, answer("chat.decline")).await.status, 201);
    let more = world.sealed(&ada, &room, &secret, contents.clone(), None).await;
    let refused = reason(&world.write(&ada, more).await);
    assert_eq!(refused, (403, "not-accepted".to_owned()), "nobody is told");
    world.write(&bob, answer("chat.accept")).await.check(201);
    assert_eq!(world.write(&bob, answer("chat.accept")).await.status, 404, "once");
    world.says(&ada, &room, &secret, "Thanks").await;
    world.says(&bob, &room, &secret, "Welcome").await;
    world.is_fine(&room, &[&ada, &bob], &[&ada, &bob]).await;

    assert_eq!(world.write(&bob, answer("chat.block")).await.status, 201);
    let more = world.sealed(&ada, &room, &secret, contents, None).await;
    assert_eq!(reason(&world.write(&ada, more).await), (403, "not-accepted".to_owned()));
    world.write(&bob, answer("chat.block.end")).await.check(201);
    world.says(&ada, &room, &secret, "Again").await;
    world.close().await;
}

#[tokio::test]
async fn who_has_no_key_is_named_and_a_readable_conversation_is_sealed_by_its_first_epoch() {
    let mut world = World::new().await;
    let (ada, mut bob) = (world.somebody(1, 1).await, world.somebody(2, 0).await);
    world.connect(&ada, &bob).await;
    let room = world.key(&ada, json!({ "with": bob.person.did })).await;
    let members = [(&ada, Role::Member), (&bob, Role::Member)];
    let sealed = world.opening(&ada, &room, &members, json!({ "sealed": 1 }));
    let refused = world.write(&ada, sealed).await;
    assert_eq!(reason(&refused), (409, "keyless".to_owned()));
    assert_eq!(refused.json()["keyless"], json!([bob.person.did]));
    let unnamed = world.opening(&ada, &room, &members, json!({ "sealed": 0 }));
    assert_eq!(reason(&world.write(&ada, unnamed).await).0, 409, "it says why");
    let why = json!({ "sealed": 0, "keyless": [bob.person.did] });
    let opening = world.opening(&ada, &room, &members, why);
    assert_eq!(world.write(&ada, opening).await.status, 201);
    let hello = world.readable(&ada, &room, "Hello").await;
    assert_eq!(world.write(&ada, hello).await.status, 201);
    let (epoch, _) = world.epoch(&ada, &room, &[&ada, &bob]).await;
    assert_eq!(world.write(&ada, epoch).await.status, 400, "no wraps for Bob");
    world.is_fine(&room, &[&ada, &bob], &[&ada, &bob]).await;

    world.rekey(&mut bob, 1).await;
    let secret = world.makes_epoch(&bob, &room, &[&ada, &bob]).await;
    world.says(&bob, &room, &secret, "Now nobody reads along").await;
    let plain = world.readable(&ada, &room, "Oops").await;
    let refused = world.write(&ada, plain).await;
    assert_eq!(reason(&refused), (409, "epoch".to_owned()), "never again");
    assert_eq!(refused.json()["because"], "newer");
    // Ada's keys are in her chain; the grace for a key that is new has passed for neither.
    world.is_fine(&room, &[&ada, &bob], &[&ada, &bob]).await;
    let report = world.report(&bob, &room, &[&ada, &bob]).await;
    assert_eq!(texts(&report), ["Hello", "Now nobody reads along"]);
    world.close().await;
}
