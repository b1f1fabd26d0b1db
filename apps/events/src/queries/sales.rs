//! Queries of an organiser's recent sales.

use imajin_app::FromRow;
use imajin_ledger::Reader;
use imajin_protocol::Did;
use rusqlite::{Result, params};

use super::limit;

/// The tickets of an event that were sold in a period.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct EventSales {
    pub(crate) event: Did,
    pub(crate) count: i64,
    /// The time of the newest sale, in milliseconds.
    pub(crate) newest: i64,
}

/// Returns the tickets that an organiser sold to others after `since` (milliseconds), by event, the newest sale first.
/// A seat that was passed on counts once, and void tickets don't count.
pub(crate) fn sold(
    db: Reader<'_>,
    organiser: &str,
    since: i64,
    most: usize,
) -> Result<Vec<EventSales>> {
    let sql = "SELECT events.owner_did, count(*), max(tickets.at) FROM events JOIN tickets ON tickets.owner_did = events.owner_did
        WHERE events.organiser = ?1 AND tickets.issue = 1 AND tickets.at > ?2 AND tickets.holder <> ?1 AND tickets.status IN ('valid', 'used', 'passed')
        GROUP BY events.owner_did ORDER BY 3 DESC, 1 LIMIT ?3";
    db.rows(sql, params![organiser, since, limit(most)], EventSales::read)
}
