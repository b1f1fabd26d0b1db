//! Conversations of groups: letting in, putting out, roles, handing over; checked by what pages check.

use imajin_dfos::cbor::from_dag_json;
use imajin_edge::testing::Reply;
use imajin_host::{codes, random};
use imajin_log::Header;
use imajin_protocol::attestation::{Attestation, Kind};
use imajin_protocol::identity::did_of_genesis;
use imajin_room::{MessageState, conversation_name};

use crate::prelude::*;
use crate::world::texts;

/// Two are connected: the first one invites.
pub(crate) async fn connect(world: &World, one: &Somebody, other: &Somebody) {
    let invite =
        world.post(one, "/connections/api/invites", json!({ "maxUses": 1 })).await.check(201);
    let invite = invite.json();
    let id = invite["id"].as_str().unwrap();
    let code = invite["code"].as_str().unwrap();
    let who = &other.person;
    let attestation = Attestation {
        issuer: who.did.clone(),
        subject: one.person.did.clone(),
        kind: Kind::parse("connection.accepted").unwrap(),
        context_id: Some(id.to_owned()),
        context_type: Some("invite".to_owned()),
        payload: None,
        issued_at: world.node.node.now(),
    };
    let signed = attestation.clone().sign(&who.key).unwrap();
    let chain = who.chain.as_ref().unwrap();
    let author = attestation.author_jws(None, chain, who.kid.key_id(), &who.key).unwrap();
    let write = Write::new(&who.did, "connections.accept")
        .reference(attestation.cid().unwrap().to_string())
        .fact(json!({ "dids": [one.person.did], "invite": id }))
        .to(&[&one.person.did])
        .body(Value::map([
            ("attestation", Value::from(signed.text())),
            ("signature", Value::from(signed.signature())),
            ("author_jws", Value::from(author.token)),
        ]));
    let ask = who.ask(&world.node, &write).await.unwrap();
    world.node.send(ask.header("x-imajin-invite", code)).await.check(201);
}

pub(crate) async fn group(world: &World, owner: &Somebody) -> Did {
    let key = world.post(owner, "/connections/api/groups/key", json!({})).await.check(201);
    let group = Did::parse(key.json()["group"].as_str().unwrap()).unwrap();
    let write = Write::new(&owner.person.did, "connections.group.create")
        .reference(group.as_str())
        .fact(json!({ "kind": "group", "visibility": "private" }))
        .body(from_dag_json(&json!({ "name": "Choir" })).unwrap())
        .to(&[&group]);
    world.write(owner, write).await.check(201);
    group
}

/// Somebody joins a group by its owner's invitation.
pub(crate) async fn joins(
    world: &World,
    who: &Somebody,
    owner: &Somebody,
    group: &Did,
    role: &str,
) {
    let id = format!("inv_{}", random::hex::<12>().unwrap());
    let code = codes::fresh().unwrap();
    let write = Write::new(&owner.person.did, "connections.group.invite")
        .reference(&*id)
        .fact(json!({ "group": group, "role": role, "uses": 1 }))
        .body(Value::map([("code", Value::from(&*code))]));
    world.unsigned(owner, &write).await.check(201);
    let write = Write::new(&who.person.did, "connections.group.join")
        .reference(group.as_str())
        .fact(json!({ "invite": id, "role": role }))
        .to(&[group]);
    let ask = who.person.ask(&world.node, &write).await.unwrap();
    world.node.send(ask.header("x-imajin-invite", code)).await.check(201);
}

/// An operation of a group that has its conversation as a party.
pub(crate) async fn turn(
    world: &World,
    by: &Somebody,
    (op, group, room): (&'static str, &Did, &Room),
    about: Option<(&Somebody, Option<&str>)>,
    more: &[&Did],
) -> Reply {
    let to: Vec<&Did> = [group, &room.log].into_iter().chain(more.iter().copied()).collect();
    let mut write = Write::new(&by.person.did, op).reference(group.as_str()).to(&to);
    if let Some((who, role)) = about {
        let mut fact = json!({ "dids": [who.person.did] });
        if let Some(role) = role {
            fact["role"] = json!(role);
        }
        write = write.fact(fact);
    }
    if op == "connections.group.take" {
        write = write.body(from_dag_json(&json!({ "name": "Choir" })).unwrap());
    }
    world.write(by, write).await
}

fn admission(
    world_state: &Json,
    by: &Somebody,
    room: &Room,
    who: &[&Somebody],
    role: &str,
) -> Write {
    let dids: Vec<&Did> = who.iter().map(|one| &one.person.did).collect();
    let fact = json!({ "dids": dids, "role": role, "turns": world_state["turns"] });
    World::write_about(by, "chat.admit", room.log.as_str(), fact, room)
}

pub(crate) async fn admits(
    world: &World,
    by: &Somebody,
    room: &Room,
    who: &[&Somebody],
    role: &str,
) -> Reply {
    let state = world.state(by, room).await;
    world.write(by, admission(&state, by, room, who, role)).await
}

/// Ada's group with Bob (admin), Eve and Zoe (members), and its sealed conversation without Zoe.
pub(crate) async fn choir(world: &mut World) -> (Vec<Somebody>, Did, Room) {
    let mut people = Vec::new();
    for seed in 1..=4 {
        people.push(world.somebody(seed, 1).await);
    }
    let group = group(world, &people[0]).await;
    for (n, role) in [(1, "admin"), (2, "member"), (3, "member")] {
        joins(world, &people[n], &people[0], &group, role).await;
    }
    let room = world.key(&people[0], json!({ "group": group })).await;
    let members =
        [(&people[0], Role::Owner), (&people[1], Role::Admin), (&people[2], Role::Member)];
    let more = json!({ "sealed": 1, "of": group });
    let opening = world.opening(&people[0], &room, &members, more);
    world.write(&people[0], opening).await.check(201);
    (people, group, room)
}

#[tokio::test]
async fn a_group_lets_in_puts_out_and_is_handed_over_in_its_conversation_too() {
    let mut world = World::new().await;
    let (people, group, room) = choir(&mut world).await;
    let [ada, bob, eve, zoe] = &people[..] else { unreachable!() };
    let all = [ada, bob, eve, zoe];
    let secret = world.makes_epoch(bob, &room, &[ada, bob, eve]).await;
    world.says(eve, &room, &secret, "Who is here?").await;

    // An invitation into the group adds no one to its conversation.
    world.get(zoe, &format!("/chat/api/d/{}", room.log)).await.check(404);
    admits(&world, eve, &room, &[zoe], "member").await.check(403);
    admits(&world, bob, &room, &[zoe], "member").await.check(201);
    assert_eq!(world.state(ada, &room).await["unread"], 1);
    assert_eq!(world.state(zoe, &room).await["unread"], 0, "nothing from before");
    assert_eq!(reason(&admits(&world, ada, &room, &[zoe], "member").await).1, "exists");
    let contents = json!({ "v": 1, "type": "text", "text": "old" });
    let old = world.sealed(eve, &room, &secret, contents, None).await;
    let refused = world.write(eve, old).await;
    assert_eq!(reason(&refused), (409, "epoch".to_owned()));
    assert_eq!(refused.json()["because"], "turn");
    let secret = world.makes_epoch(eve, &room, &all).await;
    world.says(zoe, &room, &secret, "Me, too").await;
    world.is_fine(&room, &all, &all).await;
    let report = world.report(zoe, &room, &all).await;
    let states: Vec<_> = report.messages.iter().map(|one| one.state).collect();
    assert_eq!(states, [MessageState::Unseen, MessageState::Opened], "nothing from before");

    // Removing is one signature, in the group and in its conversation.
    let remove = ("connections.group.remove", &group, &room);
    let unnamed = Write::new(&ada.person.did, remove.0)
        .reference(group.as_str())
        .fact(json!({ "dids": [eve.person.did] }))
        .to(&[&group, &eve.person.did]);
    let refused = world.write(ada, unnamed).await;
    assert_eq!(refused.status / 100, 4, "the conversation is a party: {}", refused.text());
    let reply = turn(&world, ada, remove, Some((eve, None)), &[&eve.person.did]).await.check(201);
    assert!(reply.logs().contains(&json!(room.log)), "the page finds the entry in the answer");
    world.get(eve, &format!("/chat/api/d/{}/log", room.log)).await.check(404);
    // Her own record names its log, and her page asks which conversation that was.
    let genesis = world.get(eve, &format!("/chat/api/d/{}/genesis", room.log)).await.check(200);
    let token = genesis.json()["token"].as_str().unwrap().to_owned();
    let (log, chain) = did_of_genesis(&token).unwrap();
    let name = conversation_name(&chain.state().services);
    assert_eq!((log, name), (room.log.clone(), Some(room.name.clone())));
    let secret = world.makes_epoch(zoe, &room, &[ada, bob, zoe]).await;
    world.says(zoe, &room, &secret, "She is out").await;
    assert_eq!(world.state(zoe, &room).await["unread"], 0, "she wrote all since she came");

    // Bob becomes a member, Zoe an admin and the owner.
    let role = ("connections.group.role", &group, &room);
    turn(&world, ada, role, Some((bob, Some("member"))), &[&bob.person.did]).await.check(201);
    turn(&world, ada, role, Some((zoe, Some("admin"))), &[&zoe.person.did]).await.check(201);
    let offer = ("connections.group.offer", &group, &room);
    turn(&world, ada, offer, Some((zoe, None)), &[&zoe.person.did]).await.check(201);
    let take = ("connections.group.take", &group, &room);
    turn(&world, zoe, take, None, &[&ada.person.did]).await.check(201);
    let state = world.state(zoe, &room).await;
    let members = state["members"].as_array().unwrap().iter();
    let roles: Vec<_> = members.map(|one| (&one["did"], &one["role"])).collect();
    for (who, is) in [(ada, "admin"), (bob, "member"), (zoe, "owner")] {
        assert!(roles.contains(&(&json!(who.person.did), &json!(is))), "{roles:?}");
    }
    let secret = world.makes_epoch(zoe, &room, &[ada, bob, zoe]).await;
    let last = world.says(bob, &room, &secret, "Goodbye").await;

    // A leader hides, a member leaves.
    let hide = World::write_about(zoe, "chat.hide", &last, json!({ "log": room.log }), &room);
    assert_eq!(world.write(zoe, hide).await.status, 201);
    let leave = ("connections.group.leave", &group, &room);
    assert_eq!(turn(&world, bob, leave, None, &[]).await.status, 201);
    world.is_fine(&room, &[ada, zoe], &all).await;
    let report = world.report(ada, &room, &all).await;
    assert_eq!(report.members.len(), 2);
    assert_eq!(report.messages.last().unwrap().state, MessageState::Hidden);
    assert_eq!(texts(&report), ["Who is here?", "Me, too", "She is out"]);
    world.close().await;
}

/// Returns for each message of a conversation whether a person gets its body.
async fn bodies(world: &World, who: &Somebody, room: &Room) -> Vec<bool> {
    let rows = world.rows(who, room).await;
    let messages = rows.iter().filter(|row| {
        let header = Header::decode(&row.header).unwrap();
        header.op == "chat.message"
    });
    messages.map(|row| row.body.is_some()).collect()
}

#[tokio::test]
async fn what_was_read_a_moment_ago_is_given_only_to_those_who_see_it_now() {
    let mut world = World::new().await;
    let (people, _, room) = choir(&mut world).await;
    let [ada, bob, eve, zoe] = &people[..] else { unreachable!() };
    let secret = world.makes_epoch(bob, &room, &[ada, bob, eve]).await;
    let first = world.says(eve, &room, &secret, "Who is here?").await;
    assert_eq!(bodies(&world, ada, &room).await, [true]);
    admits(&world, bob, &room, &[zoe], "member").await.check(201);
    let secret = world.makes_epoch(eve, &room, &[ada, bob, eve, zoe]).await;
    let second = world.says(zoe, &room, &secret, "Me, too").await;
    for _ in 0..2 {
        assert_eq!(bodies(&world, ada, &room).await, [true, true]);
        assert_eq!(bodies(&world, zoe, &room).await, [false, true], "she came");
    }
    let fact = json!({ "log": room.log });
    let delete = World::write_about(eve, "chat.delete", &first, fact.clone(), &room);
    assert_eq!(world.write(eve, delete).await.status, 201);
    assert_eq!(bodies(&world, ada, &room).await, [false, true]);
    let hide = World::write_about(ada, "chat.hide", &second, fact, &room);
    assert_eq!(world.write(ada, hide).await.status, 201);
    for who in [ada, zoe] {
        assert_eq!(bodies(&world, who, &room).await, [false, false]);
    }
    world.close().await;
}

#[tokio::test]
async fn nobody_comes_back_by_an_admission_that_crossed_with_their_removal() {
    let mut world = World::new().await;
    let (people, group, room) = choir(&mut world).await;
    let [ada, bob, eve, zoe] = &people[..] else { unreachable!() };
    let remove = ("connections.group.remove", &group, &room);
    turn(&world, ada, remove, Some((zoe, None)), &[&zoe.person.did]).await.check(201);
    admits(&world, bob, &room, &[zoe], "member").await.check(404);
    let all = [ada, bob, eve, zoe];
    let secret = world.makes_epoch(ada, &room, &[ada, bob, eve]).await;
    world.says(ada, &room, &secret, "Three of us").await;
    world.is_fine(&room, &[ada, bob, eve], &all).await;
    world.close().await;
}
