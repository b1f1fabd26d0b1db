//! Manifests of assets, and who agreed to them.

use imajin_app::FromRow;
use imajin_ledger::{Reader, rows};
use rusqlite::Result;
use serde::Deserialize;

use super::asset::{self, Asset};

/// Requests that are looked at, the newest first.
const ASKED_MAX: usize = 50;
/// Works that are listed as free.
const FREE_MAX: usize = 500;

/// The manifest that is entered for an asset. Nothing of it is checked.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct EnteredFair {
    pub(crate) digest: String,
    pub(crate) manifest: String,
    /// The signatures that came with it, as JSON.
    pub(crate) agreed: String,
    /// The CID of the file that it is about.
    pub(crate) work: Option<String>,
}

impl EnteredFair {
    /// The signatures that came with it: `(did, signature)`.
    pub(crate) fn signatures(&self) -> Vec<(String, String)> {
        let all: Vec<Beside> = serde_json::from_str(&self.agreed).unwrap_or_default();
        all.into_iter().map(|one| (one.did, one.signature)).collect()
    }
}

/// A signature next to a manifest.
#[derive(Deserialize)]
struct Beside {
    did: String,
    signature: String,
}

/// The part of a manifest that answers with the file mention.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct FairMark {
    pub(crate) digest: String,
    /// Whether the manifest lets all train programs with it.
    pub(crate) is_free: bool,
}

/// The manifest that is entered for an asset.
pub(crate) fn fair(db: Reader<'_>, owner: &str, asset: &str) -> Result<Option<EnteredFair>> {
    let sql = "SELECT fair, manifest, agreed, work FROM fairs WHERE owner_did = ?1 AND asset = ?2";
    db.row(sql, [owner, asset], EnteredFair::read)
}

/// Returns the mark of an asset's manifest.
pub(crate) fn fair_mark(db: Reader<'_>, owner: &str, asset: &str) -> Result<Option<FairMark>> {
    let sql = "SELECT fair, free FROM fairs WHERE owner_did = ?1 AND asset = ?2";
    db.row(sql, [owner, asset], FairMark::read)
}

/// The signatures that people gave to a manifest of an owner's later: `(did, signature)`.
pub(crate) fn agreements(db: Reader<'_>, owner: &str, fair: &str) -> Result<Vec<(String, String)>> {
    let sql = "SELECT did, signature FROM agreements WHERE owner_did = ?1 AND fair = ?2
        ORDER BY at_ms, did";
    db.rows(sql, [owner, fair], rows::pair)
}

/// Whether a person agreed to a manifest of this owner.
pub(crate) fn has_agreed(db: Reader<'_>, owner: &str, (digest, did): (&str, &str)) -> Result<bool> {
    let sql = "SELECT 1 FROM agreements WHERE owner_did = ?1 AND fair = ?2 AND did = ?3";
    db.exists(sql, [owner, digest, did])
}

/// Whether the manifest of an asset names a person.
pub(crate) fn is_made_by(db: Reader<'_>, owner: &str, (asset, did): (&str, &str)) -> Result<bool> {
    let sql = "SELECT 1 FROM made_by WHERE owner_did = ?1 AND asset = ?2 AND did = ?3";
    db.exists(sql, [owner, asset, did])
}

/// The digests of manifests of an owner's kept assets that name a person, and are about this work or have this digest.
pub(crate) fn current(
    db: Reader<'_>,
    owner: &str,
    (did, work, digest): (&str, &str, &str),
) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT fairs.fair FROM made_by
        JOIN fairs USING (owner_did, asset)
        JOIN assets ON assets.owner_did = fairs.owner_did AND assets.id = fairs.asset
        WHERE made_by.owner_did = ?1 AND made_by.did = ?2 AND assets.state = 'kept'
        AND (fairs.work = ?3 OR fairs.fair = ?4)
        ORDER BY fairs.fair";
    db.rows(sql, [owner, did, work, digest], |row| row.get(0))
}

/// Returns the assets of others whose manifest names a person who has not agreed to it, the newest manifest first. This
/// query does not know whether the person signed the manifest.
pub(crate) fn asked(db: Reader<'_>, did: &str) -> Result<Vec<Asset>> {
    let sql = asset::select(&format!(
        "JOIN (SELECT made_by.owner_did AS whose, made_by.asset AS named, fairs.at_ms AS since FROM made_by
            JOIN fairs USING (owner_did, asset)
            WHERE made_by.did = ?1 AND made_by.owner_did <> ?1 AND instr(fairs.agreed, ?1) = 0 AND NOT EXISTS (SELECT 1 FROM agreements
                WHERE agreements.owner_did = fairs.owner_did AND agreements.fair = fairs.fair AND agreements.did = ?1))
            ON owner_did = whose AND id = named
        WHERE state = 'kept' ORDER BY since DESC, id LIMIT {ASKED_MAX}"
    ));
    db.rows(&sql, [did], Asset::read)
}

/// When the manifest of an asset was entered.
pub(crate) fn fair_since(db: Reader<'_>, owner: &str, asset: &str) -> Result<Option<i64>> {
    let sql = "SELECT at_ms FROM fairs WHERE owner_did = ?1 AND asset = ?2";
    db.row(sql, [owner, asset], |row| row.get(0))
}

/// Returns the ids of public works that all may train programs with.
pub(crate) fn free_works(db: Reader<'_>) -> Result<Vec<String>> {
    let sql = format!(
        "SELECT assets.id FROM fairs JOIN assets ON assets.owner_did = fairs.owner_did AND assets.id = fairs.asset
        WHERE fairs.free = 1 AND assets.state = 'kept' AND assets.access = 'public'
        ORDER BY assets.id LIMIT {FREE_MAX}"
    );
    db.rows(&sql, [], |row| row.get(0))
}
