//! After an erasure, and where another log took the place of one: the owner's rows made again from what their log has now,
//! beside the writer.
//!
//! Always: a projection notes in the transaction that takes an erasure in that the owner's rows are to be replayed, and
//! drops the note in the transaction that makes them right, so that a crash in between does it again; whoever asked for
//! the erasure is answered after that. The writer takes over single rows and gives no more than a short tail again.

pub(crate) mod arriving;
mod run;
mod scratch;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use imajin_protocol::{Did, naming};
use tokio::sync::oneshot;

use crate::machine::{Receipt, StateMachine};
use crate::shared::Shared;
use crate::writer::Writer;

use arriving::Arriving;
pub(crate) use run::{Part, Replay, Swap};

/// What folders for scratch rows are called at first.
pub(crate) const SCRATCH: &str = ".replay-";

/// How long a replay rests that did not succeed, for example since the disk is full.
const REST: std::time::Duration = std::time::Duration::from_secs(1);

/// An erasure whose owner's rows are to be replayed.
#[derive(Debug, Clone)]
pub(crate) struct Erasure {
    /// In whose log.
    pub(crate) did: Did,
    /// Where it stands.
    pub(crate) seq: u64,
    /// The projections that took in a body that is gone.
    pub(crate) services: BTreeSet<&'static str>,
}

/// What of one log is to be replayed.
#[derive(Debug, Clone, Default)]
struct Wanted {
    erasures: BTreeSet<u64>,
    services: BTreeSet<&'static str>,
    /// Logs that came here, of whose rows some are still missing.
    arrivals: Vec<Arc<Arriving>>,
}

#[derive(Default)]
struct Inner {
    wanted: BTreeMap<Did, Wanted>,
    /// Who waits for an erasure to be done.
    waiting: Vec<(Did, u64, oneshot::Sender<()>)>,
    /// Those that did not succeed: tried again after the others, and after a rest.
    failed: BTreeSet<Did>,
    /// Whether the thread goes on to look for more.
    runs: bool,
    /// The thread; it may have ended.
    thread: Option<JoinHandle<()>>,
    closed: bool,
}

/// What is to be replayed, and who waits for it.
#[derive(Default)]
pub(crate) struct Replays(Mutex<Inner>);

impl Replays {
    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing here leaves the tables half changed when it panics.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in an erasure that is durable.
    pub(crate) fn want(&self, erasure: Erasure) {
        self.add(erasure, None);
    }

    /// The same for a log that came here: until its rows are there, nothing is written to it.
    pub(crate) fn want_all(&self, erasure: Erasure, arriving: Arc<Arriving>) {
        self.add(erasure, Some(arriving));
    }

    fn add(&self, erasure: Erasure, arriving: Option<Arc<Arriving>>) {
        let mut inner = self.lock();
        let wanted = inner.wanted.entry(erasure.did).or_default();
        wanted.erasures.insert(erasure.seq);
        wanted.services.extend(erasure.services);
        wanted.arrivals.extend(arriving);
    }

    /// Whether a log came here of whose rows some are still missing.
    pub(crate) fn is_arriving(&self, did: &Did) -> bool {
        let inner = self.lock();
        let wanted = inner.wanted.get(did);
        wanted.is_some_and(|wanted| !wanted.arrivals.is_empty())
    }

    /// What is to be waited for until nothing of this log is to be replayed any more; none if it is so now. It ends with
    /// an error where the node stops, or the replay did not succeed and is tried again.
    pub(crate) fn settled(&self, did: &Did) -> Option<oneshot::Receiver<()>> {
        let mut inner = self.lock();
        let last = *inner.wanted.get(did)?.erasures.last()?;
        let (done, wait) = oneshot::channel();
        if !inner.closed {
            inner.waiting.push((did.clone(), last, done));
        }
        Some(wait)
    }

    /// What is to be waited for before an answer with this receipt may go out.
    pub(crate) fn before(&self, receipt: &Receipt) -> Vec<oneshot::Receiver<()>> {
        let mut inner = self.lock();
        let mut waits = Vec::new();
        if inner.wanted.is_empty() {
            return waits;
        }
        for entry in &receipt.entries {
            let wanted = inner.wanted.get(&entry.did);
            if wanted.is_some_and(|wanted| wanted.erasures.contains(&entry.seq)) {
                let (done, wait) = oneshot::channel();
                if !inner.closed {
                    inner.waiting.push((entry.did.clone(), entry.seq, done));
                }
                waits.push(wait);
            }
        }
        waits
    }

    fn next(&self) -> Option<(Did, Wanted)> {
        let inner = self.lock();
        if inner.closed {
            return None;
        }
        let mut left = inner.wanted.iter();
        let (did, wanted) = left.find(|(did, _)| !inner.failed.contains(*did))?;
        Some((did.clone(), wanted.clone()))
    }

    /// Whether there is more to do, after what rest; else nobody does it until it is started again.
    fn more(&self) -> Option<std::time::Duration> {
        let mut inner = self.lock();
        let failed = !std::mem::take(&mut inner.failed).is_empty();
        inner.runs = !inner.closed && !inner.wanted.is_empty();
        let rest = if failed {
            REST
        } else {
            std::time::Duration::ZERO
        };
        inner.runs.then_some(rest)
    }

    fn done(&self, did: &Did, done: &Wanted) {
        let mut inner = self.lock();
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
            // One that went away needs no answer.
            let _ = waiter.send(());
        }
    }

    /// It did not succeed: those who wait hear that the outcome is unknown, and it is tried again.
    fn failed(&self, did: &Did) {
        let mut inner = self.lock();
        inner.failed.insert(did.clone());
        inner.waiting.retain(|(of, _, _)| of != did);
    }

    /// Lets nobody wait any longer.
    fn stop(&self) {
        let mut inner = self.lock();
        inner.closed = true;
        inner.waiting.clear();
    }

    /// The same, and gives back the thread.
    fn close(&self) -> Option<JoinHandle<()>> {
        let mut inner = self.lock();
        inner.closed = true;
        inner.waiting.clear();
        inner.thread.take()
    }

    fn is_closed(&self) -> bool {
        self.lock().closed
    }

    /// Whether nothing is left to do.
    fn are_done(&self) -> bool {
        self.lock().wanted.is_empty()
    }
}

/// Starts the thread that replays, if there is something to do and none runs.
pub(crate) fn start(shared: &Arc<Shared>) {
    let mut inner = shared.replays.lock();
    if inner.runs || inner.closed || inner.wanted.is_empty() {
        return;
    }
    let beside = shared.clone();
    let spawned = std::thread::Builder::new()
        .name("ledger-replay".to_owned())
        .spawn(move || work(&beside));
    match spawned {
        Ok(thread) => {
            inner.runs = true;
            inner.thread = Some(thread);
        }
        Err(error) => tracing::error!(%error, "rows could not be replayed: no thread"),
    }
}

fn work(shared: &Arc<Shared>) {
    loop {
        while let Some((did, wanted)) = shared.replays.next() {
            finish(shared, &did, &wanted, run::Hand::Queue(shared));
        }
        match shared.replays.more() {
            Some(rest) => std::thread::sleep(rest),
            None => return,
        }
    }
}

/// The same in the writer's own thread, for a ledger without threads.
pub(crate) fn run_here(writer: &mut Writer, shared: &Arc<Shared>) {
    while let Some((did, wanted)) = shared.replays.next() {
        finish(shared, &did, &wanted, run::Hand::Here(writer));
    }
    // Tried again with the next batch.
    shared.replays.more();
}

fn finish(shared: &Arc<Shared>, did: &Did, wanted: &Wanted, hand: run::Hand<'_>) {
    match run::run(shared, did, wanted, hand) {
        Ok(()) => shared.replays.done(did, wanted),
        Err(run::Stopped::Closing) => shared.replays.stop(),
        Err(run::Stopped::Failed(reason)) => {
            tracing::error!(%did, reason, "rows could not be replayed: tried again in a moment");
            shared.replays.failed(did);
        }
    }
}

/// Waits a little for what is being replayed, then lets nobody wait: what is left is done at the next start.
pub(crate) fn close(shared: &Arc<Shared>, until: std::time::Instant) {
    while !shared.replays.are_done()
        && shared.fatal.get().is_none()
        && crate::clock::monotonic() < until
    {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    if let Some(thread) = shared.replays.close()
        && thread.join().is_err()
    {
        tracing::error!("the thread that replays had panicked");
    }
}

/// The projections that take in entries of these operations.
pub(crate) fn services_of<'o>(
    machine: &dyn StateMachine,
    ops: impl Iterator<Item = &'o str>,
) -> BTreeSet<&'static str> {
    let specs = machine.projections();
    let mut services = BTreeSet::new();
    for op in ops {
        let takes = |service: &str| {
            naming::service_of(op) == service || machine.subscribers(op).contains(&service)
        };
        services.extend(
            specs
                .iter()
                .map(|spec| spec.name)
                .filter(|name| takes(name)),
        );
    }
    services
}

/// Every projection: where it is not known whose bodies go.
pub(crate) fn all_services(machine: &dyn StateMachine) -> BTreeSet<&'static str> {
    machine.projections().iter().map(|spec| spec.name).collect()
}
