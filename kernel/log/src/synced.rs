//! Names on a disk that are durable: folders that are made, files that are renamed, and their folders synced.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Makes the names in a folder durable. Some file systems (exFAT by FUSE) cannot sync folders; that is not an error.
pub fn sync_dir(dir: &Path) -> io::Result<()> {
    match File::open(or_here(dir))?.sync_all() {
        Err(error) if is_unsupported(&error) => Ok(()),
        other => other,
    }
}

/// Turns the absence of a file or folder, which people may remove at any moment, into `None`.
///
/// # Errors
/// Any other error.
pub fn if_there<T>(found: io::Result<T>) -> io::Result<Option<T>> {
    match found {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        found => found.map(Some),
    }
}

/// Renames a synced file and makes the name durable. On FAT a directory entry also has the content's first cluster,
/// which a new name gets only when the renamed file is written again: otherwise a stick that is pulled out has an empty
/// file or folder.
pub fn rename_synced(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_dir(to)?;
    sync_dir(to.parent().unwrap_or(Path::new(".")))
}

/// Returns the folder, or the current one for the empty parent of a bare name.
pub fn or_here(dir: &Path) -> &Path {
    if dir.as_os_str().is_empty() { Path::new(".") } else { dir }
}

fn is_unsupported(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported)
}

/// Creates `dir` and every missing folder above it, and makes each name durable.
pub fn create_dir_synced(dir: &Path) -> io::Result<()> {
    if or_here(dir).is_dir() {
        return Ok(());
    }
    if let Some(parent) = dir.parent() {
        create_dir_synced(parent)?;
    }
    match fs::create_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        other => other?,
    }
    dir.parent().map_or(Ok(()), sync_dir)
}
