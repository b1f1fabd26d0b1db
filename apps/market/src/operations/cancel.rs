//! Calling an order off. The seller's operation gives the money back itself; after the buyer's, the node does.

use imajin_app::operation::{
    AfterCommit, BeforeSubmit, Context, Decide, Decision, Operation, Reasons, Request,
};
use imajin_app::{Answer, Node};
use imajin_ledger::Receipt;
use imajin_log::Equal;
use imajin_protocol::{Did, IdText, Minor};
use imajin_selling::{self as selling, Teller, cashier, give_back};

use super::order::parties;
use crate::orders::{Order, OrderState, Party};
use crate::queries;
use crate::refunds::Bell;

/// Calls an order off. Its seller may at any time; its buyer until the seller said something, and while the money is held. What was
/// paid goes back.
#[derive(Debug, Operation)]
#[operation(
    name = "market.cancel",
    authority = OwnKey,
    undo = Ends,
    derives = [
        selling::REFUNDED,
        selling::CREDIT,
        selling::POSTED,
        selling::OWED,
        parties(CancellationEntry::NAME).equal(&[Equal::RefIsIntentRef, Equal::Fact])
    ],
    refusal = CancelRefusal,
    prepared = PaidMoney,
    after_commit
)]
pub(crate) struct CancelOrder {
    /// The order's payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The buyer.
    #[fact]
    pub(crate) buyer: Did,
    /// The seller.
    #[fact]
    pub(crate) seller: Did,
}

/// The money of an order.
#[derive(Debug, Default)]
pub(crate) struct PaidMoney {
    /// The part of it that did not go back, in minor units; `None` if this node has no such payment.
    left: Option<Minor>,
    /// Whether it is held, so that it can go back without the seller.
    is_held: bool,
}

/// Reasons that an order can't be called off.
#[derive(Debug, Reasons)]
pub(crate) enum CancelRefusal {
    /// These two have no order under this payment.
    #[refused(NotFound, field = "ref", message = "You have no such order.")]
    Unknown,
    /// The order was called off before.
    #[refused(
        Conflict,
        reason = "done",
        message = "This order was called off before."
    )]
    Done,
    /// The seller handed it over or sent it.
    #[refused(
        Conflict,
        reason = "handed",
        message = "It was handed over: ask the seller for your money."
    )]
    Handed,
    /// The money isn't held any more.
    #[refused(
        Conflict,
        reason = "final",
        message = "The money is the seller’s by now: ask the seller for it."
    )]
    Final,
    /// The node has no payment of a paid order: it came just now, or was made elsewhere.
    #[refused(
        Conflict,
        reason = "payment",
        message = "This box doesn’t find the payment of this order: look again in a moment."
    )]
    NoPayment,
}

impl BeforeSubmit for CancelOrder {
    fn before_submit(&self, request: &Request<'_>) -> Answer<PaidMoney> {
        let paid = cashier(request.node)?.back(request.node, self.payment.as_str())?;
        // Another record may name any payment.
        let paid = paid.filter(|paid| paid.payer == self.buyer && paid.seller == self.seller);
        let money = paid.map(|paid| PaidMoney {
            left: Minor::new(paid.gross.get() - paid.back.get()).ok(),
            is_held: paid.is_held,
        });
        Ok(money.unwrap_or_default())
    }
}

impl Decide for CancelOrder {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<CancelRefusal> {
        let owner = ctx.owner().clone();
        let order = queries::order(ctx.reader(), owner.as_str(), self.payment.as_str())?;
        let order = order
            .filter(|order| order.terms.seller == self.seller && order.terms.buyer == self.buyer);
        let order = order.ok_or(CancelRefusal::Unknown)?;
        let party = order.party(&owner).ok_or(CancelRefusal::Unknown)?;
        let (now, is_held) = (ctx.now().as_millis(), ctx.prepared().is_held);
        match order.state(now) {
            OrderState::Cancelled => return Err(CancelRefusal::Done.into()),
            _ if party == Party::Seller || order.may_buyer_cancel(now, is_held) => {}
            OrderState::Sent | OrderState::Handed => return Err(CancelRefusal::Handed.into()),
            _ => return Err(CancelRefusal::Final.into()),
        }
        let is_paid = order.until.is_none() && !order.terms.amount.is_zero();
        if party == Party::Seller && is_paid {
            let left = ctx.prepared().left.ok_or(CancelRefusal::NoPayment)?;
            refund(ctx, &order, left)?;
        }
        let entry = CancellationEntry {
            payment: self.payment.clone(),
            buyer: self.buyer.clone(),
            seller: self.seller.clone(),
        };
        Ok(ctx.derive_in([order.other_than(party)], &entry)?)
    }
}

/// Gives the buyer back what is left of the payment.
fn refund(
    ctx: &mut Context<'_, CancelOrder>,
    order: &Order,
    left: Minor,
) -> Decision<CancelRefusal> {
    if left.is_zero() {
        return Ok(());
    }
    let (seller, currency) = (&order.terms.seller, order.terms.currency);
    Ok(give_back(
        ctx,
        seller,
        &order.payment,
        left,
        currency,
        Teller::Seller,
    )?)
}

impl AfterCommit for CancelOrder {
    fn after_commit(&self, node: &Node, _: &Did, _: &Receipt) {
        node.state::<Bell>().ring();
    }
}

/// The other party called an order off.
#[derive(Debug, Operation)]
#[operation(name = "market.cancelled", authority = Derived)]
pub(crate) struct CancellationEntry {
    /// The order's payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The buyer.
    #[fact]
    pub(crate) buyer: Did,
    /// The seller.
    #[fact]
    pub(crate) seller: Did,
}
