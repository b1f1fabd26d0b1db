//! Storage for declarations of use.

use std::pin::Pin;

use imajin_protocol::Did;
use imajin_protocol::exchange::{Consent, Instruction};

use crate::node::Node;
use crate::problem::Problem;

/// A true declaration of use, with the request that it came with.
#[derive(Debug)]
pub struct DeclaredUse {
    /// The declaration, which names its sender.
    pub consent: Consent,
    /// The instruction of a payment that came along.
    pub settlement: Option<Instruction>,
    /// The method and path of the request.
    pub request: String,
    /// The nonce of the exchange; empty where the declaration came without one.
    pub nonce: String,
}

/// An app that keeps declarations of use in the records of those whose data is used.
pub trait KeepsConsents: Send + Sync {
    /// Refuses a request that will write, if its declaration couldn't be kept afterwards.
    ///
    /// # Errors
    /// 429 for too many on one day.
    fn check_room(&self, node: &Node, owner: &Did, declared: &DeclaredUse) -> Result<(), Problem>;

    /// Enters a declaration in the record of `owner`, whose data its sender is given now, by the node's word. Once for each nonce, and for a
    /// declaration without one.
    ///
    /// # Errors
    /// 403 if the owner takes nothing from the sender, 429 for too many on one day.
    fn keep_consent<'a>(
        &'a self,
        node: &'a Node,
        owner: &'a Did,
        declared: &'a DeclaredUse,
    ) -> Pin<Box<dyn Future<Output = Result<(), Problem>> + Send + 'a>>;
}
