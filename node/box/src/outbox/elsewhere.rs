//! Whether a relay has an anchor of this node that the node itself does not have.

use imajin_app::{Node, blocking};
use imajin_trust::anchors::elsewhere as anchors;
use std::time::Duration;

use super::SendError;
use super::relay::Relay;
use crate::old_copy;

/// Interval between requests to a relay; anchors come once a day.
const EVERY: Duration = Duration::from_secs(3_600);
/// The node's own, which hears from its peers, costs no request.
const EVERY_OWN: Duration = Duration::from_secs(60);

/// Pause before the next request to a relay.
pub(super) fn every(relay: &Relay) -> Duration {
    match relay {
        Relay::Own(_) => EVERY_OWN,
        Relay::Other { .. } => EVERY,
    }
}

/// Compares once. A relay that does not answer is asked again in the next round.
pub(super) async fn look(node: &Node, relay: &Relay) {
    if let Err(error) = compare(node, relay).await {
        tracing::debug!(relay = relay.name(), "the anchors there: {error}");
    }
}

async fn compare(node: &Node, relay: &Relay) -> Result<(), SendError> {
    let here = node.clone();
    let Some(chain) = blocking::run(move || anchors::chain(&here)).await?? else {
        return Ok(());
    };
    let Some(newest) = relay.content_head(&chain).await? else {
        return Ok(());
    };
    let (here, cid) = (node.clone(), newest.clone());
    if blocking::run(move || anchors::is_here(&here, &cid)).await?? {
        return Ok(());
    }
    let Some(token) = relay.operation(&newest).await? else {
        return Ok(());
    };
    let here = node.clone();
    let is_old = blocking::run(move || -> Result<bool, imajin_app::Problem> {
        let Some(at) = anchors::signed_at(&here, &newest, &token)? else {
            return Ok(false);
        };
        let shown = format!("an anchor of {at} that this box signed is not here");
        Ok(here.ledger().learn_own_signature(at, &shown)?)
    });
    if is_old.await?? {
        old_copy::tell(node, relay.name());
    }
    Ok(())
}
