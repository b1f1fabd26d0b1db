//! Queries about people's settings for their conversations.

use imajin_ledger::Reader;
use rusqlite::Row;

/// A person's settings for all conversations or for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wishes {
    pub(crate) requests: String,
    pub(crate) receipts: bool,
    pub(crate) presence: bool,
    pub(crate) mute: bool,
}

/// Returns a person's settings for a conversation, or for all with `""`; `None` without any.
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
