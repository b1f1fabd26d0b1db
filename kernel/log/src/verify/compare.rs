//! Compares two bundles (docs/format.md §13): what a home told one and what it told the other.
//!
//! Always: both were verified alone before. A contradiction is evidence against its signer, reported with both sides.

use imajin_dfos::order::Order as _;
use std::collections::{BTreeMap, HashMap};

use imajin_dfos::{Cid, Value, cbor};
use imajin_protocol::{Did, Head};
use rusqlite::Connection;
use serde::Serialize;

use super::evidence::opening_of;
use super::rows;
use crate::entry::Header;
use crate::rules::{Fault, Opening, TextDigest, signed_text};

/// One side of a contradiction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// The first or the second bundle, and the file in it.
    pub log: String,
    /// The statement.
    pub says: String,
}

/// A contradiction between two logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Equivocation {
    /// The kind of contradicting statements: `head`, `entry`, `signed`, `cause` or `txn`.
    pub kind: &'static str,
    /// The DID of the log that it is about.
    pub did: String,
    /// The number of the entry that it is about, if it is about one.
    pub seq: Option<u64>,
    /// The first statement.
    pub a: Side,
    /// The second statement.
    pub b: Side,
}

/// A log to compare, with a name for people.
pub struct Party<'c> {
    /// The name.
    pub name: String,
    /// The verified log.
    pub conn: &'c Connection,
}

/// The statements of a log that another may contradict. A CID is 36 bytes: a million entries take about 60 MB here.
#[derive(Default)]
struct Statements {
    did: String,
    last_at: String,
    heads: Vec<Head>,
    entries: HashMap<(String, u64), Cid>,
    /// The header around each signed text, and whose log it is for.
    texts: HashMap<TextDigest, (String, Cid)>,
    txns_of_cause: HashMap<Cid, Cid>,
    /// Operations by their list of openings: the time of this log's newest entry in each.
    operations: BTreeMap<Cid, String>,
    /// The entries of this log in an operation, counted by kind.
    entries_of: HashMap<Cid, HashMap<Kind, usize>>,
}

impl Statements {
    /// Adds a header, of this log or of another.
    fn add(&mut self, cid: Cid, header: &Header) {
        let did = header.did.to_string();
        if let Some(text) = signed_text(header) {
            self.texts.insert(text, (did.clone(), cid));
        }
        self.entries.insert((did, header.seq), cid);
    }
}

/// Returns every contradiction between two verified logs.
pub fn compare(a: &Party<'_>, b: &Party<'_>) -> Result<Vec<Equivocation>, Fault> {
    let (one, other) = (read(a.conn)?, read(b.conn)?);
    let mut equivocations = heads((a, &one), (b, &other));
    let branches = entries((a, &one), (b, &other));
    let signed = signed((a, &one), (b, &other), &branches);
    equivocations.extend(branches);
    equivocations.extend(signed);
    equivocations.extend(causes((a, &one), (b, &other)));
    equivocations.extend(missing((a, &one), (b, &other))?);
    equivocations.extend(missing((b, &other), (a, &one))?);
    Ok(equivocations)
}

type PartyStatements<'k, 'c> = (&'k Party<'c>, &'k Statements);

fn side(party: &Party<'_>, says: impl Into<String>) -> Side {
    Side { log: party.name.clone(), says: says.into() }
}

fn heads(a: PartyStatements<'_, '_>, b: PartyStatements<'_, '_>) -> Vec<Equivocation> {
    let mut equivocations = Vec::new();
    for one in &a.1.heads {
        let (did, epoch, seq) = (&one.payload.did, one.payload.epoch, one.payload.seq);
        let same = |other: &&Head| {
            other.payload.did == *did && (other.payload.epoch, other.payload.seq) == (epoch, seq)
        };
        for other in
            b.1.heads.iter().filter(same).filter(|other| other.payload.cid != one.payload.cid)
        {
            let (a, b) = (side(a.0, one.to_compact()), side(b.0, other.to_compact()));
            let did = did.to_string();
            equivocations.push(Equivocation { kind: "head", did, seq: Some(seq), a, b });
        }
    }
    equivocations
}

fn entries(a: PartyStatements<'_, '_>, b: PartyStatements<'_, '_>) -> Vec<Equivocation> {
    let mut equivocations: Vec<Equivocation> =
        a.1.entries
            .iter()
            .filter_map(|(place, cid)| {
                let other = b.1.entries.get(place).filter(|other| *other != cid)?;
                let (a, b) = (side(a.0, cid.to_string()), side(b.0, other.to_string()));
                let (did, seq) = (place.0.clone(), Some(place.1));
                Some(Equivocation { kind: "entry", did, seq, a, b })
            })
            .collect();
    // Reports only the first difference of two branches: the rest follows from it.
    equivocations.order_by(|x, y| (&x.did, x.seq).cmp(&(&y.did, y.seq)));
    equivocations.dedup_by(|later, first| later.did == first.did);
    equivocations
}

/// Finds signed texts in two headers. Of two branches of a log, the first difference is reported already.
fn signed(
    a: PartyStatements<'_, '_>,
    b: PartyStatements<'_, '_>,
    branches: &[Equivocation],
) -> Vec<Equivocation> {
    let differs = |(text, (did, cid)): (&TextDigest, &(String, Cid))| {
        let (_, other) = b.1.texts.get(text).filter(|(_, other)| other != cid)?;
        let is_reported = branches.iter().any(|branch| branch.did == *did);
        let (a, b) = (side(a.0, cid.to_string()), side(b.0, other.to_string()));
        (!is_reported).then(|| Equivocation { kind: "signed", did: did.clone(), seq: None, a, b })
    };
    let mut differences: Vec<Equivocation> = a.1.texts.iter().filter_map(differs).collect();
    differences.order_by(|x, y| (&x.did, &x.a.says).cmp(&(&y.did, &y.a.says)));
    differences.dedup_by(|later, first| later.did == first.did);
    differences
}

fn causes(a: PartyStatements<'_, '_>, b: PartyStatements<'_, '_>) -> Vec<Equivocation> {
    let differs = |(cause, txn): (&Cid, &Cid)| {
        let other = b.1.txns_of_cause.get(cause).filter(|other| *other != txn)?;
        let did = a.1.did.clone();
        let a = side(a.0, format!("cause {cause} with txn {txn}"));
        let b = side(b.0, format!("cause {cause} with txn {other}"));
        Some(Equivocation { kind: "cause", did, seq: None, a, b })
    };
    a.1.txns_of_cause.iter().filter_map(differs).collect()
}

/// An opening's statement about an entry, without its salt: several entries may look alike.
type Kind = (Did, String, String, Option<Cid>);

/// Operations of `a` that name more entries for the log of `b` than that log has, although it continues later.
fn missing(
    a: PartyStatements<'_, '_>,
    b: PartyStatements<'_, '_>,
) -> Result<Vec<Equivocation>, Fault> {
    let mut equivocations = Vec::new();
    if a.1.did == b.1.did {
        // For two copies of one log, the entries show where they differ.
        return Ok(equivocations);
    }
    for (txn, at) in &a.1.operations {
        if b.1.last_at <= *at {
            continue;
        }
        let mut opened: BTreeMap<Kind, usize> = BTreeMap::new();
        for opening in openings(a.0.conn, b.0.conn, txn)? {
            if opening.did.as_str() == b.1.did {
                let kind = (opening.did, opening.service, opening.op, opening.body);
                *opened.entry(kind).or_default() += 1;
            }
        }
        let there = b.1.entries_of.get(txn);
        for (kind, number) in opened {
            let has = there.and_then(|there| there.get(&kind)).copied();
            if has.unwrap_or(0) < number {
                let did = b.1.did.clone();
                let a = side(a.0, format!("txn {txn} at {at} has {} for this log", kind.2));
                let b = side(b.0, format!("no entry of it up to {}", b.1.last_at));
                equivocations.push(Equivocation { kind: "txn", did, seq: None, a, b });
            }
        }
    }
    Ok(equivocations)
}

/// Returns the openings of an operation in the list of `one` that this log or the other one can read.
fn openings(one: &Connection, other: &Connection, txn: &Cid) -> Result<Vec<Opening>, Fault> {
    let list = value(one, "SELECT list FROM txns WHERE cid = ?1", txn)?;
    let mut openings = Vec::new();
    for link in list.as_ref().and_then(|list| list.as_list()).unwrap_or_default() {
        let Some(link) = link.as_link() else { continue };
        for conn in [one, other] {
            let opening = value(conn, "SELECT opening FROM openings WHERE cid = ?1", link)?;
            if let Some(opening) = opening.as_ref().and_then(opening_of) {
                openings.push(opening);
                break;
            }
        }
    }
    Ok(openings)
}

fn value(conn: &Connection, sql: &str, cid: &Cid) -> Result<Option<Value>, Fault> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query([cid.to_bytes()])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let bytes: Vec<u8> = row.get(0)?;
    Ok(cbor::decode(&bytes).ok())
}

fn read(conn: &Connection) -> Result<Statements, Fault> {
    let mut statements = Statements::default();
    rows::headers(conn, "SELECT header FROM entries ORDER BY seq", |cid, header| {
        statements.did = header.did.to_string();
        statements.last_at = header.at.to_string();
        if let Some(txn) = header.txn {
            statements.txns_of_cause.insert(header.cause.unwrap_or(cid), txn);
            statements.operations.insert(txn, header.at.to_string());
            let kind =
                (header.did.clone(), header.service().to_owned(), header.op.clone(), header.body);
            let of = statements.entries_of.entry(txn).or_default();
            *of.entry(kind).or_default() += 1;
        }
        statements.add(cid, &header);
        Ok(())
    })?;
    rows::headers(conn, "SELECT header FROM causes", |cid, header| {
        if let Some(txn) = header.txn {
            statements.txns_of_cause.insert(cid, txn);
        }
        statements.add(cid, &header);
        Ok(())
    })?;
    let mut statement = conn.prepare("SELECT jws FROM heads")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    for row in rows {
        statements.heads.extend(Head::parse(&row?));
    }
    Ok(statements)
}
