//! Notices about conversations, for all members who have not muted them.
//!
//! Always: a notice contains nothing that was written, and edits and reactions (`quiet`) cause none. The mentions in a
//! sealed message are encrypted, so it counts as an ordinary message.

use std::collections::HashMap;

use imajin_app::notices::{About, Notice, Tells, To};
use imajin_app::{JoinedRoom, Node, Problem, RoomRole, Rooms};
use imajin_ledger::{Reader, rows};
use imajin_log::Applied;
use imajin_protocol::{Did, IdText};
use rusqlite::{Connection, Row};

use crate::fields::Kind;
use crate::manifest::MANIFEST;
use crate::operations::{Admitted, MessageSent, Out, Requested, RoleGiven};
use crate::queries::{self, Room};

/// The operations that tell something.
pub(crate) const TELLS: &[Tells] = &[
    Tells {
        op: MessageSent::NAME,
        brief: "told-wrote",
        full: &["told-message", "told-message-in", "told-mention"],
    },
    Tells {
        op: Requested::NAME,
        brief: "told-request",
        full: &[],
    },
    Tells {
        op: Admitted::NAME,
        brief: "told-admitted",
        full: &["told-admitted-in"],
    },
    Tells {
        op: Out::NAME,
        brief: "told-out",
        full: &["told-out-of", "told-left"],
    },
    Tells {
        op: RoleGiven::NAME,
        brief: "told-role",
        full: &["told-role-in"],
    },
];

/// Returns the notices of an entry.
pub(crate) fn from_entry(entry: &Applied<'_>) -> Vec<Notice> {
    let is_quiet = entry.fact.and_then(|fact| fact.int("quiet")) == Some(1);
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
        Kind::Direct | Kind::Group => {
            let members = node.read(MANIFEST.name, |db| queries::members(db, room.log.as_str()))?;
            let rows = members.into_iter();
            rows.filter_map(|(did, role)| Some((Did::parse(&did).ok()?, RoomRole::from(role))))
                .collect()
        }
    };
    let hear = node.read(MANIFEST.name, |db| {
        let hears = |(who, _): &(Did, RoomRole)| Ok(!is_muted(db, room.log.as_str(), who)?);
        all.iter().map(hears).collect::<rusqlite::Result<Vec<_>>>()
    })?;
    let all = all.into_iter().zip(hear).filter(|(_, hears)| *hears);
    Ok(all.map(|(member, _)| member).collect())
}

/// Returns the conversations of a person that they have not muted.
pub(crate) fn rooms_of(node: &Node, who: &Did) -> Result<Vec<JoinedRoom>, Problem> {
    let mut all = node.read(MANIFEST.name, |db| own_rooms(db, who))?;
    // The service that has the event says who is in its room.
    for (app, rooms) in node.services().offers().all::<dyn Rooms>() {
        if app == MANIFEST.name {
            continue;
        }
        for joined in rooms.rooms_of(node, who)? {
            let room = node.read(MANIFEST.name, |db| {
                queries::room_by_name(db, joined.room.as_str())
            })?;
            if let Some(room) = room.filter(|room| room.kind == Kind::Event) {
                all.push(JoinedRoom {
                    room: room.log,
                    ..joined
                });
            }
        }
    }
    let (muted, read) = node.read(MANIFEST.name, |db| {
        Ok((muted_by(db, who)?, queries::read_by(db, who.as_str())?))
    })?;
    let is_muted = |log: &str| muted.get(log).or_else(|| muted.get("")) == Some(&true);
    all.retain(|joined| !is_muted(joined.room.as_str()));
    for joined in &mut all {
        joined.read_ms = read.get(joined.room.as_str()).copied().unwrap_or(0);
    }
    Ok(all)
}

/// Returns a person's mute settings by log; the empty log is the default for all others.
fn muted_by(db: &Connection, who: &Did) -> rusqlite::Result<HashMap<String, bool>> {
    let sql = "SELECT log, mute FROM settings WHERE owner_did = ?1";
    let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let all = Reader::from(db).rows(sql, [who.as_str()], row)?;
    Ok(all.into_iter().collect())
}

/// Returns the conversations in whose logs a person is listed, with the time of the newest message before they were
/// added.
fn own_rooms(db: &Connection, who: &Did) -> rusqlite::Result<Vec<JoinedRoom>> {
    let sql = "SELECT owner_did, role, (SELECT coalesce(max(at), 0) FROM messages m WHERE m.owner_did = members.owner_did AND m.seq < from_seq)
        FROM members WHERE did = ?1 AND until_seq IS NULL";
    let row = |row: &Row<'_>| {
        Ok(JoinedRoom {
            room: rows::did(row, 0)?,
            role: rows::parsed(row, 1, RoomRole::parse)?,
            since_ms: row.get(2)?,
            read_ms: 0,
        })
    };
    db.prepare_cached(sql)?
        .query_map([who.as_str()], row)?
        .collect()
}

/// Whether a person muted a conversation, by its own setting or else by the default.
fn is_muted(db: &Connection, log: &str, who: &Did) -> rusqlite::Result<bool> {
    // The default has an empty log and so sorts last.
    let sql =
        "SELECT mute FROM settings WHERE owner_did = ?1 AND log IN (?2, '') ORDER BY log DESC";
    let mute = Reader::from(db).row(sql, [who.as_str(), log], |row| row.get(0))?;
    Ok(mute.unwrap_or(false))
}
