//! Cancelled events: every payment is refunded once.

use imajin_edge::testing::{open_config, until};

use crate::prelude::*;
use crate::support::{services, world_with};

async fn refunds(world: &World, id: &str) -> Json {
    let path = format!("/events/api/events/{id}/refunds");
    world.organiser.get(&world.node, &path).await.check(200).json()
}

/// Waits up to a minute until all refunds are done; fails with the last progress.
async fn closed(world: &World, id: &str) -> Json {
    for _ in 0..3_000 {
        let answer = refunds(world, id).await;
        if answer["open"] == 0 {
            return answer;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("money stays back: {}", refunds(world, id).await);
}

/// Counts the entries of an operation in the node's own record.
async fn count_entries(world: &World, op: &str) -> usize {
    let path = format!("/pay/api/transactions/{}?limit=100", world.node.node.did());
    let all = world.owner.get(&world.node, &path).await.json();
    all["transactions"].as_array().unwrap().iter().filter(|one| one["op"] == op).count()
}

fn path_of(who: &Somebody) -> String {
    format!("/pay/api/balance/{}", who.did())
}

async fn statuses(who: &Somebody, node: &TestNode) -> Vec<String> {
    let mine = who.get(node, "/events/api/mine").await.json();
    let all = mine["tickets"].as_array().unwrap().iter();
    all.map(|one| one["status"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn everybody_gets_everything_back_once() {
    let world = world().await;
    let node = &world.node;
    let [ada, bob, carl, band] = each([5, 6, 7, 3], |n| somebody(node, n)).await;
    let (id, event) = published(&world, band.did(), 10).await;
    ada.top_up(&world, 2_000).await;
    carl.top_up(&world, 100).await;
    let purchase = ada.buys(node, &id, 2, 2).await.json();
    carl.buys(node, &id, 1, 1).await.json();
    // Bob's payment goes to the organiser's bank account; the node shows the transfer message.
    let order = json!({"type": 2, "quantity": 1, "rail": "emt"});
    let begun = bob.does(node, &format!("/events/api/events/{id}/buy"), &order).await;
    let memo = begun["memo"].as_str().unwrap().to_owned();
    assert!(memo.starts_with("IMJ-") && memo.len() == 14, "{memo}");
    world.organiser.does(node, "/pay/api/confirm-payment", &json!({"id": begun["payment"]})).await;
    until("Bob's ticket", async || !statuses(&bob, node).await.is_empty()).await;
    // One ticket is passed on, and its payer still gets the refund. Another was partly refunded by hand.
    let first = purchase["tickets"][0].as_str().unwrap();
    let path = format!("/events/api/tickets/{first}/transfer");
    ada.does(node, &path, &json!({"to": carl.did()})).await;
    let part = json!({"transactionId": purchase["payment"], "amount": 1});
    world.organiser.does(node, "/pay/api/refund", &part).await;
    assert_eq!(refunds(&world, &id).await["open"], 3);
    // Bob's payment never reached the node: the band's share is a debt of the organiser, not credit.
    let money = band.get(node, &path_of(&band)).await.json();
    assert_members!(money["owedBy"][0], "amount": 300, "with": world.organiser.did());
    assert_has!(band.get(node, "/pay").await.text(), "3.00\u{a0}CHF</strong> owed to you by");

    // Cancelling moves money: a session without a signature can't do it, and neither can another person.
    let path = format!("/events/api/events/{id}/status");
    let off = json!({"status": "cancelled"});
    let command = format!(
        "/events/api/commands/events.status?ref={event}&fact=%7B%22status%22%3A%22cancelled%22%7D"
    );
    let ask = Ask::new("POST", command).bearer(&world.organiser.token);
    assert_eq!(node.send(ask).await.status, 403);
    assert_eq!(ada.signed(node, &path, &off).await.status, 403);
    ada.get(node, &format!("/events/api/events/{id}/refunds")).await.check(403);
    world.organiser.does(node, &path, &off).await;
    let done = closed(&world, &id).await;
    assert_members!(done, "payments": 3, "done": 3, "waiting": 0);
    assert_eq!(done["byHand"], 1, "not refunded: its organiser still has to send it");
    // The organiser is told about refunds that the node can't make itself.
    let attention = done["attention"].as_array().unwrap();
    assert_eq!(attention.len(), 1, "{done}");
    assert_members!(attention[0], "state": "by-hand");
    assert_members!(attention[0]["payer"], "did": bob.did());
    let todo = attention[0]["todo"].as_str().unwrap();
    assert!(todo.contains(&memo) && todo.contains("10.00"), "{todo}");
    let balances = (
        ada.balance(node).await,
        carl.balance(node).await,
        bob.balance(node).await,
        world.organiser.balance(node).await,
        band.balance(node).await,
    );
    assert_eq!(balances, (2_000, 100, 0, 0, 0));
    // No money is pending any more, and no one owes anything for a void ticket.
    assert_members!(band.get(node, &path_of(&band)).await.json(), "coming": [], "owedBy": []);
    assert!(world.organiser.coming(node).await.is_empty());
    assert_eq!(count_entries(&world, "pay.return").await, 3);
    for (who, all) in [(&ada, &["passed", "void"][..]), (&bob, &["void"])] {
        let mut has = statuses(who, node).await;
        has.sort();
        assert_eq!(has, all);
    }
    assert_eq!(statuses(&carl, node).await, ["void"; 2]);
    assert_eq!(kind(node, &id, 2).await["sold"], 0);
    let page = world.organiser.get(node, &format!("/events/{id}")).await;
    // The third payment was a bank transfer: only the organiser can send it back.
    assert!(page.text().contains("2 of 3 payments refunded") && page.text().contains(&memo));

    // Repeating the command, or a restart, has no effect.
    world.organiser.signed(node, &path, &off).await.check(409);
    assert_eq!(ada.buys(node, &id, 1, 1).await.status, 409);
    let world = world.restarted(open_config()).await;
    assert_eq!(closed(&world, &id).await["done"], 3);
    assert_eq!(count_entries(&world, "pay.return").await, 3);
    close(world.node).await;
}

/// An organiser who has left can't refund anything, so no tickets of their events are sold.
#[tokio::test]
async fn nothing_is_sold_for_who_has_left() {
    let world = world().await;
    let node = &world.node;
    let (ada, band) = (somebody(node, 5).await, somebody(node, 3).await);
    let (id, _) = published(&world, band.did(), 10).await;
    ada.top_up(&world, 2_000).await;
    assert_eq!(ada.buys(node, &id, 2, 1).await.status, 201);
    let plan = world.organiser.get(node, "/auth/api/delete").await.json();
    let stays = plan["stays"].as_array().unwrap();
    let events = stays.iter().find(|one| one["kind"] == "organised events").unwrap();
    assert!(events["why"].as_str().unwrap().contains("cancel"), "{events}");
    world.organiser.leaves(node).await;
    ada.buys(node, &id, 2, 1).await.check(409);
    assert_eq!(ada.balance(node).await, 1_000);
    assert_eq!(statuses(&ada, node).await, ["valid"]);
    close(world.node).await;
}

/// A later change by the organiser, or its time, keeps no ticket of a cancelled event valid.
#[tokio::test]
async fn all_tickets_of_a_cancelled_event_are_void_at_once() {
    let world = world().await;
    let node = &world.node;
    let [ada, bob, band] = each([5, 6, 3], |n| somebody(node, n)).await;
    let (id, _) = published(&world, band.did(), 10).await;
    ada.top_up(&world, 2_000).await;
    let purchase = ada.buys(node, &id, 2, 1).await.json();
    let ticket = purchase["tickets"][0].as_str().unwrap();
    let path = format!("/events/api/events/{id}/status");
    // A completed event can still be cancelled while its money is held.
    for status in ["completed", "cancelled"] {
        world.organiser.does(node, &path, &json!({ "status": status })).await;
    }
    // The tickets are void before any refund.
    assert_eq!(statuses(&ada, node).await, ["void"]);
    let path = format!("/events/api/tickets/{ticket}");
    assert_eq!(ada.get(node, &path).await.json()["code"], json!(null));
    ada.get(node, &format!("{path}/qr.svg")).await.check(404);
    ada.signed(node, &format!("{path}/transfer"), &json!({"to": bob.did()})).await.check(409);
    let door = world.organiser.get(node, &format!("/events/api/events/{id}/door")).await.json();
    assert_eq!(door["tickets"][0]["status"], "void");
    assert_eq!(kind(node, &id, 2).await["sold"], 0);
    assert_eq!(closed(&world, &id).await["done"], 1);
    assert_eq!(statuses(&ada, node).await, ["void"]);
    assert_eq!(ada.balance(node).await, 2_000);
    close(world.node).await;
}

#[tokio::test]
async fn the_owner_of_the_node_cancels_anybodys_event_and_decides_nothing_else() {
    let world = world().await;
    let node = &world.node;
    let (ada, band) = (somebody(node, 5).await, somebody(node, 3).await);
    let (id, event) = published(&world, band.did(), 10).await;
    ada.top_up(&world, 1_000).await;
    assert_eq!(ada.buys(node, &id, 2, 1).await.status, 201);
    let path = format!("/events/api/events/{id}/status");
    for status in ["paused", "completed"] {
        world.owner.signed(node, &path, &json!({ "status": status })).await.check(403);
    }
    let off = json!({"status": "cancelled"});
    assert_eq!(ada.signed(node, &path, &off).await.status, 403);
    let forged = imajin_edge::testing::Write::new(ada.did(), "events.cancel")
        .reference(event.as_str())
        .to(&[&event]);
    assert_eq!(ada.commands(node, &forged).await.status, 403);
    let page = world.owner.get(node, &format!("/events/{id}")).await.text();
    assert!(page.contains("As the owner of this box"), "{page}");
    let page = ada.get(node, &format!("/events/{id}")).await.text();
    assert!(!page.contains("As the owner of this box"));

    // A session without a signature isn't enough.
    let ask = Ask::new("POST", path.clone()).body(off.to_string()).bearer(&world.owner.token);
    let reply = node.send(ask).await;
    assert_eq!((reply.status, reply.json()["sign"]["op"].as_str()), (403, Some("events.cancel")));
    let done = world.owner.does(node, &path, &off).await;
    assert_eq!(done["status"], "cancelled");
    assert_eq!(statuses(&ada, node).await, ["void"]);
    assert_eq!(closed(&world, &id).await["done"], 1);
    assert_eq!(ada.balance(node).await, 1_000);
    let page = ada.get(node, &format!("/events/{id}")).await.text();
    assert!(page.contains("Cancelled by the owner of this box"));
    world.owner.signed(node, &path, &off).await.check(409);
    close(world.node).await;
}

/// Returns a person's notices, newest first: operation and text.
async fn notices(who: &Somebody, node: &TestNode) -> Vec<(String, String)> {
    let feed = who.get(node, "/notify/api/feed").await.json();
    let all = feed["notices"].as_array().unwrap().iter();
    let text = |value: &Json| value.as_str().unwrap().to_owned();
    all.map(|notice| (text(&notice["op"]), text(&notice["text"]))).collect()
}

/// Returns the operations of a person's notices, sorted. Waits until there are at least `N`: a notice is visible after
/// what it tells of.
async fn ops<const N: usize>(who: &Somebody, node: &TestNode) -> [String; N] {
    let all = at_least(N, async || notices(who, node).await).await;
    let mut ops: Vec<_> = all.into_iter().map(|(op, _)| op).collect();
    ops.sort();
    ops.try_into().unwrap_or_else(|ops| panic!("not {N} notices: {ops:?}"))
}

/// Returns the texts of a person's notices for one operation, newest first. Waits like [`ops`].
async fn sentences<const N: usize>(who: &Somebody, node: &TestNode, op: &str) -> [String; N] {
    let all = at_least(N, async || {
        let mut all = notices(who, node).await;
        all.retain(|(of, _)| of == op);
        all
    });
    let texts: Vec<_> = all.await.into_iter().map(|(_, text)| text).collect();
    texts.try_into().unwrap_or_else(|texts| panic!("not {N} notices for {op}: {texts:?}"))
}

async fn at_least<T>(count: usize, mut read: impl AsyncFnMut() -> Vec<T>) -> Vec<T> {
    let mut all = Vec::new();
    until("notices", async || {
        all = read().await;
        all.len() >= count
    })
    .await;
    all
}

/// Each refund causes one notice. A ticket holder who is notified of the void ticket or the cancellation isn't notified
/// again of the money. A payer without a ticket is notified of the money.
#[tokio::test]
async fn what_goes_back_is_told_once() {
    let mut services = services();
    services.push(std::sync::Arc::new(imajin_notify::Notify::new()));
    let world = world_with(services).await;
    let node = &world.node;
    let [ada, carl, dan, band] = each([5, 6, 7, 3], |n| somebody(node, n)).await;
    let (id, event) = published(&world, band.did(), 10).await;
    for payer in [&ada, &dan] {
        payer.top_up(&world, 3_000).await;
    }
    let purchase = ada.buys(node, &id, 2, 3).await.json();
    let gift = dan.buys(node, &id, 2, 1).await.json();
    let ticket = |of: &Json, n: usize| {
        let ticket = of["tickets"][n].as_str().unwrap();
        format!("/events/api/tickets/{ticket}")
    };
    let to_carl = json!({"to": carl.did()});
    let passed = [(&ada, ticket(&purchase, 1)), (&dan, ticket(&gift, 0))];
    for (giver, ticket) in passed {
        giver.does(node, &format!("{ticket}/transfer"), &to_carl).await;
    }
    let others = [&event, ada.did(), band.did(), node.node.did()];
    let refund = Write::new(world.organiser.did(), "events.refund")
        .reference(purchase["tickets"][0].as_str().unwrap())
        .fact(json!({"event": event, "amount": 1_000, "currency": "CHF"}))
        .body(imajin_dfos::Value::Map(Default::default()))
        .to(&others);
    world.organiser.commands(node, &refund).await.check(201);
    let path = format!("/events/api/events/{id}/status");
    world.organiser.does(node, &path, &json!({"status": "cancelled"})).await;
    closed(&world, &id).await;

    assert_eq!(ops(&ada, node).await, ["events.status.changed", "events.voided", "pay.credit"]);
    assert_eq!(ops(&carl, node).await, ["events.status.changed", "events.ticket", "events.ticket"]);
    // One notice for the credit that Dan added, and one for the refund.
    assert_eq!(ops(&dan, node).await, ["pay.credit", "pay.credit"]);
    // An order causes one notice for the organiser, however many tickets it has.
    assert_eq!(ops(&world.organiser, node).await, ["events.ticket", "events.ticket"]);
    let cancelled = async |who: &Somebody| {
        let [text] = sentences(who, node, "events.status.changed").await;
        text
    };
    let (paid, gifted) = (cancelled(&ada).await, cancelled(&carl).await);
    assert!(paid.ends_with("cancelled “Launch party”: you get your money back"), "{paid}");
    assert!(gifted.ends_with("cancelled “Launch party”"), "{gifted}");
    assert_eq!((ada.balance(node).await, dan.balance(node).await), (3_000, 3_000));
    world.node.stop().await.unwrap();
}

/// A deferred order, and one that the organiser refunds through the cashier, each cause one notice for the buyer,
/// however many tickets they have. A payer who passed a ticket on is notified of the money, and its holder of the void
/// ticket.
#[tokio::test]
async fn an_order_is_told_once_when_it_is_paid_and_when_it_is_refunded() {
    let mut services = services();
    services.push(std::sync::Arc::new(imajin_notify::Notify::new()));
    let world = world_with(services).await;
    let node = &world.node;
    let [ada, bob, carl, band] = each([5, 6, 7, 3], |n| somebody(node, n)).await;
    let (id, _) = published(&world, band.did(), 10).await;
    for payer in [&ada, &carl] {
        payer.top_up(&world, 3_000).await;
    }
    let order = json!({"type": 2, "quantity": 2, "rail": "emt"});
    let begun = bob.does(node, &format!("/events/api/events/{id}/buy"), &order).await;
    world.organiser.does(node, "/pay/api/confirm-payment", &json!({"id": begun["payment"]})).await;
    until("Bob's tickets", async || statuses(&bob, node).await.len() == 2).await;
    let [sentence] = sentences(&bob, node, "events.ticket").await;
    assert!(sentence.starts_with("Your tickets for “Launch party” by "), "{sentence}");
    assert!(sentence.ends_with(" are here"), "{sentence}");

    let purchase = ada.buys(node, &id, 2, 2).await.json();
    let gift = carl.buys(node, &id, 2, 1).await.json();
    let ticket = gift["tickets"][0].as_str().unwrap();
    let to_bob = json!({"to": bob.did()});
    carl.does(node, &format!("/events/api/tickets/{ticket}/transfer"), &to_bob).await;
    // A partial refund causes a notice about the money only.
    for (order, amount) in [(&purchase, 1), (&purchase, 1_999), (&gift, 1_000)] {
        let refund = json!({"transactionId": order["payment"], "amount": amount});
        world.organiser.does(node, "/pay/api/refund", &refund).await;
    }
    until("void tickets", async || {
        let (ada, bob) = (statuses(&ada, node).await, statuses(&bob, node).await);
        ada == ["void"; 2] && bob.iter().any(|status| status == "void")
    })
    .await;
    let [sentence] = sentences(&ada, node, "events.voided").await;
    assert!(
        sentence.ends_with("took back your tickets for “Launch party”: you get your money back"),
        "{sentence}"
    );
    let [part, topped_up] = sentences(&ada, node, "pay.credit").await;
    assert!(part.starts_with("You got 0.01"), "{part}");
    assert!(topped_up.contains("added 30.00"), "{topped_up}");
    let [sentence] = sentences(&bob, node, "events.voided").await;
    assert!(sentence.ends_with("took back your ticket for “Launch party”"), "{sentence}");
    let [sentence, _] = sentences(&carl, node, "pay.credit").await;
    assert!(sentence.starts_with("You got 10.00\u{a0}CHF back from"), "{sentence}");
    let [] = sentences(&carl, node, "events.voided").await;
    close(world.node).await;
}
