//! Installs a verified copy: everything that takes time in proportion to the log's length happens here, off the
//! writer's thread.
//!
//! Always: the offsets are reserved and the projections' notes are durable before the log is in its place. If the
//! installation fails, the notes are removed and the copy is as it was.

use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

use imajin_protocol::Did;

use super::check::Checked;
use super::plan::Relation;
use super::{ImportError, local, place};
use crate::ledger::Ledger;
use crate::logfile::LogFile;
use crate::media::Pin;
use crate::quarantine::TakenBack;
use crate::replay::{self, Erasure};
use crate::rules::Newest;
use crate::shared::Shared;
use crate::writer::Writer;
use crate::writer::install::{Install, InstallError};

/// Number of times, and the pause between them, that the installer tries to get a log that something else uses, for
/// example to copy it.
const HELD_TRIES: u32 = 600;
const HELD_WAIT: Duration = Duration::from_millis(50);
/// Interval for checking whether the writer has ended without doing the work.
const LOOK: Duration = Duration::from_millis(200);

/// Waits until the projections have everything that the log says.
pub(super) fn rows_are_there(shared: &Shared, did: &Did) -> Result<(), ImportError> {
    let Some(settled) = shared.replays.settled(did) else {
        return Ok(());
    };
    settled.blocking_recv().map_err(|_| {
        let text = "the copy is in its place, and what this node shows of it is still being computed; the node finishes that on its own, even after a restart";
        ImportError::Store(text.to_owned())
    })
}

/// Does all work that depends on the log's length; the writer only makes way and renames.
pub(super) fn install(
    ledger: &Ledger,
    checked: &Checked,
    relation: &Relation,
) -> Result<TakenBack, InstallError> {
    let shared = ledger.shared();
    let (here, kept): (Option<Newest>, u64) = match relation {
        Relation::New | Relation::Damaged => (None, 0),
        Relation::Extends { here } => (Some(*here), here.seq + 1),
        Relation::Forks { here, .. } | Relation::Older { here, .. } => (Some(*here), 0),
    };
    let did = checked.did.clone();
    // An earlier erasure's notes must not be taken for this installation's note, nor the other way round.
    if let Some(settled) = shared.replays.settled(&did) {
        settled.blocking_recv().map_err(|_| InstallError::Again)?;
    }
    let kept = kept_offsets(shared, &did, kept)?;
    let last = checked.state.newest().map_or(0, |newest| newest.seq);
    let new = checked.state.next_seq().saturating_sub(kept.len() as u64);
    let of = did.clone();
    let (first, arriving) = beside(ledger, move |writer| writer.make_way(&of, new, last))??;
    let install = Arc::new(Install {
        did: did.clone(),
        partial: checked.folder.path.clone(),
        last,
        here,
        damaged: matches!(relation, Relation::Damaged),
        arriving: Arc::new(arriving),
    });
    // The files that came stay until the log that names them is there.
    let prepared = prepare(shared, checked, &kept, first);
    let installed = prepared.and_then(|_pins| put(ledger, &install));
    if matches!(installed, Err(InstallError::Again | InstallError::Held)) {
        // The next attempt plans again, from the copy as it was.
        let cleared = local::clear(&checked.folder.path);
        cleared.map_err(|error| InstallError::Failed(error.to_string()))?;
    }
    if installed.is_err() && shared.quarantine_of(&did).is_none() {
        // Removes the projections' note.
        let services = replay::all_services(&*shared.machine);
        let seq = last;
        shared.replays.want(Erasure { did, seq, services });
        shared.queue.nudge();
    }
    installed
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
    let offsets = shared.with_log(did, |log| {
        log.as_ref().map_or(Ok(Vec::new()), LogFile::offsets)
    });
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
    checked: &Checked,
    kept: &[u64],
    first: u64,
) -> Result<Vec<Pin>, InstallError> {
    let failed = |error: &dyn std::fmt::Display| InstallError::Failed(error.to_string());
    let offset = |seq: u64| match usize::try_from(seq).ok().and_then(|seq| kept.get(seq)) {
        Some(offset) => *offset,
        None => first + (seq - (kept.len() as u64).min(seq)),
    };
    let partial = &checked.folder.path;
    local::fill(partial, &checked.state, &offset).map_err(|error| failed(&error))?;
    let folder = shared.logs.folder(&checked.did);
    let pins = place::bring(&shared.media, &checked.did, partial, &folder)?;
    for projection in &shared.projections {
        let synced = projection.sync();
        shared.stop_if_lost(projection);
        synced.map_err(|error| failed(&error))?;
    }
    if shared.quarantine_of(&checked.did).is_none() {
        // Flushes most of the journal's entries first, so that little is left to carry over.
        let carried = shared.with_log(&checked.did, |log| match log {
            Some(log) => log.checkpoint(),
            None => Ok(()),
        });
        carried.map_err(|error| failed(&error))?;
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
    ledger.exclusive().push(Box::new(move |writer| {
        // The caller waits for this; without a caller the work is done anyway.
        let _ = answer.send(work(writer));
    }));
    shared.queue.nudge();
    loop {
        match answered.recv_timeout(LOOK) {
            Ok(done) => return Ok(done),
            Err(RecvTimeoutError::Timeout)
                if shared.fatal.get().is_none() && !shared.is_closing() => {}
            Err(_) => return Err(InstallError::Failed("the node is shutting down".into())),
        }
    }
}
