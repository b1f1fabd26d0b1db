//! Blocks of people, for the whole program ([`imajin_app::SocialGraph::blockers`]).
//!
//! Always: a block is only in the record of the person who made it. A block ends their connection in that record, and
//! an edge needs both records (`graph`).

use imajin_app::{Answer, Card, Node};
use imajin_ledger::Reader;
use imajin_ledger::rows::{first, pair, run};
use imajin_log::Applied;
use imajin_protocol::Did;
use rusqlite::{Connection, params};

use crate::queries::{card_of, read};

pub(crate) fn blocks(db: Reader<'_>, owner: &Did, other: &Did) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM blocks WHERE owner_did = ?1 AND did = ?2";
    db.exists(sql, [owner.as_str(), other.as_str()])
}

/// Returns everyone who blocks this person.
pub(crate) fn blockers(db: Reader<'_>, of: &Did) -> rusqlite::Result<Vec<Did>> {
    db.rows("SELECT owner_did FROM blocks WHERE did = ?1", [of.as_str()], first)
}

/// Returns whom the owner blocks, by DID, and since when, in milliseconds.
pub(crate) fn blocks_of(db: Reader<'_>, owner: &Did) -> rusqlite::Result<Vec<(Did, i64)>> {
    let sql = "SELECT did, since FROM blocks WHERE owner_did = ?1 ORDER BY did";
    db.rows(sql, [owner.as_str()], pair)
}

/// Returns the people whom the owner blocks, as everybody may see them, and since when.
pub(crate) fn list_blocked(node: &Node, owner: &Did) -> Answer<Vec<(Card, i64)>> {
    let rows = read(node, |db| blocks_of(db, owner))?.into_iter();
    rows.map(|(did, since)| Ok((card_of(node, did)?, since))).collect()
}

/// Brings a block, or its end, into the table.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>, start: bool) -> rusqlite::Result<()> {
    let (owner, other) = (entry.did.as_str(), entry.reference.unwrap_or_default());
    if !start {
        return run(db, "DELETE FROM blocks WHERE owner_did = ?1 AND did = ?2", [owner, other]);
    }
    let sql =
        "INSERT INTO blocks (owner_did, did, since) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    run(db, sql, params![owner, other, entry.at.as_millis()])
}
