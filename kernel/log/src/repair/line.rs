//! Finds a history among the pieces of a damaged log and its copies.

use rusqlite::{Connection, OptionalExtension, params};

use super::RepairError;

/// A complete history.
pub(super) struct Line {
    /// The number of its entries that the damaged file has.
    pub(super) own: i64,
    /// The number of its last entry.
    pub(super) last: i64,
    /// The CID of its last entry.
    pub(super) cid: Vec<u8>,
}

/// Follows a history back to its first entry and records it in `line`. Returns how many of its entries the damaged file
/// has; `None` if an entry is missing.
pub(super) fn walk(db: &mut Connection, end: &[u8], last: i64) -> Result<Option<i64>, RepairError> {
    let transaction = db.transaction()?;
    transaction.execute("DELETE FROM line", [])?;
    let mut own = 0;
    {
        let mut header =
            transaction.prepare("SELECT seq, prev, own FROM headers WHERE cid = ?1")?;
        let mut note = transaction.prepare("INSERT INTO line VALUES (?1, ?2)")?;
        let (mut cid, mut place) = (end.to_vec(), last);
        loop {
            let row = |row: &rusqlite::Row<'_>| {
                Ok((
                    row.get::<_, i64>(0)?,
                    row.get::<_, Option<Vec<u8>>>(1)?,
                    row.get::<_, i64>(2)?,
                ))
            };
            let Some((found, prev, is_own)) = header.query_row([&cid], row).optional()? else {
                return Ok(None);
            };
            if found != place {
                return Ok(None);
            }
            note.execute(params![place, cid])?;
            own += is_own;
            match prev {
                None if place == 0 => break,
                Some(prev) if place > 0 => (cid, place) = (prev, place - 1),
                _ => return Ok(None),
            }
        }
    }
    transaction.commit()?;
    Ok(Some(own))
}
