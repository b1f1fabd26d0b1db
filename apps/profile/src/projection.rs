//! The tables of this service, and how an entry changes them.
//!
//! Always: a row is a function of its `owner_did`'s log alone, so that the ledger can rebuild one owner's rows after an
//! erasure or an import. Only `claims` is read across owners: the oldest claim in force holds a handle. This module
//! knows no HTTP.

use imajin_ledger::{Applied, ProjectionSpec};
use rusqlite::{Connection, OptionalExtension, params};

use crate::handle::Handle;
use crate::manifest::MANIFEST;
use crate::members::{Members, Viewer, to_json};
use crate::operations::{
    ClaimHandle, Follow, Follower, FollowerEnd, ReleaseHandle, Unfollow, UpdateProfile,
};

/// Operations of other services that change this projection.
pub(crate) const SUBSCRIBES: &[&str] = &[
    imajin_ledger::ops::BODY_ERASED,
    imajin_ledger::ops::DELETE,
    BLOCK,
];

/// A block of the person in `ref`: in the author's log, neither follows the other any more.
const BLOCK: &str = "connections.block";

/// The tables. Rowids are offsets: they grow, and a rebuild gives the same ones.
pub(crate) const PROJECTION: ProjectionSpec = ProjectionSpec {
    name: MANIFEST.name,
    version: 3,
    page_bytes: imajin_ledger::machine::SMALL_PAGES,
    schema: "
CREATE TABLE profiles (
    id INTEGER PRIMARY KEY,           -- offset of the owner's first entry of this service
    owner_did TEXT NOT NULL UNIQUE,
    claimed TEXT,                     -- the handle last claimed and not released, as the log has it
    name TEXT,                        -- what everybody may see of displayName, in lower case, for searching
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

/// One person's row, as it is changed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    id: i64,
    pub(crate) members: Members,
    pub(crate) claimed: Option<String>,
    /// The offset of the claim, if this entry changed it.
    since: i64,
    pub(crate) updates: i64,
    pub(crate) claims: i64,
    created_at: i64,
    updated_at: i64,
}

/// Applies an entry to the tables.
pub(crate) fn apply(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let did = entry.did.as_str();
    if entry.op == imajin_ledger::ops::DELETE {
        let sql = "INSERT INTO deleted (owner_did, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        db.prepare_cached(sql)?
            .execute(params![did, entry.at.as_millis()])?;
        return Ok(());
    }
    if entry.op == BLOCK {
        return part(db, did, entry.reference.unwrap_or_default());
    }
    let (mut row, is_new) = match load(db, did)? {
        Some(row) => (row, false),
        None => (Row::new(entry), true),
    };
    if is_new
        || matches!(
            entry.op,
            UpdateProfile::NAME | ClaimHandle::NAME | ReleaseHandle::NAME
        )
    {
        let before = row.claimed.clone();
        row.take(entry);
        if before != row.claimed {
            let new = row.claimed.as_deref().map(|handle| (handle, row.since));
            move_claim(db, did, before.as_deref(), new)?;
        }
        save(db, did, &row, is_new)?;
    }
    relation(db, entry)
}

/// An entry's offset as SQLite has it. There are never more than 2^63 entries.
fn offset(entry: &Applied<'_>) -> i64 {
    i64::try_from(entry.offset.0).unwrap_or(i64::MAX)
}

/// Following and being followed.
fn relation(db: &Connection, entry: &Applied<'_>) -> rusqlite::Result<()> {
    let did = entry.did.as_str();
    match entry.op {
        Follow::NAME | Unfollow::NAME => {
            let (into, out_of) = match entry.op == Follow::NAME {
                true => ("following", "unfollowed"),
                false => ("unfollowed", "following"),
            };
            let insert = format!(
                "INSERT INTO {into} (owner_did, did) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
            );
            let delete = format!("DELETE FROM {out_of} WHERE owner_did = ?1 AND did = ?2");
            for id in entry
                .fact
                .and_then(|fact| fact.ids("dids"))
                .unwrap_or_default()
            {
                db.prepare_cached(&insert)?
                    .execute(params![did, id.as_str()])?;
                db.prepare_cached(&delete)?
                    .execute(params![did, id.as_str()])?;
            }
        }
        Follower::NAME | FollowerEnd::NAME => {
            let sql = if entry.op == Follower::NAME {
                "INSERT INTO followers (owner_did, did) VALUES (?1, ?2) ON CONFLICT DO NOTHING"
            } else {
                "DELETE FROM followers WHERE owner_did = ?1 AND did = ?2"
            };
            if let Some(follower) = entry.reference {
                db.prepare_cached(sql)?.execute(params![did, follower])?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Ends following in both directions, in the owner's rows.
fn part(db: &Connection, owner: &str, other: &str) -> rusqlite::Result<()> {
    let followed = db
        .prepare_cached("DELETE FROM following WHERE owner_did = ?1 AND did = ?2")?
        .execute([owner, other])?;
    if followed > 0 {
        let sql = "INSERT INTO unfollowed (owner_did, did) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
        db.prepare_cached(sql)?.execute([owner, other])?;
    }
    db.prepare_cached("DELETE FROM followers WHERE owner_did = ?1 AND did = ?2")?
        .execute([owner, other])
        .map(drop)
}

impl Row {
    fn new(entry: &Applied<'_>) -> Self {
        let at = entry.at.as_millis();
        Self {
            id: offset(entry),
            members: Members::default(),
            claimed: None,
            since: 0,
            updates: 0,
            claims: 0,
            created_at: at,
            updated_at: at,
        }
    }

    /// An update, a claim or a release. An erased body sets nothing.
    fn take(&mut self, entry: &Applied<'_>) {
        match (entry.op, entry.body) {
            (UpdateProfile::NAME, Some(body)) => {
                self.members.set(body);
                self.updates += 1;
            }
            (ClaimHandle::NAME, Some(body)) => {
                self.claim(body.get_str("handle").map(str::to_owned), offset(entry));
                self.claims += 1;
            }
            (ReleaseHandle::NAME, _) => self.claim(None, offset(entry)),
            _ => {}
        }
        if matches!(
            entry.op,
            UpdateProfile::NAME | ClaimHandle::NAME | ReleaseHandle::NAME
        ) {
            self.updated_at = entry.at.as_millis();
        }
    }

    /// Repeated claims of one handle count from the first.
    fn claim(&mut self, handle: Option<String>, at: i64) {
        if self.claimed != handle {
            self.claimed = handle;
            self.since = at;
        }
    }
}

/// Loads a person's row.
pub(crate) fn load(db: &Connection, did: &str) -> rusqlite::Result<Option<Row>> {
    let sql = "SELECT id, public, hidden, claimed, created_at, updated_at, updates, claims
        FROM profiles WHERE owner_did = ?1";
    let row = |row: &rusqlite::Row<'_>| {
        let (public, hidden) = (row.get_ref(1)?.as_str()?, row.get_ref(2)?);
        Ok(Row {
            id: row.get(0)?,
            members: Members::read(public, hidden.as_str_or_null()?),
            claimed: row.get(3)?,
            since: 0,
            created_at: row.get(4)?,
            updated_at: row.get(5)?,
            updates: row.get(6)?,
            claims: row.get(7)?,
        })
    };
    db.prepare_cached(sql)?.query_row([did], row).optional()
}

fn save(db: &Connection, did: &str, row: &Row, is_new: bool) -> rusqlite::Result<()> {
    let name = row
        .members
        .seen_by(Viewer::EVERYBODY)
        .find(|(name, _)| *name == "displayName")
        .and_then(|(_, value)| value.as_str())
        .filter(|_| row.members.is_public());
    let name = name.map(str::to_lowercase);
    let public = to_json(row.members.seen_by(Viewer::EVERYBODY));
    let hidden = row.members.hidden().map(to_json);
    if is_new {
        let sql = "INSERT INTO profiles (owner_did, claimed, name, public, hidden, updated_at, updates, claims, id, created_at)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";
        db.prepare_cached(sql)?.execute(params![
            did,
            row.claimed,
            name,
            public,
            hidden,
            row.updated_at,
            row.updates,
            row.claims,
            row.id,
            row.created_at
        ])?;
    } else {
        // Doesn't set the rowid and the key, so SQLite rewrites no index.
        let sql = "UPDATE profiles SET claimed = ?2, name = ?3, public = ?4, hidden = ?5, updated_at = ?6,
            updates = ?7, claims = ?8 WHERE owner_did = ?1";
        db.prepare_cached(sql)?.execute(params![
            did,
            row.claimed,
            name,
            public,
            hidden,
            row.updated_at,
            row.updates,
            row.claims
        ])?;
    }
    Ok(())
}

/// Moves a person's claim from one handle to another. A text that is not a handle here (from a node with other rules)
/// claims nothing.
fn move_claim(
    db: &Connection,
    did: &str,
    old: Option<&str>,
    new: Option<(&str, i64)>,
) -> rusqlite::Result<()> {
    if let Some(old) = old {
        db.prepare_cached("DELETE FROM claims WHERE handle = ?1 AND owner_did = ?2")?
            .execute(params![old, did])?;
    }
    if let Some((handle, since)) = new
        .filter(|(handle, _)| Handle::parse(handle).is_ok_and(|parsed| parsed.as_str() == *handle))
    {
        let sql = "INSERT INTO claims (handle, since, owner_did) VALUES (?1, ?2, ?3)";
        db.prepare_cached(sql)?
            .execute(params![handle, since, did])?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
