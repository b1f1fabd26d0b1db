//! Free tickets: limits per person and per address, and the organiser's conditions for a free place.

use std::time::Duration;

use imajin_app::Role;
use imajin_edge::testing::{SmtpEvent, SmtpServer};
use imajin_host::limits::Daily;
use imajin_host::mail::{MailConfig, MailSecurity};
use imajin_host::{Config, Limits, Registration};
use imajin_protocol::fair::Manifest;

use crate::prelude::*;
use crate::support::bare;

pub(crate) const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

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
    let config = Config { registration: Some(Registration::Invite), ..Config::default() };
    let world = world.restarted(config).await;
    let node = &world.node;
    let (mallory, trudy) = (bare(node, 5).await, bare(node, 6).await);
    assert_eq!(node.node.role(mallory.did()).unwrap(), Role::Stranger);

    mallory.buys(node, &id, 1, 1).await.check_member(403, "type", "urn:imajin:problem:admission");
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
    assert_eq!(mallory.again(node).await.buys(node, &id, 2, 1).await.status, 201);
    close(world.node).await;
}

/// Builds an event with 200 free seats.
pub(crate) fn seats(made: &Json, manifest: &Manifest, most: i64) -> Json {
    let mut event = party(made, manifest, 200);
    event["tickets"] = json!([
        {"name": "Seat", "price": 0, "currency": "CHF", "quantity": 200, "maxPerOrder": most},
        {"name": "Balcony", "price": 500, "currency": "CHF", "quantity": 10},
    ]);
    event
}

/// Publishes a hall with 200 free seats.
pub(crate) async fn hall(world: &World, most: i64, free_places: Option<&str>) -> String {
    let (id, _) = published_as(world, world.owner.did(), |made, manifest| {
        let mut event = seats(made, manifest, most);
        event["freePlaces"] = free_places.into();
        event
    })
    .await;
    id
}

pub(crate) async fn by_invite(world: World) -> World {
    let config = Config { registration: Some(Registration::Invite), ..Config::default() };
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
    let more = world.owner.signed(node, &path(&four), &three).await;
    assert_eq!(more.json()["reason"], "most", "{}", more.text());
    let order = json!({"type": 1, "quantity": 3, "hold": reply["hold"]});
    world.owner.does(node, &format!("/events/api/events/{four}/buy"), &order).await;
    assert_eq!(buys(&world.owner, node, &four, 1, 2).await, [201, 409]);
    // A ticket that was passed on still counts.
    let ticket = world.owner.get(node, "/events/api/mine").await.json()["tickets"][0].clone();
    let to = json!({"to": world.organiser.did()});
    let hand = format!("/events/api/tickets/{}/transfer", ticket["id"].as_str().unwrap());
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
    mallory.buys(node, &id, 1, 1).await.check_member(403, "type", "urn:imajin:problem:mail-needed");
    assert_eq!(world.owner.buys(node, &id, 1, 1).await.status, 201);
    assert_has!(mallory.get(node, &format!("/events/{id}")).await.text(), "here with a key alone");
    close(world.node).await;
}

/// Returns the headers and bodies of a record as text.
pub(crate) fn record_text(node: &TestNode, did: &Did) -> String {
    let entries = node.node.ledger().entries(did, None, 100).unwrap();
    let parts = entries.iter().flat_map(|entry| {
        let body = entry.body.iter().flat_map(|body| body.iter());
        entry.header.iter().chain(body)
    });
    let bytes: Vec<u8> = parts.copied().collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn a_stranger_gets_a_ticket_by_letter_once_for_each_event() {
    let world = world().await;
    let id = hall(&world, 10, None).await;
    let world = by_invite(world).await;
    let node = &world.node;
    let path = format!("/events/api/events/{id}/buy");
    let (noor, mallory) = (bare(node, 5).await, bare(node, 6).await);
    let wrong = json!({"type": 1, "email": "nobody"});
    noor.signed(node, &path, &wrong).await.check_member(400, "field", "email");
    let order = json!({"type": 1, "name": "Noor Jahan", "email": "noor@example.org"});
    let bought = noor.does(node, &path, &order).await;
    assert_eq!(bought["mailed"], false, "the letter waits for the owner");
    // Another key writes no second letter to the same address, however it is spelled.
    let order = json!({"type": 1, "name": "Noor Jahan", "email": "Noor@Example.org"});
    mallory.does(node, &path, &order).await;
    let letters = world.owner.get(node, "/auth/api/mail").await.json()["letters"].clone();
    let to = letters.as_array().unwrap().iter().map(|letter| &letter["to"]);
    assert_eq!(to.collect::<Vec<_>>(), [&json!("noor@example.org")]);
    // Only her browser can sign in to her tickets.
    let text = letters[0]["text"].as_str().unwrap();
    assert_has!(text, &format!("/events/{id}"));
    assert_lacks!(text, "/events/mine");
    let mine = noor.get(node, "/events/mine").await.text();
    assert_has!(mine, "Noor Jahan · Ticket", "/calendar.ics");

    // Only the organiser sees the name.
    let path = format!("/events/api/events/{id}/guests");
    let guests = world.organiser.get(node, &path).await.json();
    assert_eq!(guests["guests"][0]["card"]["displayName"], "Noor Jahan");
    assert_eq!(world.owner.get(node, &path).await.status, 403);
    // Neither the name nor the address is in the record of the guest or of the event.
    let event = noor.get(node, &format!("/events/api/events/{id}")).await.json()["did"].clone();
    let event = Did::parse(event.as_str().unwrap()).unwrap();
    for did in [noor.did(), &event] {
        let text = record_text(node, did);
        assert_has!(text, "Launch party");
        assert_lacks!(text, "Noor Jahan", "noor@example.org");
    }
    close(world.node).await;
}

#[tokio::test]
async fn a_guest_who_comes_back_gives_a_name_for_the_next_event() {
    let world = world().await;
    let (first, next) = (hall(&world, 10, None).await, hall(&world, 10, None).await);
    let world = by_invite(world).await;
    let node = &world.node;
    let noor = bare(node, 5).await;
    assert_eq!(noor.buys(node, &first, 1, 1).await.status, 201);
    let page = noor.get(node, &format!("/events/{next}")).await.text();
    assert_has!(page, "id=\"free-ticket\"", "free-ticket.js");
    assert_lacks!(page, "data-type=\"1\"");
    // A companion's ticket for the same event takes no name.
    let page = noor.get(node, &format!("/events/{first}")).await.text();
    assert_has!(page, "data-type=\"1\"");
    assert_lacks!(page, "id=\"free-ticket\"");
    close(world.node).await;
}

/// Adds to a request that it comes from a household, through a proxy that speaks TLS.
fn from_home(ask: Ask) -> Ask {
    ask.header("x-forwarded-for", "203.0.113.7").header("x-forwarded-proto", "https")
}

/// Orders a free ticket to a mailbox. Returns whether a letter is on its way.
async fn is_mailed(who: &Somebody, node: &TestNode, event: &str, email: &str) -> bool {
    let order = json!({"type": 1, "email": email});
    let ask = Ask::post(format!("/events/api/events/{event}/buy"), &order);
    let bought = node.send(from_home(ask).bearer(&who.token)).await;
    bought.check(201).json()["mailed"] == true
}

#[tokio::test]
async fn a_guest_is_told_if_no_letter_brings_the_ticket() {
    let world = world().await;
    let id = hall(&world, 10, None).await;
    let mut server = SmtpServer::start(0);
    let config = Config {
        registration: Some(Registration::Invite),
        mail: MailConfig {
            server: server.address().ip().to_string(),
            port: server.address().port(),
            security: MailSecurity::None,
            from: "box@example.org".to_owned(),
            ..MailConfig::default()
        },
        limits: Limits {
            daily: Daily { letters_address: 1, tickets_address: 2, ..Daily::default() },
            trusted_proxies: vec![std::net::IpAddr::from([127, 0, 0, 1])],
            ..Limits::default()
        },
        ..Config::default()
    };
    let world = world.restarted(config).await;
    let node = &world.node;
    let [noor, lina, omar] = each([5, 6, 7], |seed| bare(node, seed)).await;
    let couple = "couple@example.org";
    assert!(is_mailed(&noor, node, &id, couple).await);
    assert!(!is_mailed(&lina, node, &id, couple).await, "a second letter");
    let other = is_mailed(&omar, node, &id, "omar@example.org").await;
    assert!(!other, "more letters than an address may ask for");
    // Letters that sign people in have another budget.
    let ask = Ask::post("/auth/api/onboard", &json!({"email": "eve@example.org"}));
    node.send(from_home(ask)).await.check(202);
    let mut recipients = Vec::new();
    for _ in 0..2 {
        match server.next().await {
            SmtpEvent::Letter(to) => recipients.push(to),
            SmtpEvent::Silent(_) => panic!("the server answers everyone"),
        }
    }
    recipients.sort_unstable();
    assert_eq!(recipients, [couple, "eve@example.org"]);

    let page = lina.get(node, "/events/mine?mailed=false").await.text();
    assert_has!(page, "Save the ticket as a picture now", "<svg");
    let page = noor.get(node, "/events/mine?mailed=true").await.text();
    assert_lacks!(page, "Save the ticket as a picture now");
    close(world.node).await;
}

/// Returns the open places at an event as this person sees them.
async fn open(who: &Somebody, node: &TestNode, id: &str) -> Vec<Json> {
    let path = format!("/events/api/events/{id}/holds");
    who.get(node, &path).await.json()["open"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_organiser_approves_who_gets_a_free_place() {
    let world = world().await;
    let id = hall(&world, 4, Some("approval")).await;
    let (node, ann, ben) =
        (&world.node, somebody(&world.node, 5).await, somebody(&world.node, 6).await);
    let path = |what: &str| format!("/events/api/events/{id}/{what}");
    let refused = ann.buys(node, &id, 1, 1).await;
    assert_eq!(refused.json()["reason"], "approval", "{}", refused.text());

    // A request reserves nothing, and a person can have only one.
    for guest in [&ann, &ben] {
        let hold = guest.does(node, &path("holds"), &json!({"type": 1, "quantity": 2})).await;
        assert_members!(hold, "asked": true, "until": null);
    }
    let (holds, one) = (path("holds"), json!({"type": 1, "quantity": 1}));
    let again = ann.signed(node, &holds, &one).await;
    assert_eq!(again.json()["reason"], "asked", "{}", again.text());
    assert_eq!(kind(node, &id, 1).await["available"], 200);
    let order = json!({"type": 1, "quantity": 2, "hold": open(&ann, node, &id).await[0]["hold"]});
    let early = ann.signed(node, &path("buy"), &order).await;
    assert_eq!((early.status, kind(node, &id, 1).await["sold"].clone()), (400, json!(0)));

    // The organiser sees requests and answers them; other people don't.
    let mut waiting = open(&world.organiser, node, &id).await;
    // The test's clock stands still, so both asked at the same time.
    waiting.sort_by_key(|one| one["holder"]["did"] != json!(ann.did()));
    let names: Vec<_> = waiting.iter().map(|one| (&one["kind"], &one["holder"]["did"])).collect();
    let (ask, of) = (json!("ask"), [json!(ann.did()), json!(ben.did())]);
    assert_eq!(names, [(&ask, &of[0]), (&ask, &of[1])]);
    let page = world.organiser.get(node, &format!("/events/{id}")).await.text();
    assert_has!(page, "Waiting for your answer", "data-approve");
    let answer = json!({"hold": waiting[0]["hold"]});
    ben.signed(node, &path("approvals"), &answer).await.check(403);
    let kept = world.organiser.does(node, &path("approvals"), &answer).await;
    let twice = world.organiser.signed(node, &path("approvals"), &answer).await;
    assert_eq!(twice.json()["reason"], "done", "{}", twice.text());
    let declined = json!({"hold": waiting[1]["hold"]});
    world.organiser.sends(node, "DELETE", &holds, &declined).await.check(200);
    assert!(open(&ben, node, &id).await.is_empty());

    // Approved places are held for the person who asked, and no more than that.
    assert_eq!(kind(node, &id, 1).await["available"], 198);
    assert_has!(ann.get(node, &format!("/events/{id}")).await.text(), "data-take");
    let order = |quantity: i64| json!({"type": 1, "quantity": quantity, "hold": kept["hold"]});
    let more = ann.signed(node, &path("buy"), &order(3)).await;
    assert_eq!(more.json()["reason"], "approval", "{}", more.text());
    ben.signed(node, &path("buy"), &order(2)).await.check(400);
    ann.does(node, &path("buy"), &order(2)).await;
    assert_members!(kind(node, &id, 1).await, "sold": 2, "available": 198);
    // Paid tickets need no approval.
    ben.top_up(&world, 500).await;
    assert_eq!(ben.buys(node, &id, 2, 1).await.status, 201);
    close(world.node).await;
}
