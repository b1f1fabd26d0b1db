//! Outcomes of refunds at the provider: an amount that can't be refunded becomes the payer's credit here.

use imajin_app::operation::{Choice, Operation};
use imajin_app::refuse_if;
use imajin_ledger::Refusal;
use imajin_protocol::{Currency, IdText, Minor};
use imajin_selling::{CREDIT, POSTED};

use super::books::{Posting, between};
use super::fields::{Amount, Nth};
use super::world::{Case, Consequences, Movement, News, Outcome, World, is_new, too_large};
use crate::queries::{self, Payment};

/// The outcome of a refund at the provider.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.returned",
    authority = Node,
    facts,
    undo = Money,
    derives = [CREDIT, POSTED],
    refusal = News
)]
pub(crate) struct Returned {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The number of the refund among those of the payment, from 1.
    pub(crate) n: Nth,
    /// The amount that the provider gave, or was to give, in minor units.
    pub(crate) amount: Amount,
    /// In which currency.
    pub(crate) currency: Currency,
    /// The refund's state.
    pub(crate) status: ReturnStatus,
    /// The provider's name for the refund, or its word for why there is none.
    pub(crate) refund: Option<IdText>,
    /// The provider's event that says so.
    pub(crate) event: Option<IdText>,
}

/// The state of a refund at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum ReturnStatus {
    Pending,
    Succeeded,
    Failed,
}

impl Movement for Returned {
    fn consequences(&self, world: &World<'_>, _: Case<'_>) -> Outcome<News> {
        use ReturnStatus::{Failed, Pending, Succeeded};
        is_new(world, self.event.as_ref())?;
        let payment = self.payment.as_str();
        let before = queries::returned(world.db, world.node, payment, self.n.0)?;
        let before = before.ok_or(News::Unknown)?;
        let may_continue = matches!(
            (before.status.as_str(), self.status),
            ("due", _) | ("pending", Succeeded | Failed) | ("succeeded", Failed)
        );
        refuse_if!(!may_continue, News::Known);
        let sale = world.payment(&self.payment)?.ok_or(News::Unknown)?;
        let (left, sent) = (before.left().get(), before.sent.get());
        let is_disputed = queries::has_open_dispute(world.db, world.node, payment, None)?;
        let credit = match (before.status.as_str(), self.status) {
            // An excess over the remaining amount was paid out twice: the bank had taken it already, so the payer owes
            // it.
            (_, Succeeded) => left - self.amount.get().get(),
            // While the bank may still take the amount, no one has credit for it; but nothing was paid out twice any
            // more.
            ("succeeded", Failed) if is_disputed => sent - left,
            ("succeeded", Failed) => sent,
            (_, Failed) if !is_disputed => left,
            (_, Failed | Pending) => 0,
        };
        let kind = if credit < 0 { "twice" } else { "kept" };
        let credit = Minor::new(credit).map_err(too_large)?;
        Ok(keep(world, &self.payment, &sale, credit, kind)?)
    }
}

/// Returns the consequences of crediting the payer with an amount that could not be refunded; the amount is below zero
/// if it was returned twice.
pub(super) fn keep(
    world: &World<'_>,
    payment: &IdText,
    sold: &Payment,
    amount: Minor,
    kind: &'static str,
) -> Result<Consequences, Refusal> {
    let mut consequences = Consequences::none();
    if !amount.is_zero() {
        let rows = between(world.node, &sold.payer, amount);
        let parties = (&sold.payer, &sold.seller);
        let posting = Posting::moves(payment, kind, parties, (amount, sold.currency), rows);
        consequences.drafts = posting.drafts(world)?;
    }
    Ok(consequences)
}
