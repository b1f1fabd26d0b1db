//! Syncs an upload's received bytes while more of them come, so that neither the sender nor the disk waits for the
//! other.
//!
//! Always: the data are synced before the offset that counts them is noted. An upload has one sync at a time.

use std::fs::File;
use std::io;
use std::path::PathBuf;
use std::thread::JoinHandle;

use super::slots::Door;
use super::{Upload, UploadError, write_note};

/// Data and a note to sync to the disk.
pub(super) struct Due {
    pub(super) file: File,
    /// The upload's state after the sync, and its note's path; `None` if the bytes do not count yet.
    pub(super) noted: Option<(Upload, PathBuf)>,
    pub(super) door: Door,
}

/// Why something is not known to be on the disk.
#[derive(Debug)]
pub(super) enum Unsynced {
    /// The data: whether the disk has them is unknown, even if the next sync succeeds.
    Data(io::Error),
    /// The note: the data are on the disk, but not the offset that counts them.
    Note(UploadError),
}

impl From<Unsynced> for UploadError {
    fn from(unsynced: Unsynced) -> Self {
        match unsynced {
            Unsynced::Data(error) => error.into(),
            Unsynced::Note(error) => error,
        }
    }
}

/// A sync that another thread makes.
#[derive(Debug)]
pub(super) struct Syncing(JoinHandle<Result<Option<Upload>, Unsynced>>);

impl Due {
    /// Syncs on the calling thread. Returns the noted state.
    pub(super) fn sync(self) -> Result<Option<Upload>, Unsynced> {
        self.file.sync_data().map_err(Unsynced::Data)?;
        let Some((upload, path)) = self.noted else {
            return Ok(None);
        };
        let noted = self.door.while_here(|| write_note(&path, &upload));
        let noted = noted.map_err(|taken| Unsynced::Note(taken.into()))?;
        noted.map_err(|error| Unsynced::Note(error.into()))?;
        Ok(Some(upload))
    }
}

impl Syncing {
    /// Has another thread sync the data and the note.
    pub(super) fn begin(due: Due) -> io::Result<Self> {
        let thread = std::thread::Builder::new().name("upload sync".to_owned());
        thread.spawn(move || due.sync()).map(Self)
    }

    /// Waits for the end of the sync. Returns the noted state.
    pub(super) fn end(self) -> Result<Option<Upload>, Unsynced> {
        let panicked = |_| Err(Unsynced::Data(io::Error::other("a sync panicked")));
        self.0.join().unwrap_or_else(panicked)
    }
}
