//! The outbox: DFOS operations in people's logs that belong on the network. The program's outbox asks here for those
//! after the last one that it sent.
//!
//! Always: an entry is listed by its offset, once, even if it is applied again; its contents are read from the log
//! itself, the only source of truth. Nothing of a record whose [existence](Existence) is private leaves the node, nor a
//! statement about it. This module must not know relays.

use std::sync::Arc;

use imajin_app::capabilities::{Existence, RecordOwner};
use imajin_app::{Node, Problem};
use imajin_dfos::{Value, cbor};
use imajin_host::prelude::*;
use imajin_identity::operations::KeepChain;
use imajin_identity::{NAME, people};
use imajin_ledger::Reader;
use imajin_ledger::rows::run;
use imajin_log::{Applied, Header, ops};
use imajin_protocol::Did;
use imajin_trust::lookup as attestations;
use rusqlite::{Connection, params};

use crate::Auth;

/// The operations whose bodies carry DFOS tokens: `token` or `log` (a list of them), and optionally as `document` the
/// bytes or the text of the document that the token, an operation of a content chain, is about, and as `grant` a
/// credential that opens it. A service that has one adds it here;
/// `Auth` subscribes to those that are not its own.
pub(crate) const CARRIERS: &[&str] = &[
    ops::IDENTITY_CREATE,
    ops::IDENTITY_UPDATE,
    KeepChain::NAME,
    ops::ANCHOR,
    // A public attestation: the author's artifact and the countersignature, once both exist (docs/api.md,
    // "Attestations").
    ops::ATTESTATION_COUNTERSIGN,
];

/// The carriers of other services.
pub(crate) const SUBSCRIBES: &[&str] = &[];

/// The table of this module.
pub(crate) const SCHEMA: &str = "
CREATE TABLE outbox (owner_did TEXT NOT NULL, seq INTEGER NOT NULL, offset INTEGER NOT NULL, PRIMARY KEY (owner_did, seq)) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_offset ON outbox (offset);
";

/// The DFOS operations of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxItem {
    /// The place of its entry.
    pub place: OutboxPosition,
    /// DFOS operations, in order: compact JWS.
    pub tokens: Vec<String>,
    /// The document that the last of them is about.
    pub document: Option<Vec<u8>>,
}

/// The chain of an event, a group or a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThingChain {
    /// The thing.
    pub did: Did,
    /// The DFOS DID, by which relays know the thing.
    pub dfos_did: String,
    /// All operations, oldest first: compact JWS.
    pub tokens: Vec<String>,
}

/// The place of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxPosition {
    /// The offset in the node's order.
    pub offset: u64,
    /// The owner of the log.
    pub did: Did,
    /// The place in the log.
    pub seq: u64,
}

/// Notes an entry that carries something.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    if !CARRIERS.contains(&entry.op) {
        return Ok(());
    }
    if entry.op == ops::ATTESTATION_COUNTERSIGN {
        let cid = entry.reference.unwrap_or_default();
        let row = attestations::in_log(db, entry.did, cid)?;
        if row.is_none_or(|found| !found.public) {
            return Ok(());
        }
    }
    let (seq, offset) = (signed(entry.seq.0), signed(entry.offset.0));
    let sql = "INSERT OR REPLACE INTO outbox VALUES (?1, ?2, ?3)";
    run(db, sql, params![entry.did.as_str(), seq, offset])
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// The items after an offset, in order; from the beginning for `None`. Stops before the first entry of a log that is being
/// imported, because its entries have offsets that were set aside earlier.
pub fn after(node: &Node, offset: Option<u64>, limit: usize) -> Result<Vec<OutboxItem>, Problem> {
    let after = offset.map_or(-1, signed);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let coming = node.ledger().coming();
    let sql =
        "SELECT offset, owner_did, seq FROM outbox WHERE offset > ?1 ORDER BY offset LIMIT ?2";
    let mut rows: Vec<(i64, String, i64)> = node.read(NAME, |db| {
        Reader::from(db)
            .rows(sql, [after, limit], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
    })?;
    if node.ledger().coming().begun != coming.begun {
        return Ok(Vec::new());
    }
    rows.retain(|(offset, ..)| coming.first.is_none_or(|first| offset.unsigned_abs() < first));
    let mut parcels = Vec::with_capacity(rows.len());
    for (offset, did, seq) in rows {
        let place = OutboxPosition {
            offset: offset.unsigned_abs(),
            did: Did::parse(&did).map_err(Problem::internal)?,
            seq: seq.unsigned_abs(),
        };
        parcels.push(read(node, place)?);
    }
    Ok(parcels)
}

/// Whether the entry that was sent still has that offset. It hasn't if offsets were assigned again.
pub fn is_at(node: &Node, place: &OutboxPosition) -> Result<bool, Problem> {
    let sql = "SELECT 1 FROM outbox WHERE offset = ?1 AND owner_did = ?2 AND seq = ?3";
    let (offset, seq) = (signed(place.offset), signed(place.seq));
    let params = params![offset, place.did.as_str(), seq];
    node.read(NAME, |db| Reader::from(db).exists(sql, params))
}

/// A log that begins like a thing's: with the word of an app, or as an event. No app says so of a person.
const IS_THING: &str =
    "(scope NOT IN ('', 'actor', 'family', 'community', 'business') OR subtype = 'event')";

impl RecordOwner for Auth {
    /// Things are private unless their own service says otherwise.
    fn existence(&self, node: &Node, did: &Did) -> Result<Option<Existence>, Problem> {
        let sql = format!("SELECT 1 FROM identities WHERE owner_did = ?1 AND {IS_THING}");
        let is_thing = node.read(NAME, |db| db.prepare_cached(&sql)?.exists([did.as_str()]))?;
        // A thing whose key this node keeps may not have reached its service yet.
        let is_private = is_thing || node.is_kept_thing(did)?;
        Ok(is_private.then_some(Existence::Private))
    }

    fn public_things(&self, _: &Node) -> Result<Vec<Did>, Problem> {
        Ok(Vec::new())
    }
}

/// Returns all possibly private things that have a chain: their DIDs and DFOS DIDs.
pub fn possible_things(node: &Node) -> Result<Vec<(Did, String)>, Problem> {
    let sql = format!(
        "SELECT owner_did, dfos_did FROM identities WHERE dfos_did IS NOT NULL AND (subtype = 'org' OR {IS_THING})"
    );
    let rows: Vec<(String, String)> = node
        .read(NAME, |db| Reader::from(db).rows(&sql, [], |row| Ok((row.get(0)?, row.get(1)?))))?;
    let read = |(did, dfos_did): (String, String)| Some((Did::parse(&did).ok()?, dfos_did));
    Ok(rows.into_iter().filter_map(read).collect())
}

/// The chain of a thing, if it has one.
pub fn thing_chain(node: &Node, did: Did) -> Result<Option<ThingChain>, Problem> {
    let dfos_did = imajin_identity::dfos_did(node, &did)?;
    let tokens = people::chain_log(node, &did)?;
    Ok(dfos_did.map(|dfos_did| ThingChain { did, dfos_did, tokens }))
}

/// Reads what an entry carries: nothing if its body was erased or its record is private.
fn read(node: &Node, place: OutboxPosition) -> Result<OutboxItem, Problem> {
    if node.existence(&place.did)? == Existence::Private {
        return Ok(OutboxItem { place, tokens: Vec::new(), document: None });
    }
    let entries = node.ledger().entries(&place.did, place.seq.checked_sub(1), 1)?;
    let entry = entries.into_iter().find(|entry| entry.seq == place.seq);
    let header = entry.as_ref().map(|entry| Arc::clone(&entry.decoded));
    let body = entry.and_then(|entry| cbor::decode(&entry.body?).ok());
    let witness = body.as_ref().and_then(|body| body.get_str("witness_jws"));
    let tokens = match (header, witness) {
        (Some(header), Some(witness)) => both(node, &place.did, &header, witness)?,
        _ => body.as_ref().map(tokens).unwrap_or_default(),
    };
    Ok(OutboxItem { place, tokens, document: body.as_ref().and_then(document) })
}

/// The two signatures of an attestation; none if what was countersigned is erased, or its issuer is private.
fn both(node: &Node, did: &Did, header: &Header, witness: &str) -> Result<Vec<String>, Problem> {
    let cid = header.reference.as_ref().map_or("", |id| id.as_str());
    let row = node.read(NAME, |db| attestations::in_log(db, did, cid))?;
    let issuer = row.as_ref().and_then(|found| Did::parse(&found.issuer).ok());
    let existence = issuer.map(|issuer| node.existence(&issuer)).transpose()?;
    let author = row.filter(|_| existence == Some(Existence::Public));
    let author = author.and_then(|found| found.author_jws);
    Ok(author.map(|author| vec![author, witness.to_owned()]).unwrap_or_default())
}

/// Returns the document as it was signed: bytes, or the bytes of a text.
fn document(body: &Value) -> Option<Vec<u8>> {
    let document = body.get("document")?;
    let text = || document.as_str().map(str::as_bytes);
    document.as_bytes().or_else(text).map(<[u8]>::to_vec)
}

/// The grant goes first, so that the answer to the last is about the operation that the document belongs to.
fn tokens(body: &Value) -> Vec<String> {
    let log = body.get("log").and_then(Value::as_list).unwrap_or_default();
    let listed = log.iter().filter_map(Value::as_str);
    let grant = body.get_str("grant").into_iter();
    let all = grant.chain(body.get_str("token")).chain(listed);
    all.map(str::to_owned).collect()
}
