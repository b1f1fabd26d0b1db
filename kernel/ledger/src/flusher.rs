//! The flusher: carries entries from the journal into their logs, and trims the journal once they are safe elsewhere.
//!
//! Always: a log is flushed when enough of its entries wait or the oldest is old enough, in one durable commit, with a
//! new head. If more logs wait than stay open, so that each is opened for it, they wait longer for further entries. The journal drops a table only when all its rows are durable in their logs (and the logs' names in
//! `users/`), and every projection is durably past the entries that concern it. A damaged log is quarantined with its
//! rows, and no other log waits for it.

mod context;
mod divert;

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use imajin_log::clock::monotonic;
use imajin_log::sql::{SqlErrorKind, classify};
use imajin_protocol::Did;
use parking_lot::{Condvar, Mutex};

use crate::journal;
use crate::logfile::{LogError, LogFile, Row, create};
use crate::pending_entries::Next;
use crate::shared::Shared;

/// Maximum number of entries of one log in one flush.
const MOVE_ENTRIES_MAX: usize = 1024;
/// Threads that flush a crowd at once.
const CROWD_THREADS: usize = 4;
/// Pause of a log after a failed flush. On a full disk the pause grows each time.
const RETRY: Duration = Duration::from_secs(1);
/// Interval at which the flusher checks for work although nothing wakes it.
const LOOK_AROUND: Duration = Duration::from_secs(5);
/// Interval while many logs wait, because the journal fills up.
const LOOK_AROUND_CROWDED: Duration = Duration::from_millis(250);

/// The flusher's state, shared by its own thread and others.
pub(crate) struct Flusher {
    shared: Arc<Shared>,
    signal: Mutex<Signal>,
    wake: Condvar,
    /// Signals that the journal may have room.
    settled: Condvar,
    /// Whether the name of a folder in `users/` may not be durable yet: a new one, or one of an earlier run that ended
    /// before it synced the name.
    new_folders: Mutex<bool>,
}

/// The behavior when something else is using the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Patience {
    Wait,
    /// Continue with other logs: copying a large log takes long.
    Pass,
}

#[derive(Default)]
struct Signal {
    /// Whether work is ready now.
    work: bool,
    /// The journal is full: flush everything, however little and young.
    pressed: bool,
    stop: bool,
    /// The flusher sleeps until something wakes it, because nothing is pending.
    idle: bool,
    /// The offset up to which the journal's bytes must be wiped.
    scrub: Option<u64>,
    scrubbed: u64,
}

impl Signal {
    /// Asks for the bytes up to `offset` to be wiped, besides those that another caller asks for.
    fn want_scrub(&mut self, offset: u64) {
        self.scrub = self.scrub.max(Some(offset));
    }
}

impl Flusher {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            signal: Mutex::default(),
            wake: Condvar::new(),
            settled: Condvar::new(),
            new_folders: Mutex::new(true),
        }
    }

    /// Notes that the writer committed a batch; `full` says that a log has enough entries to flush.
    pub(crate) fn committed(&self, full: bool) {
        let mut signal = self.signal.lock();
        if full || signal.idle {
            signal.work = true;
            self.wake.notify_one();
        }
    }

    /// Notes that the writer cannot continue before the journal has room.
    pub(crate) fn press(&self) {
        let mut signal = self.signal.lock();
        signal.pressed = true;
        signal.work = true;
        self.wake.notify_one();
    }

    /// Notes that the writer now uses the other table.
    pub(crate) fn swapped(&self) {
        self.signal.lock().work = true;
        self.wake.notify_one();
    }

    /// Notes that the writer emptied a table.
    pub(crate) fn emptied(&self) {
        self.settled.notify_all();
    }

    /// Waits a moment for a table to become safe to empty.
    pub(crate) fn wait_for_settling(&self) {
        let mut signal = self.signal.lock();
        self.settled.wait_for(&mut signal, Duration::from_millis(50));
    }

    /// Returns the offset up to which the writer must wipe the journal's bytes.
    pub(crate) fn scrub_wanted(&self) -> Option<u64> {
        self.signal.lock().scrub
    }

    /// Notes that the writer wiped the bytes up to `offset`.
    pub(crate) fn scrubbed(&self, offset: u64) {
        let mut signal = self.signal.lock();
        signal.scrubbed = signal.scrubbed.max(offset);
        if signal.scrub.is_some_and(|wanted| wanted <= offset) {
            signal.scrub = None;
        }
        self.settled.notify_all();
    }

    /// Ends the thread after its current work.
    pub(crate) fn stop(&self) {
        self.signal.lock().stop = true;
        self.wake.notify_one();
    }

    /// Runs until stopped.
    pub(crate) fn run(&self) {
        let mut quiet_since = monotonic();
        loop {
            let pressed = {
                let mut signal = self.signal.lock();
                if signal.stop {
                    return;
                }
                signal.work = false;
                std::mem::take(&mut signal.pressed)
            };
            if self.shared.fatal.get().is_some() {
                return;
            }
            if pressed {
                self.move_all();
            }
            let now = monotonic();
            let limits = &self.shared.limits;
            let (age_max, look_around) = if self.is_patient() {
                (limits.move_age_crowded_max, LOOK_AROUND_CROWDED)
            } else {
                (limits.move_age_max, LOOK_AROUND)
            };
            match self.shared.pending_entries.next(now, age_max) {
                Next::Move(did) => {
                    quiet_since = now;
                    self.move_or_postpone(&did);
                    self.look_after(false);
                }
                Next::Wait(wait) => {
                    let quiet = now.saturating_duration_since(quiet_since)
                        >= self.shared.limits.journal_idle;
                    self.look_after(pressed || (quiet && wait.is_none()));
                    self.sleep(wait, look_around);
                }
            }
        }
    }

    /// Returns whether more logs wait than stay open, and the journal has room for more of their entries.
    fn is_patient(&self) -> bool {
        let limits = &self.shared.limits;
        let journal_bytes = self.shared.counters.journal_bytes.load(Ordering::Relaxed);
        self.shared.pending_entries.logs() > limits.open_logs_max
            && journal_bytes < limits.journal_bytes_max / 2
    }

    /// Flushes one log with pending entries, however young they are, and maintains the journal. True if there was one.
    pub(crate) fn step(&self, all: bool) -> bool {
        let waiting = self.shared.pending_entries.dids().into_iter().min();
        if let Some(did) = &waiting {
            self.move_or_postpone(did);
        }
        self.look_after(all);
        waiting.is_some()
    }

    fn sleep(&self, wait: Option<Duration>, look_around: Duration) {
        let mut signal = self.signal.lock();
        if signal.work || signal.stop {
            return;
        }
        signal.idle = wait.is_none();
        let wait = wait.unwrap_or(look_around).min(look_around);
        self.wake.wait_for(&mut signal, wait);
        signal.idle = false;
    }

    fn move_or_postpone(&self, did: &Did) {
        let rest = match self.move_with(did, Patience::Pass) {
            Ok(()) => {
                self.shared.moving.worked();
                return;
            }
            Err(LogError::Full) => {
                let next = self.shared.moving.failed();
                if let Some(unsaid) = next.say {
                    tracing::warn!(%did, unsaid, "logs cannot be flushed: the disk is full");
                }
                next.rest
            }
            Err(error) => {
                tracing::warn!(%did, %error, "a log could not be flushed; it is tried again");
                RETRY
            }
        };
        self.shared.pending_entries.postpone(did, monotonic() + rest);
        thread::sleep(Duration::from_millis(20));
    }

    /// Flushes everything that is pending. Returns the logs that failed.
    pub(crate) fn move_all(&self) -> Vec<(Did, LogError)> {
        let failed = Mutex::new(Vec::new());
        self.for_each(&self.shared.pending_entries.dids(), |did| {
            if let Err(error) = self.move_log(did) {
                self.shared.pending_entries.postpone(did, monotonic() + RETRY);
                failed.lock().push((did.clone(), error));
            }
        });
        failed.into_inner()
    }

    /// Runs `f` for each of these logs. If they are more than stay open, several threads do: some work while others wait
    /// for the disk.
    fn for_each(&self, dids: &[Did], f: impl Fn(&Did) + Sync) {
        let is_crowd = dids.len() > self.shared.limits.open_logs_max;
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some(did) = dids.get(next.fetch_add(1, Ordering::Relaxed)) {
                f(did);
            }
        };
        thread::scope(|scope| {
            for _ in 1..if is_crowd { CROWD_THREADS } else { 1 } {
                // If the system has no thread left, the others do the work.
                let _ = thread::Builder::new().spawn_scoped(scope, work);
            }
            work();
        });
    }

    /// Flushes all pending entries of one log, on the calling thread.
    pub(crate) fn move_log(&self, did: &Did) -> Result<(), LogError> {
        self.move_with(did, Patience::Wait)
    }

    fn move_with(&self, did: &Did, patience: Patience) -> Result<(), LogError> {
        loop {
            match self.move_some(did, patience) {
                Ok(0) => return Ok(()),
                // Entries that arrived meanwhile wait for their own time; otherwise every fsync would carry only a few.
                Ok(_) if patience == Patience::Pass => return Ok(()),
                Ok(_) => {}
                Err(LogError::Damaged(reason)) => {
                    self.shared.set_aside(did, &reason);
                    return self.divert(did);
                }
                // The journal still has the rows, but no one knows what the failed fsync lost: stop, and recover at the
                // next start.
                Err(LogError::Failed(reason)) => {
                    self.shared.fail(format!("the log of {did} could not be written: {reason}"));
                    return Err(LogError::Failed(reason));
                }
                Err(LogError::Full) => return Err(LogError::Full),
            }
        }
    }

    /// Flushes as many entries as fit into one commit. Returns how many were pending.
    fn move_some(&self, did: &Did, patience: Patience) -> Result<usize, LogError> {
        if self.shared.quarantine_of(did).is_some() {
            self.divert(did)?;
            return Ok(0);
        }
        let waiting = self.shared.pending_entries.rows(did, MOVE_ENTRIES_MAX);
        let rows = self.shared.rows(&waiting)?;
        if rows.is_empty() {
            return Ok(0);
        }
        // Looked up before the log is locked, because it needs other logs.
        let knowledge = context::Knowledge::gather(&self.shared, did, &rows)?;
        let put = |log: &mut Option<LogFile>| self.put(did, log, &rows, &knowledge);
        match patience {
            Patience::Wait => self.shared.logs.with_log(did, put)?,
            Patience::Pass => match self.shared.logs.try_with(did, put) {
                Some(done) => done?,
                None => {
                    self.shared.pending_entries.postpone(did, monotonic());
                    return Ok(0);
                }
            },
        }
        self.shared.counters.moves.fetch_add(1, Ordering::Relaxed);
        Ok(rows.len())
    }

    /// Appends rows to a locked log.
    fn put(
        &self,
        did: &Did,
        log: &mut Option<LogFile>,
        rows: &[Row],
        knowledge: &context::Knowledge,
    ) -> Result<(), LogError> {
        let context = knowledge.context(&self.shared);
        match log {
            Some(log) => {
                log.append(rows, &context)?;
                if log.wal_is_long(self.shared.limits.log_wal_bytes_max) {
                    log.carry_over()?;
                }
            }
            None => self.create(did, rows, &context)?,
        }
        if let Some(newest) = rows.last() {
            self.shared.pending_entries.remove(did, newest.offset, monotonic());
        }
        Ok(())
    }

    fn create(
        &self,
        did: &Did,
        rows: &[Row],
        context: &crate::logfile::Context<'_>,
    ) -> Result<(), LogError> {
        if rows.first().is_none_or(|row| row.entry.header.seq != 0) {
            return Err(LogError::Damaged("log.sqlite is missing".to_owned()));
        }
        let folder = self.shared.logs.folder(did);
        match fs::create_dir(&folder) {
            // Synced once for many logs, before the journal drops their rows.
            Ok(()) => *self.new_folders.lock() = true,
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error.into()),
        }
        create(&self.shared.disk, &folder, did, rows, context)
    }

    /// Checkpoints off the writer's thread, and settles tables of the journal. `all` includes the table in use.
    pub(crate) fn look_after(&self, all: bool) {
        if self.shared.behind.load(Ordering::SeqCst) {
            self.shared.queue.nudge();
        }
        match self.try_look_after(all) {
            Ok(()) => {}
            Err(LogError::Full) => {
                if let Some(unsaid) = self.shared.emptying.failed().say {
                    tracing::warn!(unsaid, "the journal cannot be maintained: the disk is full");
                }
            }
            Err(error) => tracing::warn!(%error, "the journal could not be maintained"),
        }
    }

    fn try_look_after(&self, all: bool) -> Result<(), LogError> {
        let tables = &self.shared.tables;
        if tables.wal_written.load(Ordering::SeqCst) > journal::WAL_BYTES_SOFT
            && !tables.checkpointed.load(Ordering::SeqCst)
        {
            self.checkpoint_journal()?;
            tables.checkpointed.store(true, Ordering::SeqCst);
            self.shared.queue.nudge();
        }
        for projection in &self.shared.projections {
            if projection.is_long() {
                self.shared.checkpoint(projection, "PASSIVE")?;
            }
        }
        let current = tables.current.load(Ordering::SeqCst);
        let mut settled = false;
        for table in 0..tables.newest.len() {
            if all || table as u64 != current || self.scrub_wanted().is_some() {
                settled |= self.settle(table)?;
            }
        }
        if settled {
            self.shared.queue.nudge();
        }
        Ok(())
    }

    /// Checkpoints the journal's WAL. If that fails permanently, the ledger stops, as it does when the writer's
    /// checkpoint fails.
    fn checkpoint_journal(&self) -> rusqlite::Result<()> {
        let journal = &self.shared.journal;
        let done = journal.lock().checkpoint();
        if let Err(error) = &done
            && classify(error) != SqlErrorKind::Full
        {
            self.shared.fail(format!("the journal failed: {error}"));
        }
        done
    }

    /// Returns whether a table has rows and all of them are safe elsewhere; tells the writer so.
    fn settle(&self, table: usize) -> Result<bool, LogError> {
        let tables = &self.shared.tables;
        let newest = tables.newest[table].load(Ordering::SeqCst);
        let has_rows = tables.rows[table].load(Ordering::SeqCst) > 0;
        if !has_rows || self.shared.pending_entries.of_table(table) > 0 {
            return Ok(false);
        }
        if tables.settled[table].load(Ordering::SeqCst) >= newest {
            // The writer was told and has not answered yet.
            return Ok(true);
        }
        self.sync_users()?;
        for projection in &self.shared.projections {
            if !projection.is_durable_upto(newest) {
                self.shared.checkpoint(projection, "PASSIVE")?;
            }
            // A reader may be delaying the checkpoint; it is tried again later.
            if !projection.is_durable_upto(newest) {
                return Ok(false);
            }
        }
        tables.settled[table].store(newest, Ordering::SeqCst);
        Ok(true)
    }

    /// Makes the names of new folders durable.
    fn sync_users(&self) -> Result<(), LogError> {
        // Held meanwhile, so that no other thread takes the names for durable before they are.
        let mut new_folders = self.new_folders.lock();
        if *new_folders {
            if let Err(error) = self.shared.disk.sync_dir(&self.shared.data.join("users")) {
                self.shared.fail(format!("the folder users could not be synced: {error}"));
                return Err(error.into());
            }
            *new_folders = false;
        }
        Ok(())
    }

    /// Flushes everything, and has the writer empty the journal and wipe its bytes up to `offset`.
    pub(crate) fn scrub(&self, offset: u64, patience: Duration) -> bool {
        let start = monotonic();
        self.signal.lock().want_scrub(offset);
        loop {
            self.move_all();
            self.look_after(false);
            self.shared.queue.nudge();
            let mut signal = self.signal.lock();
            if signal.scrubbed >= offset {
                return true;
            }
            // After a stop the writer has ended; closing empties the journal.
            let is_over = signal.stop || self.shared.fatal.get().is_some();
            if is_over || monotonic().saturating_duration_since(start) > patience {
                return false;
            }
            self.settled.wait_for(&mut signal, Duration::from_millis(20));
        }
    }

    /// Closes after the writer has stopped and everything is flushed: empties the journal, wipes its bytes and
    /// truncates its WAL.
    pub(crate) fn empty(&self, journal: &mut journal::Journal) -> Result<(), LogError> {
        self.sync_users()?;
        let projections = &self.shared.projections;
        for projection in projections {
            self.shared.checkpoint(projection, "TRUNCATE")?;
        }
        let are_durable = projections.iter().all(|one| one.is_durable_upto(u64::MAX));
        if self.shared.pending_entries.len() > 0 || !are_durable {
            let text = "a projection is still being read, so the journal keeps its rows";
            return Err(LogError::Failed(text.to_owned()));
        }
        if journal.tables().iter().any(|table| table.rows > 0) {
            let left = projections.iter().map(|one| (one.spec.name, one.durable()));
            journal.empty(&[0, 1], &left.collect::<Vec<_>>())?;
        }
        // Without its free pages there is next to nothing to checkpoint. On a full disk they stay.
        match journal.scrub() {
            Err(error) if classify(&error) == SqlErrorKind::Full => journal.checkpoint()?,
            done => done?,
        }
        Ok(())
    }

    /// Checkpoints and truncates the logs' WALs until `until`. True if all are done.
    pub(crate) fn checkpoint_logs(&self, until: Instant) -> bool {
        let is_late = AtomicBool::new(false);
        self.for_each(&self.shared.logs.with_wal(), |did| {
            if monotonic() > until {
                is_late.store(true, Ordering::Relaxed);
            } else {
                self.checkpoint_log(did);
            }
        });
        !is_late.into_inner()
    }

    fn checkpoint_log(&self, did: &Did) {
        let checkpoint =
            |log: &mut Option<LogFile>| log.as_mut().map_or(Ok(()), LogFile::checkpoint);
        match self.shared.logs.with_log(did, checkpoint) {
            Ok(()) => {}
            Err(LogError::Failed(reason)) => {
                self.shared.fail(format!("the log of {did} could not be carried over: {reason}"));
            }
            Err(error) => {
                tracing::warn!(%did, %error, "a log could not be checkpointed; its WAL keeps the newest entries");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_purges_at_once_the_journal_is_wiped_as_far_as_both_need() {
        let mut signal = Signal::default();
        signal.want_scrub(7);
        signal.want_scrub(5);
        assert_eq!(signal.scrub, Some(7));
    }
}
