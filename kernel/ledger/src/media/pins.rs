//! Pins: a file stays from the check that it is there to the answer of the command that names it.
//!
//! Always: code that removes files begins a [`super::removal::Removal`] before reading what entries name, and removes none that was pinned at
//! that moment or since: its entry may have come after the read. Taking a pin and removing a file exclude each other.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use imajin_dfos::Cid;
use imajin_protocol::Did;
use parking_lot::{Condvar, Mutex};

/// The files that commands on their way name.
#[derive(Debug, Default)]
pub(super) struct Pins {
    pub(super) state: Mutex<State>,
    /// A file is no longer pinned.
    freed: Condvar,
}

#[derive(Debug, Default)]
pub(super) struct State {
    /// Number of pins of each file.
    held: HashMap<(Did, Cid), u32>,
    /// The removals in progress: whose files, and which of these were pinned meanwhile.
    removals: HashMap<u64, (Did, HashSet<Cid>)>,
    next: u64,
}

impl State {
    fn is_held(&self, did: &Did, cids: &[Cid]) -> bool {
        cids.iter().any(|cid| self.held.contains_key(&(did.clone(), *cid)))
    }

    /// Begins a removal of files of a person; those that are pinned now count as pinned until it ends. Its number.
    pub(super) fn begin(&mut self, did: &Did) -> u64 {
        let pinned = self.held.keys().filter(|(of, _)| of == did).map(|(_, cid)| *cid).collect();
        let id = self.next;
        self.next += 1;
        self.removals.insert(id, (did.clone(), pinned));
        id
    }

    /// Returns whether a file was pinned when a removal began, or since.
    pub(super) fn was_pinned(&self, removal: u64, cid: &Cid) -> bool {
        self.removals.get(&removal).is_some_and(|(_, pinned)| pinned.contains(cid))
    }

    pub(super) fn end(&mut self, removal: u64) {
        self.removals.remove(&removal);
    }
}

impl Pins {
    pub(super) fn take(self: &Arc<Self>, did: &Did, cid: Cid) -> Pin {
        let mut state = self.state.lock();
        *state.held.entry((did.clone(), cid)).or_default() += 1;
        state.removals.values_mut().filter(|(of, _)| of == did).for_each(|(_, pinned)| {
            pinned.insert(cid);
        });
        Pin { pins: Arc::clone(self), file: (did.clone(), cid) }
    }

    /// Waits until none of these files of a person is pinned, or this time is over; true if none is.
    pub(super) fn wait(&self, (did, cids): (&Did, &[Cid]), most: Duration) -> bool {
        let is_held = |state: &mut State| state.is_held(did, cids);
        let mut state = self.state.lock();
        self.freed.wait_while_for(&mut state, is_held, most);
        !state.is_held(did, cids)
    }
}

/// Keeps a file until the pin is dropped.
#[derive(Debug)]
pub struct Pin {
    pins: Arc<Pins>,
    file: (Did, Cid),
}

impl Drop for Pin {
    fn drop(&mut self) {
        let mut state = self.pins.state.lock();
        if let Some(held) = state.held.get_mut(&self.file) {
            *held -= 1;
            if *held == 0 {
                state.held.remove(&self.file);
                self.pins.freed.notify_all();
            }
        }
    }
}
