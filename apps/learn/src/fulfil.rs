//! What happens to a place in a course when its payment comes, or goes back.

use imajin_ledger::{RefusalKind, SubmitError};
use imajin_selling::{Fulfilled, Fulfilment, Later, Paid};
use imajin_service::operation::Reasons;
use imajin_service::{Node, Problem};

use crate::Learn;
use crate::operations::{self, PaidRefusal, Withdrawn, WithdrawnRefusal};

impl Fulfilment for Learn {
    fn fulfil<'a>(
        &'a self,
        node: &'a Node,
        paid: &'a Paid,
    ) -> Later<'a, Result<Fulfilled, Problem>> {
        Box::pin(async move {
            let operation = operations::Paid {
                payment: paid.payment.clone(),
            };
            match node.record(paid.seller.clone(), &operation).await {
                Ok(_) => Ok(Fulfilled::Done),
                Err(SubmitError::Refused(refusal)) if PaidRefusal::Done.explains(&refusal) => {
                    Ok(Fulfilled::Done)
                }
                // No place was promised for it, or the teacher has left: the money goes back.
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
            let operation = Withdrawn {
                payment: paid.payment.clone(),
            };
            match node.record(paid.seller.clone(), &operation).await {
                Ok(_) | Err(SubmitError::ReadOnly { .. }) => Ok(()),
                Err(SubmitError::Refused(refusal)) if WithdrawnRefusal::Done.explains(&refusal) => {
                    Ok(())
                }
                Err(error) => Err(error.into()),
            }
        })
    }
}
