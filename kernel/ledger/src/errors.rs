//! Errors of opening the ledger, reading it, and looking up a key.

use std::path::PathBuf;

use imajin_log::ops::Unpublished;
use imajin_log::sql::{SqlErrorKind, classify};
use imajin_protocol::{Did, Kid};

use crate::media::is_disk_full;

/// Why a ledger failed to open.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum OpenError {
    #[error("{0}")]
    Locked(String),
    #[error("{path}: {source}")]
    Io { path: PathBuf, source: std::io::Error },
    #[error("{path}: {source}")]
    Database { path: PathBuf, source: rusqlite::Error },
    #[error("{path}: the disk is full")]
    Full { path: PathBuf },
    #[error("{path} is damaged: {reason}")]
    Damaged { path: PathBuf, reason: String },
    #[error(
        "entry {seq} of {did} is of the operation {op}, which this program does not know: use a newer imajin"
    )]
    UnknownOp { did: Did, seq: u64, op: String },
    #[error(transparent)]
    Operations(#[from] Unpublished),
    #[error("{path} is of version {found}; this program knows up to {known}: use a newer imajin")]
    Version { path: PathBuf, found: u32, known: u32 },
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

/// A result whose error is a [`ReadError`], unless it names another.
pub(crate) type Result<T, E = ReadError> = std::result::Result<T, E>;

/// Why a read failed.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum ReadError {
    #[error("this node does not run the service {0:?}")]
    NoService(String),
    /// All reading connections are in use, or another caller is verifying the same log.
    #[error("too many reads at once; try again in a moment")]
    Busy,
    #[error("the database failed: {0}")]
    Database(#[from] rusqlite::Error),
    #[error("the disk failed: {0}")]
    Io(#[from] std::io::Error),
    #[error("the log of {did} is damaged and set aside: {reason}")]
    Quarantined { did: Did, reason: String },
}

/// Why a proof has no usable key.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum KeyError {
    #[error("there is no log of {0} here, and no identity chain")]
    Unknown(Did),
    #[error("the key {0} is not in force")]
    NotInForce(Kid),
    #[error("no delegation of this key that is in force covers {0}")]
    NotDelegated(String),
    #[error(
        "a proof by a delegate names its delegation in via: ask GET /auth/api/head/<did>?kid=<kid>&op=<op>, and sign again"
    )]
    DelegationUnnamed,
    /// The proof's `chain` is not the CID of the newest identity operation.
    #[error("chain must name the newest identity operation of the author")]
    Chain,
    #[error("the signature does not verify with the key {0}")]
    Signature(Kid),
    #[error("the genesis in the body: {0}")]
    Genesis(String),
    #[error(transparent)]
    Read(#[from] ReadError),
}
