//! Blocking somebody: an operation of one's own, which the whole program asks about ([`imajin_service::Graph::blockers`]).
//!
//! Always: a block is only in the record of the person who made it. It ends their connection in that record,
//! and an edge needs both records (`graph`).

use imajin_ledger::{Applied, Command, Decide, Refusal};
use imajin_protocol::{Did, IdText};
use rusqlite::{Connection, params};

use crate::rules::conflict;
use crate::statements::bad;

/// Whether one blocked another.
pub(crate) fn blocks(db: &Connection, owner: &Did, other: &Did) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM blocks WHERE owner_did = ?1 AND did = ?2")?
        .exists([owner.as_str(), other.as_str()])
}

/// Everybody who blocked somebody.
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

/// Whom somebody blocked, by DID.
pub(crate) fn of(db: &Connection, owner: &Did) -> rusqlite::Result<Vec<Block>> {
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

/// Decides `connections.block` (`start`) and `connections.block.end`. Both write to the author's own log only.
pub(crate) fn decide(ctx: &mut Decide<'_>, command: &Command, start: bool) -> Result<(), Refusal> {
    let other = command.reference.as_ref().and_then(IdText::to_did);
    let other = other.filter(|did| did.key_bytes().is_some() && *did != command.did);
    let other =
        other.ok_or_else(|| bad("ref", "ref must be the DID of somebody else: did:imajin:…"))?;
    if command.fact.is_some() {
        return Err(bad("fact", format!("{} has no fact.", command.op)));
    }
    match (blocks(ctx.db(), &command.did, &other)?, start) {
        (true, true) => Err(conflict("blocked", "You blocked them already.")),
        (false, false) => Err(conflict("unblocked", "You did not block them.")),
        _ => {
            ctx.intent();
            Ok(())
        }
    }
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
