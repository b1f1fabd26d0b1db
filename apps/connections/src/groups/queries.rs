//! Queries of the tables of groups.

use imajin_app::data_rights::entries::Entry;
use imajin_app::extract::Page;
use imajin_app::{Answer, FromRow, JoinedRoom, Node, Problem, RoomRole};
use imajin_dfos::Timestamp;
use imajin_host::codes;
use imajin_ledger::Reader;
use imajin_ledger::rows::{Column, first, pair};
use imajin_protocol::Did;
use rusqlite::{Result, params};

use super::{NESTING_MAX, PUBLIC};
use crate::fields::GivenRole;
use crate::queries::{INVITE_MS, is_at_home, numbers, read};

/// A group, as its own record has it.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Group {
    pub(crate) did: Did,
    pub(crate) kind: String,
    pub(crate) visibility: String,
    pub(crate) parent: Option<String>,
    /// None once erased, as is `about`.
    pub(crate) name: Option<String>,
    pub(crate) about: Option<String>,
    pub(crate) since: i64,
    pub(crate) is_dissolved: bool,
}

impl Group {
    /// Whether everybody sees it.
    pub(crate) fn is_public(&self) -> bool {
        self.visibility == PUBLIC
    }
}

const GROUP: &str = "SELECT g.owner_did, g.kind, g.visibility, g.parent, g.name, g.about, g.since, g.dissolved_at IS NOT NULL FROM groups g";
/// Somebody in the group's record whose own record says so, too.
const MUTUAL: &str =
    "EXISTS (SELECT 1 FROM memberships s WHERE s.owner_did = m.did AND s.grp = m.owner_did)";

/// A group by its DID or its conversation's, also after it was dissolved.
pub(crate) fn any(db: Reader<'_>, name: &str) -> Result<Option<Group>> {
    db.row(&format!("{GROUP} WHERE g.owner_did = ?1 OR g.conversation = ?1"), [name], Group::read)
}

/// A group that exists.
pub(crate) fn group(db: Reader<'_>, name: &str) -> Result<Option<Group>> {
    Ok(any(db, name)?.filter(|group| !group.is_dissolved))
}

/// The groups that visitors see.
pub(crate) fn public(db: Reader<'_>) -> Result<Vec<Did>> {
    let sql = "SELECT owner_did FROM groups WHERE visibility = ?1 AND dissolved_at IS NULL";
    db.rows(sql, [PUBLIC], first)
}

/// Returns a person's role in an existing group, given the group's DID or its conversation's.
pub(crate) fn role(db: Reader<'_>, group: &str, did: &Did) -> Result<Option<RoomRole>> {
    let sql = format!(
        "SELECT m.role FROM groups g JOIN group_members m ON m.owner_did = g.owner_did
        WHERE (g.owner_did = ?1 OR g.conversation = ?1) AND g.dissolved_at IS NULL AND m.did = ?2 AND {MUTUAL}"
    );
    db.row(&sql, [group, did.as_str()], first)
}

/// Returns a part of a person's groups, by name, and their total number.
pub(crate) fn mine(db: Reader<'_>, did: &Did, part: &Page) -> Result<(Vec<Group>, u64)> {
    let from = format!(
        "JOIN group_members m ON m.owner_did = g.owner_did WHERE m.did = ?1 AND g.dissolved_at IS NULL AND {MUTUAL}"
    );
    let total = count(db, &format!("SELECT count(*) FROM groups g {from}"), did)?;
    let sql = format!("{GROUP} {from} ORDER BY g.name, g.owner_did LIMIT ?2 OFFSET ?3");
    let [limit, offset] = numbers(part);
    Ok((db.rows(&sql, params![did.as_str(), limit, offset], Group::read)?, total))
}

pub(crate) fn inside(db: Reader<'_>, group: &Did) -> Result<Vec<Group>> {
    let sql = format!(
        "{GROUP} WHERE g.parent = ?1 AND g.dissolved_at IS NULL ORDER BY g.name, g.owner_did"
    );
    db.rows(&sql, [group.as_str()], Group::read)
}

/// Returns a group's depth: 1 without a parent, and at most one more than the maximum.
pub(crate) fn depth(db: Reader<'_>, group: &Group) -> Result<usize> {
    let (mut depth, mut at) = (1, group.parent.clone());
    while let Some(parent) = at.filter(|_| depth <= NESTING_MAX) {
        depth += 1;
        at = any(db, &parent)?.and_then(|parent| parent.parent);
    }
    Ok(depth)
}

pub(crate) fn owner(db: Reader<'_>, group: &Did) -> Result<Option<Did>> {
    db.row("SELECT founder FROM groups WHERE owner_did = ?1", [group.as_str()], first)
}

/// The member to whom a group is offered, for as long as an invitation lasts.
pub(crate) fn offer(db: Reader<'_>, group: &Did, now: Timestamp) -> Result<Option<Did>> {
    let sql = "SELECT offered FROM groups WHERE owner_did = ?1 AND offered_at > ?2";
    let since = now.as_millis().saturating_sub(INVITE_MS);
    let offered: Option<Option<Did>> = db.row(sql, params![group.as_str(), since], first)?;
    Ok(offered.flatten())
}

/// Every existing group, with its owner.
pub(crate) fn owners(db: Reader<'_>) -> Result<Vec<(Did, Did)>> {
    db.rows("SELECT owner_did, founder FROM groups WHERE dissolved_at IS NULL", [], pair)
}

/// Returns the number of existing groups that a person owns.
pub(crate) fn owned(db: Reader<'_>, did: &Did) -> Result<u64> {
    count(db, "SELECT count(*) FROM groups WHERE founder = ?1 AND dissolved_at IS NULL", did)
}

fn count(db: Reader<'_>, sql: &str, of: &Did) -> Result<u64> {
    Ok(db.row(sql, [of.as_str()], first)?.unwrap_or(0))
}

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Member {
    pub(crate) did: Did,
    pub(crate) role: RoomRole,
    pub(crate) since: i64,
}

/// The members of a group: leaders first, then by when they came.
pub(crate) fn members(db: Reader<'_>, group: &Did, part: &Page) -> Result<Vec<Member>> {
    let sql = format!(
        "SELECT m.did, m.role, m.since FROM group_members m WHERE m.owner_did = ?1 AND {MUTUAL}
        ORDER BY m.role = 'owner' DESC, m.role = 'admin' DESC, m.since, m.did LIMIT ?2 OFFSET ?3"
    );
    let [limit, offset] = numbers(part);
    db.rows(&sql, params![group.as_str(), limit, offset], Member::read)
}

/// Returns a person's groups, as rooms that can have notices.
pub(crate) fn rooms_of(db: Reader<'_>, did: &Did) -> Result<Vec<JoinedRoom>> {
    let sql = format!(
        "SELECT g.owner_did, m.role, m.since FROM groups g JOIN group_members m ON m.owner_did = g.owner_did
        WHERE m.did = ?1 AND g.dissolved_at IS NULL AND {MUTUAL}"
    );
    db.rows(&sql, [did.as_str()], |row| {
        Ok(JoinedRoom {
            room: Did::read(row, 0)?,
            role: RoomRole::read(row, 1)?,
            since_ms: row.get(2)?,
            read_ms: 0,
        })
    })
}

/// Returns the number of members of a group.
pub(crate) fn size(db: Reader<'_>, group: &Did) -> Result<u64> {
    let sql = format!("SELECT count(*) FROM group_members m WHERE m.owner_did = ?1 AND {MUTUAL}");
    count(db, &sql, group)
}

#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct GroupInvite {
    /// The offset of its entry.
    pub(crate) id: i64,
    pub(crate) group: Did,
    pub(crate) name: String,
    pub(crate) inviter: Did,
    pub(crate) role: GivenRole,
    pub(crate) max_uses: u64,
    pub(crate) uses: u64,
    pub(crate) at: i64,
    pub(crate) is_withdrawn: bool,
    /// None where its maker erased it.
    pub(crate) code: Option<String>,
}

impl GroupInvite {
    /// Returns the end of the invitation: after a week, like for all invitations.
    pub(crate) fn expires(&self) -> Timestamp {
        Timestamp::from_millis(self.at.saturating_add(INVITE_MS)).unwrap_or(Timestamp::MAX)
    }

    /// Whether the invitation can be used now: its maker must still lead the group, and give its role.
    pub(crate) fn is_open(&self, db: Reader<'_>, now: Timestamp) -> Result<bool> {
        let in_time = !self.is_withdrawn && self.uses < self.max_uses && now < self.expires();
        let may_give = match (role(db, self.group.as_str(), &self.inviter)?, self.role) {
            (role, GivenRole::Admin) => role == Some(RoomRole::Owner),
            (role, GivenRole::Member) => role.is_some_and(RoomRole::leads),
        };
        Ok(in_time && may_give)
    }

    /// Whether the group's log has an entry of this operation about a member after the invitation.
    pub(crate) fn precedes(&self, db: Reader<'_>, op: &str, member: &Did) -> Result<bool> {
        let sql = "SELECT 1 FROM group_entries
            WHERE owner_did = ?1 AND op = ?2 AND id > ?3 AND fact ->> '$.member' = ?4";
        db.exists(sql, params![self.group.as_str(), op, self.id, member.as_str()])
    }
}

const INVITE: &str = "SELECT i.id, i.owner_did, i.name, i.inviter, i.role, i.max_uses, i.uses, i.at, i.withdrawn_at IS NOT NULL, c.code
    FROM group_invites i LEFT JOIN group_codes c ON c.grp = i.owner_did AND c.name = i.name AND c.owner_did = i.inviter";

/// The invitation of a code, however it was typed. Of two with one code the older counts.
pub(crate) fn by_code(db: Reader<'_>, code: &str) -> Result<Option<GroupInvite>> {
    let sql = format!("{INVITE} WHERE c.code = ?1 ORDER BY i.id LIMIT 1");
    db.row(&sql, [codes::canonical(code)], GroupInvite::read)
}

/// All invitations of a code, the first to come here first; those of one group, where the text names it.
fn all_by_code(db: Reader<'_>, code: &str) -> Result<Vec<GroupInvite>> {
    let sql =
        format!("{INVITE} WHERE c.code = ?1 AND (?2 IS NULL OR i.owner_did = ?2) ORDER BY i.id");
    db.rows(&sql, params![codes::canonical(code), codes::split_owner(code).1], GroupInvite::read)
}

/// Returns the invitation that a code opens now.
/// Errors: 410 if the invitation has ended, 404 if it does not exist.
pub(crate) fn open(node: &Node, code: &str) -> Answer<GroupInvite> {
    for invite in read(node, |db| all_by_code(db, code))? {
        // The first whose group is at home here: a record that was only brought along takes no code from it.
        if !is_at_home(node, &invite.group)? {
            continue;
        }
        if read(node, |db| invite.is_open(db, node.now()))? {
            return Ok(invite);
        }
        return Err(Problem::gone(
            "This invitation has ended, was used up or taken back. Ask for another one.",
        ));
    }
    Err(Problem::not_found(format!(
        "There is no invitation {:?} into a group here. Look at the code again.",
        codes::canonical(code)
    )))
}

pub(crate) fn invite(db: Reader<'_>, group: &Did, name: &str) -> Result<Option<GroupInvite>> {
    let sql = format!("{INVITE} WHERE i.owner_did = ?1 AND i.name = ?2");
    db.row(&sql, [group.as_str(), name], GroupInvite::read)
}

/// The invitations of a group that can be accepted, the newest first.
pub(crate) fn open_invites(
    db: Reader<'_>,
    group: &Did,
    now: Timestamp,
) -> Result<Vec<GroupInvite>> {
    let sql = format!("{INVITE} WHERE i.owner_did = ?1 AND i.at > ?2 ORDER BY i.id DESC");
    let since = now.as_millis().saturating_sub(INVITE_MS);
    let mut open = Vec::new();
    for invite in db.rows(&sql, params![group.as_str(), since], GroupInvite::read)? {
        if invite.is_open(db, now)? {
            open.push(invite);
        }
    }
    Ok(open)
}

/// Returns all entries about groups in a person's log or a group's, in order.
pub(crate) fn entries(db: Reader<'_>, of: &Did) -> Result<Vec<Entry>> {
    let sql = "SELECT at, op, ref, fact, body FROM group_entries WHERE owner_did = ?1 ORDER BY id";
    db.rows(sql, [of.as_str()], Entry::read)
}

/// Returns the number of memberships in a person's own record.
pub(crate) fn memberships(db: Reader<'_>, did: &Did) -> Result<u64> {
    count(db, "SELECT count(*) FROM memberships WHERE owner_did = ?1", did)
}
