//! The one writer thread: takes commands in batches, decides, seals, applies, makes the batch durable with one fsync,
//! answers.
//!
//! Always: nothing is answered before it is durable; a batch is in the journal before the projections commit it; states
//! are shown to others only after both. If the journal's commit fails, nobody knows what is on the disk: the ledger
//! stops, and recovers at a restart. An fsync is never tried again.

mod batch;
mod evidence;
pub(crate) mod install;
mod seal;
pub(crate) mod search;
mod swap;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

use imajin_dfos::Cid;
use tokio::sync::oneshot;

use crate::clock::monotonic;
use crate::feed::Broken;
use crate::journal::Journal;
use crate::machine::{Command, Receipt, Refusal, RefusalKind, SubmitError};
use crate::mover::Mover;
use crate::projection::Writable;
use crate::queue::Taken;
use crate::replay;
use crate::shared::{Named, Shared};
use crate::sql::{Trouble, trouble};

use batch::Batch;
pub(crate) use seal::{refuse_body, salted};
use search::Unsearched;

/// For how many jobs the writer sleeps at most while it makes a batch: to be woken for each costs more than it gains.
const TOGETHER: usize = 8;
/// After how many times the wait for one more job a batch waits for no further ones; those that are there still join it.
const WAITS_MAX: u32 = 8;

/// A command on its way.
pub(crate) struct Job {
    pub(crate) command: Command,
    pub(crate) prepared: Prepared,
    pub(crate) answer: oneshot::Sender<Result<Receipt, Failure>>,
}

/// What the caller's task has made of a command.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prepared {
    /// The body's bytes and their CID.
    pub(crate) body: Option<(Arc<[u8]>, Cid)>,
    /// The raw CID of the proof's payload.
    pub(crate) payload: Option<Cid>,
    /// The entries whose bodies it erases, by log, as far as that is known.
    pub(crate) named: Vec<Arc<Named>>,
    /// What came beside the command.
    pub(crate) beside: Beside,
}

/// Evidence that came beside a command.
#[derive(Debug, Clone, Default)]
pub(crate) struct Beside {
    pub(crate) chains: Vec<Arc<crate::rules::Chain>>,
    pub(crate) chain_dids: Vec<imajin_protocol::Did>,
    pub(crate) heads: Vec<String>,
}

/// Why a command was not entered.
#[derive(Debug, Clone)]
pub(crate) enum Failure {
    /// For the caller.
    Submit(SubmitError),
    /// The proof does not follow the last one of its key: it is a repetition, or a conflict.
    Order(String),
    /// The proof is by no key in force: it was entered when it was, or this is for the caller.
    Stale(SubmitError),
    /// It erases, and what these bodies are is to be looked for first, beside the writer.
    Search(Box<Unsearched>),
}

impl From<SubmitError> for Failure {
    fn from(error: SubmitError) -> Self {
        Self::Submit(error)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Submit(SubmitError::Refused(refusal))
    }
}

/// The writer's own.
pub(crate) struct Writer {
    shared: Arc<Shared>,
    mover: Arc<Mover>,
    journal: Journal,
    projections: BTreeMap<&'static str, Writable>,
    next_offset: u64,
}

/// What a batch came to that is durable.
struct Done {
    /// One for each job.
    outcomes: Vec<Result<Receipt, Failure>>,
    /// Whether a log has enough entries to be moved; none where nothing was entered.
    full: Option<bool>,
}

/// How a batch ended that did not become durable.
enum Ended {
    /// The disk is full; nothing happened.
    Full,
    /// A command of this batch made `apply` fail: each is tried alone.
    Apart,
    /// Nobody knows.
    Unknown(String),
}

impl Writer {
    pub(crate) fn new(
        shared: Arc<Shared>,
        mover: Arc<Mover>,
        journal: Journal,
        projections: BTreeMap<&'static str, Writable>,
    ) -> Self {
        let next_offset = journal.newest() + 1;
        let writer = Self {
            shared,
            mover,
            journal,
            projections,
            next_offset,
        };
        writer.publish_tables();
        writer
    }

    /// Runs until the queue is closed and empty. Gives back the journal, and with it the last word on the disk.
    pub(crate) fn run(mut self) -> Journal {
        let shared = self.shared.clone();
        let limits = &shared.limits;
        loop {
            match shared.queue.take(limits.batch_commands_max) {
                Taken::Items(jobs) => self.batch(jobs, true),
                Taken::Nudge => {}
                Taken::Closed => break,
            }
            self.after_batch();
            replay::start(&shared);
        }
        shared.closing.store(true, Ordering::SeqCst);
        // Whoever waits for what is left hears that it will not be done.
        drop(shared.exclusive.take());
        self.journal
    }

    /// One batch of what waits now, without waiting for more.
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

    /// `gather` says whether to wait for those who are about to write.
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
            Ok(Done { outcomes, full }) => {
                for (job, mut outcome) in jobs.into_iter().zip(outcomes) {
                    if let Err(Failure::Search(unsearched)) = &mut outcome {
                        unsearched.job = Some((job.command, job.prepared));
                    }
                    // A caller that went away needs no answer.
                    let _ = job.answer.send(outcome);
                }
                // After the answers: the mover may take this thread's processor at once, and for long.
                if let Some(full) = full {
                    self.mover.committed(full);
                }
            }
            Err(Ended::Full) => answer_all(jobs, &SubmitError::Full),
            Err(Ended::Apart) if jobs.len() > 1 => jobs
                .into_iter()
                .for_each(|job| self.batch(vec![job], false)),
            Err(Ended::Apart) => {
                let text = "the service failed to take the entry in; see the node's log";
                answer_all(jobs, &Refusal::new(RefusalKind::Stored, text).into());
            }
            Err(Ended::Unknown(reason)) => {
                self.shared.fail(reason);
                answer_all(jobs, &SubmitError::OutcomeUnknown);
            }
        }
    }

    /// One outcome for each job, once all that they entered is durable. Jobs that arrive while the batch is made join it.
    fn try_batch(&mut self, jobs: &mut Vec<Job>, gather: bool) -> Result<Done, Ended> {
        let mut batch = Batch::new(&self.shared, &mut self.projections, self.next_offset);
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
            let more = match gather {
                true => gather_more(&self.shared, jobs.len(), begun),
                false => Vec::new(),
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
        Ok(Done { outcomes, full })
    }

    /// Says whether a log has enough entries to be moved.
    fn make_durable(&mut self, made: batch::Made) -> Result<bool, Ended> {
        if let Err((error, at_commit)) = self.journal.commit(&made.rows) {
            self.projections.values_mut().for_each(Writable::roll_back);
            return Err(self.failed_commit(&error, at_commit));
        }
        self.next_offset += made.rows.len() as u64;
        for projection in self.projections.values_mut() {
            if let Err(error) = projection.commit() {
                // The entries are durable; the projection gets them from the journal as soon as it can be written.
                tracing::error!(service = projection.shared.spec.name, %error, "a projection fell behind");
                projection.roll_back();
                projection.behind = true;
            }
        }
        let counters = &self.shared.counters;
        counters
            .entries
            .fetch_add(made.rows.len() as u64, Ordering::Relaxed);
        counters.batches.fetch_add(1, Ordering::Relaxed);
        // First the rows, then the states: a state that says an entry is there must not be ahead of the entry. The
        // mover hears of the journal's rows last, so that it never takes a table for settled whose rows it cannot see.
        let full = self
            .shared
            .waiting
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

    fn failed_commit(&mut self, error: &rusqlite::Error, at_commit: bool) -> Ended {
        let unknown = |error: &rusqlite::Error| {
            Ended::Unknown(format!("the journal's commit failed: {error}"))
        };
        match trouble(error) {
            Trouble::Full if at_commit => match self.journal.forget_failed_commit() {
                Ok(()) => Ended::Full,
                // Then there is truly no room, but also nothing that could come back: the frames end in no commit.
                Err(again) if trouble(&again) == Trouble::Full && is_plain_full(error) => {
                    Ended::Full
                }
                Err(again) => unknown(&again),
            },
            Trouble::Full => Ended::Full,
            _ if at_commit => unknown(error),
            _ => Ended::Unknown(format!("the journal failed: {error}")),
        }
    }

    /// While the journal is full, writers wait; says whether there is room.
    fn wait_for_room(&mut self) -> bool {
        let (bytes_max, wait_max) = (
            self.shared.limits.journal_bytes_max,
            self.shared.limits.journal_wait_max,
        );
        let start = monotonic();
        while self.journal.bytes() > bytes_max {
            self.mover.press();
            self.tidy();
            if self.journal.bytes() <= bytes_max {
                break;
            }
            if monotonic().saturating_duration_since(start) > wait_max
                || self.shared.fatal.get().is_some()
            {
                return false;
            }
            self.mover.wait_for_settling();
        }
        true
    }

    /// Empties and swaps the journal's tables as the mover allows, and keeps the WALs short.
    fn tidy(&mut self) {
        if self.shared.fatal.get().is_some() {
            return;
        }
        if let Err(error) = self.try_tidy() {
            match trouble(&error) {
                Trouble::Full => {
                    tracing::warn!(%error, "the journal could not be emptied: the disk is full")
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
            self.mover.emptied();
        }
        let current = tables[self.journal.current()];
        let scrub = self.mover.scrub_wanted();
        let large = current.rows >= self.shared.limits.journal_swap_entries
            || current.bytes >= self.shared.limits.journal_bytes_max / 4
            || (scrub.is_some() && current.rows > 0);
        if large && self.journal.swap() {
            self.publish_tables();
            self.mover.swapped();
        }
        if let Some(offset) = scrub
            && self
                .journal
                .oldest_row()?
                .is_none_or(|oldest| oldest > offset)
        {
            self.journal.scrub()?;
            self.mover.scrubbed(offset);
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

    /// Gives projections that fell behind what they lack.
    fn catch_up(&mut self) -> Result<(), SubmitError> {
        for projection in self
            .projections
            .values_mut()
            .filter(|projection| projection.behind)
        {
            let caught = crate::recovery::catch_up(&self.journal, &self.shared, projection);
            if let Err(error) = caught {
                projection.roll_back();
                tracing::warn!(service = projection.shared.spec.name, %error, "a projection is still behind");
                return Err(SubmitError::Full);
            }
            projection.behind = false;
        }
        Ok(())
    }
}

/// Further jobs for a batch that has some already; none if it is to be closed. Those that are there are decided while the
/// others are on their way, so that one who waits for the processor does not make it wait.
fn gather_more(shared: &Shared, have: usize, begun: Instant) -> Vec<Job> {
    let limits = &shared.limits;
    let expected = shared.flights.expected().min(limits.batch_commands_max);
    let wait = limits.batch_wait_max;
    let most = limits.batch_commands_max - have;
    if have >= expected || monotonic().saturating_duration_since(begun) >= wait * WAITS_MAX {
        // Nobody is waited for any more, but who is there saves the next batch its commits.
        return shared.queue.take_now(most);
    }
    let wanted = (expected - have).min(TOGETHER);
    shared.queue.take_more(wanted, most, wait)
}

fn answer_all(jobs: Vec<Job>, error: &SubmitError) {
    for job in jobs {
        // A caller that went away needs no answer.
        let _ = job.answer.send(Err(Failure::Submit(error.clone())));
    }
}

/// `SQLITE_FULL` means that a write came short; the other ways of being full come after all was written.
fn is_plain_full(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull)
}

impl From<Broken> for Ended {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Full => Self::Full,
            Broken::Apply => Self::Apart,
        }
    }
}
