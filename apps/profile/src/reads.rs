//! What is read from the tables: public profiles, cards, searches, lists. Each one prepared statement.

use imajin_protocol::Did;
use rusqlite::{Connection, OptionalExtension, Row, params};

/// A profile as everybody sees it, and what is needed to make it somebody's own.
#[derive(Debug)]
pub(crate) struct Found {
    pub(crate) did: String,
    /// The handle, if the person holds it on this node.
    pub(crate) handle: Option<String>,
    /// JSON of the members that everybody sees.
    pub(crate) public: String,
    /// JSON of those that not everybody sees.
    pub(crate) hidden: Option<String>,
    pub(crate) created_at: i64,
    pub(crate) updated_at: i64,
    pub(crate) deleted: bool,
}

// The subselect asks for the oldest claim: one step in an index that is mostly one row a handle.
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

impl Found {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            did: row.get(0)?,
            handle: row.get(1)?,
            public: row.get(2)?,
            hidden: row.get(3)?,
            created_at: row.get(4)?,
            updated_at: row.get(5)?,
            deleted: row.get(6)?,
        })
    }
}

/// By DID.
pub(crate) fn by_did(db: &Connection, did: &str) -> rusqlite::Result<Option<Found>> {
    db.prepare_cached(found!("WHERE p.owner_did = ?1"))?
        .query_row([did], Found::read)
        .optional()
}

/// By handle, in its one form.
pub(crate) fn by_handle(db: &Connection, handle: &str) -> rusqlite::Result<Option<Found>> {
    let sql = found!(
        "WHERE p.owner_did = (SELECT owner_did FROM claims WHERE handle = ?1 ORDER BY since LIMIT 1)"
    );
    db.prepare_cached(sql)?
        .query_row([handle], Found::read)
        .optional()
}

const SEARCHED: &str =
    "name IS NOT NULL AND (instr(name, ?1) > 0 OR instr(coalesce(claimed, ''), ?1) > 0)
    AND NOT EXISTS (SELECT 1 FROM deleted d WHERE d.owner_did = p.owner_did)";

/// Public profiles whose name or handle has the words in it: those that begin with them first. And how many there are.
pub(crate) fn search(
    db: &Connection,
    words: &str,
    limit: usize,
    offset: usize,
) -> rusqlite::Result<(Vec<Found>, u64)> {
    let words = words.trim().trim_start_matches('@').to_lowercase();
    let total = db
        .prepare_cached(&format!("SELECT count(*) FROM profiles p WHERE {SEARCHED}"))?
        .query_row([&words], whole_number)?;
    let sql = format!(
        "{} WHERE {SEARCHED} ORDER BY coalesce(claimed, '') = ?1 DESC, instr(name, ?1) = 1 DESC, name, id LIMIT ?2 OFFSET ?3",
        found!("")
    );
    let mut statement = db.prepare_cached(&sql)?;
    let found = statement
        .query_map(params![words, number(limit), number(offset)], Found::read)?
        .collect::<Result<_, _>>()?;
    Ok((found, total))
}

/// A count, which is never negative.
pub(crate) fn whole_number(row: &Row<'_>) -> rusqlite::Result<u64> {
    Ok(row.get::<_, i64>(0)?.unsigned_abs())
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// One side of following.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Whom one follows.
    Following,
    /// Who follows one.
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

/// Those who left are nobody's followers any more, and neither are those who took it back: their own log says so, and the
/// entry in the other's stays.
const IN_FORCE: &str = "NOT EXISTS (SELECT 1 FROM deleted d WHERE d.owner_did = f.did)
  AND NOT EXISTS (SELECT 1 FROM unfollowed u WHERE u.owner_did = f.did AND u.did = f.owner_did AND ?2 = 'followers')";

/// How many; those who left are not counted.
pub(crate) fn count_side(db: &Connection, did: &str, side: Side) -> rusqlite::Result<u64> {
    let sql = format!(
        "SELECT count(*) FROM {} f WHERE f.owner_did = ?1 AND {IN_FORCE}",
        side.table()
    );
    db.prepare_cached(&sql)?
        .query_row([did, side.table()], whole_number)
}

/// The DIDs, in order.
pub(crate) fn list_side(
    db: &Connection,
    did: &str,
    side: Side,
    limit: usize,
    offset: usize,
) -> rusqlite::Result<Vec<String>> {
    let sql = format!(
        "SELECT f.did FROM {} f WHERE f.owner_did = ?1 AND {IN_FORCE} ORDER BY f.did LIMIT ?3 OFFSET ?4",
        side.table()
    );
    db.prepare_cached(&sql)?
        .query_map(
            params![did, side.table(), number(limit), number(offset)],
            |row| row.get(0),
        )?
        .collect()
}

/// All DIDs of a side, also of those who left: what the log says.
pub(crate) fn whole_side(db: &Connection, did: &Did, side: Side) -> rusqlite::Result<Vec<String>> {
    let sql = format!(
        "SELECT did FROM {} WHERE owner_did = ?1 ORDER BY did",
        side.table()
    );
    db.prepare_cached(&sql)?
        .query_map([did.as_str()], |row| row.get(0))?
        .collect()
}

/// When somebody deleted their data, in milliseconds.
pub(crate) fn deleted_at(db: &Connection, did: &str) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached("SELECT at FROM deleted WHERE owner_did = ?1")?
        .query_row([did], |row| row.get(0))
        .optional()
}
