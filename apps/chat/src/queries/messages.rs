//! Queries about messages.
//!
//! Always: queries that do not go by place name their index. The table is in the order of places, and SQLite would
//! rather scan it from end to end than sort the few rows that an index finds.

use std::collections::HashMap;

use imajin_app::FromRow;
use imajin_ledger::Reader;
use imajin_ledger::rows::{first, pair};
use imajin_protocol::Did;
use rusqlite::{Result, params};

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct MessageRow {
    pub(crate) seq: u64,
    pub(crate) id: String,
    pub(crate) author: Did,
    pub(crate) at: i64,
    pub(crate) epoch: u64,
    pub(crate) re: Option<String>,
    pub(crate) is_there: bool,
    pub(crate) is_hidden: bool,
    pub(crate) said: Option<String>,
    pub(crate) body: Option<String>,
}

const MESSAGE: &str =
    "SELECT seq, id, author, at, epoch, re, is_there, is_hidden, said, body FROM messages";
const BY_ID: &str = "INDEXED BY messages_by_id";
const BY_RE: &str = "INDEXED BY messages_by_re";

pub(crate) fn message(db: Reader<'_>, log: &Did, id: &str) -> Result<Option<MessageRow>> {
    let sql = format!("{MESSAGE} {BY_ID} WHERE owner_did = ?1 AND id = ?2 ORDER BY seq LIMIT 1");
    db.row(&sql, [log.as_str(), id], MessageRow::read)
}

/// Messages before a place, the newest first, without those that change others. What an erased one was, nothing says any more: it changed
/// another if it was quiet.
pub(crate) fn messages_before(
    db: Reader<'_>,
    log: &Did,
    before: u64,
    limit: usize,
) -> Result<Vec<MessageRow>> {
    let sql = format!(
        "{MESSAGE} WHERE owner_did = ?1 AND seq < ?2 AND iif(said IS NULL, is_there OR NOT quiet, said NOT IN ('edit', 'reaction', 'reaction.end'))
         ORDER BY seq DESC LIMIT ?3"
    );
    let before = i64::try_from(before).unwrap_or(i64::MAX);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    db.rows(&sql, params![log.as_str(), before, limit], MessageRow::read)
}

/// Returns the places of a person's readable messages that bring a file.
pub(crate) fn with_file(db: Reader<'_>, log: &Did, author: &Did, cid: &str) -> Result<Vec<u64>> {
    let sql = "SELECT seq FROM messages INDEXED BY messages_with_file
        WHERE owner_did = ?1 AND body ->> '$.media.cid' = ?2 AND said IN ('media', 'voice') AND author = ?3";
    db.rows(sql, [log.as_str(), cid, author.as_str()], first)
}

/// Returns the edits and reactions of a message, in order.
pub(crate) fn annotations(db: Reader<'_>, log: &Did, id: &str) -> Result<Vec<MessageRow>> {
    let sql = format!(
        "{MESSAGE} {BY_RE} WHERE owner_did = ?1 AND re = ?2 AND said IN ('edit', 'reaction', 'reaction.end') ORDER BY seq"
    );
    db.rows(&sql, [log.as_str(), id], MessageRow::read)
}

/// Returns the time of a person's last message in a conversation, in milliseconds; `None` without one.
pub(crate) fn said_at(db: Reader<'_>, log: &Did, did: &Did) -> Result<Option<i64>> {
    let sql = "SELECT said_at FROM places WHERE owner_did = ?1 AND did = ?2";
    Ok(db.row(sql, [log.as_str(), did.as_str()], first)?.flatten())
}

/// Returns the time of the newest message that a person has read, in milliseconds, by conversation.
pub(crate) fn read_by(db: Reader<'_>, me: &Did) -> Result<HashMap<String, Option<i64>>> {
    let sql = "SELECT log, (SELECT at FROM messages m WHERE m.owner_did = reads.log AND m.seq <= reads.seq ORDER BY m.seq DESC LIMIT 1)
        FROM reads WHERE owner_did = ?1";
    Ok(db.rows(sql, [me.as_str()], pair)?.into_iter().collect())
}

/// Returns the number of unread messages by others, up to a hundred: those since the reader came in, who sees none from before.
pub(crate) fn unread(db: Reader<'_>, log: &Did, me: &Did) -> Result<u64> {
    let sql = "SELECT count(*) FROM (SELECT 1 FROM messages WHERE owner_did = ?1 AND author <> ?2 AND quiet = 0 AND is_there AND NOT is_hidden
        AND seq > coalesce((SELECT seq FROM reads WHERE owner_did = ?2 AND log = ?1), 0)
        AND seq > coalesce((SELECT from_seq FROM members WHERE owner_did = ?1 AND did = ?2 AND until_seq IS NULL), 0) LIMIT 100)";
    Ok(db.row(sql, [log.as_str(), me.as_str()], first)?.unwrap_or(0))
}

/// The places of messages that were hidden.
pub(crate) fn hidden(db: Reader<'_>, log: &Did) -> Result<Vec<u64>> {
    let sql =
        "SELECT seq FROM messages INDEXED BY messages_hidden WHERE owner_did = ?1 AND is_hidden";
    db.rows(sql, [log.as_str()], first)
}

/// Returns the time at which an author deleted a message, or all of theirs.
pub(crate) fn deleted_at(db: Reader<'_>, author: &Did, log: &Did, id: &str) -> Result<Option<i64>> {
    let sql = "SELECT at FROM deletions WHERE owner_did = ?1 AND log = ?2 AND id IN (?3, '') ORDER BY id DESC LIMIT 1";
    db.row(sql, [author.as_str(), log.as_str(), id], first)
}

/// Somebody's own reactions with these words to a message, that they did not end: of two taps at once there are two.
pub(crate) fn own_reactions(
    db: Reader<'_>,
    (log, id): (&Did, &str),
    me: &Did,
    text: &str,
) -> Result<Vec<String>> {
    let sql = "SELECT m.id FROM messages m INDEXED BY messages_by_re WHERE m.owner_did = ?1 AND m.re = ?2 AND m.author = ?3 AND m.said = 'reaction' AND m.body ->> 'text' = ?4
        AND NOT EXISTS (SELECT 1 FROM messages e INDEXED BY messages_by_re WHERE e.owner_did = ?1 AND e.re = m.id AND e.said = 'reaction.end') ORDER BY m.seq DESC";
    db.rows(sql, [log.as_str(), id, me.as_str(), text], first)
}
