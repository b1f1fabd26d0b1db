//! Applies entries to the tables of groups (`crate::projection` has them).
//!
//! Always: a row is a function of its `owner_did`'s log alone: a group's rows of the group's log, a member's rows of
//! the member's.

use imajin_app::RoomRole;
use imajin_app::data_rights::entries;
use imajin_app::operation::Choice;
use imajin_ledger::rows::run;
use imajin_log::Applied;
use imajin_protocol::Did;
use rusqlite::{Connection, params};

use crate::fields::GivenRole;
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
        CreateGroup::NAME | JoinGroup::NAME => joined_own(db, entry),
        MakeGroupInvite::NAME => code(db, entry),
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
        GroupRemoved::NAME if is_groups_own(entry) => gone(db, entry, entry.id("member")),
        GroupRemoved::NAME => left_own(db, entry),
        GroupDissolved::NAME => run(
            db,
            "UPDATE groups SET dissolved_at = ?2 WHERE owner_did = ?1",
            params![entry.did.as_str(), entry.at.as_millis()],
        ),
        _ => Ok(()),
    }
}

/// Whether an entry that is in two logs is the one in the group's.
fn is_groups_own(entry: &Applied<'_>) -> bool {
    entry.reference == Some(entry.did.as_str())
}

fn keep(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    run(
        db,
        "INSERT INTO group_entries VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            entry.offset,
            entry.did.as_str(),
            entry.at.as_millis(),
            entry.op,
            entry.reference,
            entry.fact.map(|fact| fact.to_json().to_string()),
            entries::words(entry)
        ],
    )
}

fn joined_own(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(group) = entry.reference else {
        return Ok(());
    };
    let (owner, at) = (entry.did.as_str(), entry.at.as_millis());
    run(db, "INSERT OR REPLACE INTO memberships VALUES (?1, ?2, ?3)", params![owner, group, at])
}

fn left_own(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let sql = "DELETE FROM memberships WHERE owner_did = ?1 AND grp = ?2";
    run(db, sql, params![entry.did.as_str(), entry.reference])
}

fn code(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let (Some(name), Some(group)) = (entry.reference, entry.id("group")) else {
        return Ok(());
    };
    let sql = "INSERT INTO group_codes VALUES (?1, ?2, ?3, ?4, ?5)";
    run(db, sql, params![entry.offset, entry.did.as_str(), name, group, entry.text("code")])
}

fn opened(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let (Some(kind), Some(visibility)) = (entry.id("kind"), entry.id("visibility")) else {
        return Ok(());
    };
    let sql = "INSERT INTO groups (owner_did, conversation, kind, visibility, parent, founder, since) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
    run(
        db,
        sql,
        params![
            entry.did.as_str(),
            Did::conversation_of(entry.did).as_str(),
            kind,
            visibility,
            entry.id("parent"),
            entry.author.as_str(),
            entry.at.as_millis()
        ],
    )?;
    enter(db, entry, entry.author.as_str(), RoomRole::Owner.name())?;
    words(db, entry)
}

fn changed(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let sql = "UPDATE groups SET visibility = coalesce(?2, visibility) WHERE owner_did = ?1";
    let visibility = entry.id("visibility");
    run(db, sql, params![entry.did.as_str(), visibility])?;
    words(db, entry)
}

/// An erased body sets nothing.
fn words(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let Some(body) = entry.body else {
        return Ok(());
    };
    let sql = "UPDATE groups SET name = ?2, about = ?3 WHERE owner_did = ?1";
    let (name, about) = (body.get_str("name"), body.get_str("about"));
    run(db, sql, params![entry.did.as_str(), name, about])
}

fn enter(db: &Connection, entry: &Applied<'_>, member: &str, role: &str) -> rusqlite::Result<()> {
    let sql = "INSERT OR REPLACE INTO group_members VALUES (?1, ?2, ?3, ?4)";
    let (group, at) = (entry.did.as_str(), entry.at.as_millis());
    run(db, sql, params![group, member, role, at])
}

fn invited(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let role = entry.id("role").and_then(GivenRole::from_name);
    let (Some(name), Some(role)) = (entry.reference, role) else {
        return Ok(());
    };
    let sql = "INSERT INTO group_invites (id, owner_did, name, inviter, role, max_uses, uses, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0, ?7) ON CONFLICT DO NOTHING";
    run(
        db,
        sql,
        params![
            entry.offset,
            entry.did.as_str(),
            name,
            entry.author.as_str(),
            role.name(),
            entry.int("uses").unwrap_or(0),
            entry.at.as_millis()
        ],
    )
}

fn joined(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let role = entry.id("role").and_then(GivenRole::from_name);
    let (Some(member), Some(role)) = (entry.reference, role) else {
        return Ok(());
    };
    let sql = "UPDATE group_invites SET uses = uses + 1 WHERE owner_did = ?1 AND name = ?2";
    run(db, sql, params![entry.did.as_str(), entry.id("invite")])?;
    enter(db, entry, member, role.name())
}

fn gone(db: &Connection, entry: &Applied<'_>, member: Option<&str>) -> rusqlite::Result<()> {
    let sql =
        "UPDATE groups SET offered = NULL, offered_at = NULL WHERE owner_did = ?1 AND offered = ?2";
    run(db, sql, params![entry.did.as_str(), member])?;
    let sql = "DELETE FROM group_members WHERE owner_did = ?1 AND did = ?2";
    run(db, sql, params![entry.did.as_str(), member])
}

/// Stores an offer from the group's log, which replaces an earlier one. An offer to the owner withdraws it.
fn offered(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    if !is_groups_own(entry) {
        return Ok(());
    }
    let member = entry.id("member").filter(|member| *member != entry.author.as_str());
    let sql = "UPDATE groups SET offered = ?2, offered_at = ?3 WHERE owner_did = ?1";
    let (group, at) = (entry.did.as_str(), entry.at.as_millis());
    run(db, sql, params![group, member, at])
}

/// Makes the person who took the group its only owner.
fn handed(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let (group, owner) = (entry.did.as_str(), entry.author.as_str());
    let sql =
        "UPDATE groups SET founder = ?2, offered = NULL, offered_at = NULL WHERE owner_did = ?1";
    run(db, sql, params![group, owner])?;
    let sql = "UPDATE group_members SET role = CASE did WHEN ?2 THEN ?3 ELSE ?4 END WHERE owner_did = ?1 AND (did = ?2 OR role = ?3)";
    let (first, admin) = (RoomRole::Owner.name(), RoomRole::Admin.name());
    run(db, sql, params![group, owner, first, admin])?;
    words(db, entry)
}

/// Stores a changed role from the group's log. The entry in the member's log only notifies them.
fn role_changed(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    if !is_groups_own(entry) {
        return Ok(());
    }
    let role = entry.id("role").and_then(GivenRole::from_name);
    let (Some(member), Some(role)) = (entry.id("member"), role) else {
        return Ok(());
    };
    let sql = "UPDATE group_members SET role = ?3 WHERE owner_did = ?1 AND did = ?2";
    run(db, sql, params![entry.did.as_str(), member, role.name()])
}
