//! A group's key follows its owner: after it was handed over, its chain names the new owner's keys and the one that the
//! node keeps, and nobody else's.
//!
//! Always: what is to be done is found in the tables, so that a stop in the middle loses nothing.

use imajin_protocol::Did;
use imajin_service::{Node, Problem};

use super::{KEPT, queries};
use crate::manifest::MANIFEST;

/// Hands over the key of every group that has another owner: after somebody took one, and at the start, for what a stop
/// left behind.
pub(crate) fn follow(node: &Node) {
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
    let owners = node.read(MANIFEST.name, queries::owners)?;
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
