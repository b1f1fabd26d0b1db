//! Refunds of orders that their buyers called off: the node gives the held money back.
//!
//! Always: the work is found in the tables, so that it goes on after a restart, and a payment goes back once, however often it is
//! asked for. The cashier then tells of it (`OrderLoss`), which ends the work.

use std::sync::Arc;
use std::time::Duration;

use imajin_app::{Answer, Node};
use imajin_host::backoff::Backoff;
use imajin_host::prelude::*;
use imajin_host::rounds::Rounds;
use imajin_selling::{Teller, cashier};
use tokio::sync::Notify;

use crate::orders::Order;
use crate::queries;

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
