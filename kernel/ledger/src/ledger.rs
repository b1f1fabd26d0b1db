//! The ledger's interface for callers.
//!
//! Always: everything that [`Ledger::submit`] has answered is durable, and every read sees everything answered before
//! it.

mod beside;
mod heads;
mod old_copy;
mod open;
mod quiesce;
mod submit;
mod sweep;

use imajin_dfos::order;
use imajin_log::clock::monotonic;
use imajin_log::entry::Sealed;
use imajin_log::rules::{HomeSpan, LogState, LogView, Owner};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use imajin_dfos::{Cid, VerifyingKey};
use imajin_protocol::{Did, Kid, Proof};
use rusqlite::Connection;

use crate::errors::{KeyError, ReadError, Result};
use crate::exclusive::ExclusiveQueue;
use crate::flusher::Flusher;
use crate::folders::folders;
use crate::journal::Journal;
use crate::lock::DataLock;
use crate::logfile::{LogError, LogFile};
use crate::media::MediaStore;
use crate::projection::{Projection, with_result};
use crate::shared::Shared;
use crate::status::{LogStatus, Stats, StoredEntry};
use crate::writer::Writer;

pub use crate::queue::InFlight;
pub use crate::write_freeze::WriteFreeze;
pub use heads::{LearnError, Learned};
pub use quiesce::Quiesced;
pub use sweep::{Swept, UNNAMED_KEPT};

/// Why a ledger did not close cleanly. Nothing acknowledged is lost: the journal has it.
#[derive(Debug, thiserror::Error)]
#[error("the ledger did not close cleanly: {0}")]
pub struct ShutdownError(pub String);

/// The ledger. Cheap to clone.
#[derive(Clone)]
pub struct Ledger {
    inner: Arc<Inner>,
}

struct Inner {
    shared: Arc<Shared>,
    flusher: Arc<Flusher>,
    /// The writer's work between two batches; wake the queue after adding to it.
    exclusive: Arc<ExclusiveQueue<Writer>>,
    threads: Mutex<Option<Threads>>,
    lock: Mutex<Option<DataLock>>,
}

/// The ledger's threads. The writer ends the syncer, and returns the journal.
struct Threads {
    writer: JoinHandle<Journal>,
    syncer: JoinHandle<()>,
    flusher: JoinHandle<()>,
}

/// Maximum time for closing: stopping the node waits for it.
const SHUTDOWN_MAX: Duration = Duration::from_secs(3);
/// Maximum time that closing waits for replays of rows.
const REPLAYS_MAX: Duration = Duration::from_secs(1);
/// Maximum time that a purge waits for the journal to be wiped.
const PURGE_MAX: Duration = Duration::from_secs(60);

impl Ledger {
    /// Reads a service's projection. Keep it short: a long read keeps the projection's WAL from being reused.
    ///
    /// # Errors
    /// [`ReadError::NoService`], [`ReadError::Busy`] if no connection is free, or the database's error.
    pub fn read<T>(
        &self,
        service: &str,
        f: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T> {
        with_result(|f| self.read_by(service, f), f)
    }

    fn read_by(&self, service: &str, f: &mut dyn FnMut(&Connection)) -> Result<()> {
        self.projection(service)?.read_by(f)
    }

    /// Changes whenever the result of [`Ledger::read`] may have changed: what a caller reads after this call stays
    /// current while the number is the same.
    pub fn generation(&self, service: &str) -> Result<u64> {
        Ok(self.projection(service)?.generation())
    }

    /// Returns the sum of [`Ledger::generation`] over all services.
    pub fn generations(&self) -> u64 {
        let all = self.inner.shared.projections.iter();
        // Each of them only grows, so no two changes make up for each other.
        all.fold(0, |sum, projection| sum.wrapping_add(projection.generation()))
    }

    /// Returns the offsets that may still appear below existing ones. A reader of rows by offset calls this before and
    /// after reading, ignores rows beyond `first`, and ignores everything if `begun` changed.
    pub fn coming(&self) -> crate::replay::arriving::Coming {
        self.inner.shared.to_come.now()
    }

    fn projection(&self, service: &str) -> Result<&Projection> {
        let projection = self.inner.shared.projection(service);
        projection.ok_or_else(|| ReadError::NoService(service.to_owned()))
    }

    /// Returns the key to check a proof with, if it is in force now. For proofs of things other than commands:
    /// [`Ledger::submit`] checks its own.
    ///
    /// # Errors
    /// [`KeyError`] says why the key is unavailable.
    pub fn key_for(&self, proof: &Proof) -> Result<Arc<VerifyingKey>, KeyError> {
        self.inner.shared.key_for(proof)
    }

    /// Returns the state of a log; `None` if this node has no such log.
    pub fn status(&self, did: &Did) -> Result<Option<LogStatus>> {
        let shared = &self.inner.shared;
        let state = shared.state(did)?;
        Ok(state.and_then(|state| self.status_in(&state)))
    }

    /// Like [`Self::status`], from a given state.
    pub(crate) fn status_in(&self, state: &LogState) -> Option<LogStatus> {
        let shared = &self.inner.shared;
        let (Some(home), Some(newest)) = (state.home(), state.newest()) else {
            return None;
        };
        let (read_only, newer) = shared.why_read_only(state).unzip();
        Some(LogStatus {
            did: state.did().clone(),
            home: home.clone(),
            seq: newest.seq,
            cid: newest.cid,
            at: newest.at,
            chain: state.owner().chain().map(|chain| *chain.head_cid()),
            bare_key: matches!(state.owner(), Owner::BareKey(_)),
            read_only,
            newer: newer.flatten(),
            waits_for_home: shared.waits_for_home(state),
            quarantined: None,
            deleted: state.deleted(),
        })
    }

    /// Returns the home in force in a log, with the entry from which it is.
    pub fn home_span(&self, did: &Did) -> Result<Option<HomeSpan>> {
        let state = self.inner.shared.state(did)?;
        Ok(state.and_then(|state| state.homes().last().cloned()))
    }

    /// Returns a log as a decision sees it: its owner's keys, delegations, settings.
    pub fn view(&self, did: &Did) -> Result<Option<LogView>> {
        let shared = &self.inner.shared;
        let state = shared.state(did)?;
        Ok(state.and_then(|state| state.view(shared.why_read_only(&state).map(|(why, _)| why))))
    }

    /// Returns the raw CID of the payload of this key's last proof in this log: the next proof's `after`.
    pub fn after(&self, did: &Did, kid: &str) -> Result<Option<Cid>> {
        match Kid::parse(kid) {
            Ok(kid) => self.inner.shared.last_payload(did, &kid),
            Err(_) => Ok(None),
        }
    }

    /// Returns the delegation by which a key may do an operation in this log now: its proof's `via`.
    pub fn delegation_for(&self, did: &Did, key: &Kid, op: &str) -> Result<Option<Cid>> {
        let shared = &self.inner.shared;
        let (Some(state), Some(bytes)) = (shared.state(did)?, key.did().key_bytes()) else {
            return Ok(None);
        };
        let delegation = state.delegation_for(&bytes, op, shared.clock.now());
        Ok(delegation.map(|delegation| delegation.cid))
    }

    /// Returns the entries after number `after`, oldest first, from the log's file and the journal.
    pub fn entries(&self, did: &Did, after: Option<u64>, limit: usize) -> Result<Vec<StoredEntry>> {
        let shared = &self.inner.shared;
        // Keep this order: an erasure that is flushed in between has already removed the bodies from the file.
        let erased = shared.erased_waiting(did).map_err(|error| shared.read_error(did, error))?;
        let entries = shared.entries(did, after, limit)?;
        let stored = |(_, entry): (u64, Sealed)| {
            let mut stored = StoredEntry::from(entry);
            let body = stored.decoded.body.as_ref();
            let by = body.and_then(|body| erased.get(body));
            if by.is_some_and(|by| stored.seq < *by) {
                stored.body = None;
            }
            stored
        };
        Ok(entries.into_iter().map(stored).collect())
    }

    /// Returns the newest existing head, which may be behind the newest entry. Writes nothing, so anyone may call it,
    /// even on a full disk.
    pub fn last_head(&self, did: &Did) -> Result<Option<String>> {
        self.inner.shared.in_file(did, |log| log.newest_head())
    }

    /// Returns the newest head, after flushing pending entries.
    pub fn head(&self, did: &Did) -> Result<Option<String>> {
        self.drain_log(did)?;
        self.last_head(did)
    }

    /// Reads a log's file itself, after flushing pending entries, e.g. to copy it. `f` gets `None` if the log does not
    /// exist. The log is locked meanwhile.
    pub fn read_log<T>(
        &self,
        did: &Did,
        f: impl FnOnce(Option<&Connection>) -> rusqlite::Result<T>,
    ) -> Result<T> {
        self.drain_log(did)?;
        self.inner.shared.with_log(did, |log| Ok(f(log.as_ref().map(LogFile::db))?))
    }

    /// Returns the owners of all logs on this node, unsorted.
    pub fn dids(&self) -> Result<Vec<Did>> {
        let shared = &self.inner.shared;
        let mut dids = order::set(shared.pending_entries.dids());
        let folders = folders(&shared.data.join("users"));
        for folder in folders.map_err(|error| ReadError::Io(std::io::Error::other(error)))? {
            match LogFile::whose(&folder) {
                Ok(did) => dids.extend(did),
                Err(error) => {
                    tracing::warn!(folder = %folder.display(), %error, "a folder's log is unreadable, so its owner is unknown")
                }
            }
        }
        Ok(dids.into_iter().collect())
    }

    /// Returns the quarantined logs, with the reason for each.
    pub fn quarantined(&self) -> Vec<(Did, String)> {
        let quarantined = self.inner.shared.quarantined.lock();
        quarantined.iter().map(|(did, reason)| (did.clone(), reason.clone())).collect()
    }

    /// Stops writing to a log until [`Ledger::unfreeze`], even after a restart: it is moving away, or a newer head is
    /// known.
    pub fn freeze(&self, freeze: WriteFreeze) -> Result<()> {
        Ok(self.inner.shared.write_freezes.put(freeze)?)
    }

    /// Ends a freeze.
    pub fn unfreeze(&self, did: &Did) -> Result<()> {
        Ok(self.inner.shared.write_freezes.lift(did)?)
    }

    /// Returns a guard that a request keeps from its arrival to its answer: the writer delays a batch for requests in
    /// flight.
    pub fn in_flight(&self) -> InFlight {
        InFlight::new(&self.inner.shared.flights)
    }

    /// Flushes all pending entries into the logs. Blocks.
    pub fn drain(&self) {
        for (did, error) in self.inner.flusher.move_all() {
            tracing::warn!(%did, %error, "a log could not be drained");
        }
    }

    fn drain_log(&self, did: &Did) -> Result<()> {
        let shared = &self.inner.shared;
        self.inner.flusher.move_log(did).map_err(|error| shared.read_error(did, error))
    }

    /// Removes every erased byte of this log from every file: flushes pending entries, wipes the journal, truncates all
    /// WALs. The caller may send the receipt once this returns. Blocks for seconds.
    ///
    /// # Errors
    /// A file failed, or the journal was not wiped within a minute.
    pub fn purge(&self, did: &Did) -> Result<()> {
        let shared = &self.inner.shared;
        self.drain_log(did)?;
        if !self.scrub_journal() {
            return Err(ReadError::Busy);
        }
        for projection in &shared.projections {
            shared.checkpoint(projection, "TRUNCATE")?;
        }
        shared.in_file(did, LogFile::checkpoint)
    }

    /// Flushes everything into the logs' databases and empties the journal, as a graceful stop does. Blocks, and is
    /// slow. True if it finished.
    pub fn settle(&self) -> bool {
        let scrubbed = self.scrub_journal();
        self.inner.flusher.checkpoint_logs(monotonic() + PURGE_MAX) && scrubbed
    }

    /// Flushes everything, and has all bytes of the journal wiped; false if that takes too long.
    fn scrub_journal(&self) -> bool {
        let newest = self.inner.shared.tables.newest.iter();
        let newest = newest.map(|newest| newest.load(Ordering::SeqCst)).max().unwrap_or(0);
        self.inner.flusher.scrub(newest, PURGE_MAX)
    }

    /// Returns the media files.
    pub fn media(&self) -> &MediaStore {
        &self.inner.shared.media
    }

    /// Returns why the ledger stopped writing, if it did. The node should exit; the next start recovers.
    pub fn fatal(&self) -> Option<String> {
        self.inner.shared.fatal.get().cloned()
    }

    /// Counters for `/metrics`.
    pub fn stats(&self) -> Stats {
        let shared = &self.inner.shared;
        let counters = &shared.counters;
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Stats {
            commands: count(&counters.commands),
            refused: count(&counters.refused),
            entries: count(&counters.entries),
            batches: count(&counters.batches),
            waiting: shared.pending_entries.len() as u64,
            moves: count(&counters.moves),
            replayed_entries: count(&counters.replayed_entries),
            searched_entries: count(&counters.searched_entries),
            replayed_rows_most: count(&counters.replayed_rows_most),
            journal_bytes: count(&counters.journal_bytes),
            swept_files: count(&counters.swept_files),
            swept_bytes: count(&counters.swept_bytes),
            in_flight: u64::from(shared.flights.now()),
            open_logs: shared.logs.len() as u64,
            quarantined: shared.quarantined.lock().len() as u64,
            fatal: self.fatal(),
        }
    }

    /// Drains the journal, closes every file and ends the threads. Other clones then get
    /// [`SubmitError::Closed`](crate::SubmitError::Closed).
    ///
    /// # Errors
    /// [`ShutdownError`]; the journal keeps the entries that were not flushed.
    pub fn shutdown(self) -> Result<(), ShutdownError> {
        self.inner.close()
    }
}

impl Inner {
    fn close(&self) -> Result<(), ShutdownError> {
        let threads = self.threads.lock().take();
        let Some(threads) = threads else {
            return Ok(());
        };
        let closed = self.close_threads(threads);
        // Other clones may exist, but they hold no open file.
        self.shared.logs.close_all();
        drop(self.lock.lock().take());
        closed
    }

    fn close_threads(&self, threads: Threads) -> Result<(), ShutdownError> {
        let until = monotonic() + SHUTDOWN_MAX;
        crate::replay::close(&self.shared, monotonic() + REPLAYS_MAX);
        self.shared.queue.close();
        let journal = threads.writer.join();
        let syncer = threads.syncer.join();
        self.flusher.stop();
        let flusher = threads.flusher.join();
        let (Ok(mut journal), Ok(()), Ok(())) = (journal, syncer, flusher) else {
            return Err(ShutdownError("a thread of the ledger had panicked".to_owned()));
        };
        if let Some(reason) = self.shared.fatal.get() {
            return Err(ShutdownError(reason.clone()));
        }
        // On a full disk the journal keeps the pending entries, as after a crash, and the next start flushes them.
        let stays = || {
            tracing::warn!(
                "the disk is full: some entries stay in the journal until there is room"
            );
        };
        let failed = self.flusher.move_all().into_iter().next();
        if let Some((did, error)) = &failed
            && !matches!(error, LogError::Full)
        {
            let text = format!("the log of {did} could not be drained: {error}");
            return Err(ShutdownError(text));
        }
        if failed.is_some() || self.shared.behind.load(Ordering::SeqCst) {
            stays();
            return Ok(());
        }
        match self.flusher.empty(&mut journal) {
            Err(LogError::Full) => stays(),
            emptied => emptied.map_err(|error| ShutdownError(error.to_string()))?,
        }
        if !self.flusher.checkpoint_logs(until) {
            tracing::info!(
                "some logs keep their WAL, which is a part of them: checkpointing it would have taken too long"
            );
        }
        Ok(())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Callers that need the result call `shutdown`; the journal has everything either way.
        if let Err(error) = self.close() {
            tracing::warn!(%error, "the ledger was dropped without shutdown");
        }
    }
}
