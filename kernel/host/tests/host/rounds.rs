//! Work in the background of a node.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use imajin_app::{Node, Problem};
use imajin_edge::testing::{TestNode, until};
use imajin_host::Config;
use imajin_host::backoff::Backoff;
use imajin_host::prelude::*;
use imajin_host::rounds::Rounds;
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
    let node = TestNode::start(Vec::new(), Config::default(), 221)
        .await
        .unwrap();
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
    let node = TestNode::start(Vec::new(), Config::default(), 222)
        .await
        .unwrap();
    let seen = Arc::new(Observer::default());
    node.node.begin(Endless(Arc::clone(&seen)));
    seen.until(1).await;
    node.node.stop();
    node.node.finish(Duration::ZERO).await;
    assert_eq!(Arc::strong_count(&seen), 1, "the work is gone");
}
