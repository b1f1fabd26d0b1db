//! Tickets: sales, sold-out types, transfers, refunds.

use imajin_dfos::{PublicKey, SigningKey, Value, hex};
use imajin_events::ticket::Ticket;

use crate::prelude::*;

#[tokio::test]
async fn a_ticket_is_bought_shared_and_signed_by_the_event() {
    let world = world().await;
    let node = &world.node;
    let (buyer, band) = (somebody(node, 5).await, somebody(node, 3).await);
    let (id, event) = published(&world, band.did(), 50).await;
    buyer.buys(node, &id, 2, 1).await.check(402);
    buyer.top_up(&world, 5_000).await;
    let reply = buyer.buys(node, &id, 2, 2).await.check(201);
    assert_eq!(reply.json()["tickets"].as_array().unwrap().len(), 2);
    let balances =
        (buyer.balance(node).await, world.organiser.balance(node).await, band.balance(node).await);
    // The event ends on 1 December: the money can't be spent until three days later.
    assert_eq!(balances, (3_000, 0, 0));
    let free = "2026-12-04T23:00:00.000Z".to_owned();
    assert_eq!(world.organiser.coming(node).await, [(1_400, free.clone())]);
    assert_eq!(band.coming(node).await, [(600, free)]);
    assert_eq!(kind(node, &id, 2).await["available"], 48);

    let mine = buyer.get(node, "/events/api/mine").await.json();
    assert_eq!(mine["total"], 2);
    let ticket = mine["tickets"][0].clone();
    let key = event.key_bytes().unwrap();
    let key = PublicKey::from_bytes(key).verifying_key().unwrap();
    let text = ticket["text"].as_str().unwrap();
    let signature: [u8; 64] =
        hex::decode(ticket["signature"].as_str().unwrap()).unwrap().try_into().unwrap();
    let parsed = Ticket::parse(text).unwrap();
    assert!(parsed.is_signed(&key, &signature));
    assert_eq!((&parsed.holder, &parsed.event, parsed.issue), (buyer.did(), &event, 1));
    let code = ticket["code"].as_str().unwrap();
    assert_eq!((Ticket::from_code(code).unwrap(), code.len()), ((parsed, signature), 257));
    let path = format!("/events/api/tickets/{}", ticket["id"].as_str().unwrap());
    for (kind, start) in [("svg", &b"<?xml"[..]), ("png", &b"\x89PNG"[..])] {
        let reply = buyer.get(node, &format!("{path}/qr.{kind}")).await;
        assert!(reply.status == 200 && reply.body.starts_with(start), "{kind}");
    }
    // The ticket holder sees the address of the stream; other people don't see the ticket.
    let seen = buyer.get(node, &format!("/events/api/events/{id}")).await.json();
    assert_eq!(seen["virtualUrl"], "https://stream.example/party");
    assert_eq!(band.get(node, &path).await.status, 404);
    assert_eq!(node.get(path).await.status, 401);
    close(world.node).await;
}

#[tokio::test]
async fn there_are_never_more_than_there_are() {
    let world = world().await;
    let node = &world.node;
    let [ada, bob, band] = each([5, 6, 3], |n| somebody(node, n)).await;
    let (id, _) = published(&world, band.did(), 3).await;
    ada.top_up(&world, 10_000).await;
    bob.top_up(&world, 10_000).await;
    let path = format!("/events/api/events/{id}/holds");
    let hold = ada.does(node, &path, &json!({"type": 2, "quantity": 2})).await;
    assert_eq!(kind(node, &id, 2).await["available"], 1);
    bob.buys(node, &id, 2, 2).await.check_member(409, "available", 1);
    assert_eq!(bob.balance(node).await, 10_000, "nothing was paid for nothing");
    let buy = format!("/events/api/events/{id}/buy");
    let order = json!({"type": 2, "quantity": 2, "hold": hold["hold"]});
    bob.signed(node, &buy, &order).await.check_member(400, "field", "hold");
    ada.does(node, &buy, &order).await;
    // An order with other shares than quoted is refused.
    let other = format!("sha256:{}", "0".repeat(64));
    // An order with another price is refused, too.
    for (field, value) in
        [("follows", json!(other)), ("price", json!(999)), ("currency", json!("EUR"))]
    {
        let mut stale = json!({"type": 2, "quantity": 1, "price": 1_000, "currency": "CHF"});
        stale[field] = value;
        let refusal = bob.signed(node, &buy, &stale).await.check_member(409, "field", field);
        assert_members!(refusal.json(), "reason": "changed");
    }
    let purchase = bob.buys(node, &id, 2, 1).await.check(201);
    // The receipt has the title of the goods, and their kind in the reader's language.
    let payment = purchase.json()["payment"].clone();
    let receipt = Ask::get(format!("/pay/receipts/{}", payment.as_str().unwrap()));
    let receipt = receipt.header("accept-language", "de").bearer(&bob.token);
    let receipt = node.send(receipt).await.text();
    assert!(receipt.contains("<dd><bdi>Launch party</bdi> (<bdi>Ticket</bdi>)</dd>"), "{receipt}");
    assert_eq!(bob.buys(node, &id, 2, 1).await.status, 409);
    let left = kind(node, &id, 2).await;
    assert_eq!((&left["available"], &left["sold"]), (&json!(0), &json!(3)));
    // One order may have ten tickets; the streaming tickets are unlimited.
    assert_eq!(bob.buys(node, &id, 1, 11).await.status, 400);
    assert_eq!(bob.buys(node, &id, 1, 10).await.status, 201);
    close(world.node).await;
}

#[tokio::test]
async fn a_hold_ends_by_itself_or_is_given_up() {
    let world = world().await;
    let node = &world.node;
    let (ada, band) = (somebody(node, 5).await, somebody(node, 3).await);
    let (id, _) = published(&world, band.did(), 2).await;
    let path = format!("/events/api/events/{id}/holds");
    let two = json!({"type": 2, "quantity": 2});
    ada.does(node, &path, &two).await;
    assert_eq!(kind(node, &id, 2).await["available"], 0);
    assert_eq!(ada.signed(node, &path, &two).await.status, 409);
    node.clock.pass(std::time::Duration::from_secs(601));
    assert_eq!(kind(node, &id, 2).await["available"], 2);
    let hold = ada.does(node, &path, &two).await;
    band.sends(node, "DELETE", &path, &json!({"hold": hold["hold"]})).await.check(404);
    ada.sends(node, "DELETE", &path, &json!({"hold": hold["hold"]})).await.check(200);
    assert_eq!(kind(node, &id, 2).await["available"], 2);
    close(world.node).await;
}

#[tokio::test]
async fn handed_on_and_given_back() {
    let world = world().await;
    let node = &world.node;
    let [ada, bob, band] = each([5, 6, 3], |n| somebody(node, n)).await;
    let (id, event) = published(&world, band.did(), 2).await;
    ada.top_up(&world, 1_000).await;
    let purchase = ada.buys(node, &id, 2, 1).await.json();
    let first = purchase["tickets"][0].as_str().unwrap().to_owned();
    let path = format!("/events/api/tickets/{first}/transfer");
    let to = json!({"to": bob.did()});
    assert_eq!(bob.signed(node, &path, &to).await.status, 404);
    ada.does(node, &path, &to).await;
    assert_eq!(ada.signed(node, &path, &to).await.status, 409);
    let old = ada.get(node, &format!("/events/api/tickets/{first}")).await.json();
    assert_members!(old, "status": "passed", "code": null);
    let new = bob.get(node, "/events/api/mine").await.json()["tickets"][0].clone();
    assert_eq!((&new["issue"], &new["seat"]), (&json!(2), &old["seat"]));
    assert_eq!(kind(node, &id, 2).await["sold"], 1);

    // The ticket is refunded: the money goes to its payer, and the place becomes available.
    let named = new["id"].as_str().unwrap();
    let refund = |ticket: &str| {
        let others = [&event, bob.did(), ada.did(), band.did(), node.node.did()];
        Write::new(world.organiser.did(), "events.refund")
            .reference(ticket)
            .fact(json!({"event": event, "amount": 1_000, "currency": "CHF"}))
            .body(imajin_dfos::Value::map(
                [("reason", "sorry")].map(|(name, text)| (name, imajin_dfos::Value::from(text))),
            ))
            .to(&others)
    };
    assert_eq!(world.organiser.commands(node, &refund(&first)).await.status, 409);
    world.organiser.commands(node, &refund(named)).await.check(201);
    assert_eq!(world.organiser.commands(node, &refund(named)).await.status, 409);
    let balances =
        (ada.balance(node).await, world.organiser.balance(node).await, band.balance(node).await);
    assert_eq!(balances, (1_000, 0, 0));
    assert_eq!(kind(node, &id, 2).await["available"], 2);
    let void = bob.get(node, "/events/api/mine").await.json()["tickets"][0].clone();
    assert_eq!(void["status"], "void");
    let _: &Did = &event;
    close(world.node).await;
}

#[tokio::test]
async fn an_event_stays_on_sale_when_its_organiser_takes_the_device_out_of_use_that_signed_it() {
    let world = world().await;
    let node = &world.node;
    let (buyer, band) = (somebody(node, 5).await, somebody(node, 3).await);
    let (id, _) = published(&world, band.did(), 50).await;
    buyer.top_up(&world, 5_000).await;

    let organiser = &world.organiser.person;
    let next = SigningKey::from_bytes(&[79; 32]);
    let at = node.node.now().checked_add_millis(1).unwrap();
    let token = organiser.next_keys(&[&next], at).unwrap();
    let write = Write::new(&organiser.did, "auth.identity.update")
        .body(Value::map([("token", Value::from(token.as_str()))]));
    world.organiser.commands(node, &write).await.check(201);

    buyer.buys(node, &id, 2, 2).await.check(201);
    assert_eq!(buyer.balance(node).await, 3_000);
    close(world.node).await;
}
