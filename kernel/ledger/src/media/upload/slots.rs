//! The writers of uploads, and the hashes of uploads that wait for their next bytes.
//!
//! Always: an upload has one writer; nothing is written of one that ended.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;

use crate::media::hash::FileHash;

/// Why an upload refuses writers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SlotRefusal {
    /// Another request is writing to it.
    Busy,
    Ended,
}

/// The hash of the first bytes of a file.
#[derive(Debug, Clone, Default)]
pub(super) struct Running {
    pub(super) hash: FileHash,
    pub(super) bytes: u64,
}

#[derive(Debug)]
enum Slot {
    /// The upload waits for its next bytes; the hash covers the received ones, or has to begin again.
    Waiting(Running),
    Busy,
    Ended,
}

impl Default for Slot {
    fn default() -> Self {
        Self::Waiting(Running::default())
    }
}

type Shared = Arc<Mutex<Slot>>;

/// All uploads that were written to in this run of the program, until they end.
#[derive(Debug, Default)]
pub(super) struct Slots(Mutex<HashMap<String, Shared>>);

impl Slots {
    fn slot(&self, id: &str) -> Shared {
        self.0.lock().entry(id.to_owned()).or_default().clone()
    }

    /// Takes an upload for one request.
    pub(super) fn take(self: &Arc<Self>, id: &str) -> Result<SlotGuard, SlotRefusal> {
        let slot = self.slot(id);
        let running = {
            let mut slot = slot.lock();
            match std::mem::replace(&mut *slot, Slot::Busy) {
                Slot::Waiting(running) => running,
                Slot::Busy => return Err(SlotRefusal::Busy),
                Slot::Ended => {
                    *slot = Slot::Ended;
                    return Err(SlotRefusal::Ended);
                }
            }
        };
        Ok(SlotGuard { slots: Arc::clone(self), id: id.to_owned(), slot, running })
    }

    pub(super) fn is_busy(&self, id: &str) -> bool {
        let slot = self.0.lock().get(id).cloned();
        slot.is_some_and(|slot| matches!(*slot.lock(), Slot::Busy))
    }

    /// Ends an upload: its writer, if it has one, writes nothing more.
    pub(super) fn end<T>(&self, id: &str, remove: impl FnOnce() -> T) -> T {
        let slot = self.slot(id);
        let removed = {
            let mut slot = slot.lock();
            *slot = Slot::Ended;
            remove()
        };
        self.0.lock().remove(id);
        removed
    }
}

/// The way to an upload's files, which is closed when it ends.
pub(super) struct Door(Shared);

impl Door {
    /// Does something with the upload's files, unless it ended.
    pub(super) fn while_here<T>(&self, work: impl FnOnce() -> T) -> Result<T, SlotRefusal> {
        match &*self.0.lock() {
            Slot::Ended => Err(SlotRefusal::Ended),
            _ => Ok(work()),
        }
    }
}

/// An upload that one request has. Dropped, it waits for its next bytes.
#[derive(Debug)]
pub(super) struct SlotGuard {
    slots: Arc<Slots>,
    id: String,
    slot: Shared,
    /// The hash of the bytes on the disk, as far as it is known.
    pub(super) running: Running,
}

impl SlotGuard {
    /// Does something with the upload's files, unless it ended.
    pub(super) fn while_here<T>(&mut self, work: impl FnOnce() -> T) -> Result<T, SlotRefusal> {
        self.door().while_here(work)
    }

    /// Returns the way to the upload's files for another thread.
    pub(super) fn door(&self) -> Door {
        Door(Arc::clone(&self.slot))
    }

    /// Forgets the hash, so that the next writer reads the file again.
    pub(super) fn forget(&mut self) {
        self.running = Running::default();
    }
}

impl Drop for SlotGuard {
    fn drop(&mut self) {
        let running = std::mem::take(&mut self.running);
        let is_worth_keeping = running.bytes > 0;
        {
            let mut slot = self.slot.lock();
            match &*slot {
                Slot::Ended => return,
                _ => *slot = Slot::Waiting(running),
            }
        }
        if !is_worth_keeping {
            let mut all = self.slots.0.lock();
            // Another request may have taken the slot meanwhile.
            let is_same = |slot: &Shared| Arc::ptr_eq(slot, &self.slot);
            if all.get(&self.id).is_some_and(is_same) && Arc::strong_count(&self.slot) == 2 {
                all.remove(&self.id);
            }
        }
    }
}
