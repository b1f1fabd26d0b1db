//! Names that people without an account gave for an event's guest list.
//!
//! Always: a name is in `secrets.sqlite` and in no record, since it is unsigned. It is forgotten 30 days after its event is over,
//! or 30 days after the person gave it if that is later, and at once when the event or the person is gone.

use std::collections::BTreeMap;
use std::time::Duration;

use imajin_app::{Answer, Card, Node};
use imajin_host::prelude::*;
use imajin_host::rounds::Rounds;
use imajin_ledger::rows::pair;
use imajin_ledger::{Reader, read_fields};
use imajin_protocol::Did;
use rusqlite::params;

use crate::lookup;
use crate::queries::{self, TicketRow};

/// Time for which a name is kept after its event is over, in milliseconds.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;

/// The guest of an event who gave a name, at a time in milliseconds.
struct Guest {
    event: Did,
    holder: Did,
    at: i64,
}

read_fields!(Guest: event, holder, at);

impl Guest {
    /// Whether the name is to be forgotten.
    fn is_due(&self, node: &Node) -> Answer<bool> {
        for did in [&self.event, &self.holder] {
            if node.status(did)?.is_none_or(|status| status.deleted) {
                return Ok(true);
            }
        }
        let event = queries::read(node, |db| queries::event(db, self.event.as_str()))?;
        let over_at = event.and_then(|event| event.over_at).unwrap_or(self.at);
        let kept_until = over_at.max(self.at).saturating_add(KEPT_MS);
        Ok(kept_until < node.now().as_millis())
    }
}

/// The background work that forgets old names. The first round, at the start, also finds names that a crash left behind.
pub(crate) struct Cleanup;

impl Rounds for Cleanup {
    const NAME: &'static str = "names of guests of events";
    const EVERY: Duration = Duration::from_secs(3600);

    async fn round(&mut self, node: &Node) -> Answer<()> {
        let sql = "SELECT event, holder, at FROM events_guests";
        let guests = node
            .secrets()
            .read(|db| Reader::from(db).rows(sql, [], Guest::read))?;
        let mut due = Vec::new();
        for guest in guests {
            if guest.is_due(node)? {
                due.push(guest);
            }
        }
        if due.is_empty() {
            return Ok(());
        }
        let write = node.secrets().write(move |db| {
            for Guest { event, holder, .. } in &due {
                let sql = "DELETE FROM events_guests WHERE event = ?1 AND holder = ?2";
                db.execute(sql, [event.as_str(), holder.as_str()])?;
            }
            Ok(())
        });
        write.await
    }
}

/// Keeps the name of a guest of an event.
pub(crate) async fn keep(node: &Node, event: &Did, holder: &Did, name: String) -> Answer<()> {
    let (event, holder) = (event.to_string(), holder.to_string());
    let now = node.now().as_millis();
    let write = node.secrets().write(move |db| {
        let sql = "INSERT OR REPLACE INTO events_guests (event, holder, name, at) VALUES (?1, ?2, ?3, ?4)";
        db.execute(sql, params![event, holder, name, now]).map(drop)
    });
    write.await
}

/// The kept names of an event's guests.
pub(crate) struct GuestNames {
    /// The names of ticket holders, by their DIDs.
    holders: BTreeMap<String, String>,
}

impl GuestNames {
    /// Returns the card of a ticket's holder for the organiser: with the kept name, if everybody sees no other.
    pub(crate) fn card(&self, node: &Node, held: &TicketRow) -> Answer<Card> {
        let mut card = lookup::card(node, &held.holder)?;
        if card.display_name.is_none() && card.handle.is_none() {
            card.display_name = self.holders.get(held.holder.as_str()).cloned();
        }
        Ok(card)
    }
}

/// Returns the kept names of an event's guests.
pub(crate) fn names(node: &Node, event: &Did) -> Answer<GuestNames> {
    let sql = "SELECT holder, name FROM events_guests WHERE event = ?1";
    let holders = read_names(node, sql, event)?;
    Ok(GuestNames { holders })
}

/// Returns the kept names that a person gave, by the DIDs of the events.
pub(crate) fn names_by(node: &Node, holder: &Did) -> Answer<BTreeMap<String, String>> {
    let sql = "SELECT event, name FROM events_guests WHERE holder = ?1";
    read_names(node, sql, holder)
}

fn read_names(node: &Node, sql: &str, did: &Did) -> Answer<BTreeMap<String, String>> {
    let names = node
        .secrets()
        .read(|db| Reader::from(db).rows(sql, [did.as_str()], pair::<String, String>))?;
    Ok(names.into_iter().collect())
}

/// Forgets the names that a person gave, or those for an event, after the record of either was deleted.
pub(crate) fn forget(node: &Node, did: &Did) -> Answer<()> {
    let sql = "DELETE FROM events_guests WHERE holder = ?1 OR event = ?1";
    match node.secrets().execute(sql, [did.as_str()])? {
        0 => Ok(()),
        _ => node.secrets().purge(),
    }
}
