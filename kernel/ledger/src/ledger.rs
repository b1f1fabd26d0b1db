//! The ledger, as everybody else sees it.
//!
//! Always: what [`Ledger::submit`] has answered is durable; what is read has everything that was answered before.

mod bundles;
mod open;
mod probe;
mod still;
mod submit;

use imajin_dfos::order;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use imajin_dfos::{Cid, SigningKey, Timestamp, VerifyingKey};
use imajin_protocol::{Did, Kid, Proof};
use rusqlite::Connection;

use crate::clock::{Clock, monotonic};
use crate::entry::Sealed;
use crate::journal::Journal;
use crate::lock::DataLock;
use crate::logfile::LogFile;
use crate::machine::StateMachine;
use crate::media::MediaStore;
use crate::mover::Mover;
use crate::ops::Unpublished;
use crate::projection::Projection;
use crate::rules::{Home, LogView, Owner};
use crate::shared::Shared;

pub use crate::holds::Hold;
pub use crate::queue::InFlight;
pub use bundles::{LearnError, Learned};
pub use open::newest_time;
pub use still::Still;

/// The node's own identity: its heads are signed with this.
#[derive(Clone)]
pub struct NodeKey {
    /// The node.
    pub did: Did,
    /// The key's name in the node's identity chain.
    pub kid: Kid,
    /// The key.
    pub key: SigningKey,
}

/// How the ledger is opened.
pub struct Options {
    /// The data folder.
    pub data: PathBuf,
    /// The apps.
    pub machine: Arc<dyn StateMachine>,
    /// The node.
    pub node: NodeKey,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// How much of everything.
    pub limits: Limits,
}

/// How much of everything.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Commands that may wait for the writer; then callers get [`SubmitError::Busy`](crate::SubmitError::Busy).
    pub queue_commands_max: usize,
    /// Commands in one batch.
    pub batch_commands_max: usize,
    /// How long the writer waits for the next command of a batch that is not full; a few times that in all.
    pub batch_wait_max: Duration,
    /// Bytes of the journal at which writers wait.
    pub journal_bytes_max: u64,
    /// How long a writer waits there before it gets [`SubmitError::Busy`](crate::SubmitError::Busy).
    pub journal_wait_max: Duration,
    /// Rows in one of the journal's tables at which the writer goes on in the other.
    pub journal_swap_entries: u64,
    /// How long nothing must have waited before the journal is emptied although it is nearly empty.
    pub journal_idle: Duration,
    /// Entries of one log that are moved together.
    pub move_entries: usize,
    /// How long an entry waits at most before it is moved.
    pub move_age_max: Duration,
    /// Bytes of the entries that wait in memory; the others are read again from the journal.
    pub waiting_bytes_max: usize,
    /// Logs that are open at once.
    pub open_logs_max: usize,
    /// Log states that are remembered.
    pub log_states_max: usize,
    /// Bytes of a log's WAL at which it is checkpointed; of a long log, up to four times as many.
    pub log_wal_bytes_max: u64,
    /// Connections that read one projection.
    pub readers_per_service: u32,
    /// Bytes of one media file.
    pub media_file_bytes_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            queue_commands_max: 4_096,
            batch_commands_max: 256,
            batch_wait_max: Duration::from_millis(1),
            journal_bytes_max: 64 * 1024 * 1024,
            journal_wait_max: Duration::from_secs(5),
            journal_swap_entries: 1_000,
            journal_idle: Duration::from_secs(10),
            move_entries: 128,
            move_age_max: Duration::from_secs(1),
            waiting_bytes_max: 6 * 1024 * 1024,
            open_logs_max: 64,
            log_states_max: 3_072,
            log_wal_bytes_max: 2 * 1024 * 1024,
            readers_per_service: 2,
            media_file_bytes_max: 256 * 1024 * 1024,
        }
    }
}

/// Why a ledger does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has the data folder.
    #[error("{0}")]
    Locked(String),
    /// A file or folder.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A database.
    #[error("{path}: {source}")]
    Database {
        /// Which.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// A file of the node's own that cannot be read.
    #[error("{path} is damaged: {reason}")]
    Damaged {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A log with an operation that this program does not know.
    #[error(
        "entry {seq} of {did} is of the operation {op}, which this program does not know: use a newer imajin"
    )]
    UnknownOp {
        /// Whose log.
        did: Did,
        /// The entry.
        seq: u64,
        /// Its operation.
        op: String,
    },
    /// What this program knows cannot be read.
    #[error(transparent)]
    Operations(#[from] Unpublished),
    /// A file of a version that this program does not know.
    #[error("{path} is of version {found}; this program knows up to {known}: use a newer imajin")]
    Version {
        /// Which.
        path: PathBuf,
        /// The version in the file.
        found: u32,
        /// The newest that is known here.
        known: u32,
    },
}

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// This node does not run the service.
    #[error("this node does not run the service {0:?}")]
    NoService(String),
    /// All readers are busy.
    #[error("too many reads at once; try again in a moment")]
    Busy,
    /// A database.
    #[error("the database failed: {0}")]
    Database(#[from] rusqlite::Error),
    /// A file.
    #[error("the disk failed: {0}")]
    Io(#[from] std::io::Error),
    /// The log is damaged.
    #[error("the log of {did} is damaged and set aside: {reason}")]
    Quarantined {
        /// Whose log.
        did: Did,
        /// What is wrong with it.
        reason: String,
    },
}

/// Why no key goes with a proof.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// Nobody here knows the author.
    #[error("there is no log of {0} here, and no identity chain")]
    Unknown(Did),
    /// The key is not in force.
    #[error("the key {0} is not in force")]
    NotInForce(Kid),
    /// A delegate's, which no delegation that is in force lets do this.
    #[error("no delegation of this key that is in force covers {0}")]
    NotDelegated(String),
    /// `chain` does not name the newest identity operation.
    #[error("chain must name the newest identity operation of the author")]
    Chain,
    /// The signature does not verify.
    #[error("the signature does not verify with the key {0}")]
    Signature(Kid),
    /// The genesis in the body of `auth.identity.create`.
    #[error("the genesis in the body: {0}")]
    Genesis(String),
    /// It could not be looked up.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// What is known of a log.
#[derive(Debug, Clone)]
pub struct LogStatus {
    /// Whose.
    pub did: Did,
    /// Where it is kept.
    pub home: Home,
    /// The place of the newest entry.
    pub seq: u64,
    /// The CID of its header.
    pub cid: Cid,
    /// Its time.
    pub at: Timestamp,
    /// The CID of the owner's newest identity operation; none for a bare key.
    pub chain: Option<Cid>,
    /// Whether the owner has a key and no chain.
    pub bare_key: bool,
    /// Why this node may not write to it, if so.
    pub read_only: Option<String>,
    /// The head that is ahead of this log, as a JWS, if one is known.
    pub newer: Option<String>,
    /// Whether a home entry of its owner's, at this node, lets it be written to again.
    pub waits_for_home: bool,
    /// What is wrong with the file, if it is set aside.
    pub quarantined: Option<String>,
    /// Whether an `auth.delete` stands in it.
    pub deleted: bool,
}

/// An entry as it is stored.
#[derive(Debug, Clone)]
pub struct StoredEntry {
    /// Its place in the log.
    pub seq: u64,
    /// The header's bytes.
    pub header: Arc<[u8]>,
    /// The body's bytes; none where there is none, or no more.
    pub body: Option<Arc<[u8]>>,
}

/// Numbers for `/metrics`.
#[derive(Debug, Clone, Default)]
pub struct Stats {
    /// Commands that were entered.
    pub commands: u64,
    /// Commands that were refused.
    pub refused: u64,
    /// Entries.
    pub entries: u64,
    /// Batches, each with one fsync.
    pub batches: u64,
    /// Entries that wait in the journal to be moved.
    pub waiting: u64,
    /// Moves of entries into logs.
    pub moves: u64,
    /// Entries that the writer itself gave to projections once more after erasures and imports: the rest is
    /// done beside it.
    pub replayed_entries: u64,
    /// Entries that the writer itself read to find what an erasure names: those that came since it was looked for.
    pub searched_entries: u64,
    /// The most rows that it took over at a time after one.
    pub replayed_rows_most: u64,
    /// Bytes of the journal.
    pub journal_bytes: u64,
    /// Media files that a sweep removed, uploads that never ended among them.
    pub swept_files: u64,
    /// Bytes of those that had all come.
    pub swept_bytes: u64,
    /// Requests in flight.
    pub in_flight: u64,
    /// Logs that are open.
    pub open_logs: u64,
    /// Logs that are set aside.
    pub quarantined: u64,
    /// Why the ledger stopped writing, if it did.
    pub fatal: Option<String>,
}

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
    mover: Arc<Mover>,
    threads: Mutex<Option<Threads>>,
    lock: Mutex<Option<DataLock>>,
}

/// The two threads. The writer gives back the journal when it ends.
struct Threads {
    writer: JoinHandle<Journal>,
    mover: JoinHandle<()>,
}

/// How long closing may take: whoever stops the node waits for it.
const SHUTDOWN_MAX: Duration = Duration::from_secs(3);
/// How long closing waits for rows that are being made again after an erasure.
const REPLAYS_MAX: Duration = Duration::from_secs(1);
/// How long a purge waits for the journal to be wiped.
const PURGE_MAX: Duration = Duration::from_secs(60);

impl Ledger {
    /// Reads the projection of a service. Short: a long read keeps its journal from being reused.
    pub fn read<T>(
        &self,
        service: &str,
        f: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, ReadError> {
        self.projection(service)?.read(f)
    }

    /// Changes whenever what [`Ledger::read`] finds may have changed: what was read after this was asked stays true as
    /// long as it is the same.
    pub fn generation(&self, service: &str) -> Result<u64, ReadError> {
        Ok(self.projection(service)?.generation())
    }

    /// Which offsets may still show below those that are there. Whoever goes through rows by offset asks before and after
    /// reading: what lies behind `first` is not taken yet, nor anything where `begun` changed.
    pub fn coming(&self) -> crate::replay::arriving::Coming {
        self.inner.shared.to_come.now()
    }

    fn projection(&self, service: &str) -> Result<&Projection, ReadError> {
        let mut all = self.inner.shared.projections.iter();
        all.find(|projection| projection.spec.name == service)
            .map(Arc::as_ref)
            .ok_or_else(|| ReadError::NoService(service.to_owned()))
    }

    /// The key that a proof must be checked with, if it is in force now. For proofs of other things than commands:
    /// [`Ledger::submit`] checks its own.
    pub fn key_for(&self, proof: &Proof) -> Result<Arc<VerifyingKey>, KeyError> {
        self.inner.shared.key_for(proof)
    }

    /// What is known of a log; none where there is none.
    pub fn status(&self, did: &Did) -> Result<Option<LogStatus>, ReadError> {
        let shared = &self.inner.shared;
        let Some(state) = shared.state(did)? else {
            return Ok(None);
        };
        let (Some(home), Some(newest)) = (state.home(), state.newest()) else {
            return Ok(None);
        };
        let (read_only, newer) = shared
            .why_read_only(&state)
            .map_or((None, None), |(why, newer)| (Some(why), newer));
        Ok(Some(LogStatus {
            did: did.clone(),
            home: home.clone(),
            seq: newest.seq,
            cid: newest.cid,
            at: newest.at,
            chain: state.owner().chain().map(|chain| *chain.head_cid()),
            bare_key: matches!(state.owner(), Owner::BareKey(_)),
            read_only,
            newer,
            waits_for_home: shared.waits_for_home(&state),
            quarantined: None,
            deleted: state.deleted(),
        }))
    }

    /// What a decision would see of a log: its owner's keys, delegations, settings.
    pub fn view(&self, did: &Did) -> Result<Option<LogView>, ReadError> {
        let shared = &self.inner.shared;
        let state = shared.state(did)?;
        Ok(state.and_then(|state| state.view(shared.why_read_only(&state).map(|(why, _)| why))))
    }

    /// The raw CID of the payload of the last proof by this key in this log: what the next one names as `after`.
    pub fn after(&self, did: &Did, kid: &str) -> Result<Option<Cid>, ReadError> {
        match Kid::parse(kid) {
            Ok(kid) => self.inner.shared.last_payload(did, &kid),
            Err(_) => Ok(None),
        }
    }

    /// Entries after the place `after`, oldest first, moved or not.
    pub fn entries(
        &self,
        did: &Did,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<StoredEntry>, ReadError> {
        let shared = &self.inner.shared;
        // In this order: an erasure that is moved in between has taken the bodies from the file when that is read.
        let erased = shared
            .erased_waiting(did)
            .map_err(|error| shared.read_error(did, error))?;
        let entries = shared.entries(did, after, limit)?;
        let stored = |(_, entry): (u64, Sealed)| {
            let header = &entry.header;
            let by = header.body.as_ref().and_then(|body| erased.get(body));
            let gone = by.is_some_and(|by| header.seq < *by);
            StoredEntry {
                seq: header.seq,
                header: entry.header_bytes.clone(),
                body: entry.body_bytes.clone().filter(|_| !gone),
            }
        };
        Ok(entries.into_iter().map(stored).collect())
    }

    /// The newest head that was made, which may be behind the newest entry: costs no write, so that anybody may ask, also
    /// where the disk is full.
    pub fn last_head(&self, did: &Did) -> Result<Option<String>, ReadError> {
        self.inner.shared.with_log(did, |log| {
            log.as_ref().map_or(Ok(None), LogFile::newest_head)
        })
    }

    /// The newest head, after moving what waits.
    pub fn head(&self, did: &Did) -> Result<Option<String>, ReadError> {
        self.drain_log(did)?;
        self.inner.shared.with_log(did, |log| {
            log.as_ref().map_or(Ok(None), LogFile::newest_head)
        })
    }

    /// Reads a log's file itself, after moving what waits, e.g. to copy it; `f` gets nothing where there is no log.
    /// Nobody else uses the log meanwhile.
    pub fn read_log<T>(
        &self,
        did: &Did,
        f: impl FnOnce(Option<&Connection>) -> rusqlite::Result<T>,
    ) -> Result<T, ReadError> {
        self.drain_log(did)?;
        self.inner
            .shared
            .with_log(did, |log| Ok(f(log.as_ref().map(LogFile::db))?))
    }

    /// All logs here, in no order.
    pub fn dids(&self) -> Result<Vec<Did>, ReadError> {
        let shared = &self.inner.shared;
        let mut dids = order::set(shared.waiting.dids());
        let folders = crate::rebuild::folders(&shared.data.join("users"));
        for folder in folders.map_err(|error| ReadError::Io(std::io::Error::other(error)))? {
            match LogFile::whose(&folder) {
                Ok(did) => dids.extend(did),
                Err(error) => {
                    tracing::warn!(folder = %folder.display(), %error, "a folder's log cannot be told")
                }
            }
        }
        Ok(dids.into_iter().collect())
    }

    /// Logs that are set aside, and why.
    pub fn quarantined(&self) -> Vec<(Did, String)> {
        let quarantined = self
            .inner
            .shared
            .quarantined
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        quarantined
            .iter()
            .map(|(did, reason)| (did.clone(), reason.clone()))
            .collect()
    }

    /// Stops writing to a log until [`Ledger::release`], also after a restart: it is being moved away, or a head ahead of
    /// it is known.
    pub fn hold(&self, hold: Hold) -> Result<(), ReadError> {
        Ok(self.inner.shared.holds.put(hold)?)
    }

    /// Lifts a hold.
    pub fn release(&self, did: &Did) -> Result<(), ReadError> {
        Ok(self.inner.shared.holds.lift(did)?)
    }

    /// To be held by a request from its arrival to its answer.
    pub fn in_flight(&self) -> InFlight {
        InFlight::new(&self.inner.shared.flights)
    }

    /// Moves everything that waits into the logs.
    pub fn drain(&self) {
        for (did, error) in self.inner.mover.move_all() {
            tracing::warn!(%did, %error, "a log could not be drained");
        }
    }

    fn drain_log(&self, did: &Did) -> Result<(), ReadError> {
        let shared = &self.inner.shared;
        self.inner
            .mover
            .move_log(did)
            .map_err(|error| shared.read_error(did, error))
    }

    /// Leaves no byte of what was erased from this log in any file: moves what waits, wipes the journal, cuts all WALs.
    /// A receipt may be given out when this returns. Not for async tasks: it may take seconds.
    pub fn purge(&self, did: &Did) -> Result<(), ReadError> {
        let shared = &self.inner.shared;
        self.drain_log(did)?;
        let newest = shared
            .tables
            .newest
            .iter()
            .map(|newest| newest.load(Ordering::SeqCst))
            .max()
            .unwrap_or(0);
        if !self.inner.mover.scrub(newest, PURGE_MAX) {
            return Err(ReadError::Busy);
        }
        for projection in &shared.projections {
            shared.checkpoint(projection, "TRUNCATE")?;
        }
        shared.with_log(did, |log| log.as_mut().map_or(Ok(()), LogFile::checkpoint))
    }

    /// Carries everything over into the logs' databases and empties the journal, as a graceful stop does. Slow.
    pub fn settle(&self) -> bool {
        let shared = &self.inner.shared;
        let newest = shared
            .tables
            .newest
            .iter()
            .map(|newest| newest.load(Ordering::SeqCst))
            .max()
            .unwrap_or(0);
        let scrubbed = self.inner.mover.scrub(newest, PURGE_MAX);
        self.inner.mover.checkpoint_logs(monotonic() + PURGE_MAX) && scrubbed
    }

    /// Media files.
    pub fn media(&self) -> &MediaStore {
        &self.inner.shared.media
    }

    /// Why the ledger stopped writing, if it did: the node should exit, and recover at a restart.
    pub fn fatal(&self) -> Option<String> {
        self.inner.shared.fatal.get().cloned()
    }

    /// Numbers for `/metrics`.
    pub fn stats(&self) -> Stats {
        let shared = &self.inner.shared;
        let counters = &shared.counters;
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Stats {
            commands: count(&counters.commands),
            refused: count(&counters.refused),
            entries: count(&counters.entries),
            batches: count(&counters.batches),
            waiting: shared.waiting.len() as u64,
            moves: count(&counters.moves),
            replayed_entries: count(&counters.replayed_entries),
            searched_entries: count(&counters.searched_entries),
            replayed_rows_most: count(&counters.replayed_rows_most),
            journal_bytes: count(&counters.journal_bytes),
            swept_files: count(&counters.swept_files),
            swept_bytes: count(&counters.swept_bytes),
            in_flight: u64::from(shared.flights.now()),
            open_logs: shared.logs.len() as u64,
            quarantined: shared
                .quarantined
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .len() as u64,
            fatal: self.fatal(),
        }
    }

    /// Drains, closes every file and ends the threads. Other clones get [`SubmitError::Closed`](crate::SubmitError::Closed) from then on.
    pub fn shutdown(self) -> Result<(), ShutdownError> {
        self.inner.close()
    }
}

impl Inner {
    fn close(&self) -> Result<(), ShutdownError> {
        let threads = self
            .threads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(threads) = threads else {
            return Ok(());
        };
        let closed = self.close_threads(threads);
        // Other clones may live on, but they hold nothing.
        self.shared.logs.close_all();
        drop(
            self.lock
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        closed
    }

    fn close_threads(&self, threads: Threads) -> Result<(), ShutdownError> {
        let until = monotonic() + SHUTDOWN_MAX;
        crate::replay::close(&self.shared, monotonic() + REPLAYS_MAX);
        self.shared.queue.close();
        let journal = threads.writer.join();
        self.mover.stop();
        let mover = threads.mover.join();
        let (Ok(mut journal), Ok(())) = (journal, mover) else {
            return Err(ShutdownError(
                "a thread of the ledger had panicked".to_owned(),
            ));
        };
        if let Some(reason) = self.shared.fatal.get() {
            return Err(ShutdownError(reason.clone()));
        }
        if let Some((did, error)) = self.mover.move_all().into_iter().next() {
            return Err(ShutdownError(format!(
                "the log of {did} could not be drained: {error}"
            )));
        }
        self.mover
            .empty(&mut journal)
            .map_err(|error| ShutdownError(error.to_string()))?;
        if !self.mover.checkpoint_logs(until) {
            tracing::info!(
                "some logs keep a WAL beside them, since closing would have taken too long; it is part of them"
            );
        }
        Ok(())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        // Whoever cares calls `shutdown`; the journal has everything either way.
        if let Err(error) = self.close() {
            tracing::warn!(%error, "the ledger was dropped");
        }
    }
}
