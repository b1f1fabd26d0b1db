//! Where an export takes a log from: a running ledger, or the folder of a node that stands still.

use std::path::{Path, PathBuf};

use imajin_protocol::Did;
use rusqlite::{Connection, OpenFlags};

use super::ExportError;
use crate::bundle::snapshot;
use crate::ledger::{Ledger, NodeKey};

/// Where a log and its files are.
pub struct Source<'s> {
    pub(super) folder: PathBuf,
    pub(super) did: Did,
    log: Log<'s>,
    /// Makes the head of the newest entry where the log has none yet.
    pub(super) node: Option<NodeKey>,
}

enum Log<'s> {
    Live(&'s Ledger),
    Standing,
}

impl<'s> Source<'s> {
    /// A person's log in a running ledger.
    pub fn live(ledger: &'s Ledger, did: &Did) -> Self {
        let folder = ledger.media().user_folder(did);
        Self {
            folder,
            did: did.clone(),
            log: Log::Live(ledger),
            node: Some(ledger.node_key().clone()),
        }
    }

    /// A person's log in the data folder of a node that was stopped gracefully: its journal is empty then.
    pub fn standing(data: &Path, did: &Did, node: Option<NodeKey>) -> Source<'static> {
        let folder = data.join("users").join(did.folder_name());
        Source {
            folder,
            did: did.clone(),
            log: Log::Standing,
            node,
        }
    }

    /// Copies the log as it is now.
    pub(super) fn snapshot(&self, into: &Path) -> Result<(), ExportError> {
        match &self.log {
            Log::Live(ledger) => ledger.snapshot_log(&self.did, into),
            Log::Standing => {
                let path = self.folder.join("log.sqlite");
                if !path.is_file() {
                    return Err(ExportError::NoLog(self.did.clone()));
                }
                let store = |error: rusqlite::Error| ExportError::Store(error.to_string());
                // Read-write, so that a WAL that was left is read to its end; nothing is written into the log.
                let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                let db = Connection::open_with_flags(path, flags).map_err(store)?;
                snapshot::snapshot(&db, into).map_err(ExportError::snapshot(into))
            }
        }
    }
}
