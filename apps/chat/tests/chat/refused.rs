//! Tests of entries that the node refuses, because pages would stop at them or people lack permission.

use imajin_dfos::cid::dag_cbor_cid;
use imajin_host::prelude::*;

use crate::direct::two;
use crate::prelude::*;

#[tokio::test]
async fn a_wrong_place_another_epoch_and_an_id_that_is_taken_are_refused() {
    let mut world = World::new().await;
    let (ada, bob, room) = two(&mut world).await;
    let contents = json!({ "v": 1, "type": "text", "text": "x" });
    let early = world.sealed(&ada, &room, &[1; 32], contents.clone(), None).await;
    assert_eq!(world.write(&ada, early).await.status, 400, "a box needs an epoch");
    let secret = world.makes_epoch(&ada, &room, &[&ada, &bob]).await;
    let first = world.sealed(&bob, &room, &secret, contents.clone(), None).await;
    assert_eq!(world.write(&bob, first.clone()).await.status, 201);
    let refused = reason(&world.write(&bob, first.clone()).await);
    assert_eq!(refused, (409, "place".to_owned()), "it passes over itself");

    let mut lie = world.sealed(&bob, &room, &secret, contents.clone(), None).await;
    lie.fact.as_mut().unwrap()["seen"] = json!(dag_cbor_cid(b"another history").to_string());
    assert_eq!(reason(&world.write(&bob, lie).await), (409, "place".to_owned()));
    let mut again = world.sealed(&bob, &room, &secret, contents.clone(), None).await;
    again.reference = first.reference.clone();
    assert_eq!(reason(&world.write(&bob, again).await), (409, "exists".to_owned()));
    let mut turns = world.sealed(&bob, &room, &secret, contents.clone(), None).await;
    turns.fact.as_mut().unwrap()["turns"] = json!(1);
    let refused = world.write(&bob, turns).await;
    assert_eq!(reason(&refused), (409, "epoch".to_owned()));
    assert_eq!(refused.json()["turns"], 2);
    let about =
        world.sealed(&bob, &room, &secret, contents, Some("msg_000000000000000000000001")).await;
    assert_eq!(world.write(&bob, about).await.status, 404);
    world.is_fine(&room, &[&ada, &bob], &[&ada, &bob]).await;
    world.close().await;
}

#[tokio::test]
async fn an_epoch_is_for_exactly_those_who_are_in_and_comes_when_it_is_called_for() {
    let mut world = World::new().await;
    let (ada, bob, room) = two(&mut world).await;
    let eve = world.somebody(3, 1).await;
    for wrong in [&[&ada][..], &[&ada, &bob, &eve]] {
        let (write, _) = world.epoch(&ada, &room, wrong).await;
        assert_eq!(reason(&world.write(&ada, write).await), (409, "epoch".to_owned()));
    }
    let (stranger, _) = {
        let (mut write, secret) = world.epoch(&ada, &room, &[&ada, &bob]).await;
        write.did = eve.person.did.clone();
        (write, secret)
    };
    assert_eq!(world.write(&eve, stranger).await.status, 404);
    let (one, _) = world.epoch(&ada, &room, &[&ada, &bob]).await;
    let (other, _) = world.epoch(&bob, &room, &[&ada, &bob]).await;
    assert_eq!(world.write(&ada, one).await.status, 201);
    let late = world.write(&bob, other).await;
    assert_eq!(reason(&late), (409, "epoch".to_owned()), "the first entered wins");
    assert_eq!(late.json()["epoch"], 1);
    // Nothing calls for another: one an hour and member.
    world.makes_epoch(&bob, &room, &[&ada, &bob]).await;
    let (flood, _) = world.epoch(&bob, &room, &[&ada, &bob]).await;
    assert_eq!(reason(&world.write(&bob, flood).await), (409, "not-needed".to_owned()));
    world.makes_epoch(&ada, &room, &[&ada, &bob]).await;
    world.is_fine(&room, &[&ada, &bob], &[&ada, &bob]).await;
    world.close().await;
}

#[tokio::test]
async fn one_name_has_one_conversation_and_strangers_learn_nothing() {
    let mut world = World::new().await;
    let (ada, bob, room) = two(&mut world).await;
    let eve = world.somebody(3, 1).await;
    let again =
        world.post(&bob, "/chat/api/conversations/key", json!({ "with": ada.person.did })).await;
    assert_eq!(reason(&again), (409, "exists".to_owned()));
    assert_eq!(again.json()["log"], json!(room.log));
    let members = [(&ada, Role::Member), (&bob, Role::Member)];
    let twice = world.opening(&bob, &room, &members, json!({ "sealed": 1 }));
    assert_eq!(reason(&world.write(&bob, twice).await), (409, "exists".to_owned()));
    for path in ["", "/log", "/turns", "/reads", "/genesis"] {
        for did in [&room.log, &room.name] {
            let path = format!("/chat/api/d/{did}{path}");
            assert_eq!(world.get(&eve, &path).await.status, 404, "{path}");
            assert_eq!(world.get(&bob, &path).await.status, 200, "{path}");
        }
    }
    let head = world.seen(&ada, &room).await;
    let fact = json!({ "seq": head["seq"], "seen": head["cid"] });
    let spy = World::write_about(&eve, "chat.read", room.log.as_str(), fact, &room);
    assert_eq!(world.write(&eve, spy).await.status, 404);
    world.close().await;
}

#[tokio::test]
async fn a_conversation_that_nobody_opens_is_let_go_of() {
    let mut world = World::new().await;
    let (ada, bob) = (world.somebody(1, 1).await, world.somebody(2, 1).await);
    world.connect(&ada, &bob).await;
    let room = world.key(&ada, json!({ "with": bob.person.did })).await;
    let again = world.key(&bob, json!({ "with": ada.person.did })).await;
    assert_eq!(again.log, room.log, "one for a name");
    assert!(world.node.node.kept_key(&room.log).unwrap().is_some());
    world.node.clock.pass(std::time::Duration::from_secs(25 * 3600));
    imajin_chat::let_go_of_unopened(&world.node.node).await.unwrap();
    assert!(world.node.node.kept_key(&room.log).unwrap().is_none());
    let token = ada.person.sign_in(&world.node).await;
    let ada = crate::world::Somebody { token, ..ada };
    let other = world.key(&ada, json!({ "with": bob.person.did })).await;
    assert_ne!(other.log, room.log);
    world.close().await;
}
