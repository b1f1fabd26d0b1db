//! A log as it goes into a bundle: the same rows in a file of its own, in rollback mode, without the node's own tables.
//!
//! Always: one read transaction of the log, so that the copy is the log at one moment. It holds no free pages, so that
//! nothing erased and nothing local travels in them; `VACUUM INTO` would take the local tables along.

use std::fs::File;
use std::io;
use std::path::Path;

use rusqlite::Connection;

use crate::hostile::{APPLICATION_ID, LOG_SCHEMA, USER_VERSION};
use crate::media::sync_dir;

/// Tables that travel, with the order that their rows are laid down in.
const TABLES: [(&str, &str); 7] = [
    ("entries", "seq"),
    ("bodies", "seq"),
    ("heads", "epoch, node"),
    ("chains", "did, n"),
    ("causes", "cid"),
    ("txns", "cid"),
    ("openings", "cid"),
];
/// Good for reading from a stick, whatever the page size of the node's own file.
const PAGE_BYTES: u32 = 4096;

/// Why a copy was not made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SnapshotError {
    /// SQLite says no.
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    /// The system says no.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Copies the log behind `db` into a new file, synced.
pub(crate) fn snapshot(db: &Connection, into: &Path) -> Result<(), SnapshotError> {
    // Its name must be new: nothing is ever written over.
    drop(File::create_new(into)?);
    let name = into
        .to_str()
        .ok_or_else(|| io::Error::other("the path of the copy is not UTF-8"))?;
    db.execute("ATTACH DATABASE ?1 AS bundle", [name])?;
    let copied = copy(db);
    if copied.is_err() && !db.is_autocommit() {
        // The copy is thrown away as a whole by the caller.
        let _ = db.execute_batch("ROLLBACK");
    }
    let detached = db.execute_batch("DETACH DATABASE bundle");
    copied?;
    detached?;
    File::open(into)?.sync_all()?;
    into.parent().map_or(Ok(()), sync_dir)?;
    Ok(())
}

fn copy(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(&format!(
        "PRAGMA bundle.page_size={PAGE_BYTES}; PRAGMA bundle.journal_mode=OFF; PRAGMA bundle.synchronous=OFF; \
         PRAGMA bundle.application_id={APPLICATION_ID}; PRAGMA bundle.user_version={USER_VERSION}; BEGIN;"
    ))?;
    for sql in LOG_SCHEMA {
        db.execute_batch(&sql.replacen("CREATE TABLE ", "CREATE TABLE bundle.", 1))?;
    }
    for (table, order) in TABLES {
        db.execute_batch(&format!(
            "INSERT INTO bundle.{table} SELECT * FROM main.{table} ORDER BY {order};"
        ))?;
    }
    db.execute_batch("COMMIT")
}
