//! Erasing the data folder, so that the box is as new: no owner, another key, another claim code.
//!
//! Always: the owner's wish is one small file, on disk before anything ends. The next start erases everything else
//! first and the mark last, so that a power cut in the middle leaves a box that continues to erase, and never one that
//! serves half of its data.

use crate::failure::{Failure, OrFail, Outcome};
use imajin_host::secrets;
use imajin_ledger::DataLock;
use imajin_ledger::durable;
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// The mark, in the data folder itself, because the reset erases `node/`.
pub const MARK: &str = "factory-reset";
/// Names that a reset keeps: the mark until the end, the lock that keeps other processes out, and the file system's own
/// folder.
const STAYS: [&str; 3] = [MARK, "lock", "lost+found"];
/// Files with keys and secrets, overwritten before removal. Flash cells that the card has remapped are out of reach.
const OVERWRITTEN: [&str; 6] = [
    "node/identity.key",
    "node/identity.key.age",
    "node/device-ca.json",
    "node/acme.json",
    "secrets.sqlite",
    "secrets.sealed",
];

/// Whether a reset is requested.
pub fn is_marked(data: &Path) -> bool {
    data.join(MARK).exists()
}

/// Requests a reset, durably.
pub(super) fn mark(data: &Path) -> io::Result<()> {
    File::create(data.join(MARK))?.sync_all()?;
    durable::sync_folder(data)
}

/// Withdraws the request.
pub(super) fn unmark(data: &Path) -> io::Result<()> {
    fs::remove_file(data.join(MARK))?;
    durable::sync_folder(data)
}

/// Erases everything if the owner asked for that; returns whether they did. Call it before anything of the folder is opened.
///
/// # Errors
/// Something is left: nothing may be served of it.
pub fn finish(data: &Path) -> Outcome<bool> {
    if !is_marked(data) {
        return Ok(false);
    }
    let _lock = DataLock::take(data).map_err(Failure::unusable)?;
    erase(data).or_unusable(format!(
        "what its owner asked to be erased could not be erased whole, and the node does not start with the rest: {}",
        data.display()
    ))?;
    Ok(true)
}

fn erase(data: &Path) -> io::Result<()> {
    for name in OVERWRITTEN {
        durable::if_there(secrets::wipe(&data.join(name)))?;
    }
    for entry in fs::read_dir(data)? {
        let entry = entry?;
        if STAYS.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        // A link goes, and not what it leads to.
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?
        } else {
            fs::remove_file(entry.path())?
        }
    }
    durable::sync_folder(data)?;
    unmark(data)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_goes_but_only_where_it_was_asked_for_and_a_link_leads_nowhere() {
        let folder = tempfile::tempdir().unwrap();
        let (data, other) = (folder.path().join("data"), folder.path().join("other"));
        fs::create_dir_all(data.join("node")).unwrap();
        fs::create_dir_all(data.join("users/a/media")).unwrap();
        fs::create_dir_all(&other).unwrap();
        fs::write(data.join("node/identity.key"), "key").unwrap();
        fs::write(data.join("imajin.toml"), "").unwrap();
        fs::write(other.join("kept"), "").unwrap();
        std::os::unix::fs::symlink(&other, data.join("linked")).unwrap();
        assert!(!finish(&data).unwrap());
        assert!(data.join("node/identity.key").exists());
        mark(&data).unwrap();
        assert!(finish(&data).unwrap());
        let left: Vec<_> =
            fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["lock"]);
        assert!(other.join("kept").exists());
        assert!(!finish(&data).unwrap());
    }

    #[test]
    fn one_that_was_cut_off_is_finished_and_none_begins_beside_a_running_node() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path();
        fs::write(data.join("left"), "").unwrap();
        mark(data).unwrap();
        let lock = DataLock::take(data).unwrap();
        assert!(finish(data).is_err() && data.join("left").exists());
        drop(lock);
        finish(data).unwrap();
        assert!(!data.join("left").exists() && !is_marked(data));
    }
}
