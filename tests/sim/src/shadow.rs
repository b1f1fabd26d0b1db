//! The state of a file after a power cut: the bytes that an `fsync` made durable, and the operations since then, any
//! subset of which a disk may have performed, in any order, in part.

use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::rng::Rng;

/// Disks write whole sectors; a torn write ends at a multiple of this.
const SECTOR: usize = 512;

/// An operation that no `fsync` has covered yet.
#[derive(Clone, Debug)]
enum Pending {
    Write { at: usize, data: Vec<u8> },
    Truncate(usize),
    Delete,
}

/// The durable bytes of a file (`None`: it does not exist) and the pending operations.
#[derive(Clone, Debug, Default)]
pub(crate) struct Shadow {
    durable: Option<Vec<u8>>,
    pending: Vec<Pending>,
    /// The inode of the file; `None` if it did not exist yet.
    inode: Option<u64>,
}

fn inode(path: &Path) -> Option<u64> {
    std::fs::metadata(path).ok().map(|file| file.ino())
}

impl Shadow {
    /// Creates the shadow of a file that is durable in its current state, or does not exist.
    pub(crate) fn capture(path: &Path) -> Self {
        Self { durable: std::fs::read(path).ok(), pending: Vec::new(), inode: inode(path) }
    }

    /// Whether the file at `path` was replaced or moved by a call outside SQLite.
    pub(crate) fn is_of_another(&self, path: &Path) -> bool {
        match (inode(path), self.inode) {
            (None, _) => !self.pending.iter().any(|op| matches!(op, Pending::Delete)),
            (Some(now), Some(then)) => now != then,
            (Some(_), None) => self.pending.is_empty() && self.durable.is_none(),
        }
    }

    pub(crate) fn write(&mut self, at: usize, data: &[u8]) {
        self.pending.push(Pending::Write { at, data: data.to_vec() });
    }

    pub(crate) fn truncate(&mut self, size: usize) {
        self.pending.push(Pending::Truncate(size));
    }

    /// Deletes the file. Durable at once if its directory was synced; otherwise a crash may undo the deletion.
    pub(crate) fn delete(&mut self, durable: bool) {
        if durable {
            *self = Self::default();
        } else {
            self.pending.push(Pending::Delete);
        }
    }

    pub(crate) fn sync(&mut self) {
        for op in std::mem::take(&mut self.pending) {
            apply(&mut self.durable, op);
        }
    }

    /// Records the sync of any file: a journaling file system has then written every earlier deletion too, since its
    /// metadata goes to the disk in order.
    pub(crate) fn metadata_synced(&mut self) {
        if let Some(last) = self.pending.iter().rposition(|op| matches!(op, Pending::Delete)) {
            self.pending.drain(..=last);
            self.durable = None;
        }
    }

    /// Records a failed `fsync`: the kernel marks the pages clean, so a later one will not write them either. Each
    /// pending operation is randomly applied or lost.
    pub(crate) fn fail_sync(&mut self, rng: &mut Rng) {
        for op in std::mem::take(&mut self.pending) {
            if rng.chance(50) {
                apply(&mut self.durable, op);
            }
        }
    }

    /// Returns one of the states that a power cut now could leave.
    pub(crate) fn after_crash(mut self, rng: &mut Rng) -> Option<Vec<u8>> {
        // The share of pending operations that arrive differs from crash to crash: none, all, or some.
        let arrives = [0, 100, 50, 85][rng.below(4)];
        if rng.chance(50) {
            for i in (1..self.pending.len()).rev() {
                self.pending.swap(i, rng.below(i + 1));
            }
        }
        for op in self.pending {
            if !rng.chance(arrives) {
                continue;
            }
            match op {
                Pending::Write { at, data } if rng.chance(25) => {
                    let sectors = data.len().div_ceil(SECTOR);
                    let keep = (rng.below(sectors + 1) * SECTOR).min(data.len());
                    apply(&mut self.durable, Pending::Write { at, data: data[..keep].to_vec() });
                }
                other => apply(&mut self.durable, other),
            }
        }
        self.durable
    }
}

fn apply(file: &mut Option<Vec<u8>>, op: Pending) {
    match op {
        Pending::Write { at, data } => {
            let bytes = file.get_or_insert_with(Vec::new);
            if bytes.len() < at + data.len() {
                bytes.resize(at + data.len(), 0);
            }
            bytes[at..at + data.len()].copy_from_slice(&data);
        }
        Pending::Truncate(size) => {
            if let Some(bytes) = file {
                bytes.truncate(size);
            }
        }
        Pending::Delete => *file = None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_synced_survives_every_crash() {
        for seed in 0..500 {
            let mut shadow = Shadow::default();
            shadow.write(0, b"durable");
            shadow.sync();
            shadow.write(7, &[1; 2000]);
            let bytes = shadow.after_crash(&mut Rng::new(seed)).expect("the file was synced");
            assert_eq!(&bytes[..7], b"durable", "seed {seed}");
        }
    }

    #[test]
    fn unsynced_writes_arrive_whole_torn_or_not_at_all() {
        let mut sizes = std::collections::BTreeSet::new();
        for seed in 0..500 {
            let mut shadow = Shadow::default();
            shadow.sync();
            shadow.write(0, &[1; 2048]);
            sizes.insert(shadow.after_crash(&mut Rng::new(seed)).unwrap_or_default().len());
        }
        assert_eq!(sizes.into_iter().collect::<Vec<_>>(), [0, 512, 1024, 1536, 2048]);
    }
}
