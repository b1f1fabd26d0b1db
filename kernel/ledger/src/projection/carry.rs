//! Makes a projection durable with checkpoints, and handles a failed one.
//!
//! Always: a failed fsync is never retried, because the next one would succeed without the pages that the first one
//! lost. A failed checkpoint is noted next to the file before anything else can checkpoint its WAL. From then on nothing
//! does, the ledger stops, and the next start rebuilds the projection from the logs.

use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use imajin_log::sql::{SqlErrorKind, classify, wal_path};
use rusqlite::{Connection, ffi};

use super::{Projection, Writable, path_of};
use crate::disk::{self, Disk};
use crate::durable::if_there;
use crate::machine::ProjectionSpec;
use crate::sql;

/// Bytes in the WAL at which the flusher checkpoints it, and the writer then restarts it. The WAL's file is reused; up
/// to 4 062 of its pages have their index in one page (SQLite's file format, §4.6).
pub(super) const WAL_BYTES_SOFT: u64 = 12 * 1024 * 1024;
/// Bytes of the WAL at which the writer truncates it, even if it has to wait for readers.
const WAL_BYTES_HARD: u64 = 32 * 1024 * 1024;

/// Returns the path of the note that a projection's file is unreliable.
fn note_of(path: &Path) -> PathBuf {
    path.with_extension("lost")
}

/// Returns whether a projection's file is unreliable.
pub(crate) fn is_distrusted(path: &Path) -> bool {
    note_of(path).exists()
}

/// Notes, durably, that a projection's file is unreliable.
pub(crate) fn distrust(disk: &dyn Disk, path: &Path) -> std::io::Result<()> {
    disk::create_note(disk, &note_of(path))
}

/// Removes the notes, durably, once the files in `runtime` have been replaced.
pub(crate) fn trust_again(
    disk: &dyn Disk,
    runtime: &Path,
    specs: &[ProjectionSpec],
) -> std::io::Result<()> {
    let mut removed = false;
    for spec in specs {
        let note = note_of(&path_of(runtime, spec));
        removed |= if_there(std::fs::remove_file(note))?.is_some();
    }
    if removed { disk.sync_dir(runtime) } else { Ok(()) }
}

impl Writable {
    /// Returns whether the WAL should be restarted: the flusher has checkpointed it, or it is too long.
    pub(crate) fn wal_is_long(&self) -> bool {
        let shared = &*self.shared;
        let is_too_long = shared.written() > WAL_BYTES_HARD;
        !shared.is_lost() && (is_too_long || shared.checkpointed.load(Ordering::SeqCst))
    }

    /// Restarts the WAL after the flusher's checkpoint. Under load that checkpoint never reaches the end, because there
    /// is always a newer commit. Here there is none: this checkpoints the rest, and the next commit starts at the
    /// beginning of the file. A reader delays this, until the WAL is far too long: then the writer waits for the
    /// reader.
    pub(crate) fn bound_wal(&self) -> rusqlite::Result<()> {
        let shared = &*self.shared;
        if !self.wal_is_long() {
            return Ok(());
        }
        let is_too_long = shared.written() > WAL_BYTES_HARD;
        // Held so that no checkpoint runs after a failed one. The writer waits for the flusher's checkpoint only if the
        // WAL is too long.
        let (mode, _keeper) = match (is_too_long, shared.keeper.try_lock()) {
            (false, Some(keeper)) => ("PASSIVE", keeper),
            (false, None) => return Ok(()),
            (true, Some(keeper)) => ("TRUNCATE", keeper),
            (true, None) => ("TRUNCATE", shared.keeper.lock()),
        };
        shared.checkpointed.store(false, Ordering::SeqCst);
        shared.carry(&self.db, mode)
    }
}

impl Projection {
    /// Returns whether the WAL has grown so much that the flusher should checkpoint it.
    pub(crate) fn is_long(&self) -> bool {
        self.written() > self.carried.load(Ordering::Relaxed) + WAL_BYTES_SOFT
    }

    /// Returns whether a checkpoint of it failed, so that the next start rebuilds it.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::SeqCst)
    }

    /// Makes the committed entries durable, off the writer's thread.
    pub(crate) fn sync(&self) -> std::io::Result<()> {
        let _keeper = self.keeper.lock();
        let wal = wal_path(&self.path);
        let Some(file) = if_there(std::fs::File::open(&wal))? else {
            // Everything was checkpointed, so it is durable.
            return Ok(());
        };
        self.disk.sync_file(&wal, &file).inspect_err(|error| self.lose(error))
    }

    /// Checkpoints the WAL, off the writer's thread. [`Projection::is_durable_upto`] tells how far the checkpoint got.
    pub(crate) fn checkpoint(&self, mode: &str) -> rusqlite::Result<()> {
        let keeper = self.keeper.lock();
        let written = self.written();
        self.carry(&keeper, mode)?;
        if written > WAL_BYTES_SOFT {
            self.carried.store(written, Ordering::Relaxed);
            self.checkpointed.store(true, Ordering::SeqCst);
        }
        Ok(())
    }

    /// Runs one checkpoint; the caller holds the keeper.
    fn carry(&self, db: &Connection, mode: &str) -> rusqlite::Result<()> {
        if self.is_lost() {
            let text = "an earlier checkpoint of it failed".to_owned();
            let error = ffi::Error::new(ffi::SQLITE_IOERR_FSYNC);
            return Err(rusqlite::Error::SqliteFailure(error, Some(text)));
        }
        let settled = *self.settled.lock();
        let waits = mode != "PASSIVE";
        let done = self.readers.with_ended(waits, || sql::checkpoint(db, mode));
        if let Err(error) = &done
            && is_for_good(error)
        {
            self.lose(error);
        }
        let done = done?;
        // A reader, or a commit that came meanwhile, keeps a checkpoint from the end of the WAL.
        if done.complete || done.moved_bytes(self.spec.page_bytes) >= settled.wal_bytes {
            self.durable.fetch_max(settled.offset, Ordering::SeqCst);
        }
        Ok(())
    }

    fn lose(&self, reason: &dyn std::fmt::Display) {
        let service = self.spec.name;
        tracing::error!(service, %reason, "a projection could not be made durable; the next start rebuilds it");
        if let Err(error) = distrust(&*self.disk, &self.path) {
            // The file stays as it is: nothing checkpoints it any more, before a power cut or after.
            tracing::error!(service, %error, "the note about the unreliable projection could not be written");
        }
        self.lost.store(true, Ordering::SeqCst);
    }
}

/// Returns whether a checkpoint failed with an unknown result. On a full disk it wrote nothing that counts.
fn is_for_good(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseBusy, DatabaseLocked};
    let is_busy = matches!(error.sqlite_error_code(), Some(DatabaseBusy | DatabaseLocked));
    !is_busy && classify(error) != SqlErrorKind::Full
}
