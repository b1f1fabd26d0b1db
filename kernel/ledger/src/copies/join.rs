//! Assembles a damaged log in another folder, from its own pieces and from copies.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use imajin_log::format::names;
use imajin_log::ops::Unpublished;
use imajin_log::repair::{RepairError, Whole, mend};
use imajin_log::sql::wal_path;
use imajin_protocol::Did;

use crate::ledger::Ledger;
use crate::scrub::written;
use crate::shared::Shared;

/// Maximum number of reads of a log that changes while it is read.
const TRIES: u32 = 5;
/// The file name of a log while it is being mended.
const MENDED: &str = "mended.sqlite";

/// Why a damaged log could not be assembled. It is unchanged.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum JoinError {
    /// The log changed at every attempt.
    #[error("busy")]
    Busy,
    #[error(transparent)]
    Operations(#[from] Unpublished),
    #[error(transparent)]
    Repair(#[from] RepairError),
    #[error("the node's store failed: {0}")]
    Store(String),
}

/// Times of the last writes to a log and its WAL, with their lengths: equal ones mean that nothing was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogStamp([Option<(u64, SystemTime)>; 2]);

impl LogStamp {
    fn read(log: &Path) -> Self {
        Self([written(log).ok(), written(&wal_path(log)).ok()])
    }
}

impl Ledger {
    /// Returns when a log's file was last written.
    pub fn log_stamp(&self, did: &Did) -> LogStamp {
        LogStamp::read(&self.log_path(did))
    }

    /// Writes the verified part of a damaged log, with what copies of it have, to `log.sqlite` in `folder`, where it
    /// replaces the copy's log. Returns when the damaged file was last written.
    pub fn join(
        &self,
        did: &Did,
        copies: &[&Path],
        folder: &Path,
    ) -> Result<(LogStamp, Whole), JoinError> {
        join(self.shared(), did, copies, folder)
    }
}

/// Does the work of [`Ledger::join`].
pub(crate) fn join(
    shared: &Shared,
    did: &Did,
    copies: &[&Path],
    folder: &Path,
) -> Result<(LogStamp, Whole), JoinError> {
    let here = shared.logs.folder(did).join(names::LOG);
    let into = folder.join(MENDED);
    let io = |path: &Path, error| RepairError::Io { path: path.to_owned(), error };
    let ops = Arc::new(shared.ops.with_published()?);
    for _ in 0..TRIES {
        // The log is in quarantine: closes it, so that nothing opens it again.
        let closed = shared.logs.with_closed(did, |_| Ok(()));
        closed.map_err(|error| JoinError::Store(error.to_string()))?;
        let before = LogStamp::read(&here);
        let whole = mend(did, &here, copies, &ops, &into)?;
        // The flusher may have been using it when it was quarantined.
        if LogStamp::read(&here) == before {
            if whole.known.is_some() {
                let log = folder.join(names::LOG);
                fs::rename(&into, &log).map_err(|error| io(&log, error))?;
            }
            return Ok((before, whole));
        }
        fs::remove_file(&into).map_err(|error| io(&into, error))?;
    }
    Err(JoinError::Busy)
}
