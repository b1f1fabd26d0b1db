//! The users of the sticks in the node's machine: what is done with a stick, who may have it removed, and its removal.
//!
//! Always: a stick that is being removed is not read in the background. A removal waits for the end of a piece, not of a file, and that
//! file is read again later.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use imajin_ledger::stick::{State, Stick};
use imajin_protocol::Did;
use parking_lot::{Condvar, Mutex};
use serde::Serialize;
use tokio::sync::Notify;
use utoipa::ToSchema;

/// Maximum time that a removal waits for a use to end: a use looks often, but a stick may be slow, and the disk may take its time to
/// sync a long file.
const ENDING: Duration = Duration::from_secs(10);

/// A use of a stick.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
#[schema(as = What)]
pub enum StickTask {
    /// A copy is written.
    Export,
    /// A copy is read through.
    Verify,
    /// A copy is read to be taken in.
    Import,
}

/// Work that uses a stick.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = DoingView)]
pub struct StickProgress {
    /// What.
    pub what: StickTask,
    /// Bytes that are done.
    pub bytes: u64,
    /// The approximate number of all bytes.
    pub bytes_total: u64,
}

/// Why a stick is not removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StickBusy {
    /// The background reading of a file does not end soon.
    Reading,
    /// A copy is written to the stick or read from it.
    Copying,
}

/// The users of the sticks. A node has one (`Node::state`), which its apps share.
#[derive(Debug, Default)]
pub struct StickUsers {
    now: Mutex<Now>,
    /// Signals that a use has ended.
    ended: Condvar,
    /// Signals that a removal has ended.
    removed: Notify,
}

#[derive(Debug, Default)]
struct Now {
    /// The person that first used each stick since it was plugged in: they may have it removed.
    first: HashMap<String, Did>,
    uses: Vec<Arc<Running>>,
    /// Sticks that are to be removed.
    held: Vec<String>,
}

#[derive(Debug)]
struct Running {
    stick: String,
    /// None: files are read in the background.
    task: Option<StickTask>,
    bytes: AtomicU64,
    bytes_total: u64,
    /// The stick is to go.
    must_end: AtomicBool,
}

impl Now {
    fn on<'n>(&'n self, stick: &'n str) -> impl Iterator<Item = &'n Running> {
        let uses = self.uses.iter().map(Arc::as_ref);
        uses.filter(move |running| running.stick == stick)
    }

    fn is_held(&self, stick: &str) -> bool {
        self.held.iter().any(|held| held == stick)
    }
}

/// A stick is used until this is dropped.
#[derive(Debug)]
pub struct StickUse {
    running: Arc<Running>,
    users: Arc<StickUsers>,
}

impl StickUse {
    /// Adds to the bytes that are done.
    pub fn pass(&self, bytes: u64) {
        self.running.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Sets the bytes that are done.
    pub fn set(&self, bytes: u64) {
        self.running.bytes.store(bytes, Ordering::Relaxed);
    }

    /// Returns the question whether it must end, since the stick is to go.
    pub fn must_end(&self) -> impl Fn() -> bool + Send + Sync + use<> {
        let running = self.running.clone();
        move || running.must_end.load(Ordering::Relaxed)
    }
}

impl Drop for StickUse {
    fn drop(&mut self) {
        let mut now = self.users.now.lock();
        now.uses.retain(|other| !Arc::ptr_eq(other, &self.running));
        self.users.ended.notify_all();
    }
}

impl StickUsers {
    /// Notes who writes to the stick of this name or reads from it: the first one is remembered.
    pub fn note(&self, stick: &str, did: &Did) {
        let first = &mut self.now.lock().first;
        first.entry(stick.to_owned()).or_insert_with(|| did.clone());
    }

    /// Whether this person was the first.
    pub fn is_first(&self, stick: &str, did: &Did) -> bool {
        self.now.lock().first.get(stick) == Some(did)
    }

    /// Forgets the users of sticks that are not mounted any more: another one may come under the same name.
    pub fn forget_gone(&self, sticks: &[Stick]) {
        let is_mounted = |name: &str| {
            let mut named = sticks.iter().filter(|stick| stick.name == name);
            named.any(|stick| matches!(stick.state, State::Mounted | State::Leaving))
        };
        self.now.lock().first.retain(|name, _| is_mounted(name));
    }

    /// Begins to use a stick.
    pub fn begin(self: &Arc<Self>, stick: &str, task: StickTask, bytes_total: u64) -> StickUse {
        self.add(&mut self.now.lock(), (stick, Some(task), bytes_total))
    }

    /// Begins to read a stick in the background; `None` if it is to be removed.
    pub fn read(self: &Arc<Self>, stick: &str) -> Option<StickUse> {
        let mut now = self.now.lock();
        (!now.is_held(stick)).then(|| self.add(&mut now, (stick, None, 0)))
    }

    fn add(
        self: &Arc<Self>,
        now: &mut Now,
        (stick, task, bytes_total): (&str, Option<StickTask>, u64),
    ) -> StickUse {
        let running = Arc::new(Running {
            stick: stick.to_owned(),
            task,
            bytes: AtomicU64::new(0),
            bytes_total,
            must_end: AtomicBool::new(false),
        });
        now.uses.push(Arc::clone(&running));
        StickUse { running, users: Arc::clone(self) }
    }

    /// Returns the tasks that use a stick.
    pub fn tasks(&self, stick: &str) -> Vec<StickProgress> {
        let now = self.now.lock();
        let tasks = now.on(stick).filter_map(|running| {
            Some(StickProgress {
                what: running.task?,
                bytes: running.bytes.load(Ordering::Relaxed),
                bytes_total: running.bytes_total,
            })
        });
        tasks.collect()
    }

    /// Calls `remove` when nothing uses a stick, and begins no other use meanwhile. Ends checks of copies on it and what is read of it in
    /// the background. Blocks.
    pub fn remove<T>(&self, stick: &str, remove: impl FnOnce() -> T) -> Result<T, StickBusy> {
        let removed = if self.hold(stick) {
            self.end_checks(stick, remove).ok_or(StickBusy::Copying)
        } else {
            Err(StickBusy::Reading)
        };
        self.let_go(stick);
        removed
    }

    /// Waits until a removal has ended.
    pub async fn removed(&self) {
        self.removed.notified().await;
    }

    /// Bars background readers from a stick until it is let go. Returns false if the reading does not end soon.
    fn hold(&self, stick: &str) -> bool {
        let mut now = self.now.lock();
        now.held.push(stick.to_owned());
        for reading in now.on(stick).filter(|running| running.task.is_none()) {
            reading.must_end.store(true, Ordering::Relaxed);
        }
        let is_read = |now: &mut Now| now.on(stick).any(|running| running.task.is_none());
        !(self.ended.wait_while_for(&mut now, is_read, ENDING)).timed_out()
    }

    /// Ends one hold of a stick.
    fn let_go(&self, stick: &str) {
        let held = &mut self.now.lock().held;
        if let Some(at) = held.iter().position(|held| held == stick) {
            held.swap_remove(at);
        }
        self.removed.notify_one();
    }

    /// Calls `remove` when the checks on a stick have ended; `None` if something else is done with it, or a check does not end soon.
    fn end_checks<T>(&self, stick: &str, remove: impl FnOnce() -> T) -> Option<T> {
        let is_check = |running: &Running| running.task == Some(StickTask::Verify);
        let mut now = self.now.lock();
        if !now.on(stick).all(is_check) {
            return None;
        }
        for check in now.on(stick) {
            check.must_end.store(true, Ordering::Relaxed);
        }
        let is_used = |now: &mut Now| now.on(stick).next().is_some();
        let waited = self.ended.wait_while_for(&mut now, is_used, ENDING);
        // The lock is held: no other use begins before the machine was asked.
        (!waited.timed_out()).then(remove)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removal_waits_for_the_reading_and_keeps_it_away_from_its_stick_alone() {
        let users = Arc::new(StickUsers::default());
        std::thread::scope(|scope| {
            let reading = users.read("sda1").unwrap();
            let removal = scope.spawn(|| users.hold("sda1"));
            while !reading.must_end()() {
                std::thread::yield_now();
            }
            assert!(!removal.is_finished(), "it is still read");
            drop(reading);
            assert!(removal.join().unwrap());
        });
        assert!(users.read("sda1").is_none() && users.read("sdb1").is_some());
        assert!(users.hold("sda1"), "two people press at once");
        users.let_go("sda1");
        assert!(users.read("sda1").is_none());
        users.let_go("sda1");
        assert!(users.read("sda1").is_some());
    }
}
