//! Backups of a whole node: every log at one cut, media, keys and secrets, encrypted to whoever owns the node
//! (docs/operating.md, "Backups").
//!
//! | room | what stands in it |
//! |---|---|
//! | `place` | where backups go: a folder, or a bucket of S3's protocol (`s3`) |
//! | `catalogue` | which backups a place has, each signed by the node |
//! | `manifest` | what stands in one backup, and in which packs |
//! | `pack` | pieces of files in encrypted packs; what a pack has is never written again |
//! | `files` | which files of a data folder belong to a backup, and how each is read |
//! | `make` | making one beside the running node |
//! | `spare` | the room that a backup leaves on the disk of the data |
//! | `restore` | bringing one back as the same node |
//! | `standing` | how the last one went |
//! | `upkeep` | backups by the clock and on request, and what the owner sees of them |
//!
//! Always: a backup counts from the moment in which the catalogue names it; one that breaks off leaves those before it
//! as they were.

mod catalogue;
mod check;
mod damage;
mod files;
mod make;
mod manifest;
mod pack;
mod place;
mod restore;
mod s3;
mod spare;
mod standing;
mod upkeep;

pub use catalogue::{Catalogue, Entry};
pub use check::{Check, check};
pub use damage::{Damage, damage};
pub use make::{Made, Source, make};
pub use place::Place;
pub use restore::{Restored, came_from, extract, finish_broken_off, restore};
pub use standing::{note, standing};
pub use upkeep::Keeper;

use std::path::PathBuf;

/// Why there is no backup, or it does not come back.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The settings or the flags.
    #[error("{0}")]
    Settings(String),
    /// A file of this machine.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// The place cannot be read or written.
    #[error("{place}: {why}")]
    Place {
        /// Which.
        place: String,
        /// Why.
        why: String,
    },
    /// What is left on the data's disk is for logs, sessions and deletion.
    #[error(
        "no room for a backup: the disk that the node's own data are on has no more free than is kept for people's records (`disk.reserve_percent`). {}",
        match .stays {
            true => format!("{place} is on that disk: back up to another one, or make room on it. What this backup had written there is removed, and those before it are as they were"),
            false => "Make room on it: a copy of a database passes through it".to_owned(),
        }
    )]
    Reserve {
        /// Where the backup was to go.
        place: String,
        /// Whether that is on the same disk.
        stays: bool,
    },
    /// What stands there is not what was put there.
    #[error("{name} is damaged: {why}")]
    Damaged {
        /// The file.
        name: String,
        /// What is wrong.
        why: String,
    },
    /// Another key is needed.
    #[error(
        "this key does not open the backup: it is encrypted to {0}, who owned the node when it was made"
    )]
    Locked(String),
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] imajin_ledger::ReadError),
    /// A database of the node.
    #[error("{0}: {1}")]
    Database(PathBuf, rusqlite::Error),
    /// It was told to stop.
    #[error("the node is stopping: the backup was given up, and those before it are as they were")]
    Stopped,
}

impl BackupError {
    fn file(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |error| Self::File(path, error)
    }
}
