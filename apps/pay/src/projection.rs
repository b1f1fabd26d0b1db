//! The tables of this service, and how an entry changes them.
//!
//! Always: a row is a function of its `owner_did`'s log alone. What the node owes whom, what was paid and what is waited
//! for are rows of the node's own log. HTTP is not known here.

use imajin_dfos::{Value, cbor};
use imajin_ledger::{Applied, ProjectionSpec};
use imajin_protocol::Did;
use imajin_protocol::fair::Manifest;
use imajin_protocol::settlement::{FeeProfile, FeeSchedule};
use rusqlite::{Connection, OptionalExtension, params};

use crate::ops;

/// Other services' operations that matter here.
pub(crate) const SUBSCRIBES: &[&str] = &[imajin_ledger::ops::NODE_CLAIM];

/// The tables. Rowids are offsets: they grow, and a rebuild gives the same ones.
pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: "pay",
    version: 1,
    schema: "
CREATE TABLE entries (
    id INTEGER PRIMARY KEY,           -- offset
    owner_did TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,              -- milliseconds
    op TEXT NOT NULL,
    payment TEXT,                     -- ref: the payment's id
    fact TEXT,                        -- JSON
    body TEXT                         -- JSON without its salt; null where there is none, or it was erased
) STRICT;
CREATE INDEX entries_by_owner ON entries (owner_did, seq);
CREATE INDEX entries_by_payment ON entries (payment, owner_did) WHERE payment IS NOT NULL;
CREATE TABLE manifests (
    id INTEGER PRIMARY KEY,           -- offset
    owner_did TEXT NOT NULL,
    digest TEXT NOT NULL,
    distributes INTEGER NOT NULL,     -- 1: what the owner distributes; the newest counts
    text TEXT NOT NULL
) STRICT;
CREATE INDEX manifests_by_digest ON manifests (digest);
CREATE INDEX manifests_by_owner ON manifests (owner_did, distributes, id);
CREATE TABLE accounts (
    owner_did TEXT NOT NULL,          -- the node whose books these are
    did TEXT NOT NULL,
    currency TEXT NOT NULL,
    balance INTEGER NOT NULL,
    PRIMARY KEY (owner_did, did, currency)
) STRICT, WITHOUT ROWID;
CREATE TABLE payments (
    id INTEGER PRIMARY KEY,           -- offset
    owner_did TEXT NOT NULL,          -- the node
    payment TEXT NOT NULL,
    rail TEXT NOT NULL,
    payer TEXT NOT NULL,
    seller TEXT NOT NULL,
    currency TEXT NOT NULL,
    gross INTEGER NOT NULL,
    refunded INTEGER NOT NULL,
    at INTEGER NOT NULL,
    UNIQUE (owner_did, payment)
) STRICT;
CREATE TABLE legs (
    owner_did TEXT NOT NULL,          -- the node
    payment TEXT NOT NULL,
    n INTEGER NOT NULL,               -- 0: where the money came from; from 1: who got it
    did TEXT NOT NULL,
    amount INTEGER NOT NULL,
    back INTEGER NOT NULL,            -- how much of it was given back
    PRIMARY KEY (owner_did, payment, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE holds (
    owner_did TEXT NOT NULL,          -- the node
    payment TEXT NOT NULL,
    payer TEXT NOT NULL,
    payee TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    follows TEXT,                     -- the manifests that it pins; none for credit
    at INTEGER NOT NULL,
    done INTEGER NOT NULL,
    PRIMARY KEY (owner_did, payment)
) STRICT, WITHOUT ROWID;
CREATE TABLE owners (owner_did TEXT NOT NULL, did TEXT NOT NULL, PRIMARY KEY (owner_did, did)) STRICT, WITHOUT ROWID;
CREATE TABLE fees (owner_did TEXT PRIMARY KEY, schedule TEXT NOT NULL, network TEXT NOT NULL) STRICT, WITHOUT ROWID;
",
};

/// Brings an entry into the tables.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    if entry.op == imajin_ledger::ops::NODE_CLAIM {
        let sql = "INSERT INTO owners (owner_did, did) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        if let Some(owner) = entry.reference {
            db.prepare_cached(sql)?
                .execute([entry.did.as_str(), owner])?;
        }
        return Ok(());
    }
    keep(db, entry)?;
    match entry.op {
        ops::FAIR_PUBLISH => publish(db, entry),
        ops::POSTED => post(db, entry).map(drop),
        ops::HELD => hold(db, entry).map(drop),
        ops::FEES_CHANGED => fees(db, entry).map(drop),
        _ => Ok(()),
    }
}

/// An integer of the ledger as SQLite has it; there are never more than 2^63.
fn int(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn keep(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let body = entry.body.map(|body| {
        let mut body = body.clone();
        if let Some(members) = body.as_map_mut() {
            members.remove("salt");
        }
        // A body that was entered has a JSON form.
        cbor::to_dag_json(&body).unwrap_or_default().to_string()
    });
    let sql = "INSERT INTO entries (id, owner_did, seq, at, op, payment, fact, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    db.prepare_cached(sql)?.execute(params![
        int(entry.offset.0),
        entry.did.as_str(),
        int(entry.seq.0),
        entry.at.as_millis(),
        entry.op,
        entry.reference,
        entry.fact.map(|fact| fact.to_json().to_string()),
        body
    ])?;
    Ok(())
}

/// What is no manifest, or distributes somebody else's earnings, says nothing here.
fn publish(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let text = entry.body.and_then(|body| body.get_str("manifest"));
    let Some(Ok(manifest)) = text.map(Manifest::parse) else {
        return Ok(());
    };
    let distributes = match manifest.kind() {
        Some(imajin_protocol::fair::DISTRIBUTION) => match manifest.distributes() {
            Some(did) if did == entry.did => true,
            _ => return Ok(()),
        },
        _ => false,
    };
    let sql = "INSERT INTO manifests (id, owner_did, digest, distributes, text) VALUES (?1, ?2, ?3, ?4, ?5)";
    db.prepare_cached(sql)?.execute(params![
        int(entry.offset.0),
        entry.did.as_str(),
        manifest.digest().to_string(),
        distributes,
        manifest.text()
    ])?;
    Ok(())
}

/// A posting. One that lacks something (of a node with other rules) moves nothing.
fn post(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<Option<()>> {
    let (node, Some(payment), Some(fact)) = (entry.did.as_str(), entry.reference, entry.fact)
    else {
        return Ok(None);
    };
    let id = |key: &str| fact.id(key).map(|id| id.as_str());
    let (Some(kind), Some(currency), Some(amount), Some(rows)) = (
        id("kind"),
        id("currency"),
        fact.int("amount"),
        entry.body.and_then(rows),
    ) else {
        return Ok(None);
    };
    for (n, (did, amount)) in rows.iter().enumerate() {
        let sql = "INSERT INTO accounts (owner_did, did, currency, balance) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT DO UPDATE SET balance = balance + excluded.balance";
        db.prepare_cached(sql)?
            .execute(params![node, did, currency, amount])?;
        let sql = match kind {
            "refund" => {
                "UPDATE legs SET back = back - ?5 WHERE owner_did = ?1 AND payment = ?2 AND n = ?3 AND did = ?4"
            }
            _ => {
                "INSERT INTO legs (owner_did, payment, n, did, amount, back) VALUES (?1, ?2, ?3, ?4, ?5, 0) ON CONFLICT DO NOTHING"
            }
        };
        db.prepare_cached(sql)?
            .execute(params![node, payment, int(n as u64), did, amount])?;
    }
    if kind == "refund" {
        let sql =
            "UPDATE payments SET refunded = refunded + ?3 WHERE owner_did = ?1 AND payment = ?2";
        db.prepare_cached(sql)?
            .execute(params![node, payment, amount])?;
        return Ok(Some(()));
    }
    if let (Some(payer), Some(seller)) = (id("payer"), id("seller")) {
        let sql = "INSERT INTO payments (id, owner_did, payment, rail, payer, seller, currency, gross, refunded, at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9) ON CONFLICT DO NOTHING";
        db.prepare_cached(sql)?.execute(params![
            int(entry.offset.0),
            node,
            payment,
            kind,
            payer,
            seller,
            currency,
            amount,
            entry.at.as_millis()
        ])?;
    }
    db.prepare_cached("UPDATE holds SET done = 1 WHERE owner_did = ?1 AND payment = ?2")?
        .execute([node, payment])?;
    Ok(Some(()))
}

/// The rows of a posting.
fn rows(body: &Value) -> Option<Vec<(&str, i64)>> {
    let rows = body.get("rows")?.as_list()?.iter();
    rows.map(|row| Some((row.get_str("did")?, row.get_i64("amount")?)))
        .collect()
}

fn hold(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<Option<()>> {
    let (Some(payment), Some(fact)) = (entry.reference, entry.fact) else {
        return Ok(None);
    };
    let id = |key: &str| fact.id(key).map(|id| id.as_str());
    let (Some(payer), Some(payee), Some(currency), Some(amount)) =
        (id("payer"), id("payee"), id("currency"), fact.int("amount"))
    else {
        return Ok(None);
    };
    let sql =
        "INSERT INTO holds (owner_did, payment, payer, payee, currency, amount, follows, at, done)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0) ON CONFLICT DO NOTHING";
    db.prepare_cached(sql)?.execute(params![
        entry.did.as_str(),
        payment,
        payer,
        payee,
        currency,
        amount,
        id("follows"),
        entry.at.as_millis()
    ])?;
    Ok(Some(()))
}

fn fees(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<Option<()>> {
    let fact = entry.fact;
    let profile = fact.and_then(|fact| fact.id("profile"));
    let node = fact.and_then(|fact| fact.int("node"));
    let network = fact.and_then(|fact| fact.id("network"));
    let (Some(profile), Some(network)) = (profile, network) else {
        return Ok(None);
    };
    let node = node.and_then(|node| u32::try_from(node).ok());
    let Ok(profile) = FeeProfile::named(profile.as_str(), node) else {
        return Ok(None);
    };
    let (schedule, _) = fee_schedule(db, entry.did)?;
    let schedule = schedule.change(profile, entry.at);
    let sql = "INSERT INTO fees (owner_did, schedule, network) VALUES (?1, ?2, ?3)
        ON CONFLICT DO UPDATE SET schedule = excluded.schedule, network = excluded.network";
    let text = serde_json::to_string(&schedule).unwrap_or_default();
    db.prepare_cached(sql)?
        .execute(params![entry.did.as_str(), text, network.as_str()])?;
    Ok(Some(()))
}

/// A node's fees, and who gets the network's; none and the node itself where nothing was chosen.
pub(crate) fn fee_schedule(db: &Connection, node: &Did) -> rusqlite::Result<(FeeSchedule, Did)> {
    let row: Option<(String, String)> = db
        .prepare_cached("SELECT schedule, network FROM fees WHERE owner_did = ?1")?
        .query_row([node.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let read = |(schedule, network): (String, String)| {
        let schedule = serde_json::from_str(&schedule).ok()?;
        Some((schedule, Did::parse(&network).ok()?))
    };
    // What this module wrote itself.
    Ok(row
        .and_then(read)
        .unwrap_or_else(|| (FeeSchedule::default(), node.clone())))
}
