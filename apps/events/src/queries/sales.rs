//! Queries of an organiser's recent sales.

use imajin_ledger::rows;
use imajin_protocol::Did;
use rusqlite::{Connection, Row, params};

/// The tickets of an event that were sold in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct EventSales {
    pub(crate) event: Did,
    pub(crate) count: i64,
    /// The time of the newest sale, in milliseconds.
    pub(crate) newest: i64,
}

/// Returns the tickets that an organiser sold to others after `since` (milliseconds), by event, the newest sale first.
/// A seat that was passed on counts once, and void tickets don't count.
pub(crate) fn sold(
    db: &Connection,
    organiser: &str,
    since: i64,
    most: usize,
) -> rusqlite::Result<Vec<EventSales>> {
    let sql = "SELECT events.owner_did, count(*), max(tickets.at) FROM events JOIN tickets ON tickets.owner_did = events.owner_did
        WHERE events.organiser = ?1 AND tickets.issue = 1 AND tickets.at > ?2 AND tickets.holder <> ?1 AND tickets.status IN ('valid', 'used', 'passed')
        GROUP BY events.owner_did ORDER BY 3 DESC, 1 LIMIT ?3";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let read_sales = |row: &Row<'_>| {
        Ok(EventSales {
            event: rows::did(row, 0)?,
            count: row.get(1)?,
            newest: row.get(2)?,
        })
    };
    db.prepare_cached(sql)?
        .query_map(params![organiser, since, most], read_sales)?
        .collect()
}
