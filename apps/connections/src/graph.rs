//! The graph of connections: who is connected, and how far apart two people are. This service uses it, and so do the
//! others through the node.
//!
//! Always: an edge exists if the records of both people have it. A DID is represented by the number of its key's first
//! eight bytes: finding a second key with the same ones takes 2⁶⁴ tries, and a person who makes two such keys is only
//! one person with two names.

use std::collections::{BTreeSet, HashSet};

use imajin_app::extract::Page;
use imajin_app::operation::Choice;
use imajin_app::{
    Answer, Contact, InRoom, Invitation, JoinedRoom, Node, RoomAbout, RoomRole, Rooms, SocialGraph,
};
use imajin_ledger::Reader;
use imajin_protocol::Did;
use rusqlite::{CachedStatement, Connection};

use crate::manifest::MANIFEST;
use crate::{Connections, blocks, groups, queries};

/// Maximum distance searched (docs/api.md, "Connections and profiles").
pub(crate) const DISTANCE_MAX: u8 = 6;

/// Returns the number that represents a DID.
pub(crate) fn number(did: &Did) -> i64 {
    let bytes = did.key_bytes().unwrap_or_default();
    let mut first = [0; 8];
    first.copy_from_slice(&bytes[..8]);
    i64::from_be_bytes(first)
}

/// Whether two are connected, by both their records.
pub(crate) fn connected(db: Reader<'_>, one: &Did, other: &Did) -> rusqlite::Result<bool> {
    let sql = "SELECT 1 FROM connections c WHERE c.owner_did = ?1 AND c.did = ?2
        AND EXISTS (SELECT 1 FROM connections r WHERE r.owner_did = ?2 AND r.did = ?1)";
    db.exists(sql, [one.as_str(), other.as_str()])
}

/// One end of the search: the people seen so far, and those at the current depth.
struct Side {
    seen: HashSet<i64>,
    edge: Vec<i64>,
}

impl Side {
    fn at(start: i64) -> Self {
        Self { seen: HashSet::from([start]), edge: vec![start] }
    }

    /// Moves one step outward. Returns true when the two ends meet.
    fn step(&mut self, walk: &mut Walk<'_>, other: &Self) -> rusqlite::Result<bool> {
        let mut edge = Vec::new();
        for at in self.edge.drain(..) {
            let mut rows = walk.mutual.query([at])?;
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

    /// The last step: whether it meets the other end. Nobody is walked on from here, so that only what meets is looked at
    /// from both sides.
    fn reaches(&self, walk: &mut Walk<'_>, other: &Self) -> rusqlite::Result<bool> {
        for at in &self.edge {
            let mut rows = walk.one_sided.query([at])?;
            while let Some(row) = rows.next()? {
                let to = row.get(0)?;
                if other.seen.contains(&to) && walk.row.exists([to, *at])? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }
}

/// The statements of a walk.
struct Walk<'a> {
    /// A person's connections, by the records of both sides.
    mutual: CachedStatement<'a>,
    /// A person's connections, by their own record alone.
    one_sided: CachedStatement<'a>,
    /// Whether a person's record names another.
    row: CachedStatement<'a>,
}

impl<'a> Walk<'a> {
    fn new(db: &'a Connection) -> rusqlite::Result<Self> {
        Ok(Self {
            mutual: db.prepare_cached("SELECT c.b FROM connections c WHERE c.a = ?1 AND EXISTS (SELECT 1 FROM connections r WHERE r.a = c.b AND r.b = c.a)")?,
            one_sided: db.prepare_cached("SELECT b FROM connections WHERE a = ?1")?,
            row: db.prepare_cached("SELECT 1 FROM connections WHERE a = ?1 AND b = ?2")?,
        })
    }
}

/// Returns the number of connections between two people. The search is breadth first from both ends, the smaller edge
/// first, which costs about the square root of a search from one end.
pub fn distance(db: &Connection, from: &Did, to: &Did) -> rusqlite::Result<Option<u8>> {
    if from == to {
        return Ok(Some(0));
    }
    let mut walk = Walk::new(db)?;
    let (mut near, mut far) = (Side::at(number(from)), Side::at(number(to)));
    for depth in 1..DISTANCE_MAX {
        let (smaller, larger) = smaller_first(&mut near, &mut far);
        // Edges go both ways, so two ends that did not meet before meet at exactly this depth.
        if smaller.step(&mut walk, larger)? {
            return Ok(Some(depth));
        }
        if smaller.edge.is_empty() {
            return Ok(None);
        }
    }
    let (smaller, larger) = smaller_first(&mut near, &mut far);
    Ok(smaller.reaches(&mut walk, larger)?.then_some(DISTANCE_MAX))
}

fn smaller_first<'a>(one: &'a mut Side, other: &'a mut Side) -> (&'a mut Side, &'a Side) {
    if one.edge.len() <= other.edge.len() { (one, other) } else { (other, one) }
}

impl SocialGraph for Connections {
    fn connected(&self, node: &Node, one: &Did, other: &Did) -> Answer<bool> {
        queries::read(node, |db| connected(db, one, other))
    }

    fn distance(&self, node: &Node, from: &Did, to: &Did) -> Answer<Option<u8>> {
        node.read(MANIFEST.name, |db| distance(db, from, to))
    }

    fn invitation(&self, node: &Node, code: &str) -> Answer<Option<Invitation>> {
        let now = node.now();
        let open = queries::invite_here(node, code)?.filter(|invite| invite.is_open(now));
        let Some(invite) = open else {
            return Ok(None);
        };
        let older =
            queries::read(node, |db| queries::open_before(db, &invite.owner, invite.id, now))?;
        Ok(Some(Invitation {
            older,
            expires: invite.expires(),
            inviter: invite.owner,
            id: invite.name,
            max_uses: invite.max_uses,
            uses: invite.uses,
            vouches: invite.vouches,
        }))
    }

    fn blocks(&self, node: &Node, owner: &Did, others: &BTreeSet<Did>) -> Answer<bool> {
        queries::read(node, |db| {
            for other in others {
                if blocks::blocks(db, owner, other)? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    fn blockers(&self, node: &Node, of: &Did) -> Answer<Vec<Did>> {
        queries::read(node, |db| blocks::blockers(db, of))
    }

    fn role(&self, node: &Node, group: &Did, member: &Did) -> Answer<Option<&'static str>> {
        let role = queries::read(node, |db| groups::queries::role(db, group.as_str(), member))?;
        Ok(role.map(|role| role.name()))
    }

    fn contacts(&self, node: &Node, of: &Did, limit: usize) -> Answer<Vec<Contact>> {
        let (links, _) = queries::read(node, |db| queries::links(db, of, &Page::first(limit)))?;
        let contact = |link: queries::Link| Contact { did: link.did, nickname: link.nickname };
        Ok(links.into_iter().map(contact).collect())
    }
}

fn room_about(group: groups::queries::Group) -> RoomAbout {
    RoomAbout {
        conversation: Did::conversation_of(&group.did),
        name: group.name,
        href: format!("/connections/groups/{}", group.did),
        picture: None,
        of: group.did,
    }
}

impl Rooms for Connections {
    /// The conversation of a group is its members'. That of a group that was dissolved has none.
    fn role(&self, node: &Node, conversation: &Did, who: &Did) -> Answer<InRoom> {
        queries::read(node, |db| {
            let name = conversation.as_str();
            if groups::queries::any(db, name)?.is_none() {
                return Ok(InRoom::Unknown);
            }
            Ok(InRoom::from_role(groups::queries::role(db, name, who)?))
        })
    }

    fn describe(&self, node: &Node, conversation: &Did) -> Answer<Option<RoomAbout>> {
        let group = queries::read(node, |db| groups::queries::any(db, conversation.as_str()))?;
        Ok(group.map(room_about))
    }

    fn led_by(&self, node: &Node, who: &Did, limit: usize) -> Answer<Vec<RoomAbout>> {
        queries::read(node, |db| {
            let (mine, _) = groups::queries::mine(db, who, &Page::first(limit))?;
            let mut led = Vec::new();
            for group in mine {
                let role = groups::queries::role(db, group.did.as_str(), who)?;
                if role.is_some_and(RoomRole::leads) {
                    led.push(room_about(group));
                }
            }
            Ok(led)
        })
    }

    fn eligible(
        &self,
        node: &Node,
        conversation: &Did,
        limit: usize,
    ) -> Answer<Vec<(Did, RoomRole)>> {
        Ok(people_of(node, conversation, limit)?.unwrap_or_default())
    }

    /// Returns the members of the group itself. Its conversation has its own list.
    fn members(&self, node: &Node, group: &Did) -> Answer<Option<Vec<(Did, RoomRole)>>> {
        people_of(node, group, usize::MAX)
    }

    fn rooms_of(&self, node: &Node, who: &Did) -> Answer<Vec<JoinedRoom>> {
        queries::read(node, |db| groups::queries::rooms_of(db, who))
    }
}

/// Returns the members of a group, given its DID or its conversation's; `None` for an unknown group.
fn people_of(node: &Node, name: &Did, limit: usize) -> Answer<Option<Vec<(Did, RoomRole)>>> {
    queries::read(node, |db| {
        let Some(group) = groups::queries::group(db, name.as_str())? else {
            return Ok(None);
        };
        let members = groups::queries::members(db, &group.did, &Page::first(limit))?;
        let members = members.into_iter().map(|member| (member.did, member.role));
        Ok(Some(members.collect()))
    })
}

#[cfg(test)]
mod tests;
