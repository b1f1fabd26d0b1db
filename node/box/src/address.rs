//! Address of the running node of a data folder, for `imajin status` and `imajin doctor`. Only a hint: the lock shows whether
//! a node runs.

use crate::folder::NODE_FOLDER;
use imajin_ledger::durable;
use std::path::{Path, PathBuf};

const FILE_NAME: &str = "address";

fn path(data: &Path) -> PathBuf {
    data.join(NODE_FOLDER).join(FILE_NAME)
}

/// Notes it.
pub fn note(data: &Path, url: &str) {
    if let Err(error) = durable::replace_unsynced(&path(data), url.as_bytes()) {
        tracing::warn!("cannot save the address in the data folder: {error}");
    }
}

/// Removes the note.
pub fn forget(data: &Path) {
    // A note that stays points to a node that does not answer, which is what a reader finds out.
    let _ = std::fs::remove_file(path(data));
}

/// The content of the file.
pub fn read(data: &Path) -> Option<String> {
    std::fs::read_to_string(path(data)).ok()
}

/// Returns the address of the running node that holds this folder; `None` if no process holds it.
pub fn running(data: &Path) -> Option<String> {
    is_held(data).then(|| read(data).unwrap_or_else(|| "(address unknown)".to_owned()))
}

/// Whether a process holds the folder's lock. Takes a shared lock for a moment, so concurrent checks succeed.
fn is_held(data: &Path) -> bool {
    std::fs::File::open(data.join("lock"))
        .is_ok_and(|file| matches!(file.try_lock_shared(), Err(std::fs::TryLockError::WouldBlock)))
}
