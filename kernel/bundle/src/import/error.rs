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

/// A result whose error is a [`ImportError`], unless it names another.
pub(super) type Result<T, E = ImportError> = std::result::Result<T, E>;

/// Why an import failed.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum ImportError {
    #[error("the copy is not valid{}", at(.0))]
    Invalid(Box<Report>),
    #[error("the copy has entries of operations that this program does not know ({}): use a newer imajin", .0.join(", "))]
    Unknown(Vec<String>),
    #[error(transparent)]
    Operations(#[from] Unpublished),
    #[error("this is a bare log: import the whole copy (folder or tar) that it belongs to")]
    NotABundle,
    #[error(transparent)]
    Locked(#[from] AgeError),
    #[error("the disk {disk}, which has people's files, is not plugged in: nothing was changed")]
    DiskMissing { disk: String },
    #[error(
        "this node's record of {did} goes further (entry {here}) than this copy (entry {there}): nothing was changed"
    )]
    Older {
        did: Did,
        /// The newest entry on this node.
        here: u64,
        /// The newest entry in the copy.
        there: u64,
    },
    #[error("there is no record of {0} here to mend: imajin import brings one in")]
    NoLog(Did),
    #[error("this node's record of {0} is damaged, and this copy does not mend it: {1}")]
    Left(Did, String),
    #[error(
        "entries up to {last} of {did} were acknowledged here and wait next to its damaged record; they follow this copy (which ends with entry {there}): take it in as a backup first, and they come back"
    )]
    SetAside {
        did: Did,
        /// The last of these entries.
        last: u64,
        /// The newest entry in the copy.
        there: u64,
    },
    #[error(
        "the copy and this node's record of {did} differ from entry {from} on, and this node's is ahead: nothing was changed"
    )]
    Fork {
        did: Did,
        /// The first entry that differs.
        from: u64,
    },
    #[error(
        "this node knows a newer entry of {did} than this copy has: bring a newer copy, or sign a home entry that names it under abandons ({newer})"
    )]
    Ahead {
        did: Did,
        /// The newer head, as JWS.
        newer: String,
    },
    #[error("the home entry: {0}")]
    Home(String),
    #[error("the record is being written to; try again in a moment")]
    Busy,
    #[error("the upload has {received} bytes: continue from there")]
    Offset { received: u64 },
    #[error("this upload was declared with {length} bytes (size), and more came")]
    TooLong { length: u64 },
    #[error(
        "the upload broke off: {received} of {length} bytes are here; send the rest from there on"
    )]
    Incomplete { received: u64, length: u64 },
    #[error("an upload may have at most {bytes_max} bytes")]
    TooLarge { bytes_max: u64 },
    #[error("the id of an import has 1 to 64 of a-z 0-9 -")]
    Id,
    #[error("the disk is full: free some space, then continue")]
    Full,
    #[error("the node's store failed: {0}")]
    Store(String),
    #[error("{path}: {error}")]
    Io { path: PathBuf, error: io::Error },
}

fn at(report: &Report) -> String {
    report.fault.as_ref().map(|fault| format!(": {fault}")).unwrap_or_default()
}

impl ImportError {
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + use<'_> {
        move |error| {
            if is_disk_full(&error) {
                Self::Full
            } else {
                Self::Io { path: path.to_owned(), error }
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
        if is_database_full(&error) { Self::Full } else { Self::Store(error.to_string()) }
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
