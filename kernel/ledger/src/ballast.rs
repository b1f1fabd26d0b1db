//! The part of a node's disk reserve that exists as a file, so that no other program can use the space.
//!
//! Always: the file's blocks are allocated (a sparse file would reserve nothing). Its content means nothing: the node
//! deletes the file when it needs the room, and allocates it again when there is plenty.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::{FallocateFlags, fallocate};

use crate::durable::if_there;

/// The reserve file's path below the data folder.
pub const BALLAST: &str = "node/reserve";
/// Bytes per write on a file system that cannot preallocate.
const PIECE_BYTES: usize = 1 << 20;

/// The reserve file of one data folder.
#[derive(Debug, Clone)]
pub struct Ballast {
    path: PathBuf,
}

impl Ballast {
    /// Returns the reserve file of a data folder, whether or not it exists.
    pub fn new(data: &Path) -> Self {
        Self { path: data.join(BALLAST) }
    }

    /// Returns the number of bytes on the disk that deleting the file would free; 0 if it does not exist.
    pub fn bytes(&self) -> u64 {
        // Counts allocated blocks and not the file's length: a copy of the data folder may be sparse.
        fs::symlink_metadata(&self.path).map_or(0, |found| found.blocks().saturating_mul(512))
    }

    /// Allocates `bytes`, all of it or nothing.
    ///
    /// # Errors
    /// The disk lacks the room, or the system refuses.
    pub fn take(&self, bytes: u64) -> io::Result<()> {
        let partial = self.path.with_extension("partial");
        let taken = fill(&partial, bytes).and_then(|()| fs::rename(&partial, &self.path));
        if taken.is_err() {
            // A partial file would take room away from the people that the reserve is for.
            let _ = fs::remove_file(&partial);
        }
        taken
    }

    /// Deletes the file; true if there was one.
    ///
    /// # Errors
    /// The system refuses to delete it.
    pub fn give_up(&self) -> io::Result<bool> {
        if if_there(fs::remove_file(&self.path))?.is_none() {
            return Ok(false);
        }
        // A journaling file system frees the room only once the deletion is durable.
        if let Some(folder) = self.path.parent() {
            imajin_log::synced::sync_dir(folder)?;
        }
        Ok(true)
    }
}

fn fill(path: &Path, bytes: u64) -> io::Result<()> {
    let mut file =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    match fallocate(&file, FallocateFlags::empty(), 0, bytes) {
        Ok(()) => return Ok(()),
        Err(rustix::io::Errno::OPNOTSUPP | rustix::io::Errno::NOSYS) => {}
        Err(error) => return Err(error.into()),
    }
    let piece = vec![0; PIECE_BYTES];
    let mut left = bytes;
    while left > 0 {
        let n = usize::try_from(left).unwrap_or(PIECE_BYTES).min(PIECE_BYTES);
        file.write_all(&piece[..n])?;
        left -= n as u64;
    }
    file.sync_data()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_room_is_taken_and_comes_back() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir(data.path().join("node")).unwrap();
        let ballast = Ballast::new(data.path());
        assert_eq!(ballast.bytes(), 0);
        assert!(!ballast.give_up().unwrap());
        ballast.take(3 << 20).unwrap();
        assert!(ballast.bytes() >= 3 << 20, "{}", ballast.bytes());
        assert!(ballast.take(u64::MAX >> 2).is_err());
        assert_eq!(fs::read_dir(data.path().join("node")).unwrap().count(), 1);
        assert!(ballast.give_up().unwrap());
        assert_eq!(ballast.bytes(), 0);
    }

    #[test]
    fn a_file_with_holes_keeps_nothing_free() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir(data.path().join("node")).unwrap();
        let file = fs::File::create(data.path().join(BALLAST)).unwrap();
        file.set_len(8 << 20).unwrap();
        assert!(Ballast::new(data.path()).bytes() < 1 << 20);
    }
}
