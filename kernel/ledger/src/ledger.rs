//! The ledger, as everybody else sees it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use imajin_dfos::{Cid, SigningKey, Timestamp, VerifyingKey};
use imajin_protocol::{Did, Kid, Proof};
use rusqlite::Connection;

use crate::clock::Clock;
use crate::machine::{Command, Receipt, StateMachine, SubmitError};
use crate::media::MediaStore;
use crate::rules::Home;

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
    /// Commands that may wait for the writer; then callers get [`SubmitError::Busy`].
    pub queue_commands_max: usize,
    /// Commands in one batch.
    pub batch_commands_max: usize,
    /// How long the writer waits at most for a batch to fill.
    pub batch_wait_max: Duration,
    /// Bytes of the journal at which writers wait.
    pub journal_bytes_max: u64,
    /// How long a writer waits there before it gets [`SubmitError::Busy`].
    pub journal_wait_max: Duration,
    /// Entries of one log that are moved together.
    pub move_entries: usize,
    /// How long an entry waits at most before it is moved.
    pub move_age_max: Duration,
    /// Entries that wait in memory; more are read again from the journal.
    pub waiting_entries_max: usize,
    /// Logs that are open at once.
    pub open_logs_max: usize,
    /// Log states that are remembered.
    pub log_states_max: usize,
    /// Bytes of a log's WAL at which it is checkpointed.
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
            batch_wait_max: Duration::from_micros(300),
            journal_bytes_max: 64 * 1024 * 1024,
            journal_wait_max: Duration::from_secs(5),
            move_entries: 32,
            move_age_max: Duration::from_secs(1),
            waiting_entries_max: 1_000,
            open_logs_max: 64,
            log_states_max: 4_096,
            log_wal_bytes_max: 1024 * 1024,
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
    /// Bytes of the journal.
    pub journal_bytes: u64,
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

/// Held by a request from its arrival to its answer: the writer waits for those who are about to write.
#[must_use]
pub struct InFlight {
    _held: (),
}

/// The ledger. Cheap to clone.
#[derive(Clone)]
pub struct Ledger {
    inner: Arc<Inner>,
}

struct Inner {
    media: MediaStore,
}

impl Ledger {
    /// Opens the data folder, recovers what a crash left, and starts the writer and the mover.
    pub fn open(options: Options) -> Result<Self, OpenError> {
        let media = MediaStore::new(&options.data, options.limits.media_file_bytes_max);
        Ok(Self {
            inner: Arc::new(Inner { media }),
        })
    }

    /// Enters a command. Checks the proof's signature in the calling task first: callers need not.
    pub async fn submit(&self, command: Command) -> Result<Receipt, SubmitError> {
        let _ = command;
        Err(SubmitError::Closed)
    }

    /// [`Ledger::submit`] for threads.
    pub fn submit_blocking(&self, command: Command) -> Result<Receipt, SubmitError> {
        let _ = command;
        Err(SubmitError::Closed)
    }

    /// Reads the projection of a service. Short: a long read keeps its journal from being reused.
    pub fn read<T>(
        &self,
        service: &str,
        f: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, ReadError> {
        let _ = f;
        Err(ReadError::NoService(service.to_owned()))
    }

    /// The key that a proof must be checked with, if it is in force now. For proofs of other things than commands:
    /// [`Ledger::submit`] checks its own.
    pub fn key_for(&self, proof: &Proof) -> Result<Arc<VerifyingKey>, KeyError> {
        Err(KeyError::Unknown(proof.payload.did.clone()))
    }

    /// What is known of a log; none where there is none.
    pub fn status(&self, did: &Did) -> Result<Option<LogStatus>, ReadError> {
        let _ = did;
        Ok(None)
    }

    /// The raw CID of the payload of the last proof by this key in this log: what the next one names as `after`.
    pub fn after(&self, did: &Did, kid: &str) -> Result<Option<Cid>, ReadError> {
        let _ = (did, kid);
        Ok(None)
    }

    /// Entries after the place `after`, oldest first, moved or not.
    pub fn entries(
        &self,
        did: &Did,
        after: Option<u64>,
        limit: usize,
    ) -> Result<Vec<StoredEntry>, ReadError> {
        let _ = (did, after, limit);
        Ok(Vec::new())
    }

    /// The newest head, after moving what waits.
    pub fn head(&self, did: &Did) -> Result<Option<String>, ReadError> {
        let _ = did;
        Ok(None)
    }

    /// All logs here.
    pub fn dids(&self) -> Result<Vec<Did>, ReadError> {
        Ok(Vec::new())
    }

    /// To be held by a request from its arrival to its answer.
    pub fn in_flight(&self) -> InFlight {
        InFlight { _held: () }
    }

    /// Moves everything that waits into the logs.
    pub fn drain(&self) {}

    /// Drains, closes every file and ends the threads.
    pub fn shutdown(self) -> Result<(), ShutdownError> {
        Ok(())
    }

    /// Media files.
    pub fn media(&self) -> &MediaStore {
        &self.inner.media
    }

    /// Numbers for `/metrics`.
    pub fn stats(&self) -> Stats {
        Stats::default()
    }
}
