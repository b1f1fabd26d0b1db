//! What can go wrong with an export, for people.

use std::io;
use std::path::{Path, PathBuf};

use imajin_protocol::Did;

use crate::bundle::age::AgeError;
use crate::bundle::snapshot::SnapshotError;
use crate::bundle::tar::TarError;
use crate::bundle::views::ViewError;
use crate::media::{MediaError, is_disk_full};
use crate::verify::{FaultReport, VerifyError};

/// Why there is no bundle. An older one at the target still stands.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Nobody of that name here.
    #[error("there is no log of {0} here")]
    NoLog(Did),
    /// The log is not one that a verifier would accept: a bundle of it would be worth nothing.
    #[error("the log does not verify, so it cannot be exported: {0}")]
    Invalid(FaultReport),
    /// No head for the newest entry, and no key to make one.
    #[error(
        "the log does not end with a head, and this node is not its home: only its home can end it"
    )]
    NoHead,
    /// A file that an entry names is gone or damaged.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// The disk of the target is full. The target was left as it was.
    #[error("{path}: the disk is full; the earlier copy, if there was one, still stands")]
    Full {
        /// Where.
        path: PathBuf,
    },
    /// The folder that the export was to go into is not there. It is not made: a stick that is not plugged in would be
    /// written beside.
    #[error("{folder} is not there: plug the stick in, or make the folder, and export again")]
    Missing {
        /// The folder.
        folder: PathBuf,
    },
    /// Something that is no export stands there.
    #[error(
        "{path} exists and is not an earlier copy of this record: name another place, nothing is overwritten"
    )]
    Occupied {
        /// Where.
        path: PathBuf,
    },
    /// A signature that does not verify, or a signer who may not sign.
    #[error("the copy was not signed: {0}")]
    Signature(String),
    /// A file in more parts than a bundle has.
    #[error("{name} is too large for this split: choose larger parts")]
    TooManyParts {
        /// The file.
        name: String,
    },
    /// A file changed while it was copied, or rotted.
    #[error("{name} changed on the disk while it was copied; try again")]
    Changed {
        /// The file.
        name: String,
    },
    /// A view could not be made.
    #[error(transparent)]
    View(#[from] ViewError),
    /// Encryption.
    #[error(transparent)]
    Age(#[from] AgeError),
    /// What came is no bundle, or did not come to its end.
    #[error("what arrived is no whole copy: {0}")]
    Arrived(String),
    /// The node's own store.
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

impl ExportError {
    pub(in crate::bundle) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + use<'_> {
        move |error| {
            let path = path.to_owned();
            if is_disk_full(&error) {
                Self::Full { path }
            } else {
                Self::Io { path, error }
            }
        }
    }

    pub(crate) fn snapshot(path: &Path) -> impl FnOnce(SnapshotError) -> Self + use<'_> {
        move |error| match error {
            SnapshotError::Io(error) => Self::io(path)(error),
            SnapshotError::Sqlite(error) => match error.sqlite_error_code() {
                Some(rusqlite::ErrorCode::DiskFull) => Self::Full {
                    path: path.to_owned(),
                },
                _ => Self::Store(error.to_string()),
            },
        }
    }

    pub(super) fn tar(path: &Path) -> impl FnOnce(TarError) -> Self + use<'_> {
        move |error| match error {
            TarError::Io(error) => Self::io(path)(error),
            TarError::Size { name, .. } => Self::Changed { name },
            other => Self::Store(other.to_string()),
        }
    }
}

impl From<VerifyError> for ExportError {
    fn from(error: VerifyError) -> Self {
        match error {
            VerifyError::Unusable { path, error } => Self::io(&path)(error),
            VerifyError::Locked { error, .. } => Self::Age(error),
            error @ VerifyError::Anchors(_) => Self::Store(error.to_string()),
        }
    }
}
