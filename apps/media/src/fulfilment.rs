//! Fulfilment of a paid work for the cashier: delivers it, or takes it back.

use imajin_app::{Node, Problem, blocking};
use imajin_protocol::{Did, IdText};
use imajin_selling::{Fulfilled, Later, Paid, Sells, enter_paid};

use crate::Media;
use crate::delivery::Ready;
use crate::manifest::MANIFEST;
use crate::operations;
use crate::queries::{self, Standing, State};
use crate::sale::KIND;

impl Sells for Media {
    const SERVICE: &'static str = MANIFEST.name;
    const KIND: &'static str = KIND;
    type Paid = operations::Paid;
    type RefundOperation = operations::Withdrawn;

    fn title(node: &Node, payment: &str, seller: &Did) -> Result<Option<String>, Problem> {
        queries::read(node, |db| {
            let Some(order) = queries::purchase(db, seller.as_str(), payment)? else {
                return Ok(None);
            };
            let asset = queries::asset(db, seller.as_str(), &order.asset)?;
            Ok(asset.and_then(|asset| asset.words.title))
        })
    }

    fn deliver<'a>(node: &'a Node, paid: &'a Paid) -> Later<'a, Result<Fulfilled, Problem>> {
        Box::pin(fulfil(node, paid))
    }

    fn paid(payment: IdText) -> operations::Paid {
        operations::Paid { payment }
    }

    fn back(payment: IdText) -> operations::Withdrawn {
        operations::Withdrawn { payment }
    }
}

/// Delivers what was paid for, or says that it can't be any more: erased meanwhile, or no room for it.
async fn fulfil(node: &Node, paid: &Paid) -> Result<Fulfilled, Problem> {
    let (seller, payment) = (paid.seller.as_str(), paid.payment.as_str());
    let purchase = queries::read(node, |db| {
        let order = queries::purchase(db, seller, payment)?;
        let asset = match &order {
            Some(order) => queries::asset(db, seller, &order.asset)?,
            None => None,
        };
        Ok(order.zip(asset))
    })?;
    let Some((order, asset)) = purchase else {
        return Ok(Fulfilled::Impossible);
    };
    if order.standing != Standing::Promised {
        return enter_paid::<Media>(node, paid).await;
    }
    if asset.state == State::Erased {
        return Ok(Fulfilled::Impossible);
    }
    let (here, of, to) = (node.clone(), order.seller.clone(), order.buyer.clone());
    let ready = blocking::long(move || Ready::make(&here, (&of, &to), &asset)).await?;
    let ready = match ready {
        Ok(Some(ready)) => ready,
        Ok(None) => {
            return Err(Problem::unavailable("You have another order for this file."));
        }
        Err(problem) if matches!(problem.status().as_u16(), 413 | 507) => {
            tracing::info!(
                payment,
                "a buyer has no room for what they bought: the money goes back"
            );
            return Ok(Fulfilled::Impossible);
        }
        Err(problem) => return Err(problem),
    };
    let done = enter_paid::<Media>(node, paid).await;
    match &done {
        Ok(Fulfilled::Impossible) => ready.take_back(),
        // The work is paid for. When pay asks again, it learns whether the sale was entered.
        Ok(Fulfilled::Done) | Err(_) => ready.delivered(),
    }
    done
}
