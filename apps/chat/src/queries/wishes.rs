//! What people chose for their conversations.

use imajin_ledger::Reader;
use rusqlite::Row;

/// What somebody chose for all conversations or for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wishes {
    pub(crate) requests: String,
    pub(crate) receipts: bool,
    pub(crate) presence: bool,
    pub(crate) mute: bool,
}

/// What somebody chose for a conversation, or for all with `""`; none if they said nothing about it.
pub(crate) fn wishes<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
    log: &str,
) -> rusqlite::Result<Option<Wishes>> {
    let sql =
        "SELECT requests, receipts, presence, mute FROM settings WHERE owner_did = ?1 AND log = ?2";
    let read = |row: &Row<'_>| {
        Ok(Wishes {
            requests: row.get(0)?,
            receipts: row.get(1)?,
            presence: row.get(2)?,
            mute: row.get(3)?,
        })
    };
    db.into().row(sql, [owner, log], read)
}
