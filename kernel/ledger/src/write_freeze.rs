//! Why this node does not write to a log that it could write to: the log is moving away, or a newer head is known, so
//! that this node has an old copy.
//!
//! Always: a freeze survives a restart, as a file under `node/holds/`. It ends when it is lifted, or when the log's
//! owner has signed a home entry of a later epoch.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_log::rules::LogState;
use imajin_protocol::{Did, Head};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use crate::disk::Disk;
use crate::durable;

/// A freeze on a log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WriteFreeze {
    /// The log's owner.
    pub did: Did,
    /// The reason, for people.
    pub reason: String,
    /// The head that is ahead of this log, as a JWS.
    pub newer: Option<String>,
    /// A home entry of a later epoch than this one ends the freeze; if `None`, only [`WriteFreezes::lift`] does.
    #[serde(default)]
    pub epoch: Option<u64>,
    /// Whether the data folder as a whole is known to be an old copy: then every log at home on this node has such a
    /// freeze.
    #[serde(default)]
    pub whole: bool,
}

impl WriteFreeze {
    /// Returns whether a home entry in the log has ended it.
    pub(crate) fn is_over(&self, state: &LogState) -> bool {
        let now = state.home().map(|home| home.epoch);
        self.epoch.zip(now).is_some_and(|(frozen, now)| now > frozen)
    }

    /// Returns whether a home entry that gives up `abandons` may continue here: it must know the newest known head.
    pub(crate) fn lets_home(&self, abandons: Option<&str>) -> bool {
        let Some(known) = self.newer.as_deref().and_then(|jws| Head::parse(jws).ok()) else {
            return true;
        };
        let given_up = abandons.and_then(|jws| Head::parse(jws).ok());
        given_up.is_some_and(|head| !known.is_ahead_of(&head.payload))
    }
}

/// Adds a freeze to a data folder that no ledger has open. The freeze is durable once the caller has synced the disk.
pub fn freeze_offline(data: &Path, freeze: &WriteFreeze) -> io::Result<()> {
    let path = folder_of(data).join(freeze.did.folder_name());
    durable::replace_unsynced(&path, &serde_json::to_vec(freeze)?)
}

/// Returns whether a data folder that no ledger has open has a freeze on this log.
pub fn is_frozen_offline(data: &Path, did: &Did) -> bool {
    folder_of(data).join(did.folder_name()).exists()
}

/// Returns whether the path is that of a file that is being written. A DID may end like one.
fn is_partial(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == durable::PARTIAL)
}

fn is_named(path: &Path, freeze: &WriteFreeze) -> bool {
    path.file_name().is_some_and(|name| name == freeze.did.folder_name().as_str())
}

fn folder_of(data: &Path) -> PathBuf {
    data.join("node").join("holds")
}

pub(crate) struct WriteFreezes {
    folder: PathBuf,
    disk: Arc<dyn Disk>,
    freezes: Mutex<HashMap<Did, WriteFreeze>>,
}

impl WriteFreezes {
    pub(crate) fn open(data: &Path, disk: Arc<dyn Disk>) -> io::Result<Self> {
        let folder = folder_of(data);
        let mut freezes = HashMap::new();
        for entry in durable::if_there(fs::read_dir(&folder))?.into_iter().flatten() {
            let path = entry?.path();
            let note = serde_json::from_slice::<WriteFreeze>(&fs::read(&path)?);
            // A crash left the note before any caller learned that the log is frozen.
            if is_partial(&path) && !note.as_ref().is_ok_and(|one| is_named(&path, one)) {
                continue;
            }
            let freeze = note?;
            freezes.insert(freeze.did.clone(), freeze);
        }
        Ok(Self { folder, disk, freezes: Mutex::new(freezes) })
    }

    pub(crate) fn get(&self, did: &Did) -> Option<WriteFreeze> {
        self.freezes.lock().get(did).cloned()
    }

    pub(crate) fn all(&self) -> Vec<WriteFreeze> {
        self.freezes.lock().values().cloned().collect()
    }

    /// Freezes a log, durably.
    pub(crate) fn put(&self, freeze: WriteFreeze) -> io::Result<()> {
        let path = self.folder.join(freeze.did.folder_name());
        durable::replace_on(&*self.disk, &path, &serde_json::to_vec(&freeze)?)?;
        self.freezes.lock().insert(freeze.did.clone(), freeze);
        Ok(())
    }

    /// Ends a freeze.
    pub(crate) fn lift(&self, did: &Did) -> io::Result<()> {
        durable::remove_if_there(&self.folder.join(did.folder_name()))?;
        if self.folder.is_dir() {
            self.disk.sync_dir(&self.folder)?;
        }
        self.freezes.lock().remove(did);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::RealDisk;

    #[test]
    fn a_file_that_a_crash_left_half_written_freezes_nothing_and_stops_no_start() {
        let data = tempfile::tempdir().unwrap();
        let open = || WriteFreezes::open(data.path(), Arc::new(RealDisk)).unwrap();
        let did = Did::from_key(&[1; 32]);
        let freeze = WriteFreeze {
            did: did.clone(),
            reason: "it moves away".to_owned(),
            newer: None,
            epoch: None,
            whole: false,
        };
        open().put(freeze.clone()).unwrap();
        let half = folder_of(data.path()).join(Did::from_key(&[2; 32]).folder_name());
        fs::write(half.with_extension(durable::PARTIAL), "{\"did\":").unwrap();
        let whole = half.with_extension(format!("x.{}", durable::PARTIAL));
        fs::write(whole, serde_json::to_vec(&freeze).unwrap()).unwrap();
        assert_eq!(open().all(), [freeze]);
        open().lift(&did).unwrap();
        assert!(open().all().is_empty());
    }
}
