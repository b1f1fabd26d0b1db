//! Moves of people from this node to another, stored as one small file each, so that a restart loses no freeze and no
//! new address.
//!
//! Always: a move ends in one of two ways: the new home's head (moved permanently), or its signed statement that it did
//! not accept. In between the record is frozen, whatever happens to this node.

use imajin_ledger::durable;
use parking_lot::{Mutex, RwLock};
use std::collections::{HashMap, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_app::{Node, Problem};
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};

/// A move, under way or done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Move {
    pub(super) did: Did,
    /// The new home's address.
    pub(super) url: String,
    /// The new home.
    pub(super) node: Did,
    /// The epoch of the new home.
    pub(super) epoch: u64,
    /// The proof that the new home was given. Another one may not be sent before this one is answered.
    pub(super) proof: String,
    /// The new home's head, once it accepted.
    pub(super) head: Option<String>,
}

/// All moves from this node. Cheap to clone.
#[derive(Clone)]
pub struct Moves(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    table: RwLock<HashMap<Did, Move>>,
    /// The people whom a request is moving at this moment.
    busy: Mutex<HashSet<Did>>,
}

impl Moves {
    /// Reads the moves that the folder has.
    pub fn open(data: &Path) -> Self {
        let folder = data.join("node").join("moves");
        let mut table = HashMap::new();
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            match fs::read(&path).map_err(|error| error.to_string()).and_then(|bytes| {
                serde_json::from_slice::<Move>(&bytes).map_err(|error| error.to_string())
            }) {
                Ok(moved) => drop(table.insert(moved.did.clone(), moved)),
                Err(error) => {
                    tracing::error!("{}: {error}: who moved there is not sent on", path.display())
                }
            }
        }
        Self(Arc::new(Inner { folder, table: RwLock::new(table), busy: Mutex::default() }))
    }

    /// Forgets who came back while this node did not run: a log that is at home here again is sent nowhere.
    pub(super) fn forget_returned(&self, node: &Node) {
        let moved: Vec<Move> = self.0.table.read().values().cloned().collect();
        for moved in moved {
            let is_back = node.status(&moved.did).ok().flatten().is_some_and(|status| {
                status.home.node == *node.did() && status.home.epoch > moved.epoch
            });
            if is_back && let Err(error) = self.forget(&moved.did) {
                tracing::warn!("that {} is back cannot be noted: {error}", moved.did);
            }
        }
    }

    fn path(&self, did: &Did) -> PathBuf {
        self.0.folder.join(format!("{}.json", did.folder_name()))
    }

    pub(super) fn get(&self, did: &Did) -> Option<Move> {
        self.0.table.read().get(did).cloned()
    }

    /// Returns the new address of a person whose move is complete.
    pub fn new_home(&self, did: &Did) -> Option<String> {
        self.get(did).filter(|moved| moved.head.is_some()).map(|moved| moved.url)
    }

    /// Whether the table is empty, so that no request has to be inspected.
    pub fn is_empty(&self) -> bool {
        self.0.table.read().is_empty()
    }

    /// Notes a move, durably.
    pub(super) fn put(&self, moved: Move) -> io::Result<()> {
        durable::replace(&self.path(&moved.did), &serde_json::to_vec_pretty(&moved)?)?;
        self.0.table.write().insert(moved.did.clone(), moved);
        Ok(())
    }

    /// Forgets a move: it came to nothing, or the person came back.
    pub(super) fn forget(&self, did: &Did) -> io::Result<()> {
        durable::remove_if_there(&self.path(did))?;
        self.0.table.write().remove(did);
        Ok(())
    }

    /// Locks a person's move for one request. Refuses the request while another one moves the person.
    pub(super) fn begin(&self, did: &Did) -> Result<Moving, Problem> {
        let mut busy = self.0.busy.lock();
        if busy.insert(did.clone()) {
            Ok(Moving { moves: self.clone(), did: did.clone() })
        } else {
            Err(Problem::conflict("Another request is moving this record at the moment.")
                .slug("busy"))
        }
    }
}

/// The lock of a person's move. Released on drop.
pub(super) struct Moving {
    moves: Moves,
    did: Did,
}

impl Drop for Moving {
    fn drop(&mut self) {
        self.moves.0.busy.lock().remove(&self.did);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restart_forgets_no_move() {
        let data = tempfile::tempdir().unwrap();
        let did = Did::from_key(&[1; 32]);
        let moves = Moves::open(data.path());
        let begun = Move {
            did: did.clone(),
            url: "https://there.example".into(),
            node: Did::from_key(&[2; 32]),
            epoch: 2,
            proof: "a.b.c".into(),
            head: None,
        };
        moves.put(begun.clone()).unwrap();
        let again = Moves::open(data.path());
        assert_eq!((again.get(&did), again.new_home(&did)), (Some(begun.clone()), None));
        again.put(Move { head: Some("d.e.f".into()), ..begun }).unwrap();
        let home = Moves::open(data.path()).new_home(&did);
        assert_eq!(home.as_deref(), Some("https://there.example"));
        let held = again.begin(&did).unwrap();
        assert_eq!(again.begin(&did).err().map(|problem| problem.status().as_u16()), Some(409));
        drop(held);
        assert!(again.begin(&did).is_ok());
        again.forget(&did).unwrap();
        assert!(Moves::open(data.path()).is_empty());
    }
}
