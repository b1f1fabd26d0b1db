//! The delegations that a person gave, read from their log.

use imajin_app::{DelegationRecord, Node, Problem};
use imajin_dfos::cid::parse_cid;
use imajin_dfos::{Cid, PublicKey, Timestamp};
use imajin_protocol::Did;
use imajin_protocol::delegation::{Delegation, ScopePattern};

use crate::NAME;

/// Returns the owner's delegations, or those to one key, oldest first.
///
/// The projection has an entry's position but not its CID; the log has both.
pub fn list(
    node: &Node,
    owner: &Did,
    to: Option<&PublicKey>,
) -> Result<Vec<DelegationRecord>, Problem> {
    let to = to.map(PublicKey::to_multikey);
    let (rows, ended) = node.read(NAME, |db| {
        let mut statement = db.prepare_cached("SELECT seq, multikey, scope, until, uses FROM delegations WHERE owner_did = ?1 AND (?2 IS NULL OR multikey = ?2) ORDER BY seq")?;
        let rows = statement
            .query_map((owner.as_str(), &to), |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?, row.get::<_, String>(2)?, row.get::<_, String>(3)?, row.get::<_, Option<i64>>(4)?))
            })?
            .collect::<rusqlite::Result<Vec<_>>>()?;
        let mut statement = db.prepare_cached("SELECT cid FROM delegation_ends WHERE owner_did = ?1")?;
        let ended = statement.query_map([owner.as_str()], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?;
        Ok((rows, ended))
    })?;
    let ended: Vec<Cid> = ended.iter().filter_map(|cid| parse_cid(cid).ok()).collect();
    let mut records = Vec::with_capacity(rows.len());
    for (seq, key, scope, until, uses) in rows {
        let delegation = parse(&key, &scope, &until, uses);
        let (Some(delegation), Some(cid)) = (delegation, entry_cid(node, owner, seq)?) else {
            continue;
        };
        records.push(DelegationRecord {
            cid,
            delegation,
            ended: ended.contains(&cid),
        });
    }
    Ok(records)
}

fn parse(key: &str, scope: &str, until: &str, uses: Option<i64>) -> Option<Delegation> {
    Some(Delegation {
        key: PublicKey::from_multikey(key).ok()?,
        scope: scope
            .split(' ')
            .filter_map(|text| ScopePattern::parse(text).ok())
            .collect(),
        until: Timestamp::parse(until).ok()?,
        uses: uses.and_then(|uses| u64::try_from(uses).ok()),
    })
}

fn entry_cid(node: &Node, did: &Did, seq: i64) -> Result<Option<Cid>, Problem> {
    let Ok(seq) = u64::try_from(seq) else {
        return Ok(None);
    };
    let entries = node.ledger().entries(did, seq.checked_sub(1), 1)?;
    let entry = entries.iter().find(|entry| entry.seq == seq);
    Ok(entry.map(|entry| entry.cid))
}
