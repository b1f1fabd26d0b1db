//! Reports about a log, an entry, and the ledger itself.

use std::sync::Arc;

use imajin_dfos::{Cid, Timestamp};
use imajin_log::entry::{Header, Sealed};
use imajin_log::rules::Home;
use imajin_protocol::Did;

/// The state of a log, for callers.
#[derive(Debug, Clone)]
pub struct LogStatus {
    /// The owner.
    pub did: Did,
    /// The log's home.
    pub home: Home,
    /// The newest entry's number.
    pub seq: u64,
    /// The CID of its header.
    pub cid: Cid,
    /// The newest entry's time.
    pub at: Timestamp,
    /// The CID of the owner's newest identity operation; `None` for a bare key.
    pub chain: Option<Cid>,
    /// Whether the owner has a key and no chain.
    pub bare_key: bool,
    /// Why this node may not write to it; `None` if it may.
    pub read_only: Option<String>,
    /// The head that is ahead of this log, as a JWS, if this node knows such a head.
    pub newer: Option<String>,
    /// Whether a home entry by its owner, at this node, would end the freeze.
    pub waits_for_home: bool,
    /// The damage of the file, if the log is in quarantine.
    pub quarantined: Option<String>,
    /// Whether it has an `auth.delete`.
    pub deleted: bool,
}

/// A stored entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEntry {
    /// The entry's number in the log.
    pub seq: u64,
    /// The header's bytes.
    pub header: Arc<[u8]>,
    /// The header, decoded from these bytes: decoding it again takes longer than reading it.
    pub decoded: Arc<Header>,
    /// The header's CID.
    pub cid: Cid,
    /// The body's bytes; `None` if it has no body or the body was erased.
    pub body: Option<Arc<[u8]>>,
}

impl From<Sealed> for StoredEntry {
    fn from(entry: Sealed) -> Self {
        Self {
            seq: entry.header.seq,
            header: entry.header_bytes,
            decoded: entry.header,
            cid: entry.cid,
            body: entry.body_bytes,
        }
    }
}

/// An entry that a person other than its log's owner can check: with the header of its intent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRow {
    /// The entry.
    pub entry: StoredEntry,
    /// The bytes of its intent's header, with the intent's proof; `None` if the entry is not a consequence.
    pub cause: Option<Arc<[u8]>>,
}

/// Counters for `/metrics`.
#[derive(Debug, Clone, Default)]
pub struct Stats {
    /// Commands entered since the start.
    pub commands: u64,
    /// Commands refused since the start.
    pub refused: u64,
    /// Entries written since the start.
    pub entries: u64,
    /// Batches since the start, each with one fsync.
    pub batches: u64,
    /// Pending entries: in the journal, not yet in their logs.
    pub waiting: u64,
    /// Moves into logs since the start; each move flushes one log once.
    pub moves: u64,
    /// Entries that the writer itself applied again after erasures and imports; other threads do the rest.
    pub replayed_entries: u64,
    /// Entries that the writer itself read to find what an erasure names: those that came after the search.
    pub searched_entries: u64,
    /// The most rows that the writer took over at once after an erasure or an import.
    pub replayed_rows_most: u64,
    /// Bytes of the journal's tables.
    pub journal_bytes: u64,
    /// Media files that sweeps removed, including incomplete uploads.
    pub swept_files: u64,
    /// Bytes of the complete ones.
    pub swept_bytes: u64,
    /// Requests in flight now.
    pub in_flight: u64,
    /// Open logs now.
    pub open_logs: u64,
    /// Logs in quarantine.
    pub quarantined: u64,
    /// Why the ledger stopped writing, if it did.
    pub fatal: Option<String>,
}
