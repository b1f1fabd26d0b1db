//! The job that looks: soon after the start, each hour, and when another room has reason to.

use std::time::Duration;

use tokio::sync::watch;

use super::letter;
use crate::app::blocking;
use crate::app::node::Node;
use crate::app::problem::Problem;

/// The first look after the start: by then certificates and the name at home are settled.
const FIRST: Duration = Duration::from_secs(15);
const EVERY: Duration = Duration::from_secs(3600);
/// The pause before a requested look, so that requests that come together make one letter.
const CALM: Duration = Duration::from_secs(2);

/// Runs until it is stopped.
pub async fn run(node: Node, mut stopped: watch::Receiver<bool>) {
    let mut rest = FIRST;
    loop {
        tokio::select! {
            () = tokio::time::sleep(rest) => {}
            () = look_requested(&node) => {}
            // An error means that the sender is gone, which is a stop as well.
            _ = stopped.wait_for(|stop| *stop) => return,
        }
        rest = EVERY;
        if let Err(problem) = look(&node).await {
            tracing::warn!("the checks for the owner's alarms failed: {problem}");
        }
    }
}

/// Waits until another room requests a look, and then for others to do so, too.
async fn look_requested(node: &Node) {
    node.alarms().wake.notified().await;
    tokio::time::sleep(CALM).await;
}

/// Runs the checks, and tells the owner what is new.
async fn look(node: &Node) -> Result<(), Problem> {
    let Some(upkeep) = node.upkeep().cloned() else {
        return Ok(());
    };
    // The checks query disks and look names up, which may take a while.
    let checks = blocking::long(move || upkeep.checks()).await?;
    let (taker, now_ms) = (node.clone(), node.now().as_millis());
    let news = blocking::run(move || taker.alarms().take(&checks, now_ms)).await?;
    letter::queue(node, &news).await?;
    for alarm in &news {
        tracing::warn!(
            kind = alarm.kind.word(),
            "the owner is needed: {}",
            alarm.says
        );
    }
    let noter = node.clone();
    blocking::run(move || noter.alarms().note(&news, now_ms)).await
}
