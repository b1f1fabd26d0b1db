//! Errors of an import, with messages for people. Nothing of a failed import remains.

use std::io;
use std::path::{Path, PathBuf};

use imajin_ledger::copies::{InstallError, JoinError};
use imajin_ledger::media::is_disk_full;
use imajin_ledger::{Ledger, ReadError};
use imajin_log::format::age::AgeError;
use imajin_log::ops::Unpublished;
use imajin_log::repair::RepairError;
use imajin_log::sql::is_database_full;
use imajin_log::verify::{Report, VerifyError};
use imajin_protocol::Did;

/// Why an import failed.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The bundle is invalid; the report says where.
    #[error("the copy is not valid{}", at(.0))]
    Invalid(Box<Report>),
    /// The bundle has entries of operations that this program does not know.
    #[error("the copy has entries of operations that this program does not know ({}): use a newer imajin", .0.join(", "))]
    Unknown(Vec<String>),
    /// This program's own table of operations is unreadable.
    #[error(transparent)]
    Operations(#[from] Unpublished),
    /// The file is a bare log, without a manifest and media.
    #[error("this is a bare log: import the whole copy (folder or tar) that it belongs to")]
    NotABundle,
    /// The bundle is encrypted, and could not be opened.
    #[error(transparent)]
    Locked(#[from] AgeError),
    /// The disk that has people's files is missing; nothing was changed.
    #[error("the disk {disk}, which has people's files, is not plugged in: nothing was changed")]
    DiskMissing {
        /// The disk's display name.
        disk: String,
    },
    /// This node has more entries than the copy.
    #[error(
        "this node's record of {did} goes further (entry {here}) than this copy (entry {there}): nothing was changed"
    )]
    Older {
        /// The log's owner.
        did: Did,
        /// The newest entry on this node.
        here: u64,
        /// The newest entry in the copy.
        there: u64,
    },
    /// This node has no record to mend.
    #[error("there is no record of {0} here to mend: imajin import brings one in")]
    NoLog(Did),
    /// The record on this node is damaged, and could not be mended.
    #[error("this node's record of {0} is damaged, and this copy does not mend it: {1}")]
    Left(Did, String),
    /// This node acknowledged entries that follow the copy and that wait next to the damaged log.
    #[error(
        "entries up to {last} of {did} were acknowledged here and wait next to its damaged record; they follow this copy (which ends with entry {there}): take it in as a backup first, and they come back"
    )]
    SetAside {
        /// The log's owner.
        did: Did,
        /// The last of these entries.
        last: u64,
        /// The newest entry in the copy.
        there: u64,
    },
    /// This node has another history of the same DID, and the copy is not ahead of it.
    #[error(
        "the copy and this node's record of {did} differ from entry {from} on, and this node's is ahead: nothing was changed"
    )]
    Fork {
        /// The log's owner.
        did: Did,
        /// The first entry that differs.
        from: u64,
    },
    /// This node knows a newer head, which the copy lacks and the home entry does not abandon.
    #[error(
        "this node knows a newer entry of {did} than this copy has: bring a newer copy, or sign a home entry that names it under abandons ({newer})"
    )]
    Ahead {
        /// The log's owner.
        did: Did,
        /// The newer head, as JWS.
        newer: String,
    },
    /// The home entry breaks a rule.
    #[error("the home entry: {0}")]
    Home(String),
    /// The log is being written to constantly.
    #[error("the record is being written to; try again in a moment")]
    Busy,
    /// The piece of an upload does not start where the last one ended.
    #[error("the upload has {received} bytes: continue from there")]
    Offset {
        /// Bytes received so far.
        received: u64,
    },
    /// More bytes came than the sender declared.
    #[error("this upload was declared with {length} bytes (size), and more came")]
    TooLong {
        /// The declared length in bytes.
        length: u64,
    },
    /// Fewer bytes came than the sender declared.
    #[error(
        "the upload broke off: {received} of {length} bytes are here; send the rest from there on"
    )]
    Incomplete {
        /// Bytes received so far.
        received: u64,
        /// The declared length in bytes.
        length: u64,
    },
    /// The upload exceeds the limit.
    #[error("an upload may have at most {bytes_max} bytes")]
    TooLarge {
        /// The limit in bytes.
        bytes_max: u64,
    },
    /// The import's id is malformed.
    #[error("the id of an import has 1 to 64 of a-z 0-9 -")]
    Id,
    /// The disk is full. The node keeps what it has received.
    #[error("the disk is full: free some space, then continue")]
    Full,
    /// This node's log is damaged, or its store failed.
    #[error("the node's store failed: {0}")]
    Store(String),
    /// A file operation failed.
    #[error("{path}: {error}")]
    Io {
        /// The path.
        path: PathBuf,
        /// The system's error.
        error: io::Error,
    },
}

fn at(report: &Report) -> String {
    report
        .fault
        .as_ref()
        .map(|fault| format!(": {fault}"))
        .unwrap_or_default()
}

impl ImportError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + use<'_> {
        move |error| {
            if is_disk_full(&error) {
                Self::Full
            } else {
                Self::Io {
                    path: path.to_owned(),
                    error,
                }
            }
        }
    }

    /// Returns the error of a look-up in the ledger.
    pub(super) fn read(error: ReadError) -> Self {
        Self::Store(error.to_string())
    }

    /// Returns the error of a freeze that could not be stored or lifted.
    pub(super) fn freeze(ledger: &Ledger) -> impl FnOnce(ReadError) -> Self + use<'_> {
        |error| match error {
            ReadError::Io(error) => Self::io(ledger.data())(error),
            other => Self::read(other),
        }
    }

    pub(super) fn sqlite(error: rusqlite::Error) -> Self {
        if is_database_full(&error) {
            Self::Full
        } else {
            Self::Store(error.to_string())
        }
    }
}

impl From<JoinError> for ImportError {
    fn from(error: JoinError) -> Self {
        match error {
            JoinError::Busy => Self::Busy,
            JoinError::Operations(error) => Self::Operations(error),
            JoinError::Store(reason) => Self::Store(reason),
            JoinError::Repair(RepairError::Io { path, error }) => Self::io(&path)(error),
            JoinError::Repair(RepairError::Sqlite(error)) => Self::sqlite(error),
            JoinError::Repair(RepairError::Verify(error)) => error.into(),
        }
    }
}

impl From<InstallError> for ImportError {
    fn from(error: InstallError) -> Self {
        match error {
            InstallError::Again | InstallError::Held => Self::Busy,
            InstallError::Full => Self::Full,
            InstallError::Failed(reason) => Self::Store(reason),
        }
    }
}

impl From<VerifyError> for ImportError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Unusable { path, error } => Self::io(&path)(error),
            VerifyError::Locked { error, .. } => Self::Locked(error),
            error @ VerifyError::Anchors(_) => Self::Store(error.to_string()),
        }
    }
}
