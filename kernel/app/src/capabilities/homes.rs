//! Homes of people on other boxes.

use crate::node::Node;

/// An app that finds the homes of people on other boxes.
pub trait ProvenHomes: Send + Sync {
    /// Returns the page for a searched text such as `@maya@box.example`, or for the DID of a person without a record on this box.
    fn page_for(&self, node: &Node, text: &str) -> Option<String>;
}
