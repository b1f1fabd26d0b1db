//! Small files that are replaced as a whole: settings, marks, positions. A reader sees the old content or the new one,
//! never a part.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::disk::{Disk, RealDisk, create_dir};
use imajin_log::synced::or_here;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use imajin_log::synced::{if_there, sync_dir as sync_folder};

/// Extension of a file that is being written. A crash may leave one behind; nothing reads it.
pub(crate) const PARTIAL: &str = "partial";

/// Replaces a file's content, readable by its owner only (mode 0600), and returns once the new content would survive a
/// power cut. Creates the folder if it is missing.
///
/// # Errors
/// The file could not be written or synced. It then has its old content, or the new one if only the last sync failed.
pub fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    replace_on(&RealDisk, path, bytes)
}

/// Like [`replace`], with a value as JSON.
pub fn replace_json<T: Serialize + ?Sized>(path: &Path, value: &T) -> io::Result<()> {
    replace(path, &serde_json::to_vec(value)?)
}

/// Reads a file's JSON; the default if the file is missing.
pub fn read_json<T: Default + DeserializeOwned>(path: &Path) -> io::Result<T> {
    match if_there(fs::read(path))? {
        Some(bytes) => Ok(serde_json::from_slice(&bytes)?),
        None => Ok(T::default()),
    }
}

/// Reads a file's JSON as [`read_json`] does, unless the file is longer than its writer makes it.
///
/// # Errors
/// As [`read_json`], or the file is too long.
pub fn read_short_json<T: Default + DeserializeOwned>(path: &Path, most: u64) -> io::Result<T> {
    if fs::metadata(path).is_ok_and(|file| file.len() > most) {
        return Err(io::Error::other("it is too long"));
    }
    read_json(path)
}

/// Like [`replace`], on a disk that a test may simulate.
pub(crate) fn replace_on(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = or_here(path.parent().unwrap_or(Path::new("")));
    create_dir(disk, folder)?;
    let sync = |partial: &Path, file: &File| disk.sync_file(partial, file);
    write_beside(path, folder, bytes, sync)?;
    disk.sync_dir(folder)
}

/// Removes a file, if it is there. The removal survives a power cut once the folder is synced.
///
/// # Errors
/// The file is there and could not be removed.
pub fn remove_if_there(path: &Path) -> io::Result<()> {
    if_there(fs::remove_file(path)).map(drop)
}

/// Like [`replace`], without waiting for the disk: after a power cut the file may have its old content. For content
/// that costs more to sync than to compute again.
///
/// # Errors
/// The file could not be written and has its old content.
pub fn replace_unsynced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = or_here(path.parent().unwrap_or(Path::new("")));
    fs::create_dir_all(folder)?;
    write_beside(path, folder, bytes, |_, _| Ok(()))
}

fn write_beside(
    path: &Path,
    folder: &Path,
    bytes: &[u8],
    sync: impl FnOnce(&Path, &File) -> io::Result<()>,
) -> io::Result<()> {
    let name = path.file_name().ok_or(io::ErrorKind::InvalidInput)?;
    // Each writer uses its own temporary name, so that two writers never write into one file.
    let mut partial = tempfile::Builder::new()
        .prefix(name)
        .suffix(&format!(".{PARTIAL}"))
        .permissions(Permissions::from_mode(0o600))
        .tempfile_in(folder)?;
    partial.write_all(bytes)?;
    sync(partial.path(), partial.as_file())?;
    partial.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_new_content_is_whole_private_and_alone() {
        let data = tempfile::tempdir().unwrap();
        let path = data.path().join("node").join("marks.json");
        replace(&path, b"one").unwrap();
        replace_unsynced(&path, b"two").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_replaced_stays_and_leaves_nothing_beside_it() {
        let data = tempfile::tempdir().unwrap();
        let path = data.path().join("marks");
        fs::create_dir(&path).unwrap();
        fs::write(path.join("inside"), "kept").unwrap();
        replace(&path, b"new").unwrap_err();
        assert_eq!(fs::read(path.join("inside")).unwrap(), b"kept");
        assert_eq!(fs::read_dir(data.path()).unwrap().count(), 1);
    }

    #[test]
    fn json_that_is_missing_is_the_default_and_a_damaged_file_is_an_error() {
        let data = tempfile::tempdir().unwrap();
        let path = data.path().join("marks.json");
        assert_eq!(read_json::<Option<u8>>(&path).unwrap(), None);
        replace_json(&path, &7).unwrap();
        assert_eq!(read_json::<Option<u8>>(&path).unwrap(), Some(7));
        fs::write(&path, "{").unwrap();
        read_json::<Option<u8>>(&path).unwrap_err();
        remove_if_there(&path).unwrap();
        remove_if_there(&path).unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn writers_at_once_leave_the_content_of_one_of_them() {
        let data = tempfile::tempdir().unwrap();
        let path = data.path().join("marks");
        std::thread::scope(|scope| {
            for n in 0..8_u8 {
                let path = &path;
                scope.spawn(move || replace(path, &vec![n; 4096]).unwrap());
            }
        });
        let text = fs::read(&path).unwrap();
        assert_eq!(text.len(), 4096);
        assert!(text.iter().all(|byte| *byte == text[0]));
    }
}
