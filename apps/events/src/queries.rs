//! Queries of the tables.

mod events;
mod places;
mod sales;
mod tickets;

use imajin_ledger::rows::{currency, did};
use rusqlite::Connection;
use serde_json::Value as Json;

pub(crate) use events::{
    Event, Kind, Sight, Which, circles, closing, event, find, has_event, kind, kinds, list, public,
};
pub(crate) use places::{
    ASKED, HOLD_PREFIX, Hold, Open, asks, hold, holds_of_payment, open, taken_free,
};
pub(crate) use sales::{EventSales, sold};
pub(crate) use tickets::{
    Issue, TicketPayment, TicketRow, all_tickets, attends, events_of_payment, first_paid,
    has_valid, holders, issued, of_payment, of_seat, payments, payments_of_holder, rooms_of,
    seat_held, ticket, tickets, was_there,
};

/// Returns the offset of the newest entry, or 0.
pub(crate) fn newest_entry(db: &Connection) -> rusqlite::Result<i64> {
    let sql = "SELECT coalesce(max(id), 0) FROM entries";
    db.prepare_cached(sql)?.query_row([], |row| row.get(0))
}

/// Parses a JSON column that the projection wrote.
fn json(text: Option<String>) -> Json {
    text.and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default()
}
