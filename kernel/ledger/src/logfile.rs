//! One person's log: `users/<did>/log.sqlite` (docs/format.md §10).
//!
//! Always: a log is written in moves, each one transaction and one fsync of its WAL, and a move is durable when
//! [`LogFile::append`] returns. SQLite itself runs with `synchronous=OFF` here and every fsync is ours, in SQLite's own
//! order: the WAL before it counts, the database before the WAL is cut. What SQLite would sync beyond that is the
//! header of a WAL that is used again, without which frames of before could come back. It does so for a long WAL, which
//! keeps its room in the file system and in memory from round to round; any other is cut to nothing at a checkpoint,
//! which saves a log with few writes half of its fsyncs. It must not know why entries are right.

mod append;
mod create;
mod load;
mod read;
pub(crate) mod schema;
mod wal;

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_protocol::Did;
use rusqlite::Connection;

use crate::disk::Disk;
use crate::sql::{self, Trouble};

pub(crate) use append::{Across, Context, NewHead, Row, erased_bodies};
pub(crate) use create::create;
pub(crate) use load::{load_state, recall};
pub(crate) use read::{LogEvidence, kid_state};

/// The file's name in a person's folder.
pub(crate) const LOG_NAME: &str = "log.sqlite";
/// The name of a file that is being made.
const PARTIAL_NAME: &str = "log.sqlite.partial";
/// Page cache of one open log, in kB: many are open at once, but only one that is long and busy needs it all, since its
/// index of CIDs is written to everywhere.
const CACHE_KB: i64 = 256;
/// How far it may grow within a move, of which there is one at a time: pages written before their time, for want of room,
/// are read and written again.
const CACHE_MOVE_KB: i64 = 2_048;

/// Why a log cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LogError {
    /// The disk is full; nothing happened.
    #[error("the disk is full")]
    Full,
    /// The file is damaged, or is not the log that it should be.
    #[error("{0}")]
    Damaged(String),
    /// The disk failed, or something that cannot be.
    #[error("{0}")]
    Failed(String),
}

impl From<rusqlite::Error> for LogError {
    fn from(error: rusqlite::Error) -> Self {
        match sql::trouble(&error) {
            Trouble::Full => Self::Full,
            Trouble::Damaged(text) => Self::Damaged(text),
            Trouble::Failed(text) => Self::Failed(text),
        }
    }
}

impl From<std::io::Error> for LogError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::Failed(error.to_string()),
        }
    }
}

/// How many times the bytes that any log's WAL may have a long log's may.
const WAL_GROWTH_MAX: u64 = 4;

/// An open log. Used by one thread at a time.
pub(crate) struct LogFile {
    did: Did,
    path: PathBuf,
    /// Dropped before `db_file`: closing a file drops all locks that this process has on it.
    db: Connection,
    db_file: File,
    wal_file: File,
    disk: Arc<dyn Disk>,
    /// Commits in the WAL since it was cut; none where that is not known.
    wal_commits: Option<u64>,
    /// Bytes of the WAL that were written since it began at its start.
    wal_used: u64,
    /// Everything in the WAL is in the database, durably: the next commit begins at its start.
    is_carried: bool,
    /// An fsync of it failed: what that lost nobody knows, and no further one would say.
    lost: bool,
    /// How many operations of each identity chain the table `chains` has.
    chains: HashMap<Did, usize>,
}

impl LogFile {
    /// Opens the log in a person's folder; none where there is none.
    pub(crate) fn open(
        disk: &Arc<dyn Disk>,
        folder: &Path,
        did: &Did,
    ) -> Result<Option<Self>, LogError> {
        let path = folder.join(LOG_NAME);
        if !path.exists() {
            return Ok(None);
        }
        let db_file = File::open(&path)?;
        let wal_path = sql::wal_path(&path);
        let wal_is_new = !wal_path.exists();
        let wal_file = File::options().create(true).append(true).open(&wal_path)?;
        if wal_is_new {
            // Its name must be there after a power cut, or what is synced into it is not.
            disk.sync_dir(folder)?;
        }
        let wal_commits = wal::count_commits(&wal_path)?;
        let wal_used = wal_file.metadata()?.len();
        let db = sql::open(&path, false)?;
        configure(&db)?;
        schema::check(&db)?;
        let chains = read::chain_lengths(&db)?;
        let disk = disk.clone();
        Ok(Some(Self {
            did: did.clone(),
            path,
            db,
            db_file,
            wal_file,
            disk,
            wal_commits,
            wal_used,
            is_carried: false,
            lost: false,
            chains,
        }))
    }

    /// The database's file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The connection, for reading.
    pub(crate) fn db(&self) -> &Connection {
        &self.db
    }

    /// Whether the WAL is to be carried over: past `bytes_max`, or past the log's own length up to
    /// [`WAL_GROWTH_MAX`] times that. Ids are random, so a commit to a long log changes pages all over its indexes, and
    /// the fewer checkpoints there are, the more often one page is written once for several commits.
    pub(crate) fn wal_is_long(&self, bytes_max: u64) -> bool {
        let wal = self.wal_used;
        let length = || self.db_file.metadata().map_or(0, |meta| meta.len());
        wal > bytes_max && wal > length().min(bytes_max.saturating_mul(WAL_GROWTH_MAX))
    }

    /// Whether there is something in the WAL, if only what the database has by now.
    pub(crate) fn has_wal(&self) -> bool {
        self.wal_commits != Some(0)
    }

    /// Notes that there is one more commit in the WAL.
    fn note_commit(&mut self) -> rusqlite::Result<()> {
        self.wal_used = sql::wal_bytes(schema::PAGE_BYTES);
        if std::mem::take(&mut self.is_carried) {
            // What is left of earlier rounds stays in the file until it is cut.
            self.wal_commits = None;
            self.db.pragma_update(None, "synchronous", "OFF")?;
        }
        self.wal_commits = self.wal_commits.map(|commits| commits + 1);
        Ok(())
    }

    /// Makes what was committed durable.
    fn sync_wal(&mut self) -> Result<(), LogError> {
        let synced = self
            .disk
            .sync_file(&sql::wal_path(&self.path), &self.wal_file);
        self.note_sync(synced)
    }

    /// An fsync that failed is never tried again: the next one would succeed without the pages that it lost.
    fn note_sync(&mut self, synced: std::io::Result<()>) -> Result<(), LogError> {
        self.lost |= synced.is_err();
        synced.map_err(|error| LogError::Failed(error.to_string()))
    }

    /// Refuses to go on with files of which nobody knows what the disk has.
    fn refuse_lost(&self) -> Result<(), LogError> {
        match self.lost {
            true => Err(LogError::Failed("an earlier fsync of it failed".to_owned())),
            false => Ok(()),
        }
    }

    /// Carries the WAL over into the database, durably. The next commit begins at its start.
    pub(crate) fn carry_over(&mut self) -> Result<(), LogError> {
        self.refuse_lost()?;
        // The WAL is durable, since every commit was synced.
        if !sql::checkpoint(&self.db, "PASSIVE")?.complete {
            return Err(LogError::Failed(
                "a checkpoint of the log was incomplete".to_owned(),
            ));
        }
        let synced = self.disk.sync_file(&self.path, &self.db_file);
        self.note_sync(synced)?;
        self.is_carried = true;
        Ok(())
    }

    /// Carries the WAL over into the database and cuts it to nothing.
    pub(crate) fn checkpoint(&mut self) -> Result<(), LogError> {
        self.refuse_lost()?;
        if self.wal_file.metadata()?.len() == 0 {
            return Ok(());
        }
        if !self.is_carried {
            self.carry_over()?;
        }
        sql::checkpoint(&self.db, "TRUNCATE")?;
        // Old frames behind new ones could bring back an older commit, if there were several. With one there is
        // nothing older, so that the next commit's fsync is enough.
        if self.wal_commits != Some(1) {
            self.sync_wal()?;
        }
        self.wal_commits = Some(0);
        self.wal_used = 0;
        self.is_carried = false;
        Ok(())
    }
}

fn configure(db: &Connection) -> rusqlite::Result<()> {
    // One process has the data folder, and one connection each log: no shared memory file is needed.
    db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    db.pragma_update(None, "synchronous", "OFF")?;
    db.pragma_update(None, "cache_size", -CACHE_KB)?;
    db.pragma_update(None, "cache_spill", -CACHE_MOVE_KB)?;
    db.pragma_update(None, "secure_delete", "ON")?;
    db.pragma_update(None, "cell_size_check", "ON")?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.pragma_update(None, "wal_autocheckpoint", 0)?;
    sql::count_wal(db);
    sql::use_wal(db)?;
    db.set_prepared_statement_cache_capacity(24);
    Ok(())
}
