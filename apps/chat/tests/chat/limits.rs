//! Tests of limits for people and businesses: requests a day, and the conversations that a business may begin.

use std::time::Duration;

use imajin_edge::testing::Person;
use imajin_host::prelude::*;

use crate::prelude::*;

async fn business(world: &World, seed: u8) -> Somebody {
    let mut person = Person::new(seed);
    let node = &world.node;
    let token = person.begin_chain(node.node.now()).unwrap();
    let home = Value::map([
        ("node", Value::from(node.node.did().as_str())),
        ("url", Value::from(node.node.url())),
        ("epoch", Value::Int(1)),
    ]);
    let body = Value::map([
        ("token", Value::from(token)),
        ("home", home),
        ("scope", Value::from("business")),
        ("subtype", Value::from("org")),
    ]);
    let creation = Write::new(&person.did, "auth.identity.create").body(body);
    person.write(node, &creation).await.check(201);
    let token = person.sign_in(node).await;
    Somebody { person, token, secrets: Vec::new() }
}

#[tokio::test]
async fn a_business_answers_and_never_begins() {
    let mut world = World::new().await;
    let (ada, shop) = (world.somebody(1, 1).await, business(&world, 2).await);
    let with_ada = json!({ "with": ada.person.did });
    let begins = world.post(&shop, "/chat/api/conversations/key", with_ada).await;
    assert_eq!(reason(&begins), (403, "business".to_owned()));

    // Anyone may write to a business without a request.
    let room = world.key(&ada, json!({ "with": shop.person.did })).await;
    let members = [(&ada, Role::Member), (&shop, Role::Member)];
    let why = json!({ "sealed": 0, "keyless": [shop.person.did] });
    let opening = world.opening(&ada, &room, &members, why);
    world.write(&ada, opening).await.check(201);
    let first = world.readable(&shop, &room, "Welcome!").await;
    let refused = reason(&world.write(&shop, first).await);
    assert_eq!(refused, (403, "consent".to_owned()), "it was not written to");

    let question = world.readable(&ada, &room, "Is the bread sold out?").await;
    assert_eq!(world.write(&ada, question).await.status, 201);
    for text in ["No.", "Come by!"] {
        let answer = world.readable(&shop, &room, text).await;
        assert_eq!(world.write(&shop, answer).await.status, 201, "{text}");
    }
    world.is_fine(&room, &[&ada, &shop], &[&ada, &shop]).await;
    month_later(&world).await;
    let (ada, shop) = (again(&world, ada).await, again(&world, shop).await);
    let late = world.readable(&shop, &room, "Our summer sale").await;
    assert_eq!(reason(&world.write(&shop, late).await), (403, "consent".to_owned()), "30 days");
    // One that she blocked is told the same.
    world.blocks(&ada, "connections.block", &shop).await;
    let blocked = world.readable(&shop, &room, "Our winter sale").await;
    assert_eq!(reason(&world.write(&shop, blocked).await), (403, "consent".to_owned()), "blocked");
    world.blocks(&ada, "connections.block.end", &shop).await;

    // A consent needs a market, which says what a message costs: without one it opens nothing.
    let until = world.node.node.now().as_millis() + 1_000_000;
    let terms = json!({ "until": until, "most": 3 });
    let consent = |to: &Somebody, terms| {
        Write::new(&ada.person.did, "chat.consent")
            .reference(to.person.did.as_str())
            .fact(terms)
            .to(&[&to.person.did])
    };
    let over = json!({ "until": until + 400 * 24 * 3600 * 1000, "most": 3 });
    assert_eq!(world.write(&ada, consent(&shop, over)).await.status, 400);
    world.write(&ada, consent(&shop, terms)).await.check(201);
    let still = world.readable(&shop, &room, "Our summer sale").await;
    assert_eq!(reason(&world.write(&shop, still).await), (403, "consent".to_owned()), "no market");
    let end = Write::new(&ada.person.did, "chat.consent.end")
        .reference(shop.person.did.as_str())
        .to(&[&shop.person.did]);
    assert_eq!(world.write(&ada, end.clone()).await.status, 201);
    assert_eq!(world.write(&ada, end).await.status, 404, "once");
    world.close().await;
}

async fn month_later(world: &World) {
    world.node.clock.pass(Duration::from_secs(31 * 24 * 3600));
}

/// Somebody whose session ended signs in again.
async fn again(world: &World, who: Somebody) -> Somebody {
    let token = who.person.sign_in(&world.node).await;
    Somebody { token, ..who }
}

/// Sends the first message with a request to a person.
async fn asks(world: &mut World, who: &Somebody, other: &Somebody) -> (u16, Option<Room>) {
    let with = json!({ "with": other.person.did });
    let key = world.post(who, "/chat/api/conversations/key", with.clone()).await;
    if key.status != 201 {
        return (key.status, None);
    }
    let room = world.key(who, with).await;
    let members = [(who, Role::Member), (other, Role::Member)];
    let mut opening = world.opening(who, &room, &members, json!({ "sealed": 1 }));
    opening.to.push(other.person.did.clone());
    (world.write(who, opening).await.status, Some(room))
}

#[tokio::test]
async fn requests_end_for_the_day_and_go_to_nobody_who_takes_none() {
    let mut world = World::new().await;
    let ada = world.somebody(1, 1).await;
    let mut others = Vec::new();
    for seed in 2..=8 {
        others.push(world.somebody(seed, 1).await);
    }
    let none = json!({ "requests": "none", "receipts": 1, "presence": 0, "mute": 0 });
    let settings = Write::new(&others[6].person.did, "chat.settings").fact(none);
    assert_eq!(world.write(&others[6], settings).await.status, 201);
    assert_eq!(asks(&mut world, &ada, &others[6]).await.0, 403);
    // A person who takes none and one who blocked the author give the same answer.
    world.blocks(&others[5], "connections.block", &ada).await;
    let mut answers = Vec::new();
    for other in &others[5..] {
        let with = json!({ "with": other.person.did });
        let reply = world.post(&ada, "/chat/api/conversations/key", with).await;
        let problem = reply.json();
        answers.push((reply.status, problem["type"].clone(), problem["detail"].clone()));
    }
    assert_eq!(answers[0].0, 403);
    assert_eq!(answers[0], answers[1]);
    let end = "connections.block.end";
    world.blocks(&others[5], end, &ada).await;
    for other in &others[..5] {
        assert_eq!(asks(&mut world, &ada, other).await.0, 201);
    }
    assert_eq!(asks(&mut world, &ada, &others[5]).await.0, 429);
    world.node.clock.pass(Duration::from_secs(25 * 3600));
    let (ada, other) = (again(&world, ada).await, others.swap_remove(5));
    assert_eq!(asks(&mut world, &ada, &other).await.0, 201, "the next day");
    world.close().await;
}
