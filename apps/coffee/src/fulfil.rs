//! What happens to a tip when its payment comes, or goes back.

use imajin_ledger::{RefusalKind, SubmitError};
use imajin_selling::{Fulfilled, Fulfilment, Later, Paid};
use imajin_service::operation::Reasons;
use imajin_service::{Node, Problem};

use crate::Coffee;
use crate::operations::{PaidRefusal, PaidTip, ReturnedRefusal, ReturnedTip};

impl Fulfilment for Coffee {
    fn fulfil<'a>(
        &'a self,
        node: &'a Node,
        paid: &'a Paid,
    ) -> Later<'a, Result<Fulfilled, Problem>> {
        Box::pin(async move {
            let operation = PaidTip {
                payment: paid.payment.clone(),
            };
            match node.record(paid.seller.clone(), &operation).await {
                Ok(_) => Ok(Fulfilled::Done),
                Err(SubmitError::Refused(refusal)) if PaidRefusal::Done.explains(&refusal) => {
                    Ok(Fulfilled::Done)
                }
                // Nobody promised it, or the jar's owner has left: the money goes back.
                Err(SubmitError::Refused(refusal)) if refusal.kind == RefusalKind::NotFound => {
                    Ok(Fulfilled::Impossible)
                }
                Err(SubmitError::ReadOnly { .. }) => Ok(Fulfilled::Impossible),
                Err(error) => Err(error.into()),
            }
        })
    }

    fn given_back<'a>(&'a self, node: &'a Node, paid: &'a Paid) -> Later<'a, Result<(), Problem>> {
        Box::pin(async move {
            let operation = ReturnedTip {
                payment: paid.payment.clone(),
            };
            match node.record(paid.seller.clone(), &operation).await {
                Ok(_) | Err(SubmitError::ReadOnly { .. }) => Ok(()),
                Err(SubmitError::Refused(refusal)) if ReturnedRefusal::Done.explains(&refusal) => {
                    Ok(())
                }
                Err(error) => Err(error.into()),
            }
        })
    }
}
