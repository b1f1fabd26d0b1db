//! Checks whose the other logs of a bundle are: each log's name says why it is there, and the log must confirm it.

use imajin_dfos::PublicKey;
use imajin_dfos::identity::Role;
use imajin_protocol::Did;
use rusqlite::Connection;

use super::super::ValidLog;
use super::super::report::Report;
use crate::entry::Header;
use crate::format::names::Kind;
use crate::rules::Owner;

/// Checks that a log is the one that its name says, and belongs next to that of `owner`; the error says why not.
pub fn check(
    kind: &Kind,
    report: &Report,
    known: Option<&ValidLog>,
    owner: &ValidLog,
) -> Result<(), String> {
    let wrong = |what: &str| Err(what.to_owned());
    let stored = |error: rusqlite::Error| error.to_string();
    match (kind, known, &report.last) {
        (Kind::Side(_), Some(known), _) if known.did != owner.did => {
            wrong("a side log is a branch of the bundle's own, and this one is another's")
        }
        (Kind::Side(cid), _, Some(last)) if last.cid == cid.to_string() => Ok(()),
        (Kind::Side(_), ..) => wrong("the side log does not end with the entry that its name says"),
        (Kind::Owned(folder) | Kind::Shared(folder), Some(known), _)
            if known.did.folder_name() != *folder =>
        {
            wrong("the log is not the one of the DID that its folder says")
        }
        (_, Some(known), _) if known.did == owner.did => {
            wrong("the owner's own log is at the top of the bundle")
        }
        (Kind::Owned(_), Some(known), _) if !is_owned(known, owner).map_err(stored)? => {
            wrong("no key of the bundle's owner controls this log")
        }
        (Kind::Shared(_), Some(known), _)
            if !begins_with(known.log.conn(), &SHARED).map_err(stored)? =>
        {
            wrong("under shared/ are logs of events, groups and conversations, and this is none")
        }
        (Kind::Shared(_), Some(known), _) if !is_shared(known, owner).map_err(stored)? => {
            wrong("neither this log nor that of the bundle's owner names the other")
        }
        (_, Some(_), _) => Ok(()),
        (_, None, _) => wrong("the log is not the one of the DID that its folder says"),
    }
}

/// The operations that create a thing, and those that give it to another person: their author owns it.
const OPENED: [&str; 2] = ["events.opened", "connections.group.opened"];
const HANDED: &str = "connections.group.handed";
/// The operations that create a thing of which others may see a part. A conversation has no owner, so [`OPENED`] lacks
/// it.
const SHARED: [&str; 3] = [OPENED[0], OPENED[1], "chat.opened"];

/// Returns whether the log is the owner's: a key that ever controlled the owner controls it. A log that only its own
/// key controls (the node keeps such keys for people without a chain) is a thing that the owner opened or received: the
/// node's word, like everything of theirs.
pub fn is_owned(known: &ValidLog, owner: &ValidLog) -> Result<bool, rusqlite::Error> {
    let Owner::Chain(chain) = known.state.owner() else {
        return Ok(false);
    };
    let controllers: Vec<&PublicKey> = chain
        .keys()
        .iter()
        .filter(|key| key.roles().any(|role| role == Role::Controller))
        .filter_map(|key| key.public())
        .collect();
    let is_own = |key: &&&PublicKey| Some(*key.as_bytes()) == known.did.key_bytes();
    if controllers.iter().all(|key| is_own(&key)) {
        return is_thing_of(known.log.conn(), &owner.did);
    }
    Ok(match owner.state.owner() {
        Owner::Nobody => false,
        Owner::BareKey(key) => controllers.contains(&key),
        Owner::Chain(chain) => chain
            .ever_keys()
            .filter(|key| key.roles().any(|role| role == Role::Controller))
            .filter_map(|key| key.public())
            .any(|key| controllers.contains(&key)),
    })
}

/// Returns whether the first entry outside `auth` is one of these operations. A person's own log never begins with one that
/// opens a thing or a conversation.
fn begins_with(conn: &Connection, ops: &[&str]) -> Result<bool, rusqlite::Error> {
    let first = first_of(conn, "SELECT header FROM entries ORDER BY seq", |header| {
        header.service() != "auth"
    })?;
    Ok(first.is_some_and(|first| ops.contains(&&*first.op)))
}

/// Returns whether a log is a thing's, and the last entry that opens it or hands it over has `owner` as author.
fn is_thing_of(conn: &Connection, owner: &Did) -> Result<bool, rusqlite::Error> {
    if !begins_with(conn, &OPENED)? {
        return Ok(false);
    }
    let last = first_of(
        conn,
        "SELECT header FROM entries WHERE instr(header, CAST('.opened' AS BLOB)) > 0 OR instr(header, CAST('.handed' AS BLOB)) > 0 ORDER BY seq DESC",
        |header| OPENED.contains(&&*header.op) || header.op == HANDED,
    )?;
    Ok(last.is_some_and(|last| last.author == *owner))
}

fn first_of(
    conn: &Connection,
    sql: &str,
    is_it: impl Fn(&Header) -> bool,
) -> Result<Option<Header>, rusqlite::Error> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let header: Vec<u8> = row.get(0)?;
        match Header::decode(&header) {
            Ok(header) if is_it(&header) => return Ok(Some(header)),
            _ => {}
        }
    }
    Ok(None)
}

/// Returns whether an entry of either log names the other's owner: as author, in `ref`, in its fact or in its proof;
/// the shared log's in its body, too, as the list of those who are in from the beginning.
fn is_shared(known: &ValidLog, owner: &ValidLog) -> Result<bool, rusqlite::Error> {
    let shared = known.log.conn();
    let headers = "SELECT 1 FROM entries WHERE instr(header, ?1) > 0 LIMIT 1";
    let bodies = "SELECT 1 FROM bodies WHERE instr(body, ?1) > 0 LIMIT 1";
    Ok(names(shared, headers, &owner.did)?
        || names(owner.log.conn(), headers, &known.did)?
        || names(shared, bodies, &owner.did)?)
}

fn names(conn: &Connection, sql: &str, did: &Did) -> Result<bool, rusqlite::Error> {
    conn.prepare_cached(sql)?.exists([did.as_str().as_bytes()])
}
