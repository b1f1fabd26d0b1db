//! Entering operations into the node's own log.

use imajin_app::operation::Operation;
use imajin_app::{CommandRequest, Node, Problem};
use imajin_dfos::Cid;
use imajin_ledger::SubmitError;
use imajin_protocol::Did;

use crate::signed::{self, Signer};

/// Why the node's own log could not be written.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum NodeIdentityError {
    #[error(transparent)]
    Submit(#[from] SubmitError),
    #[error("{0}")]
    Read(#[from] Problem),
    #[error("{0}")]
    Sign(String),
}

pub(crate) fn sign_error(error: impl std::fmt::Display) -> NodeIdentityError {
    NodeIdentityError::Sign(error.to_string())
}

/// Enters an operation into the node's own log, signed with the node's key or with a controller's. It has consequences in
/// the logs of `to`.
pub async fn enter<O: Operation>(
    node: &Node,
    signer: Signer<'_>,
    operation: &O,
    chain: Cid,
    to: Vec<Did>,
) -> Result<(), NodeIdentityError> {
    let command = CommandRequest::from_operation(node.did().clone(), operation)?;
    signed::enter(node, signer, command, Some(chain), to).await??;
    Ok(())
}
