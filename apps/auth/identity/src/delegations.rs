//! The delegations that a person gave, read from their log.

use imajin_app::{Answer, DelegationRecord, Node};
use imajin_dfos::cid::parse_cid;
use imajin_dfos::{Cid, PublicKey, Timestamp};
use imajin_ledger::{Reader, StoredEntry};
use imajin_protocol::Did;
use imajin_protocol::delegation::{Delegation, ScopePattern};
use rusqlite::Row;

use crate::NAME;

/// Returns the owner's delegations, or those to one key, oldest first.
///
/// The projection has an entry's position; the log also has its CID and its proof.
pub fn list(node: &Node, owner: &Did, to: Option<&PublicKey>) -> Answer<Vec<DelegationRecord>> {
    let to = to.map(PublicKey::to_multikey);
    let (rows, ended) = node.read(NAME, |db| {
        let db = Reader::from(db);
        let sql = "SELECT seq, multikey, scope, until, uses FROM delegations WHERE owner_did = ?1 AND (?2 IS NULL OR multikey = ?2) ORDER BY seq";
        let line = |row: &Row<'_>| Ok((row.get(0)?, read(row)?));
        let rows = db.rows(sql, (owner.as_str(), &to), line)?;
        let sql = "SELECT cid FROM delegation_ends WHERE owner_did = ?1";
        let ended = db.rows(sql, [owner.as_str()], |row| row.get::<_, String>(0))?;
        Ok((rows, ended))
    })?;
    let ended: Vec<Cid> = ended.iter().filter_map(|cid| parse_cid(cid).ok()).collect();
    let mut records = Vec::with_capacity(rows.len());
    for (seq, delegation) in rows {
        let (Some(delegation), Some(entry)) = (delegation, entry(node, owner, seq)?) else {
            continue;
        };
        let proof = entry.decoded.proof_part();
        records.push(DelegationRecord {
            cid: entry.cid,
            delegation,
            ended: ended.contains(&entry.cid),
            signer: proof.map(|proof| proof.kid.key_id().to_owned()),
        });
    }
    Ok(records)
}

/// Reads a delegation from the columns after its position; `None` if a log from elsewhere says no such thing.
fn read(row: &Row<'_>) -> rusqlite::Result<Option<Delegation>> {
    let (key, scope, until): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?);
    let uses: Option<i64> = row.get(4)?;
    let (Ok(key), Ok(until)) = (PublicKey::from_multikey(&key), Timestamp::parse(&until)) else {
        return Ok(None);
    };
    let scope = scope.split(' ').map(ScopePattern::parse);
    Ok(Some(Delegation {
        key,
        scope: scope.filter_map(Result::ok).collect(),
        until,
        uses: uses.and_then(|uses| u64::try_from(uses).ok()),
    }))
}

fn entry(node: &Node, did: &Did, seq: i64) -> Answer<Option<StoredEntry>> {
    let Ok(seq) = u64::try_from(seq) else {
        return Ok(None);
    };
    let entries = node.ledger().entries(did, seq.checked_sub(1), 1)?;
    Ok(entries.into_iter().find(|entry| entry.seq == seq))
}
