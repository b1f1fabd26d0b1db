//! Queries of the tables.

mod events;
mod places;
mod sales;
mod tickets;

use imajin_ledger::Reader;
use rusqlite::{Params, Result};

use crate::manifest::MANIFEST;

pub(crate) use events::{
    Event, Kind, Sight, Which, circles, closing, event, find, has_event, kind, kinds, list, public,
};
pub(crate) use places::{
    ASKED, HOLD_PREFIX, Hold, Offer, Open, Waiting, asks, events_moving_up, hold, holds_of_payment,
    moving_up, offered, open, taken_free,
};
pub(crate) use sales::{EventSales, sold};
pub(crate) use tickets::{
    Issue, TicketPayment, TicketRow, all_tickets, attends, coming, events_of_payment, first_paid,
    has_valid, holders, issued, of_payment, of_seat, payments, payments_of_holder, rooms_of,
    seat_held, ticket, tickets, was_there,
};

imajin_app::read_tables!(MANIFEST);

/// Returns the offset of the newest entry, or 0.
pub(crate) fn newest_entry(db: Reader<'_>) -> Result<i64> {
    Ok(db.row("SELECT max(id) FROM entries", [], |row| row.get(0))?.flatten().unwrap_or(0))
}

/// Returns the number that a `SELECT count(*)` gives.
fn count(db: Reader<'_>, sql: &str, params: impl Params) -> Result<u64> {
    let number: Option<i64> = db.row(sql, params, |row| row.get(0))?;
    Ok(number.unwrap_or(0).unsigned_abs())
}

/// Returns a number of rows for SQLite.
fn limit(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
