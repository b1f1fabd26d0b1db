//! What is done when places are paid after their order, told by the service that moves money.
//!
//! Always: told as often as it may be, a payment comes to its tickets once; the tickets are signed here, for the time of
//! the command that enters them.

use imajin_ledger::{Command, CommandWill, RefusalKind, SubmitError};
use imajin_protocol::{Did, IdText};
use imajin_service::sale::{Fulfilled, Fulfilment, Later, Paid};
use imajin_service::{Node, Problem, random};
use serde_json::Value as Json;

use crate::mint::{self, Signing};
use crate::projection::PROJECTION;
use crate::rules::DONE;
use crate::{Events, ops, reads};

impl Fulfilment for Events {
    fn fulfil<'a>(
        &'a self,
        node: &'a Node,
        paid: &'a Paid,
    ) -> Later<'a, Result<Fulfilled, Problem>> {
        Box::pin(async move {
            let done = fulfil(node, paid).await;
            self.bell.sold();
            done
        })
    }

    fn given_back<'a>(&'a self, node: &'a Node, paid: &'a Paid) -> Later<'a, Result<(), Problem>> {
        Box::pin(given_back(node, paid))
    }
}

async fn fulfil(node: &Node, paid: &Paid) -> Result<Fulfilled, Problem> {
    let payment = paid.payment.as_str();
    let hold = node.read(PROJECTION.name, |db| reads::hold_of_payment(db, payment))?;
    let Some(hold) = hold else {
        return Ok(Fulfilled::Impossible);
    };
    let kind = u16::try_from(hold.kind).map_err(Problem::internal)?;
    let now = node.now();
    let sign = Signing {
        node,
        event: &hold.event,
        holder: &hold.holder,
        kind,
        at: now,
    };
    let minted = mint::bought(&sign, hold.quantity)?;
    let args = mint::args_of(&minted);
    match submit(node, &hold.event, ops::PAID, &paid.payment, now, args).await {
        Ok(_) => Ok(Fulfilled::Done),
        Err(SubmitError::Refused(refusal)) if reason(&refusal) == Some(DONE) => Ok(Fulfilled::Done),
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
    let event = node.read(PROJECTION.name, |db| reads::event_of_payment(db, payment))?;
    let Some(event) = event.and_then(|event| Did::parse(&event).ok()) else {
        return Ok(());
    };
    withdraw(node, &event, &paid.payment).await
}

/// What was paid goes back: its tickets count no more. Said again, it changes nothing.
pub(crate) async fn withdraw(node: &Node, event: &Did, payment: &IdText) -> Result<(), Problem> {
    match submit(node, event, ops::WITHDRAWN, payment, node.now(), Json::Null).await {
        Ok(_) => Ok(()),
        Err(SubmitError::Refused(refusal)) if reason(&refusal) == Some(DONE) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

fn reason(refusal: &imajin_ledger::Refusal) -> Option<&str> {
    refusal.extra.as_ref()?["reason"].as_str()
}

async fn submit(
    node: &Node,
    event: &Did,
    op: &'static str,
    payment: &IdText,
    now: imajin_dfos::Timestamp,
    args: Json,
) -> Result<(), SubmitError> {
    let fresh = random::bytes().map_err(|error| {
        SubmitError::Refused(imajin_ledger::Refusal::new(
            RefusalKind::Stored,
            error.to_string(),
        ))
    })?;
    let command = Command {
        did: event.clone(),
        service: PROJECTION.name.to_owned(),
        op: op.to_owned(),
        reference: Some(payment.clone()),
        body: None,
        fact: None,
        will: CommandWill::Node,
        now,
        fresh,
        args,
    };
    node.ledger().submit(command).await.map(drop)
}
