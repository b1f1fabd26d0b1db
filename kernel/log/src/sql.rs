//! Opens a file of SQLite as data that was never code, and classifies SQLite's errors.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, ffi};

/// The meaning of an SQLite error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SqlErrorKind {
    /// The disk is full; the transaction did not happen.
    Full,
    /// The file is damaged.
    Damaged(String),
    /// Anything else: the disk, or a bug.
    Failed(String),
}

/// Returns the meaning of an error.
pub fn classify(error: &rusqlite::Error) -> SqlErrorKind {
    let text = error.to_string();
    let Some(code) = error.sqlite_error().map(|error| error.extended_code) else {
        return match error {
            // A value of a type that the schema excludes: STRICT tables have none, so the file is damaged.
            rusqlite::Error::InvalidColumnType(..)
            | rusqlite::Error::FromSqlConversionFailure(..)
            | rusqlite::Error::IntegralValueOutOfRange(..)
            | rusqlite::Error::Utf8Error(..) => SqlErrorKind::Damaged(text),
            _ => SqlErrorKind::Failed(text),
        };
    };
    match code & 0xff {
        ffi::SQLITE_FULL => SqlErrorKind::Full,
        // A WAL database on a full tmpfs reports this instead.
        _ if code == ffi::SQLITE_IOERR_SHMSIZE => SqlErrorKind::Full,
        ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => SqlErrorKind::Damaged(text),
        _ if code == ffi::SQLITE_IOERR_SHORT_READ || code == ffi::SQLITE_IOERR_CORRUPTFS => {
            SqlErrorKind::Damaged(text)
        }
        // A table is missing or different.
        ffi::SQLITE_ERROR if text.contains("no such table") || text.contains("no such column") => {
            SqlErrorKind::Damaged(text)
        }
        _ => SqlErrorKind::Failed(text),
    }
}

/// Returns whether an error of SQLite means that the disk is full: the write did not happen.
pub fn is_database_full(error: &rusqlite::Error) -> bool {
    classify(error) == SqlErrorKind::Full
}

/// Returns SQLite's URI form of a path; percent-encodes characters with a meaning in a URI.
pub fn uri(path: &Path, query: &str) -> String {
    use std::os::unix::ffi::OsStrExt;
    const ENCODED: &AsciiSet =
        &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'_').remove(b'-');
    let path = percent_encode(path.as_os_str().as_bytes(), ENCODED);
    format!("file:{path}?{query}")
}

/// Settings of every connection: content of a file is data, never code; this crate makes all checkpoints.
pub fn harden(db: &Connection) -> rusqlite::Result<()> {
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    db.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(())
}

/// Returns the path of a database's WAL.
pub fn wal_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}
