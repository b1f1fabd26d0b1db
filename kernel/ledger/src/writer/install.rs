//! Work that needs the writer to itself: putting an imported log in place.
//!
//! Always: between two batches, so that no command sees half of it. Offsets are reserved durably before the log is
//! there, with a note how far each projection must be: a crash in between ends in a rebuild of those that are not.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use imajin_protocol::Did;

use super::Writer;
use crate::bundle::import::{fill_local, put_in_place};
use crate::feed;
use crate::logfile::LogError;
use crate::projection::Writable;
use crate::quarantine::{self, TakenBack};
use crate::rules::{LogState, Newest};

/// Something that the writer does between two batches.
pub(crate) type Exclusive = Box<dyn FnOnce(&mut Writer) + Send>;

/// What waits to be done between two batches.
#[derive(Default)]
pub(crate) struct ExclusiveQueue(Mutex<VecDeque<Exclusive>>);

impl ExclusiveQueue {
    pub(crate) fn push(&self, work: Exclusive) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push_back(work);
    }

    fn pop(&self) -> Option<Exclusive> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop_front()
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
    /// The log here is damaged, and set aside.
    pub(crate) damaged: bool,
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

    /// Commits nothing, as durably as entries.
    pub(crate) fn probe(&mut self) -> Result<(), String> {
        self.journal.probe().map_err(|error| error.to_string())
    }

    /// Puts a log in place and gives its entries to the projections.
    pub(crate) fn install(&mut self, install: &Install) -> Result<TakenBack, InstallError> {
        let shared = self.shared.clone();
        if let Some(reason) = shared.fatal.get() {
            return Err(InstallError::Failed(reason.clone()));
        }
        let failed = |error: &dyn std::fmt::Display| InstallError::Failed(error.to_string());
        self.catch_up().map_err(|error| failed(&error))?;
        if install.damaged {
            // What waits for it goes to its other rows in quarantine.
            self.mover.move_log(&install.did)?;
        } else {
            let state = shared.state(&install.did).map_err(|error| failed(&error))?;
            let here = state.as_ref().and_then(|state| state.newest().copied());
            if here != install.here {
                return Err(InstallError::Again);
            }
        }
        if !shared.waiting.rows(&install.did, 1).is_empty() {
            return Err(InstallError::Again);
        }
        self.reserve(install)?;
        shared.note_install(&install.did);
        let done = match self.place(install) {
            Ok(()) => {
                shared.set_right(&install.did);
                let taken = self.take_back(&install.did);
                self.give(&install.did).and(taken)
            }
            Err(error) => Err(error),
        };
        if shared.fatal.get().is_none() {
            // The projections are where they should be again: with what they were given, or as before.
            let left: Vec<(&str, u64)> = self
                .projections
                .values()
                .map(|p| (p.shared.spec.name, p.shared.relevant()))
                .collect();
            self.journal
                .reserve(self.next_offset - 1, &left)
                .map_err(|error| failed(&error))?;
        }
        done
    }

    /// Reserves offsets for the new entries, durably, and writes them into the copy. Until the projections have been
    /// given them, none counts as good: a crash in between makes them anew.
    fn reserve(&mut self, install: &Install) -> Result<(), InstallError> {
        let first = self.next_offset;
        let kept = self.kept_offsets(install)?;
        let offset = |seq: u64| match usize::try_from(seq).ok().and_then(|seq| kept.get(seq)) {
            Some(offset) => *offset,
            None => first + (seq - install.kept.min(seq)),
        };
        fill_local(&install.partial, &install.state, &offset)
            .map_err(|error| InstallError::Failed(error.to_string()))?;
        let next = first + install.state.next_seq().saturating_sub(install.kept);
        let left: Vec<(&str, u64)> = self
            .projections
            .values()
            .map(|p| (p.shared.spec.name, next - 1))
            .collect();
        self.journal
            .reserve(next - 1, &left)
            .map_err(|error| InstallError::Failed(error.to_string()))?;
        self.next_offset = next;
        Ok(())
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

    /// The rows that were set aside and that this log lets come back.
    fn take_back(&mut self, did: &Did) -> Result<TakenBack, InstallError> {
        let (shared, mover) = (&self.shared, &self.mover);
        let taken =
            quarantine::take_back(shared, mover, &mut self.journal, &mut self.next_offset, did);
        Ok(taken?)
    }

    fn place(&self, install: &Install) -> Result<(), InstallError> {
        let folder = self.shared.logs.folder(&install.did);
        if install.damaged {
            return Ok(self.shared.logs.with_closed(&install.did, |open| {
                quarantine::set_damaged_aside(&self.shared, &install.did)?;
                put_in_place(&self.shared.media, &install.partial, &folder, open)
            })?);
        }
        Ok(self.shared.logs.with(&install.did, |open| {
            put_in_place(&self.shared.media, &install.partial, &folder, open)
        })?)
    }

    /// The rows of this owner, made anew from the log that is there now.
    fn give(&mut self, did: &Did) -> Result<(), InstallError> {
        let given = feed::give_owner_again(&self.shared, self.projections.values_mut(), did);
        if let Err(broken) = given {
            // The log is in its place and the projections lack it: only a restart, which rebuilds them, mends that.
            self.projections.values_mut().for_each(Writable::roll_back);
            let reason = format!(
                "the projections could not take the log of {did} in ({broken:?}): restart the node"
            );
            self.shared.fail(reason.clone());
            return Err(InstallError::Failed(reason));
        }
        for projection in self.projections.values_mut() {
            let committed = projection
                .commit()
                .and_then(|()| projection.shared.checkpoint("TRUNCATE"));
            if let Err(error) = committed {
                let reason = format!(
                    "a projection could not take the log of {did} in ({error}): restart the node"
                );
                self.shared.fail(reason.clone());
                return Err(InstallError::Failed(reason));
            }
        }
        Ok(())
    }
}
