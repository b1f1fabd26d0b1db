//! Blocks of people, for the whole program ([`imajin_app::SocialGraph::blockers`]).
//!
//! Always: a block is only in the record of the person who made it. A block ends their connection in that record, and
//! an edge needs both records (`graph`).

use imajin_app::{Card, Node, Problem};
use imajin_ledger::Reader;
use imajin_log::Applied;
use imajin_protocol::Did;
use rusqlite::{Connection, params};

use crate::manifest::MANIFEST;
use crate::queries::card_of;

/// Whether the owner blocks the other person.
pub(crate) fn blocks<'a>(
    db: impl Into<Reader<'a>>,
    owner: &Did,
    other: &Did,
) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM blocks WHERE owner_did = ?1 AND did = ?2";
    db.into().exists(sql, [owner.as_str(), other.as_str()])
}

/// Returns everyone who blocks this person.
pub(crate) fn blockers(db: &Connection, of: &Did) -> rusqlite::Result<Vec<Did>> {
    let mut statement = db.prepare_cached("SELECT owner_did FROM blocks WHERE did = ?1")?;
    let rows = statement.query_map([of.as_str()], |row| row.get::<_, String>(0))?;
    let parsed = rows.filter_map(|row| row.map(|text| Did::parse(&text).ok()).transpose());
    parsed.collect()
}

/// A block, as its owner's record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) did: String,
    pub(crate) since: i64,
}

/// Returns the owner's blocks, by DID.
pub(crate) fn blocks_of(db: &Connection, owner: &Did) -> rusqlite::Result<Vec<Block>> {
    let sql = "SELECT did, since FROM blocks WHERE owner_did = ?1 ORDER BY did";
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Block {
            did: row.get(0)?,
            since: row.get(1)?,
        })
    };
    db.prepare_cached(sql)?
        .query_map([owner.as_str()], read)?
        .collect()
}

/// A blocked person, as everybody may see them.
#[derive(Debug)]
pub(crate) struct Blocked {
    pub(crate) card: Card,
    pub(crate) since: i64,
}

/// Returns the owner's blocks with the people's names.
pub(crate) fn list_blocked(node: &Node, owner: &Did) -> Result<Vec<Blocked>, Problem> {
    let rows = node.read(MANIFEST.name, |db| blocks_of(db, owner))?;
    let shown = rows.into_iter().map(|row| {
        let did = Did::parse(&row.did).map_err(Problem::internal)?;
        let card = card_of(node, did)?;
        let since = row.since;
        Ok(Blocked { card, since })
    });
    shown.collect()
}

/// Brings a block, or its end, into the table.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>, start: bool) -> rusqlite::Result<()> {
    let (owner, other) = (entry.did.as_str(), entry.reference.unwrap_or_default());
    if !start {
        return db
            .prepare_cached("DELETE FROM blocks WHERE owner_did = ?1 AND did = ?2")?
            .execute([owner, other])
            .map(drop);
    }
    let sql =
        "INSERT INTO blocks (owner_did, did, since) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    db.prepare_cached(sql)?
        .execute(params![owner, other, entry.at.as_millis()])
        .map(drop)
}
