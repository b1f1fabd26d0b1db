//! Eviction: removes strangers' data that nothing refers to, the oldest first.
//!
//! Always: keeps everything that the node's own people signed, and everything that a rebuild needs: identities with a
//! statement, chains that others signed or countersigned, every credential and revocation. Removes whole chains, never
//! a part of one.

use rusqlite::{Connection, params};

use super::columns::{kind_number, size};
use crate::store::{Answer, Kind, StoreError};

/// Whether the chain `$did` is one of the node's own people. `2`: the origin of what the node itself handed over.
macro_rules! is_own {
    ($did:literal) => {
        concat!(
            "EXISTS (SELECT 1 FROM operations own WHERE own.chain_id = ",
            $did,
            " AND own.kind = 0 AND own.origin = 2)"
        )
    };
}

/// Documents that no chain shows any more.
const DOCUMENTS: &str = concat!(
    "SELECT rowid FROM blobs WHERE NOT EXISTS (SELECT 1 FROM content WHERE content.document = blobs.document \
     AND content.creator = blobs.creator) AND NOT ",
    is_own!("blobs.creator"),
    " ORDER BY rowid LIMIT ?1"
);

/// Content chains that only their creator signed. Reads the log from its beginning to find the oldest without sorting.
const CHAINS: &str = concat!(
    "SELECT content_id, creator FROM operations f NOT INDEXED CROSS JOIN content ON content.genesis_cid = f.cid \
     AND content.content_id = f.chain_id WHERE f.kind = 1 AND NOT ",
    is_own!("content.creator"),
    " AND NOT EXISTS (SELECT 1 FROM signers WHERE signers.content_id = content.content_id) \
     AND NOT EXISTS (SELECT 1 FROM operations o JOIN countersigns s ON s.target = o.cid \
     WHERE o.chain_id = content.content_id AND o.kind = 1) \
     ORDER BY f.seq LIMIT ?1"
);

/// Artifacts without a countersignature.
const ARTIFACTS: &str = concat!(
    "SELECT cid FROM artifacts WHERE signer <> ?2 AND NOT ",
    is_own!("artifacts.signer"),
    " AND NOT EXISTS (SELECT 1 FROM countersigns s WHERE s.target = artifacts.cid) \
     ORDER BY ingested_at, cid LIMIT ?1"
);

/// Identities that signed nothing and that no statement names. An identity that arrived before an operation with a
/// delegated signer may be part of that delegation, so it stays.
const IDENTITIES: &str = concat!(
    "SELECT did FROM operations f NOT INDEXED CROSS JOIN identities i ON i.did = f.chain_id \
     WHERE f.kind = 0 AND did <> ?2 AND NOT EXISTS (SELECT 1 FROM operations e WHERE e.chain_id = f.chain_id \
     AND e.kind = 0 AND e.seq < f.seq) AND NOT ",
    is_own!("i.did"),
    " AND NOT EXISTS (SELECT 1 FROM content WHERE creator = i.did) \
     AND NOT EXISTS (SELECT 1 FROM signers WHERE signers.did = i.did) \
     AND NOT EXISTS (SELECT 1 FROM artifacts WHERE signer = i.did) \
     AND NOT EXISTS (SELECT 1 FROM countersigns WHERE witness = i.did) \
     AND NOT EXISTS (SELECT 1 FROM revocations WHERE issuer = i.did) \
     AND NOT EXISTS (SELECT 1 FROM operations o WHERE o.chain_id = i.did AND o.kind > 1) \
     AND NOT EXISTS (SELECT 1 FROM grant_parties WHERE grant_parties.did = i.did) \
     AND NOT EXISTS (SELECT 1 FROM operations o JOIN countersigns s ON s.target = o.cid \
     WHERE o.chain_id = i.did AND o.kind = 0) \
     AND f.seq > (SELECT COALESCE(MAX(o.seq), 0) FROM signers s JOIN operations o ON o.chain_id = s.content_id \
     AND o.kind = 1 AND o.signer = s.did) \
     ORDER BY f.seq LIMIT ?1"
);

/// Removes up to `most` things of the first kind of which there is any. Returns how many. `own` is the relay's DID.
pub(super) fn evict(db: &Connection, own: &str, most: usize) -> Answer<u64> {
    let most = size(most);
    let waiting = "DELETE FROM pending WHERE id IN (SELECT id FROM pending WHERE origin <> 2 ORDER BY id LIMIT ?1)";
    let documents = format!("DELETE FROM blobs WHERE rowid IN ({DOCUMENTS})");
    for sql in [waiting, &documents] {
        let count = db.prepare_cached(sql)?.execute([most])?;
        if count > 0 {
            return Ok(count as u64);
        }
    }
    let mut count = chains(db, most)?;
    if count == 0 {
        count = artifacts(db, own, most)?;
    }
    if count == 0 {
        count = identities(db, own, most)?;
    }
    Ok(count)
}

fn chains(db: &Connection, most: i64) -> Answer<u64> {
    let rows: Vec<(String, String)> = db
        .prepare_cached(CHAINS)?
        .query_map([most], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    for (id, creator) in &rows {
        remove_chain(db, id, creator)?;
    }
    Ok(rows.len() as u64)
}

fn remove_chain(db: &Connection, id: &str, creator: &str) -> Answer<()> {
    let documents = "DELETE FROM blobs WHERE creator = ?2 AND document IN (SELECT document FROM operations \
         WHERE chain_id = ?1 AND kind = 1 AND document IS NOT NULL) AND NOT EXISTS (SELECT 1 FROM content \
         WHERE content.document = blobs.document AND content.creator = ?2 AND content.content_id <> ?1)";
    db.prepare_cached(documents)?.execute(params![id, creator])?;
    for table in ["credits", "content", "signers"] {
        let sql = format!("DELETE FROM {table} WHERE content_id = ?1");
        db.prepare_cached(&sql)?.execute([id])?;
    }
    forget(db, Kind::Content, id)
}

fn artifacts(db: &Connection, own: &str, most: i64) -> Answer<u64> {
    let cids = names(db, ARTIFACTS, own, most)?;
    for cid in &cids {
        db.prepare_cached("DELETE FROM artifacts WHERE cid = ?1")?.execute([cid])?;
        let count = db.prepare_cached("DELETE FROM operations WHERE cid = ?1")?.execute([cid])?;
        count_down(db, Kind::Artifact, count)?;
    }
    Ok(cids.len() as u64)
}

fn identities(db: &Connection, own: &str, most: i64) -> Answer<u64> {
    let dids = names(db, IDENTITIES, own, most)?;
    for did in &dids {
        for sql in
            ["DELETE FROM identities WHERE did = ?1", "DELETE FROM open_creators WHERE did = ?1"]
        {
            db.prepare_cached(sql)?.execute([did])?;
        }
        forget(db, Kind::Identity, did)?;
    }
    Ok(dids.len() as u64)
}

fn names(db: &Connection, sql: &str, own: &str, most: i64) -> Answer<Vec<String>> {
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map(params![most, own], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Removes an identity with its content chains and all that it signed. Returns the number of operations that went.
pub(super) fn remove_identity(db: &Connection, did: &str) -> Answer<u64> {
    let total = "SELECT total(number) FROM counts";
    let count = || Ok::<_, StoreError>(db.query_row(total, [], |row| row.get::<_, f64>(0))?);
    let before = count()?;
    let mut chains = db.prepare_cached("SELECT content_id FROM content WHERE creator = ?1")?;
    let chains = chains.query_map([did], |row| row.get(0))?;
    for chain in chains.collect::<Result<Vec<String>, _>>()? {
        remove_chain(db, &chain, did)?;
    }
    for sql in [
        "DELETE FROM identities WHERE did = ?1",
        "DELETE FROM open_creators WHERE did = ?1",
        "DELETE FROM artifacts WHERE signer = ?1",
        "DELETE FROM countersigns WHERE witness = ?1",
        "DELETE FROM revocations WHERE issuer = ?1",
        "DELETE FROM grant_resources WHERE cid IN (SELECT cid FROM grants WHERE issuer = ?1)",
        "DELETE FROM grant_parties WHERE cid IN (SELECT cid FROM grants WHERE issuer = ?1)",
        "DELETE FROM grants WHERE issuer = ?1",
        "DELETE FROM pending WHERE wanted = ?1",
    ] {
        db.prepare_cached(sql)?.execute([did])?;
    }
    for kind in Kind::ALL {
        forget(db, kind, did)?;
    }
    // Sums of small whole numbers.
    Ok((before - count()?) as u64)
}

/// Takes a chain's operations out of the log.
fn forget(db: &Connection, kind: Kind, chain: &str) -> Answer<()> {
    let sql = "DELETE FROM operations WHERE chain_id = ?1 AND kind = ?2";
    let count = db.prepare_cached(sql)?.execute(params![chain, kind_number(kind)])?;
    count_down(db, kind, count)
}

fn count_down(db: &Connection, kind: Kind, gone: usize) -> Answer<()> {
    let sql = "UPDATE counts SET number = number - ?2 WHERE kind = ?1";
    db.prepare_cached(sql)?.execute(params![kind_number(kind), size(gone)])?;
    Ok(())
}
