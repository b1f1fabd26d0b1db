//! What happens when places are paid after their order: the service that moves money says so.
//!
//! Always: however often it says so, a payment becomes its tickets once.

use imajin_ledger::{RefusalKind, SubmitError};
use imajin_protocol::Did;
use imajin_selling::{Fulfilled, Fulfilment, Later, Paid};
use imajin_service::operation::Reasons;
use imajin_service::{Node, Problem};

use crate::bell::Bell;
use crate::manifest::MANIFEST;
use crate::mint::Signing;
use crate::operations::{PaidPlaces, PaidRefusal};
use crate::{Events, closing, queries};

impl Fulfilment for Events {
    fn fulfil<'a>(
        &'a self,
        node: &'a Node,
        paid: &'a Paid,
    ) -> Later<'a, Result<Fulfilled, Problem>> {
        Box::pin(async move {
            let done = fulfil(node, paid).await;
            node.state::<Bell>().sold();
            done
        })
    }

    fn given_back<'a>(&'a self, node: &'a Node, paid: &'a Paid) -> Later<'a, Result<(), Problem>> {
        Box::pin(given_back(node, paid))
    }
}

async fn fulfil(node: &Node, paid: &Paid) -> Result<Fulfilled, Problem> {
    let payment = paid.payment.as_str();
    let hold = node.read(MANIFEST.name, |db| queries::hold_of_payment(db, payment))?;
    let Some(hold) = hold else {
        return Ok(Fulfilled::Impossible);
    };
    let signing = Signing {
        node,
        event: &hold.event,
        holder: &hold.holder,
        kind: u16::try_from(hold.kind).map_err(Problem::internal)?,
        at: node.now(),
    };
    let tickets = signing.sale(hold.quantity)?;
    let operation = PaidPlaces {
        payment: paid.payment.clone(),
    };
    let recorded = node.record_prepared(hold.event.clone(), &operation, tickets);
    match recorded.await {
        Ok(_) => Ok(Fulfilled::Done),
        Err(SubmitError::Refused(refusal)) if PaidRefusal::Done.explains(&refusal) => {
            Ok(Fulfilled::Done)
        }
        // Sold out since, cancelled, or no such places.
        Err(SubmitError::Refused(refusal))
            if matches!(refusal.kind, RefusalKind::Conflict | RefusalKind::NotFound) =>
        {
            Ok(Fulfilled::Impossible)
        }
        Err(error) => Err(error.into()),
    }
}

async fn given_back(node: &Node, paid: &Paid) -> Result<(), Problem> {
    let payment = paid.payment.as_str();
    let event = node.read(MANIFEST.name, |db| queries::event_of_payment(db, payment))?;
    match event.and_then(|event| Did::parse(&event).ok()) {
        Some(event) => closing::withdraw(node, event, &paid.payment).await,
        None => Ok(()),
    }
}
