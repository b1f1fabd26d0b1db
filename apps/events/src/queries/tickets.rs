//! Queries of tickets and of the payments that bought them.

use imajin_app::{FromRow, JoinedRoom, RoomRole, Zone};
use imajin_dfos::hex;
use imajin_ledger::Reader;
use imajin_ledger::rows::did;
use imajin_protocol::{Currency, Did};
use rusqlite::{Result, params};

use super::{count, limit};
use crate::ticket::Ticket;

/// A ticket in the log of its event or of its holder.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct TicketRow {
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
    /// The event's title when the ticket was issued, like the three fields after it.
    pub(crate) title: Option<String>,
    pub(crate) starts: Option<i64>,
    pub(crate) type_name: Option<String>,
    pub(crate) timezone: Option<String>,
}

impl TicketRow {
    /// Whether the ticket is valid or was used.
    pub(crate) fn counts(&self) -> bool {
        matches!(self.status.as_str(), "valid" | "used")
    }

    /// Returns the time zone that the event named when the ticket was issued, or the node's.
    pub(crate) fn zone(&self) -> Zone {
        self.timezone.as_deref().and_then(Zone::find).unwrap_or_else(Zone::home)
    }

    /// Whether the event was cancelled and the ticket still has to be refunded.
    pub(crate) fn is_off(&self) -> bool {
        self.status == "off"
    }

    /// Whether a cancellation would still refund the ticket.
    pub(crate) fn is_open(&self) -> bool {
        self.counts() || self.is_off()
    }

    /// Returns the compact form for the QR code, if the ticket's text is known.
    pub(crate) fn code(&self) -> Option<String> {
        let ticket = Ticket::parse(self.text.as_deref()?).ok()?;
        let signature: [u8; 64] = hex::decode(self.signature.as_deref()?)?.try_into().ok()?;
        ticket.code(&signature).ok()
    }

    /// Returns the status as shown to people: `off` is shown as `void`.
    pub(crate) fn shown_status(&self) -> &str {
        match self.status.as_str() {
            "off" => "void",
            other => other,
        }
    }
}

/// Reads tickets. A ticket of a cancelled event is `off`, even in a holder's record that doesn't have that entry yet.
const TICKET: &str = "SELECT ticket, event, holder, type, seat, issue, payment, price, currency,
    CASE WHEN status IN ('valid', 'used') AND EXISTS (SELECT 1 FROM events WHERE events.owner_did = tickets.event AND events.status = 'cancelled')
    THEN 'off' ELSE status END, at, used_at, door, text, signature, title, starts, type_name, timezone FROM tickets";

/// Returns a ticket in the log of an event or of a holder.
pub(crate) fn ticket(db: Reader<'_>, owner: &str, ticket: &str) -> Result<Option<TicketRow>> {
    let sql = format!("{TICKET} WHERE owner_did = ?1 AND ticket = ?2");
    db.row(&sql, [owner, ticket], TicketRow::read)
}

/// Whether a person was let in at an event before, according to the event's log.
pub(crate) fn was_there(db: Reader<'_>, event: &str, holder: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM tickets WHERE owner_did = ?1 AND holder = ?2 AND used_at IS NOT NULL";
    db.exists(sql, [event, holder])
}

/// Whether a person holds a valid or used ticket of an event that wasn't cancelled.
pub(crate) fn has_valid(db: Reader<'_>, holder: &str, event: &str) -> Result<bool> {
    // In a holder's own record a ticket becomes void some time after its event was cancelled.
    let sql =
        "SELECT 1 FROM tickets WHERE owner_did = ?1 AND event = ?2 AND status IN ('valid', 'used')
        AND NOT EXISTS (SELECT 1 FROM events WHERE owner_did = ?2 AND events.status = 'cancelled')";
    db.exists(sql, [holder, event])
}

/// Whether a person holds a valid or used ticket of an event, or did until the event was cancelled.
pub(crate) fn attends(db: Reader<'_>, holder: &str, event: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM tickets WHERE owner_did = ?1 AND event = ?2 AND (status IN ('valid', 'used')
        OR status = 'void' AND EXISTS (SELECT 1 FROM events WHERE owner_did = ?2 AND events.status = 'cancelled'))";
    db.exists(sql, [holder, event])
}

/// Returns the people with a valid or used ticket of an event, or with one until it was cancelled; at most `most`.
pub(crate) fn holders(db: Reader<'_>, event: &str, most: usize) -> Result<Vec<Did>> {
    // Once its money is back, a ticket of a cancelled event is void like one that was returned before: the entry tells.
    let sql = "SELECT DISTINCT holder FROM tickets WHERE owner_did = ?1 AND event = ?1 AND (status IN ('valid', 'used', 'off')
        OR status = 'void' AND ticket IN (SELECT ref FROM entries WHERE owner_did = ?1 AND op = 'events.voided' AND fact ->> 'off' = 1)) LIMIT ?2";
    db.rows(sql, params![event, limit(most)], |row| did(row, 0))
}

/// Returns the events that a person organises or has a ticket for, including cancelled events.
pub(crate) fn rooms_of(db: Reader<'_>, who: &Did) -> Result<Vec<JoinedRoom>> {
    let held = "SELECT event, min(at) FROM tickets WHERE owner_did = ?1 AND holder = ?1 AND (status IN ('valid', 'used')
        OR status = 'void' AND EXISTS (SELECT 1 FROM events WHERE owner_did = event AND events.status = 'cancelled')) GROUP BY event";
    let organised = "SELECT owner_did, at FROM events WHERE organiser = ?1";
    let mut all = Vec::new();
    for (sql, role) in [(held, RoomRole::Member), (organised, RoomRole::Owner)] {
        all.extend(db.rows(sql, [who.as_str()], |row| {
            Ok(JoinedRoom { room: did(row, 0)?, role, since_ms: row.get(1)?, read_ms: 0 })
        })?);
    }
    Ok(all)
}

/// Returns the seat by which a person who has a valid or used ticket answers for an event: the first that they got and didn't pass
/// on, also if that ticket was refunded since, so that another ticket does not answer again.
pub(crate) fn seat_held(db: Reader<'_>, holder: &str, event: &str) -> Result<Option<String>> {
    let held = "FROM tickets WHERE owner_did = ?1 AND event = ?2 AND holder = ?1 AND status IN";
    let sql = format!(
        "SELECT seat {held} ('valid', 'used', 'void') AND EXISTS (SELECT 1 {held} ('valid', 'used'))
        AND NOT EXISTS (SELECT 1 FROM events WHERE owner_did = ?2 AND events.status = 'cancelled') ORDER BY at, seat LIMIT 1"
    );
    db.row(&sql, [holder, event], |row| row.get(0))
}

/// Returns the newest ticket of a seat.
pub(crate) fn of_seat(db: Reader<'_>, event: &str, seat: &str) -> Result<Option<TicketRow>> {
    // Force the index: the planner would scan all tickets of the event.
    let sql = format!(
        "{TICKET} INDEXED BY tickets_by_seat WHERE owner_did = ?1 AND seat = ?2 ORDER BY issue DESC LIMIT 1"
    );
    db.row(&sql, [event, seat], TicketRow::read)
}

/// Returns the tickets that a payment bought, in the event's log.
pub(crate) fn of_payment(db: Reader<'_>, event: &str, payment: &str) -> Result<Vec<TicketRow>> {
    let sql = format!("{TICKET} WHERE owner_did = ?1 AND payment = ?2 ORDER BY seat, issue");
    db.rows(&sql, [event, payment], TicketRow::read)
}

/// Returns the payments for the tickets that a person held until an event was cancelled.
pub(crate) fn payments_of_holder(db: Reader<'_>, holder: &str, event: &str) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT payment FROM tickets WHERE owner_did = ?1 AND holder = ?1 AND event = ?2 AND status <> 'passed'
        AND price > 0 AND payment IS NOT NULL ORDER BY payment";
    db.rows(sql, [holder, event], |row| row.get(0))
}

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct TicketPayment {
    pub(crate) payment: String,
    /// Whether any of its tickets still has to become void in the holder's record.
    pub(crate) is_open: bool,
}

/// Returns the payments of an event whose ids come after `after`, in the order of their ids; optionally only open ones.
pub(crate) fn payments(
    db: Reader<'_>,
    event: &str,
    only_open: bool,
    after: &str,
    most: usize,
) -> Result<Vec<TicketPayment>> {
    let sql = "SELECT payment, max(status IN ('valid', 'used', 'off')) AS open FROM tickets WHERE owner_did = ?1 AND payment > ?2
        GROUP BY payment HAVING open >= ?3 ORDER BY payment LIMIT ?4";
    db.rows(sql, params![event, after, only_open, limit(most)], TicketPayment::read)
}

/// A ticket entered in its holder's record.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Issue {
    /// The offset of the entry.
    pub(crate) id: i64,
    pub(crate) holder: Did,
    pub(crate) ticket: String,
    payment: String,
}

impl Issue {
    /// Whether two tickets have the same holder and the same payment.
    pub(crate) fn is_of_one_sale(&self, other: &Self) -> bool {
        (&self.holder, &self.payment) == (&other.holder, &other.payment)
    }
}

/// Returns tickets that entries of this operation added to their holders' records after an offset, oldest first.
pub(crate) fn issued(db: Reader<'_>, op: &str, after: i64, most: usize) -> Result<Vec<Issue>> {
    let sql = "SELECT id, owner_did, ref, fact ->> 'payment' FROM entries
        WHERE id > ?1 AND op = ?2 AND owner_did = fact ->> 'holder' AND fact ->> 'payment' IS NOT NULL ORDER BY id LIMIT ?3";
    db.rows(sql, params![after, op, limit(most)], Issue::read)
}

/// Returns the time of the first refundable payment of an event, in milliseconds.
pub(crate) fn first_paid(db: Reader<'_>, event: &str) -> Result<Option<i64>> {
    let sql = "SELECT min(at) FROM tickets WHERE owner_did = ?1 AND price > 0 AND payment IN
        (SELECT payment FROM tickets WHERE owner_did = ?1 AND status IN ('valid', 'used'))";
    Ok(db.row(sql, [event], |row| row.get(0))?.flatten())
}

/// Returns the events of which a payment bought tickets, according to any event's record. A payment's id proves
/// nothing.
pub(crate) fn events_of_payment(db: Reader<'_>, payment: &str) -> Result<Vec<Did>> {
    let sql = "SELECT DISTINCT owner_did FROM tickets WHERE payment = ?1 AND owner_did = event ORDER BY owner_did";
    db.rows(sql, [payment], |row| did(row, 0))
}

/// Returns a page of the tickets in a log, newest first, and their total number.
pub(crate) fn tickets(
    db: Reader<'_>,
    owner: &str,
    most: usize,
    offset: usize,
) -> Result<(Vec<TicketRow>, u64)> {
    let total = count(db, "SELECT count(*) FROM tickets WHERE owner_did = ?1", [owner])?;
    let sql = format!("{TICKET} WHERE owner_did = ?1 ORDER BY at DESC, ticket LIMIT ?2 OFFSET ?3");
    Ok((db.rows(&sql, params![owner, limit(most), limit(offset)], TicketRow::read)?, total))
}

/// Returns the first valid and used tickets of an event, at most `most`, and the number of all.
pub(crate) fn coming(db: Reader<'_>, event: &str, most: usize) -> Result<(Vec<TicketRow>, u64)> {
    let which = "owner_did = ?1 AND event = ?1 AND status IN ('valid', 'used')";
    let sql = format!("SELECT count(*) FROM tickets WHERE {which}");
    let total = count(db, &sql, [event])?;
    let sql = format!("{TICKET} WHERE {which} ORDER BY at, ticket LIMIT ?2");
    Ok((db.rows(&sql, params![event, limit(most)], TicketRow::read)?, total))
}

/// Returns all tickets of an event, by seat and issue, for the door.
pub(crate) fn all_tickets(db: Reader<'_>, event: &str) -> Result<Vec<TicketRow>> {
    let sql = format!("{TICKET} WHERE owner_did = ?1 ORDER BY seat, issue");
    db.rows(&sql, [event], TicketRow::read)
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::projection::PROJECTION;

    #[test]
    fn another_ticket_does_not_change_the_seat_that_answers() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(PROJECTION.schema).unwrap();
        let [event, holder] = [1, 2].map(|n| Did::from_key(&[n; 32]));
        let (event, holder) = (event.as_str(), holder.as_str());
        let held = || seat_held((&db).into(), holder, event).unwrap();
        assert_eq!(held(), None);
        for (at, seat) in [(1, "bb"), (2, "aa")] {
            let sql = "INSERT INTO tickets VALUES (?1, ?3, ?2, ?1, 1, ?3, 1, NULL, 0, 'CHF', 'valid', ?4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)";
            db.execute(sql, params![holder, event, seat, at]).unwrap();
            assert_eq!(held().as_deref(), Some("bb"));
        }
        let sql = "UPDATE tickets SET status = 'passed' WHERE seat = 'bb'";
        db.execute(sql, []).unwrap();
        assert_eq!(held().as_deref(), Some("aa"));
    }
}
