//! The conversations in a person's own copy: the part of each log that they may see.
//!
//! Always: the bodies are those that `sight` permits. Headers end with the entry that removed the person, or in the
//! room of an event that they may no longer enter, with the last entry that they wrote or read.

use imajin_app::{Answer, Node};
use imajin_ledger::rows::first;
use imajin_log::format::shared::SharedLog;
use imajin_protocol::Did;

use crate::fields::Kind;
use crate::queries::{self, Room};
use crate::room_role::role_in;
use crate::sight::Sight;

/// The logs in which a person is or was a member, and the rooms of events in which they wrote.
const LOGS: &str = "SELECT owner_did FROM members WHERE did = ?1
    UNION SELECT p.owner_did FROM rooms r JOIN places p ON p.owner_did = r.owner_did AND p.did = ?1 WHERE r.kind = 'event'";

/// Returns the conversations in which a person is or was a member, each with the part that they may see.
pub(crate) fn shares(node: &Node, who: &Did) -> Answer<Vec<SharedLog>> {
    let rooms = queries::read(node, |db| {
        let logs: Vec<String> = db.rows(LOGS, [who.as_str()], first)?;
        logs.iter().map(|log| queries::room(db, log)).collect::<rusqlite::Result<Vec<_>>>()
    })?;
    let shared = |room: Room| {
        let sight = Sight::read(node, &room, who)?;
        Ok(SharedLog {
            until: until(node, &room, who)?,
            did: room.log,
            shows: Box::new(move |header| sight.shows(header)),
        })
    };
    rooms.into_iter().flatten().map(shared).collect()
}

/// Returns the last entry that a person may see; `None` while they are a member.
fn until(node: &Node, room: &Room, who: &Did) -> Answer<Option<u64>> {
    let log = &room.log;
    if room.kind == Kind::Event {
        return match role_in(node, room, who)? {
            Some(_) => Ok(None),
            None => queries::read(node, |db| {
                let read = queries::read_mark(db, who, log)?.map(|(seq, _)| seq);
                Ok(queries::place(db, log, who)?.max(read))
            }),
        };
    }
    let spans = queries::read(node, |db| queries::spans(db, log, who))?;
    Ok(spans.into_iter().map(|(_, until)| until).max().filter(|until| *until < u64::MAX))
}
