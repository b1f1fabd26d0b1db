//! The only access to the disk besides SQLite: makes files and names durable.
//!
//! Always: every fsync that the ledger makes outside SQLite goes through [`Disk`], so that a test can simulate a disk
//! that fails or loses unsynced writes. A failed fsync is never retried: what it lost is unknown.

use std::fs::File;
use std::io;
use std::path::Path;

/// Makes writes durable.
pub trait Disk: Send + Sync + 'static {
    /// Makes the bytes of an open file durable; `path` is its name.
    ///
    /// # Errors
    /// The system's error. What was written before is then in an unknown state.
    fn sync_file(&self, path: &Path, file: &File) -> io::Result<()>;
    /// Makes the names in a folder durable.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
}

/// The real disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn sync_file(&self, _path: &Path, file: &File) -> io::Result<()> {
        file.sync_data()
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        imajin_log::synced::sync_dir(dir)
    }
}

/// Creates an empty file durably; its existence is the message.
pub(crate) fn create_note(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    let file = File::create(path)?;
    disk.sync_file(path, &file)?;
    path.parent().map_or(Ok(()), |parent| disk.sync_dir(parent))
}

/// Creates `dir` and every missing folder above it, and makes each name durable.
pub(crate) fn create_dir(disk: &dyn Disk, dir: &Path) -> io::Result<()> {
    if dir.is_dir() {
        return Ok(());
    }
    if let Some(parent) = dir.parent() {
        create_dir(disk, parent)?;
    }
    match std::fs::create_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => other?,
    }
    dir.parent().map_or(Ok(()), |parent| disk.sync_dir(parent))
}
