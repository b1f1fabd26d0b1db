//! Installs a verified copy: everything that takes time in proportion to the log's length happens here, off the
//! writer's thread.
//!
//! Always: the offsets are reserved and the projections' notes are durable before the log is in its place. If the
//! installation fails, the notes are removed and the copy is as it was.

use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use imajin_log::rules::{LogState, Newest};
use imajin_protocol::Did;

use super::{local, placement};
use crate::exclusive::wait_for;
use crate::ledger::Ledger;
use crate::logfile::LogFile;
use crate::media::Pin;
use crate::quarantine::TakenBack;
use crate::replay::{self, Erasure};
use crate::shared::Shared;
use crate::writer::Writer;
use crate::writer::install::{Install, InstallError};

/// Number of times, and the pause between them, that the installer tries to get a log that something else uses, for
/// example to copy it.
const HELD_TRIES: u32 = 600;
const HELD_WAIT: Duration = Duration::from_millis(50);

/// A verified copy of a log, in its own folder.
pub struct NewLog<'c> {
    /// The log's owner.
    pub did: &'c Did,
    /// The folder with the log and what belongs to it.
    pub folder: &'c Path,
    /// The state after the log's last entry.
    pub state: &'c LogState,
    /// This node's log that it replaces.
    pub replaces: Replaces,
}

/// The log that a copy replaces.
#[derive(Debug, Clone, Copy)]
pub enum Replaces {
    /// This node has no log of this DID.
    Nothing,
    /// This node's log is damaged and in quarantine.
    Damaged,
    /// This node's log is a beginning of the copy, and ends with this entry.
    Beginning(Newest),
    /// This node's log has another history, and ends with this entry.
    Other(Newest),
}

impl Ledger {
    /// Waits until the projections have everything that the log says. False if the node stops before; the next start
    /// finishes it.
    pub fn wait_for_rows(&self, did: &Did) -> bool {
        let settled = self.shared().replays.settled(did);
        settled.is_none_or(|settled| settled.blocking_recv().is_ok())
    }

    /// Puts a verified log in its place. Does all work that depends on the log's length; the writer only makes way and
    /// renames. Blocks. After a failure the copy is as it was.
    pub fn install(&self, new: &NewLog<'_>) -> Result<TakenBack, InstallError> {
        let shared = self.shared();
        let (here, kept): (Option<Newest>, u64) = match new.replaces {
            Replaces::Nothing | Replaces::Damaged => (None, 0),
            Replaces::Beginning(here) => (Some(here), here.seq + 1),
            Replaces::Other(here) => (Some(here), 0),
        };
        let did = new.did.clone();
        // An earlier erasure's notes must not be taken for this installation's note, nor the other way round.
        if !self.wait_for_rows(&did) {
            return Err(InstallError::Again);
        }
        let kept = kept_offsets(shared, &did, kept)?;
        let last = new.state.newest().map_or(0, |newest| newest.seq);
        let more = new.state.next_seq().saturating_sub(kept.len() as u64);
        let of = did.clone();
        let (first, arriving) = beside(self, move |writer| writer.make_way(&of, more, last))??;
        let install = Arc::new(Install {
            did: did.clone(),
            partial: new.folder.to_owned(),
            last,
            here,
            damaged: matches!(new.replaces, Replaces::Damaged),
            arriving: Arc::new(arriving),
        });
        // The files that came stay until the log that names them is there.
        let installed = prepare(shared, new, &kept, first).and_then(|_pins| put(self, &install));
        if matches!(installed, Err(InstallError::Again | InstallError::Held)) {
            // The next attempt plans again, from the copy as it was.
            local::clear(new.folder).map_err(|error| InstallError::Failed(error.to_string()))?;
        }
        if installed.is_err() && shared.quarantine_of(&did).is_none() {
            // Removes the projections' note.
            let services = replay::all_services(&*shared.machine);
            let seq = last;
            shared.replays.want(Erasure { did, seq, services }, None);
            shared.queue.nudge();
        }
        installed
    }
}

/// Has the writer put the log in its place, as soon as no one uses the log.
fn put(ledger: &Ledger, install: &Arc<Install>) -> Result<TakenBack, InstallError> {
    for _ in 0..HELD_TRIES {
        let install = install.clone();
        match beside(ledger, move |writer| writer.install(&install))? {
            Err(InstallError::Held) => std::thread::sleep(HELD_WAIT),
            other => return other,
        }
    }
    Err(InstallError::Held)
}

/// Returns the offsets of the entries that keep theirs: those that both histories share.
fn kept_offsets(shared: &Shared, did: &Did, kept: u64) -> Result<Vec<u64>, InstallError> {
    if kept == 0 {
        return Ok(Vec::new());
    }
    let offsets = shared.in_file(did, |log| log.offsets());
    let offsets = offsets.map_err(|error| InstallError::Failed(error.to_string()))?;
    // An entry that was written a moment ago still waits for the flusher.
    if offsets.len() as u64 >= kept {
        Ok((offsets.into_iter().map(|(_, offset)| offset))
            .take(usize::try_from(kept).unwrap_or(usize::MAX))
            .collect())
    } else {
        Err(InstallError::Again)
    }
}

/// Fills the copy's tables, moves the files next to the log, and makes the projections' notes durable.
fn prepare(
    shared: &Shared,
    new: &NewLog<'_>,
    kept: &[u64],
    first: u64,
) -> Result<Vec<Pin>, InstallError> {
    let failed = |error: &dyn std::fmt::Display| InstallError::Failed(error.to_string());
    let offset = |seq: u64| match usize::try_from(seq).ok().and_then(|seq| kept.get(seq)) {
        Some(offset) => *offset,
        None => first + (seq - (kept.len() as u64).min(seq)),
    };
    let partial = new.folder;
    local::fill(partial, new.state, &offset).map_err(|error| failed(&error))?;
    let pins = placement::bring(&shared.media, new.did, partial, &shared.logs.folder(new.did))?;
    for projection in &shared.projections {
        let synced = projection.sync();
        shared.stop_if_lost(projection);
        synced.map_err(|error| failed(&error))?;
    }
    if shared.quarantine_of(new.did).is_none() {
        // Flushes most of the journal's entries first, so that little is left to carry over.
        shared.in_file(new.did, LogFile::checkpoint).map_err(|error| failed(&error))?;
    }
    Ok(pins)
}

/// Has the writer do something between two batches, and waits for it.
fn beside<T: Send + 'static>(
    ledger: &Ledger,
    work: impl FnOnce(&mut Writer) -> T + Send + 'static,
) -> Result<T, InstallError> {
    let shared = ledger.shared();
    let (answer, answered) = mpsc::channel();
    ledger.do_beside(move |writer| {
        // The caller waits for this; without a caller the work is done anyway.
        let _ = answer.send(work(writer));
    });
    let done = wait_for(&answered, || shared.is_stopping());
    done.ok_or_else(|| InstallError::Failed("the node is shutting down".into()))
}
