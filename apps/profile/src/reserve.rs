//! Handles of those who left: kept for 90 days, so that nobody takes one and is mistaken for them.
//!
//! Always: what is kept is a keyed hash beside the DID that last held the handle, never the handle. It stands in
//! `secrets.sqlite`: an erased claim cannot be read again, so no projection could hold it and still equal a rebuild.

use imajin_dfos::cid::sha256;
use imajin_ledger::Command;
use imajin_protocol::Did;
use imajin_service::{Done, Node, Problem};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde_json::json;

use crate::decide::ARG_RESERVED;
use crate::handle::Handle;
use crate::{ops, projection, reads};

/// How long a handle is kept (WIRE.md §10).
const KEPT_MS: i64 = 90 * 24 * 3600 * 1000;

/// The tables in `secrets.sqlite`.
pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS profile_handle_key (id INTEGER PRIMARY KEY CHECK (id = 1), key BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS profile_handles (hash BLOB PRIMARY KEY, owner_did TEXT NOT NULL) STRICT, WITHOUT ROWID;
";

fn key(db: &Connection) -> rusqlite::Result<Option<[u8; 32]>> {
    db.prepare_cached("SELECT key FROM profile_handle_key")?
        .query_row([], |row| row.get(0))
        .optional()
}

fn hash(key: &[u8; 32], handle: &str) -> [u8; 32] {
    // The key has a fixed length and a handle is never secret together with a longer one: a prefix is as good as HMAC.
    sha256(&[&key[..], handle.as_bytes()].concat())
}

/// Whether a handle is kept for somebody else who left.
pub(crate) fn is_kept(node: &Node, handle: &Handle, asks: Option<&Did>) -> Result<bool, Problem> {
    let owner: Option<String> = node.secrets().read(|db| {
        let Some(key) = key(db)? else { return Ok(None) };
        let sql = "SELECT owner_did FROM profile_handles WHERE hash = ?1";
        db.prepare_cached(sql)?
            .query_row([hash(&key, handle.as_str())], |row| row.get(0))
            .optional()
    })?;
    let Some(owner) = owner.filter(|owner| asks.is_none_or(|did| did.as_str() != owner)) else {
        return Ok(false);
    };
    let left = node.read(projection::PROJECTION.name, |db| {
        reads::deleted_at(db, &owner)
    })?;
    Ok(left.is_some_and(|at| node.now().as_millis() - at < KEPT_MS))
}

/// Tells the decision whether the handle that somebody claims is kept.
pub(crate) fn prepare(node: &Node, command: &mut Command) -> Result<(), Problem> {
    let claimed = command
        .body
        .as_ref()
        .filter(|_| command.op == ops::HANDLE_CLAIM)
        .and_then(|body| body.get_str("handle"));
    if let Some(Ok(handle)) = claimed.map(Handle::parse) {
        command.args = json!({ ARG_RESERVED: is_kept(node, &handle, Some(&command.did))? });
    }
    Ok(())
}

/// Notes who holds a handle now.
pub(crate) fn settled(node: &Node, done: &Done<'_>) {
    if done.op == ops::HANDLE_CLAIM && done.outcome.is_ok() {
        note(node, Some(done.did));
    }
}

/// Notes who holds which handle: of one DID, or of everybody (claims that arrived by import, or just before a crash).
pub(crate) fn note(node: &Node, did: Option<&Did>) {
    let held = node.read(projection::PROJECTION.name, |db| {
        let mut statement = db.prepare_cached("SELECT handle, owner_did FROM claims WHERE ?1 IS NULL OR owner_did = ?1 ORDER BY since DESC")?;
        let rows = statement.query_map([did.map(Did::as_str)], |row| Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?)))?;
        rows.collect::<Result<Vec<_>, _>>()
    });
    let written = held.and_then(|held| {
        if held.is_empty() {
            return Ok(());
        }
        let fresh = imajin_service::random::bytes::<32>()?;
        node.secrets()
            .write_blocking(|transaction| write(transaction, &fresh, &held))
    });
    if let Err(problem) = written {
        tracing::warn!("who holds which handle could not be noted: {problem}");
    }
}

fn write(
    db: &Transaction<'_>,
    fresh: &[u8; 32],
    held: &[(String, String)],
) -> rusqlite::Result<()> {
    db.execute(
        "INSERT INTO profile_handle_key (id, key) VALUES (1, ?1) ON CONFLICT DO NOTHING",
        [fresh],
    )?;
    let key = key(db)?.unwrap_or(*fresh);
    let mut statement = db.prepare_cached(
        "INSERT INTO profile_handles (hash, owner_did) VALUES (?1, ?2) ON CONFLICT (hash) DO UPDATE SET owner_did = excluded.owner_did
         WHERE owner_did <> excluded.owner_did",
    )?;
    for (handle, did) in held {
        statement.execute(params![hash(&key, handle), did])?;
    }
    Ok(())
}
