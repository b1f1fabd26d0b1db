//! Why this node does not write to a log although the log itself would let it: it is being moved away, or a head that is
//! ahead of it is known, so that what is here is an old copy.
//!
//! Always: a hold survives a restart, as a file under `node/holds/`; it goes only when it is lifted.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use imajin_protocol::Did;
use serde::{Deserialize, Serialize};

use crate::disk::{Disk, create_dir};

/// Why a log is not written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Whose log.
    pub did: Did,
    /// Why, for people.
    pub reason: String,
    /// The head that is ahead of this log, as a JWS.
    pub newer: Option<String>,
}

/// All holds.
pub(crate) struct Holds {
    folder: PathBuf,
    disk: Arc<dyn Disk>,
    holds: Mutex<HashMap<Did, Hold>>,
}

impl Holds {
    /// Reads what is there.
    pub(crate) fn open(data: &Path, disk: Arc<dyn Disk>) -> io::Result<Self> {
        let folder = data.join("node").join("holds");
        let mut holds = HashMap::new();
        match fs::read_dir(&folder) {
            Ok(entries) => {
                for entry in entries {
                    let bytes = fs::read(entry?.path())?;
                    let hold: Hold = serde_json::from_slice(&bytes).map_err(io::Error::other)?;
                    holds.insert(hold.did.clone(), hold);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        Ok(Self {
            folder,
            disk,
            holds: Mutex::new(holds),
        })
    }

    pub(crate) fn get(&self, did: &Did) -> Option<Hold> {
        self.holds
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(did)
            .cloned()
    }

    /// Puts a hold on a log, durably.
    pub(crate) fn put(&self, hold: Hold) -> io::Result<()> {
        create_dir(&*self.disk, &self.folder)?;
        let path = self.folder.join(hold.did.folder_name());
        let partial = path.with_extension("partial");
        let mut file = fs::File::create(&partial)?;
        file.write_all(&serde_json::to_vec(&hold).map_err(io::Error::other)?)?;
        self.disk.sync_file(&partial, &file)?;
        fs::rename(&partial, &path)?;
        self.disk.sync_dir(&self.folder)?;
        self.holds
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(hold.did.clone(), hold);
        Ok(())
    }

    /// Lifts it.
    pub(crate) fn lift(&self, did: &Did) -> io::Result<()> {
        match fs::remove_file(self.folder.join(did.folder_name())) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        if self.folder.is_dir() {
            self.disk.sync_dir(&self.folder)?;
        }
        self.holds
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(did);
        Ok(())
    }
}
