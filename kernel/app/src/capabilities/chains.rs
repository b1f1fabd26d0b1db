//! Search for identity chains of people on other boxes.

use std::pin::Pin;

use imajin_dfos::identity::Verified;
use imajin_protocol::Did;

use crate::node::Node;

/// An app that finds identity chains elsewhere.
pub trait FindsChains: Send + Sync {
    /// The newest chain of a DID that relays, registries and the home that it names have; `None` if none has it. It verifies from the DID.
    fn find_chain<'a>(
        &'a self,
        node: &'a Node,
        did: &'a Did,
    ) -> Pin<Box<dyn Future<Output = Option<Verified>> + Send + 'a>>;
}
