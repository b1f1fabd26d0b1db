//! Bounded caches: open logs, and the states of logs.
//!
//! Always: a log is open once, however many threads use it, and ten thousand logs are not ten thousand open files.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hashlink::LruCache;
use imajin_log::ops::OpTable;
use imajin_log::rules::{LogState, PackedState};
use imajin_protocol::Did;
use parking_lot::Mutex;

use crate::disk::Disk;
use crate::logfile::{LogError, LogFile};

/// A log's slot in the cache. Empty if the log is closed or does not exist.
type Slot = Arc<Mutex<Option<LogFile>>>;

pub(crate) struct LogCache {
    users: PathBuf,
    disk: Arc<dyn Disk>,
    open_max: usize,
    slots: Mutex<LruCache<Did, Slot>>,
    /// Logs with frames in their WAL, and whether all of these are durable.
    with_wal: Mutex<HashMap<Did, bool>>,
}

impl LogCache {
    pub(crate) fn new(users: PathBuf, disk: Arc<dyn Disk>, open_max: usize) -> Self {
        let slots = Mutex::new(LruCache::new_unbounded());
        Self { users, disk, open_max: open_max.max(1), slots, with_wal: Mutex::default() }
    }

    pub(crate) fn folder(&self, did: &Did) -> PathBuf {
        self.users.join(did.folder_name())
    }

    /// Runs `f` with a log, or with `None` if it does not exist. A log has one user at a time.
    pub(crate) fn with_log<T>(
        &self,
        did: &Did,
        f: impl FnOnce(&mut Option<LogFile>) -> Result<T, LogError>,
    ) -> Result<T, LogError> {
        let slot = self.slot(did);
        let mut log = slot.lock();
        self.use_slot(did, &mut log, f)
    }

    /// Runs `f` while the log is closed and no one else can open it; reads nothing.
    pub(crate) fn with_closed<T>(
        &self,
        did: &Did,
        f: impl FnOnce(&mut Option<LogFile>) -> Result<T, LogError>,
    ) -> Result<T, LogError> {
        let slot = self.slot(did);
        let mut log = slot.lock();
        *log = None;
        let result = f(&mut log);
        self.note_wal(did, log.as_ref());
        result
    }

    /// Like [`Self::with`], unless the log is in use, e.g. for a copy, which may take long.
    pub(crate) fn try_with<T>(
        &self,
        did: &Did,
        f: impl FnOnce(&mut Option<LogFile>) -> Result<T, LogError>,
    ) -> Option<Result<T, LogError>> {
        let slot = self.slot(did);
        let mut log = slot.try_lock()?;
        Some(self.use_slot(did, &mut log, f))
    }

    fn use_slot<T>(
        &self,
        did: &Did,
        log: &mut Option<LogFile>,
        f: impl FnOnce(&mut Option<LogFile>) -> Result<T, LogError>,
    ) -> Result<T, LogError> {
        if log.is_none() {
            *log = LogFile::open(&self.disk, &self.folder(did), did)?;
            if let Some(log) = log.as_mut()
                && self.with_wal.lock().get(did) == Some(&true)
            {
                log.trust_wal();
            }
        }
        let result = f(log);
        self.note_wal(did, log.as_ref());
        result
    }

    /// Closes all logs, after waiting for their users.
    pub(crate) fn close_all(&self) {
        let slots: Vec<Slot> = self.slots.lock().drain().map(|(_, slot)| slot).collect();
        for slot in slots {
            *slot.lock() = None;
        }
    }

    fn note_wal(&self, did: &Did, log: Option<&LogFile>) {
        let mut with_wal = self.with_wal.lock();
        match log {
            Some(log) if log.has_wal() => {
                with_wal.insert(did.clone(), log.is_durable());
            }
            _ => {
                with_wal.remove(did);
            }
        }
    }

    fn slot(&self, did: &Did) -> Slot {
        let mut slots = self.slots.lock();
        if let Some(slot) = slots.get(did) {
            return slot.clone();
        }
        self.evict(&mut slots);
        let slot = Slot::default();
        slots.insert(did.clone(), slot.clone());
        slot
    }

    /// Closes the least recently used logs, except those in use: a second connection would find them locked.
    fn evict(&self, slots: &mut LruCache<Did, Slot>) {
        let mut tries = slots.len();
        while slots.len() >= self.open_max && tries > 0 {
            tries -= 1;
            let Some((did, slot)) = slots.remove_lru() else {
                return;
            };
            if Arc::strong_count(&slot) > 1 {
                slots.insert(did, slot);
            }
        }
    }

    /// Logs whose WAL needs a checkpoint, as far as is known since the start.
    pub(crate) fn with_wal(&self) -> Vec<Did> {
        self.with_wal.lock().keys().cloned().collect()
    }

    pub(crate) fn len(&self) -> usize {
        self.slots.lock().len()
    }
}

/// Number of counters that tell which states changed recently.
const GENERATIONS: usize = 256;

/// States of logs, as of the last durable batch.
pub(crate) struct StateCache {
    states: Mutex<States>,
    /// Number of the writer's changes to logs that share the counter.
    generations: Vec<AtomicU64>,
}

/// The states in use, and as bytes those that were used before them: a log is in one of the two.
struct States {
    ops: Arc<OpTable>,
    ready: LruCache<Did, Arc<LogState>>,
    ready_max: usize,
    packed: LruCache<Did, PackedState>,
}

impl States {
    fn get(&mut self, did: &Did) -> Option<Arc<LogState>> {
        if let Some(state) = self.ready.get(did) {
            return Some(state.clone());
        }
        let state = Arc::new(self.packed.remove(did)?.unpack(did.clone(), self.ops.clone())?);
        self.insert(state.clone());
        Some(state)
    }

    fn insert(&mut self, state: Arc<LogState>) {
        self.packed.remove(state.did());
        self.ready.insert(state.did().clone(), state);
        if self.ready.len() > self.ready_max
            && let Some((did, oldest)) = self.ready.remove_lru()
            && let Some(packed) = oldest.packed()
        {
            self.packed.insert(did, packed);
        }
    }

    fn remove(&mut self, did: &Did) {
        self.ready.remove(did);
        self.packed.remove(did);
    }
}

/// A counter's value when reading a state began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Generation(u64);

impl StateCache {
    pub(crate) fn new(ops: Arc<OpTable>, ready_max: usize, packed_max: usize) -> Self {
        let states = States {
            ops,
            ready: LruCache::new_unbounded(),
            ready_max: ready_max.max(1),
            packed: LruCache::new(packed_max),
        };
        let generations = (0..GENERATIONS).map(|_| AtomicU64::new(0)).collect();
        Self { states: Mutex::new(states), generations }
    }

    fn counter(&self, did: &Did) -> &AtomicU64 {
        // The last byte of a DID is as good as random, and there is a counter for each value of a byte.
        let byte = did.as_str().bytes().last().unwrap_or_default();
        &self.generations[usize::from(byte)]
    }

    pub(crate) fn get(&self, did: &Did) -> Option<Arc<LogState>> {
        self.states.lock().get(did)
    }

    /// Puts the writer's new state.
    pub(crate) fn put(&self, state: Arc<LogState>) {
        self.counter(state.did()).fetch_add(1, Ordering::SeqCst);
        self.states.lock().insert(state);
    }

    /// Returns the current generation: take it before reading a state from the disk.
    pub(crate) fn generation(&self, did: &Did) -> Generation {
        Generation(self.counter(did).load(Ordering::SeqCst))
    }

    /// Puts a state that was read from the disk, unless the writer may have changed it since: an old state must never
    /// return.
    pub(crate) fn offer(&self, state: Arc<LogState>, began: Generation) -> Arc<LogState> {
        let mut states = self.states.lock();
        if let Some(there) = states.get(state.did()) {
            return there;
        }
        if self.generation(state.did()) == began {
            states.insert(state.clone());
        }
        state
    }

    /// Drops a state, and every one that is being read from the disk now: the log was set aside, another file replaced
    /// it, or it has entries that did not come through the writer.
    pub(crate) fn remove(&self, did: &Did) {
        self.counter(did).fetch_add(1, Ordering::SeqCst);
        self.states.lock().remove(did);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_that_was_read_before_its_log_was_replaced_does_not_return() {
        let (ops, did) = (Arc::new(OpTable::new([])), Did::from_key(&[1; 32]));
        let states = StateCache::new(ops.clone(), 8, 8);
        let state = Arc::new(LogState::for_writer(did.clone(), ops));
        let began = states.generation(&did);
        // Another log takes the place of the one that is being read.
        states.remove(&did);
        states.offer(state.clone(), began);
        assert!(states.get(&did).is_none());
        states.offer(state, states.generation(&did));
        assert!(states.get(&did).is_some());
    }

    #[test]
    fn a_packed_state_comes_back_unless_its_log_changed_since() {
        let ops = Arc::new(OpTable::new([]));
        let states = StateCache::new(ops.clone(), 1, 8);
        let state = |n: u8| Arc::new(LogState::for_writer(Did::from_key(&[n; 32]), ops.clone()));
        let (first, second) = (state(1), state(2));
        states.put(first.clone());
        states.put(second.clone());
        let again = states.get(first.did()).unwrap();
        assert!(!Arc::ptr_eq(&first, &again) && again.did() == first.did());
        // Now the second one is packed. What the writer put since is what counts.
        let newer = state(2);
        states.put(newer.clone());
        states.get(first.did()).unwrap();
        states.remove(second.did());
        assert!(states.get(second.did()).is_none());
        states.remove(first.did());
        assert!(states.get(first.did()).is_none());
    }
}
