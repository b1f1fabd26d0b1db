//! The free space of a file system.
//!
//! Always: read fresh. The node decides who may still write (`imajin_host::room`), not this module.

use std::io;
use std::path::Path;

/// The space of a file system, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// The total size.
    pub total: u64,
    /// Bytes that this program may still write.
    pub free: u64,
}

impl Space {
    /// Returns the space of the file system that a path is on.
    pub fn measure(path: &Path) -> io::Result<Self> {
        let stat = rustix::fs::statvfs(path)?;
        Ok(Self {
            total: stat.f_blocks.saturating_mul(stat.f_frsize),
            free: stat.f_bavail.saturating_mul(stat.f_frsize),
        })
    }

    /// Fails if the file system that a path is on has less room than `bytes`.
    pub(crate) fn has_room(path: &Path, bytes: u64) -> io::Result<()> {
        if Self::measure(path)?.free < bytes {
            Err(io::ErrorKind::StorageFull.into())
        } else {
            Ok(())
        }
    }

    /// Returns the number of bytes that files on the file system of a path have together at most; a file with holes may
    /// claim more. A file system that does not tell its size sets no limit.
    pub(crate) fn bytes_max(path: &Path) -> io::Result<u64> {
        let total = Self::measure(path)?.total;
        Ok(if total == 0 { u64::MAX } else { total })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_space_of_a_path_that_exists_is_measured() {
        assert!(Space::measure(Path::new("/")).is_ok_and(|space| space.total >= space.free));
        assert!(Space::measure(Path::new("/does/not/exist")).is_err());
    }
}
