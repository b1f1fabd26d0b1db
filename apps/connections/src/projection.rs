//! The tables of this service, and how an entry changes them.
//!
//! Always: a row is a function of its `owner_did`'s log alone. Two are connected where the rows of both say so (`graph`).
//! This file knows nothing of HTTP.

use imajin_ledger::ProjectionSpec;
use imajin_ledger::rows::run;
use imajin_log::Applied;
use imajin_protocol::{Did, Fact};
use rusqlite::{Connection, params};

use crate::operations::{
    Accept, Accepted, Block, Confirm, Disconnect, Disconnected, EndBlock, MakeInvite, NamePerson,
    Queried, QuestionAsked, SetPolicy, WithdrawInvite,
};
use crate::{blocks, graph, groups};

/// The common prefix of the operations about groups.
const GROUPS: &str = "connections.group.";

/// Other services' operations that matter here.
pub(crate) const SUBSCRIBES: &[&str] = &[imajin_log::ops::DELETE];

/// The tables. Rowids are offsets: they grow, and a rebuild gives the same ones.
pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: "connections",
    version: 7,
    page_bytes: imajin_ledger::machine::SMALL_PAGES,
    schema: "
CREATE TABLE connections (
    id INTEGER PRIMARY KEY,           -- offset of the entry that connected them
    owner_did TEXT NOT NULL,
    did TEXT NOT NULL,
    a INTEGER NOT NULL,               -- owner_did and did as numbers (graph.rs), for walking
    b INTEGER NOT NULL,
    since INTEGER NOT NULL,           -- milliseconds
    invited INTEGER NOT NULL,         -- whether the owner was the inviter
    invite TEXT,                      -- the invitation's name, in the inviter's log
    attestation TEXT,                 -- the CID of connection.accepted
    confirmed INTEGER NOT NULL,       -- whether the owner, as the inviter, countersigned it
    UNIQUE (owner_did, did)
) STRICT;
CREATE INDEX edges ON connections (a, b);
CREATE TABLE partings (
    id INTEGER NOT NULL,              -- offset of the last entry that ended a connection of the two
    owner_did TEXT NOT NULL,
    did TEXT NOT NULL,
    PRIMARY KEY (owner_did, did)
) STRICT, WITHOUT ROWID;
CREATE TABLE invites (
    id INTEGER PRIMARY KEY,           -- offset
    owner_did TEXT NOT NULL,
    name TEXT NOT NULL,               -- the entry's ref
    code TEXT,                        -- none where it was erased
    max_uses INTEGER NOT NULL,
    uses INTEGER NOT NULL,
    vouches INTEGER NOT NULL,
    at INTEGER NOT NULL,
    withdrawn_at INTEGER,
    UNIQUE (owner_did, name)
) STRICT;
CREATE INDEX codes ON invites (code);
CREATE TABLE policies (
    owner_did TEXT PRIMARY KEY,
    reach INTEGER NOT NULL,
    price INTEGER NOT NULL,
    currency TEXT NOT NULL,
    fair TEXT                         -- the digest of the manifest by which answers are sold
) STRICT, WITHOUT ROWID;
CREATE TABLE queries (
    id INTEGER PRIMARY KEY,           -- offset
    owner_did TEXT NOT NULL,
    name TEXT NOT NULL,               -- the entry's ref
    asker TEXT NOT NULL,
    at INTEGER NOT NULL,
    consent TEXT,                     -- none where it was erased
    settlement TEXT,
    request TEXT
) STRICT;
CREATE INDEX queried ON queries (owner_did, name);
CREATE TABLE blocks (
    owner_did TEXT NOT NULL,
    did TEXT NOT NULL,
    since INTEGER NOT NULL,           -- milliseconds
    PRIMARY KEY (owner_did, did)
) STRICT, WITHOUT ROWID;
CREATE INDEX blocks_by_did ON blocks (did);
CREATE TABLE nicknames (
    owner_did TEXT NOT NULL,
    did TEXT NOT NULL,
    nickname TEXT NOT NULL,
    PRIMARY KEY (owner_did, did)
) STRICT, WITHOUT ROWID;
CREATE TABLE group_entries (
    id INTEGER PRIMARY KEY,           -- offset
    owner_did TEXT NOT NULL,
    at INTEGER NOT NULL,
    op TEXT NOT NULL,
    ref TEXT,
    fact TEXT,                        -- JSON
    body TEXT                         -- JSON without its salt; null where there is none, or it was erased
) STRICT;
CREATE INDEX group_entries_by_owner ON group_entries (owner_did);
CREATE TABLE groups (
    owner_did TEXT PRIMARY KEY,       -- the group
    conversation TEXT NOT NULL,
    kind TEXT NOT NULL,
    visibility TEXT NOT NULL,
    parent TEXT,
    name TEXT,                        -- null once erased, as is about
    about TEXT,
    founder TEXT NOT NULL,            -- its owner: its maker, or the person that took it over
    since INTEGER NOT NULL,
    dissolved_at INTEGER,
    offered TEXT,                     -- to whom it is offered, and since when
    offered_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX groups_by_conversation ON groups (conversation);
CREATE INDEX groups_by_parent ON groups (parent);
CREATE INDEX groups_by_founder ON groups (founder);
CREATE TABLE group_members (          -- as the group's record has it
    owner_did TEXT NOT NULL,          -- the group
    did TEXT NOT NULL,
    role TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (owner_did, did)
) STRICT, WITHOUT ROWID;
CREATE TABLE memberships (            -- as the member's record has it
    owner_did TEXT NOT NULL,
    grp TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (owner_did, grp)
) STRICT, WITHOUT ROWID;
CREATE TABLE group_invites (
    id INTEGER PRIMARY KEY,           -- offset
    owner_did TEXT NOT NULL,          -- the group
    name TEXT NOT NULL,
    inviter TEXT NOT NULL,
    role TEXT NOT NULL,
    max_uses INTEGER NOT NULL,
    uses INTEGER NOT NULL,
    at INTEGER NOT NULL,
    withdrawn_at INTEGER,
    UNIQUE (owner_did, name)
) STRICT;
CREATE TABLE group_codes (
    id INTEGER PRIMARY KEY,           -- offset
    owner_did TEXT NOT NULL,          -- the inviter
    name TEXT NOT NULL,
    grp TEXT NOT NULL,
    code TEXT                         -- none where it was erased
) STRICT;
CREATE INDEX group_codes_by_code ON group_codes (code);
CREATE INDEX group_codes_by_name ON group_codes (grp, name);
",
};

/// Brings an entry into the tables.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let (owner, at) = (entry.did.as_str(), entry.at.as_millis());
    match entry.op {
        MakeInvite::NAME => invite(db, entry),
        WithdrawInvite::NAME => {
            let sql = "UPDATE invites SET withdrawn_at = ?3 WHERE owner_did = ?1 AND name = ?2 AND withdrawn_at IS NULL";
            run(db, sql, params![owner, entry.reference, at])
        }
        Accept::NAME => match did_in(entry.fact) {
            Some(other) => connect(db, entry, &other, false, entry.reference),
            None => Ok(()),
        },
        Accepted::NAME => accepted(db, entry),
        Confirm::NAME => {
            let sql = "UPDATE connections SET confirmed = 1 WHERE owner_did = ?1 AND did = ?2";
            let other = did_in(entry.fact);
            run(db, sql, params![owner, other.as_ref().map(Did::as_str)])
        }
        Disconnect::NAME => match did_in(entry.fact) {
            Some(other) => part(db, entry, other.as_str()),
            None => Ok(()),
        },
        Disconnected::NAME => part(db, entry, entry.reference.unwrap_or_default()),
        Block::NAME => {
            blocks::apply(db, entry, true)?;
            part(db, entry, entry.reference.unwrap_or_default())
        }
        EndBlock::NAME => blocks::apply(db, entry, false),
        NamePerson::NAME => nickname(db, entry),
        SetPolicy::NAME => policy(db, entry),
        Queried::NAME | QuestionAsked::NAME => queried(db, entry),
        imajin_log::ops::DELETE => {
            // The person is in no group any more.
            for table in ["connections", "partings", "blocks", "memberships"] {
                run(db, &format!("DELETE FROM {table} WHERE owner_did = ?1"), [owner])?;
            }
            Ok(())
        }
        op if op.starts_with(GROUPS) => groups::projection::apply(db, entry),
        _ => Ok(()),
    }
}

/// The one that a fact names.
fn did_in(fact: Option<&Fact>) -> Option<Did> {
    let ids = fact?.ids("dids")?;
    ids.first()?.to_did()
}

fn invite(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let number = |key| entry.int(key).unwrap_or(0);
    let sql = "INSERT INTO invites (id, owner_did, name, code, max_uses, uses, vouches, at)
        VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7) ON CONFLICT DO NOTHING";
    let params = params![
        entry.offset,
        entry.did.as_str(),
        entry.reference.unwrap_or_default(),
        entry.text("code"),
        number("uses"),
        number("vouch"),
        entry.at.as_millis()
    ];
    run(db, sql, params)
}

fn accepted(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let sql = "UPDATE invites SET uses = uses + 1 WHERE owner_did = ?1 AND name = ?2";
    run(db, sql, params![entry.did.as_str(), entry.id("invite")])?;
    match entry.reference.and_then(|text| Did::parse(text).ok()) {
        Some(other) => connect(db, entry, &other, true, entry.id("attestation")),
        None => Ok(()),
    }
}

fn connect(
    db: &Connection,
    entry: &Applied<'_>,
    other: &Did,
    invited: bool,
    attestation: Option<&str>,
) -> rusqlite::Result<()> {
    // Connected again after the other person's record ended it and this record could not be told.
    remove_connection(db, entry.did, other.as_str())?;
    let sql = "INSERT INTO connections (id, owner_did, did, a, b, since, invited, invite, attestation, confirmed)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0)";
    let params = params![
        entry.offset,
        entry.did.as_str(),
        other.as_str(),
        graph::number(entry.did),
        graph::number(other),
        entry.at.as_millis(),
        invited,
        entry.id("invite"),
        attestation
    ];
    run(db, sql, params)
}

/// Ends a connection, and notes when.
fn part(db: &Connection, entry: &Applied<'_>, other: &str) -> rusqlite::Result<()> {
    if !remove_connection(db, entry.did, other)? {
        return Ok(());
    }
    let sql = "INSERT OR REPLACE INTO partings (id, owner_did, did) VALUES (?1, ?2, ?3)";
    run(db, sql, params![entry.offset, entry.did.as_str(), other])
}

/// Returns whether there was a connection.
fn remove_connection(db: &Connection, did: &Did, other: &str) -> rusqlite::Result<bool> {
    let sql = "DELETE FROM connections WHERE owner_did = ?1 AND did = ?2";
    Ok(db.prepare_cached(sql)?.execute([did.as_str(), other])? > 0)
}

fn policy(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let number = |key| entry.int(key).unwrap_or(0);
    run(
        db,
        "INSERT OR REPLACE INTO policies VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            entry.did.as_str(),
            number("reach"),
            number("price"),
            entry.id("currency").unwrap_or_default(),
            entry.id("fair")
        ],
    )
}

fn queried(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let by = did_in(entry.fact);
    run(
        db,
        "INSERT INTO queries VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        params![
            entry.offset,
            entry.did.as_str(),
            entry.reference.unwrap_or_default(),
            by.as_ref().map_or("", Did::as_str),
            entry.at.as_millis(),
            entry.text("consent"),
            entry.text("settlement"),
            entry.text("request")
        ],
    )
}

/// An erased body sets nothing.
fn nickname(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let (Some(body), Some(other)) = (entry.body, entry.reference) else {
        return Ok(());
    };
    let owner = entry.did.as_str();
    let Some(nickname) = body.get_str("nickname") else {
        return run(db, "DELETE FROM nicknames WHERE owner_did = ?1 AND did = ?2", [owner, other]);
    };
    run(db, "INSERT OR REPLACE INTO nicknames VALUES (?1, ?2, ?3)", [owner, other, nickname])
}
