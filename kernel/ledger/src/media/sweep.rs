//! Removing what nothing names: files that a crash left half written, and files whose entries were erased.
//!
//! Always: only what the caller does not list goes, and nothing younger than the caller says, since an upload stands
//! on the disk before the entry that names it.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::time::SystemTime;

use imajin_dfos::cid::Cid;
use imajin_protocol::Did;

use super::{MediaError, MediaStore, PARTIAL_PREFIX, list_folder, sync_dir};

/// What a sweep removed.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Swept {
    /// Files that no entry names.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Uploads that never ended.
    pub partials: u64,
}

impl MediaStore {
    /// Removes the files of `did` that are not in `referenced` and were last written before `older_than`, and every
    /// upload that was left half done before then.
    pub fn remove_unreferenced(
        &self,
        did: &Did,
        referenced: &HashSet<Cid>,
        older_than: SystemTime,
    ) -> Result<Swept, MediaError> {
        let folder = self.folder(did);
        let mut swept = Swept::default();
        for (cid, bytes) in list_folder(&folder)? {
            if referenced.contains(&cid) {
                continue;
            }
            let path = self.path(did, &cid)?;
            if is_older(&fs::metadata(&path), older_than) && self.remove(did, &cid)? {
                swept.files += 1;
                swept.bytes += bytes;
            }
        }
        swept.partials = self.remove_partials(did, older_than)?;
        Ok(swept)
    }

    /// Removes uploads of `did` that never ended (call with the time of the start, before requests arrive).
    pub fn remove_partials(&self, did: &Did, older_than: SystemTime) -> Result<u64, MediaError> {
        let folder = self.folder(did);
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(error.into()),
        };
        let mut removed = 0;
        for entry in entries {
            let entry = entry?;
            let partial = entry
                .file_name()
                .to_str()
                .is_some_and(|name| name.starts_with(PARTIAL_PREFIX));
            if partial && is_older(&entry.metadata(), older_than) {
                fs::remove_file(entry.path())?;
                removed += 1;
            }
        }
        if removed > 0 {
            sync_dir(&folder)?;
        }
        Ok(removed)
    }
}

fn is_older(metadata: &io::Result<fs::Metadata>, than: SystemTime) -> bool {
    metadata
        .as_ref()
        .ok()
        .and_then(|m| m.modified().ok())
        .is_some_and(|modified| modified < than)
}
