//! Manifests: the newest of each asset, whom it names, and who agreed to which.
//!
//! Always: a manifest whose words were erased is none, and no older one comes back in its place. A row says what an entry says,
//! and nothing of whether that is true.

use imajin_app::operation::{EntryOperation as Read, read_operation};
use imajin_ledger::rows::run;
use imajin_log::Applied;
use imajin_protocol::fair::Manifest;
use rusqlite::{Connection, Result, params};

use crate::fair::people;
use crate::fields::{AgreedBy, agreed_json};
use crate::ids::AssetId;
use crate::operations::{FairAgreed, PutFair};
use crate::queries::{self, State};

pub(super) fn put(db: &Connection, entry: &Applied<'_>) -> Result<()> {
    let owner = entry.did.as_str();
    let Some(asset) = entry.reference.and_then(AssetId::parse) else {
        return Ok(());
    };
    let Some(state) = queries::state(db.into(), owner, &asset)? else {
        return Ok(());
    };
    remove(db, owner, asset.as_str())?;
    let Some(read) = read_operation::<PutFair>(entry).filter(|_| state != State::Erased) else {
        return Ok(());
    };
    let (put, manifest) = (&read.operation, &read.operation.manifest);
    if put.fair != manifest.digest() {
        return Ok(());
    }
    let agreed = put.agreed.as_ref().map_or(&[][..], |all| &all.0);
    let asset = asset.as_str();
    let fair = AssetFair { asset, manifest, agreed };
    insert(db, entry, fair)?;
    made_by(db, owner, (asset, manifest))
}

/// The manifest of an asset, with the makers who agreed to it.
#[derive(Clone, Copy)]
pub(super) struct AssetFair<'a> {
    pub(super) asset: &'a str,
    pub(super) manifest: &'a Manifest,
    pub(super) agreed: &'a [AgreedBy],
}

/// Enters a bought work's manifest unless its owner entered one. All makers had agreed, so no agreement is asked for.
pub(super) fn bought(db: &Connection, entry: &Applied<'_>, fair: AssetFair<'_>) -> Result<()> {
    match queries::fair(db.into(), entry.did.as_str(), fair.asset)? {
        Some(_) => Ok(()),
        None => insert(db, entry, fair),
    }
}

fn insert(db: &Connection, entry: &Applied<'_>, fair: AssetFair<'_>) -> Result<()> {
    let manifest = fair.manifest;
    let agreed =
        agreed_json(fair.agreed.iter().map(|one| (one.did.as_str(), one.signature.as_str())));
    let sql = "INSERT INTO fairs (owner_did, asset, fair, work, manifest, agreed, free, at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    let params = params![
        entry.did.as_str(),
        fair.asset,
        manifest.digest().to_string(),
        manifest.work().ok().flatten().map(|work| work.cid),
        manifest.text(),
        agreed.to_string(),
        manifest.is_free_to_train(),
        entry.at.as_millis(),
    ];
    run(db, sql, params)
}

fn made_by(db: &Connection, owner: &str, (asset, manifest): (&str, &Manifest)) -> Result<()> {
    let sql = "INSERT INTO made_by (owner_did, asset, did) VALUES (?1, ?2, ?3)";
    let mut insert = db.prepare_cached(sql)?;
    for did in people(manifest) {
        insert.execute([owner, asset, did.as_str()])?;
    }
    Ok(())
}

/// Removes the manifest of an asset, and its makers.
pub(super) fn remove(db: &Connection, owner: &str, asset: &str) -> Result<()> {
    for sql in [
        "DELETE FROM fairs WHERE owner_did = ?1 AND asset = ?2",
        "DELETE FROM made_by WHERE owner_did = ?1 AND asset = ?2",
    ] {
        run(db, sql, [owner, asset])?;
    }
    Ok(())
}

pub(super) fn agreed(db: &Connection, entry: &Applied<'_>, read: Read<FairAgreed>) -> Result<()> {
    let sql = "INSERT OR REPLACE INTO agreements (owner_did, fair, did, signature, at_ms)
        VALUES (?1, ?2, ?3, ?4, ?5)";
    let params = params![
        entry.did.as_str(),
        read.operation.fair.to_string(),
        entry.author.as_str(),
        read.operation.signature.as_str(),
        entry.at.as_millis(),
    ];
    run(db, sql, params)
}
