//! Queries of the tables, for decisions and for routes. Queries about messages are in `messages`, those about people's
//! settings in `wishes`.

mod messages;
mod wishes;

use imajin_app::operation::Choice;
use imajin_dfos::Timestamp;
use imajin_ledger::Reader;
use imajin_protocol::Did;
use rusqlite::{Row, params};

use crate::fields::{Kind, Role};

pub(crate) use messages::*;
pub(crate) use wishes::{Wishes, wishes};

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) log: Did,
    pub(crate) name: Did,
    pub(crate) kind: Kind,
    pub(crate) of: Option<Did>,
    pub(crate) is_sealed: bool,
    pub(crate) is_accepted: bool,
    pub(crate) turns: u64,
    pub(crate) epoch: u64,
    pub(crate) epoch_seq: u64,
    pub(crate) last_seq: u64,
    pub(crate) last_at: i64,
    pub(crate) offered: Option<String>,
}

const ROOM: &str = "SELECT owner_did, name, kind, of_did, sealed, accepted, turns, epoch, epoch_seq, last_seq, last_at, offered FROM rooms";

impl Room {
    fn read(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let did = |n| Ok::<_, rusqlite::Error>(Did::parse(&row.get::<_, String>(n)?).ok());
        let (Some(log), Some(name)) = (did(0)?, did(1)?) else {
            return Ok(None);
        };
        let Some(kind) = Kind::from_name(&row.get::<_, String>(2)?) else {
            return Ok(None);
        };
        let of: Option<String> = row.get(3)?;
        let number = |n| Ok::<_, rusqlite::Error>(row.get::<_, i64>(n)?.unsigned_abs());
        Ok(Some(Self {
            log,
            name,
            kind,
            of: of.and_then(|of| Did::parse(&of).ok()),
            is_sealed: row.get(4)?,
            is_accepted: row.get(5)?,
            turns: number(6)?,
            epoch: number(7)?,
            epoch_seq: number(8)?,
            last_seq: number(9)?,
            last_at: row.get(10)?,
            offered: row.get(11)?,
        }))
    }
}

/// The conversation of a log.
pub(crate) fn room<'a>(db: impl Into<Reader<'a>>, log: &str) -> rusqlite::Result<Option<Room>> {
    let sql = format!("{ROOM} WHERE owner_did = ?1");
    Ok(db.into().row(&sql, [log], Room::read)?.flatten())
}

/// The newest conversation of a name.
pub(crate) fn room_by_name<'a>(
    db: impl Into<Reader<'a>>,
    name: &str,
) -> rusqlite::Result<Option<Room>> {
    let sql = format!("{ROOM} WHERE name = ?1 ORDER BY opened DESC LIMIT 1");
    Ok(db.into().row(&sql, [name], Room::read)?.flatten())
}

/// The newest conversation of a group or an event.
pub(crate) fn room_of_subject<'a>(
    db: impl Into<Reader<'a>>,
    of: &str,
) -> rusqlite::Result<Option<Room>> {
    let sql = format!("{ROOM} WHERE of_did = ?1 ORDER BY opened DESC LIMIT 1");
    Ok(db.into().row(&sql, [of], Room::read)?.flatten())
}

/// Returns a person's role in a conversation, by its log.
pub(crate) fn role<'a>(
    db: impl Into<Reader<'a>>,
    log: &str,
    did: &str,
) -> rusqlite::Result<Option<Role>> {
    let sql = "SELECT role FROM members WHERE owner_did = ?1 AND did = ?2 AND until_seq IS NULL";
    let role: Option<String> = db.into().row(sql, [log, did], |row| row.get(0))?;
    Ok(role.as_deref().and_then(Role::from_name))
}

/// Returns the members with their roles, by DID.
pub(crate) fn members<'a>(
    db: impl Into<Reader<'a>>,
    log: &str,
) -> rusqlite::Result<Vec<(String, Role)>> {
    let sql =
        "SELECT did, role FROM members WHERE owner_did = ?1 AND until_seq IS NULL ORDER BY did";
    let read = |row: &Row<'_>| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?));
    let rows = db.into().rows(sql, [log], read)?;
    let member = |(did, role): (String, String)| Some((did, Role::from_name(&role)?));
    Ok(rows.into_iter().filter_map(member).collect())
}

/// Returns the number of members.
pub(crate) fn size(db: Reader<'_>, log: &str) -> rusqlite::Result<usize> {
    let sql = "SELECT count(*) FROM members WHERE owner_did = ?1 AND until_seq IS NULL";
    let number = db.row(sql, [log], |row| row.get::<_, i64>(0))?;
    Ok(usize::try_from(number.unwrap_or(0)).unwrap_or(0))
}

/// Returns the other member of a conversation of two.
pub(crate) fn other<'a>(
    db: impl Into<Reader<'a>>,
    log: &str,
    me: &str,
) -> rusqlite::Result<Option<Did>> {
    let sql =
        "SELECT did FROM members WHERE owner_did = ?1 AND did <> ?2 AND until_seq IS NULL LIMIT 1";
    let did: Option<String> = db.into().row(sql, [log, me], |row| row.get(0))?;
    Ok(did.and_then(|did| Did::parse(&did).ok()))
}

/// Returns the place of a person's latest removal from a conversation.
pub(crate) fn put_out(db: Reader<'_>, log: &str, did: &str) -> rusqlite::Result<Option<u64>> {
    let sql = "SELECT seq FROM outs WHERE owner_did = ?1 AND did = ?2";
    let seq = db.row(sql, [log, did], |row| row.get::<_, i64>(0))?;
    Ok(seq.map(i64::unsigned_abs))
}

/// Returns the place of a person's last own entry in a conversation.
pub(crate) fn place<'a>(
    db: impl Into<Reader<'a>>,
    log: &str,
    did: &str,
) -> rusqlite::Result<Option<u64>> {
    let sql = "SELECT seq FROM places WHERE owner_did = ?1 AND did = ?2";
    let seq = db.into().row(sql, [log, did], |row| row.get::<_, i64>(0))?;
    Ok(seq.map(i64::unsigned_abs))
}

/// The places of the turns from one on.
pub(crate) fn turns_from<'a>(
    db: impl Into<Reader<'a>>,
    log: &str,
    from: u64,
) -> rusqlite::Result<Vec<u64>> {
    let sql = "SELECT seq FROM turns WHERE owner_did = ?1 AND seq >= ?2 ORDER BY seq";
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    db.into().rows(sql, params![log, from], |row| {
        Ok(row.get::<_, i64>(0)?.unsigned_abs())
    })
}

/// A person's chain and keys, from their own log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Person {
    /// The newest operation of their chain; empty without one.
    pub(crate) head: String,
    /// The encryption keys, as `epochs::keys_text` writes them; empty without one.
    pub(crate) keys: String,
    pub(crate) is_business: bool,
}

/// Returns a person's chain and keys; empty for an unknown person.
pub(crate) fn person<'a>(db: impl Into<Reader<'a>>, did: &str) -> rusqlite::Result<Person> {
    let sql = "SELECT head, iif(is_deleted, '', keys), scope = 'business' FROM people WHERE owner_did = ?1";
    let read = |row: &Row<'_>| {
        Ok(Person {
            head: row.get(0)?,
            keys: row.get(1)?,
            is_business: row.get(2)?,
        })
    };
    Ok(db.into().row(sql, [did], read)?.unwrap_or_default())
}

/// Returns a request to a person: its sender and its state.
pub(crate) fn request<'a>(
    db: impl Into<Reader<'a>>,
    to: &str,
    log: &str,
) -> rusqlite::Result<Option<(String, String)>> {
    let sql = "SELECT who, state FROM asked WHERE owner_did = ?1 AND log = ?2";
    db.into()
        .row(sql, [to, log], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Returns the number of requests that a person made since a time.
pub(crate) fn requests_since<'a>(
    db: impl Into<Reader<'a>>,
    who: &str,
    since: Timestamp,
) -> rusqlite::Result<u64> {
    let sql = "SELECT count(*) FROM asked WHERE who = ?1 AND at > ?2";
    let number = db.into().row(sql, params![who, since.as_millis()], |row| {
        row.get::<_, i64>(0)
    })?;
    Ok(number.unwrap_or(0).unsigned_abs())
}

/// Whether the owner blocks another person in chat.
pub(crate) fn blocks<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
    who: &str,
) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM blocked WHERE owner_did = ?1 AND who = ?2";
    db.into().exists(sql, [owner, who])
}

/// Returns a person's read mark in a conversation: the entry, and the time of the mark.
pub(crate) fn read_mark<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
    log: &str,
) -> rusqlite::Result<Option<(u64, i64)>> {
    let sql = "SELECT seq, at FROM reads WHERE owner_did = ?1 AND log = ?2";
    db.into().row(sql, [owner, log], |row| {
        Ok((row.get::<_, i64>(0)?.unsigned_abs(), row.get(1)?))
    })
}

/// Returns the setting from whom a person takes requests, `all` by default.
pub(crate) fn takes_requests<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
) -> rusqlite::Result<String> {
    let sql = "SELECT requests FROM settings WHERE owner_did = ?1 AND log = ''";
    let chosen = db.into().row(sql, [owner], |row| row.get(0))?;
    Ok(chosen.unwrap_or_else(|| "all".to_owned()))
}

/// Whether a person lets their connections see their presence; false by default.
pub(crate) fn shows_presence<'a>(db: impl Into<Reader<'a>>, owner: &str) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM settings WHERE owner_did = ?1 AND log = '' AND presence = 1";
    db.into().exists(sql, [owner])
}

/// Returns the conversations in whose logs a person is a member, those with the newest messages first.
pub(crate) fn rooms_of<'a>(db: impl Into<Reader<'a>>, did: &str) -> rusqlite::Result<Vec<Room>> {
    let sql = format!(
        "{ROOM} WHERE owner_did IN (SELECT owner_did FROM members WHERE did = ?1 AND until_seq IS NULL) ORDER BY last_at DESC, opened DESC"
    );
    let rooms = db.into().rows(&sql, [did], Room::read)?;
    Ok(rooms.into_iter().flatten().collect())
}

/// The rooms of events, the newest words first.
pub(crate) fn rooms_of_events<'a>(
    db: impl Into<Reader<'a>>,
    limit: i64,
) -> rusqlite::Result<Vec<Room>> {
    let sql = format!("{ROOM} WHERE kind = 'event' ORDER BY last_at DESC, opened DESC LIMIT ?1");
    let rooms = db.into().rows(&sql, [limit], Room::read)?;
    Ok(rooms.into_iter().flatten().collect())
}

/// Members without an encryption key, the first few.
pub(crate) fn keyless<'a>(
    db: impl Into<Reader<'a>>,
    log: &str,
    limit: usize,
) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT m.did FROM members m LEFT JOIN people p ON p.owner_did = m.did
        WHERE m.owner_did = ?1 AND m.until_seq IS NULL AND coalesce(iif(p.is_deleted, '', p.keys), '') = '' ORDER BY m.did LIMIT ?2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    db.into().rows(sql, params![log, limit], |row| row.get(0))
}

/// Returns the ranges of places during which a person was a member.
pub(crate) fn spans<'a>(
    db: impl Into<Reader<'a>>,
    log: &str,
    did: &str,
) -> rusqlite::Result<Vec<(u64, u64)>> {
    let sql = "SELECT from_seq, until_seq FROM members WHERE owner_did = ?1 AND did = ?2";
    db.into().rows(sql, [log, did], |row| {
        let until: Option<i64> = row.get(1)?;
        let from: i64 = row.get(0)?;
        Ok((
            from.unsigned_abs(),
            until.map_or(u64::MAX, i64::unsigned_abs),
        ))
    })
}

/// Returns the people whose read marks others may see, with the places of the marks in their own logs. Marks are
/// visible by default.
pub(crate) fn marks<'a>(
    db: impl Into<Reader<'a>>,
    log: &str,
) -> rusqlite::Result<Vec<(String, u64)>> {
    let sql = "SELECT r.owner_did, r.place FROM reads r
        LEFT JOIN settings here ON here.owner_did = r.owner_did AND here.log = r.log
        LEFT JOIN settings all_of ON all_of.owner_did = r.owner_did AND all_of.log = ''
        WHERE r.log = ?1 AND coalesce(here.receipts, all_of.receipts, 1) = 1 ORDER BY r.owner_did LIMIT 1000";
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()));
    db.into().rows(sql, [log], read)
}

/// Returns the kind of a sender: `human`, `agent`, `device`, `presence`, `event`, `org`.
pub(crate) fn kind_of<'a>(
    db: impl Into<Reader<'a>>,
    did: &str,
) -> rusqlite::Result<Option<String>> {
    let sql = "SELECT kind FROM people WHERE owner_did = ?1";
    db.into().row(sql, [did], |row| row.get(0))
}

/// Returns the conversation and the place of a person's read mark, if others may see it.
pub(crate) fn mark_at<'a>(
    db: impl Into<Reader<'a>>,
    owner: &str,
    place: u64,
) -> rusqlite::Result<Option<(String, u64)>> {
    let sql = "SELECT r.log, r.seq FROM reads r
        LEFT JOIN settings here ON here.owner_did = r.owner_did AND here.log = r.log
        LEFT JOIN settings all_of ON all_of.owner_did = r.owner_did AND all_of.log = ''
        WHERE r.owner_did = ?1 AND r.place = ?2 AND coalesce(here.receipts, all_of.receipts, 1) = 1";
    let place = i64::try_from(place).unwrap_or(i64::MAX);
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()));
    db.into().row(sql, params![owner, place], read)
}
