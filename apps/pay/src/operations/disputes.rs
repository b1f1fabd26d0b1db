//! Disputes: a payer's bank wants a payment back. Also reversals by the bank of a top-up that the owner had confirmed.

use imajin_app::operation::{Choice as _, Operation, Reasons, Refused};
use imajin_app::refuse_if;
use imajin_app::words::Money;
use imajin_protocol::{Currency, IdText, Minor};
use imajin_selling::{CREDIT, OWED, POSTED, REFUNDED, Rail};

use super::fields::Amount;
use super::lost::lost;
use super::returns::keep;
use super::world::{
    Case, Consequences, Movement, News, Outcome, OwnersOnly, World, is_new, owners_only, too_large,
};
use crate::dispute_status::{DisputeStatus, is_over};
use crate::queries;

/// The payer's bank wants a payment back, or the outcome of that.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.disputed",
    authority = Node,
    facts,
    undo = Money,
    derives = [REFUNDED, CREDIT, POSTED, OWED],
    refusal = DisputedRefusal
)]
pub(crate) struct Disputed {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The provider's name for the dispute.
    pub(crate) dispute: IdText,
    /// How much the bank wants, in minor units.
    pub(crate) amount: Amount,
    /// In which currency.
    pub(crate) currency: Currency,
    /// The provider's word for how far it is; `lost` also where the owner gave it back on the provider's own pages.
    pub(crate) status: IdText,
    /// The refund that the owner made there.
    pub(crate) refund: Option<IdText>,
    /// The provider's event that says so.
    pub(crate) event: Option<IdText>,
}

#[derive(Debug, Reasons)]
pub(crate) enum DisputedRefusal {
    #[refused(all)]
    News(News),
    /// This was paid in another currency.
    #[refused(BadRequest, field = "currency")]
    Other,
}

impl Movement for Disputed {
    fn consequences(&self, world: &World<'_>, _: Case<'_>) -> Outcome<DisputedRefusal> {
        let (db, node, payment) = (world.db, world.node, self.payment.as_str());
        is_new(world, self.event.as_ref()).map_err(Refused::widen)?;
        let unknown = || DisputedRefusal::News(News::Unknown);
        let sale = world.payment(&self.payment)?.ok_or_else(unknown)?;
        refuse_if!(self.currency != sale.currency, DisputedRefusal::Other);
        let (dispute, status) = (self.dispute.as_str(), self.status.as_str());
        let before = queries::dispute(db, node, dispute)?;
        let is_known = before.is_some_and(|before| is_over(&before) || before == status);
        refuse_if!(is_known, DisputedRefusal::News(News::Known));
        if DisputeStatus::from_name(status) == Some(DisputeStatus::Lost) {
            let amount = self.amount.get();
            return Ok(lost(world, &self.payment, &sale, amount, Some(dispute))?);
        }
        let is_last = !queries::has_open_dispute(db, node, payment, Some(dispute))?;
        if !is_over(status) || !is_last {
            return Ok(Consequences::none());
        }
        // The dispute ended without a loss: refunds that the provider refused meanwhile become the payer's credit.
        let returns = queries::returns(db, node, payment)?;
        let refused = returns.iter().filter(|one| one.status == "refused");
        let refused = Minor::sum(refused.map(queries::Returned::left)).map_err(too_large)?;
        Ok(keep(world, &self.payment, &sale, refused, "kept")?)
    }
}

/// Says, as the owner, that your bank took back what you had confirmed as a top-up.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.topup.reversed",
    authority = OwnKey,
    facts,
    undo = Money,
    derives = [CREDIT, POSTED, REFUNDED],
    refusal = ReverseRefusal
)]
pub(crate) struct ReverseTopUp {
    /// The top-up.
    #[reference]
    pub(crate) payment: IdText,
    /// How much of it, in minor units.
    pub(crate) amount: Amount,
    /// In which currency.
    pub(crate) currency: Currency,
}

#[derive(Debug, Reasons)]
pub(crate) enum ReverseRefusal {
    #[refused(all)]
    OwnersOnly(OwnersOnly),
    // No such top-up exists, or it was paid by card: the provider reports those.
    /// There is no such top-up.
    #[refused(NotFound, field = "ref")]
    Unknown,
    // The top-up was paid in another currency, or the amount is zero.
    /// This was paid in {}.
    #[refused(BadRequest, field = "amount")]
    Other(Currency),
    /// {} of this top-up are left.
    #[refused(Conflict, reason = "too-much", field = "amount")]
    TooMuch(Money),
}

impl Movement for ReverseTopUp {
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<ReverseRefusal> {
        owners_only(world, case.owner).map_err(Refused::widen)?;
        let sale = world.payment(&self.payment)?.filter(|sold| sold.rail == "topup");
        let sale = sale.ok_or(ReverseRefusal::Unknown)?;
        // The provider reports reversed card payments, and would report this one again.
        let is_by_card = world.hold(&self.payment)?.is_some_and(|hold| hold.rail != Rail::Emt);
        refuse_if!(is_by_card, ReverseRefusal::Unknown);
        let amount = self.amount.get();
        let is_other = self.currency != sale.currency || amount.is_zero();
        refuse_if!(is_other, ReverseRefusal::Other(sale.currency));
        if amount > sale.left() {
            let left = Money::new(sale.left(), sale.currency);
            return Err(ReverseRefusal::TooMuch(left).into());
        }
        Ok(lost(world, &self.payment, &sale, amount, None)?)
    }
}
