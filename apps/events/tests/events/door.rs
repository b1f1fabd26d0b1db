//! The door: its data, and check-ins.

use imajin_dfos::Value;

use crate::prelude::*;

fn scan(ticket: &str, at: i64) -> Value {
    Value::map([("ticket", Value::from(ticket)), ("at", Value::Int(at))])
}

/// The members of an event's conversation are its organiser, the people who check tickets, and everyone with a valid
/// ticket.
#[tokio::test]
async fn who_is_in_the_conversation_of_an_event() {
    let world = world().await;
    let node = &world.node;
    let [ada, band, door] = each([5, 3, 6], |n| somebody(node, n)).await;
    let (id, event) = published(&world, band.did(), 5).await;
    let role = async |who: &Somebody, name: &str| {
        let path = format!("/auth/api/access/{name}");
        who.get(node, &path).await.json()["role"].clone()
    };
    let names = [format!("did:imajin:event:{id}"), event.to_string()];
    for name in &names {
        assert_eq!(role(&world.organiser, name).await, "owner");
        for who in [&ada, &band, &door] {
            assert_eq!(role(who, name).await, json!(null));
        }
    }
    ada.top_up(&world, 2_000).await;
    let purchase = ada.buys(node, &id, 2, 1).await.json();
    let key = imajin_dfos::PublicKey::from(&door.person.key).to_multikey();
    let lets = Write::new(world.organiser.did(), "auth.delegation.create").body(Value::map([
        ("key", Value::from(key)),
        ("scope", Value::List(vec![Value::from("events.checkin")])),
        ("until", Value::from("2026-11-21T10:00:00.000Z")),
    ]));
    world.organiser.person.write(node, &lets).await.check(201);
    for name in &names {
        assert_eq!(role(&ada, name).await, "member");
        assert_eq!(role(&door, name).await, "member");
        assert_eq!(role(&band, name).await, json!(null));
    }
    // A person who passed their ticket on is no longer a member.
    let ticket = purchase["tickets"][0].as_str().unwrap();
    let path = format!("/events/api/tickets/{ticket}/transfer");
    let handed = ada.signed(node, &path, &json!({"to": band.did()})).await;
    assert!(handed.status < 300, "{}", handed.text());
    assert_eq!(role(&ada, &names[0]).await, json!(null));
    assert_eq!(role(&band, &names[0]).await, "member");
    assert_eq!(role(&ada, "did:imajin:event:evt_000000000000000000000000").await, json!(null));
    close(world.node).await;
}

#[tokio::test]
async fn the_first_counts_and_the_second_is_told() {
    let world = world().await;
    let node = &world.node;
    let (ada, band) = (somebody(node, 5).await, somebody(node, 3).await);
    let (id, event) = published(&world, band.did(), 5).await;
    ada.top_up(&world, 2_000).await;
    let purchase = ada.buys(node, &id, 2, 2).await.json();
    let tickets: Vec<&str> =
        purchase["tickets"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    let path = format!("/events/api/events/{id}/door");
    assert_eq!(ada.get(node, &path).await.status, 403);
    let answer = world.organiser.get(node, &path).await.json();
    assert_eq!(answer["tickets"].as_array().unwrap().len(), 2);
    assert_eq!(answer["keys"].as_array().unwrap().len(), 1);

    let now = node.node.now().as_millis();
    let sync = |door: i64, scans: Vec<Value>| {
        let body = Value::map([("door", Value::from(door)), ("scans", Value::List(scans))]);
        Write::new(world.organiser.did(), "events.checkin")
            .reference(event.as_str())
            .body(body)
            .to(&[&event, ada.did()])
    };
    let first = sync(1, vec![scan(tickets[0], now - 60_000), scan("tkt_00", now)]);
    let reply = world.organiser.commands(node, &first).await.check(201);
    let results = reply.json()["value"]["results"].clone();
    assert_eq!((&results[0]["result"], &results[1]["result"]), (&json!("used"), &json!("unknown")));
    let second =
        sync(2, vec![scan(tickets[0], now), scan(tickets[1], now), scan(tickets[1], now + 1)]);
    let results = world.organiser.commands(node, &second).await.json()["value"]["results"].clone();
    let before = json!({"at": now - 60_000, "door": 1});
    assert_eq!(results[0], json!({"ticket": tickets[0], "result": "already", "first": before}));
    assert_eq!((&results[1]["result"], &results[2]["result"]), (&json!("used"), &json!("already")));
    let mine = ada.get(node, "/events/api/mine").await.json();
    assert!(mine["tickets"].as_array().unwrap().iter().all(|one| one["status"] == "used"));
    let guests = world.organiser.get(node, &format!("/events/api/events/{id}/guests")).await.json();
    assert_eq!((&guests["total"], &guests["guests"][0]["status"]), (&json!(2), &json!("used")));
    // The node attests her attendance once.
    let path = format!("/auth/api/attestations?subject_did={}&type=event.attendance", ada.did());
    let list = ada.get(node, &path).await.json();
    let list = list["attestations"].as_array().unwrap_or_else(|| panic!("{list}"));
    let came: Vec<_> = list.iter().filter(|one| one["type"] == "event.attendance").collect();
    assert_eq!(came.len(), 1);
    assert_members!(came[0], "contextId": event, "issuerDid": node.node.did());
    // A used ticket can't be passed on.
    let path = format!("/events/api/tickets/{}/transfer", tickets[0]);
    ada.signed(node, &path, &json!({"to": band.did()})).await.check(409);
    close(world.node).await;
}

#[tokio::test]
async fn who_was_scanned_before_a_refund_stays_in_the_list_of_the_door() {
    let world = world().await;
    let node = &world.node;
    let (ada, band) = (somebody(node, 5).await, somebody(node, 3).await);
    let (id, event) = published(&world, band.did(), 5).await;
    ada.top_up(&world, 1_000).await;
    let purchase = ada.buys(node, &id, 2, 1).await.json();
    let ticket = purchase["tickets"][0].as_str().unwrap();
    // An offline door let her in, and her ticket was refunded before the door sent the scan.
    let at = node.node.now().as_millis();
    let others = [&event, ada.did(), band.did(), node.node.did()];
    let refund = Write::new(world.organiser.did(), "events.refund")
        .reference(ticket)
        .fact(json!({"event": event, "amount": 1_000, "currency": "CHF"}))
        .body(Value::map([("reason", Value::from("sorry"))]))
        .to(&others);
    world.organiser.commands(node, &refund).await.check(201);
    let scans = |at: i64| {
        let scans = vec![scan(ticket, at), scan(ticket, at + 1)];
        let body = Value::map([("door", Value::from(2)), ("scans", Value::List(scans))]);
        Write::new(world.organiser.did(), "events.checkin")
            .reference(event.as_str())
            .body(body)
            .to(&[&event, ada.did()])
    };
    let reply = world.organiser.commands(node, &scans(at)).await.check(201);
    let results = reply.json()["value"]["results"].clone();
    assert_eq!((&results[0]["result"], &results[1]["result"]), (&json!("void"), &json!("already")));
    let door = world.organiser.get(node, &format!("/events/api/events/{id}/door")).await.json();
    let kept = &door["tickets"][0];
    assert_members!(kept, "status": "void", "usedAt": at, "door": 2);
    // The first scan counts, and no attestation is made.
    let reply = world.organiser.commands(node, &scans(at + 60)).await;
    let first = reply.json()["value"]["results"][0]["first"].clone();
    assert_eq!(first, json!({"at": at, "door": 2}));
    let path = format!("/auth/api/attestations?subject_did={}&type=event.attendance", ada.did());
    assert_eq!(ada.get(node, &path).await.json()["total"], 0);
    close(world.node).await;
}
