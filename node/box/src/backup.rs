//! Backups of a whole node: every log at one cut, media, keys and secrets, encrypted to the node's owner
//! (docs/operating.md, "Backups").
//!
//! | module | what |
//! |---|---|
//! | `backup_place` | where backups go: a folder, a bucket of S3's protocol (`s3`), or a friend's box (`friend`) |
//! | `choice` | the chosen place: from the settings, else from the owner's page |
//! | `probe` | trying a place |
//! | `catalogue` | which backups a place has, each signed by the node |
//! | `absent` | files that are in no backup, because their disk was not plugged in |
//! | `manifest` | the content of one backup, and in which packs it is |
//! | `pack` | pieces of files in encrypted packs; a piece is written once |
//! | `files` | which files of a data folder belong to a backup, and how each is read |
//! | `make` | making one while the node runs |
//! | `checkpoint` | packs of a backup to a friend's box that broke off |
//! | `old` | removing older ones |
//! | `spare` | the room that a backup leaves on the disk of the data |
//! | `restore` | restoring one as the same node |
//! | `restore_job` | restoring a friend's one while an unclaimed node serves its pages |
//! | `arrival` | the folder in which a restored one arrives, and the move into place |
//! | `drill` | a trial restore of the newest one, once a month |
//! | `proof` | random parts of the packs at a friend's box, once a day |
//! | `standing` | the result of the last one |
//! | `upkeep` | scheduled and requested backups, and what the owner sees of them |
//!
//! Always: a backup exists once the catalogue names it. An interrupted backup leaves the earlier ones as they were.

mod absent;
mod arrival;
mod backup_place;
mod catalogue;
mod check;
mod checkpoint;
pub mod choice;
mod damage;
mod drill;
mod drill_report;
mod files;
mod friend;
mod make;
mod manifest;
mod old;
mod pack;
mod probe;
mod proof;
mod proof_report;
mod restore;
mod restore_job;
mod s3;
mod source;
mod spare;
mod standing;
mod upkeep;

pub use absent::Absent;
pub use arrival::finish_broken_off;
pub use backup_place::BackupPlace;
pub use catalogue::{Catalogue, Damage, Entry, describe_damage};
pub use check::{Check, check};
pub use drill_report::{Drill, DrillOutcome, drill_check, drilled};
pub(crate) use friend::Lookout;
pub use friend::search_registry;
/// Returns the host of a friend's box as people know it; `None` for another place.
pub use imajin_protocol::presence::host_of_url as friend_host;
pub use make::{CompletedBackup, make};
pub use old::{old_bytes, remove_old};
pub use proof::Proofs;
pub use proof_report::keeping_check;
pub use restore::{Restored, came_from, extract, restore};
pub use source::Source;
pub use standing::{note, standing};
pub use upkeep::BackupScheduler;

use crate::failure::Failure;
use crate::size::bytes;
use imajin_app::Problem;
use std::fmt::Display;
use std::path::PathBuf;

/// A result whose error is a [`BackupError`], unless it names another.
pub(crate) type Result<T, E = BackupError> = std::result::Result<T, E>;

/// Error of a backup, a check or a restore.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum BackupError {
    #[error("{0}")]
    Settings(String),
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    #[error("{place}: {why}")]
    Place { place: String, why: String },
    #[error("{place} does not answer: {why}")]
    Away { place: String, why: String },
    #[error("{0} is not the address of a box: it looks like box.example")]
    Address(String),
    #[error("{0}: it has no backups that this key may read")]
    NoBackups(String),
    #[error(
        "{host} has backups of several boxes that this key may read, and other people's boxes may be among them: name the place of your own. {places}"
    )]
    Several {
        host: String,
        /// The places, each with the DID of its box, for people.
        places: String,
    },
    #[error("{0}: this key does not open the list of backups")]
    LockedList(String),
    #[error("{name}: {why}")]
    Broken { name: String, why: String },
    #[error(
        "the disk is too small for this backup: it needs {}, and {} are free. Take a larger card or disk",
        bytes(*.needed),
        bytes(*.free)
    )]
    Room { needed: u64, free: u64 },
    #[error(
        "no room for a backup: the disk of the node's data has only the room free that is reserved for people's records (`disk.reserve_percent`). {}",
        if *.stays { format!("{place} is on that disk: back up to another one, or make room on it. What this backup had written there is removed, and those before it are as they were") } else { "Make room on it: a copy of a database passes through it".to_owned() }
    )]
    Reserve {
        place: String,
        /// Whether that is on the same disk.
        stays: bool,
    },
    #[error("{name} is damaged: {why}")]
    Damaged { name: String, why: String },
    #[error("the backups at {place} are not of your box: {why}")]
    Unproven { place: String, why: String },
    #[error(
        "this key does not open the backup: it is encrypted to {0}, who owned the node when it was made"
    )]
    Locked(String),
    #[error(transparent)]
    Ledger(#[from] imajin_ledger::ReadError),
    #[error("{0}: {1}")]
    Database(PathBuf, rusqlite::Error),
    #[error("the node is stopping: the backup was given up, and those before it are as they were")]
    Stopped,
}

impl BackupError {
    /// Returns the error for what the owner or the person at the command line has to change.
    fn settings(why: impl Display) -> Self {
        Self::Settings(why.to_string())
    }

    fn refused(problem: Problem) -> Self {
        Self::settings(problem.detail())
    }

    fn damaged(name: &str, why: impl Display) -> Self {
        Self::Damaged { name: name.to_owned(), why: why.to_string() }
    }

    fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |error| Self::File(path, error)
    }

    /// The error of a stored file while it is read: its place does not answer, or the file is damaged.
    fn read(name: &str, error: std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::NotConnected {
            Self::Broken { name: name.to_owned(), why: error.to_string() }
        } else {
            Self::damaged(name, error)
        }
    }
}

impl From<BackupError> for Failure {
    /// Maps invalid settings to exit code 2, and every other error to 1.
    fn from(error: BackupError) -> Self {
        match error {
            BackupError::Settings(_) | BackupError::Address(_) | BackupError::Several { .. } => {
                Self::unusable(error)
            }
            _ => Self::no(error),
        }
    }
}
