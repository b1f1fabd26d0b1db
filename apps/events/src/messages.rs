//! Messages of an organiser to all guests of an event: letters to the guests with an address.
//!
//! Always: a message is in `secrets.sqlite` until the mail queue has all its letters. The queue takes each letter once.

use std::collections::BTreeMap;

use imajin_app::{Answer, FromRow, Node, SocialGraph};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use rusqlite::params;

use crate::queries::{self, Event};
use crate::{guests, letters};

/// Maximum number of messages to the guests of an event per day.
const DAILY_MAX: i64 = 3;
const DAY_MS: i64 = 24 * 3_600_000;
/// Maximum number of guests whose addresses are read.
const GUESTS_MAX: usize = 5_000;
/// Maximum number of letters with one message: a quarter of the queue, so that others’ letters find room.
const LETTERS_MAX: usize = 500;

/// A message whose letters are not all queued.
#[derive(FromRow)]
struct Message {
    id: i64,
    event: Did,
    text: String,
}

/// Keeps a message for the worker. Returns whether the day's limit allowed it.
pub(crate) async fn keep(node: &Node, event: &Did, text: String) -> Answer<bool> {
    let now = node.now().as_millis();
    let (event, day_ago) = (event.to_string(), now.saturating_sub(DAY_MS));
    let write = node.secrets().write(move |db| {
        db.execute("DELETE FROM events_messages WHERE text = '' AND at <= ?1", [day_ago])?;
        let sql = "INSERT INTO events_messages (event, at, text) SELECT ?1, ?2, ?3
            WHERE (SELECT count(*) FROM events_messages WHERE event = ?1 AND at > ?4) < ?5";
        Ok(db.execute(sql, params![event, now, text, day_ago, DAILY_MAX])? == 1)
    });
    write.await
}

/// Returns the addresses of an event's guests, as far as the node knows them, each with its guest, at most
/// [`LETTERS_MAX`]. Guests who blocked the organiser get no letter.
pub(crate) fn recipients(node: &Node, event: &Event) -> Answer<BTreeMap<String, Did>> {
    let did = &event.did;
    let mut holders = queries::read(node, |db| queries::holders(db, did.as_str(), GUESTS_MAX))?;
    let blockers: Vec<Did> =
        node.ask::<dyn SocialGraph, _>(|graph| graph.blockers(node, &event.organiser))?;
    holders.retain(|holder| !blockers.contains(holder));
    let mut typed = guests::addresses(node, did)?;
    let mut recipients = BTreeMap::new();
    for holder in holders {
        if recipients.len() == LETTERS_MAX {
            break;
        }
        let own = node.address(&holder)?;
        if let Some(address) = own.or_else(|| typed.remove(&holder)) {
            recipients.insert(address, holder);
        }
    }
    Ok(recipients)
}

/// Queues the letters of all messages that wait.
pub(crate) async fn round(node: &Node) -> Answer<()> {
    for message in waiting(node)? {
        queue_letters(node, &message).await?;
        let write = node.secrets().write(move |db| {
            db.execute("UPDATE events_messages SET text = '' WHERE id = ?1", [message.id]).map(drop)
        });
        write.await?;
    }
    Ok(())
}

fn waiting(node: &Node) -> Answer<Vec<Message>> {
    let sql = "SELECT id, event, text FROM events_messages WHERE text <> '' ORDER BY id";
    node.secrets().rows(sql, [], Message::read)
}

async fn queue_letters(node: &Node, message: &Message) -> Answer<()> {
    let event = queries::read(node, |db| queries::event(db, message.event.as_str()))?;
    let Some(event) = event else {
        return Ok(());
    };
    for (to, holder) in recipients(node, &event)? {
        letters::of_message(node, &event, (to, &holder), &message.text).await?;
    }
    Ok(())
}
