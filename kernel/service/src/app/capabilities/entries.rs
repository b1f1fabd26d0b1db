//! Hearing of what is entered.

use imajin_ledger::Receipt;

use crate::app::node::Node;

/// Hears of what was entered, whichever app's operation it came from: to tell people who are looking. It may hear nothing (a
/// crash), so their pages ask again when they come back.
pub trait HearsEntries: Send + Sync {
    /// An operation is durable. Called on the way of the answer: it does not wait.
    fn heard(&self, node: &Node, receipt: &Receipt);
}
