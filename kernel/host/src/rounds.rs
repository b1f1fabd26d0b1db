//! The runner of background work: what a node does in rounds, from its start to its stop.
//!
//! Always: rounds of one kind of work come one after the other. A stop ends the waiting at once and lets the round that runs
//! finish. The log says once that rounds fail, again when the reason changes, and when they work again.

use std::pin::Pin;
use std::time::Duration;

use imajin_app::{Node, Problem, extension};
use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

use super::backoff::Backoff;
use super::stop::Stop;

use crate::prelude::*;

/// How often the node's clock is read in a pause.
const TICK: Duration = Duration::from_millis(500);
/// The longest pause of work whose tables stay as they are: some of it is due at a time.
const IDLE_MAX: Duration = Duration::from_secs(60);

/// Work in the background, done in rounds.
pub trait Rounds: Send + 'static {
    /// The name of the work in the log: `clicks of links`.
    const NAME: &'static str;
    /// The pause between the end of one round and the next.
    const EVERY: Duration;
    /// The pause between the start and the first round.
    const FIRST: Duration = Duration::ZERO;
    /// The pauses after failed rounds. `None` for the usual time.
    const PAUSES: Option<Backoff> = None;
    /// The service whose tables say what is due. While they stay as they are since a round that worked, and
    /// [`Rounds::is_done`], a round comes once a minute. `None` for all rounds.
    const TABLES: Option<&'static str> = None;

    /// Does the work that is due. The next round comes after an error, too.
    fn round(&mut self, node: &Node) -> impl Future<Output = Result<(), Problem>> + Send;

    /// Ends when a round is due before its time. The runner drops the future when it is that time, and calls this again.
    fn woken(&mut self) -> impl Future<Output = ()> + Send {
        std::future::pending()
    }

    /// Whether nothing but the tables makes the next round due, asked before each.
    fn is_done(&self) -> bool {
        true
    }

    /// The last work, when the node stops.
    fn end(&mut self, _node: &Node) -> impl Future<Output = Result<(), Problem>> + Send {
        async { Ok(()) }
    }
}

/// The work that runs.
#[derive(Default)]
pub(crate) struct Running(Mutex<JoinSet<()>>);

/// Work in the background.
#[extension(pub trait Background)]
impl Node {
    /// Begins work in the background, if there is a runtime for it.
    fn begin(&self, work: impl Rounds) {
        let Ok(runtime) = Handle::try_current() else {
            return;
        };
        let rounds = run(self.clone(), Box::new(work), self.stop_signal());
        self.part::<Running>().0.lock().spawn_on(rounds, &runtime);
    }

    /// Waits after `Node::stop` until all work in the background has ended. Aborts work that has not ended after
    /// `patience`.
    async fn finish(&self, patience: Duration) {
        let mut all = std::mem::take(&mut *self.part::<Running>().0.lock());
        let ended = async { while all.join_next().await.is_some() {} };
        if tokio::time::timeout(patience, ended).await.is_err() {
            all.shutdown().await;
        }
    }
}

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// When rounds come.
#[derive(Clone, Copy)]
struct Plan {
    name: &'static str,
    every: Duration,
    first: Duration,
    pauses: Option<Backoff>,
    tables: Option<&'static str>,
}

/// Any work, so that what runs it is in the program once.
trait Work: Send {
    fn plan(&self) -> Plan;
    fn round<'a>(&'a mut self, node: &'a Node) -> Boxed<'a, Result<(), Problem>>;
    fn woken(&mut self) -> Boxed<'_, ()>;
    fn is_done(&self) -> bool;
    fn end<'a>(&'a mut self, node: &'a Node) -> Boxed<'a, Result<(), Problem>>;
}

impl<R: Rounds> Work for R {
    fn plan(&self) -> Plan {
        Plan {
            name: R::NAME,
            every: R::EVERY,
            first: R::FIRST,
            pauses: R::PAUSES,
            tables: R::TABLES,
        }
    }

    fn round<'a>(&'a mut self, node: &'a Node) -> Boxed<'a, Result<(), Problem>> {
        Box::pin(Rounds::round(self, node))
    }

    fn woken(&mut self) -> Boxed<'_, ()> {
        Box::pin(Rounds::woken(self))
    }

    fn is_done(&self) -> bool {
        Rounds::is_done(self)
    }

    fn end<'a>(&'a mut self, node: &'a Node) -> Boxed<'a, Result<(), Problem>> {
        Box::pin(Rounds::end(self, node))
    }
}

async fn run(node: Node, mut work: Box<dyn Work>, stop: Stop) {
    let plan = work.plan();
    let mut rest = plan.first;
    let mut failing = Failing::default();
    // The tables at the last round, if it worked, and the end of the longest pause.
    let mut idle = None;
    loop {
        let due = async {
            tokio::select! {
                () = work.woken() => true,
                () = pass(&node, rest, failing.is_so()) => false,
            }
        };
        let Some(is_woken) = stop.or(due).await else {
            break;
        };
        let tables = (plan.tables).and_then(|service| node.ledger().generation(service).ok());
        let has_time = |(before, until)| tables == Some(before) && node.monotonic() < until;
        if !is_woken && work.is_done() && idle.is_some_and(has_time) {
            continue;
        }
        let done = work.round(&node).await;
        idle = tables
            .filter(|_| done.is_ok())
            .map(|tables| (tables, node.monotonic().saturating_add(IDLE_MAX)));
        rest = failing.note(&plan, done);
    }
    if let Err(problem) = work.end(&node).await {
        tracing::warn!("{}, at the stop: {}", plan.name, problem.reason());
    }
}

/// Waits this long. A pause after a failure is over as soon as it is over by the node's clock.
async fn pass(node: &Node, time: Duration, is_pause: bool) {
    let elapsed = tokio::time::sleep(time);
    if !is_pause {
        return elapsed.await;
    }
    let end = node.monotonic().saturating_add(time);
    let passed = async {
        while node.monotonic() < end {
            tokio::time::sleep(TICK).await;
        }
    };
    tokio::select! {
        () = elapsed => {}
        () = passed => {}
    }
}

/// How rounds fail.
#[derive(Default)]
struct Failing {
    /// The last line in the log; `None` while rounds work.
    said: Option<String>,
    /// Failures in a row.
    count: u32,
}

impl Failing {
    fn is_so(&self) -> bool {
        self.count > 0
    }

    /// Notes a round, and returns how long to wait for the next.
    fn note(&mut self, plan: &Plan, done: Result<(), Problem>) -> Duration {
        let Err(problem) = done else {
            if self.said.is_some() {
                tracing::info!("{}: works again", plan.name);
            }
            *self = Self::default();
            return plan.every;
        };
        self.count = self.count.saturating_add(1);
        let rest = plan.pauses.map_or(plan.every, |pauses| pauses.pause(self.count));
        let why = problem.reason();
        if self.said.as_deref() != Some(why) {
            let seconds = rest.as_secs_f32();
            tracing::warn!("{}: {why}; the next try is in {seconds} s", plan.name);
            self.said = Some(why.to_owned());
        }
        rest
    }
}

#[cfg(test)]
mod tests;
