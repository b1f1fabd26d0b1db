//! All entries of this service.

use imajin_protocol::Did;
use rusqlite::{Connection, Row};
use serde_json::Value as Json;

use super::json;

/// The offset of the newest entry; 0 where there is none.
pub(crate) fn newest_entry(db: &Connection) -> rusqlite::Result<i64> {
    let sql = "SELECT coalesce(max(id), 0) FROM entries";
    db.prepare_cached(sql)?.query_row([], |row| row.get(0))
}

/// An entry of this service in somebody's log.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) at: i64,
    pub(crate) op: String,
    pub(crate) reference: Option<String>,
    pub(crate) fact: Json,
    pub(crate) body: Json,
}

/// All entries of somebody's log, in its order.
pub(crate) fn entries(db: &Connection, of: &Did) -> rusqlite::Result<Vec<Entry>> {
    let sql = "SELECT at, op, ref, fact, body FROM entries WHERE owner_did = ?1 ORDER BY seq";
    let read = |row: &Row<'_>| {
        Ok(Entry {
            at: row.get(0)?,
            op: row.get(1)?,
            reference: row.get(2)?,
            fact: json(row.get(3)?),
            body: json(row.get(4)?),
        })
    };
    db.prepare_cached(sql)?
        .query_map([of.as_str()], read)?
        .collect()
}
