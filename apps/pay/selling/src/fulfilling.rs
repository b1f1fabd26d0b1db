//! Delivery of later payments, and refunds made elsewhere: an app that sells items enters the node's word about them in
//! the seller's log.
//!
//! Always: pay may report a payment any number of times, and it is entered once.

use imajin_app::operation::{Operation, Reasons};
use imajin_app::{Answer, Node};
use imajin_host::prelude::*;
use imajin_ledger::{RefusalKind, SubmitError};
use imajin_protocol::{Did, IdText};

use crate::{Fulfilled, Fulfilment, Later, Paid};

/// An app that sells items.
pub trait Sells: Sized + Send + Sync + 'static {
    /// The app's name.
    const SERVICE: &'static str;
    /// The kind of goods, as the cashier's books and receipts name it.
    const KIND: &'static str;
    /// The node's operation that enters that a promised payment arrived, which delivers its goods.
    type Paid: Operation<Refusal = PaidRefusal>;
    /// The node's operation that enters that all of a payment was refunded, and not by the app itself.
    type RefundOperation: Operation<Refusal = BackRefusal>;

    /// Delivers paid goods: enters that the payment arrived. An app that must prepare something first overrides this,
    /// around [`enter_paid`].
    fn deliver<'a>(node: &'a Node, paid: &'a Paid) -> Later<'a, Answer<Fulfilled>> {
        Box::pin(enter_paid::<Self>(node, paid))
    }

    /// Returns the current title of the item that a payment is for. `None` if it has none any more.
    fn title(node: &Node, payment: &str, seller: &Did) -> Answer<Option<String>>;

    /// Returns the operation that enters that this payment arrived.
    fn paid(payment: IdText) -> Self::Paid;
    /// Returns the operation that enters that this payment was fully refunded.
    fn back(payment: IdText) -> Self::RefundOperation;
}

/// Reasons that a payment delivers nothing.
#[derive(Debug, Reasons)]
pub enum PaidRefusal {
    /// This was done before.
    #[refused(Conflict, reason = "done")]
    Done,
    // No order awaits this payment, or the buyer has the goods.
    /// Nothing was promised for this payment.
    #[refused(NotFound)]
    Unknown,
}

/// Reasons that a refunded payment is not entered.
#[derive(Debug, Reasons)]
pub enum BackRefusal {
    // The refund was entered before, or the payment delivered nothing.
    /// This is known already.
    #[refused(Conflict, reason = "done")]
    Done,
}

/// Enters in the seller's log that a payment arrived, which delivers its goods.
///
/// # Errors
/// The writer's error; pay calls again then.
pub async fn enter_paid<S: Sells>(node: &Node, paid: &Paid) -> Answer<Fulfilled> {
    match node.record(paid.seller.clone(), &S::paid(paid.payment.clone())).await {
        Ok(_) => Ok(Fulfilled::Done),
        Err(SubmitError::Refused(refusal)) if PaidRefusal::Done.explains(&refusal) => {
            Ok(Fulfilled::Done)
        }
        // Nothing was promised, or the seller has left: pay refunds the payment.
        Err(SubmitError::Refused(refusal)) if refusal.kind == RefusalKind::NotFound => {
            Ok(Fulfilled::Impossible)
        }
        Err(error) if error.is_of_closed_log() => Ok(Fulfilled::Impossible),
        Err(error) => Err(error.into()),
    }
}

/// Enters in the seller's log that all of a payment was refunded, unless the seller has left.
///
/// # Errors
/// The writer's error, also while the log is frozen; pay calls again then.
async fn enter_back<S: Sells>(node: &Node, paid: &Paid) -> Answer<()> {
    match node.record(paid.seller.clone(), &S::back(paid.payment.clone())).await {
        Ok(_) => Ok(()),
        Err(SubmitError::Refused(refusal)) if BackRefusal::Done.explains(&refusal) => Ok(()),
        Err(error) if error.is_of_closed_log() && node.is_closed_for_good(&paid.seller)? => Ok(()),
        Err(error) => Err(error.into()),
    }
}

impl<S: Sells> Fulfilment for S {
    fn title(&self, node: &Node, payment: &str, seller: &Did) -> Answer<Option<String>> {
        S::title(node, payment, seller)
    }

    fn fulfil<'a>(&'a self, node: &'a Node, paid: &'a Paid) -> Later<'a, Answer<Fulfilled>> {
        S::deliver(node, paid)
    }

    fn given_back<'a>(&'a self, node: &'a Node, paid: &'a Paid) -> Later<'a, Answer<()>> {
        Box::pin(enter_back::<S>(node, paid))
    }
}
