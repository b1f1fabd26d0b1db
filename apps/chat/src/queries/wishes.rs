//! Queries about people's settings for their conversations.

use imajin_ledger::{Reader, read_fields};
use imajin_protocol::Did;
use rusqlite::Result;

/// A person's settings for all conversations or for one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wishes {
    pub(crate) requests: String,
    pub(crate) receipts: bool,
    pub(crate) presence: bool,
    pub(crate) mute: bool,
}

read_fields!(Wishes: requests, receipts, presence, mute);

/// Returns a person's settings for a conversation, or for all with `""`; `None` without any.
pub(crate) fn wishes(db: Reader<'_>, owner: &Did, log: &str) -> Result<Option<Wishes>> {
    let sql =
        "SELECT requests, receipts, presence, mute FROM settings WHERE owner_did = ?1 AND log = ?2";
    db.row(sql, [owner.as_str(), log], Wishes::read)
}
