//! The one writer thread, which takes commands in batches, decides, seals and applies them, makes the batch durable
//! with one fsync, and answers.
//!
//! Always: no answer is sent before its entries are durable. A batch is in the journal before the projections commit
//! it, and other threads see the new states only after both. If the journal's commit fails, what is on the disk is
//! unknown: the ledger stops, and recovers at a restart. A failed fsync is never retried.

mod batch;
mod evidence;
pub(crate) mod install;
pub(crate) mod job;
mod rate;
mod seal;
mod search;
mod staged;
mod swap;
mod write_refusal;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use crate::exclusive::ExclusiveQueue;
use crate::feed::Broken;
use crate::flusher::Flusher;
use crate::journal::Journal;
use crate::machine::{Receipt, Refusal, RefusalKind, SubmitError};
use crate::projection::Writable;
use crate::queue::Wakeup;
use crate::replay;
use crate::shared::Shared;
use imajin_log::clock::monotonic;
use imajin_log::sql::{SqlErrorKind, classify};

use batch::Batch;
use job::{Failure, Job};
use rate::LogRates;
pub(crate) use seal::{refuse_body, salted};

/// Maximum number of jobs that the writer sleeps for while it makes a batch: waking up for each costs more than it
/// gains.
const TOGETHER: usize = 8;
/// Maximum total wait of a batch, in multiples of `batch_wait_max`. Jobs that have arrived by then still join it.
const WAITS_MAX: u32 = 8;

/// The writer's state, which no other thread touches.
pub(crate) struct Writer {
    shared: Arc<Shared>,
    flusher: Arc<Flusher>,
    exclusive: Arc<ExclusiveQueue<Self>>,
    journal: Journal,
    projections: BTreeMap<&'static str, Writable>,
    next_offset: u64,
    rates: LogRates,
}

/// A durable batch.
struct DurableBatch {
    /// One for each job.
    outcomes: Vec<Result<Receipt, Failure>>,
    /// Whether a log has enough entries to flush; `None` if nothing was entered.
    full: Option<bool>,
}

/// Why a batch did not become durable.
enum BatchFailure {
    /// The disk is full; nothing happened.
    Full,
    /// `apply` failed for a command: each command is tried alone.
    Apart,
    /// The outcome is unknown; the reason.
    Unknown(String),
}

impl Writer {
    pub(crate) fn new(
        shared: Arc<Shared>,
        flusher: Arc<Flusher>,
        exclusive: Arc<ExclusiveQueue<Self>>,
        journal: Journal,
        projections: BTreeMap<&'static str, Writable>,
    ) -> Self {
        let next_offset = journal.newest() + 1;
        let behind = projections.values().any(|projection| projection.behind);
        shared.behind.store(behind, Ordering::SeqCst);
        let limits = &shared.limits;
        let rates = LogRates::new(limits.log_entries_per_second, limits.log_entries_burst);
        let writer = Self {
            shared,
            flusher,
            exclusive,
            journal,
            projections,
            next_offset,
            rates,
        };
        writer.publish_tables();
        writer
    }

    /// Runs until the queue is closed and empty. Returns the journal.
    pub(crate) fn run(mut self) -> Journal {
        let shared = self.shared.clone();
        let limits = &shared.limits;
        loop {
            match shared.queue.take(limits.batch_commands_max) {
                Wakeup::Items(jobs) => self.batch(jobs, true),
                Wakeup::Nudge => {
                    // Projections that fell behind catch up as soon as there is room, even without another write.
                    let _ = self.catch_up();
                }
                Wakeup::Closed => break,
            }
            self.after_batch();
            replay::start(&shared, &self.exclusive);
        }
        shared.closing.store(true, Ordering::SeqCst);
        // Callers that wait for the rest learn that it will not be done.
        drop(self.exclusive.take());
        self.journal
    }

    /// Enters the waiting commands as one batch, without waiting for more.
    pub(crate) fn step(&mut self) {
        let most = self.shared.limits.batch_commands_max;
        let jobs = self.shared.queue.take_now(most);
        if !jobs.is_empty() {
            self.batch(jobs, false);
        }
        self.after_batch();
        let shared = self.shared.clone();
        replay::run_here(self, &shared);
    }

    fn after_batch(&mut self) {
        self.run_exclusive();
        self.tidy();
    }

    /// Processes a batch of jobs. `gather` says whether to wait for requests that are about to write.
    fn batch(&mut self, mut jobs: Vec<Job>, gather: bool) {
        if self.shared.fatal.get().is_some() {
            return answer_all(jobs, &SubmitError::OutcomeUnknown);
        }
        if !self.wait_for_room() {
            return answer_all(jobs, &SubmitError::Busy);
        }
        if let Err(error) = self.catch_up() {
            return answer_all(jobs, &error);
        }
        match self.try_batch(&mut jobs, gather) {
            Ok(DurableBatch { outcomes, full }) => {
                for (job, mut outcome) in jobs.into_iter().zip(outcomes) {
                    if let Err(Failure::Search(unsearched)) = &mut outcome {
                        unsearched.job = Some((job.command, job.prepared));
                    }
                    // The caller may have gone.
                    let _ = job.answer.send(outcome);
                }
                // After the answers: the flusher may take this thread's processor at once, and for long.
                if let Some(full) = full {
                    self.flusher.committed(full);
                }
            }
            Err(BatchFailure::Full) => answer_all(jobs, &SubmitError::Full),
            Err(BatchFailure::Apart) if jobs.len() > 1 => jobs
                .into_iter()
                .for_each(|job| self.batch(vec![job], false)),
            Err(BatchFailure::Apart) => {
                let text = "the service failed to take the entry in; see the node's log";
                answer_all(jobs, &Refusal::new(RefusalKind::Stored, text).into());
            }
            Err(BatchFailure::Unknown(reason)) => {
                self.shared.fail(reason);
                answer_all(jobs, &SubmitError::OutcomeUnknown);
            }
        }
    }

    /// Returns one outcome for each job, once all their entries are durable. Jobs that arrive meanwhile join the batch.
    fn try_batch(
        &mut self,
        jobs: &mut Vec<Job>,
        gather: bool,
    ) -> Result<DurableBatch, BatchFailure> {
        let mut batch = Batch::new(
            &self.shared,
            &mut self.projections,
            &mut self.rates,
            self.next_offset,
        );
        let mut outcomes = Vec::with_capacity(jobs.len());
        let begun = monotonic();
        loop {
            for job in &jobs[outcomes.len()..] {
                match batch.process(&job.command, &job.prepared) {
                    Ok(outcome) => outcomes.push(outcome),
                    Err(error) => {
                        batch.roll_back();
                        return Err(error.into());
                    }
                }
            }
            let more = if gather {
                gather_more(&self.shared, jobs.len(), begun)
            } else {
                Vec::new()
            };
            if more.is_empty() {
                break;
            }
            jobs.extend(more);
        }
        if gather {
            self.shared.flights.batch(jobs.len());
        }
        let made = batch.finish();
        let full = if made.rows.is_empty() {
            // Decisions may have opened transactions to read in.
            self.projections.values_mut().for_each(Writable::roll_back);
            None
        } else {
            Some(self.make_durable(made)?)
        };
        let entered = outcomes.iter().filter(|outcome| outcome.is_ok()).count() as u64;
        let is_refused = |outcome: &&Result<Receipt, Failure>| match outcome {
            Ok(_) | Err(Failure::Search(_)) => false,
            Err(_) => true,
        };
        let refused = outcomes.iter().filter(is_refused).count() as u64;
        let counters = &self.shared.counters;
        counters.commands.fetch_add(entered, Ordering::Relaxed);
        counters.refused.fetch_add(refused, Ordering::Relaxed);
        Ok(DurableBatch { outcomes, full })
    }

    /// Makes the batch durable; true if a log has enough entries to flush.
    fn make_durable(&mut self, made: batch::BatchOutput) -> Result<bool, BatchFailure> {
        if let Err((error, at_commit)) = self.journal.commit(&made.rows) {
            self.projections.values_mut().for_each(Writable::roll_back);
            return Err(self.failed_commit(&error, at_commit));
        }
        self.next_offset += made.rows.len() as u64;
        for projection in self.projections.values_mut() {
            if let Err(error) = projection.commit() {
                // The entries are durable; the projection gets them from the journal as soon as it is writable again.
                tracing::error!(service = projection.shared.spec.name, %error, "a projection fell behind");
                projection.roll_back();
                projection.behind = true;
                self.shared.behind.store(true, Ordering::SeqCst);
            }
        }
        let counters = &self.shared.counters;
        counters
            .entries
            .fetch_add(made.rows.len() as u64, Ordering::Relaxed);
        counters.batches.fetch_add(1, Ordering::Relaxed);
        // First the rows, then the states: a state that says an entry exists must not be ahead of the entry. The
        // flusher learns of the journal's rows last, so that it never takes a table for settled whose rows it cannot
        // see.
        let full = self
            .shared
            .pending_entries
            .push(made.rows, self.journal.current(), monotonic());
        for state in made.states {
            self.shared.states.put(state);
        }
        for erasure in made.erasures {
            self.shared.replays.want(erasure);
        }
        self.publish_tables();
        Ok(full)
    }

    fn failed_commit(&mut self, error: &rusqlite::Error, at_commit: bool) -> BatchFailure {
        let unknown = |error: &rusqlite::Error| {
            BatchFailure::Unknown(format!("the journal's commit failed: {error}"))
        };
        match classify(error) {
            SqlErrorKind::Full if at_commit => match self.journal.forget_failed_commit() {
                Ok(()) => BatchFailure::Full,
                // The disk truly has no room, but no frame could reappear either: the frames end without a commit.
                Err(again) if classify(&again) == SqlErrorKind::Full && is_plain_full(error) => {
                    BatchFailure::Full
                }
                Err(again) => unknown(&again),
            },
            SqlErrorKind::Full => BatchFailure::Full,
            _ if at_commit => unknown(error),
            _ => BatchFailure::Unknown(format!("the journal failed: {error}")),
        }
    }

    /// Waits while the journal is full; true if there is room.
    fn wait_for_room(&mut self) -> bool {
        let (bytes_max, wait_max) = (
            self.shared.limits.journal_bytes_max,
            self.shared.limits.journal_wait_max,
        );
        let start = monotonic();
        while self.journal.bytes() > bytes_max {
            self.flusher.press();
            self.tidy();
            if self.journal.bytes() <= bytes_max {
                break;
            }
            if monotonic().saturating_duration_since(start) > wait_max
                || self.shared.fatal.get().is_some()
            {
                return false;
            }
            self.flusher.wait_for_settling();
        }
        true
    }

    /// Empties and swaps the journal's tables as the flusher allows, and restarts the WALs.
    fn tidy(&mut self) {
        if self.shared.fatal.get().is_some() {
            return;
        }
        if let Err(error) = self.try_tidy() {
            match classify(&error) {
                SqlErrorKind::Full => {
                    if let Some(unsaid) = self.shared.emptying.failed().say {
                        tracing::warn!(unsaid, %error, "the journal could not be emptied: the disk is full");
                    }
                }
                _ => self.shared.fail(format!("the journal failed: {error}")),
            }
        }
        for projection in self.projections.values() {
            if let Err(error) = projection.bound_wal() {
                self.shared.stop_if_lost(&projection.shared);
                tracing::warn!(service = projection.shared.spec.name, %error, "a projection could not be checkpointed");
            }
        }
    }

    fn try_tidy(&mut self) -> rusqlite::Result<()> {
        let flags = &self.shared.tables;
        self.journal
            .bound_wal(flags.checkpointed.load(Ordering::SeqCst))?;
        if self.journal.wal_written() == 0 {
            flags.wal_written.store(0, Ordering::SeqCst);
            flags.checkpointed.store(false, Ordering::SeqCst);
        }
        let tables = self.journal.tables();
        let settled = |table: usize| {
            let upto = self.shared.tables.settled[table].load(Ordering::SeqCst);
            tables[table].rows > 0 && tables[table].newest <= upto
        };
        let ready: Vec<usize> = (0..tables.len()).filter(|table| settled(*table)).collect();
        if !ready.is_empty() {
            let left: Vec<(&str, u64)> = self
                .projections
                .values()
                .map(|p| (p.shared.spec.name, p.shared.relevant()))
                .collect();
            self.journal.empty(&ready, &left)?;
            self.publish_tables();
            self.flusher.emptied();
        }
        let current = tables[self.journal.current()];
        let scrub = self.flusher.scrub_wanted();
        let large = current.rows >= self.shared.limits.journal_swap_entries
            || current.bytes >= self.shared.limits.journal_bytes_max / 4
            || (scrub.is_some() && current.rows > 0);
        if large && self.journal.swap() {
            self.publish_tables();
            self.flusher.swapped();
        }
        if let Some(offset) = scrub
            && self
                .journal
                .oldest_row()?
                .is_none_or(|oldest| oldest > offset)
        {
            self.journal.scrub()?;
            self.flusher.scrubbed(offset);
        }
        Ok(())
    }

    fn publish_tables(&self) {
        let tables = &self.shared.tables;
        for (table, state) in self.journal.tables().iter().enumerate() {
            tables.newest[table].store(state.newest, Ordering::SeqCst);
            tables.rows[table].store(state.rows, Ordering::SeqCst);
        }
        tables
            .current
            .store(self.journal.current() as u64, Ordering::SeqCst);
        tables
            .wal_written
            .store(self.journal.wal_written(), Ordering::SeqCst);
        self.shared
            .counters
            .journal_bytes
            .store(self.journal.bytes(), Ordering::Relaxed);
    }

    /// Feeds lagging projections the entries that they lack.
    fn catch_up(&mut self) -> Result<(), SubmitError> {
        for projection in self
            .projections
            .values_mut()
            .filter(|projection| projection.behind)
        {
            let caught = crate::recovery::catch_up(&self.journal, &self.shared, projection);
            let service = projection.shared.spec.name;
            if let Err(error) = caught {
                projection.roll_back();
                if let Some(unsaid) = self.shared.catching_up.failed().say {
                    tracing::warn!(service, unsaid, %error, "a projection is still behind");
                }
                return Err(SubmitError::Full);
            }
            projection.behind = false;
            tracing::info!(service, "a projection has caught up");
        }
        if self.shared.behind.swap(false, Ordering::SeqCst) {
            self.shared.catching_up.worked();
        }
        Ok(())
    }
}

/// Returns further jobs for a batch; none to close it. The writer decides the jobs it has while others arrive, so a
/// client that waits for the processor does not delay the batch.
fn gather_more(shared: &Shared, have: usize, begun: Instant) -> Vec<Job> {
    let limits = &shared.limits;
    let expected = shared.flights.expected().min(limits.batch_commands_max);
    let wait = limits.batch_wait_max;
    let most = limits.batch_commands_max - have;
    if have >= expected || monotonic().saturating_duration_since(begun) >= wait * WAITS_MAX {
        // The wait is over, but each job that has arrived saves the next batch a commit.
        return shared.queue.take_now(most);
    }
    let target = (expected - have).min(TOGETHER);
    shared.queue.take_more(target, most, wait)
}

fn answer_all(jobs: Vec<Job>, error: &SubmitError) {
    for job in jobs {
        // The caller may have gone.
        let _ = job.answer.send(Err(Failure::Submit(error.clone())));
    }
}

/// Returns whether the error is `SQLITE_FULL`, which means that a write was incomplete; the other errors of a full disk
/// come after everything was written.
fn is_plain_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
}

impl From<Broken> for BatchFailure {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Full => Self::Full,
            Broken::Apply => Self::Apart,
        }
    }
}
