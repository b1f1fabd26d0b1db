//! Queries of the tables of groups.

use imajin_app::data_rights::entries::Entry;
use imajin_app::{JoinedRoom, Node, Problem, RoomRole};
use imajin_dfos::Timestamp;
use imajin_host::codes;
use imajin_ledger::{Reader, rows};
use imajin_protocol::Did;
use rusqlite::{Connection, Row, params};

use super::{NESTING_MAX, PUBLIC, leads, role_of};
use crate::manifest::MANIFEST;
use crate::queries::{INVITE_MS, is_at_home};

/// A group, as its own record has it.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    fn read(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let Ok(did) = Did::parse(&row.get::<_, String>(0)?) else {
            return Ok(None);
        };
        Ok(Some(Self {
            did,
            kind: row.get(1)?,
            visibility: row.get(2)?,
            parent: row.get(3)?,
            name: row.get(4)?,
            about: row.get(5)?,
            since: row.get(6)?,
            is_dissolved: row.get::<_, Option<i64>>(7)?.is_some(),
        }))
    }

    /// Whether everybody sees it.
    pub(crate) fn is_public(&self) -> bool {
        self.visibility == PUBLIC
    }
}

const GROUP: &str = "SELECT g.owner_did, g.kind, g.visibility, g.parent, g.name, g.about, g.since, g.dissolved_at FROM groups g";
/// Somebody in the group's record whose own record says so, too.
const MUTUAL: &str =
    "EXISTS (SELECT 1 FROM memberships s WHERE s.owner_did = m.did AND s.grp = m.owner_did)";

/// A group by its DID or its conversation's, also after it was dissolved.
pub(crate) fn any<'a>(db: impl Into<Reader<'a>>, name: &str) -> rusqlite::Result<Option<Group>> {
    let sql = format!("{GROUP} WHERE g.owner_did = ?1 OR g.conversation = ?1");
    Ok(db.into().row(&sql, [name], Group::read)?.flatten())
}

/// A group that exists.
pub(crate) fn group<'a>(db: impl Into<Reader<'a>>, name: &str) -> rusqlite::Result<Option<Group>> {
    Ok(any(db, name)?.filter(|group| !group.is_dissolved))
}

/// The groups that visitors see.
pub(crate) fn public(db: &Connection) -> rusqlite::Result<Vec<Did>> {
    let sql = format!("{GROUP} WHERE g.visibility = ?1 AND g.dissolved_at IS NULL");
    let mut statement = db.prepare_cached(&sql)?;
    let groups = statement.query_map([PUBLIC], Group::read)?;
    groups
        .filter_map(|group| group.map(|group| Some(group?.did)).transpose())
        .collect()
}

/// Returns a person's role in an existing group, given the group's DID or its conversation's.
pub(crate) fn role<'a>(
    db: impl Into<Reader<'a>>,
    group: &str,
    did: &Did,
) -> rusqlite::Result<Option<&'static str>> {
    let sql = format!(
        "SELECT m.role FROM groups g JOIN group_members m ON m.owner_did = g.owner_did
        WHERE (g.owner_did = ?1 OR g.conversation = ?1) AND g.dissolved_at IS NULL AND m.did = ?2 AND {MUTUAL}"
    );
    let role: Option<String> = db
        .into()
        .row(&sql, [group, did.as_str()], |row| row.get(0))?;
    Ok(role.as_deref().and_then(role_of))
}

/// Returns a part of a person's groups, by name, and their total number.
pub(crate) fn mine(
    db: &Connection,
    did: &Did,
    limit: usize,
    offset: usize,
) -> rusqlite::Result<(Vec<Group>, u64)> {
    let from = format!(
        "JOIN group_members m ON m.owner_did = g.owner_did WHERE m.did = ?1 AND g.dissolved_at IS NULL AND {MUTUAL}"
    );
    let total: i64 = db
        .prepare_cached(&format!("SELECT count(*) FROM groups g {from}"))?
        .query_row([did.as_str()], |row| row.get(0))?;
    let sql = format!("{GROUP} {from} ORDER BY g.name, g.owner_did LIMIT ?2 OFFSET ?3");
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(
        params![did.as_str(), number(limit), number(offset)],
        Group::read,
    )?;
    let groups = rows.filter_map(Result::transpose);
    Ok((
        groups.collect::<rusqlite::Result<_>>()?,
        total.unsigned_abs(),
    ))
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(crate) fn inside<'a>(db: impl Into<Reader<'a>>, group: &Did) -> rusqlite::Result<Vec<Group>> {
    let sql = format!(
        "{GROUP} WHERE g.parent = ?1 AND g.dissolved_at IS NULL ORDER BY g.name, g.owner_did"
    );
    let rows = db.into().rows(&sql, [group.as_str()], Group::read)?;
    Ok(rows.into_iter().flatten().collect())
}

/// Returns a group's depth: 1 without a parent, and at most one more than the maximum.
pub(crate) fn depth<'a>(db: impl Into<Reader<'a>>, group: &Group) -> rusqlite::Result<usize> {
    let db = db.into();
    let (mut depth, mut at) = (1, group.parent.clone());
    while let Some(parent) = at.filter(|_| depth <= NESTING_MAX) {
        depth += 1;
        at = any(db, &parent)?.and_then(|parent| parent.parent);
    }
    Ok(depth)
}

pub(crate) fn owner<'a>(db: impl Into<Reader<'a>>, group: &Did) -> rusqlite::Result<Option<Did>> {
    let sql = "SELECT founder FROM groups WHERE owner_did = ?1";
    let founder: Option<String> = db.into().row(sql, [group.as_str()], |row| row.get(0))?;
    Ok(founder.and_then(|did| Did::parse(&did).ok()))
}

/// The member to whom a group is offered, for as long as an invitation lasts.
pub(crate) fn offer<'a>(
    db: impl Into<Reader<'a>>,
    group: &Did,
    now: Timestamp,
) -> rusqlite::Result<Option<Did>> {
    let sql = "SELECT offered FROM groups WHERE owner_did = ?1 AND offered_at > ?2";
    let since = now.as_millis().saturating_sub(INVITE_MS);
    let offered: Option<Option<String>> =
        db.into()
            .row(sql, params![group.as_str(), since], |row| row.get(0))?;
    Ok(offered.flatten().and_then(|did| Did::parse(&did).ok()))
}

/// Every existing group, with its owner.
pub(crate) fn owners(db: &Connection) -> rusqlite::Result<Vec<(Did, Did)>> {
    let sql = "SELECT owner_did, founder FROM groups WHERE dissolved_at IS NULL";
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?))
    })?;
    let read = |(group, owner): (String, String)| {
        Some((Did::parse(&group).ok()?, Did::parse(&owner).ok()?))
    };
    rows.filter_map(|row| row.map(read).transpose()).collect()
}

/// Returns the number of existing groups that a person owns.
pub(crate) fn owned<'a>(db: impl Into<Reader<'a>>, did: &Did) -> rusqlite::Result<u64> {
    count(
        db,
        "SELECT count(*) FROM groups WHERE founder = ?1 AND dissolved_at IS NULL",
        did.as_str(),
    )
}

fn count<'a>(db: impl Into<Reader<'a>>, sql: &str, of: &str) -> rusqlite::Result<u64> {
    let number: Option<i64> = db.into().row(sql, [of], |row| row.get(0))?;
    Ok(number.unwrap_or(0).unsigned_abs())
}

/// Somebody in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) did: String,
    pub(crate) role: String,
    pub(crate) since: i64,
}

/// The members of a group: leaders first, then by when they came.
pub(crate) fn members(
    db: &Connection,
    group: &Did,
    limit: usize,
    offset: usize,
) -> rusqlite::Result<Vec<Member>> {
    let sql = format!(
        "SELECT m.did, m.role, m.since FROM group_members m WHERE m.owner_did = ?1 AND {MUTUAL}
        ORDER BY m.role = 'owner' DESC, m.role = 'admin' DESC, m.since, m.did LIMIT ?2 OFFSET ?3"
    );
    let read = |row: &Row<'_>| {
        Ok(Member {
            did: row.get(0)?,
            role: row.get(1)?,
            since: row.get(2)?,
        })
    };
    db.prepare_cached(&sql)?
        .query_map(params![group.as_str(), number(limit), number(offset)], read)?
        .collect()
}

/// Returns a person's groups, as rooms that can have notices.
pub(crate) fn rooms_of(db: &Connection, did: &Did) -> rusqlite::Result<Vec<JoinedRoom>> {
    let sql = format!(
        "SELECT g.owner_did, m.role, m.since FROM groups g JOIN group_members m ON m.owner_did = g.owner_did
        WHERE m.did = ?1 AND g.dissolved_at IS NULL AND {MUTUAL}"
    );
    Reader::from(db).rows(&sql, [did.as_str()], |row| {
        Ok(JoinedRoom {
            room: rows::did(row, 0)?,
            role: rows::parsed(row, 1, RoomRole::parse)?,
            since_ms: row.get(2)?,
            read_ms: 0,
        })
    })
}

/// Returns the number of members of a group.
pub(crate) fn size<'a>(db: impl Into<Reader<'a>>, group: &Did) -> rusqlite::Result<u64> {
    let sql = format!("SELECT count(*) FROM group_members m WHERE m.owner_did = ?1 AND {MUTUAL}");
    count(db, &sql, group.as_str())
}

/// An invitation into a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct GroupInvite {
    pub(crate) group: Did,
    pub(crate) name: String,
    pub(crate) inviter: Did,
    pub(crate) role: &'static str,
    pub(crate) max_uses: u64,
    pub(crate) uses: u64,
    pub(crate) at: i64,
    pub(crate) is_withdrawn: bool,
    /// None where its maker erased it.
    pub(crate) code: Option<String>,
}

impl GroupInvite {
    fn read(row: &Row<'_>) -> rusqlite::Result<Option<Self>> {
        let (group, inviter) = (row.get::<_, String>(0)?, row.get::<_, String>(2)?);
        let role: String = row.get(3)?;
        let (Ok(group), Ok(inviter), Some(role)) =
            (Did::parse(&group), Did::parse(&inviter), role_of(&role))
        else {
            return Ok(None);
        };
        Ok(Some(Self {
            group,
            name: row.get(1)?,
            inviter,
            role,
            max_uses: row.get::<_, i64>(4)?.unsigned_abs(),
            uses: row.get::<_, i64>(5)?.unsigned_abs(),
            at: row.get(6)?,
            is_withdrawn: row.get::<_, Option<i64>>(7)?.is_some(),
            code: row.get(8)?,
        }))
    }

    /// Returns the end of the invitation: after a week, like for all invitations.
    pub(crate) fn expires(&self) -> Timestamp {
        Timestamp::from_millis(self.at.saturating_add(INVITE_MS)).unwrap_or(Timestamp::MAX)
    }

    /// Whether the invitation can be used now: its maker must still lead the group.
    pub(crate) fn is_open<'a>(
        &self,
        db: impl Into<Reader<'a>>,
        now: Timestamp,
    ) -> rusqlite::Result<bool> {
        let in_time = !self.is_withdrawn && self.uses < self.max_uses && now < self.expires();
        Ok(in_time && leads(role(db, self.group.as_str(), &self.inviter)?))
    }
}

const INVITE: &str = "SELECT i.owner_did, i.name, i.inviter, i.role, i.max_uses, i.uses, i.at, i.withdrawn_at, c.code
    FROM group_invites i LEFT JOIN group_codes c ON c.grp = i.owner_did AND c.name = i.name AND c.owner_did = i.inviter";

/// The invitation of a code, however it was typed. Of two with one code the older counts.
pub(crate) fn by_code<'a>(
    db: impl Into<Reader<'a>>,
    code: &str,
) -> rusqlite::Result<Option<GroupInvite>> {
    let sql = format!("{INVITE} WHERE c.code = ?1 ORDER BY i.id LIMIT 1");
    let invite = db
        .into()
        .row(&sql, [codes::canonical(code)], GroupInvite::read)?;
    Ok(invite.flatten())
}

/// All invitations of a code, the first to come here first; those of one group, where the text names it.
fn all_by_code(db: &Connection, code: &str) -> rusqlite::Result<Vec<GroupInvite>> {
    let sql =
        format!("{INVITE} WHERE c.code = ?1 AND (?2 IS NULL OR i.owner_did = ?2) ORDER BY i.id");
    let mut statement = db.prepare_cached(&sql)?;
    let args = params![codes::canonical(code), codes::split_owner(code).1];
    let rows = statement.query_map(args, GroupInvite::read)?;
    rows.filter_map(Result::transpose).collect()
}

/// Returns the invitation that a code opens now.
///
/// # Errors
/// 410 if the invitation has ended, 404 if it does not exist.
pub(crate) fn open(node: &Node, code: &str) -> Result<GroupInvite, Problem> {
    let all = node.read(MANIFEST.name, |db| all_by_code(db, code))?;
    let mut open_invite = None;
    for invite in all {
        // The first whose group is at home here: a record that was only brought along takes no code from it.
        if is_at_home(node, &invite.group)? {
            open_invite = Some(invite);
            break;
        }
    }
    let is_open = match &open_invite {
        Some(invite) => node.read(MANIFEST.name, |db| invite.is_open(db, node.now()))?,
        None => false,
    };
    match open_invite {
        Some(invite) if is_open => Ok(invite),
        Some(_) => Err(Problem::gone(
            "This invitation has ended, was used up or taken back. Ask for another one.",
        )),
        None => Err(Problem::not_found(format!(
            "There is no invitation {:?} into a group here. Look at the code again.",
            codes::canonical(code)
        ))),
    }
}

/// An invitation by its name.
pub(crate) fn invite<'a>(
    db: impl Into<Reader<'a>>,
    group: &Did,
    name: &str,
) -> rusqlite::Result<Option<GroupInvite>> {
    let sql = format!("{INVITE} WHERE i.owner_did = ?1 AND i.name = ?2");
    let invite = db
        .into()
        .row(&sql, [group.as_str(), name], GroupInvite::read)?;
    Ok(invite.flatten())
}

/// The invitations of a group that can be accepted, the newest first.
pub(crate) fn open_invites<'a>(
    db: impl Into<Reader<'a>>,
    group: &Did,
    now: Timestamp,
) -> rusqlite::Result<Vec<GroupInvite>> {
    let sql = format!("{INVITE} WHERE i.owner_did = ?1 AND i.at > ?2 ORDER BY i.id DESC");
    let since = now.as_millis().saturating_sub(INVITE_MS);
    let db = db.into();
    let rows = db.rows(&sql, params![group.as_str(), since], GroupInvite::read)?;
    let mut open = Vec::new();
    for invite in rows.into_iter().flatten() {
        if invite.is_open(db, now)? {
            open.push(invite);
        }
    }
    Ok(open)
}

/// Returns all entries about groups in a person's log or a group's, in order.
pub(crate) fn entries(db: &Connection, of: &Did) -> rusqlite::Result<Vec<Entry>> {
    let sql = "SELECT at, op, ref, fact, body FROM group_entries WHERE owner_did = ?1 ORDER BY id";
    db.prepare_cached(sql)?
        .query_map([of.as_str()], Entry::read)?
        .collect()
}

/// Returns the number of memberships in a person's own record.
pub(crate) fn memberships(db: &Connection, did: &Did) -> rusqlite::Result<u64> {
    count(
        db,
        "SELECT count(*) FROM memberships WHERE owner_did = ?1",
        did.as_str(),
    )
}
