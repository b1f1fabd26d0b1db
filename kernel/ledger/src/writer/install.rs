//! Work that needs the writer to itself: putting an imported log in place.
//!
//! Always: between two batches, so that no command sees half of it. Offsets are reserved durably before the log is
//! there, with a note that every projection must be that far: a crash at any moment ends in a rebuild of what lacks it.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use imajin_protocol::Did;

use super::Writer;
use crate::bundle::import::{fill_local, put_in_place};
use crate::feed;
use crate::logfile::LogError;
use crate::rules::{LogState, Newest};

/// Something that the writer does between two batches.
pub(crate) type Exclusive = Box<dyn FnOnce(&mut Writer) + Send>;

/// What waits to be done between two batches.
#[derive(Default)]
pub(crate) struct ExclusiveQueue(Mutex<VecDeque<Exclusive>>);

impl ExclusiveQueue {
    pub(crate) fn push(&self, work: Exclusive) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(work);
    }

    fn pop(&self) -> Option<Exclusive> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

/// A verified log that is to take its place.
pub(crate) struct Install {
    pub(crate) did: Did,
    /// The folder that holds it.
    pub(crate) partial: PathBuf,
    /// The state after its last entry.
    pub(crate) state: LogState,
    /// What the log here ended with when this was planned; none where there is no log.
    pub(crate) here: Option<Newest>,
    /// How many entries keep the offsets that they have here: the common beginning, unless the log parts.
    pub(crate) kept: u64,
}

/// Why a log did not take its place. Nothing changed but offsets that nobody has.
#[derive(Debug)]
pub(crate) enum InstallError {
    /// The log here went on meanwhile: plan again.
    Again,
    /// The disk is full.
    Full,
    /// The store failed.
    Failed(String),
}

impl From<LogError> for InstallError {
    fn from(error: LogError) -> Self {
        match error {
            LogError::Full => Self::Full,
            LogError::Damaged(reason) | LogError::Failed(reason) => Self::Failed(reason),
        }
    }
}

impl Writer {
    /// Does what waits to be done alone.
    pub(super) fn run_exclusive(&mut self) {
        while let Some(work) = self.shared.exclusive.pop() {
            work(self);
        }
    }

    /// Puts a log in place and gives its entries to the projections.
    pub(crate) fn install(&mut self, install: Install) -> Result<(), InstallError> {
        let shared = self.shared.clone();
        if let Some(reason) = shared.fatal.get() {
            return Err(InstallError::Failed(reason.clone()));
        }
        self.catch_up().map_err(|error| InstallError::Failed(error.to_string()))?;
        let state = shared.state(&install.did).map_err(|error| InstallError::Failed(error.to_string()))?;
        let here = state.as_ref().and_then(|state| state.newest().copied());
        if here != install.here || !shared.waiting.rows(&install.did, 1).is_empty() {
            return Err(InstallError::Again);
        }
        let last = self.offsets(&install)?;
        let placed = self.place(&install);
        if placed.is_ok() {
            shared.states.remove(&install.did);
        }
        let given = placed.and_then(|()| self.give(&install.did));
        if let Err(error) = &given {
            tracing::error!(did = %install.did, ?error, "an imported log could not be put in place");
        }
        self.settle(last);
        given
    }

    /// Reserves offsets for the new entries, durably, and writes them into the copy. Gives the last one.
    fn offsets(&mut self, install: &Install) -> Result<u64, InstallError> {
        let failed = |error: rusqlite::Error| InstallError::Failed(error.to_string());
        let entries = install.state.next_seq();
        let first = self.next_offset;
        let last = first + entries.saturating_sub(install.kept);
        let kept = self.kept_offsets(install)?;
        let offset = |seq: u64| match usize::try_from(seq).ok().and_then(|seq| kept.get(seq)) {
            Some(offset) => *offset,
            None => first + (seq - install.kept.min(seq)),
        };
        fill_local(&install.partial, &install.state, &offset).map_err(|error| InstallError::Failed(error.to_string()))?;
        let names: Vec<(&str, u64)> = self.projections.values().map(|p| (p.shared.spec.name, last)).collect();
        self.journal.reserve(last, &names).map_err(failed)?;
        self.next_offset = last + 1;
        Ok(last)
    }

    fn kept_offsets(&self, install: &Install) -> Result<Vec<u64>, InstallError> {
        let mut kept = Vec::new();
        while (kept.len() as u64) < install.kept {
            let after = (kept.len() as u64).checked_sub(1);
            let entries = self.shared.entries(&install.did, after, 1_024);
            let entries = entries.map_err(|error| InstallError::Failed(error.to_string()))?;
            if entries.is_empty() {
                return Err(InstallError::Again);
            }
            kept.extend(entries.iter().map(|(offset, _)| *offset));
        }
        kept.truncate(usize::try_from(install.kept).unwrap_or(usize::MAX));
        Ok(kept)
    }

    fn place(&self, install: &Install) -> Result<(), InstallError> {
        let folder = self.shared.logs.folder(&install.did);
        Ok(self.shared.logs.with(&install.did, |open| put_in_place(&install.partial, &folder, open))?)
    }

    /// The rows of this owner, made anew from the log that is there now.
    fn give(&mut self, did: &Did) -> Result<(), InstallError> {
        let given = feed::give_owner_again(&self.shared, self.projections.values_mut(), did, &[]);
        given.map_err(|broken| {
            // The log is in its place and the projections lack it: only a restart, which rebuilds them, mends that.
            self.projections.values_mut().for_each(crate::projection::Writable::roll_back);
            let reason = format!("the projections could not take the log of {did} in ({broken:?}): restart the node");
            self.shared.fail(reason.clone());
            InstallError::Failed(reason)
        })
    }

    /// Every projection is as far as the reserved offsets now, durably.
    fn settle(&mut self, last: u64) {
        if self.shared.fatal.get().is_some() {
            return;
        }
        for projection in self.projections.values_mut() {
            let settled = projection.begin().and_then(|()| {
                projection.gave(last);
                projection.commit()
            });
            let settled = settled.and_then(|()| projection.shared.checkpoint("TRUNCATE"));
            if let Err(error) = settled {
                tracing::warn!(service = projection.shared.spec.name, %error, "a projection could not be checkpointed");
            }
        }
        self.publish_tables();
    }
}
