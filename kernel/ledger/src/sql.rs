//! Opens the ledger's databases, and moves their WALs.

use std::cell::Cell;
use std::path::Path;

use imajin_log::sql::{harden, uri};
use rusqlite::{Connection, OpenFlags, ffi};

/// Bytes before each page in a WAL (SQLite's file format, §4.1).
const FRAME_HEADER_BYTES: u64 = 24;

thread_local! {
    /// The pages in a WAL after this thread's last commit.
    static WAL_PAGES: Cell<u64> = const { Cell::new(0) };
}

/// Opens a database for reading and writing; creates it if `create` is set.
pub(crate) fn open(path: &Path, create: bool) -> rusqlite::Result<Connection> {
    let db = Connection::open_with_flags(path, to_write(create))?;
    harden(&db)?;
    Ok(db)
}

/// Like [`open`], for the journal and the projections, which no other program opens while a node holds the data folder.
pub(crate) fn open_alone(path: &Path, create: bool) -> rusqlite::Result<Connection> {
    let flags = to_write(create) | OpenFlags::SQLITE_OPEN_URI;
    let db = Connection::open_with_flags(alone(path), flags)?;
    harden(&db)?;
    Ok(db)
}

fn to_write(create: bool) -> OpenFlags {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    if create { flags | OpenFlags::SQLITE_OPEN_CREATE } else { flags }
}

/// Returns the URI of a database that only this process opens. SQLite's VFS for it keeps the WAL's index and the locks
/// between connections in memory: a transaction makes six system calls for locks less (sqlite.org/vfs.html,
/// "unix-excl").
pub(crate) fn alone(path: &Path) -> String {
    uri(path, "vfs=unix-excl")
}

/// Frees what an idle connection keeps in memory: pages and prepared statements.
pub(crate) fn release_memory(db: &Connection) {
    db.flush_prepared_statement_cache();
    // Pages that stay are as good as before.
    let _ = db.execute_batch("PRAGMA shrink_memory");
}

/// Sets WAL mode, which everything here relies on. SQLite reports the new mode before it commits the change, so that an
/// error shows only after the last row; this then checks the file.
pub(crate) fn use_wal(db: &Connection) -> rusqlite::Result<()> {
    let mut set = db.prepare("PRAGMA journal_mode = WAL")?;
    let mut rows = set.query([])?;
    while rows.next()?.is_some() {}
    drop(rows);
    let mode: String = db.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
    if mode == "wal" {
        return Ok(());
    }
    let error = ffi::Error::new(ffi::SQLITE_IOERR);
    let text = format!("the database cannot be written with a WAL (it stays in mode {mode})");
    Err(rusqlite::Error::SqliteFailure(error, Some(text)))
}

/// The state of a WAL after `wal_checkpoint`.
pub(crate) struct Checkpoint {
    /// Whether every frame in the WAL has reached the database.
    pub(crate) complete: bool,
    /// Number of frames that have.
    moved: u64,
}

impl Checkpoint {
    /// Returns the number of bytes of the WAL that have reached a database with this page size.
    pub(crate) fn moved_bytes(&self, page_bytes: i32) -> u64 {
        frames_bytes(self.moved, page_bytes)
    }
}

/// Runs `PRAGMA wal_checkpoint(<mode>)`.
pub(crate) fn checkpoint(db: &Connection, mode: &str) -> rusqlite::Result<Checkpoint> {
    db.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
        let (busy, log, moved): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Checkpoint {
            complete: busy == 0 && log == moved,
            moved: u64::try_from(moved).unwrap_or_default(),
        })
    })
}

/// Has SQLite report the length of the WAL, for [`wal_bytes`]. Call it after setting `wal_autocheckpoint`, which
/// replaces the same hook.
pub(crate) fn count_wal(db: &Connection) {
    db.wal_hook(Some(|_, pages| {
        WAL_PAGES.set(u64::try_from(pages).unwrap_or_default());
        Ok(())
    }));
}

/// Returns the number of bytes in the WAL since its last restart, after this thread's last commit to a database with
/// this page size.
pub(crate) fn wal_bytes(page_bytes: i32) -> u64 {
    frames_bytes(WAL_PAGES.get(), page_bytes)
}

fn frames_bytes(frames: u64, page_bytes: i32) -> u64 {
    frames * (u64::from(page_bytes.unsigned_abs()) + FRAME_HEADER_BYTES)
}
