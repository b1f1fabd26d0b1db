//! A computer's changes, signed with its key under its owner's delegation.

use imajin_app::operation::Operation;
use imajin_app::{CommandRequest, Node, Peer, Problem};
use imajin_host::delegates;

use super::keys::{self, Computer};

/// Enters an operation in the owner's log, as the computer.
pub(super) async fn enter<O: Operation>(
    node: &Node,
    (computer, peer): (&Computer, Option<Peer>),
    operation: &O,
) -> Result<(), Problem> {
    let request = CommandRequest::from_operation(computer.owner.clone(), operation)?;
    let delegation = || keys::check(node, computer);
    delegates::submit(node, computer, peer, request, delegation).await.map(drop)
}
