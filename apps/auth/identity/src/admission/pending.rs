//! Registrations whose key has not been proved yet. A log begins with the first proof; those that never prove anything
//! end after 24 h, and there are never more than so many.

use imajin_app::{Node, Problem};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use imajin_protocol::identity::{Scope, Subtype};
use rusqlite::{Transaction, params};

/// Lifetime of a registration without a proof, in milliseconds.
const WAIT_MS: i64 = 24 * 3600 * 1000;

/// A registration that waits for its first proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pending {
    pub(crate) did: Did,
    pub(crate) handle: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) scope: Scope,
    pub(crate) subtype: Option<Subtype>,
    /// The invite that was taken for it.
    pub(crate) invite: Option<String>,
    /// The identity chain that they sent, verified; empty for none.
    pub(crate) chain: Vec<String>,
    pub(crate) admitted: bool,
}

/// Puts one down; the oldest makes room. `Err` names the handle that another one waits for.
pub(crate) fn put(node: &Node, pending: &Pending) -> Result<Result<(), String>, Problem> {
    let now = node.now().as_millis();
    let most = i64::try_from(node.limits().registrations.max(1)).unwrap_or(i64::MAX);
    node.secrets().write_blocking(|db| {
        end(db, "created < ?1", now - WAIT_MS)?;
        let sql = "SELECT EXISTS (SELECT 1 FROM auth_pending WHERE handle = ?1 AND did <> ?2)";
        let params = params![pending.handle, pending.did.as_str()];
        let taken: bool = db.query_row(sql, params, |row| row.get(0))?;
        if let (true, Some(handle)) = (taken, &pending.handle) {
            return Ok(Err(handle.clone()));
        }
        let waiting: i64 = db.query_row("SELECT count(*) FROM auth_pending", [], |row| row.get(0))?;
        if waiting >= most {
            // Registrations without an invite end first: an invite means that a person vouches for them.
            end(db, "did IN (SELECT did FROM auth_pending ORDER BY invite IS NOT NULL, created LIMIT ?1)", waiting - most + 1)?;
        }
        let sql = "INSERT OR REPLACE INTO auth_pending VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let (did, scope) = (pending.did.as_str(), pending.scope.as_str());
        let subtype = pending.subtype.map(Subtype::as_str);
        let Pending { handle, name, invite, admitted, .. } = pending;
        db.execute(sql, params![did, handle, name, scope, subtype, invite, admitted, now])?;
        if !pending.chain.is_empty() {
            put_log(db, &pending.did, &pending.chain)?;
        }
        Ok(Ok(()))
    })
}

/// Ends the registrations that waited too long, so that their invites are good again.
pub(super) fn end_lapsed(node: &Node) -> Result<(), Problem> {
    let since = node.now().as_millis() - WAIT_MS;
    if node.secrets().exists("SELECT 1 FROM auth_pending WHERE created < ?1", [since])? {
        node.secrets().write_blocking(|db| end(db, "created < ?1", since))?;
    }
    Ok(())
}

/// Ends registrations that came to nothing and gives their invites back: codes of the node, and invitations to connect.
fn end(db: &Transaction<'_>, which: &str, value: i64) -> rusqlite::Result<()> {
    for table in ["auth_invites", "auth_invited"] {
        let sql = format!(
            "UPDATE {table} SET uses = max(0, uses - (SELECT count(*) FROM auth_pending WHERE invite = code AND {which}))
             WHERE code IN (SELECT invite FROM auth_pending WHERE {which})"
        );
        db.execute(&sql, [value])?;
    }
    db.execute(&format!("DELETE FROM auth_pending WHERE {which}"), [value])?;
    let sql = "DELETE FROM auth_pending_chains WHERE did NOT IN (SELECT did FROM auth_pending)";
    db.execute(sql, []).map(drop)
}

/// The registration of a DID that still waits.
pub(crate) fn find(node: &Node, did: &Did) -> Result<Option<Pending>, Problem> {
    let since = node.now().as_millis() - WAIT_MS;
    let sql = "SELECT handle, name, scope, subtype, invite, admitted, log FROM auth_pending LEFT JOIN auth_pending_chains USING (did)
        WHERE did = ?1 AND created >= ?2";
    let params = params![did.as_str(), since];
    node.secrets().row(sql, params, |row| {
        let (scope, subtype): (String, Option<String>) = (row.get(2)?, row.get(3)?);
        let log: Option<String> = row.get(6)?;
        Ok(Pending {
            did: did.clone(),
            handle: row.get(0)?,
            name: row.get(1)?,
            scope: scope.parse().unwrap_or(Scope::Actor),
            subtype: subtype.and_then(|word| word.parse().ok()),
            invite: row.get(4)?,
            admitted: row.get(5)?,
            // No token has a space in it.
            chain: log.iter().flat_map(|log| log.split(' ')).map(str::to_owned).collect(),
        })
    })
}

/// Keeps the chain of a registration that still waits, for a client that sends it later than the rest.
pub(crate) fn put_chain(node: &Node, did: &Did, log: &[String]) -> Result<(), Problem> {
    node.secrets().write_blocking(|db| put_log(db, did, log))
}

fn put_log(db: &Transaction<'_>, did: &Did, log: &[String]) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO auth_pending_chains VALUES (?1, ?2)";
    db.execute(sql, params![did.as_str(), log.join(" ")]).map(drop)
}

/// The log has begun: the registration is done, and that its key was admitted stays known.
pub(crate) fn finish(node: &Node, did: &Did) -> Result<(), Problem> {
    node.secrets().write_blocking(|db| {
        db.execute("INSERT OR IGNORE INTO auth_admitted SELECT did FROM auth_pending WHERE did = ?1 AND admitted = 1", [did.as_str()])?;
        db.execute("INSERT OR IGNORE INTO auth_by_invite SELECT did FROM auth_pending WHERE did = ?1 AND invite IS NOT NULL", [did.as_str()])?;
        db.execute("DELETE FROM auth_pending_chains WHERE did = ?1", [did.as_str()])?;
        db.execute("DELETE FROM auth_pending WHERE did = ?1", [did.as_str()]).map(drop)
    })
}
