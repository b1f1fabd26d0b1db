//! Refunds: by the seller, by the selling service, or by the node when the goods can't be delivered any more.

use imajin_app::operation::{
    BeforeSubmit, Context, Decide, Decision, Nested, Operation, Reasons, Refused, Request,
};
use imajin_app::{Problem, refuse_if};
use imajin_ledger::Refusal;
use imajin_protocol::{Currency, IdText};
use imajin_selling::{CREDIT, Fulfilment, OWED, POSTED, REFUNDED, Teller};
use serde_json::Value as Json;

use super::fields::{Amount, Flag, Note};
use super::giving_back::{BackRefusal, Why, back};
use super::world::{self, Case, Movement, News, Outcome, World};
use crate::queries;

/// Gives a payment back, in part or whole, as its seller.
#[derive(Debug, Clone, Operation)]
#[operation(
    name = "pay.refund",
    authority = OwnKey,
    undo = Ends,
    erasable_by = Author,
    derives = [REFUNDED, CREDIT, POSTED, OWED],
    refusal = RefundRefusal,
    prepared = Teller,
    nested
)]
pub(crate) struct Refund {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// How much, in minor units.
    #[fact]
    pub(crate) amount: Amount,
    /// In which currency.
    #[fact]
    pub(crate) currency: Currency,
    /// Within a refund by the service that sold: 1: that service tells the payer of it.
    #[fact]
    pub(crate) told: Option<Flag>,
    /// A note to yourself, of at most 500 bytes.
    pub(crate) reason: Option<Note<500>>,
}

#[derive(Debug, Reasons)]
pub(crate) enum RefundRefusal {
    // The caller is not the seller, and learns nothing, not even that there is such a payment.
    /// You sold nothing under this id.
    #[refused(NotFound, field = "ref")]
    NotYours,
    /// A refund must be more than 0.
    #[refused(BadRequest, field = "amount")]
    Nothing,
    /// This was paid in {}.
    #[refused(BadRequest, field = "currency")]
    Other(Currency),
    #[refused(all)]
    Back(BackRefusal),
}

impl Movement for Refund {
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<RefundRefusal> {
        let sale = world.payment(&self.payment)?.filter(|sold| sold.seller == *case.owner);
        let sale = sale.ok_or(RefundRefusal::NotYours)?;
        let amount = self.amount.get();
        refuse_if!(amount.is_zero(), RefundRefusal::Nothing);
        refuse_if!(self.currency != sale.currency, RefundRefusal::Other(sale.currency));
        // A service that asks for a refund has voided its sale.
        let why = if case.is_nested { Why::Void } else { Why::Said };
        let teller = teller(self.told);
        back(world, &self.payment, &sale, amount, (why, teller)).map_err(Refused::widen)
    }
}

impl BeforeSubmit for Refund {
    fn before_submit(&self, request: &Request<'_>) -> Result<Teller, Problem> {
        let (node, payment) = (request.node, self.payment.as_str());
        let (sold, service) = queries::read(node, |db| {
            Ok((
                queries::payment(db, node.did(), payment)?,
                queries::selling_service(db, node.did(), payment)?,
            ))
        })?;
        let is_whole = |sold: &queries::Payment| {
            sold.seller == *request.owner && sold.left() == self.amount.get()
        };
        let (Some(sold), Some(service)) = (sold.filter(is_whole), service) else {
            return Ok(Teller::Cashier);
        };
        let mut services = node.services().offers().all::<dyn Fulfilment>();
        let Some((_, fulfilment)) = services.find(|(name, _)| *name == service) else {
            return Ok(Teller::Cashier);
        };
        let parties = (&sold.payer, &sold.seller);
        let is_told = fulfilment.tells_payer(node, payment, parties)?;
        Ok(if is_told { Teller::Seller } else { Teller::Cashier })
    }
}

impl Decide for Refund {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<RefundRefusal> {
        // Sellers can't state that their payers are told: this node knows whether the selling service tells them.
        let mut refund = self.clone();
        if !ctx.is_nested() {
            refund.told = (*ctx.prepared() == Teller::Seller).then_some(Flag(true));
        }
        world::decide(ctx, &refund)
    }
}

impl Nested for Refund {
    fn prepared_by_caller(_: &Json) -> Result<Teller, Refusal> {
        Ok(Teller::Cashier)
    }
}

/// The node gives back what could not be delivered, or what its seller cancelled.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.return",
    authority = Node,
    facts,
    undo = Ends,
    derives = [REFUNDED, CREDIT, POSTED, OWED],
    refusal = ReturnRefusal
)]
pub(crate) struct Return {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// How much, in minor units.
    pub(crate) amount: Amount,
    /// In which currency.
    pub(crate) currency: Currency,
    /// 1: the service that sold tells the payer of it.
    pub(crate) told: Option<Flag>,
}

#[derive(Debug, Reasons)]
pub(crate) enum ReturnRefusal {
    #[refused(all)]
    News(News),
    #[refused(all)]
    Back(BackRefusal),
}

impl Movement for Return {
    fn consequences(&self, world: &World<'_>, _: Case<'_>) -> Outcome<ReturnRefusal> {
        let unknown = ReturnRefusal::News(News::Unknown);
        let sale = world.payment(&self.payment)?.ok_or(unknown)?;
        let amount = self.amount.get();
        let why = if amount == sale.left() { Why::AllVoid } else { Why::Void };
        back(world, &self.payment, &sale, amount, (why, teller(self.told))).map_err(Refused::widen)
    }
}

/// Returns the app that tells the payer, from the fact of a refund.
fn teller(told: Option<Flag>) -> Teller {
    match told {
        Some(Flag(true)) => Teller::Seller,
        _ => Teller::Cashier,
    }
}
