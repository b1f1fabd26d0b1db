//! Applies the entries of a conversation's log to its tables.
//!
//! Always: the members, the number of turns and the reason for an epoch are the same as on pages
//! (docs/conversations.md).

use imajin_app::data_rights::entries::words;
use imajin_app::operation::{Choice, read_operation};
use imajin_log::Applied;
use imajin_protocol::{Did, IdText};
use rusqlite::{Connection, OptionalExtension, params};

use super::run;
use crate::epochs::Before;
use crate::fields::{ContentKind, Role, TurnRole};
use crate::operations::{Admitted, EpochMade, OpenedConversation, Out, RoleGiven};

pub(super) fn opened(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(read) = read_operation::<OpenedConversation>(entry) else {
        return Ok(());
    };
    let OpenedConversation { name, opening } = read.operation;
    run(
        db,
        "INSERT INTO rooms VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0, 0, 0, 0, ?7, ?8, NULL) ON CONFLICT DO NOTHING",
        params![
            entry.did.as_str(),
            entry.offset,
            name.0.as_str(),
            opening.kind.name(),
            opening.of.as_ref().map(Did::as_str),
            opening.sealed.0,
            entry.seq,
            entry.at.as_millis(),
        ],
    )?;
    for member in &opening.members.0 {
        enter(db, entry, member.did.as_str(), member.role)?;
    }
    turn(db, entry)
}

fn enter(db: &Connection, entry: &Applied<'_>, who: &str, role: Role) -> rusqlite::Result<()> {
    run(
        db,
        "INSERT INTO members SELECT ?1, ?2, ?3, NULL, ?4
         WHERE NOT EXISTS (SELECT 1 FROM members WHERE owner_did = ?1 AND did = ?2 AND until_seq IS NULL)",
        params![entry.did.as_str(), who, entry.seq, role.name()],
    )
}

/// Notes that an entry says something here, and that it is its author's last one.
pub(super) fn note(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let log = entry.did.as_str();
    let changes = db
        .prepare_cached("UPDATE rooms SET last_seq = ?2, last_at = ?3 WHERE owner_did = ?1")?
        .execute(params![log, entry.seq, entry.at.as_millis()])?;
    match changes {
        0 => Ok(()),
        _ => run(
            db,
            "INSERT INTO places VALUES (?1, ?2, ?3, NULL) ON CONFLICT DO UPDATE SET seq = excluded.seq",
            params![log, entry.author.as_str(), entry.seq],
        ),
    }
}

fn turn(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let log = entry.did.as_str();
    run(
        db,
        "UPDATE rooms SET turns = turns + 1 WHERE owner_did = ?1",
        [log],
    )?;
    run(
        db,
        "INSERT OR REPLACE INTO turns VALUES (?1, ?2)",
        params![log, entry.seq],
    )?;
    note(db, entry)
}

pub(super) fn admitted(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    if let Some(read) = read_operation::<Admitted>(entry) {
        let admission = read.operation.admission;
        for did in &admission.dids.0 {
            enter(db, entry, did.as_str(), admission.role)?;
        }
    }
    turn(db, entry)
}

pub(super) fn epoch_made(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(read) = read_operation::<EpochMade>(entry) else {
        return turn(db, entry);
    };
    let (log, epoch) = (entry.did.as_str(), read.operation.epoch);
    let keys = epoch.keys();
    if let Some(before) = Before::read(db.into(), log)?
        && !before.calls_for(entry.at, &keys)
    {
        run(
            db,
            "INSERT OR REPLACE INTO uncalled VALUES (?1, ?2, ?3)",
            params![log, entry.author.as_str(), entry.at.as_millis()],
        )?;
    }
    run(db, "DELETE FROM epoch_keys WHERE owner_did = ?1", [log])?;
    for (did, keys) in &keys {
        run(
            db,
            "INSERT INTO epoch_keys VALUES (?1, ?2, ?3)",
            params![log, did, keys],
        )?;
    }
    run(
        db,
        "UPDATE rooms SET sealed = 1, epoch = ?2, epoch_seq = ?3, epoch_at = ?4, epoch_messages = 0 WHERE owner_did = ?1",
        params![log, epoch.epoch.0, entry.seq, entry.at.as_millis()],
    )?;
    turn(db, entry)
}

pub(super) fn message(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let log = entry.did.as_str();
    let number = |name: &str| entry.fact.and_then(|fact| fact.int(name)).unwrap_or(0);
    let epoch = number("epoch");
    let re = entry
        .fact
        .and_then(|fact| fact.id("re"))
        .map(IdText::as_str);
    let body = entry.body.filter(|_| epoch == 0);
    let kind = body
        .and_then(|body| body.get_str("type"))
        .and_then(ContentKind::from_name);
    let shown = body.and_then(|_| words(entry));
    run(
        db,
        "INSERT INTO messages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, ?11)",
        params![
            log,
            entry.seq,
            entry.reference.unwrap_or_default(),
            entry.author.as_str(),
            entry.at.as_millis(),
            epoch,
            re,
            number("quiet"),
            entry.body.is_some(),
            kind.map(|said| said.name()),
            shown,
        ],
    )?;
    run(
        db,
        "UPDATE rooms SET epoch_messages = epoch_messages + 1 WHERE owner_did = ?1",
        [log],
    )?;
    note(db, entry)?;
    run(
        db,
        "UPDATE places SET said_at = ?3 WHERE owner_did = ?1 AND did = ?2",
        params![log, entry.author.as_str(), entry.at.as_millis()],
    )
}

pub(super) fn accepted(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    run(
        db,
        "UPDATE rooms SET accepted = 1 WHERE owner_did = ?1",
        [entry.did.as_str()],
    )?;
    note(db, entry)
}

pub(super) fn hidden(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    run(
        db,
        "UPDATE messages SET is_hidden = 1, body = NULL WHERE owner_did = ?1 AND id = ?2",
        params![entry.did.as_str(), entry.reference],
    )?;
    note(db, entry)
}

pub(super) fn out(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    if let Some(read) = read_operation::<Out>(entry) {
        let (log, who) = (entry.did.as_str(), read.operation.who);
        let params = params![log, who.as_str(), entry.seq];
        run(
            db,
            "UPDATE members SET until_seq = ?3 WHERE owner_did = ?1 AND did = ?2 AND until_seq IS NULL",
            params,
        )?;
        run(
            db,
            "INSERT OR REPLACE INTO outs VALUES (?1, ?2, ?3)",
            params,
        )?;
        ends_offer(db, log, who.as_str())?;
    }
    turn(db, entry)
}

fn ends_offer(db: &Connection, log: &str, who: &str) -> rusqlite::Result<()> {
    run(
        db,
        "UPDATE rooms SET offered = NULL WHERE owner_did = ?1 AND offered = ?2",
        [log, who],
    )
}

pub(super) fn role_given(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    if let Some(read) = read_operation::<RoleGiven>(entry) {
        give(
            db,
            entry.did.as_str(),
            read.operation.who.as_str(),
            read.operation.role,
        )?;
    }
    turn(db, entry)
}

fn give(db: &Connection, log: &str, who: &str, given: TurnRole) -> rusqlite::Result<()> {
    let sql = "SELECT role FROM members WHERE owner_did = ?1 AND did = ?2 AND until_seq IS NULL";
    let role: Option<String> = db
        .prepare_cached(sql)?
        .query_row([log, who], |row| row.get(0))
        .optional()?;
    let Some(role) = role else { return Ok(()) };
    match given.role() {
        Some(role) => {
            run(
                db,
                "UPDATE members SET role = ?3 WHERE owner_did = ?1 AND did = ?2 AND until_seq IS NULL",
                params![log, who, role.name()],
            )?;
            ends_offer(db, log, who)
        }
        // Offered to its owner, it stays theirs.
        None => {
            let to = (Role::from_name(&role) != Some(Role::Owner)).then_some(who);
            run(
                db,
                "UPDATE rooms SET offered = ?2 WHERE owner_did = ?1",
                params![log, to],
            )
        }
    }
}
