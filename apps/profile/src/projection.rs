//! The tables of this service, and how an entry changes them.
//!
//! Always: a row is a function of its `owner_did`'s log alone, so that the ledger can rebuild one owner's rows after an
//! erasure or an import. Only `claims` is read across owners: the oldest claim in force holds a handle. This module
//! knows no HTTP.

use imajin_app::search::folded;
use imajin_dfos::Value;
use imajin_ledger::rows::run;
use imajin_ledger::{ProjectionSpec, Reader};
use imajin_log::Applied;
use rusqlite::{Connection, params};

use crate::handle::Handle;
use crate::manifest::MANIFEST;
use crate::members::{BLANK, Members, Viewer, to_json};
use crate::operations::{
    ClaimHandle, Follow, Follower, FollowerEnd, ReleaseHandle, Unfollow, UpdateProfile,
};

/// Operations of other services that change this projection.
pub(crate) const SUBSCRIBES: &[&str] =
    &[imajin_log::ops::BODY_ERASED, imajin_log::ops::DELETE, BLOCK];

/// The operation that blocks the person in `ref`: in the author's log, neither follows the other any more.
const BLOCK: &str = "connections.block";

/// The tables. Rowids are offsets: they grow, and a rebuild gives the same ones.
pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: MANIFEST.name,
    version: 4,
    page_bytes: imajin_ledger::machine::SMALL_PAGES,
    schema: "
CREATE TABLE profiles (
    id INTEGER PRIMARY KEY,           -- offset of the owner's first entry of this service
    owner_did TEXT NOT NULL UNIQUE,
    claimed TEXT,                     -- the handle last claimed and not released, as the log has it
    name TEXT,                        -- what everybody may see of displayName, folded, for searching
    public TEXT NOT NULL,             -- JSON of what everybody sees, members in their order
    hidden TEXT,                      -- JSON of the members that public lacks or withholds
    created_at INTEGER NOT NULL,      -- milliseconds
    updated_at INTEGER NOT NULL,
    updates INTEGER NOT NULL,         -- how many updates and claims still have their words
    claims INTEGER NOT NULL
) STRICT;
CREATE TABLE claims (
    handle TEXT NOT NULL,
    since INTEGER NOT NULL,           -- offset: the lowest holds the handle
    owner_did TEXT NOT NULL,
    PRIMARY KEY (handle, since)
) STRICT, WITHOUT ROWID;
CREATE TABLE following (owner_did TEXT NOT NULL, did TEXT NOT NULL, PRIMARY KEY (owner_did, did)) STRICT, WITHOUT ROWID;
CREATE TABLE followers (owner_did TEXT NOT NULL, did TEXT NOT NULL, PRIMARY KEY (owner_did, did)) STRICT, WITHOUT ROWID;
-- whom the owner followed and does not any more: the entry in the other's log stays
CREATE TABLE unfollowed (owner_did TEXT NOT NULL, did TEXT NOT NULL, PRIMARY KEY (owner_did, did)) STRICT, WITHOUT ROWID;
CREATE TABLE deleted (owner_did TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
",
};

/// A person's profile as their own log states it.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) members: Members,
    pub(crate) claimed: Option<String>,
    pub(crate) updates: u64,
    pub(crate) claims: u64,
}

pub(crate) fn load(db: &Connection, did: &str) -> rusqlite::Result<Option<Row>> {
    let sql = "SELECT public, hidden, claimed, updates, claims FROM profiles WHERE owner_did = ?1";
    Reader::from(db).row(sql, [did], |row| {
        let (public, hidden) = (row.get_ref(0)?.as_str()?, row.get_ref(1)?);
        Ok(Row {
            members: Members::read(public, hidden.as_str_or_null()?),
            claimed: row.get(2)?,
            updates: row.get::<_, i64>(3)?.unsigned_abs(),
            claims: row.get::<_, i64>(4)?.unsigned_abs(),
        })
    })
}

/// Applies an entry to the tables. An erased body changes only the time.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let (did, reference) = (entry.did.as_str(), entry.reference.unwrap_or_default());
    match entry.op {
        imajin_log::ops::DELETE => {
            let sql = "INSERT INTO deleted (owner_did, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
            return run(db, sql, params![did, entry.at.as_millis()]);
        }
        BLOCK => return part(db, did, reference),
        // Logs of events, groups and conversations have these, too. The ledger applies the erased entry again without
        // its body.
        imajin_log::ops::BODY_ERASED => return Ok(()),
        _ => begin(db, entry)?,
    }
    match (entry.op, entry.body) {
        (UpdateProfile::NAME, Some(body)) => update(db, entry, body),
        (ClaimHandle::NAME, Some(body)) => claim(db, entry, body.get_str("handle")),
        (ReleaseHandle::NAME, _) => claim(db, entry, None),
        (UpdateProfile::NAME | ClaimHandle::NAME, None) => {
            let sql = "UPDATE profiles SET updated_at = ?2 WHERE owner_did = ?1";
            run(db, sql, params![did, entry.at.as_millis()])
        }
        (Follow::NAME | Unfollow::NAME, _) => {
            let follows = entry.op == Follow::NAME;
            let dids = entry.fact.and_then(|fact| fact.ids("dids"));
            for other in dids.unwrap_or_default() {
                relate(db, "following", [did, other.as_str()], follows)?;
                relate(db, "unfollowed", [did, other.as_str()], !follows)?;
            }
            Ok(())
        }
        (Follower::NAME | FollowerEnd::NAME, _) if entry.reference.is_some() => {
            let follows = entry.op == Follower::NAME;
            relate(db, "followers", [did, reference], follows).map(drop)
        }
        _ => Ok(()),
    }
}

/// Adds a person's row with their first entry.
fn begin(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let sql =
        "INSERT INTO profiles (id, owner_did, public, created_at, updated_at, updates, claims)
        VALUES (?1, ?2, ?3, ?4, ?4, 0, 0) ON CONFLICT (owner_did) DO NOTHING";
    let (did, at) = (entry.did.as_str(), entry.at.as_millis());
    run(db, sql, params![entry.offset, did, *BLANK, at])
}

/// Changes the members that a body names.
fn update(db: &Connection, entry: &Applied<'_>, body: &Value) -> rusqlite::Result<()> {
    let did = entry.did.as_str();
    let before = load(db, did)?;
    let mut members = before.map_or_else(Members::default, |row| row.members);
    members.set(body);
    let mut seen = members.seen_by(Viewer::EVERYBODY);
    let name = seen.find(|(name, _)| *name == "displayName");
    let name = name.and_then(|(_, name)| name.as_str().map(folded));
    let public = to_json(members.seen_by(Viewer::EVERYBODY));
    let hidden = members.hidden().map(to_json);
    let sql = "UPDATE profiles SET name = ?2, public = ?3, hidden = ?4, updates = updates + 1, updated_at = ?5
        WHERE owner_did = ?1";
    run(db, sql, params![did, name, public, hidden, entry.at.as_millis()])
}

/// Moves a person's claim to another handle, or to none. Repeated claims of one handle count from the first. A text that
/// is not a handle here (from a node with other rules) claims nothing.
fn claim(db: &Connection, entry: &Applied<'_>, handle: Option<&str>) -> rusqlite::Result<()> {
    let did = entry.did.as_str();
    let sql = "SELECT claimed FROM profiles WHERE owner_did = ?1";
    let before: Option<String> = db.prepare_cached(sql)?.query_row([did], |row| row.get(0))?;
    let sql = "UPDATE profiles SET claimed = ?2, claims = claims + ?3, updated_at = ?4 WHERE owner_did = ?1";
    let is_claim = entry.op == ClaimHandle::NAME;
    run(db, sql, params![did, handle, is_claim, entry.at.as_millis()])?;
    if before.as_deref() == handle {
        return Ok(());
    }
    run(db, "DELETE FROM claims WHERE handle = ?1 AND owner_did = ?2", params![before, did])?;
    let is_handle = |text: &&str| Handle::parse(text).is_ok_and(|read| read.as_str() == *text);
    if let Some(handle) = handle.filter(is_handle) {
        let sql = "INSERT INTO claims (handle, since, owner_did) VALUES (?1, ?2, ?3)";
        run(db, sql, params![handle, entry.offset, did])?;
    }
    Ok(())
}

/// Adds a pair of people to a table of relations, or removes it. Returns whether that changed the table.
fn relate(db: &Connection, table: &str, pair: [&str; 2], on: bool) -> rusqlite::Result<bool> {
    let sql = if on {
        format!("INSERT INTO {table} (owner_did, did) VALUES (?1, ?2) ON CONFLICT DO NOTHING")
    } else {
        format!("DELETE FROM {table} WHERE owner_did = ?1 AND did = ?2")
    };
    Ok(db.prepare_cached(&sql)?.execute(pair)? > 0)
}

/// Ends following in both directions, in the owner's rows.
fn part(db: &Connection, owner: &str, other: &str) -> rusqlite::Result<()> {
    if relate(db, "following", [owner, other], false)? {
        relate(db, "unfollowed", [owner, other], true)?;
    }
    relate(db, "followers", [owner, other], false).map(drop)
}

#[cfg(test)]
mod tests;
