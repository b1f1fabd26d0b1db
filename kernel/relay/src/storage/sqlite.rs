//! One SQLite file with few readers and one writer.
//!
//! Always: WAL mode with full synchronisation. A commit survives a power cut; readers see one snapshot and never wait
//! for the writer. A file of a newer program does not open.

use std::path::{Path, PathBuf};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::storage::writer::rollback;
use crate::storage::{Answer, StoreError};

/// Connections for reading.
const READERS_MAX: usize = 4;
/// Pages that a reader keeps in memory; the system has those that it uses most anyway.
const READER_CACHE_KIB: i64 = 512;
/// Pages that the writer keeps in memory.
const WRITER_CACHE_KIB: i64 = 4_000;
/// Pages of the write-ahead log after which it is copied back: small enough to stay quick to sync.
const CHECKPOINT_PAGES: i64 = 4_000;
/// Statements that a connection keeps prepared; there are fewer than this.
const STATEMENTS_MAX: usize = 160;

/// The schema of a file.
pub struct Schema {
    /// Marks the file as ours.
    pub application_id: i32,
    /// The version that this program writes.
    pub version: i64,
    /// The tables of a new file.
    pub sql: &'static str,
    /// Migrations, each to the next version; the first starts from version 1.
    pub migrations: &'static [&'static str],
}

/// A file that is open.
pub struct Database {
    path: PathBuf,
    readers: Mutex<Readers>,
    /// Signals that a reader is idle again.
    given_back: Condvar,
}

/// The readers. Requests share a few connections, so many requests at once don't cost more memory.
struct Readers {
    idle: Vec<Connection>,
    opened: usize,
}

impl Database {
    /// Opens the file, and makes it if there is none; also gives its one writer.
    pub fn open(path: &Path, schema: &Schema) -> Answer<(Self, Connection)> {
        let mut writer = Connection::open(path)?;
        prepare(&writer)?;
        migrate(&mut writer, schema)?;
        let database = Self {
            path: path.to_owned(),
            readers: Mutex::new(Readers { idle: Vec::new(), opened: 0 }),
            given_back: Condvar::new(),
        };
        Ok((database, writer))
    }

    /// Runs `f` on one snapshot.
    pub fn read<T>(&self, f: impl FnOnce(&Connection) -> Answer<T>) -> Answer<T> {
        let reader = PooledReader { connection: Some(self.reader()?), database: self };
        let Some(connection) = &reader.connection else {
            return Err(StoreError::Failed("there is no reader".to_owned()));
        };
        connection.prepare_cached("BEGIN")?.execute([])?;
        let answer = f(connection);
        connection.prepare_cached("COMMIT")?.execute([])?;
        answer
    }

    fn reader(&self) -> Answer<Connection> {
        let mut readers = self.readers.lock();
        loop {
            if let Some(reader) = readers.idle.pop() {
                return Ok(reader);
            }
            if readers.opened < READERS_MAX {
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let reader = Connection::open_with_flags(&self.path, flags)?;
                prepare_any(&reader, READER_CACHE_KIB)?;
                readers.opened += 1;
                return Ok(reader);
            }
            self.given_back.wait(&mut readers);
        }
    }

    fn give_back(&self, reader: Connection) {
        let mut readers = self.readers.lock();
        readers.idle.push(reader);
        self.given_back.notify_one();
    }
}

/// A reader that returns to the pool when dropped, even after a panic.
struct PooledReader<'a> {
    connection: Option<Connection>,
    database: &'a Database,
}

impl Drop for PooledReader<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            rollback(&connection);
            self.database.give_back(connection);
        }
    }
}

fn prepare(connection: &Connection) -> Answer<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "journal_size_limit", CHECKPOINT_PAGES * 2 * 4096)?;
    prepare_any(connection, WRITER_CACHE_KIB)
}

fn prepare_any(connection: &Connection, cache_kib: i64) -> Answer<()> {
    connection.busy_timeout(Duration::from_secs(10))?;
    // Plans don't depend on parameters; otherwise SQLite would plan a statement again for every value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "cache_size", -cache_kib)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    Ok(())
}

fn migrate(connection: &mut Connection, schema: &Schema) -> Answer<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let version: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let latest = schema.version;
    if version == 0 {
        transaction.execute_batch(schema.sql)?;
        transaction.pragma_update(None, "application_id", schema.application_id)?;
        transaction.pragma_update(None, "user_version", latest)?;
    } else if let Some(steps) = usize::try_from(version - 1)
        .ok()
        .and_then(|done| schema.migrations.get(done..))
        .filter(|_| version < latest)
    {
        for step in steps {
            transaction.execute_batch(step)?;
        }
        transaction.pragma_update(None, "user_version", latest)?;
    } else if version != latest {
        return Err(StoreError::Failed(format!(
            "the file has version {version}, this program knows {latest}: use a newer program"
        )));
    }
    transaction.commit()?;
    Ok(())
}
