//! Heads of the node's own record at registries and relays. If this node's key signed something that this node does not
//! have, its data is an old copy, or a second box has its key (docs/operating.md, "Two boxes with one key").

use imajin_app::{Node, blocking};
use imajin_host::prelude::*;
use imajin_ledger::Learned;

/// Returns the newest head of the node's own record; `None` if it cannot be read at the moment.
pub async fn own_head(node: &Node) -> Option<String> {
    let (ledger, did) = (node.ledger().clone(), node.did().clone());
    match blocking::run(move || ledger.head(&did)).await {
        Ok(Ok(head)) => head,
        Ok(Err(error)) => {
            tracing::warn!(%error, "the head of the node's own record");
            None
        }
        Err(problem) => {
            tracing::warn!(?problem, "the head of the node's own record");
            None
        }
    }
}

/// Compares a head of the node's own record, met at `place`, with the local record. Ignores other heads.
pub async fn met(node: &Node, head: &str, place: &str) {
    let was_known = node.ledger().is_old_copy().unwrap_or_default();
    let (ledger, head) = (node.ledger().clone(), head.to_owned());
    match blocking::run(move || ledger.learn_own_head(&head)).await {
        Ok(Ok(Learned::Ahead | Learned::Contradicts)) if !was_known => tell(node, place),
        Ok(Ok(_)) => {}
        Ok(Err(error)) => tracing::debug!(place, %error, "a head of this node's record"),
        Err(problem) => tracing::debug!(place, ?problem, "a head of this node's record"),
    }
}

/// Reports, in the node's log, where it was seen.
pub fn tell(node: &Node, place: &str) {
    tracing::error!(
        place,
        "another or newer state of this box's own record is known there: this box's data is an old copy, or another box has this box's key. Nothing is written here any more; see imajin doctor"
    );
    node.alarms().look_again();
}
