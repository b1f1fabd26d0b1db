//! Transfers: parts of sales by card that the node passes on to their recipients' own accounts with the provider, once
//! they are free.
//!
//! Always: a transfer is set aside first, so that it can't be spent as well; it never exceeds the part's remaining free
//! amount. A transfer that the provider refuses is credit again. A later refund is paid from its seller's balance, as
//! for all free parts: the node never takes a transfer back.

use imajin_app::operation::{Choice, Operation, Reasons};
use imajin_app::refuse_if;
use imajin_ledger::Refusal;
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::{CREDIT, POSTED, Rail};

use super::books::{Posting, between};
use super::fields::{Amount, Nth};
use super::world::{Case, Consequences, Movement, News, Outcome, World, is_new, too_large};
use crate::queries::{self, Payment};

/// A part of a payment, which is free, goes to its recipient's account with the provider and is set aside until then.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.transfer",
    authority = Node,
    facts,
    undo = Money,
    derives = [CREDIT, POSTED],
    refusal = TransferRefusal
)]
pub(crate) struct Transfer {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The number of the part, from 1.
    pub(crate) n: Nth,
    /// The recipient.
    pub(crate) did: Did,
    /// Their account with the provider.
    pub(crate) account: IdText,
    /// How much, in minor units; 0: nothing of the part is left to go.
    pub(crate) amount: Amount,
    /// In which currency.
    pub(crate) currency: Currency,
}

#[derive(Debug, Reasons)]
pub(crate) enum TransferRefusal {
    #[refused(all)]
    News(News),
    /// The amount has changed since.
    #[refused(Conflict, reason = "changed")]
    Changed,
}

/// The outcome of a transfer at the provider.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.transferred",
    authority = Node,
    facts,
    undo = Money,
    derives = [CREDIT, POSTED],
    refusal = News
)]
pub(crate) struct Transferred {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The number of the part, from 1.
    pub(crate) n: Nth,
    /// How much went, or came back, in minor units.
    pub(crate) amount: Amount,
    /// In which currency.
    pub(crate) currency: Currency,
    /// The outcome. A refused or reversed transfer is credit again.
    pub(crate) status: TransferStatus,
    /// The provider's name for the transfer.
    pub(crate) transfer: Option<IdText>,
    /// The provider's word for why it refused.
    pub(crate) code: Option<IdText>,
    /// The provider's event that says so.
    pub(crate) event: Option<IdText>,
}

/// The outcome of a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum TransferStatus {
    Sent,
    Refused,
    /// The owner took the transfer back on the provider's own pages.
    Reversed,
}

/// A part that can be sent now, with the recipient, the account, and the amount.
pub(crate) struct Ready {
    pub(crate) did: Did,
    pub(crate) account: String,
    pub(crate) amount: Minor,
    pub(crate) paid: Payment,
}

/// Returns the transfer of the `n`th part of a payment that can be made now; `None` if there is none (any more).
pub(crate) fn ready(world: &World<'_>, payment: &str, n: i64) -> Result<Option<Ready>, Refusal> {
    let (db, node, now) = (world.db, world.node, world.now.as_millis());
    let Some(paid) = queries::payment(db, node, payment)? else {
        return Ok(None);
    };
    let legs = queries::legs(db, node, payment)?;
    let at = usize::try_from(n).unwrap_or(0);
    let Some(leg) = legs.get(at).filter(|_| at > 0) else {
        return Ok(None);
    };
    let is_here = |one: &queries::Payout| one.is_ready && one.node == node.as_str();
    let Some(account) = queries::payout(db, &leg.did)?.filter(is_here) else {
        return Ok(None);
    };
    // Parts that became free before the recipient asked for an account stay credit, and so do payments from before
    // parts were held.
    let is_asked_for = account.since.is_some_and(|since| paid.free_at >= since);
    let is_card = paid.rail == Rail::Stripe.as_str();
    let is_disputed = queries::has_open_dispute(db, node, payment, None)?;
    if !is_card || !is_asked_for || paid.is_held(world.now) || is_disputed {
        return Ok(None);
    }
    if let Some(before) = queries::transfer(db, node, payment, n)?
        && before.again_at().is_none_or(|again| again > now)
    {
        return Ok(None);
    }
    let free = queries::free(db, node, &leg.did, paid.currency, now)?;
    let due = queries::part_due(&paid, &legs, at);
    Ok(Some(Ready {
        did: leg.did.clone(),
        account: account.account,
        amount: due.min(free.max(Minor::ZERO)),
        paid,
    }))
}

impl Movement for Transfer {
    fn consequences(&self, world: &World<'_>, _: Case<'_>) -> Outcome<TransferRefusal> {
        let ready = ready(world, self.payment.as_str(), self.n.0)?;
        let ready = ready.ok_or(TransferRefusal::News(News::Known))?;
        let amount = self.amount.get();
        let is_so = amount == ready.amount
            && self.currency == ready.paid.currency
            && self.did == ready.did
            && self.account.as_str() == ready.account;
        refuse_if!(!is_so, TransferRefusal::Changed);
        let (rows, parties) = (between(&ready.did, world.node, amount), (&ready.did, world.node));
        Ok(moved(world, &self.payment, parties, ready.paid.currency, "transfer", rows)?)
    }
}

impl Movement for Transferred {
    fn consequences(&self, world: &World<'_>, _: Case<'_>) -> Outcome<News> {
        is_new(world, self.event.as_ref())?;
        let payment = self.payment.as_str();
        let before = queries::transfer(world.db, world.node, payment, self.n.0)?;
        let before = before.ok_or(News::Unknown)?;
        let paid = world.payment(&self.payment)?.ok_or(News::Unknown)?;
        let amount = self.amount.get().get();
        let credit = match (before.status.as_str(), self.status) {
            // The provider's amount counts: it may have sent it before an older copy of this record was restored.
            ("due", TransferStatus::Sent) => before.amount.get() - amount,
            ("due", TransferStatus::Refused) => before.amount.get(),
            ("sent", TransferStatus::Reversed)
                if before.reversed.get() + amount <= before.amount.get() =>
            {
                amount
            }
            _ => return Err(News::Known.into()),
        };
        let credit = Minor::new(credit).map_err(too_large)?;
        let rows = between(world.node, &before.did, credit);
        let parties = (&before.did, world.node);
        Ok(moved(world, &self.payment, parties, paid.currency, "untransferred", rows)?)
    }
}

fn moved(
    world: &World<'_>,
    payment: &IdText,
    parties: (&Did, &Did),
    currency: Currency,
    kind: &'static str,
    rows: Vec<(Did, Minor)>,
) -> Result<Consequences, Refusal> {
    let mut consequences = Consequences::none();
    let amount = rows[1].1;
    if amount.is_zero() {
        return Ok(consequences);
    }
    let amount = amount.max(amount.negated());
    let posting = Posting::moves(payment, kind, parties, (amount, currency), rows);
    consequences.drafts = posting.drafts(world)?;
    Ok(consequences)
}
