//! Errors of an export, with messages for people.

use std::io;
use std::path::{Path, PathBuf};

use imajin_ledger::media::{MediaError, is_disk_full};
use imajin_log::format::age::AgeError;
use imajin_log::format::tar::TarError;
use imajin_log::format::views::ViewError;
use imajin_log::sql::is_database_full;
use imajin_log::verify::{FaultReport, VerifyError};
use imajin_protocol::Did;

use crate::snapshot::SnapshotError;

/// Why an export failed. An earlier copy at the target is still there.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum ExportError {
    #[error("there is no log of {0} here")]
    NoLog(Did),
    #[error(
        "the record is damaged, so no copy is made of it: {0}. Mend it first: imajin repair --from COPY"
    )]
    Invalid(FaultReport),
    /// The log is in quarantine. Its beginning verifies, but no bundle is made of it: a bundle cannot say that entries
    /// are missing, so it would pass for an older copy and might replace a complete one that could mend the log.
    #[error(
        "the record of {0} is damaged ({1}), so no copy is made of it: a copy cannot say that it lacks something, and might replace a whole one. Mend it first (imajin repair --from COPY); until then what verifies of it can be read (imajin log)"
    )]
    Damaged(Did, String),
    #[error(
        "the log does not end with a head, and this node is not its home: only its home can end it"
    )]
    NoHead,
    #[error(transparent)]
    Media(#[from] MediaError),
    #[error("{path}: the disk is full; the earlier copy, if there was one, is still there")]
    Full { path: PathBuf },
    /// The target's parent folder does not exist. The export does not create it: with the stick unplugged, it would
    /// write the copy to the node's own disk.
    #[error("{folder} is not there: plug the stick in, or make the folder, and export again")]
    Missing { folder: PathBuf },
    #[error(
        "{path} exists and is not an earlier copy of this record: name another place, nothing is overwritten"
    )]
    Occupied { path: PathBuf },
    #[error("the copy was not signed: {0}")]
    Signature(String),
    #[error("{name} is too large for this split: choose larger parts")]
    TooManyParts { name: String },
    #[error("{name} changed on the disk while it was copied; try again")]
    Changed { name: String },
    #[error(transparent)]
    View(#[from] ViewError),
    #[error(transparent)]
    Age(#[from] AgeError),
    #[error("what arrived is no whole copy: {0}")]
    Arrived(String),
    #[error("the node's store failed: {0}")]
    Store(String),
    #[error("{path}: {error}")]
    Io { path: PathBuf, error: io::Error },
}

impl ExportError {
    pub(crate) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self + use<'_> {
        move |error| {
            let path = path.to_owned();
            match error.downcast::<MediaError>() {
                Ok(error) => Self::Media(error),
                Err(error) if is_disk_full(&error) => Self::Full { path },
                Err(error) => Self::Io { path, error },
            }
        }
    }

    pub(super) fn store(error: impl std::fmt::Display) -> Self {
        Self::Store(error.to_string())
    }

    pub(crate) fn snapshot(path: &Path) -> impl FnOnce(SnapshotError) -> Self + use<'_> {
        move |error| match error {
            SnapshotError::Io(error) => Self::io(path)(error),
            SnapshotError::Sqlite(error) => {
                if is_database_full(&error) {
                    Self::Full { path: path.to_owned() }
                } else {
                    Self::Store(error.to_string())
                }
            }
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
