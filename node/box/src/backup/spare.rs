//! The room that a backup leaves on the disk of the data: the reserve is for logs, sessions and deletion
//! ([`imajin_host::room`]), and a backup that filled it would stop what it is to save.
//!
//! Always: what stays on the data's own disk ends before the reserve. What only passes through it (a pack on its way to a
//! bucket, the copy of a small database) is bounded by its size.

use super::{BackupError, BackupPlace, Result};
use imajin_app::time::instant;
use imajin_host::room::{DiskConfig, For, Room};
use std::path::Path;
use std::time::Instant;

/// A copy that passes through the data's disk may take so much of the reserve.
const PASSING_BYTES_MAX: u64 = 16 << 20;

/// The data's disk, as a backup sees it.
pub(super) struct Spare {
    room: Room,
    begun: Instant,
    /// Whether what is put in the place stays on this disk.
    stays: bool,
    place: String,
}

impl Spare {
    pub(super) fn new(data: &Path, disk: &DiskConfig, place: &BackupPlace) -> Self {
        Self {
            room: Room::new(data, disk.clone()),
            begun: instant(),
            stays: place.shares_disk(data),
            place: place.label(),
        }
    }

    /// Refuses what would eat into the reserve, if it is to stay.
    pub(super) fn need(&self, bytes: u64) -> Result<()> {
        if self.stays { self.need_here(bytes) } else { Ok(()) }
    }

    /// Needs room for what passes through.
    pub(super) fn need_to_pass(&self, bytes: u64) -> Result<()> {
        if bytes > PASSING_BYTES_MAX { self.need_here(bytes) } else { Ok(()) }
    }

    fn need_here(&self, bytes: u64) -> Result<()> {
        let needed = self.room.need_now(self.begun.elapsed(), bytes, For::People);
        needed.map_err(|_| BackupError::Reserve { place: self.place.clone(), stays: self.stays })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_passes_through_is_bounded_and_what_stays_leaves_the_reserve() {
        let folder = tempfile::tempdir().unwrap();
        let disk = DiskConfig {
            reserve_percent: 0,
            reserve_min_bytes: 0,
            reserve_max_bytes: 0,
            ..DiskConfig::default()
        };
        let place = BackupPlace::Folder(folder.path().to_path_buf());
        let mut spare = Spare::new(folder.path(), &disk, &place);
        // More than any disk has.
        let large = u64::MAX / 4;
        assert!(spare.need(1).is_ok() && spare.need_to_pass(1).is_ok());
        assert!(spare.need(large).is_err() && spare.need_to_pass(large).is_err());
        spare.stays = false;
        assert!(spare.need(large).is_ok() && spare.need_to_pass(large).is_err());
    }
}
