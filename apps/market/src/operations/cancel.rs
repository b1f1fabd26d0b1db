//! Calling an order off. The seller's operation gives the money back itself; after the buyer's, the node does.

use imajin_app::operation::{
    AfterCommit, BeforeSubmit, Context, Decide, Decision, Operation, Reasons, Request,
};
use imajin_app::{Answer, Node};
use imajin_ledger::Receipt;
use imajin_log::Equal;
use imajin_protocol::{Did, IdText, Minor};
use imajin_selling::{self as selling, RefundProgress, Teller, cashier, give_back, parties};

use crate::orders::{ActionRefusal, Order, OrderAction, Party};
use crate::{queries, refunds};

/// Calls an order off. Its seller may at any time; its buyer until the seller said something, and while the money is held and it
/// can be given back. What was paid goes back.
#[derive(Debug, Operation)]
#[operation(
    name = "market.cancel",
    authority = OwnKey,
    facts,
    undo = Ends,
    derives = selling::refund(parties(CancellationEntry::NAME).equal(&[Equal::RefIsIntentRef, Equal::Fact])),
    refusal = CancelRefusal,
    prepared = Option<RefundProgress>,
    after_commit
)]
pub(crate) struct CancelOrder {
    /// The order's payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The buyer.
    pub(crate) buyer: Did,
    /// The seller.
    pub(crate) seller: Did,
}

#[derive(Debug, Reasons)]
pub(crate) enum CancelRefusal {
    /// The order's state, or its parties.
    #[refused(all)]
    Order(ActionRefusal),
    /// The money isn't held, or the days in which it can be given back are over.
    #[refused(
        Conflict,
        reason = "final",
        message = "The money is the seller’s by now: ask the seller for it."
    )]
    Final,
    // The seller's log takes no entries: a payment would still be delivered there, and none refunded.
    /// The seller’s record isn’t kept on this box any more: ask the owner of this box for your money.
    #[refused(Conflict, reason = "away", field = "seller")]
    Away,
    // The node has no payment of a paid order: it came just now, or was made elsewhere.
    /// This box doesn’t find the payment of this order: look again in a moment.
    #[refused(Conflict, reason = "payment")]
    NoPayment,
}

impl BeforeSubmit for CancelOrder {
    fn before_submit(&self, request: &Request<'_>) -> Answer<Option<RefundProgress>> {
        let paid = cashier(request.node)?.back(request.node, self.payment.as_str())?;
        // Another record may name any payment.
        Ok(paid.filter(|paid| paid.payer == self.buyer && paid.seller == self.seller))
    }
}

impl CancelOrder {
    /// Refuses a buyer whose money only the seller can give back.
    fn check_buyer(&self, order: &Order, ctx: &Context<'_, Self>) -> Result<(), CancelRefusal> {
        let paid = ctx.prepared().as_ref();
        let is_held = paid.is_some_and(|paid| paid.is_held);
        // A free order needs no refund, and a seller who left hands nothing over.
        let is_free = order.until.is_none() && !order.has_money();
        let is_void = is_free && ctx.log(&self.seller).is_some_and(|log| log.deleted);
        if order.has_money() && paid.is_none() {
            Err(CancelRefusal::NoPayment)
        } else if !order.is_returnable(ctx.now().as_millis(), is_held) {
            Err(CancelRefusal::Final)
        } else if !is_void && !ctx.takes_entries(&self.seller) {
            Err(CancelRefusal::Away)
        } else {
            Ok(())
        }
    }

    /// Gives the buyer back what is left of the payment, as the seller.
    fn refund(&self, order: &Order, ctx: &mut Context<'_, Self>) -> Decision<CancelRefusal> {
        if !order.has_money() {
            return Ok(());
        }
        let paid = ctx.prepared().as_ref().ok_or(CancelRefusal::NoPayment)?;
        let left = paid.gross.minus(paid.back).unwrap_or(Minor::ZERO);
        if left.is_zero() {
            return Ok(());
        }
        let (seller, payment, currency) = (&self.seller, &self.payment, paid.currency);
        Ok(give_back(ctx, seller, payment, left, currency, Teller::Seller)?)
    }
}

impl Decide for CancelOrder {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<CancelRefusal> {
        let (owner, payment) = (ctx.owner().as_str(), self.payment.as_str());
        let order = queries::order(ctx.reader(), owner, payment)?;
        let parties = [self.seller.clone(), self.buyer.clone()];
        let order = order.filter(|order| order.terms.parties() == parties);
        let order = order.ok_or(CancelRefusal::Order(ActionRefusal::Unknown))?;
        order.check(OrderAction::Cancel, ctx.now().as_millis()).map_err(CancelRefusal::Order)?;
        match order.party {
            Party::Buyer => self.check_buyer(&order, ctx)?,
            Party::Seller => self.refund(&order, ctx)?,
        }
        let entry = CancellationEntry {
            payment: self.payment.clone(),
            buyer: self.buyer.clone(),
            seller: self.seller.clone(),
        };
        Ok(ctx.derive_in([order.other()], &entry)?)
    }
}

impl AfterCommit for CancelOrder {
    fn after_commit(&self, node: &Node, _: &Did, _: &Receipt) {
        refunds::wake(node);
    }
}

/// The other party called an order off.
#[derive(Debug, Operation)]
#[operation(name = "market.cancelled", authority = Derived, facts)]
pub(crate) struct CancellationEntry {
    /// The order's payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The buyer.
    pub(crate) buyer: Did,
    /// The seller.
    pub(crate) seller: Did,
}
