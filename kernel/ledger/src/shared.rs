//! What the ledger's threads share, and reading across a log's two places: its file, and what still waits for it.
//!
//! Always: a read sees every entry that was acknowledged, moved or not. Lock order: a log's slot, then `waiting`.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use imajin_dfos::Cid;
use imajin_dfos::multikey::KeyCache;
use imajin_protocol::{Did, Kid};

use crate::cache::{LogCache, StateCache};
use crate::clock::Clock;
use crate::disk::Disk;
use crate::entry::Sealed;
use crate::holds::Holds;
use crate::journal::JournalReader;
use crate::ledger::{Limits, NodeKey, ReadError};
use crate::logfile::{Across, LogError, LogEvidence, LogFile, Row, kid_state, load_state, recall};
use crate::machine::StateMachine;
use crate::media::MediaStore;
use crate::ops::OpTable;
use crate::projection::Projection;
use crate::queue::{Flights, Queue};
use crate::replay::Replays;
use crate::replay::arriving::ToCome;
use crate::rules::{Chain, LogState, NamedBody, Owner};
use crate::waiting::{Waiting, WaitingRow};
use crate::writer::Job;
use crate::writer::install::ExclusiveQueue;

/// Headers that are looked through at once: the log is held meanwhile.
const NAMED_CHUNK: usize = 1_024;

/// Numbers that threads add to.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) commands: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) entries: AtomicU64,
    pub(crate) batches: AtomicU64,
    pub(crate) moves: AtomicU64,
    /// Entries that the writer gave to projections once more after erasures.
    pub(crate) replayed_entries: AtomicU64,
    /// Entries that it read to find what an erasure names.
    pub(crate) searched_entries: AtomicU64,
    /// The most rows that it took over at a time after one.
    pub(crate) replayed_rows_most: AtomicU64,
    pub(crate) journal_bytes: AtomicU64,
    /// Files that were swept, and their bytes.
    pub(crate) swept_files: AtomicU64,
    pub(crate) swept_bytes: AtomicU64,
}

/// What the mover and the writer tell each other about the journal's tables.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    /// Newest offset and number of rows of each table, as of the last commit.
    pub(crate) newest: [AtomicU64; 2],
    pub(crate) rows: [AtomicU64; 2],
    /// Which table takes rows.
    pub(crate) current: AtomicU64,
    /// About how many bytes went into the journal's WAL since it was last started anew.
    pub(crate) wal_written: AtomicU64,
    /// The mover says: the WAL was checkpointed, the writer may start it anew.
    pub(crate) checkpointed: AtomicBool,
    /// The mover says: all rows of this table up to this offset are in their logs and in the projections, durably.
    pub(crate) settled: [AtomicU64; 2],
}

/// Which entries of a log name some bodies, as far as the log went when it was read.
#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub(crate) did: Did,
    pub(crate) bodies: HashSet<Cid>,
    /// The newest entry that was looked at.
    pub(crate) upto: Option<u64>,
    /// [`Shared::installs_of`] then: another log may take this one's place.
    pub(crate) installs: u64,
    pub(crate) entries: Vec<NamedBody>,
}

impl Named {
    /// Takes the next entry of the log.
    pub(crate) fn take(&mut self, entry: &Sealed) {
        self.entries.extend(named_by(entry, &self.bodies));
        self.upto = Some(entry.header.seq);
    }
}

/// What an entry is, if its body is one of these.
pub(crate) fn named_by(entry: &Sealed, bodies: &HashSet<Cid>) -> Option<NamedBody> {
    let header = &entry.header;
    let body = header.body.filter(|body| bodies.contains(body))?;
    Some(NamedBody {
        body,
        seq: header.seq,
        op: header.op.clone(),
        author: header.author.clone(),
    })
}

/// What everybody shares.
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
    pub(crate) waiting: Waiting,
    pub(crate) journal: Mutex<JournalReader>,
    pub(crate) projections: Vec<Arc<Projection>>,
    pub(crate) queue: Queue<Job>,
    /// What the writer does between two batches; nudge the queue after adding to it.
    pub(crate) exclusive: ExclusiveQueue,
    pub(crate) flights: Arc<Flights>,
    pub(crate) keys: KeyCache,
    pub(crate) media: MediaStore,
    pub(crate) holds: Holds,
    pub(crate) quarantined: Mutex<HashMap<Did, String>>,
    pub(crate) fatal: OnceLock<String>,
    pub(crate) closing: AtomicBool,
    pub(crate) counters: Counters,
    pub(crate) tables: Tables,
    pub(crate) replays: Replays,
    /// Logs that are on their way in.
    pub(crate) to_come: Arc<ToCome>,
    /// How often another log took a log's place.
    pub(crate) installs: Mutex<HashMap<Did, u64>>,
}

impl Shared {
    /// The disk failed in a way that leaves the outcome of a write unknown: nothing more is written until a restart.
    pub(crate) fn fail(&self, reason: String) {
        if self.fatal.set(reason).is_ok() {
            tracing::error!(
                reason = self.fatal.get(),
                "the ledger stops writing: restart the node, which recovers"
            );
        }
        self.queue.close();
    }

    /// Carries a projection's WAL over. Where that fails for good the ledger stops.
    pub(crate) fn checkpoint(&self, projection: &Projection, mode: &str) -> rusqlite::Result<()> {
        let done = projection.checkpoint(mode);
        self.stop_if_lost(projection);
        done
    }

    /// Stops the ledger where a checkpoint of a projection failed for good.
    pub(crate) fn stop_if_lost(&self, projection: &Projection) {
        if projection.is_lost() {
            let service = projection.spec.name;
            self.fail(format!(
                "the projection {service} could not be made durable: the next start makes it again from the logs"
            ));
        }
    }

    /// How often another log took this one's place since the start.
    pub(crate) fn installs_of(&self, did: &Did) -> u64 {
        let installs = self.installs.lock().unwrap_or_else(PoisonError::into_inner);
        installs.get(did).copied().unwrap_or(0)
    }

    /// Notes that another log takes this one's place.
    pub(crate) fn note_install(&self, did: &Did) {
        let mut installs = self.installs.lock().unwrap_or_else(PoisonError::into_inner);
        *installs.entry(did.clone()).or_default() += 1;
    }

    pub(crate) fn is_closing(&self) -> bool {
        self.closing.load(Ordering::SeqCst)
    }

    /// Why a log is set aside, if it is.
    pub(crate) fn quarantine_of(&self, did: &Did) -> Option<String> {
        self.quarantined
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(did)
            .cloned()
    }

    /// Uses a log's file. A damaged one is set aside.
    pub(crate) fn with_log<T>(
        &self,
        did: &Did,
        f: impl FnOnce(&mut Option<LogFile>) -> Result<T, LogError>,
    ) -> Result<T, ReadError> {
        if let Some(reason) = self.quarantine_of(did) {
            return Err(ReadError::Quarantined {
                did: did.clone(),
                reason,
            });
        }
        self.logs
            .with(did, f)
            .map_err(|error| self.read_error(did, error))
    }

    pub(crate) fn read_error(&self, did: &Did, error: LogError) -> ReadError {
        match error {
            LogError::Damaged(reason) => {
                self.set_aside(did, &reason);
                ReadError::Quarantined {
                    did: did.clone(),
                    reason,
                }
            }
            LogError::Full => ReadError::Io(std::io::ErrorKind::StorageFull.into()),
            LogError::Failed(reason) => ReadError::Io(std::io::Error::other(reason)),
        }
    }

    /// Notes that a log is damaged. Others go on; its rows go to `quarantine/` when they would be moved.
    pub(crate) fn set_aside(&self, did: &Did, reason: &str) {
        let mut quarantined = self
            .quarantined
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if quarantined.insert(did.clone(), reason.to_owned()).is_none() {
            tracing::error!(%did, reason, "the log is damaged and set aside: everybody else is served; see `imajin doctor`");
        }
        drop(quarantined);
        self.states.remove(did);
    }

    /// A log is whole again: another file took the place of the damaged one.
    pub(crate) fn set_right(&self, did: &Did) {
        self.quarantined
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(did);
        self.states.remove(did);
    }

    /// The state of a log after its newest acknowledged entry; none where there is no log.
    pub(crate) fn state(&self, did: &Did) -> Result<Option<Arc<LogState>>, ReadError> {
        if let Some(state) = self.states.get(did) {
            return Ok(Some(state));
        }
        let began = self.states.generation(did);
        let loaded = self.with_log(did, |log| {
            let mut state = match log {
                Some(log) => Some(load_state(log, did, &self.ops)?),
                None => None,
            };
            // The slot is held, so nothing moves from waiting into the file meanwhile.
            let from = state.as_ref().map_or(0, LogState::next_seq);
            for waiting in self.waiting.rows_from(did, from, usize::MAX) {
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

    /// A row that waits: held, or read from the journal again; none where it has left meanwhile.
    pub(crate) fn row(&self, waiting: &WaitingRow) -> Result<Option<Row>, LogError> {
        self.row_after(waiting, &mut None)
    }

    /// All of some rows that wait, but those that have left meanwhile.
    pub(crate) fn rows(&self, waiting: &[WaitingRow]) -> Result<Vec<Row>, LogError> {
        let mut known = None;
        let rows = waiting.iter().map(|row| self.row_after(row, &mut known));
        rows.filter_map(Result::transpose).collect()
    }

    fn row_after(
        &self,
        waiting: &WaitingRow,
        known: &mut Option<Arc<Across>>,
    ) -> Result<Option<Row>, LogError> {
        if let Some(row) = &waiting.row {
            return Ok(Some(row.clone()));
        }
        let journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal
            .row(waiting.table, waiting.offset, known)
            .map_err(|error| LogError::Failed(error.to_string()))
    }

    /// The identity chain of a DID from its own log here.
    pub(crate) fn chain_here(&self, did: &Did) -> Option<Arc<Chain>> {
        match self.state(did) {
            Ok(Some(state)) => match state.owner() {
                Owner::Chain(chain) => Some(chain.clone()),
                _ => None,
            },
            _ => None,
        }
    }

    /// The identity chain of an author: the one of their own log here, or the one that stands in a log beside it. To be
    /// used while that log's slot is held: it locks none but `log`, which is given.
    fn chain_beside(&self, author: &Did, log: Option<&LogFile>) -> Option<Arc<Chain>> {
        let cached = self
            .states
            .get(author)
            .and_then(|state| state.owner().chain().cloned());
        cached.or_else(|| log?.chain(author).ok().flatten().map(Arc::new))
    }

    /// Entries after a place, oldest first, moved or not, with their offsets.
    pub(crate) fn entries(
        &self,
        did: &Did,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<(u64, Sealed)>, ReadError> {
        self.with_log(did, |log| self.entries_of(log, did, after, limit))
    }

    /// The same, unless somebody else uses the log.
    pub(crate) fn entries_if_free(
        &self,
        did: &Did,
        after: Option<u64>,
        limit: usize,
    ) -> Option<Result<Vec<(u64, Sealed)>, LogError>> {
        self.logs
            .try_with(did, |log| self.entries_of(log, did, after, limit))
    }

    fn entries_of(
        &self,
        log: &mut Option<LogFile>,
        did: &Did,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<(u64, Sealed)>, LogError> {
        let mut entries = match log {
            Some(log) => log.entries_with_offsets(after, limit)?,
            None => Vec::new(),
        };
        let next = entries
            .last()
            .map(|(_, entry)| entry.header.seq)
            .or(after)
            .map_or(0, |seq| seq + 1);
        let left = limit.saturating_sub(entries.len());
        for waiting in self.waiting.rows_from(did, next, left) {
            if let Some(row) = self.row(&waiting)? {
                entries.push((row.offset, row.entry));
            }
        }
        Ok(entries)
    }

    /// Which entries of a log name these bodies, up to its newest one: asked beside the writer, since it reads the whole
    /// log, piece by piece.
    pub(crate) fn find_named(&self, did: &Did, bodies: HashSet<Cid>) -> Result<Named, ReadError> {
        let mut named = Named {
            did: did.clone(),
            bodies,
            upto: None,
            installs: self.installs_of(did),
            entries: Vec::new(),
        };
        while self.with_log(did, |log| self.find_more(log, &mut named))? > 0 {}
        Ok(named)
    }

    /// The next piece; says how many entries it had. The log is held, so that none of them is moved meanwhile.
    fn find_more(&self, log: &mut Option<LogFile>, named: &mut Named) -> Result<usize, LogError> {
        let read = match log {
            Some(log) => LogEvidence(log).named_after(named, NAMED_CHUNK)?,
            None => 0,
        };
        if read > 0 {
            return Ok(read);
        }
        let next = named.upto.map_or(0, |seq| seq + 1);
        let waiting = self.waiting.rows_from(&named.did, next, NAMED_CHUNK);
        for row in &waiting {
            if let Some(row) = self.row(row)? {
                named.take(&row.entry);
            }
        }
        Ok(waiting.len())
    }

    /// The raw CID of the payload of the last proof by a key in a log.
    pub(crate) fn last_payload(&self, did: &Did, kid: &Kid) -> Result<Option<Cid>, ReadError> {
        let Some(state) = self.state(did)? else {
            return Ok(None);
        };
        if let Some(known) = state.kid(kid) {
            return Ok(Some(known.payload));
        }
        if state.knows_all_kids() {
            return Ok(None);
        }
        for waiting in self.waiting.rows(did, usize::MAX).iter().rev() {
            let row = self
                .row(waiting)
                .map_err(|error| self.read_error(did, error))?;
            let by = |row: &Row| {
                row.entry
                    .header
                    .proof_part()
                    .is_some_and(|part| part.kid == *kid)
            };
            if let Some(last) = row.filter(by).and_then(|row| kid_state(&row.entry)) {
                return Ok(Some(last.payload));
            }
        }
        let last = self.with_log(did, |log| match log {
            Some(log) => LogEvidence(log).last_by(kid),
            None => Ok(None),
        })?;
        Ok(last.map(|last| last.payload))
    }

    /// One entry, moved or not.
    pub(crate) fn entry(&self, did: &Did, seq: u64) -> Result<Option<Sealed>, ReadError> {
        let entries = self.entries(did, seq.checked_sub(1), 1)?;
        Ok(entries
            .into_iter()
            .map(|(_, entry)| entry)
            .find(|entry| entry.header.seq == seq))
    }

    /// Bodies of a log that entries which still wait erase, and the newest entry that does.
    pub(crate) fn erased_waiting(&self, did: &Did) -> Result<HashMap<Cid, u64>, LogError> {
        let mut rows = Vec::new();
        for waiting in self.waiting.erasing(did) {
            rows.extend(self.row(&waiting)?.map(|row| row.entry));
        }
        crate::logfile::erased_bodies(rows.iter())
    }
}
