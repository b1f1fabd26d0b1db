//! Errors of opening the ledger, reading it, and looking up a key.

use std::path::PathBuf;

use imajin_log::ops::Unpublished;
use imajin_log::sql::{SqlErrorKind, classify};
use imajin_protocol::{Did, Kid};

use crate::media::is_disk_full;

/// Why a ledger failed to open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process has locked the data folder.
    #[error("{0}")]
    Locked(String),
    /// A file or folder is unusable.
    #[error("{path}: {source}")]
    Io {
        /// The file's path.
        path: PathBuf,
        /// The system's error.
        source: std::io::Error,
    },
    /// A database is unusable.
    #[error("{path}: {source}")]
    Database {
        /// The file's path.
        path: PathBuf,
        /// SQLite's error.
        source: rusqlite::Error,
    },
    /// The disk is full, and data that must be written before the first read does not fit.
    #[error("{path}: the disk is full")]
    Full {
        /// The path to be written.
        path: PathBuf,
    },
    /// One of the node's own files is unreadable.
    #[error("{path} is damaged: {reason}")]
    Damaged {
        /// The file's path.
        path: PathBuf,
        /// The reason.
        reason: String,
    },
    /// A log has an operation that this program does not know, because a newer program wrote it.
    #[error(
        "entry {seq} of {did} is of the operation {op}, which this program does not know: use a newer imajin"
    )]
    UnknownOp {
        /// The log's owner.
        did: Did,
        /// The entry.
        seq: u64,
        /// The entry's operation.
        op: String,
    },
    /// This program's own table of operations is unreadable.
    #[error(transparent)]
    Operations(#[from] Unpublished),
    /// A file has a version that this program does not know.
    #[error("{path} is of version {found}; this program knows up to {known}: use a newer imajin")]
    Version {
        /// The file's path.
        path: PathBuf,
        /// The version in the file.
        found: u32,
        /// The newest version that this program knows.
        known: u32,
    },
}

impl OpenError {
    /// Returns whether the disk is full: the same folder opens once there is more room.
    pub fn is_full(&self) -> bool {
        match self {
            Self::Full { .. } => true,
            Self::Io { source, .. } => is_disk_full(source),
            Self::Database { source, .. } => classify(source) == SqlErrorKind::Full,
            _ => false,
        }
    }
}

/// Why a read failed.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// This node does not run the service.
    #[error("this node does not run the service {0:?}")]
    NoService(String),
    /// All reading connections are in use, or another caller is verifying the same log.
    #[error("too many reads at once; try again in a moment")]
    Busy,
    /// A database failed.
    #[error("the database failed: {0}")]
    Database(#[from] rusqlite::Error),
    /// A file operation failed.
    #[error("the disk failed: {0}")]
    Io(#[from] std::io::Error),
    /// The log is damaged and in quarantine.
    #[error("the log of {did} is damaged and set aside: {reason}")]
    Quarantined {
        /// The log's owner.
        did: Did,
        /// The damage.
        reason: String,
    },
}

/// Why a proof has no usable key.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// This node does not know the author.
    #[error("there is no log of {0} here, and no identity chain")]
    Unknown(Did),
    /// The key is not in force in the author's identity chain.
    #[error("the key {0} is not in force")]
    NotInForce(Kid),
    /// The key is a delegate's, and no delegation in force covers the operation.
    #[error("no delegation of this key that is in force covers {0}")]
    NotDelegated(String),
    /// A delegate's proof does not name its delegation.
    #[error(
        "a proof by a delegate names its delegation in via: ask GET /auth/api/head/<did>?kid=<kid>&op=<op>, and sign again"
    )]
    DelegationUnnamed,
    /// The proof's `chain` is not the CID of the newest identity operation.
    #[error("chain must name the newest identity operation of the author")]
    Chain,
    /// The signature does not verify.
    #[error("the signature does not verify with the key {0}")]
    Signature(Kid),
    /// The genesis token in the body of `auth.identity.create` doesn't verify.
    #[error("the genesis in the body: {0}")]
    Genesis(String),
    /// The lookup failed.
    #[error(transparent)]
    Read(#[from] ReadError),
}
