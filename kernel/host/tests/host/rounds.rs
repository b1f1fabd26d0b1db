//! Work in the background of a node.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use imajin_app::operation::{Context, Decide, Decision, Declaration, Line, Operation};
use imajin_app::routing::OpenApiRouter;
use imajin_app::{KeepsEntries, Manifest, Node, Ports, Problem, Service, Things, entries_table};
use imajin_edge::testing::{TestNode, until};
use imajin_host::Config;
use imajin_host::backoff::Backoff;
use imajin_host::prelude::*;
use imajin_host::rounds::Rounds;
use imajin_identity::begin_node_identity;
use imajin_ledger::{ProjectionSpec, machine};
use tokio::sync::Notify;

const HOUR: Duration = Duration::from_secs(3600);

/// The rounds that a test observed.
#[derive(Default)]
struct Observer {
    rounds: AtomicU32,
    ends: AtomicU32,
    bell: Notify,
}

impl Observer {
    async fn until(&self, rounds: u32) {
        let what = format!("round {rounds}");
        until(&what, async || self.rounds.load(Ordering::SeqCst) == rounds).await;
    }
}

/// Comes at once, then when it is woken; fails the second and third time.
struct Woken(Arc<Observer>);

impl Rounds for Woken {
    const NAME: &'static str = "a test";
    const EVERY: Duration = HOUR;
    const PAUSES: Option<Backoff> = Some(Backoff::new(HOUR, HOUR));

    async fn round(&mut self, _: &Node) -> Result<(), Problem> {
        match self.0.rounds.fetch_add(1, Ordering::SeqCst) {
            1 | 2 => Err(Problem::conflict("not now")),
            _ => Ok(()),
        }
    }

    async fn woken(&mut self) {
        self.0.bell.notified().await;
    }

    async fn end(&mut self, _: &Node) -> Result<(), Problem> {
        self.0.ends.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }
}

#[tokio::test]
async fn rounds_come_at_once_when_woken_after_a_pause_and_a_last_time_at_the_stop() {
    let node = TestNode::start(Vec::new(), Config::default(), 221).await.unwrap();
    let seen = Arc::new(Observer::default());
    node.node.begin(Woken(Arc::clone(&seen)));
    seen.until(1).await;
    seen.bell.notify_one();
    seen.until(2).await;
    // The work is in its pause, which an hour by the node's clock ends.
    node.clock.pass(HOUR);
    seen.until(3).await;
    seen.bell.notify_one();
    seen.until(4).await;
    assert_eq!(seen.ends.load(Ordering::SeqCst), 0);
    node.stop().await.unwrap();
    assert_eq!(seen.rounds.load(Ordering::SeqCst), 4);
    assert_eq!(seen.ends.load(Ordering::SeqCst), 1);
}

/// Never ends its round.
struct Endless(Arc<Observer>);

impl Rounds for Endless {
    const NAME: &'static str = "a test";
    const EVERY: Duration = HOUR;

    async fn round(&mut self, _: &Node) -> Result<(), Problem> {
        self.0.rounds.fetch_add(1, Ordering::SeqCst);
        std::future::pending().await
    }
}

#[tokio::test]
async fn a_round_that_does_not_end_is_cut_off_when_patience_is_over() {
    let node = TestNode::start(Vec::new(), Config::default(), 222).await.unwrap();
    let seen = Arc::new(Observer::default());
    node.node.begin(Endless(Arc::clone(&seen)));
    seen.until(1).await;
    node.node.stop();
    node.node.finish(Duration::ZERO).await;
    assert_eq!(Arc::strong_count(&seen), 1, "the work is gone");
}

/// An entry of the service below.
#[derive(Debug, Operation)]
#[operation(name = "till.ring", authority = Node, erasable_by = Author)]
struct Ring {
    /// The good that was sold.
    what: Line<100>,
}

impl Decide for Ring {
    fn decide(&self, _: &mut Context<'_, Self>) -> Decision<Self::Refusal> {
        Ok(())
    }
}

/// A service with a table.
struct Till;

impl KeepsEntries for Till {
    const THINGS: &'static [Things] = &[Things::put_by::<Ring>("sales")];
}

impl Service for Till {
    fn manifest(&self) -> &'static Manifest {
        static MANIFEST: Manifest = Manifest::new("till", Ports::new(3098, 7098));
        &MANIFEST
    }

    fn operations(&self) -> &'static [Declaration] {
        &[Ring::DECLARATION]
    }

    fn projection(&self) -> ProjectionSpec {
        ProjectionSpec {
            name: "till",
            version: 1,
            page_bytes: machine::SMALL_PAGES,
            schema: entries_table!(),
        }
    }

    fn routes(&self, _: Node) -> OpenApiRouter {
        OpenApiRouter::new()
    }
}

/// The rounds of work that depends on tables.
#[derive(Default)]
struct Idle {
    rounds: AtomicU32,
    /// How often a round was considered.
    considered: AtomicU32,
    has_more: AtomicBool,
}

impl Idle {
    fn rounds(&self) -> u32 {
        self.rounds.load(Ordering::SeqCst)
    }

    async fn until_round_after(&self, round: u32) {
        until("a round", async || self.rounds() > round).await;
    }

    /// Waits until rounds are considered without coming. Returns how many came.
    async fn until_idle(&self) -> u32 {
        let mut seen = (self.rounds(), 0);
        until("no more rounds", async || {
            let considered = self.considered.load(Ordering::SeqCst);
            if seen.0 != self.rounds() || seen.1 == 0 {
                seen = (self.rounds(), considered);
            }
            considered >= seen.1.saturating_add(5)
        })
        .await;
        seen.0
    }
}

struct OfTill(Arc<Idle>);

impl Rounds for OfTill {
    const NAME: &'static str = "a test";
    const EVERY: Duration = Duration::from_millis(1);
    const TABLES: Option<&'static str> = Some("till");

    async fn round(&mut self, _: &Node) -> Result<(), Problem> {
        self.0.rounds.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.0.considered.fetch_add(1, Ordering::SeqCst);
        !self.0.has_more.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn work_whose_tables_stay_comes_once_a_minute_or_as_soon_as_they_or_it_have_more() {
    let services: Vec<Arc<dyn Service>> = vec![Arc::new(imajin_auth::Auth::new()), Arc::new(Till)];
    let node = TestNode::start(services, Config::default(), 223).await.unwrap();
    begin_node_identity(&node.node).await.unwrap();
    let seen = Arc::new(Idle::default());
    node.node.begin(OfTill(Arc::clone(&seen)));
    seen.until_round_after(0).await;
    assert_eq!(seen.until_idle().await, 1);

    let sale = Ring { what: Line("bread".to_owned()) };
    let entered = node.node.record(node.node.did().clone(), &sale).await;
    entered.unwrap();
    seen.until_round_after(1).await;

    let before = seen.until_idle().await;
    node.clock.pass(Duration::from_secs(60));
    seen.until_round_after(before).await;
    assert_eq!(seen.until_idle().await, before.saturating_add(1));

    // Work that gets something to do while it is idle does it at once.
    seen.has_more.store(true, Ordering::SeqCst);
    seen.until_round_after(before.saturating_add(5)).await;
    seen.has_more.store(false, Ordering::SeqCst);
    seen.until_idle().await;
    node.stop().await.unwrap();
}
