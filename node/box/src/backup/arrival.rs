//! The folder in which a restored backup arrives, and the move of its files into the place of the former node's.
//!
//! Always: a pack that is noted is on the disk. Packs of two backups are never mixed. A break at any moment leaves the former node, or one that the
//! next start completes.

use super::files::{PARTIAL, make_folder};
use super::{BackupError, Result};
use crate::folder::{NODE_FOLDER, is_data_folder};
use imajin_dfos::order::Order as _;
use imajin_ledger::{DataLock, durable};
use serde::{Deserialize, Serialize};
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// A file in the partial folder: everything was fetched and is valid.
const WHOLE: &str = "whole";
/// A file in the partial folder: the former content of the folder is set aside, and the move of the rest has begun.
const MOVING: &str = "moving";
/// A file in the partial folder: the backup that arrives, and its packs that have.
const NOTE: &str = "arrived.json";
/// Folder for the files of an unclaimed node that a restore replaces.
const ASIDE: &str = "before-restore";

/// A backup that arrives.
pub(super) struct Arrival {
    pub(super) folder: PathBuf,
    note: ArrivalNote,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct ArrivalNote {
    /// The SHA-256 of the backup's manifest.
    manifest: String,
    /// Packs that have arrived; `None` before the files are laid out.
    packs: Option<usize>,
}

impl Arrival {
    /// Opens the folder for the backup with this manifest. What arrived of another one is removed.
    pub(super) fn open(data: &Path, manifest: &str) -> Result<Self> {
        let folder = data.join(PARTIAL);
        let noted: Option<ArrivalNote> = durable::read_json(&folder.join(NOTE)).unwrap_or_default();
        let noted = noted.filter(|note| note.manifest == manifest && !is_whole(&folder));
        if noted.is_none() {
            remove(&folder)?;
            make_folder(&folder)?;
        }
        let note =
            noted.unwrap_or_else(|| ArrivalNote { manifest: manifest.to_owned(), packs: None });
        Ok(Self { folder, note })
    }

    /// The number of packs that have arrived; `None` if nothing has begun.
    pub(super) fn packs(&self) -> Option<usize> {
        self.note.packs
    }

    /// Notes how many packs have arrived, once their content is on the disk.
    pub(super) fn note(&mut self, packs: usize) -> Result<()> {
        let folder = File::open(&self.folder).map_err(BackupError::file(&self.folder))?;
        rustix::fs::syncfs(&folder)
            .map_err(|error| BackupError::File(self.folder.clone(), error.into()))?;
        self.note.packs = Some(packs);
        let path = self.folder.join(NOTE);
        durable::replace_json(&path, &self.note).map_err(BackupError::file(&path))
    }
}

/// Whether a restore was begun, and its backup has not arrived completely.
pub(super) fn is_unfinished(data: &Path) -> bool {
    let folder = data.join(PARTIAL);
    folder.join(NOTE).exists() && !is_whole(&folder)
}

/// Removes what arrived of a backup, unless all of it did.
pub(super) fn discard_unfinished(data: &Path) -> Result<()> {
    if is_unfinished(data) { discard(data) } else { Ok(()) }
}

/// Removes what arrived of a backup.
pub(super) fn discard(data: &Path) -> Result<()> {
    remove(&data.join(PARTIAL))
}

/// Whether a file of this name would pass for a mark of the partial folder.
pub(super) fn is_mark(name: &str) -> bool {
    [WHOLE, MOVING, NOTE].contains(&name)
}

fn is_whole(folder: &Path) -> bool {
    folder.join(WHOLE).exists() || folder.join(MOVING).exists()
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(BackupError::file(folder))
    } else {
        Ok(())
    }
}

/// Marks a backup as complete and valid: the next start moves it into place.
pub(super) fn mark_whole(partial: &Path) -> Result<()> {
    let whole = partial.join(WHOLE);
    File::create(&whole)
        .and_then(|file| file.sync_all())
        .and_then(|()| durable::sync_folder(partial))
        .map_err(BackupError::file(&whole))
}

/// Resumes a restore that broke off after everything was fetched; returns an error for one that broke off before, since
/// the folder does not hold a complete node yet.
pub fn finish_broken_off(data: &Path) -> Result<()> {
    let partial = data.join(PARTIAL);
    if !partial.exists() {
        return Ok(());
    }
    if is_whole(&partial) {
        let _lock = DataLock::take(data).map_err(BackupError::settings)?;
        return finish(data);
    }
    // A finished restore leaves an empty folder if the power goes before its removal. A box without an owner continues the restore when it is
    // asked to.
    if fs::remove_dir(&partial).is_ok() || is_data_folder(data) {
        return Ok(());
    }
    Err(BackupError::Settings(format!(
        "a restore in {} was not finished: run imajin restore again, or remove {} to begin with an empty node",
        data.display(),
        partial.display()
    )))
}

/// Moves everything to its place; the node's folder last, since it makes the folder a node's.
pub(super) fn finish(data: &Path) -> Result<()> {
    let partial = data.join(PARTIAL);
    let names = |folder: &Path| -> Result<Vec<std::ffi::OsString>> {
        let entries = fs::read_dir(folder).map_err(BackupError::file(folder))?;
        let mut names = Vec::new();
        for entry in entries {
            names.push(entry.map_err(BackupError::file(folder))?.file_name());
        }
        // The node's folder last.
        names.order_by_key(|name| name == NODE_FOLDER);
        Ok(names)
    };
    let aside = data.join(ASIDE);
    let moving = partial.join(MOVING);
    if !moving.exists() {
        for name in names(data)? {
            if [PARTIAL, ASIDE, "lock", "lost+found"].iter().any(|own| name == *own) {
                continue;
            }
            make_folder(&aside)?;
            rename(&data.join(&name), &free_name(&aside.join(&name)))?;
        }
        sync(data)?;
        fs::write(&moving, "").map_err(BackupError::file(&moving))?;
        sync(&partial)?;
    }
    for name in names(&partial)? {
        if !name.to_str().is_some_and(is_mark) {
            rename(&partial.join(&name), &data.join(&name))?;
        }
    }
    sync(data)?;
    // In this order: what is left at any moment says how far it came.
    for mark in [partial.join(NOTE), partial.join(WHOLE), moving] {
        durable::remove_if_there(&mark).map_err(BackupError::file(&mark))?;
        sync(&partial)?;
    }
    fs::remove_dir(&partial).map_err(BackupError::file(&partial))?;
    sync(data)
}

fn free_name(path: &Path) -> PathBuf {
    let mut free = path.to_path_buf();
    let mut n = 2;
    while free.exists() {
        free = path.with_extension(n.to_string());
        n += 1;
    }
    free
}

fn rename(from: &Path, to: &Path) -> Result<()> {
    fs::rename(from, to).map_err(BackupError::file(to))
}

fn sync(folder: &Path) -> Result<()> {
    durable::sync_folder(folder).map_err(BackupError::file(folder))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packs_of_the_same_backup_are_kept_and_those_of_another_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        let mut arrival = Arrival::open(data, "a").unwrap();
        assert!(arrival.packs().is_none() && !is_unfinished(data));
        arrival.note(2).unwrap();
        assert!(is_unfinished(data));
        assert_eq!(Arrival::open(data, "a").unwrap().packs(), Some(2));
        assert!(Arrival::open(data, "b").unwrap().packs().is_none());
        assert!(!is_unfinished(data));
    }

    #[test]
    fn an_unfinished_arrival_keeps_no_node_from_its_start_and_a_claim_discards_it() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        Arrival::open(data, "a").unwrap().note(1).unwrap();
        assert!(finish_broken_off(data).is_err(), "there is no node yet");
        fs::create_dir(data.join(NODE_FOLDER)).unwrap();
        fs::write(data.join(NODE_FOLDER).join("identity.key"), "").unwrap();
        finish_broken_off(data).unwrap();
        assert!(is_unfinished(data));
        mark_whole(&data.join(PARTIAL)).unwrap();
        discard_unfinished(data).unwrap();
        assert!(data.join(PARTIAL).exists(), "it is complete");
        fs::remove_file(data.join(PARTIAL).join(WHOLE)).unwrap();
        discard_unfinished(data).unwrap();
        assert!(!data.join(PARTIAL).exists());
    }
}
