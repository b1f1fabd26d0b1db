//! Counts of a person's pictures and videos by month, updated by each entry.

use imajin_ledger::rows::run;
use rusqlite::{Connection, OptionalExtension as _, Result, params};

/// The condition of a person's (`?1`) timeline.
pub(super) const OWN: &str = "owner_did = ?1 AND state = 'kept' AND sort IN ('photo', 'video')";

/// `YYYY-MM`
const MONTH_BYTES: usize = 7;

/// Counts an asset in its month, before its row changes to be of this day; `None` takes it out of its owner's timeline.
pub(super) fn count(db: &Connection, owner: &str, asset: &str, day: Option<&str>) -> Result<()> {
    let sql = format!("SELECT day FROM assets WHERE {OWN} AND id = ?2");
    let before = db.prepare_cached(&sql)?.query_row([owner, asset], |row| row.get::<_, String>(0));
    let before = before.optional()?;
    let (before, after) = (before.as_deref().map(month_of), day.map(month_of));
    if before == after {
        return Ok(());
    }
    let sql = "INSERT INTO months (owner_did, month, count) VALUES (?1, ?2, ?3)
        ON CONFLICT DO UPDATE SET count = count + ?3";
    for (month, by) in [(before, -1), (after, 1)] {
        if let Some(month) = month {
            run(db, sql, params![owner, month, by])?;
        }
    }
    match before {
        Some(_) => forget_empty(db, owner),
        None => Ok(()),
    }
}

/// Takes what is in a folder out of its owner's timeline, before it goes to the trash.
pub(crate) fn uncount_folder(db: &Connection, owner: &str, folder: &str) -> Result<()> {
    let sql = format!(
        "INSERT INTO months (owner_did, month, count)
            SELECT owner_did, substr(day, 1, {MONTH_BYTES}), -count(*) FROM assets WHERE {OWN} AND folder = ?2 GROUP BY 1, 2
        ON CONFLICT DO UPDATE SET count = count + excluded.count"
    );
    run(db, &sql, [owner, folder])?;
    forget_empty(db, owner)
}

fn forget_empty(db: &Connection, owner: &str) -> Result<()> {
    run(db, "DELETE FROM months WHERE owner_did = ?1 AND count = 0", [owner])
}

/// The month of a day, both as in the tables.
fn month_of(day: &str) -> &str {
    day.get(..MONTH_BYTES).unwrap_or(day)
}
