//! Older backups of a place: how much room they take, and removing them.
//!
//! Always: the newest stays, and the newest whole one; the catalogue names none that is gone.

use imajin_dfos::order;

use super::catalogue::{BackupFile, Catalogue, Entry};
use super::{BackupPlace, Result};
use std::path::Path;

impl Catalogue {
    /// Keeps so many of the newest backups, at least one. The last whole one stays until there is a newer whole one.
    /// Returns the packs that no backup names any more.
    pub(super) fn leave(&mut self, keep: usize) -> Vec<Entry> {
        let over = self.backups.len().saturating_sub(keep.max(1));
        let mut gone: Vec<Entry> = self.backups.drain(..over).collect();
        if self.backups.iter().all(|kept| !kept.is_whole())
            && let Some(whole) = gone.iter().rposition(Entry::is_whole)
        {
            self.backups.insert(0, gone.remove(whole));
        }
        gone
    }

    /// Returns the files of removed backups that no remaining backup needs.
    pub(super) fn unneeded(&self, gone: &[Entry]) -> Vec<BackupFile> {
        let gone = gone.iter().flat_map(Entry::files);
        let mut left = order::map(gone.map(|file| (&file.name, file)));
        for needed in self.backups.iter().flat_map(Entry::files) {
            left.remove(&needed.name);
        }
        left.into_values().cloned().collect()
    }
}

/// Bytes that [`remove_old`] would free.
pub fn old_bytes(place: &BackupPlace) -> Result<u64> {
    let Some(mut catalogue) = Catalogue::read(place)? else {
        return Ok(0);
    };
    let gone = catalogue.leave(1);
    Ok(catalogue.unneeded(&gone).iter().map(|file| file.bytes).sum())
}

/// Removes all but the newest, and the newest whole one, in a folder; what that freed.
pub fn remove_old(data: &Path, place: &BackupPlace) -> Result<u64> {
    let Some(mut catalogue) = Catalogue::read(place)? else {
        return Ok(0);
    };
    let gone = catalogue.leave(1);
    if gone.is_empty() {
        return Ok(0);
    }
    catalogue.write(place, data, &[])?;
    let mut freed = 0;
    for file in catalogue.unneeded(&gone) {
        place.remove(&file.name)?;
        freed += file.bytes;
    }
    Ok(freed)
}
