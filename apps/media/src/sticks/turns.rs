//! Turns of the sticks: an import or a removal uses a stick.
//!
//! Always: a stick that is being removed is not read. A removal waits for the end of a piece, not of a file, and that file is read
//! again later.

use std::time::Duration;

use parking_lot::{Condvar, Mutex, MutexGuard};

/// The longest wait of a removal: the disk may take its time to sync a long file.
const ENDING: Duration = Duration::from_secs(10);

/// The turns of a node's sticks, by what the machine calls them.
#[derive(Debug, Default)]
pub(super) struct Turns {
    now: Mutex<Now>,
    ended: Condvar,
}

#[derive(Debug, Default)]
struct Now {
    /// The stick that is being read: one at a time.
    read: Option<String>,
    /// Sticks that are to be removed.
    held: Vec<String>,
}

/// A stick is read until this is dropped.
#[derive(Debug)]
pub(super) struct Turn<'t>(&'t Turns);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.lock().read = None;
        self.0.ended.notify_all();
    }
}

impl Turns {
    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock()
    }

    /// Begins to read a stick; `None` if it is to be removed.
    pub(super) fn read(&self, stick: &str) -> Option<Turn<'_>> {
        let mut now = self.lock();
        if now.held.iter().any(|held| held == stick) {
            return None;
        }
        now.read = Some(stick.to_owned());
        Some(Turn(self))
    }

    /// Whether a stick is to be removed.
    pub(super) fn is_held(&self, stick: &str) -> bool {
        self.lock().held.iter().any(|held| held == stick)
    }

    /// Bars readers from a stick until it is let go. Returns false, and changes nothing, if the reading does not end soon. Blocks.
    pub(super) fn hold(&self, stick: &str) -> bool {
        let mut now = self.lock();
        now.held.push(stick.to_owned());
        let is_read = |now: &mut Now| now.read.as_deref() == Some(stick);
        let waited = self.ended.wait_while_for(&mut now, is_read, ENDING);
        drop(now);
        if waited.timed_out() {
            self.let_go(stick);
        }
        !waited.timed_out()
    }

    /// Ends one hold of a stick.
    pub(super) fn let_go(&self, stick: &str) {
        let held = &mut self.lock().held;
        if let Some(at) = held.iter().position(|held| held == stick) {
            held.swap_remove(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removal_waits_for_the_reading_and_keeps_it_away_from_its_stick_alone() {
        let turns = Turns::default();
        std::thread::scope(|scope| {
            let turn = turns.read("sda1").unwrap();
            let removal = scope.spawn(|| turns.hold("sda1"));
            while !turns.is_held("sda1") {
                std::thread::yield_now();
            }
            assert!(!removal.is_finished(), "it is still read");
            drop(turn);
            assert!(removal.join().unwrap());
        });
        assert!(turns.read("sda1").is_none() && turns.read("sdb1").is_some());
        assert!(turns.hold("sda1"), "two people press at once");
        turns.let_go("sda1");
        assert!(turns.read("sda1").is_none());
        turns.let_go("sda1");
        assert!(turns.read("sda1").is_some());
    }
}
