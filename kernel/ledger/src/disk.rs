//! The one door to the disk beside SQLite: what makes files and names durable.
//!
//! Always: every fsync that the ledger makes past SQLite goes through [`Disk`], so that a test can stand in for a disk
//! that fails or loses what was not synced. An fsync that failed is never tried again: nobody knows what it lost.

use std::fs::File;
use std::io;
use std::path::Path;

/// What makes things durable.
pub trait Disk: Send + Sync + 'static {
    /// Makes the bytes of an open file durable; `path` is its name.
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
        crate::media::sync_dir(dir)
    }
}

/// Makes an empty file, durably: what it says is that it is there.
pub(crate) fn create_note(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    let file = File::create(path)?;
    disk.sync_file(path, &file)?;
    path.parent().map_or(Ok(()), |parent| disk.sync_dir(parent))
}

/// Makes `dir` and every missing folder above it, and each of their names durable.
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
