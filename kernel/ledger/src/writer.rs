//! The one writer thread, which takes commands in batches, and decides, seals, applies and commits them. While the disk
//! makes a batch durable (`syncer.rs`), it decides the next one.
//!
//! Always: no answer is sent before its entries are durable. A batch is committed to the journal after the one before it
//! is durable, and to the projections after that; other threads see the new states once it is durable itself. Nothing
//! else happens to the journal while a batch is not durable. If the journal's commit fails, what is on the disk is
//! unknown: the ledger stops, and recovers at a restart.

mod batch;
mod evidence;
pub(crate) mod install;
pub(crate) mod job;
mod rate;
mod seal;
mod search;
mod staged;
mod swap;
pub(crate) mod syncer;
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

use batch::{Batch, BatchOutput};
use job::{Failure, Job};
use rate::LogRates;
pub(crate) use seal::{refuse_body, salted};
use staged::BatchEntries;
use syncer::{CommittedBatch, Syncer, answer, answer_all};

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
    syncer: Arc<Syncer>,
    journal: Journal,
    projections: BTreeMap<&'static str, Writable>,
    next_offset: u64,
    rates: LogRates,
    /// The entries of the last batch, if they may not be durable yet.
    before: Option<Arc<BatchEntries>>,
}

/// When a batch is made durable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Pace {
    /// As soon as commands have arrived that are about to; meanwhile the next batch is decided, if there is any.
    Together,
    /// Without waiting for further commands, before anything else.
    Now,
    /// Without waiting for further commands, while the next batch is decided.
    Ahead,
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
        syncer: Arc<Syncer>,
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
            syncer,
            journal,
            projections,
            next_offset,
            rates,
            before: None,
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
                Wakeup::Items(jobs) => self.batch(jobs, Pace::Together),
                Wakeup::Nudge => {
                    // Projections that fell behind catch up as soon as there is room, even without another write.
                    let _ = self.catch_up();
                }
                Wakeup::Closed => break,
            }
            self.after_batch();
            replay::start(&shared, &self.exclusive);
        }
        self.syncer.close();
        shared.closing.store(true, Ordering::SeqCst);
        // Callers that wait for the rest learn that it will not be done.
        self.exclusive.close();
        self.journal
    }

    /// Enters the waiting commands as one batch, without waiting for more.
    pub(crate) fn step(&mut self) {
        self.step_at(Pace::Now);
    }

    /// Like [`Self::step`], but leaves it to the syncer to make the batch durable.
    pub(crate) fn step_ahead(&mut self) {
        self.step_at(Pace::Ahead);
    }

    fn step_at(&mut self, pace: Pace) {
        let jobs = self.shared.queue.take_now(self.shared.limits.batch_commands_max);
        if !jobs.is_empty() {
            self.batch(jobs, pace);
        }
        self.after_batch();
        let shared = self.shared.clone();
        if !shared.replays.are_done() {
            self.wait_for_syncer();
            replay::run_here(self, &shared);
        }
    }

    /// Does what cannot be done while a batch is not durable, if there is anything.
    fn after_batch(&mut self) {
        if !self.exclusive.is_empty() || self.wants_tidying() {
            self.wait_for_syncer();
            self.run_exclusive();
            self.tidy();
        }
    }

    /// Waits until everything committed is durable, unless the disk has failed.
    fn wait_for_syncer(&mut self) {
        self.syncer.wait();
        self.before = None;
    }

    fn batch(&mut self, mut jobs: Vec<Job>, pace: Pace) {
        if self.shared.fatal.get().is_some() {
            return answer_all(jobs, &SubmitError::OutcomeUnknown);
        }
        if !self.wait_for_room() {
            return answer_all(jobs, &SubmitError::Busy);
        }
        if let Err(error) = self.catch_up() {
            return answer_all(jobs, &error);
        }
        let written = self.decide_all(&mut jobs, pace).and_then(|(outcomes, made)| {
            if made.entered.rows.is_empty() {
                // Decisions may have opened transactions to read in.
                self.projections.values_mut().for_each(Writable::roll_back);
                // The answers may tell of the batch before.
                self.wait_for_syncer();
                answer(&self.shared, std::mem::take(&mut jobs), outcomes);
                return Ok(());
            }
            self.commit(&mut jobs, outcomes, made, pace)
        });
        match written {
            Ok(()) => {}
            Err(BatchFailure::Full) => answer_all(jobs, &SubmitError::Full),
            Err(BatchFailure::Apart) if jobs.len() > 1 => {
                jobs.into_iter().for_each(|job| self.batch(vec![job], Pace::Now))
            }
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

    /// Decides and seals all jobs, and those that arrive meanwhile. Returns an outcome for each, which holds once the
    /// batch is durable.
    fn decide_all(
        &mut self,
        jobs: &mut Vec<Job>,
        pace: Pace,
    ) -> Result<(Vec<Result<Receipt, Failure>>, BatchOutput), BatchFailure> {
        if self.syncer.is_idle() {
            self.before = None;
        }
        let mut batch = Batch::new(
            &self.shared,
            &mut self.projections,
            &mut self.rates,
            self.before.clone(),
            self.next_offset,
        );
        let mut outcomes = Vec::with_capacity(jobs.len());
        let mut until = monotonic() + self.shared.limits.batch_wait_max * WAITS_MAX;
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
            let more = match pace {
                Pace::Together => gather_more(&self.shared, &self.syncer, jobs.len(), &mut until),
                Pace::Now | Pace::Ahead => Vec::new(),
            };
            if more.is_empty() {
                break;
            }
            jobs.extend(more);
        }
        if pace == Pace::Together {
            self.shared.flights.batch(jobs.len() + self.syncer.unanswered());
        }
        Ok((outcomes, batch.finish()))
    }

    /// Commits a batch once the one before it is durable, and has it made durable and answered. Takes the jobs unless it
    /// fails.
    fn commit(
        &mut self,
        jobs: &mut Vec<Job>,
        outcomes: Vec<Result<Receipt, Failure>>,
        made: BatchOutput,
        pace: Pace,
    ) -> Result<(), BatchFailure> {
        self.wait_for_syncer();
        if let Some(reason) = self.shared.fatal.get() {
            self.projections.values_mut().for_each(Writable::roll_back);
            return Err(BatchFailure::Unknown(reason.clone()));
        }
        let rows = &made.entered.rows;
        if let Err((error, at_commit)) = self.journal.commit(rows) {
            self.projections.values_mut().for_each(Writable::roll_back);
            return Err(self.failed_commit(&error, at_commit));
        }
        self.next_offset += rows.len() as u64;
        let is_ahead = match pace {
            // Someone else is about to write.
            Pace::Together => self.shared.flights.now() as usize > jobs.len(),
            Pace::Now => false,
            Pace::Ahead => true,
        };
        if !is_ahead && self.syncer.sync().is_err() {
            self.projections.values_mut().for_each(Writable::roll_back);
            answer_all(std::mem::take(jobs), &SubmitError::OutcomeUnknown);
            return Ok(());
        }
        let mut ahead = Vec::new();
        for projection in self.projections.values_mut() {
            let done = if is_ahead {
                projection.commit_ahead()
            } else {
                projection.commit().map(|()| false)
            };
            match done {
                Ok(true) => ahead.push(projection.shared.clone()),
                Ok(false) => {}
                // The projection gets the entries from the journal as soon as it is writable again.
                Err(error) => {
                    tracing::error!(service = projection.shared.spec.name, %error, "a projection fell behind");
                    projection.roll_back();
                    projection.behind = true;
                    self.shared.behind.store(true, Ordering::SeqCst);
                    ahead.extend(is_ahead.then(|| projection.shared.clone()));
                }
            }
        }
        let committed = CommittedBatch {
            jobs: std::mem::take(jobs),
            outcomes,
            entered: Arc::new(made.entered),
            erasures: made.erasures,
            ahead,
            tables: self.journal.tables(),
            table: self.journal.current(),
            wal_written: self.journal.wal_written(),
        };
        if is_ahead {
            self.before = Some(committed.entered.clone());
            self.syncer.begin(committed);
        } else {
            self.syncer.publish(committed);
        }
        Ok(())
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
        let (bytes_max, wait_max) =
            (self.shared.limits.journal_bytes_max, self.shared.limits.journal_wait_max);
        let start = monotonic();
        while self.journal.bytes() > bytes_max {
            self.wait_for_syncer();
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

    /// Returns whether [`Self::tidy`] has anything to do.
    fn wants_tidying(&self) -> bool {
        let flags = &self.shared.tables;
        let current = self.journal.current();
        self.journal.wal_is_long(flags.checkpointed.load(Ordering::SeqCst))
            || (0..2).any(|table| self.is_settled(table))
            || (self.is_large(current) && self.journal.tables()[1 - current].rows == 0)
            || self.flusher.scrub_wanted().is_some()
            || self.projections.values().any(Writable::wal_is_long)
    }

    /// Returns whether the flusher has found all rows of a table to be safe elsewhere.
    fn is_settled(&self, table: usize) -> bool {
        let upto = self.shared.tables.settled[table].load(Ordering::SeqCst);
        let table = self.journal.tables()[table];
        table.rows > 0 && table.newest <= upto
    }

    /// Returns whether a table of the journal should take no further rows.
    fn is_large(&self, table: usize) -> bool {
        let limits = &self.shared.limits;
        let table = self.journal.tables()[table];
        table.rows >= limits.journal_swap_entries || table.bytes >= limits.journal_bytes_max / 4
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
        self.journal.bound_wal(flags.checkpointed.load(Ordering::SeqCst))?;
        if self.journal.wal_written() == 0 {
            flags.wal_written.store(0, Ordering::SeqCst);
            flags.checkpointed.store(false, Ordering::SeqCst);
        }
        let ready: Vec<usize> = (0..2).filter(|table| self.is_settled(*table)).collect();
        if !ready.is_empty() {
            let projections = self.projections.values();
            let left = projections.map(|one| (one.shared.spec.name, one.shared.durable()));
            self.journal.empty(&ready, &left.collect::<Vec<_>>())?;
            self.publish_tables();
            self.flusher.emptied();
        }
        let current = self.journal.current();
        let scrub = self.flusher.scrub_wanted();
        let has_rows = self.journal.tables()[current].rows > 0;
        if (self.is_large(current) || (scrub.is_some() && has_rows)) && self.journal.swap() {
            self.publish_tables();
            self.flusher.swapped();
        }
        if let Some(offset) = scrub
            && self.journal.oldest_row()?.is_none_or(|oldest| oldest > offset)
        {
            self.journal.scrub()?;
            self.flusher.scrubbed(offset);
        }
        Ok(())
    }

    fn publish_tables(&self) {
        let journal = &self.journal;
        self.shared.publish_tables(&journal.tables(), journal.current(), journal.wal_written());
    }

    pub(crate) fn is_behind(&self) -> bool {
        self.projections.values().any(|projection| projection.behind)
    }

    /// Feeds lagging projections the entries that they lack. The error says what failed, and answers the writes that wait.
    fn catch_up(&mut self) -> Result<(), SubmitError> {
        if self.is_behind() {
            self.wait_for_syncer();
        }
        for projection in self.projections.values_mut().filter(|projection| projection.behind) {
            let caught = crate::recovery::catch_up(&self.journal, &self.shared, projection);
            let service = projection.shared.spec.name;
            if let Err(error) = caught {
                projection.roll_back();
                if let Some(unsaid) = self.shared.catching_up.failed().say {
                    tracing::warn!(service, unsaid, %error, "a projection is still behind");
                }
                return Err(error.refusal(service));
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
/// client that waits for the processor does not delay the batch. Nor does it cost anything to wait for the batch before;
/// then at most as long as the disk took, since that batch's callers are about to come back. `until` is when the batch
/// is closed at the latest.
fn gather_more(shared: &Shared, syncer: &Syncer, have: usize, until: &mut Instant) -> Vec<Job> {
    let limits = &shared.limits;
    let wait = limits.batch_wait_max;
    let most = limits.batch_commands_max - have;
    loop {
        let expected = shared.flights.expected(syncer.unanswered()).min(limits.batch_commands_max);
        let left = until.saturating_duration_since(monotonic());
        let more = if have >= expected || left.is_zero() {
            // The wait is over, but each job that has arrived saves the next batch a commit.
            shared.queue.take_now(most)
        } else {
            shared.queue.take_more((expected - have).min(TOGETHER), most, wait.min(left))
        };
        if !more.is_empty() || syncer.is_idle() {
            return more;
        }
        syncer.wait();
        *until = (*until).min(monotonic() + syncer.last_took());
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
            Broken::Apply | Broken::Unreadable => Self::Apart,
        }
    }
}
