//! Questions about a person, which others may ask of an app by its name.

use imajin_protocol::Did;

use crate::app::node::Node;
use crate::app::problem::Problem;

/// A question about somebody.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// About whom.
    pub about: &'a Did,
    /// By whom; found to be them, and near enough.
    pub by: &'a Did,
    /// How many connections lie between the two.
    pub distance: u8,
    /// The question, in the service's own terms.
    pub query: &'a serde_json::Value,
}

/// An app that answers questions about a person.
pub trait Answers: Send + Sync {
    /// Answers if the asker's distance is known and near enough.
    ///
    /// # Errors
    /// A question that isn't one, or that has no answer for the asker.
    fn respond(&self, node: &Node, question: &Question<'_>) -> Result<serde_json::Value, Problem>;
}
