//! The tables of identities: a pure function of the entries, in their order.
//!
//! Always: never refuses; every table has `owner_did`, and a row depends on its owner's log alone.

use imajin_dfos::identity::{Role, Verified};
use imajin_dfos::{Value, cbor};
use imajin_ledger::rows::run;
use imajin_log::{Applied, ops};
use imajin_protocol::Did;
use imajin_protocol::identity::verify_genesis;
use rusqlite::{Connection, params};

use crate::apps;
use crate::guests::{email, readmitted};
use crate::operations::{DescribeApp, KeepChain, NameKey, ReadmitGuest, SetEmail, extends};
use crate::queries::{chain, chain_tokens, is_bare};

/// The tables. `chain_state` is written by [`Verified::to_snapshot`]; `home_*` is the current home, `home_at` and `home_seq`
/// its start. `bare`: the log lacks an identity chain; the node may still keep a chain of its client. `key_names.since` is
/// when the key got its first name. `emails.home` is the node that vouched for the address. Lists in `apps` are JSON.
pub const SCHEMA: &str = "
CREATE TABLE identities (
  owner_did TEXT PRIMARY KEY, dfos_did TEXT, chain_state BLOB, scope TEXT NOT NULL, subtype TEXT,
  home_node TEXT NOT NULL, home_url TEXT NOT NULL, home_epoch INTEGER NOT NULL,
  encryption_key BLOB, require_signed INTEGER NOT NULL, deleted INTEGER NOT NULL, created_at INTEGER NOT NULL, bare INTEGER NOT NULL,
  home_at INTEGER NOT NULL, home_seq INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_dfos ON identities (dfos_did) WHERE dfos_did IS NOT NULL;
CREATE TABLE chains (owner_did TEXT NOT NULL, n INTEGER NOT NULL, token TEXT NOT NULL, PRIMARY KEY (owner_did, n)) STRICT, WITHOUT ROWID;
CREATE TABLE keys (
  owner_did TEXT NOT NULL, id TEXT NOT NULL, multikey TEXT NOT NULL,
  auth INTEGER NOT NULL, assert INTEGER NOT NULL, controller INTEGER NOT NULL, PRIMARY KEY (owner_did, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE key_names (
  owner_did TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL, sheet INTEGER NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (owner_did, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE delegations (
  owner_did TEXT NOT NULL, seq INTEGER NOT NULL, multikey TEXT NOT NULL, scope TEXT NOT NULL, until TEXT NOT NULL, uses INTEGER,
  PRIMARY KEY (owner_did, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE delegation_ends (owner_did TEXT NOT NULL, cid TEXT NOT NULL, PRIMARY KEY (owner_did, cid)) STRICT, WITHOUT ROWID;
CREATE TABLE node_owners (owner_did TEXT NOT NULL, seq INTEGER NOT NULL, owner TEXT NOT NULL, PRIMARY KEY (owner_did, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE emails (
  owner_did TEXT PRIMARY KEY, address TEXT NOT NULL, alias TEXT, home TEXT NOT NULL, offset INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX emails_alias ON emails (alias, offset);
CREATE TABLE readmissions (owner_did TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE apps (
  owner_did TEXT PRIMARY KEY, name TEXT NOT NULL, url TEXT NOT NULL, returns TEXT NOT NULL, scope TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

const PUT_TOKEN: &str = "INSERT OR REPLACE INTO chains VALUES (?1, ?2, ?3)";

/// Brings an entry into the tables.
pub fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let did = entry.did.as_str();
    match (entry.op, entry.body) {
        (ops::IDENTITY_CREATE, Some(body)) => create(db, entry, body),
        (ops::IDENTITY_REGISTER, Some(body)) => register(db, entry, body),
        (ops::IDENTITY_UPDATE, Some(body)) => update(db, entry, body),
        (KeepChain::NAME, Some(body)) => keep(db, entry, body),
        (NameKey::NAME, Some(body)) => name_key(db, entry, body),
        (SetEmail::NAME, _) => email::apply(db, entry),
        (ReadmitGuest::NAME, _) => readmitted::apply(db, entry),
        (DescribeApp::NAME, _) => apps::apply(db, entry),
        (ops::HOME, Some(body)) => home(db, entry, body),
        (ops::DELEGATION_CREATE, Some(body)) => delegate(db, entry, body),
        (ops::DELEGATION_END, _) => {
            let sql = "INSERT OR IGNORE INTO delegation_ends VALUES (?1, ?2)";
            run(db, sql, params![did, entry.reference])
        }
        (ops::SETTINGS_UPDATE, _) => {
            let signed = entry.fact.and_then(|fact| fact.int("require_signed"));
            let sql = "UPDATE identities SET require_signed = ?2 WHERE owner_did = ?1";
            run(db, sql, params![did, signed.unwrap_or(0)])
        }
        (ops::DELETE, _) => {
            run(db, "UPDATE identities SET deleted = 1 WHERE owner_did = ?1", params![did])
        }
        (ops::NODE_CLAIM, _) => {
            let sql = "INSERT OR IGNORE INTO node_owners VALUES (?1, ?2, ?3)";
            let seq = signed(entry.seq.0);
            run(db, sql, params![did, seq, entry.reference])
        }
        _ => Ok(()),
    }
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// docs/format.md §4: begins the log, or gives a bare key's log its chain.
fn create(db: &Connection, entry: &Applied<'_>, body: &Value) -> rusqlite::Result<()> {
    let Some(token) = body.get_str("token") else {
        return Ok(());
    };
    begin(db, entry, body)?;
    let Ok(chain) = verify_genesis(entry.did, token) else {
        return Ok(());
    };
    // A kept chain may have more: the log's own begins here.
    run(db, "DELETE FROM chains WHERE owner_did = ?1", params![entry.did.as_str()])?;
    put_chain(db, entry, &chain, token)
}

/// Keeps the chain of a bare key, if it is theirs and extends the chain that is kept.
fn keep(db: &Connection, entry: &Applied<'_>, body: &Value) -> rusqlite::Result<()> {
    if !is_bare(db, entry.did)? {
        return Ok(());
    }
    let did = entry.did.as_str();
    let stored_count = chain_tokens(db, entry.did)?.len();
    let log = body.get("log").and_then(Value::as_list);
    let log: Option<Vec<&str>> = log.and_then(|log| log.iter().map(Value::as_str).collect());
    let Some(log) = log else {
        return Ok(());
    };
    let Ok(chain) = extends(db, entry.did, &log)? else {
        return Ok(());
    };
    for (n, token) in log.iter().enumerate().skip(stored_count) {
        run(db, PUT_TOKEN, params![did, signed(n as u64), token])?;
    }
    put_state(db, entry.did, &chain)
}

fn register(db: &Connection, entry: &Applied<'_>, body: &Value) -> rusqlite::Result<()> {
    begin(db, entry, body)?;
    let key = body.get_str("key").unwrap_or_default();
    let id = imajin_dfos::PublicKey::from_multikey(key).map(|key| key.key_id()).unwrap_or_default();
    // Like docs/sections.md: a bare key has no roles.
    let sql = "INSERT OR REPLACE INTO keys VALUES (?1, ?2, ?3, 0, 0, 0)";
    run(db, sql, params![entry.did.as_str(), id, key])
}

fn begin(db: &Connection, entry: &Applied<'_>, body: &Value) -> rusqlite::Result<()> {
    let home = body.get("home");
    let text = |name| home.and_then(|home| home.get_str(name)).unwrap_or_default();
    let epoch = home.and_then(|home| home.get_i64("epoch")).unwrap_or(1);
    run(
        db,
        "INSERT INTO identities VALUES (?1, NULL, NULL, ?2, ?3, ?4, ?5, ?6, ?7, 0, 0, ?8, ?9, ?8, ?10)
         ON CONFLICT (owner_did) DO UPDATE SET bare = excluded.bare, scope = excluded.scope, subtype = excluded.subtype, encryption_key = excluded.encryption_key",
        params![
            entry.did.as_str(),
            body.get_str("scope").unwrap_or_default(),
            body.get_str("subtype"),
            text("node"),
            text("url"),
            epoch,
            body.get("encryption_key").and_then(Value::as_bytes),
            entry.at.as_millis(),
            entry.op == ops::IDENTITY_REGISTER,
            signed(entry.seq.0),
        ],
    )
}

fn update(db: &Connection, entry: &Applied<'_>, body: &Value) -> rusqlite::Result<()> {
    let Some(token) = body.get_str("token") else {
        return Ok(());
    };
    let Some(mut chain) = chain(db, entry.did)? else {
        return Ok(());
    };
    match chain.push(token) {
        Ok(()) => put_chain(db, entry, &chain, token),
        // The ledger's rules admit only what extends the chain.
        Err(_) => Ok(()),
    }
}

fn put_chain(
    db: &Connection,
    entry: &Applied<'_>,
    chain: &Verified,
    token: &str,
) -> rusqlite::Result<()> {
    let did = entry.did.as_str();
    let n = signed(chain.operation_count().saturating_sub(1));
    run(db, PUT_TOKEN, params![did, n, token])?;
    put_state(db, entry.did, chain)
}

fn put_state(db: &Connection, did: &Did, chain: &Verified) -> rusqlite::Result<()> {
    let did = did.as_str();
    let state = cbor::encode(&chain.to_snapshot());
    let sql = "UPDATE identities SET dfos_did = ?2, chain_state = ?3 WHERE owner_did = ?1";
    run(db, sql, params![did, chain.did().as_str(), state])?;
    run(db, "DELETE FROM keys WHERE owner_did = ?1", params![did])?;
    for key in chain.state().keys.iter() {
        let has = |role| chain.state().key(role, key.id()).is_some();
        let sql = "INSERT OR REPLACE INTO keys VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
        let [auth, assert, controller] = [Role::Auth, Role::Assert, Role::Controller].map(has);
        run(db, sql, params![did, key.id(), key.multibase(), auth, assert, controller])?;
    }
    Ok(())
}

/// A name stays when its key goes: a sheet that was revoked is still known by it.
fn name_key(db: &Connection, entry: &Applied<'_>, body: &Value) -> rusqlite::Result<()> {
    let (name, sheet) = (body.get_str("name"), body.get_i64("sheet"));
    // A log from elsewhere may say anything.
    let (Some(id), Some(name), Some(sheet @ (0 | 1))) = (entry.reference, name, sheet) else {
        return Ok(());
    };
    let sql = "INSERT INTO key_names VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (owner_did, id) DO UPDATE SET name = excluded.name, sheet = excluded.sheet";
    run(db, sql, params![entry.did.as_str(), id, name, sheet, entry.at.as_millis()])
}

fn home(db: &Connection, entry: &Applied<'_>, body: &Value) -> rusqlite::Result<()> {
    let sql = "UPDATE identities SET home_node = ?2, home_url = ?3, home_epoch = ?4,
           home_at = iif(home_node = ?2, home_at, ?5), home_seq = iif(home_node = ?2, home_seq, ?6) WHERE owner_did = ?1";
    let (node, url) = (body.get_str("node"), body.get_str("url"));
    let (epoch, at, seq) = (body.get_i64("epoch"), entry.at.as_millis(), signed(entry.seq.0));
    run(db, sql, params![entry.did.as_str(), node, url, epoch, at, seq])
}

fn delegate(db: &Connection, entry: &Applied<'_>, body: &Value) -> rusqlite::Result<()> {
    let scope: Vec<&str> = body
        .get("scope")
        .and_then(Value::as_list)
        .unwrap_or_default()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    // No scope has a space in it.
    let scope = scope.join(" ");
    let (key, until, uses) = (body.get_str("key"), body.get_str("until"), body.get_i64("uses"));
    let sql = "INSERT OR REPLACE INTO delegations VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    run(db, sql, params![entry.did.as_str(), signed(entry.seq.0), key, scope, until, uses])
}

#[cfg(test)]
mod tests;
