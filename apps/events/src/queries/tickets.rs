//! Tickets, and the payments that they were bought with.

use imajin_dfos::hex;
use imajin_ledger::{Reader, rows};
use imajin_protocol::{Currency, Did};
use imajin_service::{JoinedRoom, RoomRole, Zone};
use rusqlite::{Connection, Row, params};

use super::{currency, did};
use crate::ticket::Ticket;

/// A ticket, as one log has it.
#[derive(Debug, Clone)]
pub(crate) struct Held {
    pub(crate) ticket: String,
    pub(crate) event: Did,
    pub(crate) holder: Did,
    pub(crate) kind: i64,
    pub(crate) seat: String,
    pub(crate) issue: i64,
    pub(crate) payment: Option<String>,
    pub(crate) price: i64,
    pub(crate) currency: Currency,
    pub(crate) status: String,
    pub(crate) at: i64,
    pub(crate) used_at: Option<i64>,
    pub(crate) door: Option<i64>,
    pub(crate) text: Option<String>,
    pub(crate) signature: Option<String>,
    /// What its event said of itself when the ticket was issued.
    pub(crate) title: Option<String>,
    pub(crate) starts: Option<i64>,
    pub(crate) timezone: Option<String>,
    pub(crate) type_name: Option<String>,
}

impl Held {
    /// Whether it lets, or let, somebody in.
    pub(crate) fn counts(&self) -> bool {
        matches!(self.status.as_str(), "valid" | "used")
    }

    /// The time zone that its event named when the ticket was issued, else the box's.
    pub(crate) fn zone(&self) -> Zone {
        let named = self.timezone.as_deref().and_then(Zone::find);
        named.unwrap_or_else(Zone::home)
    }

    /// Whether its event was cancelled, and its money is not on its way back yet.
    pub(crate) fn is_off(&self) -> bool {
        self.status == "off"
    }

    /// Whether cancelling the event would still refund this money.
    pub(crate) fn is_open(&self) -> bool {
        self.counts() || self.is_off()
    }

    /// The compact form that a QR code carries, if the ticket's text is there.
    pub(crate) fn code(&self) -> Option<String> {
        let ticket = Ticket::parse(self.text.as_deref()?).ok()?;
        let signature: [u8; 64] = hex::decode(self.signature.as_deref()?)?.try_into().ok()?;
        ticket.code(&signature).ok()
    }

    /// Its status as everybody is told it.
    pub(crate) fn said(&self) -> &str {
        match self.status.as_str() {
            "off" => "void",
            other => other,
        }
    }
}

/// A ticket of an event that was cancelled is `off`, also in a holder's record that does not say so yet.
const TICKET: &str = "SELECT ticket, event, holder, type, seat, issue, payment, price, currency,
    CASE WHEN status IN ('valid', 'used') AND EXISTS (SELECT 1 FROM events WHERE events.owner_did = tickets.event AND events.status = 'cancelled')
    THEN 'off' ELSE status END, at, used_at, door, text, signature, title, starts, type_name, timezone FROM tickets";

fn ticket_of(row: &Row<'_>) -> rusqlite::Result<Held> {
    Ok(Held {
        ticket: row.get(0)?,
        event: did(row, 1)?,
        holder: did(row, 2)?,
        kind: row.get(3)?,
        seat: row.get(4)?,
        issue: row.get(5)?,
        payment: row.get(6)?,
        price: row.get(7)?,
        currency: currency(row, 8)?,
        status: row.get(9)?,
        at: row.get(10)?,
        used_at: row.get(11)?,
        door: row.get(12)?,
        text: row.get(13)?,
        signature: row.get(14)?,
        title: row.get(15)?,
        starts: row.get(16)?,
        type_name: row.get(17)?,
        timezone: row.get(18)?,
    })
}

/// A ticket in somebody's log: the event's or the holder's.
pub(crate) fn ticket<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
    ticket: &str,
) -> rusqlite::Result<Option<Held>> {
    let sql = format!("{TICKET} WHERE owner_did = ?1 AND ticket = ?2");
    db.into().row(&sql, [owner, ticket], ticket_of)
}

/// Whether somebody was let in at an event before, by the event's log.
pub(crate) fn was_there<'a>(
    db: impl Into<Reader<'a>>,
    event: &str,
    holder: &str,
) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM tickets WHERE owner_did = ?1 AND holder = ?2 AND used_at IS NOT NULL";
    db.into().exists(sql, [event, holder])
}

/// Whether somebody holds a ticket of an event that counts.
pub(crate) fn has_valid(db: &Connection, holder: &str, event: &str) -> rusqlite::Result<bool> {
    // In a holder's own record a ticket becomes void a little after its event is cancelled.
    let sql =
        "SELECT 1 FROM tickets WHERE owner_did = ?1 AND event = ?2 AND status IN ('valid', 'used')
        AND NOT EXISTS (SELECT 1 FROM events WHERE owner_did = ?2 AND events.status = 'cancelled')";
    db.prepare_cached(sql)?.exists([holder, event])
}

/// Whether somebody has a ticket of an event that counts, or counted until it was cancelled.
pub(crate) fn comes(db: &Connection, holder: &str, event: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM tickets WHERE owner_did = ?1 AND event = ?2 AND (status IN ('valid', 'used')
        OR status = 'void' AND EXISTS (SELECT 1 FROM events WHERE owner_did = ?2 AND events.status = 'cancelled'))";
    db.prepare_cached(sql)?.exists([holder, event])
}

/// Everybody with a ticket of an event that counts, or counted until it was cancelled; at most so many.
pub(crate) fn holders(db: &Connection, event: &str, most: usize) -> rusqlite::Result<Vec<Did>> {
    let sql = "SELECT DISTINCT holder FROM tickets WHERE owner_did = ?1 AND event = ?1 AND status IN ('valid', 'used', 'off') LIMIT ?2";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    db.prepare_cached(sql)?
        .query_map(params![event, most], |row| rows::did(row, 0))?
        .collect()
}

/// The events that somebody organises or has a ticket for; also a ticket that an event took along when it was cancelled.
pub(crate) fn rooms_of(db: &Connection, who: &Did) -> rusqlite::Result<Vec<JoinedRoom>> {
    let held = "SELECT event, min(at) FROM tickets WHERE owner_did = ?1 AND holder = ?1 AND (status IN ('valid', 'used')
        OR status = 'void' AND EXISTS (SELECT 1 FROM events WHERE owner_did = event AND events.status = 'cancelled')) GROUP BY event";
    let organised = "SELECT owner_did, at FROM events WHERE organiser = ?1";
    let mut all = Vec::new();
    for (sql, role) in [(held, RoomRole::Member), (organised, RoomRole::Owner)] {
        let mut statement = db.prepare_cached(sql)?;
        let room = |row: &Row<'_>| {
            Ok(JoinedRoom {
                room: rows::did(row, 0)?,
                role,
                since_ms: row.get(1)?,
                read_ms: 0,
            })
        };
        all.extend(
            statement
                .query_map([who.as_str()], room)?
                .collect::<rusqlite::Result<Vec<_>>>()?,
        );
    }
    Ok(all)
}

/// The place that somebody holds at an event by a ticket that counts: the first, if they hold several.
pub(crate) fn seat_held(
    db: &Connection,
    holder: &str,
    event: &str,
) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT min(seat) FROM tickets WHERE owner_did = ?1 AND event = ?2 AND holder = ?1 AND status IN ('valid', 'used')
        AND NOT EXISTS (SELECT 1 FROM events WHERE owner_did = ?2 AND events.status = 'cancelled')";
    db.prepare_cached(sql)?
        .query_row([holder, event], |row| row.get(0))
}

/// The newest ticket of a place.
pub(crate) fn of_seat<'a>(
    db: impl Into<Reader<'a>>,
    event: &str,
    seat: &str,
) -> rusqlite::Result<Option<Held>> {
    // Named, since the planner would rather walk through all tickets of an event.
    let sql = format!(
        "{TICKET} INDEXED BY tickets_by_seat WHERE owner_did = ?1 AND seat = ?2 ORDER BY issue DESC LIMIT 1"
    );
    db.into().row(&sql, [event, seat], ticket_of)
}

/// The tickets that were bought with a payment, in an event's log.
pub(crate) fn of_payment<'a>(
    db: impl Into<Reader<'a>>,
    event: &str,
    payment: &str,
) -> rusqlite::Result<Vec<Held>> {
    let sql = format!("{TICKET} WHERE owner_did = ?1 AND payment = ?2 ORDER BY seat, issue");
    db.into().rows(&sql, [event, payment], ticket_of)
}

/// The payments for the tickets of an event that a person held until it was cancelled.
pub(crate) fn payments_of_holder(
    db: &Connection,
    holder: &str,
    event: &str,
) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT DISTINCT payment FROM tickets WHERE owner_did = ?1 AND holder = ?1 AND event = ?2 AND status <> 'passed'
        AND price > 0 AND payment IS NOT NULL ORDER BY payment";
    db.prepare_cached(sql)?
        .query_map([holder, event], |row| row.get(0))?
        .collect()
}

/// A payment of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bought {
    pub(crate) payment: String,
    /// Whether nobody has said yet that its tickets are void in their holders' records.
    pub(crate) is_open: bool,
}

/// The payments of an event, after one, in the order of their ids; or only those that are still open.
pub(crate) fn payments(
    db: &Connection,
    event: &str,
    only_open: bool,
    after: &str,
    limit: usize,
) -> rusqlite::Result<Vec<Bought>> {
    let sql = "SELECT payment, max(status IN ('valid', 'used', 'off')) AS open FROM tickets WHERE owner_did = ?1 AND payment > ?2
        GROUP BY payment HAVING open >= ?3 ORDER BY payment LIMIT ?4";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let read = |row: &Row<'_>| {
        Ok(Bought {
            payment: row.get(0)?,
            is_open: row.get(1)?,
        })
    };
    db.prepare_cached(sql)?
        .query_map(params![event, after, only_open, limit], read)?
        .collect()
}

/// A ticket that was entered in its holder's record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issue {
    /// The entry's offset.
    pub(crate) id: i64,
    pub(crate) holder: Did,
    pub(crate) ticket: String,
    payment: String,
}

impl Issue {
    /// Whether two came to somebody at once.
    pub(crate) fn is_of_one_sale(&self, other: &Self) -> bool {
        (&self.holder, &self.payment) == (&other.holder, &other.payment)
    }
}

/// Tickets that entries of this operation put into their holders' records after an offset, oldest first.
pub(crate) fn issued(
    db: &Connection,
    op: &str,
    after: i64,
    limit: usize,
) -> rusqlite::Result<Vec<Issue>> {
    let sql = "SELECT id, owner_did, ref, fact ->> 'payment' FROM entries
        WHERE id > ?1 AND op = ?2 AND owner_did = fact ->> 'holder' AND fact ->> 'payment' IS NOT NULL ORDER BY id LIMIT ?3";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let read = |row: &Row<'_>| {
        Ok(Issue {
            id: row.get(0)?,
            holder: did(row, 1)?,
            ticket: row.get(2)?,
            payment: row.get(3)?,
        })
    };
    db.prepare_cached(sql)?
        .query_map(params![after, op, limit], read)?
        .collect()
}

/// When the first refundable payment of an event arrived, in milliseconds.
pub(crate) fn first_paid<'a>(
    db: impl Into<Reader<'a>>,
    event: &str,
) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT min(at) FROM tickets WHERE owner_did = ?1 AND price > 0 AND payment IN
        (SELECT payment FROM tickets WHERE owner_did = ?1 AND status IN ('valid', 'used'))";
    let at = db.into().row(sql, [event], |row| row.get(0))?;
    Ok(at.flatten())
}

/// The events that a payment bought tickets of, by every event's record that says so: a payment's id is no proof.
pub(crate) fn events_of_payment(db: &Connection, payment: &str) -> rusqlite::Result<Vec<Did>> {
    let sql = "SELECT DISTINCT owner_did FROM tickets WHERE payment = ?1 AND owner_did = event ORDER BY owner_did";
    db.prepare_cached(sql)?
        .query_map([payment], |row| did(row, 0))?
        .collect()
}

/// The tickets in a log, newest first, and how many there are.
pub(crate) fn tickets(
    db: &Connection,
    owner: &str,
    limit: usize,
    offset: usize,
) -> rusqlite::Result<(Vec<Held>, u64)> {
    let total: i64 = db
        .prepare_cached("SELECT count(*) FROM tickets WHERE owner_did = ?1")?
        .query_row([owner], |row| row.get(0))?;
    let sql = format!("{TICKET} WHERE owner_did = ?1 ORDER BY at DESC, ticket LIMIT ?2 OFFSET ?3");
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let found = db
        .prepare_cached(&sql)?
        .query_map(params![owner, number(limit), number(offset)], ticket_of)?
        .collect::<Result<_, _>>()?;
    Ok((found, total.unsigned_abs()))
}

/// All tickets of an event, by place and issue: what a door keeps.
pub(crate) fn all_tickets(db: &Connection, event: &str) -> rusqlite::Result<Vec<Held>> {
    let sql = format!("{TICKET} WHERE owner_did = ?1 ORDER BY seat, issue");
    db.prepare_cached(&sql)?
        .query_map([event], ticket_of)?
        .collect()
}
