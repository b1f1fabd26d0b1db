//! Free tickets: limits per person and per address, and the organiser's conditions for a free place.

use std::time::Duration;

use imajin_app::Role;
use imajin_edge::testing::TestNode;
use imajin_host::{Config, Registration};
use serde_json::{Value as Json, json};

use crate::support::{Somebody, World, bare, close, kind, party, published_as, somebody, world};

const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn a_stranger_takes_two_free_tickets_a_day_and_none_that_costs_something() {
    let world = world().await;
    let band = somebody(&world.node, 3).await;
    let (id, _) = published_as(&world, band.did(), |made, manifest| {
        let mut event = party(made, manifest, 10);
        event["tickets"] = json!([
            {"name": "Stream", "price": 100, "currency": "CHF"},
            {"name": "Lawn", "price": 0, "currency": "CHF", "quantity": 10},
        ]);
        event
    })
    .await;
    let config = Config {
        registration: Some(Registration::Invite),
        ..Config::default()
    };
    let world = world.restarted(config).await;
    let node = &world.node;
    let (mallory, trudy) = (bare(node, 5).await, bare(node, 6).await);
    assert_eq!(node.node.role(mallory.did()).unwrap(), Role::Stranger);

    mallory
        .buys(node, &id, 1, 1)
        .await
        .check_member(403, "type", "urn:imajin:problem:admission");
    let mut answers = Vec::new();
    for _ in 0..4 {
        answers.push(mallory.buys(node, &id, 2, 1).await.status);
    }
    assert_eq!(answers, [201, 201, 429, 429]);
    // Each stranger has their own allowance, refused orders don't use it up, and members have no such limit.
    assert_eq!(trudy.buys(node, &id, 2, 1).await.status, 201);
    for _ in 0..3 {
        assert_eq!(world.owner.buys(node, &id, 2, 1).await.status, 201);
    }
    assert_eq!(kind(node, &id, 2).await["sold"], 6);

    node.clock.pass(A_DAY);
    let mallory = crate::support::Somebody {
        token: mallory.person.sign_in(node).await.unwrap(),
        ..mallory
    };
    assert_eq!(mallory.buys(node, &id, 2, 1).await.status, 201);
    close(world.node).await;
}

/// Publishes a hall with 200 free seats.
async fn hall(world: &World, most: i64, free_places: Option<&str>) -> String {
    let (id, _) = published_as(world, world.owner.did(), |made, manifest| {
        let mut event = party(made, manifest, 200);
        event["tickets"] = json!([
            {"name": "Seat", "price": 0, "currency": "CHF", "quantity": 200, "maxPerOrder": most},
            {"name": "Balcony", "price": 500, "currency": "CHF", "quantity": 10},
        ]);
        event["freePlaces"] = free_places.into();
        event
    })
    .await;
    id
}

async fn by_invite(world: World) -> World {
    let config = Config {
        registration: Some(Registration::Invite),
        ..Config::default()
    };
    world.restarted(config).await
}

/// Orders tickets `times` times. Returns the status codes.
async fn buys(
    who: &Somebody,
    node: &TestNode,
    event: &str,
    quantity: i64,
    times: usize,
) -> Vec<u16> {
    let mut answers = Vec::new();
    for _ in 0..times {
        answers.push(who.buys(node, event, 1, quantity).await.status);
    }
    answers
}

#[tokio::test]
async fn keys_take_two_free_tickets_each_and_forty_from_one_address() {
    let world = world().await;
    let id = hall(&world, 10, None).await;
    let world = by_invite(world).await;
    let node = &world.node;
    for seed in 10..30 {
        let key = bare(node, seed).await;
        // An order of ten counts as ten, and a refused order doesn't use up the allowance.
        assert_eq!(buys(&key, node, &id, 10, 1).await, [429]);
        assert_eq!(buys(&key, node, &id, 2, 2).await, [201, 429]);
    }
    let late = bare(node, 30).await;
    assert_eq!(buys(&late, node, &id, 1, 1).await, [429], "the address");
    assert_eq!(kind(node, &id, 1).await["sold"], 40);
    // The limit per address doesn't apply to people whom the owner invited.
    assert_eq!(buys(&world.owner, node, &id, 10, 1).await, [201]);
    close(world.node).await;
}

#[tokio::test]
async fn one_person_has_as_many_free_tickets_as_the_organiser_allows_in_all_orders() {
    let world = world().await;
    let (one, four) = (hall(&world, 1, None).await, hall(&world, 4, None).await);
    let world = by_invite(world).await;
    let node = &world.node;
    let path = |id: &str| format!("/events/api/events/{id}/holds");
    assert_eq!(buys(&world.owner, node, &one, 1, 2).await, [201, 409]);
    let refused = world.owner.buys(node, &one, 1, 1).await;
    assert_eq!(refused.json()["reason"], "most", "{}", refused.text());
    // Held places count as well, and an order that uses the hold counts them once.
    let three = json!({"type": 1, "quantity": 3});
    let reply = world.owner.does(node, &path(&four), &three).await;
    let more = world.owner.signed(node, "POST", &path(&four), &three).await;
    assert_eq!(more.json()["reason"], "most", "{}", more.text());
    let order = json!({"type": 1, "quantity": 3, "hold": reply["hold"]});
    let buy = format!("/events/api/events/{four}/buy");
    world.owner.does(node, &buy, &order).await;
    assert_eq!(buys(&world.owner, node, &four, 1, 2).await, [201, 409]);
    // A ticket that was passed on still counts.
    let ticket = world.owner.get(node, "/events/api/mine").await.json()["tickets"][0].clone();
    let to = json!({"to": world.organiser.did()});
    let hand = format!(
        "/events/api/tickets/{}/transfer",
        ticket["id"].as_str().unwrap()
    );
    world.owner.does(node, &hand, &to).await;
    assert_eq!(buys(&world.owner, node, &four, 1, 1).await, [409]);
    close(world.node).await;
}

#[tokio::test]
async fn an_account_of_an_open_node_fills_no_record_with_free_orders() {
    let world = world().await;
    let (one, other) = (hall(&world, 100, None).await, hall(&world, 100, None).await);
    let (node, eve) = (&world.node, somebody(&world.node, 5).await);
    // A person may make ten free payments to one seller per day, for any events.
    let mut answers = buys(&eve, node, &one, 1, 6).await;
    answers.extend(buys(&eve, node, &other, 1, 6).await);
    assert_eq!(answers, [vec![201; 10], vec![429; 2]].concat());
    // An address may get forty places, also in one order or with a new account.
    let mallory = somebody(node, 6).await;
    assert_eq!(buys(&mallory, node, &one, 31, 1).await, [429]);
    assert_eq!(buys(&mallory, node, &one, 30, 1).await, [201]);
    let trudy = somebody(node, 7).await;
    assert_eq!(buys(&trudy, node, &one, 1, 1).await, [429]);
    assert_eq!(world.owner.buys(node, &one, 1, 1).await.status, 201);
    close(world.node).await;
}

#[tokio::test]
async fn an_organiser_gives_free_places_to_people_with_an_email_link_or_an_invite() {
    let world = world().await;
    let id = hall(&world, 2, Some("mail")).await;
    let world = by_invite(world).await;
    let (node, mallory) = (&world.node, bare(&world.node, 5).await);
    let refused = mallory.buys(node, &id, 1, 1).await;
    refused.check_member(403, "type", "urn:imajin:problem:mail-needed");
    assert_eq!(world.owner.buys(node, &id, 1, 1).await.status, 201);
    let page = mallory.get(node, &format!("/events/{id}")).await.text();
    assert!(page.contains("here with a key alone"), "{page}");
    close(world.node).await;
}

/// Returns the open places at an event as this person sees them.
async fn open(who: &Somebody, node: &TestNode, id: &str) -> Vec<Json> {
    let path = format!("/events/api/events/{id}/holds");
    let open = who.get(node, &path).await.json()["open"].clone();
    open.as_array().unwrap().clone()
}

#[tokio::test]
async fn an_organiser_approves_who_gets_a_free_place() {
    let world = world().await;
    let id = hall(&world, 4, Some("approval")).await;
    let (node, ann, ben) = (
        &world.node,
        somebody(&world.node, 5).await,
        somebody(&world.node, 6).await,
    );
    let path = |what: &str| format!("/events/api/events/{id}/{what}");
    let refused = ann.buys(node, &id, 1, 1).await;
    assert_eq!(refused.json()["reason"], "approval", "{}", refused.text());

    // A request reserves nothing, and a person can have only one.
    for guest in [&ann, &ben] {
        let hold = guest
            .does(node, &path("holds"), &json!({"type": 1, "quantity": 2}))
            .await;
        assert_members!(hold, "asked": true, "until": null);
    }
    let (holds, one) = (path("holds"), json!({"type": 1, "quantity": 1}));
    let again = ann.signed(node, "POST", &holds, &one).await;
    assert_eq!(again.json()["reason"], "asked", "{}", again.text());
    assert_eq!(kind(node, &id, 1).await["available"], 200);
    let order = json!({"type": 1, "quantity": 2, "hold": open(&ann, node, &id).await[0]["hold"]});
    let early = ann.signed(node, "POST", &path("buy"), &order).await;
    assert_eq!(
        (early.status, kind(node, &id, 1).await["sold"].clone()),
        (400, json!(0))
    );

    // The organiser sees requests and answers them; other people don't.
    let mut waiting = open(&world.organiser, node, &id).await;
    // The test's clock stands still, so both asked at the same time.
    waiting.sort_by_key(|one| one["holder"]["did"] != json!(ann.did()));
    let names: Vec<_> = waiting
        .iter()
        .map(|one| (&one["kind"], &one["holder"]["did"]))
        .collect();
    let (ask, of) = (json!("ask"), [json!(ann.did()), json!(ben.did())]);
    assert_eq!(names, [(&ask, &of[0]), (&ask, &of[1])]);
    let page = world
        .organiser
        .get(node, &format!("/events/{id}"))
        .await
        .text();
    assert_has!(page, "Waiting for your answer", "data-approve");
    let answer = json!({"hold": waiting[0]["hold"]});
    let own = ben.signed(node, "POST", &path("approvals"), &answer).await;
    assert_eq!(own.status, 403, "{}", own.text());
    let kept = world
        .organiser
        .does(node, &path("approvals"), &answer)
        .await;
    let twice = world
        .organiser
        .signed(node, "POST", &path("approvals"), &answer)
        .await;
    assert_eq!(twice.json()["reason"], "done", "{}", twice.text());
    let declined = json!({"hold": waiting[1]["hold"]});
    let declined = world
        .organiser
        .signed(node, "DELETE", &holds, &declined)
        .await;
    assert_eq!(declined.status, 200, "{}", declined.text());
    assert!(open(&ben, node, &id).await.is_empty());

    // Approved places are held for the person who asked, and no more than that.
    assert_eq!(kind(node, &id, 1).await["available"], 198);
    let page = ann.get(node, &format!("/events/{id}")).await.text();
    assert!(page.contains("data-take"), "{page}");
    let order = |quantity: i64| json!({"type": 1, "quantity": quantity, "hold": kept["hold"]});
    let more = ann.signed(node, "POST", &path("buy"), &order(3)).await;
    assert_eq!(more.json()["reason"], "approval", "{}", more.text());
    let others = ben.signed(node, "POST", &path("buy"), &order(2)).await;
    assert_eq!(others.status, 400, "{}", others.text());
    ann.does(node, &path("buy"), &order(2)).await;
    let seats = kind(node, &id, 1).await;
    assert_members!(seats, "sold": 2, "available": 198);
    // Paid tickets need no approval.
    ben.top_up(&world, 500).await;
    assert_eq!(ben.buys(node, &id, 2, 1).await.status, 201);
    close(world.node).await;
}
