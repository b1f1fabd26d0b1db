//! Work that needs the writer to itself: making way for an imported log, and putting it in its place.
//!
//! Always: between two batches, so that no command sees half of it, and short, however long the log is: its tables are
//! filled and its rows are made beside the writer (`crate::bundle::import`, `crate::replay`). Before the log is there,
//! every projection notes durably that the owner's rows are to be made again, so that a start after a crash does it.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use imajin_protocol::Did;

use super::Writer;
use crate::bundle::import::put_in_place;
use crate::logfile::{LogError, LogFile};
use crate::projection::Writable;
use crate::quarantine::{self, TakenBack};
use crate::replay::arriving::Arriving;
use crate::replay::{self, Erasure};
use crate::rules::Newest;

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

    /// Takes all that is there.
    pub(super) fn take(&self) -> VecDeque<Exclusive> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A verified log that is to take its place.
pub(crate) struct Install {
    pub(crate) did: Did,
    /// The folder that holds it.
    pub(crate) partial: PathBuf,
    /// Its last entry.
    pub(crate) last: u64,
    /// What the log here ended with when this was planned; none where there is no log.
    pub(crate) here: Option<Newest>,
    /// The log here is damaged, and set aside.
    pub(crate) damaged: bool,
    /// Its offsets.
    pub(crate) arriving: Arc<Arriving>,
}

/// Why a log did not take its place. Nothing changed but offsets that nobody has.
#[derive(Debug)]
pub(crate) enum InstallError {
    /// The log here went on meanwhile: plan again.
    Again,
    /// Somebody uses the log here: try again in a moment.
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
    /// Does what waits to be done alone. What comes meanwhile is done after the next batch: whoever hands over a long
    /// work piece by piece keeps nobody waiting for all of it.
    pub(super) fn run_exclusive(&mut self) {
        for work in self.shared.exclusive.take() {
            work(self);
        }
    }

    /// Commits nothing, as durably as entries.
    pub(crate) fn probe(&mut self) -> Result<(), String> {
        self.journal.probe().map_err(|error| error.to_string())
    }

    /// Sets offsets aside, durably, for so many entries of a log that is about to come, and notes in all projections that
    /// the rows of its owner are to be made again, up to the entry `last`. Gives back the first offset.
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
        self.journal
            .reserve(self.next_offset - 1, &[])
            .map_err(|error| failed(&error))?;
        for projection in self.projections.values_mut() {
            if let Err(error) = note_arrival(projection, did, last) {
                projection.roll_back();
                return Err(failed(&error));
            }
        }
        Ok((first, arriving))
    }

    /// Puts a log in its place. Its rows are made beside the writer, and until they are there it is not written to.
    pub(crate) fn install(&mut self, install: &Install) -> Result<TakenBack, InstallError> {
        let shared = self.shared.clone();
        if let Some(reason) = shared.fatal.get() {
            return Err(InstallError::Failed(reason.clone()));
        }
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
        self.place(install)?;
        shared.set_right(&install.did);
        let taken = self.take_back(&install.did);
        let erasure = Erasure {
            did: install.did.clone(),
            seq: install.last,
            services: replay::all_services(&*shared.machine),
        };
        shared.replays.want_all(erasure, install.arriving.clone());
        taken
    }

    /// The rows that were set aside and that this log lets come back.
    fn take_back(&mut self, did: &Did) -> Result<TakenBack, InstallError> {
        let (shared, mover) = (&self.shared, &self.mover);
        let taken =
            quarantine::take_back(shared, mover, &mut self.journal, &mut self.next_offset, did);
        Ok(taken?)
    }

    fn place(&self, install: &Install) -> Result<(), InstallError> {
        let (shared, did) = (&self.shared, &install.did);
        let folder = shared.logs.folder(did);
        let put = |open: &mut Option<LogFile>| {
            shared.note_install(did);
            put_in_place(&shared.media, &install.partial, &folder, open)
        };
        if install.damaged {
            return Ok(shared.logs.with_closed(did, |open| {
                quarantine::set_damaged_aside(shared, did)?;
                put(open)
            })?);
        }
        match shared.logs.try_with(did, put) {
            Some(done) => Ok(done?),
            None => Err(InstallError::Held),
        }
    }
}

fn failed(error: &dyn std::fmt::Display) -> InstallError {
    InstallError::Failed(error.to_string())
}

fn note_arrival(projection: &mut Writable, did: &Did, last: u64) -> rusqlite::Result<()> {
    projection.begin()?;
    projection.mark_replay(did.as_str(), last)?;
    // So that the commit counts what it wrote.
    projection.gave(projection.offset());
    projection.commit()
}
