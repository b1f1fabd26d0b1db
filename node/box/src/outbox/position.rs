//! Positions of the relays in the outbox: one small file in the node's folder.
//!
//! Always: written whole. If it is lost or damaged, the outbox only sends everything once more.

use imajin_auth::outbox::OutboxPosition;
use imajin_ledger::durable;
use imajin_protocol::Did;
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

const FILE_NAME: &str = "outbox.json";

/// The last entry that a relay was given, as it is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Reached {
    #[serde(flatten, with = "PositionForm")]
    pub(super) place: OutboxPosition,
    /// The newest operation that it has, by which one that lost its store is known.
    pub(super) cid: Option<String>,
}

/// The members of an [`OutboxPosition`] in the file.
#[derive(Serialize, Deserialize)]
#[serde(remote = "OutboxPosition")]
struct PositionForm {
    offset: u64,
    did: Did,
    seq: u64,
}

/// All relays' positions.
pub(super) struct Positions {
    path: PathBuf,
    rows: Mutex<BTreeMap<String, Reached>>,
}

impl Positions {
    pub(super) fn open(data: &Path) -> Self {
        let path = data.join(crate::folder::NODE_FOLDER).join(FILE_NAME);
        Self { rows: Mutex::new(durable::read_json(&path).unwrap_or_default()), path }
    }

    pub(super) fn get(&self, relay: &str) -> Option<Reached> {
        self.rows.lock().get(relay).cloned()
    }

    pub(super) fn put(&self, relay: &str, reached: &Reached) -> io::Result<()> {
        let mut rows = self.rows.lock();
        rows.insert(relay.to_owned(), reached.clone());
        let bytes = serde_json::to_vec(&*rows)?;
        // Not synced: after a power cut the outbox sends something twice, which costs less than a sync of the card each time.
        durable::replace_unsynced(&self.path, &bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_found_again_and_a_damaged_file_is_a_beginning() {
        let data = tempfile::tempdir().unwrap();
        std::fs::create_dir(data.path().join(crate::folder::NODE_FOLDER)).unwrap();
        let reached = Reached {
            place: OutboxPosition { offset: 7, did: Did::from_key(&[1; 32]), seq: 3 },
            cid: Some("bafy".to_owned()),
        };
        let positions = Positions::open(data.path());
        assert_eq!(positions.get("relay"), None);
        positions.put("relay", &reached).unwrap();
        assert_eq!(Positions::open(data.path()).get("relay"), Some(reached.clone()));
        assert_eq!(Positions::open(data.path()).get("other"), None);
        std::fs::write(&positions.path, "{").unwrap();
        assert_eq!(Positions::open(data.path()).get("relay"), None);
    }
}
