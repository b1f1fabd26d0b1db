//! How full the card is.

use std::path::Path;

/// Bytes of a file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Disk {
    /// In all.
    pub(crate) total: u64,
    /// What the node could still write.
    pub(crate) free: u64,
}

impl Disk {
    /// Of the file system that a path is on; none where the system does not say.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let found = rustix::fs::statvfs(path).ok()?;
        Some(Self {
            total: found.f_blocks.saturating_mul(found.f_frsize),
            free: found.f_bavail.saturating_mul(found.f_frsize),
        })
    }

    /// How full, in percent, as `df` says it: of what can be used.
    pub(crate) fn full_percent(self) -> u64 {
        let used = self.total.saturating_sub(self.free);
        used.saturating_mul(100)
            .checked_div(self.total)
            .unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent() {
        assert_eq!(
            Disk {
                total: 200,
                free: 50
            }
            .full_percent(),
            75
        );
        assert_eq!(Disk { total: 0, free: 0 }.full_percent(), 0);
        assert!(Disk::of(Path::new("/")).is_some_and(|disk| disk.total >= disk.free));
        assert_eq!(Disk::of(Path::new("/does/not/exist")), None);
    }
}
