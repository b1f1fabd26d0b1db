//! Events of a group: who may create them, and who sees them.

use imajin_app::{HomeCards, Lang, SearchWords, Searchable};
use imajin_dfos::cbor::from_dag_json;
use imajin_edge::testing::Reply;
use imajin_host::{codes, random};

use crate::prelude::*;

const GROUPS: &str = "/connections/api/groups";
const EVENTS: &str = "/events/api/events";

impl Somebody {
    async fn writes(&self, node: &TestNode, op: &'static str, group: &Did, fact: Json) -> Reply {
        let write = Write::new(self.did(), op).reference(group.as_str()).to(&[group, self.did()]);
        let write = if fact.is_null() { write } else { write.fact(fact) };
        self.commands(node, &write).await
    }

    /// Creates a private group.
    async fn founds(&self, node: &TestNode, name: &str) -> Did {
        let key = self.does(node, &format!("{GROUPS}/key"), &json!({})).await;
        let group = Did::parse(key["group"].as_str().unwrap()).unwrap();
        let write = Write::new(self.did(), "connections.group.create")
            .reference(group.as_str())
            .to(&[&group])
            .fact(json!({ "kind": "group", "visibility": "private" }))
            .body(from_dag_json(&json!({ "name": name })).unwrap());
        self.commands(node, &write).await.check(201);
        group
    }

    /// Joins a group by an invite of its founder.
    async fn joins(&self, node: &TestNode, group: &Did, founder: &Somebody) {
        let id = format!("inv_{}", random::hex::<12>().unwrap());
        let code = codes::fresh().unwrap();
        let write = Write::new(founder.did(), "connections.group.invite")
            .reference(&*id)
            .fact(json!({ "group": group, "role": "member", "uses": 1 }))
            .body(from_dag_json(&json!({ "code": code })).unwrap())
            .to(&[group]);
        founder.commands(node, &write).await.check(201);
        let write = Write::new(self.did(), "connections.group.join")
            .reference(group.as_str())
            .fact(json!({ "invite": id, "role": "member" }))
            .to(&[group]);
        let ask = self.person.ask(node, &write).await.unwrap();
        node.send(ask.header("x-imajin-invite", code)).await.check(201);
    }

    async fn leaves_group(&self, node: &TestNode, group: &Did) {
        self.writes(node, "connections.group.leave", group, Json::Null).await.check(201);
    }
}

/// Publishes an event of the organiser for a group that they founded. Returns the group and the event's short id.
async fn rehearsal(world: &World) -> (Did, String) {
    let group = world.organiser.founds(&world.node, "Choir").await;
    let (id, _) = published_as(world, world.owner.did(), |made, manifest| {
        let mut event = party(made, manifest, 5);
        event["title"] = json!("Rehearsal");
        event["group"] = json!(group);
        event["tickets"] = json!([{"name": "Chair", "price": 0, "currency": "CHF"}]);
        event
    })
    .await;
    (group, id)
}

/// Returns where a person sees an event: its page, the API, the calendar file, the two lists, search, and Home.
async fn seen(world: &World, who: Option<&Somebody>, id: &str) -> [bool; 7] {
    let node = &world.node;
    let by = format!("/events/api/by-did/{}", world.organiser.did());
    let mut visible = Vec::new();
    for path in
        [format!("/events/{id}"), format!("{EVENTS}/{id}"), format!("{EVENTS}/{id}/calendar.ics")]
    {
        let reply = get(node, who, &path).await;
        assert!(matches!(reply.status, 200 | 404), "{}", reply.text());
        visible.push(reply.status == 200);
    }
    for path in [EVENTS, &by] {
        let reply = get(node, who, path).await.json();
        let events = reply["events"].as_array().unwrap();
        assert_eq!(reply["total"], events.len());
        visible.push(events.iter().any(|event| event["id"] == id));
    }
    let offers = node.node.services().offers();
    let search = offers.all::<dyn Searchable>();
    let home = offers.all::<dyn HomeCards>();
    let (mut hits, mut cards) = (0, String::new());
    if let Some(who) = who {
        for (_, app) in search {
            let all =
                app.search(&node.node, who.did(), &SearchWords::parse("rehears"), 10, Lang::En);
            hits += all.unwrap().len();
        }
    }
    for (_, app) in home {
        let all = match who {
            Some(who) => app.home_cards(&node.node, who.did(), Lang::En),
            None => app.front_cards(&node.node, Lang::En),
        };
        cards.extend(all.unwrap().into_iter().map(|card| card.content.0));
    }
    visible.extend([hits == 1, cards.contains("Rehearsal")]);
    visible.try_into().unwrap()
}

async fn get(node: &TestNode, who: Option<&Somebody>, path: &str) -> Reply {
    match who {
        Some(who) => who.get(node, path).await,
        None => node.get(path.to_owned()).await,
    }
}

#[tokio::test]
async fn a_groups_event_is_seen_by_its_members_and_by_nobody_else() {
    let world = world().await;
    let node = &world.node;
    let (mia, eve) = (somebody(node, 3).await, somebody(node, 4).await);
    let (group, id) = rehearsal(&world).await;
    for viewer in [None, Some(&mia), Some(&eve), Some(&world.owner)] {
        assert_eq!(seen(&world, viewer, &id).await, [false; 7]);
    }
    assert_eq!(seen(&world, Some(&world.organiser), &id).await, [true; 7]);
    assert_eq!(mia.buys(node, &id, 1, 1).await.status, 404);
    mia.joins(node, &group, &world.organiser).await;
    assert_eq!(seen(&world, Some(&mia), &id).await, [true; 7]);
    // An invitation offers it to members alone.
    let invitation = async |who: &Somebody| {
        let path = format!("/events/invite?with={}", who.did());
        world.organiser.get(node, &path).await.check(200).text()
    };
    assert_has!(invitation(&mia).await, "Rehearsal");
    assert_lacks!(invitation(&eve).await, "Rehearsal");
    let page = mia.get(node, &format!("/events/{id}")).await.text();
    assert_has!(page, "Choir");
    assert_lacks!(page, "og:title");
    mia.leaves_group(node, &group).await;
    assert_eq!(seen(&world, Some(&mia), &id).await, [false; 7]);
    close(world.node).await;
}

#[tokio::test]
async fn what_nobody_may_see_takes_no_signed_order_either() {
    let world = world().await;
    let node = &world.node;
    let eve = somebody(node, 4).await;
    let (_, id) = rehearsal(&world).await;
    let event = world.organiser.get(node, &format!("{EVENTS}/{id}")).await;
    let event = Did::parse(event.json()["did"].as_str().unwrap()).unwrap();
    // Refusals reveal nothing more for an unknown ticket type or for an organiser's operation.
    for (op, fact) in [
        ("events.hold", json!({ "type": 1, "quantity": 1 })),
        ("events.hold", json!({ "type": 9, "quantity": 1 })),
        ("events.status", json!({ "status": "cancelled" })),
    ] {
        let write = Write::new(eve.did(), op);
        let write = write.reference(event.as_str()).fact(fact).to(&[&event]);
        let reply = eve.commands(node, &write).await;
        assert_eq!(reply.status, 404, "{op}: {}", reply.text());
    }
    close(world.node).await;
}

#[tokio::test]
async fn a_ticket_opens_the_event_to_its_holder_and_lists_it_for_nobody() {
    let world = world().await;
    let node = &world.node;
    let (mia, eve) = (somebody(node, 3).await, somebody(node, 4).await);
    let (group, id) = rehearsal(&world).await;
    mia.joins(node, &group, &world.organiser).await;
    let purchase = mia.buys(node, &id, 1, 1).await.check(201);
    let ticket = purchase.json()["tickets"][0].as_str().unwrap().to_owned();
    mia.leaves_group(node, &group).await;
    // Home shows events for which the viewer has a ticket.
    let by_ticket = [true, true, true, false, false, false, true];
    assert_eq!(seen(&world, Some(&mia), &id).await, by_ticket);
    let path = format!("/events/api/tickets/{ticket}/transfer");
    mia.does(node, &path, &json!({ "to": eve.did() })).await;
    assert_eq!(seen(&world, Some(&mia), &id).await, [false; 7]);
    assert_eq!(seen(&world, Some(&eve), &id).await, by_ticket);
    let page = eve.get(node, &format!("/events/{id}")).await.text();
    assert!(!page.contains("Choir"), "the group's name is for its members");
    close(world.node).await;
}

#[tokio::test]
async fn an_event_is_for_a_group_of_its_organiser_and_stays_with_it() {
    let world = world().await;
    let node = &world.node;
    let mia = somebody(node, 3).await;
    let (group, id) = rehearsal(&world).await;
    let answer = mia.does(node, &format!("{EVENTS}/key"), &json!({})).await;
    let signed = manifest(&mia, "intruder", &[(mia.did(), 1_000_000)]);
    let mut event = party(&answer, &signed, 5);
    for (nobody, status) in [(json!(group), 403), (json!(mia.did()), 403), (json!("choir"), 400)] {
        event["group"] = nobody;
        let reply = mia.signed(node, EVENTS, &event).await;
        assert_eq!(reply.status, status, "{}", reply.text());
    }
    mia.joins(node, &group, &world.organiser).await;
    event["group"] = json!(group);
    let own = mia.signed(node, EVENTS, &event).await.check(201);
    let own = own.json()["id"].as_str().unwrap().to_owned();
    mia.does(node, &format!("{EVENTS}/{own}/status"), &json!({ "status": "published" })).await;
    // An event can't change its group.
    event["group"] = json!(mia.did());
    let path = format!("{EVENTS}/{own}");
    mia.sends(node, "PUT", &path, &event).await.check(400);
    event.as_object_mut().unwrap().remove("group");
    let reply = mia.sends(node, "PUT", &path, &event).await;
    assert_eq!(reply.json()["group"], json!(group), "{}", reply.text());
    // The group's list has events of its members, and none of people who left.
    let list = format!("{EVENTS}?group={group}");
    let listed = async |who: &Somebody| who.get(node, &list).await.json()["total"].clone();
    assert_eq!(listed(&world.organiser).await, 2);
    mia.leaves_group(node, &group).await;
    assert_eq!(listed(&world.organiser).await, 1);
    assert_eq!(listed(&mia).await, 1, "organisers keep their own");
    assert_eq!(world.organiser.get(node, &path).await.status, 404);
    let page = format!("/events?group={group}");
    assert_eq!(mia.get(node, &page).await.status, 404);
    let page = world.organiser.get(node, &page).await.text();
    assert!(page.contains("Choir") && page.contains(&id) && !page.contains(&own), "{page}");
    close(world.node).await;
}

#[tokio::test]
async fn a_groups_members_are_told_of_an_event_once_and_not_when_it_is_published_again() {
    let world = world().await;
    let node = &world.node;
    let (group, id) = rehearsal(&world).await;
    let path = format!("{EVENTS}/{id}");
    for status in ["paused", "published"] {
        world.organiser.does(node, &format!("{path}/status"), &json!({ "status": status })).await;
    }
    let event = world.organiser.get(node, &path).await.json();
    let event = Did::parse(event["did"].as_str().unwrap()).unwrap();
    let entries = node.node.ledger().entries(&event, None, 100).unwrap();
    let of_status = entries
        .iter()
        .filter(|entry| entry.decoded.op == "events.status.changed")
        .filter_map(|entry| entry.decoded.fact.as_ref());
    let changes: Vec<_> = of_status
        .map(|fact| fact.to_json())
        .map(|fact| (fact["status"].clone(), fact["group"].clone()))
        .collect();
    assert_eq!(
        changes,
        [
            (json!("published"), json!(group)),
            (json!("paused"), Json::Null),
            (json!("published"), Json::Null)
        ]
    );
    close(world.node).await;
}
