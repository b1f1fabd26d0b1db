//! What all our databases share: how they are opened, and what their errors mean.

use std::cell::Cell;
use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, ffi};

/// Bytes before each page in a WAL (SQLite's file format, §4.1).
const FRAME_HEADER_BYTES: u64 = 24;

thread_local! {
    /// How many pages stood in a WAL after this thread's last commit.
    static WAL_PAGES: Cell<u64> = const { Cell::new(0) };
}

/// What an error of SQLite means for us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The disk is full; the transaction did not happen.
    Full,
    /// The file is damaged.
    Damaged(String),
    /// Anything else: the disk, or a bug of ours.
    Failed(String),
}

/// Sorts an error.
pub(crate) fn trouble(error: &rusqlite::Error) -> Trouble {
    let text = error.to_string();
    let Some(code) = error.sqlite_error().map(|error| error.extended_code) else {
        return match error {
            // A row of another type than the schema says: STRICT tables have none, so the file is damaged.
            rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..) => Trouble::Damaged(text),
            _ => Trouble::Failed(text),
        };
    };
    match code & 0xff {
        ffi::SQLITE_FULL => Trouble::Full,
        // A WAL database on a full tmpfs reports this instead.
        _ if code == ffi::SQLITE_IOERR_SHMSIZE => Trouble::Full,
        ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => Trouble::Damaged(text),
        _ if code == ffi::SQLITE_IOERR_SHORT_READ || code == ffi::SQLITE_IOERR_CORRUPTFS => {
            Trouble::Damaged(text)
        }
        // A table that should be there is not, or is another.
        ffi::SQLITE_ERROR if text.contains("no such table") || text.contains("no such column") => {
            Trouble::Damaged(text)
        }
        _ => Trouble::Failed(text),
    }
}

/// Opens a database of ours for reading and writing; makes it if it is not there.
pub(crate) fn open(path: &Path, create: bool) -> rusqlite::Result<Connection> {
    let db = Connection::open_with_flags(path, to_write(create))?;
    harden(&db)?;
    Ok(db)
}

/// The same for what no other program opens while a node holds the data folder: the journal and the projections.
pub(crate) fn open_alone(path: &Path, create: bool) -> rusqlite::Result<Connection> {
    let flags = to_write(create) | OpenFlags::SQLITE_OPEN_URI;
    let db = Connection::open_with_flags(alone(path), flags)?;
    harden(&db)?;
    Ok(db)
}

fn to_write(create: bool) -> OpenFlags {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    match create {
        true => flags | OpenFlags::SQLITE_OPEN_CREATE,
        false => flags,
    }
}

/// The URI of a database that only this process opens. SQLite's VFS for these keeps the WAL's index and the locks between
/// connections in memory: a transaction asks the system for six locks less (sqlite.org/vfs.html, "unix-excl").
pub(crate) fn alone(path: &Path) -> String {
    uri(path, "vfs=unix-excl")
}

/// SQLite's URI form of a path: what has a meaning in a URI is percent-encoded.
pub(crate) fn uri(path: &Path, query: &str) -> String {
    use std::fmt::Write;
    use std::os::unix::ffi::OsStrExt;
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => {
                uri.push(char::from(*byte));
            }
            // Writing to a string does not fail.
            _ => drop(write!(uri, "%{byte:02X}")),
        }
    }
    uri.push('?');
    uri.push_str(query);
    uri
}

/// Settings of every connection: what is in a file is data, never program; checkpoints are ours to make.
pub(crate) fn harden(db: &Connection) -> rusqlite::Result<()> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(())
}

/// Sets the mode that everything here relies on. SQLite says the new mode first and commits it after, so that an error
/// shows only to whoever reads to the end; and then the file is asked.
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
    /// Whether every frame that was there is in the database.
    pub(crate) complete: bool,
}

/// Runs `PRAGMA wal_checkpoint(<mode>)`.
pub(crate) fn checkpoint(db: &Connection, mode: &str) -> rusqlite::Result<Checkpoint> {
    db.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |row| {
        let (busy, log, moved): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        Ok(Checkpoint {
            complete: busy == 0 && log == moved,
        })
    })
}

/// Has SQLite say how long the WAL is, for [`wal_bytes`]. To be called after `wal_autocheckpoint` is set, which takes the
/// same hook away.
pub(crate) fn count_wal(db: &Connection) {
    db.wal_hook(Some(|_, pages| {
        WAL_PAGES.set(u64::try_from(pages).unwrap_or_default());
        Ok(())
    }));
}

/// The bytes that stand in the WAL since it was last begun, after this thread's last commit to a database of so long pages.
pub(crate) fn wal_bytes(page_bytes: i32) -> u64 {
    WAL_PAGES.get() * (u64::from(page_bytes.unsigned_abs()) + FRAME_HEADER_BYTES)
}

/// The WAL's name.
pub(crate) fn wal_path(path: &Path) -> std::path::PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}
