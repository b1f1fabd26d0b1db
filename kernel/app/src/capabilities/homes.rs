//! Homes of people on other boxes.

use std::pin::Pin;

use imajin_log::home::ProvenHome;
use imajin_protocol::Did;

use crate::node::Node;
use crate::problem::Problem;

/// An app that finds the homes of people on other boxes.
pub trait ProvenHomes: Send + Sync {
    /// Returns the proven home of a DID, at most a day old. Counts the search for `asker`: a person, or this node itself.
    ///
    /// # Errors
    /// 404 if no proof was found or none holds, 409 (`two-homes`) if two nodes prove to be the home, 429 if this asker looked for too many.
    fn proven_home<'a>(
        &'a self,
        node: &'a Node,
        did: &'a Did,
        asker: &'a Did,
    ) -> Pin<Box<dyn Future<Output = Result<ProvenHome, Problem>> + Send + 'a>>;

    /// Returns the page for a searched text such as `@maya@box.example`, or for the DID of a person without a record on this box.
    fn page_for(&self, node: &Node, text: &str) -> Option<String>;
}
