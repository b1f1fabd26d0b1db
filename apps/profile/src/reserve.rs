//! Reserved handles: after a person deletes their data, no one else can claim their handle for 90 days and pass for
//! them.
//!
//! Always: the table holds a keyed hash and the DID that last held the handle, never the handle. It is in
//! `secrets.sqlite`: an erased claim can't be read again, so a projection with it would differ from a rebuild.

use imajin_app::{Answer, Node};
use imajin_dfos::cid::sha256;
use imajin_host::prelude::*;
use imajin_ledger::Reader;
use imajin_protocol::Did;
use rusqlite::{Connection, params};

use crate::handle::Handle;
use crate::queries;

/// Duration of a reservation, in milliseconds (docs/api.md, "Data rights").
const KEPT_MS: i64 = 90 * 24 * 3600 * 1000;

/// The tables in `secrets.sqlite`.
pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS profile_handle_key (id INTEGER PRIMARY KEY CHECK (id = 1), key BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS profile_handles (hash BLOB PRIMARY KEY, owner_did TEXT NOT NULL) STRICT, WITHOUT ROWID;
";

fn key(db: &Connection) -> rusqlite::Result<Option<[u8; 32]>> {
    Reader::from(db).row("SELECT key FROM profile_handle_key", [], |row| row.get(0))
}

fn hash(key: &[u8; 32], handle: &str) -> [u8; 32] {
    // The key has a fixed length and handles have a fixed form, so a prefix is as safe as HMAC.
    sha256(&[&key[..], handle.as_bytes()].concat())
}

/// Whether a handle is reserved for a person other than `asks` who deleted their data.
pub(crate) fn is_kept(node: &Node, handle: &Handle, asks: Option<&Did>) -> Answer<bool> {
    let owner: Option<String> = node.secrets().read(|db| {
        let Some(key) = key(db)? else { return Ok(None) };
        let sql = "SELECT owner_did FROM profile_handles WHERE hash = ?1";
        Reader::from(db).row(sql, [hash(&key, handle.as_str())], |row| row.get(0))
    })?;
    let Some(owner) = owner.filter(|owner| asks.is_none_or(|did| did.as_str() != owner)) else {
        return Ok(false);
    };
    let left = queries::read(node, |db| queries::deleted_at(db, &owner))?;
    Ok(left.is_some_and(|at| node.now().as_millis() - at < KEPT_MS))
}

/// Records the holder of each handle: of one DID, or of all (for imported claims, and claims just before a crash).
pub(crate) fn note(node: &Node, did: Option<&Did>) {
    if let Err(problem) = record(node, did) {
        tracing::warn!("the holders of handles could not be recorded: {problem}");
    }
}

fn record(node: &Node, did: Option<&Did>) -> Answer<()> {
    let held: Vec<(String, String)> = queries::read(node, |db| {
        let sql = "SELECT handle, owner_did FROM claims WHERE ?1 IS NULL OR owner_did = ?1 ORDER BY since DESC";
        db.rows(sql, [did.map(Did::as_str)], |row| row.try_into())
    })?;
    if held.is_empty() {
        return Ok(());
    }
    let fresh = imajin_host::random::bytes::<32>()?;
    node.secrets().write_blocking(|db| {
        let sql = "INSERT INTO profile_handle_key (id, key) VALUES (1, ?1) ON CONFLICT DO NOTHING";
        db.execute(sql, [fresh])?;
        let key = key(db)?.unwrap_or(fresh);
        let sql = "INSERT INTO profile_handles (hash, owner_did) VALUES (?1, ?2)
            ON CONFLICT (hash) DO UPDATE SET owner_did = excluded.owner_did WHERE owner_did <> excluded.owner_did";
        let mut statement = db.prepare_cached(sql)?;
        for (handle, did) in &held {
            statement.execute(params![hash(&key, handle), did])?;
        }
        Ok(())
    })
}
