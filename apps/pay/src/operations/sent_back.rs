//! A seller's statement that they refunded an e-transfer from their bank, which the box can't see.

use imajin_app::operation::{Operation, Reasons};
use imajin_app::refuse_if;
use imajin_app::words::Money;
use imajin_protocol::{Currency, IdText};
use imajin_selling::{POSTED, Rail};
use serde_json::json;

use super::books::Posting;
use super::fields::Amount;
use super::world::{Case, Consequences, Movement, Outcome, World};
use crate::queries::Payment;

/// Says that a refund of an e-transfer was sent, as its seller.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.refund.sent",
    authority = OwnKey,
    facts,
    derives = [POSTED],
    refusal = SentRefusal
)]
pub(crate) struct SendBack {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// How much was sent, in minor units.
    pub(crate) amount: Amount,
    /// In which currency.
    pub(crate) currency: Currency,
}

#[derive(Debug, Reasons)]
pub(crate) enum SentRefusal {
    /// No e-transfer to you is to be sent back under this id.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// This was paid in {}.
    #[refused(BadRequest, field = "currency")]
    Other(Currency),
    /// {} of this is still to be sent back.
    #[refused(Conflict, reason = "too-much", field = "amount")]
    TooMuch(Money),
}

impl Movement for SendBack {
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<SentRefusal> {
        let is_it = |sold: &Payment| sold.seller == *case.owner && sold.rail == Rail::Emt.as_str();
        let sale = world.payment(&self.payment)?.filter(is_it).ok_or(SentRefusal::Unknown)?;
        refuse_if!(self.currency != sale.currency, SentRefusal::Other(sale.currency));
        let (amount, left) = (self.amount.get(), sale.to_send());
        let is_unfit = amount.is_zero() || amount > left;
        refuse_if!(is_unfit, SentRefusal::TooMuch(Money::new(left, sale.currency)));
        let parties = (&sale.payer, &sale.seller);
        let (payment, what) = (&self.payment, (amount, sale.currency));
        let mut posting = Posting::moves(payment, "sent-back", parties, what, Vec::new());
        posting.sent = Some(amount);
        let sent = sale.sent.get() + amount.get();
        let reply = json!({ "payment": payment.as_str(), "sent": sent });
        Ok(Consequences::new(payment, posting.drafts(world)?).replying(reply))
    }
}
