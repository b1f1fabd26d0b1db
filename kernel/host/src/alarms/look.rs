//! The job that looks: soon after the start, each hour, and when another room has reason to.

use std::time::Duration;

use imajin_app::{Node, Problem, blocking};

use super::letter;
use crate::prelude::*;
use crate::rounds::Rounds;

/// The pause before a requested look, so that requests that come together make one letter.
const CALM: Duration = Duration::from_secs(2);

/// Starts the task that looks for alarms until the node stops.
pub fn started(node: &Node) {
    node.begin(Look(node.clone()));
}

struct Look(Node);

impl Rounds for Look {
    const NAME: &'static str = "the checks for the owner's alarms";
    const EVERY: Duration = Duration::from_secs(3600);
    /// Certificates and the name at home are settled by then.
    const FIRST: Duration = Duration::from_secs(15);

    /// Runs the checks, and announces new alarms to the owner.
    async fn round(&mut self, node: &Node) -> Result<(), Problem> {
        let Some(upkeep) = node.upkeep().cloned() else {
            return Ok(());
        };
        // The checks query disks and look names up, which may take a while.
        let checks = blocking::long(move || upkeep.checks()).await?;
        let (taker, now_ms) = (node.clone(), node.now().as_millis());
        let news = blocking::run(move || taker.alarms().take(&checks, now_ms)).await?;
        letter::queue(node, &news).await?;
        for alarm in &news {
            tracing::warn!(kind = alarm.kind.word(), "the owner is needed: {}", alarm.says);
        }
        let noter = node.clone();
        blocking::run(move || noter.alarms().note(&news, now_ms)).await
    }

    /// Waits until another room requests a look, and then for others to do so, too.
    async fn woken(&mut self) {
        self.0.alarms().wake.notified().await;
        tokio::time::sleep(CALM).await;
    }
}
