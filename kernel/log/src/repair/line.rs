//! Finds a history among the pieces of a damaged log and its copies.

use rusqlite::{Connection, params};

/// A complete history.
pub(super) struct Line {
    /// The number of its entries that the damaged file has.
    pub(super) own: i64,
    /// The number of its last entry.
    pub(super) last: i64,
    /// The CID of its last entry.
    pub(super) cid: Vec<u8>,
}

/// Follows a history back to its first entry, and inserts it into `line`.
const WALK: &str = "
    INSERT INTO line WITH RECURSIVE walk AS (
        SELECT seq, cid, prev FROM headers WHERE cid = ?1 AND seq = ?2
        UNION ALL
        SELECT before.seq, before.cid, before.prev FROM walk JOIN headers AS before
        ON before.cid = walk.prev AND before.seq = walk.seq - 1
    ) SELECT seq, cid FROM walk WHERE (seq = 0) = (prev IS NULL)";

/// Records a history in `line`. Returns how many of its entries the damaged file has; `None` if an entry is missing.
pub(super) fn walk(db: &Connection, end: &[u8], last: i64) -> rusqlite::Result<Option<i64>> {
    db.execute("DELETE FROM line", [])?;
    let entries = db.execute(WALK, params![end, last])? as i64;
    let own = "SELECT count(*) FROM line JOIN headers USING (cid) WHERE own";
    let own = db.query_row(own, [], |row| row.get(0))?;
    Ok((entries == last + 1).then_some(own))
}
