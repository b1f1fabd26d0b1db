//! Letters that wait, as the app that wrote them sees them later.

use crate::node::Node;
use crate::problem::Problem;

/// Whether a letter that was queued is still to be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LetterState {
    /// Another app wrote it.
    Unknown,
    /// The letter is still for its recipient.
    Due,
    /// The recipient no longer has a right to the letter, or wants none: it is dropped.
    Void,
}

impl LetterState {
    /// The state of a letter of the app that answers.
    pub fn known(is_due: bool) -> Self {
        if is_due { Self::Due } else { Self::Void }
    }
}

/// An app that writes letters, and is asked before each is sent whether it still is for its reader.
pub trait Letters: Send + Sync {
    /// The state of the letter to the address `to` that was queued with this `once`.
    ///
    /// # Errors
    /// The state can't be found out: then the letter waits.
    fn letter_state(&self, node: &Node, once: &str, to: &str) -> Result<LetterState, Problem>;
}
