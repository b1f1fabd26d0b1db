//! Removes unneeded files: those that no entry names a day after they arrived, and uploads that a crash left
//! incomplete.
//!
//! Always: a sweep removes only files that the caller names, and none younger than the caller says, because an upload
//! is on the disk before the entry that names it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use imajin_dfos::Timestamp;
use imajin_dfos::cid::Cid;
use imajin_log::synced::{create_dir_synced, sync_dir};
use imajin_protocol::Did;

use super::arrivals::system_time;
use super::{MediaError, MediaStore, PARTIAL_PREFIX, is_unfinished};
use crate::durable::if_there;

impl MediaStore {
    /// Returns the files of `did` that arrived before this time, sorted by path, with their sizes in bytes.
    pub(crate) fn older(&self, did: &Did, than: Timestamp) -> Result<Vec<(Cid, u64)>, MediaError> {
        let mut files = self.list(did)?;
        let now = self.roots.now().whole()?;
        let mut error = None;
        files.retain(|(cid, _)| {
            let paths = now.paths(did, cid);
            match paths.and_then(|paths| Ok(is_older(&paths, than)?)) {
                Ok(is_older) => is_older,
                Err(other) => {
                    error = Some(other);
                    false
                }
            }
        });
        error.map_or(Ok(files), Err)
    }

    /// Moves a file that a log brings to its place, unless it is there. Its age starts as if it had just arrived,
    /// because the log that names it follows.
    pub(crate) fn bring(&self, from: &Path, to: &Path) -> io::Result<()> {
        let parent = to.parent().unwrap_or(Path::new("."));
        {
            let _dates = self.arrivals.dates.lock();
            create_dir_synced(parent)?;
            if !to.exists() {
                fs::rename(from, to)?;
            }
            self.arrivals.date_path(to)?;
        }
        sync_dir(parent)
    }

    /// Removes incomplete files of an earlier run that cannot be resumed.
    pub(crate) fn remove_abandoned(&self, did: &Did) -> Result<u64, MediaError> {
        self.remove_unfinished_if(did, |name| {
            name.starts_with(PARTIAL_PREFIX) && !self.arrivals.is_on_its_way(&name.into())
        })
    }

    /// Removes all incomplete files of `did`, including those that are being written. Every upload ends.
    pub fn remove_partials(&self, did: &Did) -> Result<u64, MediaError> {
        let mut removed = 0;
        for id in self.upload_ids(did)? {
            removed += u64::from(self.end_upload(did, &id)?);
        }
        Ok(removed + self.remove_unfinished_if(did, |_| true)?)
    }

    /// Removes the incomplete files of `did` whose names fit.
    pub(super) fn remove_unfinished_if(
        &self,
        did: &Did,
        goes: impl Fn(&str) -> bool,
    ) -> Result<u64, MediaError> {
        let mut removed = 0;
        for root in self.roots.now().roots {
            let folder = root.media_of(did);
            let before = removed;
            for name in unfinished_in(&folder)? {
                if !goes(&name) {
                    continue;
                }
                // An upload may have finished or abandoned the file in between.
                removed += u64::from(if_there(fs::remove_file(folder.join(name)))?.is_some());
            }
            if removed > before {
                sync_dir(&folder)?;
            }
        }
        Ok(removed)
    }

    /// Returns the names of the incomplete files of `did`, except those on a missing disk.
    pub(super) fn unfinished(&self, did: &Did) -> Result<Vec<String>, MediaError> {
        let mut names = Vec::new();
        for root in self.roots.now().roots {
            names.extend(unfinished_in(&root.media_of(did))?);
        }
        Ok(names)
    }
}

/// Returns whether a file is there and arrived before this time, wherever it is.
pub(super) fn is_older(paths: &[PathBuf], than: Timestamp) -> io::Result<bool> {
    let mut newest = None;
    for path in paths {
        if let Some(metadata) = if_there(fs::metadata(path))? {
            newest = newest.max(Some(metadata.modified()?));
        }
    }
    Ok(newest.is_some_and(|newest| newest < system_time(than)))
}

/// Returns the names of the incomplete files in a `media` folder.
pub(super) fn unfinished_in(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in if_there(fs::read_dir(folder))?.into_iter().flatten() {
        let name = entry?.file_name();
        let name = name.to_str().filter(|name| is_unfinished(name));
        names.extend(name.map(str::to_owned));
    }
    Ok(names)
}
