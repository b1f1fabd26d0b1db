//! The size of a copy of a record, estimated before the copy is begun, so that a full disk refuses it at once.

use imajin_app::{Node, Problem};
use imajin_host::prelude::*;
use imajin_protocol::Did;

/// Returns the approximate size of a copy in bytes: the logs and the person's media files.
pub(super) fn of_record(node: &Node, did: &Did) -> Result<u64, Problem> {
    let media: u64 = node.ledger().media().list(did)?.iter().map(|(_, bytes)| bytes).sum();
    Ok(media.saturating_add(of_logs(node, did)?))
}

/// Returns the size in bytes of a person's log, and of the logs of their things and those shared with them. A copy that
/// goes to a stick takes no more of the node's own disk.
pub(super) fn of_logs(node: &Node, did: &Did) -> Result<u64, Problem> {
    let bytes = |did: &Did| {
        let folder = node.data().join("users").join(did.folder_name());
        std::fs::metadata(folder.join("log.sqlite")).map_or(0, |found| found.len())
    };
    let (things, shares) = (node.things_of(did)?, node.shares_of(did)?);
    let others = things.iter().chain(shares.iter().map(|shared| &shared.did));
    Ok(others.map(bytes).sum::<u64>() + bytes(did))
}
