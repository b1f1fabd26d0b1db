//! Queries: public profiles, cards, searches, lists. Each is one prepared statement.

use std::collections::BTreeSet;

use imajin_app::{FromRow, SearchWords};
use imajin_ledger::Reader;
use imajin_protocol::Did;
use rusqlite::{Params, Result, params};
use serde_json::Value as Json;

use crate::manifest::MANIFEST;
use crate::members::BLANK;

imajin_app::read_tables!(MANIFEST);

/// A row of a profile: the public view, and the data for a particular viewer's view.
#[derive(Debug, FromRow)]
pub(crate) struct ProfileRow {
    pub(crate) did: String,
    /// The handle, if the person holds it on this node.
    pub(crate) handle: Option<String>,
    /// JSON of the members that everyone sees.
    pub(crate) public: String,
    /// JSON of the members that not everyone sees.
    pub(crate) hidden: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) deleted: bool,
}

// The subselect finds the oldest claim: one step in an index that usually has one row per handle.
macro_rules! found {
    ($rest:literal) => {
        concat!(
            "SELECT p.owner_did, CASE WHEN p.claimed IS NULL THEN NULL
                WHEN (SELECT owner_did FROM claims WHERE handle = p.claimed ORDER BY since LIMIT 1) = p.owner_did THEN p.claimed END,
             p.public, p.hidden, p.created_at, p.updated_at, EXISTS (SELECT 1 FROM deleted d WHERE d.owner_did = p.owner_did)
             FROM profiles p ",
            $rest
        )
    };
}

impl ProfileRow {
    /// Whether the profile is empty.
    pub(crate) fn is_blank(&self) -> bool {
        self.hidden.is_none() && self.public == *BLANK
    }

    /// Whether only its owner sees the profile.
    pub(crate) fn is_incognito(&self) -> bool {
        self.public.contains(r#""visibility":"incognito""#)
    }
}

pub(crate) fn by_did(db: Reader<'_>, did: &str) -> Result<Option<ProfileRow>> {
    db.row(found!("WHERE p.owner_did = ?1"), [did], ProfileRow::read)
}

/// Returns the profiles of these DIDs that exist.
pub(crate) fn by_dids(db: Reader<'_>, dids: &BTreeSet<&Did>) -> Result<Vec<ProfileRow>> {
    let sql = found!("WHERE p.owner_did IN (SELECT value FROM json_each(?1))");
    let named: Vec<&str> = dids.iter().map(|did| did.as_str()).collect();
    db.rows(sql, [Json::from(named).to_string()], ProfileRow::read)
}

const SEARCHED: &str =
    "name IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM json_each(?1) word WHERE NOT instr(name || char(10) || coalesce(claimed, ''), word.value))
    AND NOT EXISTS (SELECT 1 FROM deleted d WHERE d.owner_did = p.owner_did)";

/// Searches public profiles whose name and handle contain all words, those that begin with the first one first. Returns
/// the total, too.
pub(crate) fn search(
    db: Reader<'_>,
    words: &SearchWords,
    limit: usize,
    offset: usize,
) -> Result<(Vec<ProfileRow>, u64)> {
    let words: Vec<&str> = words.words().iter().map(|word| word.trim_start_matches('@')).collect();
    let first = words.first().copied().unwrap_or_default().to_owned();
    let words = Json::from(words).to_string();
    let total = format!("SELECT count(*) FROM profiles p WHERE {SEARCHED}");
    let total = count(db, &total, [&words])?;
    let sql = format!(
        "{} WHERE {SEARCHED} ORDER BY coalesce(claimed, '') = ?2 DESC, instr(name, ?2) = 1 DESC, name, id LIMIT ?3 OFFSET ?4",
        found!("")
    );
    let params = params![words, first, number(limit), number(offset)];
    let people = db.rows(&sql, params, ProfileRow::read)?;
    Ok((people, total))
}

/// Runs a `SELECT count(*)`, which is never negative.
fn count(db: Reader<'_>, sql: &str, params: impl Params) -> Result<u64> {
    Ok(db.row(sql, params, |row| row.get::<_, i64>(0))?.unwrap_or_default().unsigned_abs())
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// A direction of following.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// The people that the owner follows.
    Following,
    /// The people who follow the owner.
    Followers,
}

impl Side {
    fn table(self) -> &'static str {
        match self {
            Self::Following => "following",
            Self::Followers => "followers",
        }
    }
}

/// SQL condition that excludes people who deleted their data, and followers who stopped: the end is in their own log,
/// and the entry in the other log stays.
const IN_FORCE: &str = "NOT EXISTS (SELECT 1 FROM deleted d WHERE d.owner_did = f.did)
  AND NOT EXISTS (SELECT 1 FROM unfollowed u WHERE u.owner_did = f.did AND u.did = f.owner_did AND ?2 = 'followers')";

/// Counts one side, without people who deleted their data.
pub(crate) fn count_side(db: Reader<'_>, did: &str, side: Side) -> Result<u64> {
    let table = side.table();
    let sql = format!("SELECT count(*) FROM {table} f WHERE f.owner_did = ?1 AND {IN_FORCE}");
    count(db, &sql, [did, table])
}

/// Lists one side, ordered by DID.
pub(crate) fn list_side(
    db: Reader<'_>,
    did: &str,
    side: Side,
    limit: usize,
    offset: usize,
) -> Result<Vec<String>> {
    let table = side.table();
    let sql = format!(
        "SELECT f.did FROM {table} f WHERE f.owner_did = ?1 AND {IN_FORCE} ORDER BY f.did LIMIT ?3 OFFSET ?4"
    );
    db.rows(&sql, params![did, table, number(limit), number(offset)], |row| row.get(0))
}

/// Returns all DIDs of a side as in the log, including people who deleted their data.
pub(crate) fn whole_side(db: Reader<'_>, did: &Did, side: Side) -> Result<Vec<String>> {
    let table = side.table();
    let sql = format!("SELECT did FROM {table} WHERE owner_did = ?1 ORDER BY did");
    db.rows(&sql, [did.as_str()], |row| row.get(0))
}

/// Whether a person has claimed a handle and not released it.
pub(crate) fn has_handle(db: Reader<'_>, did: &Did) -> Result<bool> {
    db.exists("SELECT 1 FROM profiles WHERE owner_did = ?1 AND claimed IS NOT NULL", [did.as_str()])
}

/// Returns when a person deleted their data, in milliseconds.
pub(crate) fn deleted_at(db: Reader<'_>, did: &str) -> Result<Option<i64>> {
    db.row("SELECT at FROM deleted WHERE owner_did = ?1", [did], |row| row.get(0))
}

/// Returns the holder of a handle, which is in canonical form.
pub(crate) fn holder(db: Reader<'_>, handle: &str) -> Result<Option<Did>> {
    let sql = "SELECT owner_did FROM claims WHERE handle = ?1 ORDER BY since LIMIT 1";
    let did: Option<String> = db.row(sql, [handle], |row| row.get(0))?;
    Ok(did.and_then(|did| Did::parse(&did).ok()))
}

/// Whether a person other than `owner` holds a handle that looks like this one: among the characters of handles,
/// Unicode's list of confusable characters (UTS 39) has `0` and `o`, `1` and `l`, `m` and `rn`.
pub(crate) fn has_look_alike(db: Reader<'_>, handle: &str, owner: Option<&Did>) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM claims WHERE owner_did <> ?2
        AND replace(replace(replace(handle, '0', 'o'), '1', 'l'), 'm', 'rn') = ?1)";
    let shape = handle.replace('0', "o").replace('1', "l").replace('m', "rn");
    let owner = owner.map_or("", Did::as_str);
    let exists: Option<bool> = db.row(sql, (shape, owner), |row| row.get(0))?;
    Ok(exists == Some(true))
}

/// Whether `did` follows `other`.
pub(crate) fn follows(db: Reader<'_>, did: &Did, other: &Did) -> Result<bool> {
    let sql = "SELECT 1 FROM following WHERE owner_did = ?1 AND did = ?2";
    db.exists(sql, [did.as_str(), other.as_str()])
}

/// Whether the log of `did` has an entry of this follower.
pub(crate) fn is_follower(db: Reader<'_>, did: &Did, follower: &Did) -> Result<bool> {
    let sql = "SELECT 1 FROM followers WHERE owner_did = ?1 AND did = ?2";
    db.exists(sql, [did.as_str(), follower.as_str()])
}
