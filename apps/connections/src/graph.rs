//! Who is connected with whom, and how far apart two are: asked by this service and, through the node, by the others.
//!
//! Always: an edge is there where the records of both say so. A DID is walked as the number of its key's first eight
//! bytes: to find a second key with the same ones takes 2⁶⁴ tries, and whoever makes two keys of their own alike is but
//! one person with two names.

use std::collections::HashSet;

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_service::{Graph, Invitation};
use rusqlite::{CachedStatement, Connection};

use crate::{Connections, reads};

/// How far one looks (WIRE.md §7).
pub(crate) const DISTANCE_MAX: u8 = 6;

/// A DID as it is walked.
pub(crate) fn number(did: &Did) -> i64 {
    let bytes = did.key_bytes().unwrap_or_default();
    let mut first = [0; 8];
    first.copy_from_slice(&bytes[..8]);
    i64::from_be_bytes(first)
}

/// Whether two are connected, by both their records.
pub(crate) fn connected(db: &Connection, one: &Did, other: &Did) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM connections c WHERE c.owner_did = ?1 AND c.did = ?2
        AND EXISTS (SELECT 1 FROM connections r WHERE r.owner_did = ?2 AND r.did = ?1)";
    db.prepare_cached(sql)?
        .exists([one.as_str(), other.as_str()])
}

/// One end of the walk: everybody within `depth` of it, and those at exactly `depth`.
struct Side {
    seen: HashSet<i64>,
    edge: Vec<i64>,
}

impl Side {
    fn at(start: i64) -> Self {
        Self {
            seen: HashSet::from([start]),
            edge: vec![start],
        }
    }

    /// One step outward; true where it meets the other end.
    fn step(&mut self, next: &mut CachedStatement<'_>, other: &Self) -> rusqlite::Result<bool> {
        let mut edge = Vec::new();
        for at in self.edge.drain(..) {
            let mut rows = next.query([at])?;
            while let Some(row) = rows.next()? {
                let to = row.get(0)?;
                if other.seen.contains(&to) {
                    return Ok(true);
                }
                if self.seen.insert(to) {
                    edge.push(to);
                }
            }
        }
        self.edge = edge;
        Ok(false)
    }
}

/// How many connections lie between two: breadth first from both ends, the smaller edge first, so that a question costs
/// about the square root of what a walk from one end would.
pub(crate) fn distance(db: &Connection, from: &Did, to: &Did) -> rusqlite::Result<Option<u8>> {
    if from == to {
        return Ok(Some(0));
    }
    let mut next = db.prepare_cached(
        "SELECT c.b FROM connections c WHERE c.a = ?1 AND EXISTS (SELECT 1 FROM connections r WHERE r.a = c.b AND r.b = c.a)",
    )?;
    let (mut near, mut far) = (Side::at(number(from)), Side::at(number(to)));
    for depth in 1..=DISTANCE_MAX {
        let (smaller, larger) = match near.edge.len() <= far.edge.len() {
            true => (&mut near, &far),
            false => (&mut far, &near),
        };
        // Edges go both ways, so two ends that did not meet before meet at exactly this depth.
        if smaller.step(&mut next, larger)? {
            return Ok(Some(depth));
        }
        if smaller.edge.is_empty() {
            return Ok(None);
        }
    }
    Ok(None)
}

impl Graph for Connections {
    fn connected(&self, db: &Connection, one: &Did, other: &Did) -> rusqlite::Result<bool> {
        connected(db, one, other)
    }

    fn distance(&self, db: &Connection, from: &Did, to: &Did) -> rusqlite::Result<Option<u8>> {
        distance(db, from, to)
    }

    fn invitation(
        &self,
        db: &Connection,
        code: &str,
        now: Timestamp,
    ) -> rusqlite::Result<Option<Invitation>> {
        let found = reads::invite_by_code(db, code)?.filter(|invite| invite.is_open(now));
        Ok(found.map(|invite| Invitation {
            expires: invite.expires(),
            inviter: invite.owner,
            id: invite.name,
            max_uses: invite.max_uses,
            uses: invite.uses,
            vouches: invite.vouches,
        }))
    }

    fn role(&self, _: &Connection, _: &Did, _: &Did) -> rusqlite::Result<Option<&'static str>> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests;
