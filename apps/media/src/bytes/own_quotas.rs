//! Quotas that the owner of a box gave to one person each, in place of those of the settings.
//!
//! Always: they are the box's own, in no record and no copy of a person's data, and end with the person's data.

use std::collections::BTreeMap;

use imajin_app::{Answer, Node};
use imajin_dfos::order;
use imajin_host::prelude::*;
use imajin_ledger::rows;
use imajin_protocol::Did;
use rusqlite::params;

/// The table in `secrets.sqlite`.
pub(crate) const SCHEMA: &str = "
CREATE TABLE IF NOT EXISTS media_quotas (did TEXT PRIMARY KEY, bytes INTEGER NOT NULL) STRICT, WITHOUT ROWID;
";

/// Returns the person's own quota in bytes, if the owner of the box set one; 0 means that only the disk limits it.
pub(crate) fn read_quota(node: &Node, did: &Did) -> Answer<Option<u64>> {
    node.secrets().row("SELECT bytes FROM media_quotas WHERE did = ?1", [did.as_str()], rows::first)
}

/// All that were given, by DID.
pub(crate) fn all(node: &Node) -> Answer<BTreeMap<String, u64>> {
    Ok(order::map(node.secrets().rows("SELECT did, bytes FROM media_quotas", [], rows::pair)?))
}

/// Sets a person's own quota, or removes it if `bytes` is `None`.
pub(crate) async fn set(node: &Node, did: &Did, bytes: Option<i64>) -> Answer<()> {
    let did = did.clone();
    let put = move |db: &rusqlite::Transaction<'_>| match bytes {
        Some(bytes) => {
            let sql = "INSERT OR REPLACE INTO media_quotas (did, bytes) VALUES (?1, ?2)";
            db.execute(sql, params![did.as_str(), bytes])
        }
        None => db.execute("DELETE FROM media_quotas WHERE did = ?1", [did.as_str()]),
    };
    node.secrets().write(put).await.map(drop)
}

/// Forgets those of people who deleted their data. Waits for the disk on this thread.
pub(crate) fn forget_gone(node: &Node) {
    if let Err(problem) = forget(node) {
        tracing::warn!("quotas of people who are gone stay: {problem}");
    }
}

fn forget(node: &Node) -> Answer<()> {
    for did in all(node)?.into_keys() {
        let status = match Did::parse(&did) {
            Ok(did) => node.status(&did)?,
            Err(_) => None,
        };
        if status.is_none_or(|status| status.deleted) {
            node.secrets().write_blocking(|db| {
                db.execute("DELETE FROM media_quotas WHERE did = ?1", [&did])
            })?;
        }
    }
    Ok(())
}
