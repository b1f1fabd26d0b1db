//! The state that the ledger's threads share, and reads across a log's two places: its file and the journal.
//!
//! Always: a read sees every acknowledged entry, flushed or not. Lock order: a log's slot, then `waiting`.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use imajin_dfos::Cid;
use imajin_dfos::multikey::KeyCache;
use imajin_log::clock::Clock;
use imajin_log::entry::Sealed;
use imajin_log::ops::OpTable;
use imajin_log::rules::{Chain, LogState};
use imajin_protocol::{Did, Kid};
use parking_lot::Mutex;

use crate::beginnings::Beginnings;
use crate::cache::{LogCache, StateCache};
use crate::calm::Calm;
use crate::disk::Disk;
use crate::errors::{ReadError, Result};
use crate::journal::{JournalReader, Table};
use crate::logfile::{Across, LogError, LogEvidence, LogFile, Row, kid_state, load_state, recall};
use crate::machine::StateMachine;
use crate::media::MediaStore;
use crate::mentions::Mentions;
use crate::options::{Limits, NodeKey};
use crate::pending_entries::{PendingEntries, PendingRow};
use crate::projection::Projection;
use crate::queue::{Flights, Queue};
use crate::replay::arriving::ToCome;
use crate::replay::register::Replays;
use crate::write_freeze::WriteFreezes;
use crate::writer::job::Job;

/// Headers examined at a time: the log is locked meanwhile.
const NAMED_CHUNK: usize = 1_024;

#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) commands: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) entries: AtomicU64,
    pub(crate) batches: AtomicU64,
    pub(crate) moves: AtomicU64,
    /// Entries that the writer applied again after erasures.
    pub(crate) replayed_entries: AtomicU64,
    /// Entries that the writer read to find what an erasure names.
    pub(crate) searched_entries: AtomicU64,
    /// The most rows that the writer took over at once after an erasure.
    pub(crate) replayed_rows_most: AtomicU64,
    pub(crate) journal_bytes: AtomicU64,
    /// Files that sweeps removed; the next field has their bytes.
    pub(crate) swept_files: AtomicU64,
    pub(crate) swept_bytes: AtomicU64,
}

/// State of the journal's tables, shared by the flusher and the writer.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    /// The newest offset and the number of rows of each table, as of the last durable batch.
    pub(crate) newest: [AtomicU64; 2],
    pub(crate) rows: [AtomicU64; 2],
    pub(crate) current: AtomicU64,
    /// Approximate bytes written to the journal's WAL since its last restart.
    pub(crate) wal_written: AtomicU64,
    /// Whether the flusher has checkpointed the WAL, so that the writer may restart it.
    pub(crate) checkpointed: AtomicBool,
    /// Set by the flusher: all rows of this table up to this offset are durable in their logs and in the projections.
    pub(crate) settled: [AtomicU64; 2],
}

/// The state that all threads share.
pub(crate) struct Shared {
    pub(crate) data: PathBuf,
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) node: NodeKey,
    pub(crate) machine: Arc<dyn StateMachine>,
    pub(crate) ops: Arc<OpTable>,
    pub(crate) limits: Limits,
    pub(crate) logs: LogCache,
    pub(crate) states: StateCache,
    pub(crate) pending_entries: PendingEntries,
    pub(crate) journal: Mutex<JournalReader>,
    pub(crate) projections: Vec<Arc<Projection>>,
    pub(crate) queue: Queue<Job>,
    pub(crate) flights: Arc<Flights>,
    pub(crate) keys: KeyCache,
    pub(crate) media: MediaStore,
    pub(crate) write_freezes: WriteFreezes,
    pub(crate) quarantined: Mutex<HashMap<Did, String>>,
    /// The readable beginnings of quarantined logs.
    pub(crate) beginnings: Beginnings,
    pub(crate) fatal: OnceLock<String>,
    pub(crate) closing: AtomicBool,
    /// Whether a projection lacks something that the journal has.
    pub(crate) behind: AtomicBool,
    /// Pauses on a full disk: for flushing, catching up, and emptying the journal.
    pub(crate) moving: Calm,
    pub(crate) catching_up: Calm,
    pub(crate) emptying: Calm,
    pub(crate) counters: Counters,
    pub(crate) tables: Tables,
    pub(crate) replays: Replays,
    /// Imports in progress.
    pub(crate) to_come: Arc<ToCome>,
    /// Number of times that another log replaced a log.
    pub(crate) installs: Mutex<HashMap<Did, u64>>,
}

impl Shared {
    /// Stops all writing until a restart: the disk failed in a way that leaves the outcome of a write unknown.
    pub(crate) fn fail(&self, reason: String) {
        if self.fatal.set(reason).is_ok() {
            tracing::error!(
                reason = self.fatal.get(),
                "the ledger stops writing: restart the node, which recovers"
            );
        }
        self.queue.close();
    }

    /// Tells the flusher what the journal's tables have, and which of them takes rows.
    pub(crate) fn publish_tables(&self, tables: &[Table; 2], current: usize, wal_written: u64) {
        for (n, table) in tables.iter().enumerate() {
            self.tables.newest[n].store(table.newest, Ordering::SeqCst);
            self.tables.rows[n].store(table.rows, Ordering::SeqCst);
        }
        self.tables.current.store(current as u64, Ordering::SeqCst);
        self.tables.wal_written.store(wal_written, Ordering::SeqCst);
        let bytes = tables.iter().map(|table| table.bytes).sum();
        self.counters.journal_bytes.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn projection(&self, service: &str) -> Option<&Projection> {
        self.projections.iter().map(Arc::as_ref).find(|one| one.spec.name == service)
    }

    /// Checkpoints a projection. If that fails permanently, the ledger stops.
    pub(crate) fn checkpoint(&self, projection: &Projection, mode: &str) -> rusqlite::Result<()> {
        let done = projection.checkpoint(mode);
        self.stop_if_lost(projection);
        done
    }

    /// Stops the ledger if a checkpoint of a projection failed permanently.
    pub(crate) fn stop_if_lost(&self, projection: &Projection) {
        if projection.is_lost() {
            let service = projection.spec.name;
            self.fail(format!(
                "the projection {service} could not be made durable: the next start makes it again from the logs"
            ));
        }
    }

    /// Returns how often another log has replaced this one since the start.
    pub(crate) fn installs_of(&self, did: &Did) -> u64 {
        self.installs.lock().get(did).copied().unwrap_or(0)
    }

    /// Notes that another log replaces this one.
    pub(crate) fn note_install(&self, did: &Did) {
        *self.installs.lock().entry(did.clone()).or_default() += 1;
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }

    /// Returns whether the writer takes no further work.
    pub(crate) fn is_stopping(&self) -> bool {
        self.fatal.get().is_some() || self.is_closing()
    }

    /// Returns why a log is in quarantine, if it is.
    pub(crate) fn quarantine_of(&self, did: &Did) -> Option<String> {
        self.quarantined.lock().get(did).cloned()
    }

    fn refuse_quarantined(&self, did: &Did) -> Result<()> {
        match self.quarantine_of(did) {
            None => Ok(()),
            Some(reason) => Err(ReadError::Quarantined { did: did.clone(), reason }),
        }
    }

    /// Runs `f` with a log's file. Quarantines a damaged log.
    pub(crate) fn with_log<T>(
        &self,
        did: &Did,
        f: impl FnOnce(&mut Option<LogFile>) -> Result<T, LogError>,
    ) -> Result<T> {
        self.refuse_quarantined(did)?;
        self.logs.with_log(did, f).map_err(|error| self.read_error(did, error))
    }

    /// Like [`Self::with_log`], if the log has a file; the default if not.
    pub(crate) fn in_file<T: Default>(
        &self,
        did: &Did,
        f: impl FnOnce(&mut LogFile) -> Result<T, LogError>,
    ) -> Result<T> {
        self.with_log(did, |log| log.as_mut().map_or(Ok(T::default()), f))
    }

    pub(crate) fn read_error(&self, did: &Did, error: LogError) -> ReadError {
        match error {
            LogError::Damaged(reason) => {
                self.set_aside(did, &reason);
                ReadError::Quarantined { did: did.clone(), reason }
            }
            LogError::Full => ReadError::Io(std::io::ErrorKind::StorageFull.into()),
            LogError::Failed(reason) => ReadError::Io(std::io::Error::other(reason)),
        }
    }

    /// Quarantines a damaged log. Other logs are unaffected; its rows go to `quarantine/` when they would be flushed.
    pub(crate) fn set_aside(&self, did: &Did, reason: &str) {
        let mut quarantined = self.quarantined.lock();
        if quarantined.insert(did.clone(), reason.to_owned()).is_none() {
            tracing::error!(%did, reason, "the log is damaged and set aside; all other logs work as before; see `imajin doctor`");
        }
        drop(quarantined);
        self.states.remove(did);
    }

    /// Ends a quarantine: another file replaced the damaged one.
    pub(crate) fn set_right(&self, did: &Did) {
        self.quarantined.lock().remove(did);
        self.states.remove(did);
        self.beginnings.forget(did);
    }

    /// Returns the state of a log after its newest acknowledged entry; `None` if the log does not exist.
    pub(crate) fn state(&self, did: &Did) -> Result<Option<Arc<LogState>>> {
        // A batch that was on its way when the log was set aside has still left its state.
        self.refuse_quarantined(did)?;
        if let Some(state) = self.states.get(did) {
            return Ok(Some(state));
        }
        let began = self.states.generation(did);
        let loaded = self.with_log(did, |log| {
            let mut state = log.as_ref().map(|log| load_state(log, did, &self.ops)).transpose()?;
            // The slot is locked, so nothing moves from `waiting` into the file meanwhile.
            let from = state.as_ref().map_or(0, LogState::next_seq);
            for waiting in self.pending_entries.rows_from(did, from, usize::MAX) {
                let Some(row) = self.row(&waiting)? else {
                    continue;
                };
                let state = state
                    .get_or_insert_with(|| LogState::for_writer(did.clone(), self.ops.clone()));
                recall(state, &row.entry)?;
                state.recall_signer(&row.entry, |author| self.chain_beside(author, None));
            }
            Ok(state)
        })?;
        Ok(loaded.map(|mut state| {
            state.forget_details();
            self.states.offer(Arc::new(state), began)
        }))
    }

    /// Returns a pending row: from memory, or from the journal; `None` if it was flushed meanwhile.
    pub(crate) fn row(&self, waiting: &PendingRow) -> Result<Option<Row>, LogError> {
        self.row_after(waiting, &mut None)
    }

    /// Reads the given pending rows, except those flushed meanwhile.
    pub(crate) fn rows(&self, waiting: &[PendingRow]) -> Result<Vec<Row>, LogError> {
        let mut last_across = None;
        let rows = waiting.iter().map(|row| self.row_after(row, &mut last_across));
        rows.filter_map(Result::transpose).collect()
    }

    fn row_after(
        &self,
        waiting: &PendingRow,
        last_across: &mut Option<Arc<Across>>,
    ) -> Result<Option<Row>, LogError> {
        if let Some(row) = &waiting.row {
            return Ok(Some(Row::clone(row)));
        }
        let journal = self.journal.lock();
        journal
            .row(waiting.table, waiting.offset, last_across)
            .map_err(|error| LogError::Failed(error.to_string()))
    }

    /// Returns the identity chain of a DID from its own log on this node.
    pub(crate) fn chain_here(&self, did: &Did) -> Option<Arc<Chain>> {
        self.state(did).ok()??.owner().chain().cloned()
    }

    /// Returns the identity chain of an author: from their own log on this node, or as the log of `did` has it.
    pub(crate) fn chain_in(&self, did: &Did, author: &Did) -> Result<Option<Arc<Chain>>> {
        match self.chain_here(author) {
            Some(chain) => Ok(Some(chain)),
            None => Ok(self.in_file(did, |log| log.chain(author))?.map(Arc::new)),
        }
    }

    /// Returns the identity chain of an author, from their own log on this node or from the given one. Safe while that
    /// log's slot is locked: it locks no other log than `log`.
    fn chain_beside(&self, author: &Did, log: Option<&LogFile>) -> Option<Arc<Chain>> {
        let cached = self.states.get(author).and_then(|state| state.owner().chain().cloned());
        cached.or_else(|| log?.chain(author).ok().flatten().map(Arc::new))
    }

    /// Returns the entries after a number, oldest first, flushed or not, with their offsets.
    pub(crate) fn entries(
        &self,
        did: &Did,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<(u64, Sealed)>> {
        self.with_log(did, |log| self.entries_of(log, did, after, limit))
    }

    /// Like [`Self::entries`], unless the log is in use.
    pub(crate) fn entries_if_free(
        &self,
        did: &Did,
        after: Option<u64>,
        limit: usize,
    ) -> Option<Result<Vec<(u64, Sealed)>, LogError>> {
        self.logs.try_with(did, |log| self.entries_of(log, did, after, limit))
    }

    fn entries_of(
        &self,
        log: &mut Option<LogFile>,
        did: &Did,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<(u64, Sealed)>, LogError> {
        let stored = log.as_ref().map(|log| log.entries_with_offsets(after, limit));
        let mut entries = stored.transpose()?.unwrap_or_default();
        let next =
            entries.last().map(|(_, entry)| entry.header.seq).or(after).map_or(0, |seq| seq + 1);
        let left = limit.saturating_sub(entries.len());
        for waiting in self.pending_entries.rows_from(did, next, left) {
            if let Some(row) = self.row(&waiting)? {
                entries.push((row.offset, row.entry));
            }
        }
        Ok(entries)
    }

    /// Returns the entries of a log that name these bodies, up to its newest one. Runs off the writer's thread, because
    /// it reads the whole log, piece by piece.
    pub(crate) fn find_named(&self, did: &Did, bodies: HashSet<Cid>) -> Result<Mentions> {
        let mut named = Mentions {
            did: did.clone(),
            bodies,
            upto: None,
            installs: self.installs_of(did),
            entries: Vec::new(),
        };
        while self.with_log(did, |log| self.find_more(log, &mut named))? > 0 {}
        Ok(named)
    }

    /// Examines the next piece; returns how many entries it had. The log is locked, so that none of them is flushed
    /// meanwhile.
    fn find_more(
        &self,
        log: &mut Option<LogFile>,
        named: &mut Mentions,
    ) -> Result<usize, LogError> {
        let read = log.as_ref().map(|log| LogEvidence(log).named_after(named, NAMED_CHUNK));
        if let Some(read @ 1..) = read.transpose()? {
            return Ok(read);
        }
        let next = named.upto.map_or(0, |seq| seq + 1);
        let waiting = self.pending_entries.rows_from(&named.did, next, NAMED_CHUNK);
        for row in &waiting {
            if let Some(row) = self.row(row)? {
                named.take(&row.entry);
            }
        }
        Ok(waiting.len())
    }

    /// Returns the raw CID of the payload of the last proof by a key in a log.
    pub(crate) fn last_payload(&self, did: &Did, kid: &Kid) -> Result<Option<Cid>> {
        let Some(state) = self.state(did)? else {
            return Ok(None);
        };
        if let Some(known) = state.kid(kid) {
            return Ok(Some(known.payload));
        }
        if state.knows_all_kids() {
            return Ok(None);
        }
        for waiting in self.pending_entries.rows(did, usize::MAX).iter().rev() {
            let row = self.row(waiting).map_err(|error| self.read_error(did, error))?;
            let by = |row: &Row| row.entry.header.proof_part().is_some_and(|part| part.kid == *kid);
            if let Some(last) = row.filter(by).and_then(|row| kid_state(&row.entry)) {
                return Ok(Some(last.payload));
            }
        }
        let last = self.in_file(did, |log| LogEvidence(log).last_by(kid))?;
        Ok(last.map(|last| last.payload))
    }

    /// Returns one entry, flushed or not.
    pub(crate) fn entry(&self, did: &Did, seq: u64) -> Result<Option<Sealed>> {
        let entries = self.entries(did, seq.checked_sub(1), 1)?;
        Ok(entries.into_iter().map(|(_, entry)| entry).find(|entry| entry.header.seq == seq))
    }

    /// Bodies of a log that pending entries erase, and the newest entry that does.
    pub(crate) fn erased_waiting(&self, did: &Did) -> Result<HashMap<Cid, u64>, LogError> {
        let mut rows = Vec::new();
        for waiting in self.pending_entries.erasing(did) {
            rows.extend(self.row(&waiting)?.map(|row| row.entry));
        }
        crate::logfile::erased_bodies(rows.iter())
    }
}
