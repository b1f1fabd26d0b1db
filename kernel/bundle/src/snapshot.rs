//! A log as a bundle contains it: the same rows in a new file, in rollback mode, without the node's own tables.
//!
//! Always: one read transaction makes the copy, so it is the log at one moment. The copy has no free pages, so nothing
//! erased and nothing local travels in them; `VACUUM INTO` would copy the local tables.

use std::fs::File;
use std::io;
use std::path::Path;

use imajin_log::synced::sync_dir;
use imajin_log::untrusted::{APPLICATION_ID, LOG_SCHEMA, USER_VERSION};
use rusqlite::Connection;

/// The tables that a bundle's log has, with the order of their rows.
const TABLES: [(&str, &str); 7] = [
    ("entries", "seq"),
    ("bodies", "seq"),
    ("heads", "epoch, node"),
    ("chains", "did, n"),
    ("causes", "cid"),
    ("txns", "cid"),
    ("openings", "cid"),
];
/// Page size of a copy in bytes: suits reading from a stick, whatever the node's own file has.
const PAGE_BYTES: u32 = 4096;

/// Why copying a log failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SnapshotError {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Copies the log behind `db` into a new file, and syncs it.
pub(crate) fn snapshot(db: &Connection, into: &Path) -> Result<(), SnapshotError> {
    copied(db, into, whole)
}

/// Makes a new log file, attached as `bundle`, and syncs it. `fill` brings the rows, in the order of their keys.
pub(crate) fn copied<T>(
    db: &Connection,
    into: &Path,
    fill: impl FnOnce(&Connection) -> Result<T, SnapshotError>,
) -> Result<T, SnapshotError> {
    // The file must be new: an export never overwrites.
    drop(File::create_new(into)?);
    let name =
        into.to_str().ok_or_else(|| io::Error::other("the path of the copy is not UTF-8"))?;
    db.execute("ATTACH DATABASE ?1 AS bundle", [name])?;
    let copied = copy(db, fill);
    if copied.is_err() && !db.is_autocommit() {
        // The caller deletes the failed copy.
        let _ = db.execute_batch("ROLLBACK");
    }
    let detached = db.execute_batch("DETACH DATABASE bundle");
    let copied = copied?;
    detached?;
    File::open(into)?.sync_all()?;
    into.parent().map_or(Ok(()), sync_dir)?;
    Ok(copied)
}

fn copy<T>(
    db: &Connection,
    fill: impl FnOnce(&Connection) -> Result<T, SnapshotError>,
) -> Result<T, SnapshotError> {
    db.execute_batch(&format!(
        "PRAGMA bundle.page_size={PAGE_BYTES}; PRAGMA bundle.journal_mode=OFF; PRAGMA bundle.synchronous=OFF; \
         PRAGMA bundle.application_id={APPLICATION_ID}; PRAGMA bundle.user_version={USER_VERSION}; BEGIN;"
    ))?;
    for sql in LOG_SCHEMA {
        db.execute_batch(&sql.replacen("CREATE TABLE ", "CREATE TABLE bundle.", 1))?;
    }
    let filled = fill(db)?;
    db.execute_batch("COMMIT")?;
    Ok(filled)
}

fn whole(db: &Connection) -> Result<(), SnapshotError> {
    for (table, order) in TABLES {
        db.execute_batch(&format!(
            "INSERT INTO bundle.{table} SELECT * FROM main.{table} ORDER BY {order};"
        ))?;
    }
    Ok(())
}
