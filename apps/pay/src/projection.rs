//! The tables of this service, and how an entry changes them.
//!
//! Always: a row is a function of its `owner_did`'s log alone. Balances, payments and awaited
//! payments are rows of the node's own log. This module knows no HTTP.

use imajin_app::entries_table;
use imajin_ledger::ProjectionSpec;
use imajin_ledger::rows::run;
use imajin_log::Applied;
use imajin_protocol::fair::Manifest;
use imajin_protocol::settlement::FeeProfile;
use rusqlite::{Connection, params};

use crate::operations::{
    AwaitedPayment, ChooseCallback, DeclineDebts, FeesChanged, Later, Limited, Posted,
    PublishManifest, SetDetails,
};
use crate::queries;

mod books;
mod free_times;
mod outside;
mod transfers;

/// Other services' operations that change these tables.
pub(crate) const SUBSCRIBES: &[&str] = &[imajin_log::ops::NODE_CLAIM];

/// The tables. Rowids are offsets: they grow, and a rebuild gives the same ones.
pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: "pay",
    version: 12,
    page_bytes: imajin_ledger::machine::LARGE_PAGES,
    schema: concat!(
        entries_table!(),
        "
CREATE INDEX entries_by_payment ON entries (ref, owner_did) WHERE ref IS NOT NULL;
CREATE TABLE manifests (
    id INTEGER PRIMARY KEY,           -- offset
    owner_did TEXT NOT NULL,
    at INTEGER NOT NULL,              -- milliseconds
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
    balance INTEGER NOT NULL,         -- what is held included
    PRIMARY KEY (owner_did, did, currency)
) STRICT, WITHOUT ROWID;
CREATE TABLE held (
    owner_did TEXT NOT NULL,          -- the node
    payment TEXT NOT NULL,
    n INTEGER NOT NULL,               -- which leg of it
    did TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    free_at INTEGER NOT NULL,         -- milliseconds; the largest number where nobody can say yet
    by_card INTEGER NOT NULL,         -- 1: of a sale by card, so that it may go on to an account with the provider
    PRIMARY KEY (owner_did, payment, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX held_by_card ON held (owner_did, did, free_at) WHERE by_card = 1;
CREATE INDEX held_by_did ON held (owner_did, did, currency, free_at);
CREATE TABLE ends (owner_did TEXT NOT NULL, about TEXT NOT NULL, free_at INTEGER NOT NULL, PRIMARY KEY (owner_did, about)) STRICT, WITHOUT ROWID;
CREATE TABLE debts (
    owner_did TEXT NOT NULL,          -- the node
    payment TEXT NOT NULL,
    creditor TEXT NOT NULL,
    debtor TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,          -- as it was in the beginning
    voided INTEGER NOT NULL,          -- what of it ended because what was sold is void
    remaining INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (owner_did, payment, creditor)
) STRICT, WITHOUT ROWID;
CREATE INDEX debts_by_debtor ON debts (owner_did, debtor) WHERE remaining > 0;
CREATE INDEX debts_by_creditor ON debts (owner_did, creditor) WHERE remaining > 0;
CREATE TABLE declined (owner_did TEXT NOT NULL, debtor TEXT NOT NULL, PRIMARY KEY (owner_did, debtor)) STRICT, WITHOUT ROWID; -- whose debts the owner wants to see none of
CREATE TABLE limits (
    owner_did TEXT NOT NULL,          -- the node
    did TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    until INTEGER NOT NULL,           -- milliseconds
    PRIMARY KEY (owner_did, did, currency)
) STRICT, WITHOUT ROWID;
CREATE TABLE withdrawals (
    owner_did TEXT NOT NULL,          -- the node
    payment TEXT NOT NULL,
    did TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    status TEXT NOT NULL,             -- asked, paid, refused
    at INTEGER NOT NULL,
    PRIMARY KEY (owner_did, payment)
) STRICT, WITHOUT ROWID;
CREATE INDEX withdrawals_open ON withdrawals (owner_did, at) WHERE status = 'asked';
CREATE INDEX withdrawals_by_did ON withdrawals (owner_did, did, at);
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
    service TEXT,                     -- which one sold it
    sold TEXT,                        -- what
    told INTEGER NOT NULL,            -- 1: that service knows that all of it was given back
    called INTEGER NOT NULL,          -- 1: its seller was told by HTTP, 2: could not be
    base INTEGER NOT NULL,            -- not free before this time (milliseconds); 0: of a time when nothing was held
    about TEXT,                       -- what that time depends on
    unfulfilled INTEGER NOT NULL,     -- 1: what was paid for is not done yet
    free_at INTEGER NOT NULL,         -- from when on its parts are free; the largest number where nobody can say yet
    voided INTEGER NOT NULL,          -- how much of it bought what is void now; of e-transfers
    sent INTEGER NOT NULL,            -- what of a refund its seller says to have sent; of e-transfers
    attested INTEGER NOT NULL,        -- 1: the node has attested it
    at INTEGER NOT NULL,
    UNIQUE (owner_did, payment)
) STRICT;
CREATE INDEX payments_to_tell ON payments (owner_did, service) WHERE refunded >= gross AND gross > 0 AND told = 0;
CREATE INDEX payments_to_send ON payments (owner_did, seller) WHERE rail = 'emt' AND refunded > sent;
CREATE INDEX payments_to_attest ON payments (owner_did, free_at) WHERE attested = 0 AND refunded = 0;
CREATE INDEX payments_by_about ON payments (owner_did, about) WHERE about IS NOT NULL;
CREATE INDEX payments_unfulfilled ON payments (owner_did, service) WHERE unfulfilled = 1;
CREATE INDEX payments_to_call ON payments (owner_did, seller, id) WHERE called = 0;
CREATE TABLE callbacks (
    owner_did TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    since INTEGER NOT NULL            -- offset: payments before it are not told
) STRICT, WITHOUT ROWID;
CREATE TABLE details (owner_did TEXT PRIMARY KEY, words TEXT NOT NULL) STRICT, WITHOUT ROWID; -- JSON: where they can be paid outside
CREATE INDEX payments_by_pair ON payments (owner_did, payer, seller);
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
    rail TEXT NOT NULL,
    service TEXT NOT NULL,            -- which one sells
    kind TEXT NOT NULL,
    until INTEGER NOT NULL,           -- milliseconds
    session TEXT,                     -- the provider's page, once it is open
    session_until INTEGER,
    part INTEGER,                     -- what of it the provider passes on to the payee's own account
    part_back INTEGER NOT NULL,       -- what of that was taken back
    charge TEXT,                      -- the provider's name for the payment itself
    done INTEGER NOT NULL,            -- 1: paid
    failed INTEGER NOT NULL,          -- 1: the provider says that it will not come
    fulfilled INTEGER NOT NULL,       -- 0: not yet known, 1: done, 2: impossible
    free_at INTEGER,                  -- when its parts are to be free, as its payer agreed to
    about TEXT,                       -- what that depends on
    memo TEXT,                        -- what its payer writes into a transfer
    PRIMARY KEY (owner_did, payment)
) STRICT, WITHOUT ROWID;
CREATE INDEX holds_by_session ON holds (session) WHERE session IS NOT NULL;
CREATE INDEX holds_by_memo ON holds (owner_did, memo) WHERE done = 0 AND failed = 0;
CREATE INDEX holds_by_charge ON holds (charge) WHERE charge IS NOT NULL;
CREATE INDEX holds_by_payer ON holds (owner_did, payer) WHERE done = 0 AND failed = 0;
CREATE INDEX holds_by_payee ON holds (owner_did, payee) WHERE done = 0 AND failed = 0;
CREATE INDEX holds_open ON holds (owner_did, rail) WHERE done = 0 AND failed = 0;
CREATE INDEX holds_due ON holds (owner_did, service) WHERE done = 1 AND fulfilled = 0;
CREATE TABLE returns (
    owner_did TEXT NOT NULL,          -- the node
    payment TEXT NOT NULL,
    n INTEGER NOT NULL,               -- 1: the first time that something of it was given back
    amount INTEGER NOT NULL,
    part INTEGER NOT NULL,            -- what of it comes from the seller's own account
    ended INTEGER NOT NULL,           -- what of it ended, since the payer's bank took the money instead
    sent INTEGER NOT NULL,            -- what the provider gave back, or is at
    status TEXT NOT NULL,             -- due, pending, succeeded, failed, or refused while the bank may still take it
    refund TEXT,                      -- the provider's name for it
    PRIMARY KEY (owner_did, payment, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX returns_due ON returns (owner_did) WHERE status = 'due';
CREATE INDEX returns_by_refund ON returns (refund) WHERE refund IS NOT NULL;
CREATE TABLE disputes (
    owner_did TEXT NOT NULL,          -- the node
    dispute TEXT NOT NULL,
    payment TEXT NOT NULL,
    amount INTEGER NOT NULL,
    status TEXT NOT NULL,
    holds INTEGER NOT NULL,           -- 1: it keeps the payment's parts from becoming free
    PRIMARY KEY (owner_did, dispute)
) STRICT, WITHOUT ROWID;
CREATE INDEX disputes_by_payment ON disputes (owner_did, payment);
CREATE TABLE strays (
    owner_did TEXT NOT NULL,          -- the node
    session TEXT NOT NULL,
    payment TEXT,                     -- the order that it was paid for, if there is one
    amount INTEGER NOT NULL,
    currency TEXT NOT NULL,
    charge TEXT,                      -- the provider's name for the payment itself
    at INTEGER NOT NULL,
    status TEXT NOT NULL,             -- open, due, pending, succeeded, failed; unknown in a currency that the node can't count
    attempt INTEGER NOT NULL,         -- how often its refund failed
    PRIMARY KEY (owner_did, session)
) STRICT, WITHOUT ROWID;
CREATE INDEX strays_by_charge ON strays (charge) WHERE charge IS NOT NULL;
CREATE INDEX strays_open ON strays (owner_did, status) WHERE status NOT IN ('succeeded', 'unknown');
CREATE TABLE events (owner_did TEXT NOT NULL, event TEXT NOT NULL, PRIMARY KEY (owner_did, event)) STRICT, WITHOUT ROWID;
CREATE TABLE payouts (
    owner_did TEXT PRIMARY KEY,
    node TEXT NOT NULL,
    account TEXT NOT NULL,
    ready INTEGER NOT NULL,
    since INTEGER                     -- when it was ready first (milliseconds): what is free from then on goes there
) STRICT, WITHOUT ROWID;
CREATE INDEX payouts_ready ON payouts (node) WHERE ready = 1;
CREATE TABLE transfers (
    owner_did TEXT NOT NULL,          -- the node
    payment TEXT NOT NULL,
    n INTEGER NOT NULL,               -- which leg of it
    did TEXT NOT NULL,
    account TEXT NOT NULL,
    currency TEXT NOT NULL,
    amount INTEGER NOT NULL,
    reversed INTEGER NOT NULL,        -- what of it came back by the owner's hand
    status TEXT NOT NULL,             -- due, sent, refused, or none where nothing was left
    attempt INTEGER NOT NULL,         -- how often it was refused
    code TEXT,                        -- the provider's word for why
    transfer TEXT,                    -- the provider's name for it
    at INTEGER NOT NULL,              -- of the newest step, in milliseconds
    PRIMARY KEY (owner_did, payment, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX transfers_due ON transfers (owner_did, at) WHERE status = 'due';
CREATE INDEX transfers_refused ON transfers (owner_did, at) WHERE status = 'refused';
CREATE INDEX transfers_by_did ON transfers (owner_did, did, at);
CREATE TABLE owners (owner_did TEXT NOT NULL, did TEXT NOT NULL, PRIMARY KEY (owner_did, did)) STRICT, WITHOUT ROWID;
CREATE TABLE fees (owner_did TEXT PRIMARY KEY, schedule TEXT NOT NULL, network TEXT NOT NULL) STRICT, WITHOUT ROWID;
"
    ),
};

/// Applies an entry to the tables. One that lacks a required member (of a node with other rules) changes nothing.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    match entry.op {
        imajin_log::ops::NODE_CLAIM => claim(db, entry),
        PublishManifest::NAME => publish(db, entry),
        ChooseCallback::NAME => callback(db, entry),
        SetDetails::NAME => outside::details(db, entry),
        Posted::NAME => books::post(db, entry).map(drop),
        AwaitedPayment::NAME => books::hold(db, entry),
        Later::NAME => free_times::later(db, entry),
        Limited::NAME => limit(db, entry),
        DeclineDebts::NAME => decline(db, entry),
        FeesChanged::NAME => fees(db, entry),
        _ => outside::apply(db, entry),
    }
}

/// Enters the node's owner: the newest claim names them. A claim by the node itself, as which no one signs in, means
/// that it has no owner.
fn claim(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    run(db, "DELETE FROM owners WHERE owner_did = ?1", [entry.did.as_str()])?;
    match entry.reference {
        Some(owner) => {
            let sql = "INSERT INTO owners (owner_did, did) VALUES (?1, ?2)";
            run(db, sql, [entry.did.as_str(), owner])
        }
        None => Ok(()),
    }
}

/// Enters a published manifest. Ignores text that is not a manifest, and distributions of another person's earnings.
fn publish(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(Ok(manifest)) = entry.text("manifest").map(Manifest::parse) else {
        return Ok(());
    };
    let distributes = manifest.kind() == Some(imajin_protocol::fair::DISTRIBUTION);
    if distributes && manifest.distributes() != Some(entry.did) {
        return Ok(());
    }
    let sql = "INSERT INTO manifests (id, owner_did, digest, distributes, text, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let values = params![
        entry.offset,
        entry.did.as_str(),
        manifest.digest().to_string(),
        distributes,
        manifest.text(),
        entry.at.as_millis()
    ];
    run(db, sql, values)
}

fn decline(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let (Some(debtor), Some(declined)) = (entry.reference, entry.int("declined")) else {
        return Ok(());
    };
    let sql = match declined {
        0 => "DELETE FROM declined WHERE owner_did = ?1 AND debtor = ?2",
        _ => "INSERT OR IGNORE INTO declined VALUES (?1, ?2)",
    };
    run(db, sql, [entry.did.as_str(), debtor])
}

fn fees(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let (Some(profile), Some(network)) = (entry.id("profile"), entry.id("network")) else {
        return Ok(());
    };
    let node = entry.int("node").and_then(|node| u32::try_from(node).ok());
    let Ok(profile) = FeeProfile::from_name(profile, node) else {
        return Ok(());
    };
    let (schedule, _) = queries::fee_schedule(db.into(), entry.did)?;
    let schedule = schedule.change(profile, entry.at);
    let sql = "INSERT INTO fees (owner_did, schedule, network) VALUES (?1, ?2, ?3)
        ON CONFLICT DO UPDATE SET schedule = excluded.schedule, network = excluded.network";
    let text = serde_json::to_string(&schedule).unwrap_or_default();
    run(db, sql, [entry.did.as_str(), &text, network])
}

/// Sets the amount that an account may spend below zero, by the owner's decision.
fn limit(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let (Some(account), Some(currency), Some(limit), Some(until)) =
        (entry.id("account"), entry.id("currency"), entry.int("limit"), entry.int("until"))
    else {
        return Ok(());
    };
    let sql =
        "INSERT INTO limits (owner_did, did, currency, amount, until) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO UPDATE SET amount = excluded.amount, until = excluded.until";
    run(db, sql, params![entry.did.as_str(), account, currency, limit, until])
}

/// Sets the address to which a person's payments are reported. An entry without a body, or without an address, removes
/// it.
fn callback(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let did = entry.did.as_str();
    let Some(url) = entry.text("url") else {
        return run(db, "DELETE FROM callbacks WHERE owner_did = ?1", [did]);
    };
    let sql = "INSERT INTO callbacks (owner_did, url, since) VALUES (?1, ?2, ?3)
        ON CONFLICT DO UPDATE SET url = excluded.url, since = excluded.since";
    run(db, sql, params![did, url, entry.offset])
}
