//! The room that a backup leaves on the disk of the data: the reserve is for logs, sessions and deletion
//! ([`imajin_service::room`]), and a backup that filled it would stop what it is to save.
//!
//! Always: what stays on the data's own disk ends before the reserve. What only passes through it (a pack on its way to a
//! bucket, the copy of a small database) is bounded by its size.

use super::{BackupError, Place};
use imajin_service::clock::instant;
use imajin_service::room::{DiskConfig, For, Room};
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
    pub(super) fn new(data: &Path, disk: &DiskConfig, place: &Place) -> Self {
        Self {
            room: Room::new(data, disk.clone()),
            begun: instant(),
            stays: place.shares_disk(data),
            place: place.name(),
        }
    }

    /// Refuses what would eat into the reserve, if it is to stay.
    pub(super) fn need(&self, bytes: u64) -> Result<(), BackupError> {
        match self.stays {
            true => self.need_here(bytes),
            false => Ok(()),
        }
    }

    /// The same for what passes through.
    pub(super) fn need_to_pass(&self, bytes: u64) -> Result<(), BackupError> {
        match bytes > PASSING_BYTES_MAX {
            true => self.need_here(bytes),
            false => Ok(()),
        }
    }

    fn need_here(&self, bytes: u64) -> Result<(), BackupError> {
        let needed = self.room.need_now(self.begun.elapsed(), bytes, For::People);
        needed.map_err(|_| BackupError::Reserve {
            place: self.place.clone(),
            stays: self.stays,
        })
    }
}
