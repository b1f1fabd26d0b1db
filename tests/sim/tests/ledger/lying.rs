//! The simulated disk as the ledger asks it.

use std::fs::File;
use std::path::Path;

use imajin_ledger::Disk;
use imajin_sim::disk;

/// The simulated disk, for what the ledger syncs past SQLite.
pub struct LyingDisk;

impl Disk for LyingDisk {
    fn sync_file(&self, path: &Path, file: &File) -> std::io::Result<()> {
        if !disk::powered() {
            // A note that was made after the power went is not there when it is back.
            if file.metadata()?.len() == 0 && !path.to_string_lossy().contains(".sqlite") {
                std::fs::remove_file(path)?;
            }
            return Err(std::io::Error::other("no power"));
        }
        disk::synced(path);
        Ok(())
    }

    // Names are durable at once here: real folders hold them.
    fn sync_dir(&self, _dir: &Path) -> std::io::Result<()> {
        if disk::powered() {
            Ok(())
        } else {
            Err(std::io::Error::other("no power"))
        }
    }
}
