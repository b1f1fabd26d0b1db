//! Enters operations that the node signs: with its own key, with the owner's key given to the command line, or with a
//! key that it keeps for a person.

use imajin_app::{CommandRequest, Node, Problem};
use imajin_dfos::{Cid, SigningKey};
use imajin_host::custodial_keys::submit_signed;
use imajin_ledger::{Receipt, SubmitError};
use imajin_protocol::{Did, Kid};

/// A key, and its name in the chain of its owner.
#[derive(Clone, Copy)]
pub struct Signer<'a> {
    pub(crate) kid: &'a Kid,
    pub(crate) key: &'a SigningKey,
}

impl<'a> Signer<'a> {
    /// The node's own key.
    pub fn node(node: &'a Node) -> Self {
        let key = node.key();
        Self { kid: &key.kid, key: &key.key }
    }
}

/// Signs an operation and enters it. `chain` is the newest operation of the signer's chain, `to` the DIDs in whose logs
/// it has consequences.
///
/// # Errors
/// The outer error is the service's refusal before the writer; the inner result is the writer's answer.
pub async fn enter(
    node: &Node,
    signer: Signer<'_>,
    wish: CommandRequest,
    chain: Option<Cid>,
    to: Vec<Did>,
) -> Result<Result<Receipt, SubmitError>, Problem> {
    submit_signed(node, (signer.key, signer.kid), wish, chain, to).await
}
