//! Notices about conversations, for all members who have not muted them.
//!
//! Always: a notice contains nothing that was written, and edits and reactions (`quiet`) cause none. The mentions in a
//! sealed message are encrypted, so it counts as an ordinary message.

use std::collections::HashMap;

use imajin_app::notices::{About, Notice, Tells, To};
use imajin_app::{JoinedRoom, Node, Problem, RoomRole};
use imajin_ledger::Reader;
use imajin_ledger::rows::{first, pair};
use imajin_log::Applied;
use imajin_protocol::{Did, IdText};

use crate::conversations::event_rooms;
use crate::fields::Kind;
use crate::operations::{Admitted, MessageSent, Out, Requested, RoleGiven};
use crate::queries::{self, Room};

/// The operations that tell something.
pub(crate) const TELLS: &[Tells] = &[
    Tells::new(
        MessageSent::NAME,
        "told-wrote",
        &["told-message", "told-message-in", "told-mention"],
    ),
    Tells::new(Requested::NAME, "told-request", &[]),
    Tells::new(Admitted::NAME, "told-admitted", &["told-admitted-in"]),
    Tells::new(Out::NAME, "told-out", &["told-out-of", "told-left"]),
    Tells::new(RoleGiven::NAME, "told-role", &["told-role-in"]),
];

pub(crate) fn from_entry(entry: &Applied<'_>) -> Vec<Notice> {
    let is_quiet = entry.int("quiet") == Some(1);
    let everybody = || To::Everybody(entry.did.clone());
    match entry.op {
        MessageSent::NAME if is_quiet => Vec::new(),
        MessageSent::NAME => {
            let message = Notice::for_owner(entry, About::Message).to(everybody());
            std::iter::once(message).chain(mentions(entry)).collect()
        }
        Requested::NAME => vec![Notice::for_owner(entry, About::Request)],
        _ => vec![Notice::for_owner(entry, About::Turn).to(everybody())],
    }
}

/// Returns the notices for the people whom a message mentions.
fn mentions(entry: &Applied<'_>) -> impl Iterator<Item = Notice> {
    let people = entry.fact.and_then(|fact| fact.ids("mentions"));
    let people = people.into_iter().flatten().filter_map(IdText::to_did);
    people.map(|who| {
        let of = entry.did.clone();
        Notice::for_owner(entry, About::Mention).to(To::Somebody { who, of })
    })
}

/// Returns the members of a conversation who have not muted it, as far as this service knows the members.
pub(crate) fn members(node: &Node, room: &Room) -> Result<Vec<(Did, RoomRole)>, Problem> {
    let all = match room.kind {
        Kind::Event => node.members_of_room(&room.name)?,
        Kind::Direct | Kind::Group => queries::read(node, |db| queries::members(db, &room.log))?,
    };
    queries::read(node, |db| {
        let mut hear = Vec::with_capacity(all.len());
        for (who, role) in all {
            if !is_muted(db, &room.log, &who)? {
                hear.push((who, role));
            }
        }
        Ok(hear)
    })
}

/// Returns the conversations of a person that they have not muted.
pub(crate) fn rooms_of(node: &Node, who: &Did) -> Result<Vec<JoinedRoom>, Problem> {
    let mut all = queries::read(node, |db| own_rooms(db, who))?;
    for (room, joined) in event_rooms(node, who)? {
        // The log lists the organiser.
        if all.iter().all(|own| own.room != room.log) {
            all.push(JoinedRoom { room: room.log, ..joined });
        }
    }
    let (muted, read) =
        queries::read(node, |db| Ok((muted_by(db, who)?, queries::read_by(db, who)?)))?;
    let is_muted = |log: &str| muted.get(log).or_else(|| muted.get("")) == Some(&true);
    all.retain(|joined| !is_muted(joined.room.as_str()));
    for joined in &mut all {
        let read_ms = read.get(joined.room.as_str()).copied().flatten();
        joined.read_ms = read_ms.unwrap_or(0);
    }
    Ok(all)
}

/// Returns a person's mute settings by log; the empty log is the default for all others.
fn muted_by(db: Reader<'_>, who: &Did) -> rusqlite::Result<HashMap<String, bool>> {
    let sql = "SELECT log, mute FROM settings WHERE owner_did = ?1";
    Ok(db.rows(sql, [who.as_str()], pair)?.into_iter().collect())
}

/// Returns the conversations in whose logs a person is listed, with the time of the newest message before they were
/// added.
fn own_rooms(db: Reader<'_>, who: &Did) -> rusqlite::Result<Vec<JoinedRoom>> {
    let sql = "SELECT owner_did, role, (SELECT coalesce(max(at), 0) FROM messages m WHERE m.owner_did = members.owner_did AND m.seq < from_seq)
        FROM members WHERE did = ?1 AND until_seq IS NULL";
    db.rows(sql, [who.as_str()], |row| {
        let (room, role) = pair(row)?;
        Ok(JoinedRoom { room, role, since_ms: row.get(2)?, read_ms: 0 })
    })
}

/// Whether a person muted a conversation, by its own setting or else by the default.
fn is_muted(db: Reader<'_>, log: &Did, who: &Did) -> rusqlite::Result<bool> {
    // The default has an empty log and so sorts last.
    let sql =
        "SELECT mute FROM settings WHERE owner_did = ?1 AND log IN (?2, '') ORDER BY log DESC";
    Ok(db.row(sql, [who.as_str(), log.as_str()], first)?.unwrap_or(false))
}
