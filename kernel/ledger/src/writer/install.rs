//! Work that the writer does alone: making way for an imported log, and putting it in its place.
//!
//! Always: between two batches, so that no command sees half of it, and short, however long the log is: other threads
//! fill its tables and compute its rows (`crate::copies`, `crate::replay`). Before the log is there, every
//! projection durably notes that the owner's rows must be replayed, so that a start after a crash does it.

use std::path::PathBuf;
use std::sync::Arc;

use imajin_log::rules::Newest;
use imajin_protocol::Did;

use super::Writer;
use crate::copies::placement;
use crate::logfile::{LogError, LogFile};
use crate::projection::Writable;
use crate::quarantine::{self, TakenBack};
use crate::replay::arriving::Arriving;
use crate::replay::{self, Erasure};

/// A verified log to put in its place.
pub(crate) struct Install {
    pub(crate) did: Did,
    /// The folder that contains it.
    pub(crate) partial: PathBuf,
    /// The number of its last entry.
    pub(crate) last: u64,
    /// This node's newest entry of the log when this was planned; `None` if this node has no log.
    pub(crate) here: Option<Newest>,
    /// This node's log is damaged and in quarantine.
    pub(crate) damaged: bool,
    /// The reserved offsets.
    pub(crate) arriving: Arc<Arriving>,
}

/// Why a log was not installed. Nothing changed, except that offsets were used up.
#[derive(Debug)]
pub enum InstallError {
    /// This node's log grew meanwhile: plan again.
    Again,
    /// This node's log is in use: try again in a moment.
    Held,
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
    /// Does the waiting work. Work that arrives meanwhile is done after the next batch, so that a long work in pieces
    /// does not delay commands until its end.
    pub(super) fn run_exclusive(&mut self) {
        for work in self.exclusive.take() {
            work(self);
        }
    }

    /// Commits nothing, as durably as entries.
    pub(crate) fn probe(&mut self) -> Result<(), String> {
        self.journal.probe().map_err(|error| error.to_string())
    }

    /// Frees the memory of the projections' idle connections.
    pub(crate) fn release_memory(&self) {
        self.projections.values().for_each(Writable::release_memory);
    }

    /// Reserves offsets durably for this many entries of a log that is about to arrive, and notes in all projections
    /// that the rows of its owner must be replayed, up to the entry `last`. Returns the first offset.
    pub(crate) fn make_way(
        &mut self,
        did: &Did,
        entries: u64,
        last: u64,
    ) -> Result<(u64, Arriving), InstallError> {
        let shared = self.shared.clone();
        if let Some(reason) = shared.fatal.get() {
            return Err(InstallError::Failed(reason.clone()));
        }
        self.catch_up().map_err(|error| failed(&error))?;
        let first = self.next_offset;
        let arriving = shared.to_come.begin(first);
        self.next_offset += entries;
        self.journal.reserve(self.next_offset - 1, &[]).map_err(|error| failed(&error))?;
        for projection in self.projections.values_mut() {
            if let Err(error) = note_arrival(projection, did, last) {
                projection.roll_back();
                return Err(failed(&error));
            }
        }
        Ok((first, arriving))
    }

    /// Puts a log in its place. Its rows are computed by another thread, and until they are there nothing is written to
    /// it.
    pub(crate) fn install(&mut self, install: &Install) -> Result<TakenBack, InstallError> {
        let shared = self.shared.clone();
        if let Some(reason) = shared.fatal.get() {
            return Err(InstallError::Failed(reason.clone()));
        }
        self.catch_up().map_err(|error| failed(&error))?;
        if install.damaged {
            // The log's pending entries join its other rows in quarantine.
            self.flusher.move_log(&install.did)?;
        } else {
            let state = shared.state(&install.did).map_err(|error| failed(&error))?;
            let here = state.as_ref().and_then(|state| state.newest().copied());
            if here != install.here {
                return Err(InstallError::Again);
            }
        }
        if !shared.pending_entries.rows(&install.did, 1).is_empty() {
            return Err(InstallError::Again);
        }
        self.place(install)?;
        shared.set_right(&install.did);
        let taken = self.take_back(&install.did);
        let erasure = Erasure {
            did: install.did.clone(),
            seq: install.last,
            services: replay::all_services(&*shared.machine),
        };
        shared.replays.want(erasure, Some(install.arriving.clone()));
        taken
    }

    /// Returns the quarantined rows that continue this log.
    fn take_back(&mut self, did: &Did) -> Result<TakenBack, InstallError> {
        let (shared, flusher) = (&self.shared, &self.flusher);
        let taken =
            quarantine::take_back(shared, flusher, &mut self.journal, &mut self.next_offset, did);
        Ok(taken?)
    }

    fn place(&self, install: &Install) -> Result<(), InstallError> {
        let (shared, did) = (&self.shared, &install.did);
        let folder = shared.logs.folder(did);
        let put = |open: &mut Option<LogFile>| {
            shared.note_install(did);
            placement::put(&shared.media, &install.partial, &folder, open)
        };
        if install.damaged {
            return Ok(shared.logs.with_closed(did, |open| {
                quarantine::set_damaged_aside(shared, did)?;
                put(open)
            })?);
        }
        Ok(shared.logs.try_with(did, put).ok_or(InstallError::Held)??)
    }
}

fn failed(error: &dyn std::fmt::Display) -> InstallError {
    InstallError::Failed(error.to_string())
}

fn note_arrival(projection: &mut Writable, did: &Did, last: u64) -> rusqlite::Result<()> {
    projection.begin()?;
    projection.mark_replay(did.as_str(), last)?;
    // Makes the commit count the bytes that it wrote.
    projection.gave(projection.offset());
    projection.commit()
}
