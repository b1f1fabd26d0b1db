//! Queries of the tables.

use imajin_app::notices::About;
use imajin_app::operation::Choice;
use imajin_app::{FromRow, RoomRole};
use imajin_ledger::Reader;
use imajin_ledger::rows::{Column, first, pair};
use imajin_log::Seq;
use imajin_protocol::Did;
use rusqlite::{Result, Row, params};

use crate::fields::Mail;
use crate::manifest::MANIFEST;

imajin_app::read_tables!(MANIFEST);

/// A person's mark: how far they looked, by their record.
#[derive(Debug, Clone, Copy, FromRow)]
pub(crate) struct Mark {
    /// Everything until then, in milliseconds.
    pub(crate) upto: i64,
    /// When it was entered.
    pub(crate) at: i64,
}

/// Returns the newest mark of a person.
pub(crate) fn mark(db: Reader<'_>, owner: &Did) -> Result<Option<Mark>> {
    db.row("SELECT upto, at FROM seen WHERE owner_did = ?1", [owner.as_str()], Mark::read)
}

/// The recipients of a notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum Whom {
    /// A person.
    Person,
    /// All members of a conversation.
    Everybody,
    /// The conversation's admins and owner.
    Leaders,
    /// One person in it: `NoticeRow::who`.
    Somebody,
}

impl Whom {
    /// The lowest role in a conversation that receives the notice.
    pub(crate) fn least(self) -> RoomRole {
        match self {
            Self::Leaders => RoomRole::Admin,
            Self::Person | Self::Everybody | Self::Somebody => RoomRole::Reader,
        }
    }
}

/// A notice, as it is kept.
#[derive(Debug, Clone, FromRow)]
pub(crate) struct NoticeRow {
    /// The log of its entry, and the entry's place there.
    pub(crate) log: Did,
    pub(crate) seq: u64,
    /// The entry's offset.
    pub(crate) id: i64,
    pub(crate) at: i64,
    pub(crate) to: Did,
    pub(crate) whom: Whom,
    pub(crate) about: About,
    pub(crate) reference: Option<String>,
    pub(crate) urgent: bool,
    pub(crate) op: String,
    pub(crate) author: Did,
    /// For a notice in a conversation: its only recipient, if it has one.
    pub(crate) who: Option<Did>,
}

const KEPT: &str =
    "owner_did, seq, place >> 8, at, to_did, whom, about, ref, urgent, op, author, who";

/// A selection of notices of a person or a conversation. A notice for a whole conversation is left out if the same entry has one
/// for the person by name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Of<'a> {
    /// The person or the conversation.
    pub(crate) to: &'a Did,
    /// The person who asks: what they did themselves in a conversation is left out.
    pub(crate) me: &'a Did,
    pub(crate) leads: bool,
    /// Nothing that happened earlier, or at that moment.
    pub(crate) after: i64,
    /// Nothing from this place on: the time and the offset.
    pub(crate) before: (i64, i64),
}

const OF: &str = "to_did = ?1 AND at > ?2 AND (at, place >> 8) < (?3, ?4)
    AND (whom = 'person' OR author <> ?5) AND (whom <> 'leaders' OR ?6) AND instr(?7, about || ' ') = 0
    AND coalesce(who, ?5) = ?5 AND (who IS NOT NULL OR NOT EXISTS (
        SELECT 1 FROM notices own WHERE own.place BETWEEN notices.place & ~255 AND notices.place | 255 AND own.who = ?5))";

/// The newest of them, without these kinds: words with a blank after each.
pub(crate) fn newest(
    db: Reader<'_>,
    of: Of<'_>,
    without: &str,
    limit: usize,
) -> Result<Vec<NoticeRow>> {
    select(db, KEPT, of, (without, limit), NoticeRow::read)
}

/// A notice, as far as counting needs it.
#[derive(Debug, FromRow)]
pub(crate) struct Brief {
    pub(crate) op: String,
    pub(crate) at: i64,
    pub(crate) about: About,
}

/// The newest of them in brief, at most `limit`.
pub(crate) fn brief(db: Reader<'_>, of: Of<'_>, without: &str, limit: usize) -> Result<Vec<Brief>> {
    select(db, "op, at, about", of, (without, limit), Brief::read)
}

fn select<T>(
    db: Reader<'_>,
    columns: &str,
    of: Of<'_>,
    (without, limit): (&str, usize),
    read: impl FnMut(&Row<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let sql =
        format!("SELECT {columns} FROM notices WHERE {OF} ORDER BY at DESC, place DESC LIMIT ?8");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let params = params![
        of.to.as_str(),
        of.after,
        of.before.0,
        of.before.1,
        of.me.as_str(),
        of.leads,
        without,
        limit
    ];
    db.rows(&sql, params, read)
}

/// The notices after an offset, in the node's order.
pub(crate) fn after(db: Reader<'_>, id: i64, limit: usize) -> Result<Vec<NoticeRow>> {
    let sql =
        format!("SELECT {KEPT} FROM notices WHERE place >= (?1 + 1) << 8 ORDER BY place LIMIT ?2");
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    db.rows(&sql, params![id, limit], NoticeRow::read)
}

/// The notices of an entry, made at `at`, to a person or a conversation.
pub(crate) fn of_entry(
    db: Reader<'_>,
    (log, seq): (&Did, u64),
    (to, at): (&Did, i64),
) -> Result<Vec<NoticeRow>> {
    let sql = format!(
        "SELECT {KEPT} FROM notices WHERE to_did = ?1 AND at = ?2 AND owner_did = ?3 AND seq = ?4 ORDER BY place"
    );
    db.rows(&sql, params![to.as_str(), at, log.as_str(), Seq(seq)], NoticeRow::read)
}

/// Returns the people and conversations with a notice since a time.
pub(crate) fn told_since(db: Reader<'_>, since: i64) -> Result<Vec<(Did, Whom)>> {
    db.rows("SELECT DISTINCT to_did, whom FROM notices WHERE at > ?1", [since], pair)
}

/// The offset of the newest notice; 0 where there is none.
pub(crate) fn newest_id(db: Reader<'_>) -> Result<i64> {
    Ok(db.row("SELECT coalesce(max(place) >> 8, 0) FROM notices", [], first)?.unwrap_or(0))
}

/// A person's choice for one kind, or for all if the kind is empty.
#[derive(Debug, Clone, Default)]
pub(crate) struct WishRow {
    pub(crate) page: Option<bool>,
    pub(crate) push: Option<bool>,
    pub(crate) mail: Option<Mail>,
    pub(crate) quiet: Option<(i64, i64)>,
    pub(crate) zone: Option<String>,
}

/// Returns a person's choices, by kind.
pub(crate) fn wishes(db: Reader<'_>, owner: &Did) -> Result<Vec<(String, WishRow)>> {
    let sql = "SELECT kind, page, push, mail, quiet_from, quiet_to, zone FROM wishes WHERE owner_did = ?1 ORDER BY kind";
    db.rows(sql, [owner.as_str()], |row| {
        let (from, to): (Option<i64>, Option<i64>) = (row.get(4)?, row.get(5)?);
        let wish = WishRow {
            page: row.get(1)?,
            push: row.get(2)?,
            mail: Column::read(row, 3)?,
            quiet: from.zip(to),
            zone: row.get(6)?,
        };
        Ok((row.get(0)?, wish))
    })
}
