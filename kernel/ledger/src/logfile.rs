//! One person's log: `users/<did>/log.sqlite` (docs/format.md §10).
//!
//! Always: the flusher writes a log in moves, each one transaction with one fsync of its WAL, and a move is durable
//! when [`LogFile::append`] returns, even if an earlier run of the program made it and ended before its fsync. SQLite
//! itself runs with `synchronous=OFF`, and this module makes every fsync, in SQLite's own order: the WAL before it
//! counts, the database before the WAL is truncated. SQLite would also sync the header of a reused WAL, without which
//! older frames could reappear; this module has it do so for a long WAL, which keeps its space on the disk and in memory
//! from round to round. Any other WAL is truncated at each checkpoint, which saves a log with few writes half of its
//! fsyncs. This module does not know why entries are valid.

mod append;
mod create;
mod gaps;
mod load;
mod queries;
mod row;
pub(crate) mod schema;
mod wal;

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_log::sql::{SqlErrorKind, classify, wal_path};
use imajin_protocol::Did;
use rusqlite::Connection;

use crate::disk::Disk;
use crate::sql;

pub(crate) use append::{MARKED, erased_bodies, is_marked};
pub(crate) use create::create;
pub(crate) use load::{load_state, recall};
pub(crate) use queries::{LogEvidence, kid_state};
pub(crate) use row::{Across, Context, NewHead, Row};

/// The file's name in a person's folder.
pub(crate) const LOG_NAME: &str = "log.sqlite";
/// The name of a file that is being created.
const PARTIAL_NAME: &str = "log.sqlite.partial";
/// Page cache of one open log in kB. Many logs are open at once. Only the index of CIDs of a long and busy one is written to
/// at random places; pages without room here are still in the system's cache.
const CACHE_KB: i64 = 128;
/// The size in kB to which the cache may grow within a move, of which there is one at a time: pages written early for
/// lack of room would be read and written again.
const CACHE_MOVE_KB: i64 = 2_048;

/// Why a log is unusable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum LogError {
    /// The disk is full; nothing happened.
    #[error("the disk is full")]
    Full,
    #[error("{0}")]
    Damaged(String),
    /// The disk failed, or an impossible state.
    #[error("{0}")]
    Failed(String),
}

impl LogError {
    pub(crate) fn damaged(error: impl std::fmt::Display) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl From<rusqlite::Error> for LogError {
    fn from(error: rusqlite::Error) -> Self {
        match classify(&error) {
            SqlErrorKind::Full => Self::Full,
            SqlErrorKind::Damaged(text) => Self::Damaged(text),
            SqlErrorKind::Failed(text) => Self::Failed(text),
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

/// A long log's WAL may be this many times as long as any other's.
const WAL_GROWTH_MAX: u64 = 4;

/// An open log. Used by one thread at a time.
pub(crate) struct LogFile {
    did: Did,
    path: PathBuf,
    page_bytes: i32,
    /// Dropped before `db_file`: closing a file drops all locks that this process has on it.
    db: Connection,
    db_file: File,
    wal_file: File,
    disk: Arc<dyn Disk>,
    /// Commits in the WAL since it was truncated; `None` if unknown.
    wal_commits: Option<u64>,
    /// Bytes of the WAL written since writing last restarted at its beginning.
    wal_used: u64,
    /// The database durably has everything in the WAL: the next commit starts at the WAL's beginning.
    is_carried: bool,
    /// An fsync of this log failed: no one knows what that lost, and another fsync would not tell.
    lost: bool,
    /// The WAL has frames of an earlier run of the program, which may have ended before their fsync, or because it
    /// failed.
    is_left: bool,
    /// The number of operations of each identity chain in the table `chains`; `None` before the first move.
    chains: Option<HashMap<Did, usize>>,
}

impl LogFile {
    /// Opens the log in a person's folder; `None` if the folder has no log.
    pub(crate) fn open(
        disk: &Arc<dyn Disk>,
        folder: &Path,
        did: &Did,
    ) -> Result<Option<Self>, LogError> {
        let path = folder.join(LOG_NAME);
        let db_file = match File::open(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            opened => opened?,
        };
        let wal_path = wal_path(&path);
        let wal_is_new = !wal_path.exists();
        let wal_file = File::options().create(true).append(true).open(&wal_path)?;
        if wal_is_new {
            // The name must survive a power cut, or what is synced into the file is lost.
            disk.sync_dir(folder)?;
        }
        let wal_used = wal_file.metadata()?.len();
        let wal_commits = if wal_used > 0 { wal::count_commits(&wal_path)? } else { Some(0) };
        let header = schema::read_header(&db_file)?;
        let db = sql::open(&path, false)?;
        configure(&db)?;
        if !header.has_wal {
            sql::use_wal(&db)?;
        }
        let disk = disk.clone();
        Ok(Some(Self {
            did: did.clone(),
            path,
            page_bytes: header.page_bytes,
            db,
            db_file,
            wal_file,
            disk,
            wal_commits,
            wal_used,
            is_carried: false,
            lost: false,
            is_left: wal_used > 0,
            chains: None,
        }))
    }

    /// Returns the path of the database file.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the connection, for reading.
    pub(crate) fn db(&self) -> &Connection {
        &self.db
    }

    /// Returns whether the WAL needs a checkpoint: it is longer than `bytes_max`, or than the log's own length up to
    /// [`WAL_GROWTH_MAX`] times that. Ids are random, so a commit to a long log changes pages all over its indexes, and
    /// fewer checkpoints write such a page once for several commits.
    pub(crate) fn wal_is_long(&self, bytes_max: u64) -> bool {
        let wal = self.wal_used;
        let length = || self.db_file.metadata().map_or(0, |meta| meta.len());
        wal > bytes_max && wal > length().min(bytes_max.saturating_mul(WAL_GROWTH_MAX))
    }

    /// Returns whether the WAL has frames, even if the database has them too.
    pub(crate) fn has_wal(&self) -> bool {
        self.wal_commits != Some(0)
    }

    /// Returns whether everything in the WAL is durable.
    pub(crate) fn is_durable(&self) -> bool {
        !self.lost && !self.is_left
    }

    /// Notes that this run of the program made everything in the WAL durable before it closed the log.
    pub(crate) fn trust_wal(&mut self) {
        self.is_left = false;
    }

    fn note_commit(&mut self) -> rusqlite::Result<()> {
        self.wal_used = sql::wal_bytes(self.page_bytes);
        if std::mem::take(&mut self.is_carried) {
            // Frames of earlier rounds stay in the file until it is truncated.
            self.wal_commits = None;
            self.db.pragma_update(None, "synchronous", "OFF")?;
        }
        self.wal_commits = self.wal_commits.map(|commits| commits + 1);
        Ok(())
    }

    /// Makes the committed entries durable.
    fn sync_wal(&mut self) -> Result<(), LogError> {
        self.note_sync(self.disk.sync_file(&wal_path(&self.path), &self.wal_file))
    }

    /// Records the result of an fsync. A failed fsync is never retried: the next one would succeed without the pages
    /// that the first one lost.
    fn note_sync(&mut self, synced: std::io::Result<()>) -> Result<(), LogError> {
        self.lost |= synced.is_err();
        synced.map_err(|error| LogError::Failed(error.to_string()))
    }

    /// Refuses to continue with files whose state on the disk is unknown.
    fn refuse_lost(&self) -> Result<(), LogError> {
        if self.lost {
            Err(LogError::Failed("an earlier fsync of it failed".to_owned()))
        } else {
            Ok(())
        }
    }

    /// Checkpoints the WAL into the database, durably. The next commit starts at the WAL's beginning.
    pub(crate) fn carry_over(&mut self) -> Result<(), LogError> {
        self.refuse_lost()?;
        // The WAL is durable, because every commit was synced, or the caller has synced it.
        if !sql::checkpoint(&self.db, "PASSIVE")?.complete {
            return Err(LogError::Failed("a checkpoint of the log was incomplete".to_owned()));
        }
        self.note_sync(self.disk.sync_file(&self.path, &self.db_file))?;
        self.is_carried = true;
        Ok(())
    }

    /// Checkpoints the WAL into the database and truncates it.
    pub(crate) fn checkpoint(&mut self) -> Result<(), LogError> {
        self.refuse_lost()?;
        if self.wal_file.metadata()?.len() == 0 {
            return Ok(());
        }
        if self.is_left {
            // The database must not get what the WAL may lose.
            self.sync_wal()?;
        }
        if !self.is_carried {
            self.carry_over()?;
        }
        sql::checkpoint(&self.db, "TRUNCATE")?;
        // Several old frames behind new ones could restore an older commit. With a single commit there is nothing
        // older, so the next commit's fsync is enough.
        if self.wal_commits != Some(1) {
            self.sync_wal()?;
        }
        self.wal_commits = Some(0);
        self.wal_used = 0;
        self.is_carried = false;
        self.is_left = false;
        Ok(())
    }
}

fn configure(db: &Connection) -> rusqlite::Result<()> {
    // One process has the data folder, with one connection to each log, so no shared-memory file is needed.
    db.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
    db.pragma_update(None, "synchronous", "OFF")?;
    db.pragma_update(None, "cache_size", -CACHE_KB)?;
    db.pragma_update(None, "cache_spill", -CACHE_MOVE_KB)?;
    db.pragma_update(None, "secure_delete", "ON")?;
    db.pragma_update(None, "cell_size_check", "ON")?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.pragma_update(None, "wal_autocheckpoint", 0)?;
    sql::count_wal(db);
    db.set_prepared_statement_cache_capacity(24);
    Ok(())
}
