//! Names that people gave for an event's guest list: their own, if everybody sees none, and those of their companions.
//! Addresses that they typed for letters.
//!
//! Always: names and addresses are in `secrets.sqlite` and in no record, since they are unsigned. They are forgotten 30 days
//! after their event is over, or 30 days after the person gave the last if that is later, and at once when the event or the
//! person is gone.

use std::collections::BTreeMap;
use std::time::Duration;

use imajin_app::{Answer, Card, FromRow, Node};
use imajin_host::prelude::*;
use imajin_host::rounds::Rounds;
use imajin_ledger::rows::pair;
use imajin_protocol::Did;
use rusqlite::params;

use crate::queries::{self, TicketRow};

/// Time for which names and addresses are kept after their event is over, in milliseconds.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;

/// A guest of an event who gave details, the last at a time in milliseconds.
#[derive(FromRow)]
struct Guest {
    event: Did,
    holder: Did,
    at: i64,
}

impl Guest {
    /// Whether the details are to be forgotten.
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

/// The background work that forgets old details. The first round, at the start, also finds those that a crash left behind.
pub(crate) struct Cleanup;

impl Rounds for Cleanup {
    const NAME: &'static str = "details of guests of events";
    const EVERY: Duration = Duration::from_secs(3600);

    async fn round(&mut self, node: &Node) -> Answer<()> {
        let sql = "SELECT event, holder, max(at) FROM events_guests GROUP BY event, holder";
        let guests = node.secrets().rows(sql, [], Guest::read)?;
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

/// The details that a guest gives with an order.
pub(crate) struct Details {
    pub(crate) name: Option<String>,
    /// The address that they typed.
    pub(crate) address: Option<String>,
    /// The names of companions, each after their ticket.
    pub(crate) companions: Vec<(String, String)>,
}

const KEEP: &str = "INSERT INTO events_guests (event, holder, ticket, name, address, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT DO UPDATE SET name = coalesce(excluded.name, name), address = coalesce(excluded.address, address), at = excluded.at";

/// Keeps the details of a guest of an event, beside those that they gave before.
pub(crate) async fn keep(node: &Node, event: &Did, holder: &Did, details: Details) -> Answer<()> {
    let has_own = details.name.is_some() || details.address.is_some();
    if !has_own && details.companions.is_empty() {
        return Ok(());
    }
    let (event, holder) = (event.to_string(), holder.to_string());
    let now = node.now().as_millis();
    let write = node.secrets().write(move |db| {
        let mut statement = db.prepare_cached(KEEP)?;
        if has_own {
            let Details { name, address, .. } = &details;
            statement.execute(params![event, holder, "", name, address, now])?;
        }
        for (ticket, name) in &details.companions {
            statement.execute(params![event, holder, ticket, name, None::<&str>, now])?;
        }
        Ok(())
    });
    write.await
}

/// The name that a guest gave: their own, where `ticket` is empty, or that of the companion for whom the ticket is.
#[derive(FromRow)]
struct GuestName {
    event: Did,
    holder: Did,
    ticket: String,
    name: String,
}

/// Kept names of guests.
#[derive(Default)]
pub(crate) struct GuestNames {
    /// The names of ticket holders, by event and holder.
    holders: BTreeMap<(Did, Did), String>,
    /// The names of companions, by ticket.
    companions: BTreeMap<String, String>,
    /// The public cards of ticket holders.
    cards: BTreeMap<Did, Card>,
}

impl GuestNames {
    /// Reads the public cards of these ticket holders.
    pub(crate) fn with_cards<'d>(
        self,
        node: &Node,
        holders: impl IntoIterator<Item = &'d Did>,
    ) -> Answer<Self> {
        let cards = node.cards(holders, None)?;
        Ok(Self { cards, ..self })
    }

    /// Returns the card of a ticket's holder: with the kept name, if everybody sees no other.
    pub(crate) fn card(&self, held: &TicketRow) -> Card {
        let card = self.cards.get(&held.holder).cloned();
        let mut card = card.unwrap_or_else(|| Card::unnamed(held.holder.clone()));
        if card.display_name.is_none() && card.handle.is_none() {
            let key = (held.event.clone(), held.holder.clone());
            card.display_name = self.holders.get(&key).cloned();
        }
        card
    }

    /// Returns the name of a ticket's guest for the other guests, who see no name of people who hide their profile.
    pub(crate) fn shown_name(&self, node: &Node, held: &TicketRow) -> Answer<Option<String>> {
        if let Some(companion) = self.companion(held) {
            return Ok(Some(companion));
        }
        let card = node.card_for_strangers(&held.holder)?;
        let name = card.and_then(|card| card.display_name.or(card.handle));
        let key = (held.event.clone(), held.holder.clone());
        Ok(name.or_else(|| self.holders.get(&key).cloned()))
    }

    pub(crate) fn companion(&self, held: &TicketRow) -> Option<String> {
        self.companions.get(&held.ticket).cloned()
    }
}

/// Returns the name of the guest on a ticket: the companion's, or the holder's name or handle.
pub(crate) fn guest_name<'a>(holder: &'a Card, companion: Option<&'a str>) -> Option<&'a str> {
    companion.or(holder.display_name.as_deref()).or(holder.handle.as_deref())
}

/// Returns the kept names of an event's guests.
pub(crate) fn names(node: &Node, event: &Did) -> Answer<GuestNames> {
    read_names(node, "event", event)
}

/// Returns the kept names that a person gave.
pub(crate) fn names_by(node: &Node, holder: &Did) -> Answer<GuestNames> {
    read_names(node, "holder", holder)
}

fn read_names(node: &Node, column: &str, did: &Did) -> Answer<GuestNames> {
    let sql = format!(
        "SELECT event, holder, ticket, name FROM events_guests WHERE {column} = ?1 AND name IS NOT NULL"
    );
    let rows = node.secrets().rows(&sql, [did.as_str()], GuestName::read)?;
    let mut names = GuestNames::default();
    for row in rows {
        if row.ticket.is_empty() {
            names.holders.insert((row.event, row.holder), row.name);
        } else {
            names.companions.insert(row.ticket, row.name);
        }
    }
    Ok(names)
}

/// Returns the address of a guest of an event: their own, or the one that they typed.
pub(crate) fn address(node: &Node, event: &Did, holder: &Did) -> Answer<Option<String>> {
    match node.address(holder)? {
        Some(own) => Ok(Some(own)),
        None => typed_address(node, event, holder),
    }
}

pub(crate) fn typed_address(node: &Node, event: &Did, holder: &Did) -> Answer<Option<String>> {
    let sql = "SELECT address FROM events_guests WHERE event = ?1 AND holder = ?2 AND address IS NOT NULL";
    node.secrets().row(sql, [event.as_str(), holder.as_str()], |row| row.get(0))
}

/// Returns the addresses that an event's guests typed, by their DIDs.
pub(crate) fn addresses(node: &Node, event: &Did) -> Answer<BTreeMap<Did, String>> {
    let sql = "SELECT holder, address FROM events_guests WHERE event = ?1 AND address IS NOT NULL";
    let rows = node.secrets().rows(sql, [event.as_str()], pair::<Did, String>)?;
    Ok(rows.into_iter().collect())
}

/// Forgets what a person gave, or what the guests of an event gave and were written, after the record of either was deleted.
pub(crate) fn forget(node: &Node, did: &Did) -> Answer<()> {
    let did = [did.as_str()];
    let rows = node.secrets().write_blocking(|db| {
        let details =
            db.execute("DELETE FROM events_guests WHERE holder = ?1 OR event = ?1", did)?;
        let messages = db.execute("DELETE FROM events_messages WHERE event = ?1", did)?;
        Ok(details + messages)
    })?;
    match rows {
        0 => Ok(()),
        _ => node.secrets().purge(),
    }
}
