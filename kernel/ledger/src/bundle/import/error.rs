//! Why an import did not happen, for people. Nothing of it remains.

use std::io;
use std::path::{Path, PathBuf};

use imajin_protocol::Did;

use crate::bundle::age::AgeError;
use crate::media::is_disk_full;
use crate::ops::Unpublished;
use crate::verify::{Report, VerifyError};

/// Why an import did not happen.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The bundle is not valid; the report says where.
    #[error("the copy is not valid{}", at(.0))]
    Invalid(Box<Report>),
    /// It has entries that this program cannot judge.
    #[error("the copy has entries of operations that this program does not know ({}): use a newer imajin", .0.join(", "))]
    Unknown(Vec<String>),
    /// What this program knows cannot be read.
    #[error(transparent)]
    Operations(#[from] Unpublished),
    /// It is a bare log, which has no manifest and no media.
    #[error("this is a bare log: import the whole copy (folder or tar) that it stands in")]
    NotABundle,
    /// It is encrypted.
    #[error(transparent)]
    Locked(#[from] AgeError),
    /// What is here goes further.
    #[error(
        "the record of {did} that is here goes further (entry {here}) than this copy (entry {there}): nothing was changed"
    )]
    Older {
        /// Whose.
        did: Did,
        /// The newest entry here.
        here: u64,
        /// The newest entry in the copy.
        there: u64,
    },
    /// There is nothing to mend.
    #[error("there is no record of {0} here to mend: imajin import brings one in")]
    NoLog(Did),
    /// What is here is damaged, and could not be mended.
    #[error("the record of {0} that is here is damaged, and this copy does not mend it: {1}")]
    Left(Did, String),
    /// Entries that were acknowledged here wait beside the damaged log, and follow this copy.
    #[error(
        "entries up to {last} of {did} were acknowledged here and wait beside its damaged record; they follow this copy (which ends with entry {there}): take it in as a backup first, and they come back"
    )]
    SetAside {
        /// Whose.
        did: Did,
        /// The last of them.
        last: u64,
        /// The newest entry in the copy.
        there: u64,
    },
    /// The same DID with another history, which is not ahead of the one here.
    #[error(
        "the copy and the record of {did} that is here part at entry {from}, and the one here is ahead: nothing was changed"
    )]
    Fork {
        /// Whose.
        did: Did,
        /// The first entry that differs.
        from: u64,
    },
    /// A newer head is known, which neither the copy has nor the home entry abandons.
    #[error(
        "a newer entry of {did} is known than this copy has: bring a newer copy, or sign a home entry that names it under abandons ({newer})"
    )]
    Ahead {
        /// Whose.
        did: Did,
        /// The head that is ahead.
        newer: String,
    },
    /// The home entry breaks a rule.
    #[error("the home entry: {0}")]
    Home(String),
    /// The log is being written to all the time.
    #[error("the record is being written to; try again in a moment")]
    Busy,
    /// An upload that goes on elsewhere than it stopped.
    #[error("the upload has {received} bytes: continue from there")]
    Offset {
        /// What is here.
        received: u64,
    },
    /// More than is taken.
    #[error("an upload may have at most {bytes_max} bytes")]
    TooLarge {
        /// The limit.
        bytes_max: u64,
    },
    /// A name that is none.
    #[error("the id of an import has 1 to 64 of a-z 0-9 -")]
    Id,
    /// The disk is full. What was received so far is kept.
    #[error("the disk is full: free some space and go on")]
    Full,
    /// The log here is damaged, or the store failed.
    #[error("the node's store failed: {0}")]
    Store(String),
    /// The system says no.
    #[error("{path}: {error}")]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
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

    pub(super) fn sqlite(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            _ => Self::Store(error.to_string()),
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
