//! After an erasure, or when another log replaced one: computes the owner's rows again from what their log has now, off
//! the writer's thread.
//!
//! Always: a projection notes, in the transaction that applies an erasure, that the owner's rows must be replayed. It
//! drops the note in the transaction that corrects them, so that a crash in between repeats the replay; the caller of
//! the erasure gets an answer after that. The writer takes over single rows and applies only a short tail again.

pub(crate) mod arriving;
pub(crate) mod register;
mod run;
mod scratch;

use std::collections::BTreeSet;
use std::sync::Arc;

use imajin_protocol::{Did, naming};

use crate::exclusive::ExclusiveQueue;
use crate::machine::StateMachine;
use crate::shared::Shared;

use register::PendingReplay;

pub(crate) use register::{Erasure, SCRATCH};
pub(crate) use run::{Part, Replay, Swap, Swaps};

/// The niceness of the replay thread: a third of what another thread gets, and never nothing.
const NICE: i32 = 5;

/// Starts the replay thread if there is work and none runs.
pub(crate) fn start<W: Swaps>(shared: &Arc<Shared>, exclusive: &Arc<ExclusiveQueue<W>>) {
    let (beside, queue) = (shared.clone(), exclusive.clone());
    let spawned = shared.replays.start(|| {
        std::thread::Builder::new()
            .name("ledger-replay".to_owned())
            .spawn(move || work(&beside, &queue))
    });
    if let Err(error) = spawned {
        tracing::error!(%error, "rows could not be replayed: no thread could be started");
    }
}

fn work<W: Swaps>(shared: &Arc<Shared>, exclusive: &ExclusiveQueue<W>) {
    // Reading a long log keeps a processor busy for seconds: other people's writes go first.
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%error, "a replay competes with writes for the processor");
    }
    loop {
        while let Some((did, wanted)) = shared.replays.next() {
            finish(shared, &did, &wanted, run::Hand::Queue(shared, exclusive));
        }
        match shared.replays.more() {
            Some(rest) => std::thread::sleep(rest),
            None => return,
        }
    }
}

/// Runs in the writer's own thread, for a ledger without threads.
pub(crate) fn run_here<W: Swaps>(writer: &mut W, shared: &Arc<Shared>) {
    while let Some((did, wanted)) = shared.replays.next() {
        finish(shared, &did, &wanted, run::Hand::Here(writer));
    }
    // Tried again with the next batch.
    shared.replays.more();
}

fn finish<W: Swaps>(
    shared: &Arc<Shared>,
    did: &Did,
    wanted: &PendingReplay,
    hand: run::Hand<'_, W>,
) {
    match run::run(shared, did, wanted, hand) {
        Ok(()) => shared.replays.done(did, wanted),
        Err(run::Stopped::Closing) => shared.replays.stop(),
        Err(run::Stopped::Failed(reason)) => {
            tracing::error!(%did, reason, "rows could not be replayed; the replay is tried again");
            shared.replays.failed(did);
        }
    }
}

/// Waits briefly for running replays, then ends every wait: the next start does the rest.
pub(crate) fn close(shared: &Arc<Shared>, until: std::time::Instant) {
    while !shared.replays.are_done()
        && shared.fatal.get().is_none()
        && imajin_log::clock::monotonic() < until
    {
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
    if let Some(thread) = shared.replays.close()
        && thread.join().is_err()
    {
        tracing::error!("the replay thread had panicked");
    }
}

/// Returns the projections that apply entries of these operations.
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
        services.extend(specs.iter().map(|spec| spec.name).filter(|name| takes(name)));
    }
    services
}

/// Returns every projection: for when it is unknown whose bodies are erased.
pub(crate) fn all_services(machine: &dyn StateMachine) -> BTreeSet<&'static str> {
    machine.projections().iter().map(|spec| spec.name).collect()
}
