//! Makes batches durable, shows other threads what they entered, and answers their callers.
//!
//! Always: one batch at a time, in order. No thread sees anything of a batch, and no caller gets an answer, before the
//! batch and all before it are durable. A failed fsync is never tried again: the ledger stops, and what was not answered
//! is unknown.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use imajin_log::clock::monotonic;
use parking_lot::{Condvar, Mutex};

use super::job::{Failure, Job};
use super::staged::BatchEntries;
use crate::flusher::Flusher;
use crate::journal::{self, Wal};
use crate::machine::{Receipt, SubmitError};
use crate::projection::Projection;
use crate::replay::Erasure;
use crate::shared::Shared;

/// A batch that is committed to the journal.
pub(super) struct CommittedBatch {
    pub(super) jobs: Vec<Job>,
    /// One for each job.
    pub(super) outcomes: Vec<Result<Receipt, Failure>>,
    pub(super) entered: Arc<BatchEntries>,
    pub(super) erasures: Vec<Erasure>,
    /// The projections that have committed it and do not show it yet.
    pub(super) ahead: Vec<Arc<Projection>>,
    pub(super) tables: [journal::Table; 2],
    pub(super) table: usize,
    pub(super) wal_written: u64,
}

/// Who makes batches durable while the writer decides the next one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SyncerKind {
    /// A thread that calls [`Syncer::run`].
    Thread,
    /// The thread that waits for the batch.
    Caller,
}

/// Takes one batch at a time to the disk.
pub(crate) struct Syncer {
    shared: Arc<Shared>,
    flusher: Arc<Flusher>,
    wal: Arc<Wal>,
    kind: SyncerKind,
    slot: Mutex<Slot>,
    changed: Condvar,
    /// Number of callers that wait for the batch.
    unanswered: AtomicUsize,
    /// How long the last fsync took, in µs.
    took: AtomicU64,
}

#[derive(Default)]
enum Slot {
    #[default]
    Empty,
    Waiting(Box<CommittedBatch>),
    InProgress,
    /// The thread has ended.
    Closed,
}

impl Syncer {
    pub(crate) fn new(
        shared: Arc<Shared>,
        flusher: Arc<Flusher>,
        wal: Arc<Wal>,
        kind: SyncerKind,
    ) -> Self {
        Self {
            shared,
            flusher,
            wal,
            kind,
            slot: Mutex::default(),
            changed: Condvar::new(),
            unanswered: AtomicUsize::new(0),
            took: AtomicU64::new(0),
        }
    }

    /// Runs until closed.
    pub(crate) fn run(&self) {
        let _end = ThreadEnd(self);
        while let Some(committed) = self.next() {
            self.finish(committed);
            *self.slot.lock() = Slot::Empty;
            self.changed.notify_all();
        }
    }

    /// Waits for a batch; `None` once closed.
    fn next(&self) -> Option<CommittedBatch> {
        let mut slot = self.slot.lock();
        loop {
            match &mut *slot {
                Slot::Waiting(_) => break,
                Slot::Closed => return None,
                Slot::Empty | Slot::InProgress => self.changed.wait(&mut slot),
            }
        }
        match std::mem::replace(&mut *slot, Slot::InProgress) {
            Slot::Waiting(committed) => Some(*committed),
            _ => None,
        }
    }

    /// Ends the thread.
    pub(super) fn close(&self) {
        self.wait();
        *self.slot.lock() = Slot::Closed;
        self.changed.notify_all();
    }

    /// Has a batch made durable; the one before it is. Its callers are answered after that.
    pub(super) fn begin(&self, committed: CommittedBatch) {
        self.unanswered.store(committed.jobs.len(), Ordering::Relaxed);
        let mut slot = self.slot.lock();
        if matches!(*slot, Slot::Closed) {
            drop(slot);
            self.shared.fail("the thread that makes batches durable has ended".to_owned());
            return;
        }
        *slot = Slot::Waiting(Box::new(committed));
        drop(slot);
        self.changed.notify_all();
    }

    /// Waits until no batch is being made durable.
    pub(crate) fn wait(&self) {
        let mut slot = self.slot.lock();
        if self.kind == SyncerKind::Caller {
            if let Slot::Waiting(committed) = std::mem::take(&mut *slot) {
                drop(slot);
                self.finish(*committed);
            }
            return;
        }
        while matches!(*slot, Slot::Waiting(_) | Slot::InProgress) {
            self.changed.wait(&mut slot);
        }
    }

    /// Returns whether no batch is being made durable.
    pub(crate) fn is_idle(&self) -> bool {
        matches!(*self.slot.lock(), Slot::Empty | Slot::Closed)
    }

    /// Returns the number of callers whose batch is being made durable.
    pub(super) fn unanswered(&self) -> usize {
        self.unanswered.load(Ordering::Relaxed)
    }

    /// Returns how long the disk took for the last batch.
    pub(super) fn last_took(&self) -> Duration {
        Duration::from_micros(self.took.load(Ordering::Relaxed))
    }

    fn finish(&self, committed: CommittedBatch) {
        match self.sync() {
            Ok(()) => self.publish(committed),
            Err(error) => {
                for projection in &committed.ahead {
                    projection.lose_newest();
                }
                answer_all(committed.jobs, &error);
            }
        }
        self.unanswered.store(0, Ordering::Relaxed);
    }

    /// Makes durable what the journal has committed. If that fails, the ledger stops.
    pub(super) fn sync(&self) -> Result<(), SubmitError> {
        let begun = monotonic();
        let synced = self.wal.sync();
        let took = monotonic().saturating_duration_since(begun).as_micros();
        self.took.store(u64::try_from(took).unwrap_or(u64::MAX), Ordering::Relaxed);
        synced.map_err(|error| {
            self.shared.fail(format!("the journal's fsync failed: {error}"));
            SubmitError::OutcomeUnknown
        })
    }

    /// Shows other threads a durable batch, and answers its callers.
    pub(super) fn publish(&self, committed: CommittedBatch) {
        let shared = &*self.shared;
        let counters = &shared.counters;
        let BatchEntries { rows, states } = Arc::unwrap_or_clone(committed.entered);
        counters.entries.fetch_add(rows.len() as u64, Ordering::Relaxed);
        counters.batches.fetch_add(1, Ordering::Relaxed);
        for projection in &committed.ahead {
            projection.settled();
        }
        // First the rows, then the states: a state that says an entry exists must not be ahead of the entry. The
        // flusher learns of the journal's rows last, so that it never takes a table for settled whose rows it cannot
        // see.
        let full = shared.pending_entries.push(rows, committed.table, monotonic());
        for state in states.into_values() {
            shared.states.put(state);
        }
        let erases = !committed.erasures.is_empty();
        for erasure in committed.erasures {
            shared.replays.want(erasure, None);
        }
        shared.publish_tables(&committed.tables, committed.table, committed.wal_written);
        answer(shared, committed.jobs, committed.outcomes);
        // After the answers: the flusher may take this thread's processor at once, and for long.
        self.flusher.committed(full);
        if erases {
            // The writer starts the replay.
            shared.queue.nudge();
        }
    }
}

/// Notes that the thread has ended, so that the writer does not wait for it. After a panic the outcome of its batch is
/// unknown.
struct ThreadEnd<'a>(&'a Syncer);

impl Drop for ThreadEnd<'_> {
    fn drop(&mut self) {
        let syncer = self.0;
        if std::thread::panicking() {
            syncer.shared.fail("the thread that makes batches durable panicked".to_owned());
        }
        *syncer.slot.lock() = Slot::Closed;
        syncer.changed.notify_all();
    }
}

/// Answers the callers of a batch.
pub(super) fn answer(shared: &Shared, jobs: Vec<Job>, outcomes: Vec<Result<Receipt, Failure>>) {
    let entered = outcomes.iter().filter(|outcome| outcome.is_ok()).count() as u64;
    let is_refused =
        |outcome: &&Result<Receipt, Failure>| !matches!(outcome, Ok(_) | Err(Failure::Search(_)));
    let refused = outcomes.iter().filter(is_refused).count() as u64;
    let counters = &shared.counters;
    counters.commands.fetch_add(entered, Ordering::Relaxed);
    counters.refused.fetch_add(refused, Ordering::Relaxed);
    for (job, mut outcome) in jobs.into_iter().zip(outcomes) {
        if let Err(Failure::Search(unsearched)) = &mut outcome {
            unsearched.job = Some((job.command, job.prepared));
        }
        // The caller may have gone.
        let _ = job.answer.send(outcome);
    }
}

pub(super) fn answer_all(jobs: Vec<Job>, error: &SubmitError) {
    for job in jobs {
        // The caller may have gone.
        let _ = job.answer.send(Err(Failure::Submit(error.clone())));
    }
}
