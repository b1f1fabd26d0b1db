//! Why this node does not write to a log although the log itself would let it: it is being moved away, or a head that is
//! ahead of it is known, so that what is here is an old copy.
//!
//! Always: a hold survives a restart, as a file under `node/holds/`; it goes when it is lifted, or when the
//! log's owner has signed a home entry of a later epoch than the one that it was put on in.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use imajin_protocol::{Did, Head};
use serde::{Deserialize, Serialize};

use crate::disk::{Disk, create_dir};
use crate::rules::LogState;

/// Why a log is not written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Whose log.
    pub did: Did,
    /// Why, for people.
    pub reason: String,
    /// The head that is ahead of this log, as a JWS.
    pub newer: Option<String>,
    /// A home entry of a later epoch than this one ends the hold by itself; none where only [`Holds::lift`] does.
    #[serde(default)]
    pub epoch: Option<u64>,
}

impl Hold {
    /// Whether a home entry that stands in the log has ended it.
    pub(crate) fn is_over(&self, state: &LogState) -> bool {
        let now = state.home().map(|home| home.epoch);
        self.epoch.zip(now).is_some_and(|(held, now)| now > held)
    }

    /// Whether a home entry that gives up `abandons` may go on here: it must know the newest head that is known.
    pub(crate) fn lets_home(&self, abandons: Option<&str>) -> bool {
        let Some(known) = self.newer.as_deref().and_then(|jws| Head::parse(jws).ok()) else {
            return true;
        };
        let given_up = abandons.and_then(|jws| Head::parse(jws).ok());
        given_up.is_some_and(|head| !known.is_ahead_of(&head.payload))
    }
}

/// Puts a hold into a data folder that no ledger has open. It is durable once the caller has synced the disk.
pub fn hold_offline(data: &Path, hold: &Hold) -> io::Result<()> {
    let folder = folder_of(data);
    fs::create_dir_all(&folder)?;
    let bytes = serde_json::to_vec(hold).map_err(io::Error::other)?;
    fs::write(folder.join(hold.did.folder_name()), bytes)
}

/// Whether a hold stands in a data folder that no ledger has open.
pub fn is_held_offline(data: &Path, did: &Did) -> bool {
    folder_of(data).join(did.folder_name()).exists()
}

fn folder_of(data: &Path) -> PathBuf {
    data.join("node").join("holds")
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
        let folder = folder_of(data);
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

    pub(crate) fn all(&self) -> Vec<Hold> {
        let holds = self.holds.lock().unwrap_or_else(PoisonError::into_inner);
        holds.values().cloned().collect()
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
