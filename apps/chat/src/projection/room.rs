//! Applies the entries of a conversation's log to its tables.
//!
//! Always: the members, the number of turns and the reason for an epoch are the same as on pages
//! (docs/conversations.md).

use imajin_app::RoomRole;
use imajin_app::data_rights::entries::words;
use imajin_app::operation::{Choice, read_operation};
use imajin_ledger::rows::run;
use imajin_log::Applied;
use imajin_protocol::Did;
use rusqlite::{Connection, params};

use crate::epochs::Before;
use crate::fields::{ContentKind, TurnRole};
use crate::operations::{Admitted, EpochMade, OpenedConversation, Out, RoleGiven};
use crate::queries;

pub(super) fn opened(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(read) = read_operation::<OpenedConversation>(entry) else {
        return Ok(());
    };
    let OpenedConversation { name, opening } = read.operation;
    let sql = "INSERT INTO rooms VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, 0, 0, 0, 0, 0, ?7, ?8, NULL) ON CONFLICT DO NOTHING";
    run(
        db,
        sql,
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
        enter(db, entry, &member.did, member.role)?;
    }
    turn(db, entry)
}

fn enter(db: &Connection, entry: &Applied<'_>, who: &Did, role: RoomRole) -> rusqlite::Result<()> {
    let sql = "INSERT INTO members SELECT ?1, ?2, ?3, NULL, ?4
         WHERE NOT EXISTS (SELECT 1 FROM members WHERE owner_did = ?1 AND did = ?2 AND until_seq IS NULL)";
    run(db, sql, params![entry.did.as_str(), who.as_str(), entry.seq, role.name()])
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
    run(db, "UPDATE rooms SET turns = turns + 1 WHERE owner_did = ?1", [log])?;
    run(db, "INSERT OR REPLACE INTO turns VALUES (?1, ?2)", params![log, entry.seq])?;
    note(db, entry)
}

pub(super) fn admitted(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    if let Some(read) = read_operation::<Admitted>(entry) {
        let admission = read.operation.admission;
        for did in &admission.dids.0 {
            enter(db, entry, did, admission.role)?;
        }
    }
    turn(db, entry)
}

pub(super) fn epoch_made(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(read) = read_operation::<EpochMade>(entry) else {
        return turn(db, entry);
    };
    let (log, epoch) = (entry.did.as_str(), read.operation.epoch);
    let (by, at) = (entry.author.as_str(), entry.at.as_millis());
    let keys = epoch.keys();
    if let Some(before) = Before::read(db.into(), entry.did)?
        && !before.calls_for(entry.at, &keys)
    {
        run(db, "INSERT OR REPLACE INTO uncalled VALUES (?1, ?2, ?3)", params![log, by, at])?;
    }
    run(db, "DELETE FROM epoch_keys WHERE owner_did = ?1", [log])?;
    for (did, keys) in &keys {
        run(db, "INSERT INTO epoch_keys VALUES (?1, ?2, ?3)", params![log, did, keys])?;
    }
    let sql = "UPDATE rooms SET sealed = 1, epoch = ?2, epoch_seq = ?3, epoch_at = ?4, epoch_messages = 0 WHERE owner_did = ?1";
    run(db, sql, params![log, epoch.epoch.0, entry.seq, at])?;
    turn(db, entry)
}

pub(super) fn message(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let (log, by) = (entry.did.as_str(), entry.author.as_str());
    let at = entry.at.as_millis();
    let number = |name: &str| entry.int(name).unwrap_or(0);
    let epoch = number("epoch");
    let body = entry.body.filter(|_| epoch == 0);
    let kind = body.and_then(|body| body.get_str("type")).and_then(ContentKind::from_name);
    let shown = body.and_then(|_| words(entry));
    let sql = "INSERT INTO messages VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, ?10, ?11)";
    run(
        db,
        sql,
        params![
            log,
            entry.seq,
            entry.reference.unwrap_or_default(),
            by,
            at,
            epoch,
            entry.id("re"),
            number("quiet"),
            entry.body.is_some(),
            kind.map(|said| said.name()),
            shown,
        ],
    )?;
    run(db, "UPDATE rooms SET epoch_messages = epoch_messages + 1 WHERE owner_did = ?1", [log])?;
    note(db, entry)?;
    let sql = "UPDATE places SET said_at = ?3 WHERE owner_did = ?1 AND did = ?2";
    run(db, sql, params![log, by, at])
}

pub(super) fn accepted(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    run(db, "UPDATE rooms SET accepted = 1 WHERE owner_did = ?1", [entry.did.as_str()])?;
    note(db, entry)
}

pub(super) fn hidden(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let sql = "UPDATE messages SET is_hidden = 1, body = NULL WHERE owner_did = ?1 AND id = ?2";
    run(db, sql, params![entry.did.as_str(), entry.reference])?;
    note(db, entry)
}

pub(super) fn out(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    if let Some(read) = read_operation::<Out>(entry) {
        let (log, who) = (entry.did.as_str(), read.operation.who);
        let params = params![log, who.as_str(), entry.seq];
        let sql = "UPDATE members SET until_seq = ?3 WHERE owner_did = ?1 AND did = ?2 AND until_seq IS NULL";
        run(db, sql, params)?;
        run(db, "INSERT OR REPLACE INTO outs VALUES (?1, ?2, ?3)", params)?;
        ends_offer(db, entry.did, &who)?;
    }
    turn(db, entry)
}

fn ends_offer(db: &Connection, log: &Did, who: &Did) -> rusqlite::Result<()> {
    let sql = "UPDATE rooms SET offered = NULL WHERE owner_did = ?1 AND offered = ?2";
    run(db, sql, [log.as_str(), who.as_str()])
}

pub(super) fn role_given(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    if let Some(read) = read_operation::<RoleGiven>(entry) {
        let RoleGiven { who, role } = read.operation;
        give(db, entry.did, &who, role)?;
    }
    turn(db, entry)
}

fn give(db: &Connection, log: &Did, who: &Did, given: TurnRole) -> rusqlite::Result<()> {
    let Some(role) = queries::role(db.into(), log, who)? else {
        return Ok(());
    };
    match given.role() {
        Some(role) => {
            let sql = "UPDATE members SET role = ?3 WHERE owner_did = ?1 AND did = ?2 AND until_seq IS NULL";
            run(db, sql, params![log.as_str(), who.as_str(), role.name()])?;
            ends_offer(db, log, who)
        }
        // Offered to its owner, it stays theirs.
        None => {
            let to = (role != RoomRole::Owner).then_some(who.as_str());
            run(db, "UPDATE rooms SET offered = ?2 WHERE owner_did = ?1", params![log.as_str(), to])
        }
    }
}
