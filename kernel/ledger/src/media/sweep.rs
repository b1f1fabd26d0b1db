//! Removes unneeded files: those that no entry names a day after they arrived, and uploads that a crash left
//! incomplete.
//!
//! Always: a sweep removes only files that the caller names, and none younger than the caller says, because an upload
//! is on the disk before the entry that names it.

use std::fs;
use std::io;
use std::path::Path;

use imajin_dfos::Timestamp;
use imajin_dfos::cid::Cid;
use imajin_protocol::Did;

use super::arrivals::system_time;
use super::{MediaError, MediaStore, PARTIAL_PREFIX, is_unfinished, read_dir_or_none};
use crate::synced::{create_dir_synced, sync_dir};

impl MediaStore {
    /// The files of `did` that arrived before this time, sorted by path, with their sizes in bytes.
    pub(crate) fn older(&self, did: &Did, than: Timestamp) -> Result<Vec<(Cid, u64)>, MediaError> {
        let mut files = self.list(did)?;
        let mut error = None;
        files.retain(|(cid, _)| match self.is_older(did, cid, than) {
            Ok(is_older) => is_older,
            Err(other) => {
                error = Some(other);
                false
            }
        });
        error.map_or(Ok(files), Err)
    }

    pub(super) fn is_older(
        &self,
        did: &Did,
        cid: &Cid,
        than: Timestamp,
    ) -> Result<bool, MediaError> {
        match fs::metadata(self.path(did, cid)?) {
            Ok(metadata) => Ok(metadata.modified()? < system_time(than)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Moves a file that a log brings to its place, unless it is there. Its age starts as if it had just arrived,
    /// because the log that names it follows.
    pub(crate) fn bring(&self, from: &Path, to: &Path) -> io::Result<()> {
        let parent = to.parent().unwrap_or(Path::new("."));
        create_dir_synced(parent)?;
        {
            let _dates = self.arrivals.dates();
            if !to.exists() {
                fs::rename(from, to)?;
            }
            self.arrivals.date_path(to)?;
        }
        sync_dir(parent)
    }

    /// Removes what an earlier run of the program left incomplete and nobody can resume.
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
        for name in self.unfinished(did)? {
            if !goes(&name) {
                continue;
            }
            match fs::remove_file(self.folder(did).join(name)) {
                Ok(()) => removed += 1,
                // It was finished or abandoned in between.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error.into()),
            }
        }
        if removed > 0 {
            sync_dir(&self.folder(did))?;
        }
        Ok(removed)
    }

    /// The names of the incomplete files of `did`.
    pub(super) fn unfinished(&self, did: &Did) -> Result<Vec<String>, MediaError> {
        let Some(entries) = read_dir_or_none(&self.folder(did))? else {
            return Ok(Vec::new());
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry?.file_name();
            names.extend(
                name.to_str()
                    .filter(|name| is_unfinished(name))
                    .map(str::to_owned),
            );
        }
        Ok(names)
    }
}
