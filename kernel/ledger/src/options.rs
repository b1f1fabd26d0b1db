//! Options of a ledger: its folder, its apps, its node, its limits.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use imajin_dfos::SigningKey;
use imajin_log::clock::Clock;
use imajin_log::format::tar::FILE_BYTES_MAX;
use imajin_protocol::{Did, Kid};

use crate::machine::StateMachine;

/// The node's own identity, with which it signs heads.
#[derive(Clone)]
pub struct NodeKey {
    /// The node's DID.
    pub did: Did,
    /// The key's name in the node's identity chain.
    pub kid: Kid,
    /// The private key.
    pub key: SigningKey,
}

/// Options of a ledger.
pub struct Options {
    /// The data folder.
    pub data: PathBuf,
    /// The apps: what decides, and what applies entries to projections.
    pub machine: Arc<dyn StateMachine>,
    /// The node and its key.
    pub node: NodeKey,
    /// The only source of time.
    pub clock: Arc<dyn Clock>,
    /// The sizes, counts and times that bound the ledger's work.
    pub limits: Limits,
}

/// The sizes, counts and times that bound the ledger's work.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Commands that may wait for the writer; further callers get [`SubmitError::Busy`](crate::SubmitError::Busy).
    pub queue_commands_max: usize,
    /// The most commands in one batch.
    pub batch_commands_max: usize,
    /// Sustained entries a second in one log. Below 1 000: each entry is dated at least 1 ms after the one before, and
    /// a log whose time runs ahead of the clock eventually refuses honest proofs.
    pub log_entries_per_second: u32,
    /// Entries that a log takes at once before that rate applies; its time gets ahead of the clock by 1 ms for each.
    pub log_entries_burst: u32,
    /// Maximum time that the writer waits for the next command while a batch is not full. In total it waits at most
    /// eight times this.
    pub batch_wait_max: Duration,
    /// Bytes of the journal above which the writer waits for the flusher.
    pub journal_bytes_max: u64,
    /// Time that the writer waits before callers get [`SubmitError::Busy`](crate::SubmitError::Busy).
    pub journal_wait_max: Duration,
    /// Rows in one of the journal's tables above which the writer uses the other.
    pub journal_swap_entries: u64,
    /// Time that the node must be idle before the flusher empties even a nearly empty journal.
    pub journal_idle: Duration,
    /// Entries of one log at which the flusher flushes them.
    pub move_entries: usize,
    /// The longest time that an entry waits for the flusher, while no more logs wait than stay open.
    pub move_age_max: Duration,
    /// The longest time that it waits while more logs wait, and the journal is less than half full.
    pub move_age_crowded_max: Duration,
    /// Bytes of pending entries kept in memory; others are read from the journal when needed.
    pub waiting_bytes_max: usize,
    /// The most logs open at once.
    pub open_logs_max: usize,
    /// The most log states in use, at 4 kB each.
    pub log_states_max: usize,
    /// The most log states besides these that are kept packed, at 1.3 kB each. Without one, a write opens and reads the log.
    pub packed_states_max: usize,
    /// Bytes of a log's WAL at which it is checkpointed; up to four times as many for a long log.
    pub log_wal_bytes_max: u64,
    /// Reading connections for each projection.
    pub readers_per_service: u32,
    /// The most bytes of one media file. A file of a bundle's tar has a length of eleven octal digits, so a longer one
    /// could not leave with its owner.
    pub media_file_bytes_max: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            queue_commands_max: 4_096,
            batch_commands_max: 256,
            log_entries_per_second: 950,
            log_entries_burst: 10_000,
            batch_wait_max: Duration::from_millis(1),
            journal_bytes_max: 64 * 1024 * 1024,
            journal_wait_max: Duration::from_secs(5),
            journal_swap_entries: 1_000,
            journal_idle: Duration::from_secs(10),
            move_entries: 128,
            move_age_max: Duration::from_secs(1),
            move_age_crowded_max: Duration::from_secs(30),
            waiting_bytes_max: 6 * 1024 * 1024,
            open_logs_max: 64,
            log_states_max: 1_024,
            packed_states_max: 16_384,
            log_wal_bytes_max: 2 * 1024 * 1024,
            readers_per_service: 2,
            media_file_bytes_max: FILE_BYTES_MAX,
        }
    }
}
