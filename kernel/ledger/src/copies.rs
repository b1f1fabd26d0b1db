//! The ledger's side of copies of a record: what an export, an import and a repair need of it, beyond reading and
//! submitting.
//!
//! Always: only the writer puts a log in its place, between two batches. A caller that has verified a copy hands it over
//! with [`Ledger::install`].

mod install;
mod join;
mod local;
pub(crate) mod placement;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_dfos::{Cid, Timestamp};
use imajin_log::Sealed;
use imajin_log::format::names;
use imajin_log::ops::OpTable;
use imajin_log::rules::{Chain, LogState, Newest};
use imajin_protocol::Did;

use crate::errors::Result;
use crate::ledger::Ledger;
use crate::write_freeze::WriteFreeze;
use crate::{quarantine, sweep};

pub use crate::writer::install::InstallError;
pub use install::{NewLog, Replaces};
pub(crate) use join::join;
pub use join::{JoinError, LogStamp};
pub use local::find_table_fault;

impl Ledger {
    /// Returns the data folder.
    pub fn data(&self) -> &Path {
        &self.shared().data
    }

    /// Returns the operations of the mounted services.
    pub fn ops(&self) -> &Arc<OpTable> {
        &self.shared().ops
    }

    /// Returns the time by the ledger's clock.
    pub fn now(&self) -> Timestamp {
        self.shared().clock.now()
    }

    /// Returns the state after the last entry of a log; `None` if this node has no such log.
    pub fn state(&self, did: &Did) -> Result<Option<Arc<LogState>>> {
        self.shared().state(did)
    }

    /// Returns one entry of a log, from its file or the journal.
    pub fn entry(&self, did: &Did, seq: u64) -> Result<Option<Sealed>> {
        self.shared().entry(did, seq)
    }

    /// Returns the identity chain of the owner of a log on this node.
    pub fn chain(&self, did: &Did) -> Option<Arc<Chain>> {
        self.shared().chain_here(did)
    }

    /// Returns the path of a log's file, whether it exists or not.
    pub fn log_path(&self, did: &Did) -> PathBuf {
        self.shared().logs.folder(did).join(names::LOG)
    }

    /// Returns why this node does not write to a log, even if a home entry has ended the freeze.
    pub fn freeze_of(&self, did: &Did) -> Option<WriteFreeze> {
        self.shared().write_freezes.get(did)
    }

    /// Quarantines a log that was found to be damaged.
    pub fn set_aside(&self, did: &Did, reason: &str) {
        self.shared().set_aside(did, reason);
    }

    /// Returns the number of the last quarantined entry that would continue a log which ends with `newest`.
    ///
    /// # Errors
    /// The quarantine is unreadable; the text says why.
    pub fn last_set_aside(&self, did: &Did, newest: &Newest) -> Result<Option<u64>, String> {
        let rows = quarantine::following(self.shared(), did, newest);
        Ok(rows.map_err(|error| error.to_string())?.last().map(|last| last.entry.header.seq))
    }

    /// Returns the files that a log's own entries name; an entry whose body was erased names none.
    pub fn files_of_log(&self, did: &Did) -> Result<HashSet<Cid>> {
        let mut named = HashSet::new();
        sweep::own(self.shared(), did, &mut named)?;
        Ok(named)
    }
}
