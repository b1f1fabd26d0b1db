//! `secrets.sqlite`: what must not travel in a bundle (hashed session tokens, invites, letters, kept keys). Of a sealed node it
//! is in memory, and `secrets.sealed` on the disk, which opens with the node's key alone.
//!
//! Always: readable by its owner only (0600); a committed change is on disk (a revoked session stays revoked when the
//! plug is pulled). Nothing in it is a person's data: losing it costs a sign-in, and of custodial keys that their
//! owners, who control those DIDs too, give them new ones.

mod form;
mod sealed;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use rusqlite::{Connection, Params, Row, Transaction, TransactionBehavior};

use imajin_app::{Answer, Problem, blocking};
use imajin_ledger::Reader;

const APPLICATION_ID: i32 = 0x494d_4a53; // "IMJS"
const VERSION: i32 = 1;
/// Says that the secrets are in the sealed file.
const VERSION_SEALED: i32 = 2;

pub use form::{settle, wipe};
use sealed::Sealed;
pub use sealed::Vault;

/// The node's secrets. Cheap to clone.
#[derive(Clone)]
pub struct Secrets(Arc<Inner>);

struct Inner {
    path: PathBuf,
    vault: Vault,
    /// Readers do not wait for the writer's fsync. Of a sealed node, the database itself.
    reader: Mutex<Connection>,
    /// Taken before the reader, where both are.
    writer: Mutex<Writer>,
}

enum Writer {
    File(Connection),
    Sealed(Box<Sealed>),
}

/// Why the file cannot be used.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum SecretsError {
    #[error("secrets.sqlite: {0}")]
    Sqlite(#[from] rusqlite::Error),
    #[error("secrets.sqlite: {0}")]
    Io(#[from] std::io::Error),
    #[error(
        "secrets.sqlite has version {found}, this program knows {VERSION}: use the newer program, or move the file away (everybody signs in again)"
    )]
    Version { found: i32 },
    #[error(
        "secrets.sealed does not open with this node's key. Bring that key back, or move secrets.sqlite and secrets.sealed away: then everybody signs in again, and the keys that the node keeps for guests and events are lost"
    )]
    Locked,
    #[error(
        "secrets.sealed is damaged: bring it back from a backup, or move it and secrets.sqlite away (everybody signs in again)"
    )]
    Damaged,
}

/// The secrets of a sealed node as the database that they are for one that is not, for a backup; `None` if there are none.
pub fn opened(path: &Path, vault: &Vault) -> Result<Option<Vec<u8>>, SecretsError> {
    if form::is_sealed(path)? { form::open_image(path, vault) } else { Ok(None) }
}

/// Ends every session in a file that no node has open: one that came back from a backup.
pub fn end_sessions(path: &Path) -> Result<(), SecretsError> {
    Ok(connect(path)?.execute_batch("DELETE FROM sessions; PRAGMA wal_checkpoint(TRUNCATE);")?)
}

impl Secrets {
    /// Opens or creates the file and these tables, in the form that is wanted.
    pub fn open(
        path: &Path,
        schemas: &[&str],
        vault: Vault,
        sealed: bool,
    ) -> Result<Self, SecretsError> {
        form::settle(path, &vault, sealed)?;
        let (mut writer, reader) = connections(path, &vault, sealed)?;
        match &mut writer {
            Writer::File(connection) => make_tables(connection, schemas)?,
            Writer::Sealed(sealed) => {
                make_tables(&reader, schemas)?;
                sealed.keep(sealed::image_of(&reader)?)?;
            }
        }
        Ok(Self(Arc::new(Inner {
            path: path.to_path_buf(),
            vault,
            reader: Mutex::new(reader),
            writer: Mutex::new(writer),
        })))
    }

    /// Secrets without a node.
    #[cfg(test)]
    pub(crate) fn for_tests(path: &Path, schemas: &[&str]) -> Self {
        let key = imajin_dfos::SigningKey::from_bytes(&[7; 32]);
        Self::open(path, schemas, Vault::from_node_key(&key), false).expect("a fresh folder")
    }

    /// Seals the secrets, or permanently unseals them, while the node runs. Waits for the disk on this thread.
    pub fn set_sealed(&self, sealed: bool) -> Result<(), SecretsError> {
        let mut writer = self.0.writer.lock();
        let mut reader = self.0.reader.lock();
        // The file is closed while it changes its form.
        *reader = Connection::open_in_memory()?;
        *writer = Writer::File(Connection::open_in_memory()?);
        let settled = form::settle(&self.0.path, &self.0.vault, sealed);
        let is_sealed = form::is_sealed(&self.0.path)?;
        (*writer, *reader) = connections(&self.0.path, &self.0.vault, is_sealed)?;
        settled
    }

    /// Reads, at once.
    pub fn read<T>(&self, f: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Answer<T> {
        f(&self.0.reader.lock()).map_err(Problem::from)
    }

    /// Reads the row that a query returns, if there is one.
    pub fn row<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Answer<Option<T>> {
        self.read(|db| Reader::from(db).row(sql, params, read))
    }

    /// Reads all rows that a query returns.
    pub fn rows<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Answer<Vec<T>> {
        self.read(|db| Reader::from(db).rows(sql, params, read))
    }

    /// Whether a query returns any row.
    pub fn exists(&self, sql: &str, params: impl Params) -> Answer<bool> {
        self.read(|db| db.prepare_cached(sql)?.exists(params))
    }

    /// Executes one statement, on this thread. Returns the number of rows that it changed.
    pub fn execute(&self, sql: &str, params: impl Params) -> Answer<usize> {
        self.write_blocking(|db| db.execute(sql, params))
    }

    /// Writes in one transaction, on a thread that may wait for the disk.
    pub async fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T> + Send + 'static,
    ) -> Answer<T> {
        let this = self.clone();
        blocking::vital(move || this.write_blocking(f)).await?
    }

    /// Writes in one transaction, on this thread.
    pub fn write_blocking<T>(
        &self,
        f: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Answer<T> {
        let (mut f, mut value) = (Some(f), None);
        self.write_by(&mut |transaction| {
            value = f.take().map(|f| f(transaction)).transpose()?;
            Ok(())
        })?;
        value.ok_or_else(|| Problem::internal("a transaction of secrets did not run"))
    }

    fn write_by(&self, f: &mut Write<'_>) -> Answer<()> {
        match &mut *self.0.writer.lock() {
            Writer::File(connection) => in_transaction(connection, f),
            Writer::Sealed(sealed) => {
                let mut connection = self.0.reader.lock();
                in_transaction(&mut connection, f)?;
                let image = sealed::image_of(&connection)?;
                drop(connection);
                if let Err(error) = sealed.keep(image) {
                    // A change that is not on the disk did not happen.
                    *self.0.reader.lock() = sealed::in_memory(&sealed.image)?;
                    return Err(error.into());
                }
                Ok(())
            }
        }
    }

    /// Leaves no deleted byte in any file: empties the write-ahead log into the database, which overwrites deleted
    /// content, or rewrites the sealed file. Waits for the disk on this thread.
    pub fn purge(&self) -> Answer<()> {
        let busy: i64 = match &mut *self.0.writer.lock() {
            // A reader that is at it keeps the log busy for a moment; the connection's patience covers that.
            Writer::File(connection) => {
                connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?
            }
            Writer::Sealed(sealed) => {
                let image = sealed::image_of(&self.0.reader.lock())?;
                sealed.renew(image)?;
                0
            }
        };
        match busy {
            0 => Ok(()),
            _ => Err(Problem::unavailable(
                "What was deleted cannot be taken out of the files at this moment. Try again.",
            )),
        }
    }
}

impl From<SecretsError> for Problem {
    fn from(error: SecretsError) -> Self {
        match error {
            SecretsError::Sqlite(error) => error.into(),
            SecretsError::Io(error) => error.into(),
            other => Self::internal(other),
        }
    }
}

/// A write, behind a pointer, so that the code around it is in the program once.
type Write<'f> = dyn FnMut(&Transaction<'_>) -> rusqlite::Result<()> + 'f;

fn in_transaction(connection: &mut Connection, f: &mut Write<'_>) -> Answer<()> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    f(&transaction)?;
    Ok(transaction.commit()?)
}

/// Makes the tables that are missing, in one transaction: outside of one, each statement waits for the disk.
fn make_tables(connection: &Connection, schemas: &[&str]) -> Result<(), SecretsError> {
    let transaction = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
    let (id, version): (i32, i32) = (
        transaction.query_row("PRAGMA application_id", [], |row| row.get(0))?,
        transaction.query_row("PRAGMA user_version", [], |row| row.get(0))?,
    );
    match (id, version) {
        (0, 0) => {
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
        }
        (APPLICATION_ID, VERSION) => {}
        (_, found) => return Err(SecretsError::Version { found }),
    }
    for schema in schemas {
        transaction.execute_batch(schema)?;
    }
    Ok(transaction.commit()?)
}

/// The writing and the reading connection.
fn connections(
    path: &Path,
    vault: &Vault,
    sealed: bool,
) -> Result<(Writer, Connection), SecretsError> {
    if sealed {
        let at = form::sealed_path(path);
        let sealed = if at.exists() {
            Sealed::open(&at, vault)?
        } else {
            Sealed::write(&at, vault, sealed::empty()?)?
        };
        let reader = sealed::in_memory(&sealed.image)?;
        return Ok((Writer::Sealed(Box::new(sealed)), reader));
    }
    create_private(path)?;
    let writer = connect(path)?;
    let reader = connect(path)?;
    reader.pragma_update(None, "query_only", true)?;
    Ok((Writer::File(writer), reader))
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

fn create_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
    let file = std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    file.set_permissions(std::fs::Permissions::from_mode(0o600))
}

#[cfg(test)]
mod tests;
