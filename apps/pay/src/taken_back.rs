//! Revocation of the node's attestations of payments that were refunded or disputed: paying and refunding is free, and
//! standing must not be.
//!
//! Always: found in the node's books, and done at least once; revoking twice changes nothing. After a start the node
//! looks at all refunds again, so that a stop makes it miss none.

use imajin_app::{Answer, Authority, Node};

use crate::operations::Posted;
use crate::patience::{Patience, Task};
use crate::queries::{self, WentBack};

/// Maximum number of refunds in a round.
const AT_ONCE: usize = 100;

/// Progress in the node's books.
#[derive(Debug, Default)]
pub(crate) struct TakenBack {
    seq: i64,
    /// Payments whose attestations are still to be revoked.
    due: Vec<WentBack>,
}

impl TakenBack {
    /// Whether no attestation is still to be revoked.
    pub(crate) fn is_empty(&self) -> bool {
        self.due.is_empty()
    }

    /// Revokes the attestations of payments that were refunded or disputed since the last round.
    pub(crate) async fn round(&mut self, node: &Node, patience: &mut Patience) -> Answer<()> {
        let from = self.seq;
        let (newest, returns) = queries::read(node, |db| {
            let newest = queries::newest_posting(db, node.did())?;
            let returns = if newest > from {
                queries::went_back(db, node.did(), Posted::NAME, from, AT_ONCE)?
            } else {
                Vec::new()
            };
            Ok((newest, returns))
        })?;
        self.seq = match returns.last() {
            Some(last) if returns.len() == AT_ONCE => last.seq,
            _ => newest.max(from),
        };
        self.due.extend(returns);
        let Some(authority) = node.get::<dyn Authority>() else {
            return Ok(());
        };
        let mut outcome = Ok(());
        for one in std::mem::take(&mut self.due) {
            if outcome.is_err() {
                self.due.push(one);
                continue;
            }
            let taking = async {
                for subject in [&one.payer, &one.seller] {
                    let (payment, context) = (one.payment.as_str(), one.seller.as_str());
                    authority.take_back(node, subject, payment, context).await?;
                }
                Ok(())
            };
            let task = (Task::TakeBack, one.payment.as_str());
            match patience.attempt(node, task, taking).await {
                Ok(Some(())) => continue,
                Ok(None) => {}
                Err(problem) => outcome = Err(problem),
            }
            self.due.push(one);
        }
        outcome
    }
}
