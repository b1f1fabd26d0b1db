//! Questions about a person, which others may ask of an app by its name.

use imajin_protocol::Did;

use crate::node::Node;
use crate::problem::Problem;

/// A question about a person.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// The person that the question is about.
    pub about: &'a Did,
    /// The authenticated asker, whose distance is within the limit.
    pub by: &'a Did,
    /// The number of connections between the two.
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
