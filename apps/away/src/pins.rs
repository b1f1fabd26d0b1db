//! Pins: the earlier proofs of other nodes. A person's longest chain and highest epoch, a node's longest chain, addresses and TLS key, and the DID that
//! first had a handle.
//!
//! Always: they never go back. A proof that contradicts one changes nothing, except that a second home in one epoch ends the belief in the first. The
//! least recently seen are forgotten beyond [`ROWS_MAX`], and proofs beyond [`PROOF_BYTES_KEPT`]: the pin itself stays.

use imajin_app::{Answer, FromRow, Node};
use imajin_dfos::{Timestamp, cid};
use imajin_host::prelude::*;
use imajin_log::home::{HomeProof, ProvenHome};
use imajin_log::rules::Chain;
use imajin_protocol::Did;
use rusqlite::{Connection, OptionalExtension, Result, Transaction, params};

use crate::address::Address;

/// Milliseconds for which a pin answers without a request: a day.
const FRESH_MS: i64 = 24 * 60 * 60 * 1_000;
/// Rows of each table, at most: some 300 bytes each.
const ROWS_MAX: u32 = 10_000;
/// Bytes of all proofs that are kept, for about thirty people. The others prove their home again.
const PROOF_BYTES_KEPT: u32 = 128 << 10;
/// Addresses of a node that are kept.
const URLS_MAX: usize = 4;

/// The reason that a valid proof is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum PinFault {
    #[error("chain: shorter")]
    OlderChain,
    #[error("chain: forked")]
    OtherChain,
    #[error("epoch: lower")]
    LowerEpoch,
    /// A home that was named by keys which had been replaced when an earlier home was seen.
    #[error("key: replaced")]
    ReplacedKey,
    #[error("node: forked")]
    NodeChain,
}

/// The result of comparing a valid proof with the pins.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Believed,
    /// The proof contradicts a pin.
    Refused(PinFault),
    /// Another node proved the same epoch: these are both proofs.
    TwoHomes([String; 2]),
}

/// A proof that was checked, as it is pinned.
pub(crate) struct Checked<'a> {
    pub(crate) home: &'a ProvenHome,
    pub(crate) proof: &'a HomeProof,
    /// The SHA-256 of the TLS key that the node showed.
    pub(crate) tls_key: Option<[u8; 32]>,
    pub(crate) at: Timestamp,
}

#[derive(Debug, FromRow)]
pub(crate) struct PersonPin {
    operations: usize,
    chain: Vec<u8>,
    epoch: u64,
    node: String,
    /// The last address of the home.
    pub(crate) url: String,
    /// Whether another node proved the same epoch.
    is_doubted: bool,
    seen_at: i64,
    /// The proof, if it is still kept.
    pub(crate) proof: Option<String>,
    /// The proof of the other node, if it is still kept.
    rival: Option<String>,
}

#[derive(Debug)]
pub(crate) struct HandlePin {
    pub(crate) did: Did,
    seen_at: i64,
}

fn is_fresh(seen_at: i64, now: Timestamp) -> bool {
    // A clock that was set back makes a pin old, not young for ever.
    (0..FRESH_MS).contains(&(now.as_millis() - seen_at))
}

impl PersonPin {
    /// Whether the pin answers without a request.
    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        !self.is_doubted && is_fresh(self.seen_at, now)
    }

    fn compare(&self, checked: &Checked<'_>) -> Option<PinFault> {
        let home = checked.home;
        if home.chain.operation_count() < self.operations {
            return Some(PinFault::OlderChain);
        }
        if !continues(&home.chain, &self.chain) {
            return Some(PinFault::OtherChain);
        }
        if home.home.epoch < self.epoch {
            return Some(PinFault::LowerEpoch);
        }
        let is_same = home.home.epoch == self.epoch && home.home.node.as_str() == self.node;
        // All operations that were seen with this home came before the entry that names the next one.
        if !is_same && home.position + 1 < self.operations {
            return Some(PinFault::ReplacedKey);
        }
        None
    }
}

impl HandlePin {
    /// Whether the pin answers without a request.
    pub(crate) fn is_fresh(&self, now: Timestamp) -> bool {
        is_fresh(self.seen_at, now)
    }
}

fn continues(chain: &Chain, newest: &[u8]) -> bool {
    cid::from_bytes(newest).is_ok_and(|cid| chain.position(&cid).is_some())
}

pub(crate) fn person(db: &Connection, did: &Did) -> Result<Option<PersonPin>> {
    let sql = "SELECT operations, chain, epoch, node, url, is_doubted, p.seen_at, proof, rival
        FROM away_people p LEFT JOIN away_proofs USING (did) WHERE p.did = ?1";
    db.prepare_cached(sql)?.query_row([did.as_str()], PersonPin::read).optional()
}

/// Compares a valid proof with the pins, and pins it if it is believed.
pub(crate) fn accept(db: &Transaction<'_>, checked: &Checked<'_>) -> Result<Verdict> {
    let pin = person(db, &checked.home.did)?;
    if let Some(fault) = pin.as_ref().and_then(|pin| pin.compare(checked)) {
        return Ok(Verdict::Refused(fault));
    }
    if !accept_node(db, checked)? {
        return Ok(Verdict::Refused(PinFault::NodeChain));
    }
    let text = serde_json::to_string(checked.proof).unwrap_or_default();
    let home = &checked.home.home;
    let rival = pin.filter(|pin| {
        let is_rival = pin.node != home.node.as_str();
        pin.epoch == home.epoch && (is_rival || pin.is_doubted)
    });
    let verdict = match rival {
        Some(pin) => Verdict::TwoHomes(doubt(db, checked, pin, text)?),
        None => {
            believe(db, checked, &text)?;
            Verdict::Believed
        }
    };
    trim(db)?;
    Ok(verdict)
}

fn believe(db: &Transaction<'_>, checked: &Checked<'_>, text: &str) -> Result<()> {
    let (did, home) = (checked.home.did.as_str(), &checked.home.home);
    let seen_at = checked.at.as_millis();
    let chain = &checked.home.chain;
    let sql = "INSERT OR REPLACE INTO away_people (did, operations, chain, epoch, node, url, is_doubted, seen_at)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, FALSE, ?7)";
    let operations = i64::try_from(chain.operation_count()).unwrap_or(i64::MAX);
    let (newest, epoch) = (chain.head_cid().to_bytes(), home.epoch.cast_signed());
    let row = params![did, operations, newest, epoch, home.node.as_str(), &*home.url, seen_at];
    db.execute(sql, row)?;
    keep_proof(db, (did, text, None), seen_at)
}

/// Notes that two nodes proved one epoch. Returns both proofs, as far as they are kept.
fn doubt(
    db: &Transaction<'_>,
    checked: &Checked<'_>,
    pin: PersonPin,
    text: String,
) -> Result<[String; 2]> {
    let did = checked.home.did.as_str();
    let is_first = pin.node == checked.home.home.node.as_str();
    let (first, second) = if is_first { (Some(text), pin.rival) } else { (pin.proof, Some(text)) };
    let (first, second) = (first.unwrap_or_default(), second.unwrap_or_default());
    let seen_at = checked.at.as_millis();
    let sql = "UPDATE away_people SET is_doubted = TRUE, seen_at = ?2 WHERE did = ?1";
    db.execute(sql, params![did, seen_at])?;
    keep_proof(db, (did, &first, Some(&second)), seen_at)?;
    Ok([first, second])
}

fn keep_proof(
    db: &Transaction<'_>,
    (did, proof, rival): (&str, &str, Option<&str>),
    seen_at: i64,
) -> Result<()> {
    let sql =
        "INSERT OR REPLACE INTO away_proofs (did, proof, rival, seen_at) VALUES (?1, ?2, ?3, ?4)";
    db.execute(sql, params![did, proof, rival, seen_at]).map(drop)
}

/// Pins a node. Returns whether its chain continues the one that was seen.
fn accept_node(db: &Transaction<'_>, checked: &Checked<'_>) -> Result<bool> {
    let (home, chain) = (&checked.home.home, &checked.home.node_chain);
    let sql = "SELECT chain, urls, tls_key FROM away_nodes WHERE did = ?1";
    let row: Option<(Vec<u8>, String, Option<[u8; 32]>)> =
        db.query_row(sql, [home.node.as_str()], |row| row.try_into()).optional()?;
    let (mut urls, mut tls_key) = (Vec::new(), None);
    if let Some((newest, text, key)) = row {
        if !continues(chain, &newest) {
            return Ok(false);
        }
        urls = serde_json::from_str(&text).unwrap_or_default();
        tls_key = key;
    }
    urls.retain(|url: &String| **url != *home.url);
    urls.insert(0, home.url.to_string());
    urls.truncate(URLS_MAX);
    let sql = "INSERT OR REPLACE INTO away_nodes (did, chain, urls, tls_key, seen_at) VALUES (?1, ?2, ?3, ?4, ?5)";
    let urls = serde_json::to_string(&urls).unwrap_or_default();
    let (newest, tls_key) = (chain.head_cid().to_bytes(), checked.tls_key.or(tls_key));
    db.execute(sql, params![home.node.as_str(), newest, urls, tls_key, checked.at.as_millis()])?;
    Ok(true)
}

/// Returns the TLS key that a node showed last.
pub(crate) fn tls_key(db: &Connection, node: &Did) -> Result<Option<[u8; 32]>> {
    let sql = "SELECT tls_key FROM away_nodes WHERE did = ?1";
    Ok(db.query_row(sql, [node.as_str()], |row| row.get(0)).optional()?.flatten())
}

fn trim(db: &Transaction<'_>) -> Result<()> {
    for table in ["away_people", "away_nodes", "away_handles"] {
        let key = if table == "away_handles" { "address" } else { "did" };
        let sql = format!(
            "DELETE FROM {table} WHERE (SELECT count(*) FROM {table}) > {ROWS_MAX}
             AND {key} = (SELECT {key} FROM {table} ORDER BY seen_at LIMIT 1)"
        );
        db.execute(&sql, [])?;
    }
    let sql = "DELETE FROM away_accepted WHERE address NOT IN (SELECT address FROM away_handles)";
    db.execute(sql, [])?;
    let sql = "DELETE FROM away_proofs WHERE did IN (
        SELECT did FROM (SELECT did, sum(length(proof) + length(coalesce(rival, ''))) OVER (ORDER BY seen_at DESC, did) AS bytes FROM away_proofs)
        WHERE bytes > ?1)";
    db.execute(sql, [PROOF_BYTES_KEPT]).map(drop)
}

pub(crate) fn handle(db: &Connection, address: &Address) -> Result<Option<HandlePin>> {
    let sql = "SELECT did, seen_at FROM away_handles WHERE address = ?1";
    let row: Option<(String, i64)> =
        db.query_row(sql, [address.to_string()], |row| row.try_into()).optional()?;
    Ok(row.and_then(|(did, seen_at)| Some(HandlePin { did: Did::parse(&did).ok()?, seen_at })))
}

pub(crate) fn note_handle(
    db: &Transaction<'_>,
    address: &Address,
    did: &Did,
    now: Timestamp,
) -> Result<()> {
    let is_other = handle(db, address)?.is_some_and(|pin| pin.did != *did);
    let address = address.to_string();
    if is_other {
        let sql = "UPDATE away_handles SET next = ?2 WHERE address = ?1";
        db.execute(sql, params![address, did.as_str()])?;
    } else {
        let sql = "INSERT OR REPLACE INTO away_handles (address, did, seen_at) VALUES (?1, ?2, ?3)";
        db.execute(sql, params![address, did.as_str(), now.as_millis()])?;
    }
    Ok(())
}

/// Returns the DID by which a person knows a handle, the one that they accepted or else the first, if it is another than `did`.
pub(crate) fn known_before(
    db: &Connection,
    person: &Did,
    address: &Address,
    did: &Did,
) -> Result<Option<Did>> {
    let sql = "SELECT coalesce(a.did, h.did) FROM away_handles h
        LEFT JOIN away_accepted a ON a.person = ?1 AND a.address = h.address WHERE h.address = ?2";
    let text: Option<String> =
        db.query_row(sql, [person.as_str(), &address.to_string()], |row| row.get(0)).optional()?;
    let before = text.and_then(|text| Did::parse(&text).ok());
    Ok(before.filter(|before| before != did))
}

/// Notes that a person knows of the new DID behind a handle: others are still warned. Nothing happens for a DID that the box of the handle did not
/// name.
pub(crate) async fn accept_handle(
    node: &Node,
    person: &Did,
    address: &Address,
    did: &Did,
) -> Answer<()> {
    let sql = "INSERT OR REPLACE INTO away_accepted (person, address, did)
        SELECT ?1, address, ?3 FROM away_handles WHERE address = ?2 AND ?3 IN (did, next)";
    let row = [person.to_string(), address.to_string(), did.to_string()];
    let write = move |db: &Transaction<'_>| db.execute(sql, row).map(drop);
    node.secrets().write(write).await
}

/// Forgets what a person accepted, and purges it from the files. Waits for the disk on this thread.
pub(crate) fn forget(node: &Node, person: &Did) -> Answer<()> {
    let sql = "DELETE FROM away_accepted WHERE person = ?1";
    let had = node.secrets().write_blocking(|db| db.execute(sql, [person.as_str()]))?;
    match had {
        0 => Ok(()),
        _ => node.secrets().purge(),
    }
}

#[cfg(test)]
mod tests;
