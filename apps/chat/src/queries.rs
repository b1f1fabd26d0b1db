//! Queries of the tables, for decisions and for routes. Queries about messages are in `messages`.

mod messages;

use imajin_app::{FromRow, RoomRole};
use imajin_dfos::Timestamp;
use imajin_ledger::Reader;
use imajin_ledger::rows::{first, pair};
use imajin_protocol::Did;
use rusqlite::{Result, params};

use crate::fields::Kind;
use crate::manifest::MANIFEST;

pub(crate) use messages::*;

imajin_app::read_tables!(MANIFEST);

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
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
    pub(crate) offered: Option<Did>,
}

const ROOM: &str = "SELECT owner_did, name, kind, of_did, sealed, accepted, turns, epoch, epoch_seq, last_seq, last_at, offered FROM rooms";

/// The conversation of a log.
pub(crate) fn room(db: Reader<'_>, log: &str) -> Result<Option<Room>> {
    db.row(&format!("{ROOM} WHERE owner_did = ?1"), [log], Room::read)
}

/// The newest conversation of a name.
pub(crate) fn room_by_name(db: Reader<'_>, name: &str) -> Result<Option<Room>> {
    db.row(&format!("{ROOM} WHERE name = ?1 ORDER BY opened DESC LIMIT 1"), [name], Room::read)
}

/// The newest conversation of a group or an event.
pub(crate) fn room_of_subject(db: Reader<'_>, of: &Did) -> Result<Option<Room>> {
    let sql = format!("{ROOM} WHERE of_did = ?1 ORDER BY opened DESC LIMIT 1");
    db.row(&sql, [of.as_str()], Room::read)
}

/// Returns a person's role in a conversation, by its log.
pub(crate) fn role(db: Reader<'_>, log: &Did, did: &Did) -> Result<Option<RoomRole>> {
    let sql = "SELECT role FROM members WHERE owner_did = ?1 AND did = ?2 AND until_seq IS NULL";
    db.row(sql, [log.as_str(), did.as_str()], first)
}

pub(crate) fn members(db: Reader<'_>, log: &Did) -> Result<Vec<(Did, RoomRole)>> {
    let sql =
        "SELECT did, role FROM members WHERE owner_did = ?1 AND until_seq IS NULL ORDER BY did";
    db.rows(sql, [log.as_str()], pair)
}

/// Returns the number of members.
pub(crate) fn size(db: Reader<'_>, log: &Did) -> Result<u64> {
    let sql = "SELECT count(*) FROM members WHERE owner_did = ?1 AND until_seq IS NULL";
    Ok(db.row(sql, [log.as_str()], first)?.unwrap_or(0))
}

/// Returns the other member of a conversation of two.
pub(crate) fn other(db: Reader<'_>, log: &Did, me: &Did) -> Result<Option<Did>> {
    let sql =
        "SELECT did FROM members WHERE owner_did = ?1 AND did <> ?2 AND until_seq IS NULL LIMIT 1";
    db.row(sql, [log.as_str(), me.as_str()], first)
}

/// Returns the place of a person's latest removal from a conversation.
pub(crate) fn put_out(db: Reader<'_>, log: &Did, did: &Did) -> Result<Option<u64>> {
    let sql = "SELECT seq FROM outs WHERE owner_did = ?1 AND did = ?2";
    db.row(sql, [log.as_str(), did.as_str()], first)
}

/// Returns the place of a person's last own entry in a conversation.
pub(crate) fn place(db: Reader<'_>, log: &Did, did: &Did) -> Result<Option<u64>> {
    let sql = "SELECT seq FROM places WHERE owner_did = ?1 AND did = ?2";
    db.row(sql, [log.as_str(), did.as_str()], first)
}

/// The places of the turns from one on.
pub(crate) fn turns_from(db: Reader<'_>, log: &Did, from: u64) -> Result<Vec<u64>> {
    let sql = "SELECT seq FROM turns WHERE owner_did = ?1 AND seq >= ?2 ORDER BY seq";
    let from = i64::try_from(from).unwrap_or(i64::MAX);
    db.rows(sql, params![log.as_str(), from], first)
}

/// A person's chain and keys, from their own log.
#[derive(Debug, Clone, Default, PartialEq, Eq, FromRow)]
pub(crate) struct Person {
    /// The newest operation of their chain; empty without one.
    pub(crate) head: String,
    /// The encryption keys, as `epochs::keys_text` writes them; empty without one.
    pub(crate) keys: String,
    pub(crate) is_business: bool,
}

/// Returns a person's chain and keys; empty for an unknown person.
pub(crate) fn person(db: Reader<'_>, did: &Did) -> Result<Person> {
    let sql = "SELECT head, iif(is_deleted, '', keys), scope = 'business' FROM people WHERE owner_did = ?1";
    Ok(db.row(sql, [did.as_str()], Person::read)?.unwrap_or_default())
}

/// Returns a request to a person: its sender and its state.
pub(crate) fn request(db: Reader<'_>, to: &Did, log: &Did) -> Result<Option<(String, String)>> {
    let sql = "SELECT who, state FROM asked WHERE owner_did = ?1 AND log = ?2";
    db.row(sql, [to.as_str(), log.as_str()], pair)
}

/// Returns the number of requests that a person made since a time.
pub(crate) fn requests_since(db: Reader<'_>, who: &Did, since: Timestamp) -> Result<u64> {
    let sql = "SELECT count(*) FROM asked WHERE who = ?1 AND at > ?2";
    Ok(db.row(sql, params![who.as_str(), since.as_millis()], first)?.unwrap_or(0))
}

/// Whether the owner blocks another person in chat.
pub(crate) fn blocks(db: Reader<'_>, owner: &Did, who: &Did) -> Result<bool> {
    let sql = "SELECT 1 FROM blocked WHERE owner_did = ?1 AND who = ?2";
    db.exists(sql, [owner.as_str(), who.as_str()])
}

/// Returns a person's read mark in a conversation: the entry, and the time of the mark.
pub(crate) fn read_mark(db: Reader<'_>, owner: &Did, log: &Did) -> Result<Option<(u64, i64)>> {
    let sql = "SELECT seq, at FROM reads WHERE owner_did = ?1 AND log = ?2";
    db.row(sql, [owner.as_str(), log.as_str()], pair)
}

/// Returns the setting from whom a person takes requests, `all` by default.
pub(crate) fn takes_requests(db: Reader<'_>, owner: &Did) -> Result<String> {
    let sql = "SELECT requests FROM settings WHERE owner_did = ?1 AND log = ''";
    Ok(db.row(sql, [owner.as_str()], first)?.unwrap_or_else(|| "all".to_owned()))
}

/// Whether a person lets their connections see their presence; false by default.
pub(crate) fn shows_presence(db: Reader<'_>, owner: &Did) -> Result<bool> {
    let sql = "SELECT 1 FROM settings WHERE owner_did = ?1 AND log = '' AND presence = 1";
    db.exists(sql, [owner.as_str()])
}

/// Returns the conversations in whose logs a person is a member, those with the newest messages first.
pub(crate) fn rooms_of(db: Reader<'_>, did: &Did) -> Result<Vec<Room>> {
    let sql = format!(
        "{ROOM} WHERE owner_did IN (SELECT owner_did FROM members WHERE did = ?1 AND until_seq IS NULL) ORDER BY last_at DESC, opened DESC"
    );
    db.rows(&sql, [did.as_str()], Room::read)
}

/// Whether a person is a member of any conversation.
pub(crate) fn is_member_anywhere(db: Reader<'_>, did: &Did) -> Result<bool> {
    db.exists("SELECT 1 FROM members WHERE did = ?1 AND until_seq IS NULL", [did.as_str()])
}

/// The rooms of events, the newest words first.
pub(crate) fn rooms_of_events(db: Reader<'_>, limit: i64) -> Result<Vec<Room>> {
    let sql = format!("{ROOM} WHERE kind = 'event' ORDER BY last_at DESC, opened DESC LIMIT ?1");
    db.rows(&sql, [limit], Room::read)
}

/// Members without an encryption key, the first few.
pub(crate) fn keyless(db: Reader<'_>, log: &Did, limit: usize) -> Result<Vec<String>> {
    let sql = "SELECT m.did FROM members m LEFT JOIN people p ON p.owner_did = m.did
        WHERE m.owner_did = ?1 AND m.until_seq IS NULL AND coalesce(iif(p.is_deleted, '', p.keys), '') = '' ORDER BY m.did LIMIT ?2";
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    db.rows(sql, params![log.as_str(), limit], first)
}

/// Returns the ranges of places during which a person was a member.
pub(crate) fn spans(db: Reader<'_>, log: &Did, did: &Did) -> Result<Vec<(u64, u64)>> {
    let sql = "SELECT from_seq, until_seq FROM members WHERE owner_did = ?1 AND did = ?2";
    let rows: Vec<(u64, Option<u64>)> = db.rows(sql, [log.as_str(), did.as_str()], pair)?;
    Ok(rows.into_iter().map(|(from, until)| (from, until.unwrap_or(u64::MAX))).collect())
}

/// The read marks that others may see, as they do by default.
const VISIBLE_MARKS: &str =
    "reads r LEFT JOIN settings here ON here.owner_did = r.owner_did AND here.log = r.log
        LEFT JOIN settings all_of ON all_of.owner_did = r.owner_did AND all_of.log = ''
        WHERE coalesce(here.receipts, all_of.receipts, 1) = 1";

/// Returns the people whose read marks others may see, with the places of the marks in their own logs.
pub(crate) fn marks(db: Reader<'_>, log: &Did) -> Result<Vec<(Did, u64)>> {
    let sql = format!(
        "SELECT r.owner_did, r.place FROM {VISIBLE_MARKS} AND r.log = ?1 ORDER BY r.owner_did LIMIT 1000"
    );
    db.rows(&sql, [log.as_str()], pair)
}

/// Returns the conversation and the place of a person's read mark, if others may see it.
pub(crate) fn mark_at(db: Reader<'_>, owner: &Did, place: u64) -> Result<Option<(Did, u64)>> {
    let sql =
        format!("SELECT r.log, r.seq FROM {VISIBLE_MARKS} AND r.owner_did = ?1 AND r.place = ?2");
    let place = i64::try_from(place).unwrap_or(i64::MAX);
    db.row(&sql, params![owner.as_str(), place], pair)
}

/// Returns the kind of a sender: `human`, `agent`, `device`, `presence`, `event`, `org`.
pub(crate) fn kind_of(db: Reader<'_>, did: &Did) -> Result<Option<String>> {
    db.row("SELECT kind FROM people WHERE owner_did = ?1", [did.as_str()], first)
}

/// A person's settings for all conversations or for one.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Wishes {
    pub(crate) requests: String,
    pub(crate) receipts: bool,
    pub(crate) presence: bool,
    pub(crate) mute: bool,
}

/// Returns a person's settings for a conversation, or for all with `""`; `None` without any.
pub(crate) fn wishes(db: Reader<'_>, owner: &Did, log: &str) -> Result<Option<Wishes>> {
    let sql =
        "SELECT requests, receipts, presence, mute FROM settings WHERE owner_did = ?1 AND log = ?2";
    db.row(sql, [owner.as_str(), log], Wishes::read)
}
