//! The files that are in no backup, because their disk was not plugged in.

use super::Result;
use super::manifest::FileRow;
use imajin_ledger::Ledger;
use imajin_log::format::names;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// The files that are in no backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Absent {
    /// The disk's name as shown to people.
    pub disk: String,
    /// Files that records name and that this backup does not have.
    pub files: u64,
}

impl fmt::Display for Absent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "files that are in no backup, because the disk {} is not plugged in: {}",
            self.disk, self.files
        )
    }
}

impl Absent {
    /// Counts the files that records name and that a backup lacks; `None` if it has all of them.
    pub(super) fn find(
        ledger: &Ledger,
        disk: String,
        rows: &BTreeMap<String, FileRow>,
    ) -> Result<Option<Self>> {
        let mut files = 0;
        for did in ledger.dids()? {
            let folder = did.folder_name();
            // The files that a damaged record names are unknown.
            for cid in ledger.named_files(&did)?.unwrap_or_default() {
                let name = format!("users/{folder}/{}", names::media(&cid));
                files += u64::from(!rows.contains_key(&name));
            }
        }
        Ok((files > 0).then_some(Self { disk, files }))
    }
}
