//! The schedule of anchors: a day after the previous one, if a log changed. The first anchor is due as soon as there
//! are enough logs to hide in, else a day after the start.

use std::time::Duration;

use imajin_app::{Node, Problem};
use imajin_dfos::Timestamp;
use imajin_host::prelude::*;
use imajin_host::rounds::Rounds;

use super::make;

/// Number of logs from which the first anchor is due before its day is over.
const ENOUGH: usize = 16;

/// Begins the task, where the node's owner wants it.
pub fn started(node: &Node) {
    let Some(interval) = node.config().anchor_interval() else {
        return;
    };
    node.begin(Daily { interval });
}

struct Daily {
    interval: Duration,
}

impl Rounds for Daily {
    const NAME: &'static str = "the daily anchor";
    /// A check whether an anchor is due writes nothing and reads little.
    const EVERY: Duration = Duration::from_secs(600);
    const FIRST: Duration = Self::EVERY;

    async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        look(node, self.interval).await.map(drop)
    }
}

/// Makes an anchor when it is due.
pub(super) async fn look(node: &Node, interval: Duration) -> Result<bool, Problem> {
    let here = node.clone();
    let due = imajin_app::blocking::run(move || {
        // Told already, as an alarm.
        if here.ledger().is_old_copy()? {
            return Ok(false);
        }
        let last = make::newest_at(&here)?;
        let changed = || make::changed_count(&here);
        is_due(last, here.now(), here.uptime(), interval, changed)
    })
    .await??;
    if !due {
        return Ok(false);
    }
    let anchor = make::make(node, None).await?;
    if let Some(made) = &anchor {
        tracing::info!(operation = %made.operation, logs = made.body.tree.leaves().len(), "anchored");
    }
    Ok(anchor.is_some())
}

/// Calls `changed` only if the answer depends on it.
fn is_due<E>(
    last: Option<Timestamp>,
    now: Timestamp,
    uptime: Duration,
    interval: Duration,
    changed: impl FnOnce() -> Result<usize, E>,
) -> Result<bool, E> {
    let millis = i64::try_from(interval.as_millis()).unwrap_or(i64::MAX);
    match last {
        Some(last) => Ok(now.as_millis().saturating_sub(last.as_millis()) >= millis),
        None if uptime >= interval => Ok(true),
        None => Ok(changed()? >= ENOUGH),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use imajin_app::Service;
    use imajin_edge::testing::{Person, TestNode};
    use imajin_host::Config;
    use imajin_identity::begin_node_identity;

    use super::*;

    #[tokio::test]
    async fn what_changed_is_anchored_once_a_day_and_what_did_not_is_not() {
        let day = Duration::from_secs(24 * 3_600);
        let services: Vec<Arc<dyn Service>> = vec![Arc::new(imajin_auth::Auth::new())];
        let node = TestNode::start(services, Config::default(), 200).await.unwrap();
        begin_node_identity(&node.node).await.unwrap();
        let look = async || look(&node.node, day).await.unwrap();
        node.clock.pass(day);
        assert!(!look().await, "nobody lives here");
        Person::new(1).create(&node, None).await;
        assert!(look().await);
        Person::new(2).create(&node, None).await;
        assert!(!look().await, "its day is not over");
        node.clock.pass(day);
        assert!(look().await);
        node.clock.pass(day);
        assert!(!look().await, "the node's own log grows by every anchor");
        let logs = |made: make::Before| made.body.unwrap().tree.leaves().len();
        assert_eq!(logs(make::Before::read(&node.node).unwrap()), 2);
    }

    #[test]
    fn one_a_day_and_the_first_when_there_is_enough() {
        let at =
            |hours: i64| Timestamp::from_millis(1_800_000_000_000 + hours * 3_600_000).unwrap();
        let day = Duration::from_secs(24 * 3_600);
        let hour = Duration::from_secs(3_600);
        let due = |last, now, uptime, changed| {
            is_due(last, now, uptime, day, || Ok::<_, ()>(changed)).unwrap()
        };
        assert!(!due(Some(at(0)), at(23), hour, 100));
        assert!(due(Some(at(0)), at(24), hour, 0));
        assert!(!due(None, at(0), hour, ENOUGH - 1));
        assert!(due(None, at(0), hour, ENOUGH));
        assert!(due(None, at(0), day, 0));
    }
}
