//! The pending replays, and the callers that wait for them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::thread::JoinHandle;

use imajin_protocol::Did;
use parking_lot::Mutex;
use tokio::sync::oneshot;

use super::arriving::Arriving;
use crate::machine::Receipt;

/// The prefix of folders for scratch rows.
pub(crate) const SCRATCH: &str = ".replay-";

/// The pause after a failed replay, for example on a full disk.
const REST: std::time::Duration = std::time::Duration::from_secs(1);

/// An erasure whose owner's rows must be replayed.
#[derive(Debug, Clone)]
pub(crate) struct Erasure {
    /// The owner of the log.
    pub(crate) did: Did,
    /// The erasure's number in it.
    pub(crate) seq: u64,
    /// The projections that applied an erased body.
    pub(crate) services: BTreeSet<&'static str>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct PendingReplay {
    pub(super) erasures: BTreeSet<u64>,
    pub(super) services: BTreeSet<&'static str>,
    /// Imports of this log whose rows are incomplete.
    arrivals: Vec<Arc<Arriving>>,
}

#[derive(Default)]
struct Inner {
    wanted: BTreeMap<Did, PendingReplay>,
    /// Callers that wait for an erasure to be complete.
    waiting: Vec<(Did, u64, oneshot::Sender<()>)>,
    /// Failed replays: tried again after the others, and after a pause.
    failed: BTreeSet<Did>,
    /// Whether the thread will look for more.
    runs: bool,
    /// The thread, which may have ended.
    thread: Option<JoinHandle<()>>,
    closed: bool,
}

impl Inner {
    /// Returns a receiver that completes once an erasure is complete.
    fn wait_for(&mut self, did: &Did, seq: u64) -> oneshot::Receiver<()> {
        let (done, wait) = oneshot::channel();
        if !self.closed {
            self.waiting.push((did.clone(), seq, done));
        }
        wait
    }
}

/// The pending replays, and the callers that wait for them.
#[derive(Default)]
pub(crate) struct Replays(Mutex<Inner>);

impl Replays {
    /// Starts the replay thread if there is work and none runs.
    pub(super) fn start(
        &self,
        spawn: impl FnOnce() -> std::io::Result<JoinHandle<()>>,
    ) -> std::io::Result<()> {
        let mut inner = self.0.lock();
        if inner.runs || inner.closed || inner.wanted.is_empty() {
            return Ok(());
        }
        inner.thread = Some(spawn()?);
        inner.runs = true;
        Ok(())
    }

    /// Adds a durable erasure, or with `arriving` an imported log: until its rows are there, nothing is written to it.
    pub(crate) fn want(&self, erasure: Erasure, arriving: Option<Arc<Arriving>>) {
        let mut inner = self.0.lock();
        let pending = inner.wanted.entry(erasure.did).or_default();
        pending.erasures.insert(erasure.seq);
        pending.services.extend(erasure.services);
        pending.arrivals.extend(arriving);
    }

    /// Returns whether a log was imported whose rows are incomplete.
    pub(crate) fn is_arriving(&self, did: &Did) -> bool {
        let inner = self.0.lock();
        inner.wanted.get(did).is_some_and(|wanted| !wanted.arrivals.is_empty())
    }

    /// Returns a receiver that completes once no replay of this log is pending; `None` if none is pending now. It fails
    /// if the node stops, or if the replay failed and is tried again.
    pub(crate) fn settled(&self, did: &Did) -> Option<oneshot::Receiver<()>> {
        let mut inner = self.0.lock();
        let last = *inner.wanted.get(did)?.erasures.last()?;
        Some(inner.wait_for(did, last))
    }

    /// Returns the receivers that must complete before an answer with this receipt may be sent.
    pub(crate) fn before(&self, receipt: &Receipt) -> Vec<oneshot::Receiver<()>> {
        let mut inner = self.0.lock();
        let mut waits = Vec::new();
        for entry in &receipt.entries {
            let pending = inner.wanted.get(&entry.did);
            if pending.is_some_and(|wanted| wanted.erasures.contains(&entry.seq)) {
                waits.push(inner.wait_for(&entry.did, entry.seq));
            }
        }
        waits
    }

    pub(super) fn next(&self) -> Option<(Did, PendingReplay)> {
        let inner = self.0.lock();
        if inner.closed {
            return None;
        }
        let (did, wanted) = inner.wanted.iter().find(|(did, _)| !inner.failed.contains(*did))?;
        Some((did.clone(), wanted.clone()))
    }

    /// Returns the pause before the next replay; `None` ends the thread until it is started again.
    pub(super) fn more(&self) -> Option<std::time::Duration> {
        let mut inner = self.0.lock();
        let failed = !std::mem::take(&mut inner.failed).is_empty();
        inner.runs = !inner.closed && !inner.wanted.is_empty();
        let rest = if failed { REST } else { std::time::Duration::ZERO };
        inner.runs.then_some(rest)
    }

    pub(super) fn done(&self, did: &Did, done: &PendingReplay) {
        let mut inner = self.0.lock();
        if let Some(wanted) = inner.wanted.get_mut(did) {
            wanted.erasures.retain(|seq| !done.erasures.contains(seq));
            let is_done =
                |one: &Arc<Arriving>| done.arrivals.iter().any(|other| Arc::ptr_eq(one, other));
            wanted.arrivals.retain(|one| !is_done(one));
            if wanted.erasures.is_empty() {
                inner.wanted.remove(did);
            }
        }
        let (ready, waiting) = std::mem::take(&mut inner.waiting)
            .into_iter()
            .partition(|(of, seq, _)| of == did && done.erasures.contains(seq));
        inner.waiting = waiting;
        for (_, _, waiter) in ready {
            // The caller may have gone.
            let _ = waiter.send(());
        }
    }

    /// Records a failure: waiting callers learn that the outcome is unknown, and the replay is tried again.
    pub(super) fn failed(&self, did: &Did) {
        let mut inner = self.0.lock();
        inner.failed.insert(did.clone());
        inner.waiting.retain(|(of, _, _)| of != did);
    }

    /// Ends every wait.
    pub(super) fn stop(&self) {
        let mut inner = self.0.lock();
        inner.closed = true;
        inner.waiting.clear();
    }

    /// Ends every wait, and returns the thread.
    pub(super) fn close(&self) -> Option<JoinHandle<()>> {
        self.stop();
        self.0.lock().thread.take()
    }

    pub(super) fn is_closed(&self) -> bool {
        self.0.lock().closed
    }

    /// Returns whether no replay is pending.
    pub(crate) fn are_done(&self) -> bool {
        self.0.lock().wanted.is_empty()
    }
}
