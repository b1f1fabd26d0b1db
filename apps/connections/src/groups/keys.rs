//! A group's key follows its owner: after it was handed over, its chain names the new owner's keys beside the one that the
//! node keeps, and nobody else's.
//!
//! Always: what is to be done is found in the tables, so that a stop in the middle loses nothing.

use imajin_protocol::Did;
use imajin_service::{Done, Node, Problem};

use super::{KEPT, reads};
use crate::ops::group as op;
use crate::projection::PROJECTION;

/// At the start: those that a stop left behind.
pub(crate) fn started(node: &Node) {
    follow(node);
}

/// After somebody took a group.
pub(crate) fn settled(node: &Node, done: &Done<'_>) {
    if done.op == op::TAKE && done.outcome.is_ok() {
        follow(node);
    }
}

fn follow(node: &Node) {
    // Without a runtime (a command that only reads) nothing is done, and nothing was.
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return;
    };
    let node = node.clone();
    runtime.spawn(async move {
        if let Err(problem) = all(&node).await {
            tracing::error!("a group's key could not be handed to its owner; the next start tries again: {problem}");
        }
    });
}

async fn all(node: &Node) -> Result<(), Problem> {
    let kept = node.kept_all(KEPT)?;
    let owners = node.read(PROJECTION.name, reads::owners)?;
    let is_another = |group: &Did, owner: &Did| {
        kept.iter()
            .any(|(did, whose)| did == group && whose != owner)
    };
    for (group, owner) in owners {
        if is_another(&group, &owner) {
            node.hand_over_kept(&group, &owner).await?;
        }
    }
    Ok(())
}
