//! Letters: people with an email address get their tickets by mail.

use std::sync::Arc;

use imajin_app::capabilities::{LetterState, Letters};
use imajin_edge::testing::{Ask, TestNode, open_config};
use imajin_host::prelude::*;
use rusqlite::Connection;
use serde_json::json;

use crate::support::{by_mail, close, published, services, somebody, world};

const SUBJECT: &str = "Your tickets · Deine Tickets: Launch party";

#[tokio::test]
async fn who_came_with_an_address_is_written_their_tickets() {
    let world = world().await;
    let node = &world.node;
    let band = somebody(node, 3).await;
    let (id, _) = published(&world, band.did(), 5).await;
    let session = by_mail(&world, "fan@example.org").await;
    let letters = async || world.owner.get(node, "/auth/api/mail").await.json()["letters"].clone();
    // For a payment by e-transfer, the letter is sent with the tickets and not before.
    let order = json!({"type": 2, "rail": "emt"});
    let ask = Ask::post(format!("/events/api/events/{id}/buy"), &order).bearer(&session);
    let begun = node.send(ask).await.check(201);
    let paid = json!({"id": begun.json()["payment"]});
    world.organiser.does(node, "/pay/api/confirm-payment", &paid).await;
    let mut letter = json!(null);
    for _ in 0..200 {
        let all = letters().await;
        let mut all = all.as_array().unwrap().clone().into_iter();
        if let Some(one) = all.find(|one| one["subject"] == SUBJECT) {
            letter = one;
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(letter["to"], "fan@example.org", "{}", letters().await);
    // The recipient's language is unknown, so the letter is in both languages.
    let text = letter["text"].as_str().unwrap();
    for said in [
        "Floor: tkt_",
        "attached as a picture",
        "als Bild angehängt",
        "\n1 December 2026, 20:00 (Europe/Zurich)\n",
        "\n1. Dezember 2026, 20:00 (Europe/Zurich)\n",
    ] {
        assert!(text.contains(said), "lacks {said}: {text}");
    }

    // After a power failure before the letter was queued, the next start writes it, and the following start doesn't.
    let clock = Arc::clone(&world.node.clock);
    let mut folder = world.node.stop().await.unwrap();
    let (mut node, mut owner) = (None, world.owner);
    for forgotten in [true, false] {
        let secrets = Connection::open(folder.path().join("secrets.sqlite")).unwrap();
        secrets.execute("UPDATE events_letters SET upto = 0", []).unwrap();
        if forgotten {
            secrets.execute("DELETE FROM mail", []).unwrap();
        }
        drop(secrets);
        let here = TestNode::start_in(folder, services(), open_config(), 200, Arc::clone(&clock))
            .await
            .unwrap();
        owner.token = owner.person.sign_in(&here).await;
        let mut written = 0;
        for _ in 0..if forgotten { 200 } else { 40 } {
            let all = owner.get(&here, "/auth/api/mail").await.json();
            let all = all["letters"].as_array().unwrap().clone();
            written = all.iter().filter(|one| one["subject"] == SUBJECT).count();
            if forgotten && written > 0 {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(written, 1, "forgotten: {forgotten}");
        if forgotten {
            folder = here.stop().await.unwrap()
        } else {
            node = Some(here);
            break;
        }
    }
    let node = node.unwrap();

    // A queued letter is checked before sending: it is void for an old address and for a person without a ticket.
    let once = |db: &Connection| {
        let sql = "SELECT once FROM mail WHERE once LIKE 'tickets %'";
        db.query_row(sql, [], |row| row.get::<_, String>(0))
    };
    let once = node.node.secrets().read(once).unwrap();
    let state = |to: &str| {
        let mut all = node.node.services().offers().all::<dyn Letters>();
        let (_, events) = all.find(|(app, _)| *app == "events").unwrap();
        events.letter_state(&node.node, &once, to).unwrap()
    };
    assert_eq!(state("fan@example.org"), LetterState::Due);
    assert_eq!(state("other@example.org"), LetterState::Void);
    let off = json!({"status": "cancelled"});
    let organiser = world.organiser.again(&node).await;
    organiser.does(&node, &format!("/events/api/events/{id}/status"), &off).await;
    assert_eq!(state("fan@example.org"), LetterState::Void);
    close(node).await;
}
