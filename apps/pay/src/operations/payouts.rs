//! Payouts of credit: requested by an account, and paid or refused by the owner.
//!
//! Always: a requested payout is set aside at once, so that it can't be spent as well.

use imajin_app::operation::{BeforeSubmit, Operation, Reasons, Refused, Request};
use imajin_app::words::Money;
use imajin_app::{Problem, refuse_if};
use imajin_log::{Derivation, Equal, TargetLog};
use imajin_protocol::{Currency, IdText};
use imajin_selling::{CREDIT, POSTED};

use super::books::{Posting, between};
use super::cover::{self, Uncovered};
use super::fields::{Amount, Flag, Note};
use super::world::{Case, Consequences, Movement, Outcome, OwnersOnly, World, owners_only};
use crate::attest::{Prepared, new_id};
use crate::queries;

/// Asks for some of your free credit in money.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.payout.ask",
    authority = OwnKey,
    undo = Money,
    erasable_by = Author,
    derives = [CREDIT, POSTED],
    refusal = AskRefusal,
    prepared = Prepared
)]
pub(crate) struct AskPayout {
    /// How much, in minor units.
    #[fact]
    pub(crate) amount: Amount,
    /// In which currency.
    #[fact]
    pub(crate) currency: Currency,
    /// Where it is to go, in at most 500 bytes.
    pub(crate) to: Option<Note<500>>,
}

/// Says, as the owner, that a payout is paid, or that it is refused.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.payout.close",
    authority = OwnKey,
    facts,
    undo = Money,
    derives = [CREDIT, POSTED, Derivation::new(PaidOut::NAME, TargetLog::Parties).equal(&[Equal::RefIsIntentRef, Equal::SameFact])],
    refusal = CloseRefusal
)]
pub(crate) struct ClosePayout {
    /// The payout.
    #[reference]
    pub(crate) payout: IdText,
    /// How much, in minor units.
    pub(crate) amount: Amount,
    /// In which currency.
    pub(crate) currency: Currency,
    /// 1: it is paid. 0: it is refused, and credit again.
    pub(crate) paid: Flag,
}

/// The outcome of a payout.
#[derive(Debug, Operation)]
#[operation(name = "pay.paid.out", authority = Derived, facts)]
pub(crate) struct PaidOut {
    /// The payout.
    #[reference]
    payout: IdText,
    /// How much, in minor units.
    amount: Amount,
    /// In which currency.
    currency: Currency,
    /// 1: it is paid. 0: it is refused, and credit again.
    paid: Flag,
}

#[derive(Debug, Reasons)]
pub(crate) enum AskRefusal {
    /// A payout must be more than 0.
    #[refused(BadRequest, field = "amount")]
    Nothing,
    #[refused(all)]
    Uncovered(Uncovered),
}

#[derive(Debug, Reasons)]
pub(crate) enum CloseRefusal {
    #[refused(all)]
    OwnersOnly(OwnersOnly),
    /// There is no such payout.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// This payout is of {}.
    #[refused(BadRequest, field = "amount")]
    Other(Money),
    /// This payout is paid or refused already.
    #[refused(Conflict, reason = "closed")]
    Closed,
}

impl Movement for AskPayout {
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<AskRefusal> {
        let (owner, amount) = (case.owner, self.amount.get());
        refuse_if!(amount.is_zero(), AskRefusal::Nothing);
        cover::withdraw(world, owner, amount, self.currency).map_err(Refused::widen)?;
        let rows = between(owner, world.node, amount);
        let (parties, what) = ((owner, world.node), (amount, self.currency));
        let posting = Posting::moves(case.payment, "payout", parties, what, rows);
        Ok(Consequences::new(case.payment, posting.drafts(world)?))
    }
}

impl BeforeSubmit for AskPayout {
    fn before_submit(&self, request: &Request<'_>) -> Result<Prepared, Problem> {
        Ok(Prepared::new(&new_id(request.node)?))
    }
}

impl Movement for ClosePayout {
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<CloseRefusal> {
        owners_only(world, case.owner).map_err(Refused::widen)?;
        let withdrawal = queries::withdrawal(world.db, world.node, self.payout.as_str())?;
        let withdrawal = withdrawal.ok_or(CloseRefusal::Unknown)?;
        if self.amount.get() != withdrawal.amount || self.currency != withdrawal.currency {
            let amount = Money::new(withdrawal.amount, withdrawal.currency);
            return Err(CloseRefusal::Other(amount).into());
        }
        refuse_if!(withdrawal.status != "asked", CloseRefusal::Closed);
        let (kind, rows) = if self.paid.0 {
            ("paid-out", Vec::new())
        } else {
            let rows = between(world.node, &withdrawal.did, withdrawal.amount);
            ("unpaid", rows)
        };
        let (parties, what) =
            ((&withdrawal.did, world.node), (withdrawal.amount, withdrawal.currency));
        let mut posting = Posting::moves(&self.payout, kind, parties, what, rows);
        // The answer to the request tells its author about the money, too.
        posting.is_told = true;
        let mut drafts = posting.drafts(world)?;
        let paid_out = PaidOut {
            payout: self.payout.clone(),
            amount: self.amount,
            currency: self.currency,
            paid: self.paid,
        };
        world.add(&mut drafts, &withdrawal.did, &paid_out)?;
        Ok(Consequences::new(&self.payout, drafts))
    }
}
