//! Applies entries to the tables of groups (`crate::projection` has them).
//!
//! Always: a row is a function of its `owner_did`'s log alone: a group's rows of the group's log, a member's rows of
//! the member's.

use imajin_app::data_rights::entries;
use imajin_dfos::Value;
use imajin_log::Applied;
use imajin_protocol::{Did, Fact};
use rusqlite::{Connection, params};

use super::{ADMIN, OWNER, role_of};
use crate::operations::{
    CreateGroup, GroupChanged, GroupDissolved, GroupHanded, GroupInviteEnded, GroupInvited,
    GroupJoined, GroupLeft, GroupOffered, GroupOpened, GroupRemoved, GroupRoleChanged, JoinGroup,
    LeaveGroup, MakeGroupInvite,
};

/// Brings an entry about a group into the tables. One that lacks something (of a node with other rules) changes nothing
/// but the list of entries.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    keep(db, entry)?;
    match entry.op {
        CreateGroup::NAME => joined_own(db, entry, entry.reference),
        MakeGroupInvite::NAME => code(db, entry),
        JoinGroup::NAME => joined_own(db, entry, entry.reference),
        LeaveGroup::NAME => left_own(db, entry),
        GroupOpened::NAME => opened(db, entry),
        GroupChanged::NAME => changed(db, entry),
        GroupInvited::NAME => invited(db, entry),
        GroupInviteEnded::NAME => run(
            db,
            "UPDATE group_invites SET withdrawn_at = ?3 WHERE owner_did = ?1 AND name = ?2 AND withdrawn_at IS NULL",
            params![entry.did.as_str(), entry.reference, entry.at.as_millis()],
        ),
        GroupJoined::NAME => joined(db, entry),
        GroupLeft::NAME => gone(db, entry, entry.reference),
        GroupRoleChanged::NAME => role_changed(db, entry),
        GroupOffered::NAME => offered(db, entry),
        GroupHanded::NAME => handed(db, entry),
        GroupRemoved::NAME if is_groups_own(entry) => gone(db, entry, id(entry.fact, "member")),
        GroupRemoved::NAME => left_own(db, entry),
        GroupDissolved::NAME => run(
            db,
            "UPDATE groups SET dissolved_at = ?2 WHERE owner_did = ?1",
            params![entry.did.as_str(), entry.at.as_millis()],
        ),
        _ => Ok(()),
    }
}

/// A person that deletes their record is in no group any more.
pub(crate) fn deleted(db: &Connection, did: &Did) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM memberships WHERE owner_did = ?1")?
        .execute([did.as_str()])
        .map(drop)
}

fn run(db: &Connection, sql: &str, values: &[&dyn rusqlite::ToSql]) -> rusqlite::Result<()> {
    db.prepare_cached(sql)?.execute(values).map(drop)
}

fn id<'a>(fact: Option<&'a Fact>, key: &str) -> Option<&'a str> {
    fact?.id(key).map(|id| id.as_str())
}

/// Whether an entry that is in two logs is the one in the group's.
fn is_groups_own(entry: &Applied<'_>) -> bool {
    entry.reference == Some(entry.did.as_str())
}

fn keep(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT INTO group_entries VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
        .execute(params![
            entry.offset,
            entry.did.as_str(),
            entry.at.as_millis(),
            entry.op,
            entry.reference,
            entry.fact.map(|fact| fact.to_json().to_string()),
            entries::words(entry)
        ])
        .map(drop)
}

fn joined_own(db: &Connection, entry: &Applied<'_>, group: Option<&str>) -> rusqlite::Result<()> {
    let Some(group) = group else { return Ok(()) };
    run(
        db,
        "INSERT OR REPLACE INTO memberships VALUES (?1, ?2, ?3)",
        params![entry.did.as_str(), group, entry.at.as_millis()],
    )
}

fn left_own(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    run(
        db,
        "DELETE FROM memberships WHERE owner_did = ?1 AND grp = ?2",
        params![entry.did.as_str(), entry.reference],
    )
}

fn code(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let (Some(name), Some(group)) = (entry.reference, id(entry.fact, "group")) else {
        return Ok(());
    };
    run(
        db,
        "INSERT INTO group_codes VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            entry.offset,
            entry.did.as_str(),
            name,
            group,
            entry.body.and_then(|body| body.get_str("code"))
        ],
    )
}

fn opened(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let (Some(kind), Some(visibility)) = (id(entry.fact, "kind"), id(entry.fact, "visibility"))
    else {
        return Ok(());
    };
    run(
        db,
        "INSERT INTO groups (owner_did, conversation, kind, visibility, parent, founder, since) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING",
        params![
            entry.did.as_str(),
            Did::conversation_of(entry.did).as_str(),
            kind,
            visibility,
            id(entry.fact, "parent"),
            entry.author.as_str(),
            entry.at.as_millis()
        ],
    )?;
    enter(db, entry, entry.author.as_str(), OWNER)?;
    words(db, entry)
}

fn changed(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    run(
        db,
        "UPDATE groups SET visibility = coalesce(?2, visibility) WHERE owner_did = ?1",
        params![entry.did.as_str(), id(entry.fact, "visibility")],
    )?;
    words(db, entry)
}

/// An erased body sets nothing.
fn words(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(body) = entry.body else {
        return Ok(());
    };
    run(
        db,
        "UPDATE groups SET name = ?2, about = ?3 WHERE owner_did = ?1",
        params![
            entry.did.as_str(),
            body.get("name").and_then(Value::as_str),
            body.get("about").and_then(Value::as_str)
        ],
    )
}

fn enter(db: &Connection, entry: &Applied<'_>, member: &str, role: &str) -> rusqlite::Result<()> {
    run(
        db,
        "INSERT OR REPLACE INTO group_members VALUES (?1, ?2, ?3, ?4)",
        params![entry.did.as_str(), member, role, entry.at.as_millis()],
    )
}

fn invited(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let (Some(name), Some(role)) = (entry.reference, id(entry.fact, "role").and_then(role_of))
    else {
        return Ok(());
    };
    let uses = entry.fact.and_then(|fact| fact.int("uses"));
    run(
        db,
        "INSERT INTO group_invites (id, owner_did, name, inviter, role, max_uses, uses, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7) ON CONFLICT DO NOTHING",
        params![
            entry.offset,
            entry.did.as_str(),
            name,
            entry.author.as_str(),
            role,
            uses.unwrap_or(0),
            entry.at.as_millis()
        ],
    )
}

fn joined(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let (Some(member), Some(role)) = (entry.reference, id(entry.fact, "role").and_then(role_of))
    else {
        return Ok(());
    };
    run(
        db,
        "UPDATE group_invites SET uses = uses + 1 WHERE owner_did = ?1 AND name = ?2",
        params![entry.did.as_str(), id(entry.fact, "invite")],
    )?;
    enter(db, entry, member, role)
}

fn gone(db: &Connection, entry: &Applied<'_>, member: Option<&str>) -> rusqlite::Result<()> {
    run(
        db,
        "UPDATE groups SET offered = NULL, offered_at = NULL WHERE owner_did = ?1 AND offered = ?2",
        params![entry.did.as_str(), member],
    )?;
    run(
        db,
        "DELETE FROM group_members WHERE owner_did = ?1 AND did = ?2",
        params![entry.did.as_str(), member],
    )
}

/// Stores an offer from the group's log, which replaces an earlier one. An offer to the owner withdraws it.
fn offered(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    if !is_groups_own(entry) {
        return Ok(());
    }
    let member = id(entry.fact, "member").filter(|member| *member != entry.author.as_str());
    run(
        db,
        "UPDATE groups SET offered = ?2, offered_at = ?3 WHERE owner_did = ?1",
        params![entry.did.as_str(), member, entry.at.as_millis()],
    )
}

/// Makes the person who took the group its only owner.
fn handed(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let (group, owner) = (entry.did.as_str(), entry.author.as_str());
    run(
        db,
        "UPDATE groups SET founder = ?2, offered = NULL, offered_at = NULL WHERE owner_did = ?1",
        params![group, owner],
    )?;
    run(
        db,
        "UPDATE group_members SET role = CASE did WHEN ?2 THEN ?3 ELSE ?4 END WHERE owner_did = ?1 AND (did = ?2 OR role = ?3)",
        params![group, owner, OWNER, ADMIN],
    )?;
    words(db, entry)
}

/// Stores a changed role from the group's log. The entry in the member's log only notifies them.
fn role_changed(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    if !is_groups_own(entry) {
        return Ok(());
    }
    let role = id(entry.fact, "role").and_then(role_of);
    let (Some(member), Some(role)) = (id(entry.fact, "member"), role) else {
        return Ok(());
    };
    run(
        db,
        "UPDATE group_members SET role = ?3 WHERE owner_did = ?1 AND did = ?2",
        params![entry.did.as_str(), member, role],
    )
}
