//! Where declarations of use are kept.

use std::pin::Pin;

use imajin_protocol::Did;
use imajin_protocol::exchange::Consent;

use crate::app::node::Node;
use crate::app::problem::Problem;

/// An app that keeps declarations of use in the records of those whose things are used.
pub trait KeepsConsents: Send + Sync {
    /// Enters in `owner`'s record, by the node's word, what `by` declared about a thing of theirs that they are given now.
    ///
    /// # Errors
    /// 403 if the owner takes nothing from them, 429 for too many on one day.
    fn keep_consent<'a>(
        &'a self,
        node: &'a Node,
        owner: &'a Did,
        by: &'a Did,
        consent: &'a Consent,
    ) -> Pin<Box<dyn Future<Output = Result<(), Problem>> + Send + 'a>>;
}
