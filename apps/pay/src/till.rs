//! The check of whether anything may be sold here now.

use imajin_app::{Node, Problem};
use imajin_selling::Rail;

/// The check that this service's operations make before a payment begins.
pub(crate) trait Till: Send + Sync {
    /// Refuses card payments where the box takes no cards, and all sales while the node may not know what it has sold.
    /// Errors: 409 if the box takes no cards, 503 for now.
    fn may_sell(&self, node: &Node, rail: Option<Rail>) -> Result<(), Problem>;
}

/// Asks the payment service of this node.
pub(crate) fn may_sell(node: &Node, rail: Option<Rail>) -> Result<(), Problem> {
    let till = node.get::<dyn Till>();
    till.ok_or_else(|| Problem::internal("payments run without their service"))?
        .may_sell(node, rail)
}
