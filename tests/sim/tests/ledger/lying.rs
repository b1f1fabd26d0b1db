//! The simulated disk behind the ledger's disk interface.

use std::fs::File;
use std::path::Path;

use imajin_ledger::Disk;
use imajin_sim::disk;

/// The simulated disk, for the ledger's own syncs outside SQLite.
pub struct LyingDisk;

impl Disk for LyingDisk {
    fn sync_file(&self, path: &Path, file: &File) -> std::io::Result<()> {
        if !disk::powered() {
            // A note that was created after the power cut does not exist after the restart.
            if file.metadata()?.len() == 0 && !path.to_string_lossy().contains(".sqlite") {
                std::fs::remove_file(path)?;
            }
        }
        disk::sync(path)
    }

    // Names are durable at once in this simulation: the folders are real.
    fn sync_dir(&self, _dir: &Path) -> std::io::Result<()> {
        if disk::powered() { Ok(()) } else { Err(std::io::Error::other("no power")) }
    }
}
