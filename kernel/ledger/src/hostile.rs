//! Opening a `log.sqlite` that somebody else made, or may have touched: an imported file is hostile (docs/format.md §10).
//!
//! Always: read-only, never written beside, nothing in its schema runs, and a schema that differs by one object is
//! refused before a row is read. It must not know what the rows mean.

mod header;
mod schema;
mod structure;
#[cfg(test)]
mod tests;

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::rules::{Code, Fault};
use crate::sql;

pub use schema::{APPLICATION_ID, LOG_SCHEMA, USER_VERSION};

/// No row of a log is longer than a body (1 MiB) with its neighbours; a longer value is refused while reading.
const VALUE_BYTES_MAX: i32 = 4 << 20;
/// Statements here are short.
const SQL_BYTES_MAX: i32 = 10_000;
/// Two megabytes of pages: rows are read once, in order.
const CACHE_KIB: i32 = 2_048;

/// Why a file is not opened.
#[derive(Debug, thiserror::Error)]
pub enum HostileError {
    /// It is readable, and not a log.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// It could not be read at all.
    #[error("{path}: {error}")]
    Unusable {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
}

/// Where the file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In a bundle: rollback mode, nothing beside it, nothing local in it.
    Bundle,
    /// By itself, perhaps beside a write-ahead log that a node left.
    Bare,
}

/// An opened log that is not trusted.
#[derive(Debug)]
pub struct HostileLog {
    path: PathBuf,
    conn: Connection,
    immutable: bool,
    /// Keeps the copy of a file with a WAL until this is dropped.
    _copy: Option<TempDir>,
}

impl HostileLog {
    /// Opens and checks everything that can be checked without reading rows one by one. `scratch` is where a copy
    /// goes, if one is needed.
    pub fn open(path: &Path, place: Place, scratch: Option<&Path>) -> Result<Self, HostileError> {
        Self::open_beside(path, place, scratch, |_| ()).map(|(log, ())| log)
    }

    /// The same, and `beside` is done with a connection of its own on another thread while the file's structure is
    /// checked: it must not trust that rows are in order or their number bounded.
    pub(crate) fn open_beside<T: Send>(
        path: &Path,
        place: Place,
        scratch: Option<&Path>,
        beside: impl FnOnce(&Connection) -> T + Send,
    ) -> Result<(Self, T), HostileError> {
        let log = Self::open_unchecked(path, place, scratch)?;
        schema::check(&log.conn)?;
        let another = log.another()?;
        let found = thread::scope(|scope| {
            let other = scope.spawn(move || beside(&another));
            structure::check(&log.conn, place).map(|()| other.join())
        })?;
        match found {
            Ok(found) => Ok((log, found)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }

    fn open_unchecked(
        path: &Path,
        place: Place,
        scratch: Option<&Path>,
    ) -> Result<Self, HostileError> {
        header::check(path, place)?;
        let beside = |tail: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(tail);
            PathBuf::from(name)
        };
        let tails: Vec<&str> = ["-wal", "-journal"]
            .into_iter()
            .filter(|tail| fs::metadata(beside(tail)).is_ok_and(|m| m.len() > 0))
            .collect();
        let copy = match place {
            Place::Bare if !tails.is_empty() => Some(copy(path, &tails, scratch)?),
            _ => None,
        };
        let (path, immutable) = match &copy {
            Some(dir) => (dir.path().join("log.sqlite"), false),
            None => (path.to_owned(), true),
        };
        let conn = connect(&path, immutable).map_err(damaged)?;
        Ok(Self {
            path,
            conn,
            immutable,
            _copy: copy,
        })
    }

    /// The connection.
    pub fn conn(&self) -> &Connection {
        &self.conn
    }

    /// Another connection to the same file, for another thread.
    pub fn another(&self) -> Result<Connection, Fault> {
        connect(&self.path, self.immutable).map_err(damaged)
    }
}

/// What a failing statement says about the file.
pub(crate) fn damaged(error: rusqlite::Error) -> Fault {
    Fault::new(Code::File, format!("not an intact log: {error}"))
}

/// Copies a file that a node left in the middle of its work, so that SQLite can bring it to its end.
fn copy(path: &Path, tails: &[&str], scratch: Option<&Path>) -> Result<TempDir, HostileError> {
    let unusable = |error| HostileError::Unusable {
        path: path.to_owned(),
        error,
    };
    let dir = match scratch {
        Some(scratch) => TempDir::new_in(scratch),
        None => TempDir::new(),
    }
    .map_err(unusable)?;
    for tail in ["-wal", "-journal", ""]
        .iter()
        .filter(|t| t.is_empty() || tails.contains(t))
    {
        let mut from = path.as_os_str().to_owned();
        from.push(tail);
        fs::copy(
            PathBuf::from(from),
            dir.path().join(format!("log.sqlite{tail}")),
        )
        .map_err(unusable)?;
    }
    Ok(dir)
}

fn connect(path: &Path, immutable: bool) -> rusqlite::Result<Connection> {
    let access = if immutable {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE
    };
    let flags = access
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_PRIVATE_CACHE;
    let how = match immutable {
        true => "mode=ro&immutable=1",
        false => "mode=rw",
    };
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
        // Brings a WAL or a hot journal of the copy to its end before the file is judged.
        conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
            row.get::<_, i64>(0)
        })?;
    }
    conn.execute_batch("PRAGMA query_only=ON;")?;
    Ok(conn)
}
