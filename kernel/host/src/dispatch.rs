//! Deliveries to other machines: push messages, letters, callbacks.
//!
//! Always: a bounded number of deliveries is in flight, and each has a deadline. Clients take turns, within a share
//! each and few slots a host, so one client's dead destinations don't delay another's. A destination that doesn't
//! answer is left alone for a while ([`Circuits`]). Each result is available at once, however long other deliveries
//! take. Waiting deliveries are in memory: the durable queue belongs to the service, which submits unsettled deliveries
//! again after a restart.

mod circuits;
mod schedule;

use std::collections::HashMap;
use std::hash::Hash;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use imajin_app::Time;
use tokio::task::{self, JoinSet};

use crate::backoff::Backoff;

pub use circuits::Circuits;
use schedule::{Id, Next, Route, Schedule};

/// The limits of a dispatcher.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Deliveries at once.
    pub in_flight: usize,
    /// Deliveries of one client at once.
    pub per_client: usize,
    /// Deliveries to one host at once, of which a client has one.
    pub per_host: usize,
    /// The time that a delivery may take.
    pub deadline: Duration,
    /// How long a circuit stays open.
    pub circuits: Backoff,
    /// Owner of a circuit.
    pub scope: Scope,
}

/// Owner of a circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// The host, where the operator chose it: all its deliveries wait for one probe.
    Host,
    /// A client at a host, where clients choose it: a path that hangs on a shared host closes the host for this client alone.
    ClientAndHost,
}

/// How an attempt to deliver ended.
#[derive(Debug)]
pub enum Attempt<T> {
    /// The host answered, with success or an error.
    Answered(T),
    /// The host was not reached, or said nothing.
    Unreached(T),
    /// The host was not asked: there is nothing to deliver any more.
    Unneeded(T),
}

/// Why a delivery has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undelivered {
    /// The deadline passed first.
    NoAnswer,
    /// The circuit is open for this long, so nothing was attempted.
    CircuitOpen(Duration),
}

/// A delivery that ended.
#[derive(Debug, Clone)]
pub struct Completion<K, T> {
    /// The delivery's key.
    pub key: K,
    /// The delivery's result.
    pub result: Result<T, Undelivered>,
}

type BoxedAttempt<T> = Pin<Box<dyn Future<Output = Attempt<T>> + Send>>;

/// A dispatcher of deliveries: `K` is a delivery's key, `T` its result. Dropping it aborts all deliveries.
pub struct Dispatcher<K, T> {
    clock: Arc<dyn Time>,
    deadline: Duration,
    schedule: Schedule,
    waiting: HashMap<Id, (K, BoxedAttempt<T>)>,
    running: HashMap<task::Id, (Id, K)>,
    tasks: JoinSet<Option<Attempt<T>>>,
    completed: Vec<Completion<K, T>>,
    /// Number of completions that the owner has read but not settled.
    read: usize,
    last: Id,
}

impl<K: Clone + Eq + Hash, T: Send + 'static> Dispatcher<K, T> {
    /// A dispatcher whose circuits are timed by `clock`.
    pub fn new(clock: Arc<dyn Time>, limits: Limits) -> Self {
        Self {
            clock,
            deadline: limits.deadline,
            schedule: Schedule::new(limits),
            waiting: HashMap::new(),
            running: HashMap::new(),
            tasks: JoinSet::new(),
            completed: Vec::new(),
            read: 0,
            last: 0,
        }
    }

    /// Whether a delivery waits, runs, or ended and is not settled.
    pub fn has(&self, key: &K) -> bool {
        let waiting = self.waiting.values().map(|(key, _)| key);
        let running = self.running.values().map(|(_, key)| key);
        let completed = self.completed.iter().map(|completion| &completion.key);
        waiting.chain(running).chain(completed).any(|other| other == key)
    }

    /// Submits a delivery for a client to a host. It begins when it is its turn.
    pub fn submit(
        &mut self,
        key: K,
        (client, host): (&str, &str),
        attempt: impl Future<Output = Attempt<T>> + Send + 'static,
    ) {
        self.last += 1;
        self.waiting.insert(self.last, (key, Box::pin(attempt)));
        let route = Route { client: client.to_owned(), host: host.to_owned() };
        self.schedule.push(self.last, route);
        self.begin_next();
    }

    /// Waits until a delivery has ended that [`Self::completions`] has not returned. Deliveries that wait begin while this is awaited. It may be
    /// dropped at any time.
    pub async fn wait_for_completion(&mut self) {
        while self.completed.len() == self.read {
            self.end_next().await;
        }
    }

    /// Makes deliveries for this long. It may be dropped at any time.
    pub async fn run_for(&mut self, time: Duration) {
        let all = async {
            loop {
                self.end_next().await;
            }
        };
        // The loop has no end, so the time always elapses.
        let _ = tokio::time::timeout(time, all).await;
    }

    /// The deliveries that ended and are not settled.
    pub fn completions(&mut self) -> &[Completion<K, T>] {
        self.read = self.completed.len();
        &self.completed
    }

    /// Forgets the completions that [`Self::completions`] returned, once their results are stored elsewhere.
    pub fn settle(&mut self) {
        self.completed.drain(..std::mem::take(&mut self.read));
    }

    async fn end_next(&mut self) {
        let (task, attempt) = match self.tasks.join_next_with_id().await {
            Some(Ok(ended)) => ended,
            Some(Err(error)) => {
                tracing::error!("a delivery: {error}");
                (error.id(), None)
            }
            None => std::future::pending().await,
        };
        let Some((id, key)) = self.running.remove(&task) else {
            return;
        };
        let (is_reached, result) = match attempt {
            Some(Attempt::Answered(result)) => (Some(true), Ok(result)),
            Some(Attempt::Unreached(result)) => (Some(false), Ok(result)),
            Some(Attempt::Unneeded(result)) => (None, Ok(result)),
            None => (Some(false), Err(Undelivered::NoAnswer)),
        };
        self.schedule.end(id, is_reached, self.clock.monotonic());
        self.completed.push(Completion { key, result });
        self.begin_next();
    }

    fn begin_next(&mut self) {
        while let Some(next) = self.schedule.take_next(self.clock.monotonic()) {
            let (Next::Begin(id) | Next::Refuse(id, _)) = next;
            let Some((key, attempt)) = self.waiting.remove(&id) else {
                continue;
            };
            match next {
                Next::Begin(id) => {
                    let attempt = tokio::time::timeout(self.deadline, attempt);
                    let task = self.tasks.spawn(async { attempt.await.ok() });
                    self.running.insert(task.id(), (id, key));
                }
                Next::Refuse(_, left) => self
                    .completed
                    .push(Completion { key, result: Err(Undelivered::CircuitOpen(left)) }),
            }
        }
    }
}

#[cfg(test)]
mod tests;
