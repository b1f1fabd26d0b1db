//! A group's key follows its owner: after a transfer, the group's chain names the new owner's keys and the node's key,
//! and no others.
//!
//! Always: pending transfers are found in the tables, so that a stop in between loses nothing.

use imajin_app::task::boxed;
use imajin_app::{Node, Problem};
use imajin_host::prelude::*;
use imajin_protocol::Did;

use super::{KEPT, queries};
use crate::queries::read;

/// Transfers the key of every group with a new owner. Called after a group is taken, and at the start for transfers
/// that a stop interrupted.
pub(crate) fn follow(node: &Node) {
    // Without a runtime (a read-only command), nothing is transferred.
    let Ok(runtime) = tokio::runtime::Handle::try_current() else {
        return;
    };
    let node = node.clone();
    runtime.spawn(boxed(async move {
        if let Err(problem) = all(&node).await {
            tracing::error!("a group's key could not be handed to its owner; the next start tries again: {problem}");
        }
    }));
}

async fn all(node: &Node) -> Result<(), Problem> {
    let kept = node.kept_all(KEPT)?;
    let owners = read(node, queries::owners)?;
    let is_another =
        |group: &Did, owner: &Did| kept.iter().any(|(did, whose)| did == group && whose != owner);
    for (group, owner) in owners {
        if is_another(&group, &owner) {
            node.hand_over_kept(&group, &owner).await?;
        }
    }
    Ok(())
}
