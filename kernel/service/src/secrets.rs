//! `secrets.sqlite`: what must not travel in a bundle (hashed session tokens, invites, providers' keys).
//!
//! Always: readable by its owner only (0600); a committed change is on disk (a revoked session stays revoked when the
//! plug is pulled). Nothing in it is a person's data: losing it costs a sign-in, and of kept keys (`kept`) that their
//! owners, who control those DIDs too, give them new ones.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::blocking;
use crate::problem::Problem;

const APPLICATION_ID: i32 = 0x494d_4a53; // "IMJS"
const VERSION: i32 = 1;

/// The node's secrets. Cheap to clone.
#[derive(Clone)]
pub struct Secrets(Arc<Inner>);

struct Inner {
    /// Readers do not wait for the writer's fsync.
    reader: Mutex<Connection>,
    writer: Mutex<Connection>,
}

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// SQLite refused.
    #[error("secrets.sqlite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// The file system refused.
    #[error("secrets.sqlite: {0}")]
    Io(#[from] std::io::Error),
    /// Not our file, or of a newer program.
    #[error(
        "secrets.sqlite has version {found}, this program knows {VERSION}: use the newer program, or move the file away (everybody signs in again)"
    )]
    Version {
        /// What the file says.
        found: i32,
    },
}

/// Ends every session in a file that no node has open: one that came back from a backup.
pub fn end_sessions(path: &Path) -> Result<(), SecretsError> {
    Ok(connect(path)?.execute_batch("DELETE FROM sessions; PRAGMA wal_checkpoint(TRUNCATE);")?)
}

impl Secrets {
    /// Opens or creates the file and the tables of the kernel and of the services.
    pub fn open(path: &Path, schemas: &[&str]) -> Result<Self, SecretsError> {
        create_private(path)?;
        let writer = connect(path)?;
        let (id, version): (i32, i32) = (
            writer.query_row("PRAGMA application_id", [], |row| row.get(0))?,
            writer.query_row("PRAGMA user_version", [], |row| row.get(0))?,
        );
        match (id, version) {
            (0, 0) => {
                writer.pragma_update(None, "application_id", APPLICATION_ID)?;
                writer.pragma_update(None, "user_version", VERSION)?;
            }
            (APPLICATION_ID, VERSION) => {}
            (_, found) => return Err(SecretsError::Version { found }),
        }
        writer.execute_batch(crate::sessions::SCHEMA)?;
        writer.execute_batch(crate::kept::SCHEMA)?;
        writer.execute_batch(crate::mail::SCHEMA)?;
        writer.execute_batch(crate::health::SCHEMA)?;
        for schema in schemas {
            writer.execute_batch(schema)?;
        }
        let reader = connect(path)?;
        reader.pragma_update(None, "query_only", true)?;
        Ok(Self(Arc::new(Inner {
            reader: Mutex::new(reader),
            writer: Mutex::new(writer),
        })))
    }

    /// Reads, at once.
    pub fn read<T>(
        &self,
        f: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, Problem> {
        f(&lock(&self.0.reader)).map_err(Problem::from)
    }

    /// Writes in one transaction, on a thread that may wait for the disk.
    pub async fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, Problem> {
        let this = self.clone();
        blocking::run(move || this.write_blocking(f)).await?
    }

    /// Writes in one transaction, on this thread.
    pub fn write_blocking<T>(
        &self,
        f: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, Problem> {
        let mut connection = lock(&self.0.writer);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = f(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// No deleted byte is left in any file: the log of changes is emptied into the database, which overwrites what it
    /// deletes. Waits for the disk on this thread.
    pub fn purge(&self) -> Result<(), Problem> {
        let connection = lock(&self.0.writer);
        // A reader that is at it keeps the log busy for a moment; the connection's patience covers that.
        let busy: i64 =
            connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
        match busy {
            0 => Ok(()),
            _ => Err(Problem::unavailable(
                "What was deleted cannot be taken out of the files at this moment. Try again.",
            )),
        }
    }
}

/// A panic of another holder leaves no half transaction: SQLite rolled it back.
fn lock(mutex: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn connect(path: &Path) -> Result<Connection, SecretsError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;
         PRAGMA cache_size = -128; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;",
    )?;
    Ok(connection)
}

#[cfg(unix)]
fn create_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let file = std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .mode(0o600)
        .open(path)?;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> std::io::Result<()> {
    std::fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(path)
        .map(drop)
}
