//! Refunds of orders that their buyers called off, or whose sellers deleted their records: the node gives the held money back,
//! and of what was handed over the deposit, also if its owner moved away.
//!
//! Always: the work is found in the tables, so that it goes on after a restart, and a payment goes back once, however often it is
//! asked for. An entry of it (`OrderLoss`) ends the work: the cashier tells of it, or the round itself enters it for a buyer.

use std::sync::Arc;
use std::time::Duration;

use imajin_app::operation::Reasons;
use imajin_app::{Answer, Node};
use imajin_host::backoff::Backoff;
use imajin_host::prelude::*;
use imajin_host::rounds::Rounds;
use imajin_ledger::SubmitError;
use imajin_selling::{BackRefusal, RefundProgress, Sells, Teller, cashier};
use tokio::sync::Notify;

use crate::orders::{DAY_MS, Order, is_held_here};
use crate::{Market, queries};

/// How long ago the days of an order can have ended that is still looked at, in milliseconds: its seller may have left before that,
/// and the round comes late, as after a night without power.
const LATE_MS: i64 = 30 * DAY_MS;

/// The work in the background, with the signal that wakes it. Each node has one (`node.state`).
#[derive(Debug, Default)]
struct Refunds(Arc<Notify>);

pub(crate) fn wake(node: &Node) {
    node.state::<Refunds>().0.notify_one();
}

pub(crate) fn started(node: &Node) {
    node.begin(Refunds(Arc::clone(&node.state::<Refunds>().0)));
}

impl Rounds for Refunds {
    const NAME: &'static str = "refunds of orders";
    // The signal wakes it before.
    const EVERY: Duration = Duration::from_secs(3_600);
    const PAUSES: Option<Backoff> =
        Some(Backoff::new(Duration::from_secs(2), Duration::from_secs(300)));

    async fn round(&mut self, node: &Node) -> Answer<()> {
        let mut outcome = Ok(());
        for order in queries::read(node, queries::due_refunds)? {
            // One that fails keeps no other from its refund.
            if let Err(problem) = refund(node, &order).await {
                outcome = Err(problem);
            }
        }
        let now = node.now().as_millis();
        for order in queries::read(node, |db| queries::awaiting_handover(db, now - LATE_MS))? {
            if let Err(problem) = end_without_seller(node, &order).await {
                outcome = Err(problem);
            }
        }
        for order in queries::read(node, |db| queries::deposits(db, now))? {
            if let Err(problem) = return_deposit(node, &order).await {
                outcome = Err(problem);
            }
        }
        outcome
    }

    async fn woken(&mut self) {
        self.0.notified().await;
    }
}

/// Gives all that is left of a payment back, if it is this order's.
async fn refund(node: &Node, order: &Order) -> Answer<()> {
    let cashier = cashier(node)?;
    let paid = cashier.back(node, order.payment.as_str())?;
    if paid.is_some_and(|paid| order.terms.is_paid_by(&paid)) {
        cashier.give_all_back(node, &order.payment, Teller::Cashier).await
    } else {
        Ok(())
    }
}

/// Returns the progress of an order's payment, if the box holds its money.
fn held(node: &Node, order: &Order) -> Answer<Option<RefundProgress>> {
    // A record that came from elsewhere may name any payment of the two, such as one for a ticket.
    if !queries::read(node, |db| queries::is_sold(db, order))? {
        return Ok(None);
    }
    let paid = cashier(node)?.back(node, order.payment.as_str())?;
    Ok(paid.filter(|paid| order.terms.is_paid_by(paid) && is_held_here(paid)))
}

/// Gives the money of a buyer's order back if its seller deleted their record before it counted as handed over: it never is.
async fn end_without_seller(node: &Node, order: &Order) -> Answer<()> {
    let Some(seller) = node.status(&order.terms.seller)?.filter(|seller| seller.deleted) else {
        return Ok(());
    };
    // The deletion is the newest entry of a record.
    if order.counts_as_handed(seller.at.as_millis()) || held(node, order)?.is_none() {
        return Ok(());
    }
    let payment = &order.payment;
    cashier(node)?.give_all_back(node, payment, Teller::Cashier).await?;
    // The seller's log takes no entries, so the buyer's says that the order is over.
    let loss = Market::back(payment.clone());
    match node.record(order.terms.buyer.clone(), &loss).await {
        Ok(_) => Ok(()),
        Err(SubmitError::Refused(refusal)) if BackRefusal::Done.explains(&refusal) => Ok(()),
        Err(error) if error.is_of_closed_log() => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Gives the deposit of something lent back if its owner deleted their record, or moved away and the rent is over: no one else
/// can. Where something went back before, that was the owner's word about the deposit.
async fn return_deposit(node: &Node, order: &Order) -> Answer<()> {
    let (terms, now) = (&order.terms, node.now().as_millis());
    let is_deleted = node.status(&terms.seller)?.is_some_and(|seller| seller.deleted);
    // Who moved may move back before the rent is over, and have their say.
    let may_return = is_deleted || terms.rental.is_over(now);
    if !may_return || !node.is_closed_for_good(&terms.seller)? {
        return Ok(());
    }
    let held = held(node, order)?.filter(|paid| paid.back.is_zero());
    match (held, terms.rental.bond) {
        (Some(_), Some(bond)) => {
            cashier(node)?.give_back_up_to(node, &order.payment, bond, Teller::Cashier).await
        }
        _ => Ok(()),
    }
}
