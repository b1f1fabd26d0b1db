//! How much room a file system has: the one door to its numbers.
//!
//! Always: read fresh. It decides nothing; who may still write is the node's rule (`imajin_service::room`).

use std::io;
use std::path::Path;

/// Bytes of a file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// In all.
    pub total: u64,
    /// What this program may still write.
    pub free: u64,
}

impl Space {
    /// Of the file system that a path is on.
    pub fn of(path: &Path) -> io::Result<Self> {
        let found = rustix::fs::statvfs(path)?;
        Ok(Self {
            total: found.f_blocks.saturating_mul(found.f_frsize),
            free: found.f_bavail.saturating_mul(found.f_frsize),
        })
    }

    /// How full, in percent, as `df` says it: of what can be used.
    pub fn full_percent(self) -> u64 {
        let used = self.total.saturating_sub(self.free);
        let percent = u128::from(used) * 100 / u128::from(self.total.max(1));
        u64::try_from(percent).unwrap_or(100)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent() {
        let space = |total, free| Space { total, free };
        assert_eq!(space(200, 50).full_percent(), 75);
        assert_eq!(space(0, 0).full_percent(), 0);
        assert_eq!(space(u64::MAX, 0).full_percent(), 100);
        assert!(Space::of(Path::new("/")).is_ok_and(|space| space.total >= space.free));
        assert!(Space::of(Path::new("/does/not/exist")).is_err());
    }
}
