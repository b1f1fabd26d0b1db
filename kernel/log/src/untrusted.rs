//! Opens a `log.sqlite` that someone else made, or may have changed: an imported file is untrusted (docs/format.md
//! §10).
//!
//! Always: opened read-only, without writing next to it; nothing in its schema runs; a schema that differs by one object
//! is refused before a row is read. This module does not know what the rows mean.

mod header;
mod schema;
mod structure;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use crate::sql;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::pace::Pace;
use crate::rules::{Code, Fault};
use crate::space::Space;

pub use schema::{APPLICATION_ID, LOG_SCHEMA, USER_VERSION};

/// Maximum bytes of a value: no row of a log is longer than a body (1 MiB) with its neighbours.
pub(crate) const VALUE_BYTES_MAX: i32 = 4 << 20;
/// Maximum bytes of a statement.
const SQL_BYTES_MAX: i32 = 10_000;
/// Page cache in KiB: rows are read once, in order.
const CACHE_KIB: i32 = 2_048;

/// Why a file was not opened.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum UntrustedError {
    /// The file is readable, but is not a log.
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error("{path}: {error}")]
    Unusable { path: PathBuf, error: std::io::Error },
}

/// The origin of a log file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogForm {
    /// From a bundle: rollback mode, nothing next to it, nothing local in it.
    Bundle,
    /// A log file alone, perhaps with a write-ahead log that a node left.
    Bare,
}

/// An open log that is not trusted.
#[derive(Debug)]
pub struct UntrustedLog {
    path: PathBuf,
    conn: Connection,
    immutable: bool,
    /// The pace that its connections keep, if no caller waits for them.
    pace: Option<Arc<Pace>>,
    /// Keeps the copy of a file with a WAL until dropped.
    _copy: Option<TempDir>,
}

impl UntrustedLog {
    /// Opens a log and checks everything that can be checked without reading its rows one by one. `scratch` is the
    /// folder for a copy, if it needs one.
    pub fn open(
        path: &Path,
        form: LogForm,
        scratch: Option<&Path>,
    ) -> Result<Self, UntrustedError> {
        Self::open_beside(path, form, scratch, None, |_| ()).map(|(log, ())| log)
    }

    /// Like [`Self::open`], and runs `beside` with its own connection on another thread while the file's structure is
    /// checked. `beside` must not trust the order of rows, nor their number.
    pub(crate) fn open_beside<T: Send>(
        path: &Path,
        form: LogForm,
        scratch: Option<&Path>,
        pace: Option<&Arc<Pace>>,
        beside: impl FnOnce(&Connection) -> T + Send,
    ) -> Result<(Self, T), UntrustedError> {
        let log = Self::open_unchecked(path, form, scratch, pace)?;
        schema::check(&log.conn)?;
        let another = log.another()?;
        let outcome = thread::scope(|scope| {
            let other = scope.spawn(move || beside(&another));
            structure::check(&log.conn, form).map(|()| other.join())
        })?;
        match outcome {
            Ok(output) => Ok((log, output)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }

    fn open_unchecked(
        path: &Path,
        form: LogForm,
        scratch: Option<&Path>,
        pace: Option<&Arc<Pace>>,
    ) -> Result<Self, UntrustedError> {
        header::check(path, form)?;
        let tails: Vec<&str> = ["-wal", "-journal"]
            .into_iter()
            .filter(|tail| fs::metadata(beside(path, tail)).is_ok_and(|m| m.len() > 0))
            .collect();
        let copy = match form {
            LogForm::Bare if !tails.is_empty() => Some(copy(path, &tails, scratch)?),
            _ => None,
        };
        let (path, immutable) = match &copy {
            Some(dir) => (dir.path().join("log.sqlite"), false),
            None => (path.to_owned(), true),
        };
        let conn = connect(&path, immutable, pace).map_err(Fault::from)?;
        Ok(Self { pace: pace.cloned(), path, conn, immutable, _copy: copy })
    }

    /// Returns the connection for reading.
    pub fn conn(&self) -> &Connection {
        &self.conn
    }

    /// Opens another connection to the same file, for another thread.
    pub fn another(&self) -> Result<Connection, Fault> {
        Ok(connect(&self.path, self.immutable, self.pace.as_ref())?)
    }
}

/// A failing statement means that the file is damaged.
impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::new(Code::File, format!("not an intact log: {error}"))
    }
}

/// Copies a file that a node left in the middle of its work, so that SQLite can recover the copy.
fn copy(path: &Path, tails: &[&str], scratch: Option<&Path>) -> Result<TempDir, UntrustedError> {
    let unusable = |error| UntrustedError::Unusable { path: path.to_owned(), error };
    let dir = scratch.map_or_else(TempDir::new, TempDir::new_in).map_err(unusable)?;
    // The copy of a file with holes has none.
    let bytes = fs::metadata(path).map_err(unusable)?.len();
    Space::has_room(dir.path(), bytes).map_err(unusable)?;
    for tail in tails.iter().chain(&[""]) {
        fs::copy(beside(path, tail), dir.path().join(format!("log.sqlite{tail}")))
            .map_err(unusable)?;
    }
    Ok(dir)
}

fn beside(path: &Path, tail: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(tail);
    PathBuf::from(name)
}

fn connect(path: &Path, immutable: bool, pace: Option<&Arc<Pace>>) -> rusqlite::Result<Connection> {
    let access = if immutable {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE
    };
    let flags = access
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_PRIVATE_CACHE;
    let how = if immutable { "mode=ro&immutable=1" } else { "mode=rw" };
    let conn = Connection::open_with_flags(sql::uri(path, how), flags)?;
    conn.set_limit(Limit::SQLITE_LIMIT_LENGTH, VALUE_BYTES_MAX)?;
    conn.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, SQL_BYTES_MAX)?;
    conn.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    conn.set_limit(Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1)?;
    conn.set_limit(Limit::SQLITE_LIMIT_WORKER_THREADS, 0)?;
    for (config, on) in [
        (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
        (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
        (DbConfig::SQLITE_DBCONFIG_ENABLE_VIEW, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DDL, false),
        (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
    ] {
        conn.set_db_config(config, on)?;
    }
    conn.execute_batch(&format!(
        "PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; \
         PRAGMA cache_size=-{CACHE_KIB};"
    ))?;
    if !immutable {
        // Recovers a WAL or a hot journal of the copy before the file is judged.
        conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0))?;
    }
    conn.execute_batch("PRAGMA query_only=ON;")?;
    if let Some(pace) = pace {
        pace.keep(&conn)?;
    }
    Ok(conn)
}
