//! Fulfilment of orders that are paid later: the payment service reports a payment, and its tickets are issued.
//!
//! Always: a payment is fulfilled once, however often it is reported.

use imajin_app::operation::Reasons;
use imajin_app::{Answer, Node, Problem, Zone};
use imajin_host::prelude::*;
use imajin_ledger::{RefusalKind, SubmitError};
use imajin_protocol::Did;
use imajin_selling::{Fulfilled, Fulfilment, Later, Paid};

use crate::bell::Bell;
use crate::mint::Signing;
use crate::operations::{KEPT, PaidPlaces, PaidRefusal};
use crate::queries::{Hold, TicketRow};
use crate::{Events, closing, queries};

impl Fulfilment for Events {
    fn fulfil<'a>(&'a self, node: &'a Node, paid: &'a Paid) -> Later<'a, Answer<Fulfilled>> {
        Box::pin(async move {
            let done = fulfil(node, paid).await;
            node.state::<Bell>().ring();
            done
        })
    }

    fn given_back<'a>(&'a self, node: &'a Node, paid: &'a Paid) -> Later<'a, Answer<()>> {
        Box::pin(given_back(node, paid))
    }

    fn tells_payer(
        &self,
        node: &Node,
        payment: &str,
        (payer, seller): (&Did, &Did),
    ) -> Answer<bool> {
        let events = queries::read(node, |db| queries::events_of_payment(db, payment))?;
        let Some(event) = first(events, |event| is_of_seller(node, event, seller))? else {
            return Ok(false);
        };
        let tickets = queries::read(node, |db| queries::of_payment(db, event.as_str(), payment))?;
        let is_payers = |ticket: &TicketRow| ticket.holder == *payer && ticket.is_open();
        Ok(tickets.iter().any(is_payers))
    }

    fn title(&self, node: &Node, payment: &str, seller: &Did) -> Answer<Option<String>> {
        let events = queries::read(node, |db| queries::events_of_payment(db, payment))?;
        let is_here = |event: &Did| is_of_seller(node, event, seller);
        let Some(event) = first(events, is_here)? else {
            return Ok(None);
        };
        let event = queries::read(node, |db| queries::event(db, event.as_str()))?;
        Ok(event.and_then(|event| event.word("title").map(str::to_owned)))
    }

    fn zone(
        &self,
        node: &Node,
        payment: &str,
        (payer, seller): (&Did, &Did),
    ) -> Answer<Option<Zone>> {
        let holds = queries::read(node, |db| queries::holds_of_payment(db, payment, payer))?;
        let is_here = |hold: &Hold| is_of_seller(node, &hold.event, seller);
        let Some(hold) = first(holds, is_here)? else {
            return Ok(None);
        };
        let event = queries::read(node, |db| queries::event(db, hold.event.as_str()))?;
        Ok(event.map(|event| event.zone()))
    }
}

async fn fulfil(node: &Node, paid: &Paid) -> Answer<Fulfilled> {
    let payment = paid.payment.as_str();
    let holds = queries::read(node, |db| queries::holds_of_payment(db, payment, &paid.payer))?;
    let is_here = |hold: &Hold| is_of_seller(node, &hold.event, &paid.seller);
    let Some(hold) = first(holds, is_here)? else {
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
    let operation = PaidPlaces { payment: paid.payment.clone() };
    let recorded = node.record_prepared(hold.event.clone(), &operation, tickets);
    match recorded.await {
        Ok(_) => Ok(Fulfilled::Done),
        Err(SubmitError::Refused(refusal)) if PaidRefusal::Done.explains(&refusal) => {
            Ok(Fulfilled::Done)
        }
        // Sold out in the meantime, cancelled, its organiser left or deleted it, or the hold doesn't exist. A read-only
        // log is asked again: it waits to be resumed after a restore.
        Err(SubmitError::Refused(refusal))
            if matches!(
                refusal.kind,
                RefusalKind::Conflict | RefusalKind::NotFound | RefusalKind::Gone
            ) =>
        {
            Ok(Fulfilled::Impossible)
        }
        Err(error) => Err(error.into()),
    }
}

async fn given_back(node: &Node, paid: &Paid) -> Answer<()> {
    let payment = paid.payment.as_str();
    let events = queries::read(node, |db| queries::events_of_payment(db, payment))?;
    let is_here = |event: &Did| is_of_seller(node, event, &paid.seller);
    match first(events, is_here)? {
        Some(event) => closing::withdraw(node, event, &paid.payment).await,
        None => Ok(()),
    }
}

/// Whether this node sells an event's tickets for this seller, so it keeps the event's key for them. An imported record
/// may name any payment, but the node keeps no key for it.
fn is_of_seller(node: &Node, event: &Did, seller: &Did) -> Answer<bool> {
    Ok(node.kept_key(event)?.is_some_and(|kept| kept.what == KEPT && kept.whose == *seller))
}

/// Returns the first item that satisfies the condition.
fn first<T>(all: Vec<T>, holds: impl Fn(&T) -> Answer<bool>) -> Answer<Option<T>> {
    for one in all {
        if holds(&one)? {
            return Ok(Some(one));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, params};

    use super::*;
    use crate::projection::PROJECTION;

    /// Two records claim the same payment: an event whose key the node keeps, and an imported record whose DID sorts
    /// first.
    #[test]
    fn a_record_that_was_brought_here_takes_no_payment_of_an_event() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(PROJECTION.schema).unwrap();
        let [mut brought, mut own, payer, other] = [1, 2, 3, 4].map(|n| Did::from_key(&[n; 32]));
        if own < brought {
            std::mem::swap(&mut own, &mut brought);
        }
        for (event, holder) in [(&brought, &payer), (&own, &payer), (&brought, &other)] {
            db.execute(
                "INSERT OR IGNORE INTO holds VALUES (?1, ?2, ?3, 1, 2, 1000, 'CHF', 1, 0)",
                params![event.as_str(), "pay_1", holder.as_str()],
            )
            .unwrap();
            db.execute(
                "INSERT OR IGNORE INTO tickets VALUES (?1, 'tkt_1', ?1, ?2, 1, 'seat', 1, 'pay_1', 1000, 'CHF', 'valid', 1, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)",
                params![event.as_str(), holder.as_str()],
            )
            .unwrap();
        }
        let holds = queries::holds_of_payment((&db).into(), "pay_1", &payer).unwrap();
        assert_eq!(holds.len(), 2);
        let hold = first(holds, |hold| Ok(hold.event == own)).unwrap();
        assert_eq!(hold.map(|hold| hold.event), Some(own.clone()));
        let events = queries::events_of_payment((&db).into(), "pay_1").unwrap();
        let event = first(events, |event| Ok(*event == own)).unwrap();
        assert_eq!(event, Some(own));
        let others = queries::holds_of_payment((&db).into(), "pay_1", &other).unwrap();
        assert!(others.is_empty(), "one record keeps a payment's places once");
    }
}
