//! Notification of apps about new entries.

use imajin_ledger::Receipt;

use crate::node::Node;

/// An app that is notified of new entries of every app's operations, to update open pages. A crash may lose a
/// notification, so pages ask again when they reconnect.
pub trait HearsEntries: Send + Sync {
    /// Called when an operation is durable, before its answer is sent, so it must not wait.
    fn heard(&self, node: &Node, receipt: &Receipt);
}
