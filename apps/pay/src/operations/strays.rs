//! Strays: money at the provider that no order awaited, such as a second payment of the same order. It is refunded once
//! its seller, or the box's owner, decides so.
//!
//! Always: the node refunds no stray automatically, since the goods may have been handed out before an older copy of
//! the record was restored. A stray is in no balance.

use imajin_app::operation::{Choice as _, Operation, Reasons, draft};
use imajin_app::refuse_if;
use imajin_log::{Derivation, Equal, TargetLog};
use imajin_protocol::{Currency, IdText, Minor};

use super::returns::ReturnStatus;
use super::world::{Case, Consequences, Movement, News, Outcome, World, is_new};
use crate::queries;

/// Derivation of a stray's due refund, in the node's books.
const DUE: Derivation = Derivation::new(StrayDue::NAME, TargetLog::Node)
    .equal(&[Equal::RefIsIntentRef, Equal::SameFact]);

/// Gives back a payment that no order awaited, as the person who sold or as the box's owner.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.stray.return",
    authority = OwnKey,
    facts,
    derives = [DUE],
    refusal = ReturnStrayRefusal
)]
pub(crate) struct ReturnStray {
    /// The provider's page where it was paid.
    #[reference]
    pub(crate) session: IdText,
    /// How much, in minor units: all of it.
    pub(crate) amount: Minor,
    /// In which currency.
    pub(crate) currency: Currency,
}

#[derive(Debug, Reasons)]
pub(crate) enum ReturnStrayRefusal {
    /// There is no payment to give back under this id.
    #[refused(NotFound, field = "ref")]
    Unknown,
    /// This is not the amount that was paid.
    #[refused(BadRequest, field = "amount")]
    Other,
    /// This payment is on its way back already.
    #[refused(Conflict, reason = "known")]
    Known,
}

/// A payment that no order awaited is to be given back.
#[derive(Debug, Operation)]
#[operation(name = "pay.stray.due", authority = Derived, facts)]
pub(crate) struct StrayDue {
    /// The provider's page where it was paid.
    #[reference]
    session: IdText,
    /// How much, in minor units.
    amount: Minor,
    /// In which currency.
    currency: Currency,
}

/// The provider's progress with the refund.
#[derive(Debug, Operation)]
#[operation(name = "pay.stray.returned", authority = Node, facts, refusal = News)]
pub(crate) struct StrayReturned {
    /// The provider's page where it was paid.
    #[reference]
    pub(crate) session: IdText,
    /// The outcome.
    pub(crate) status: ReturnStatus,
    /// The provider's event that says so.
    pub(crate) event: Option<IdText>,
}

impl Movement for ReturnStray {
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<ReturnStrayRefusal> {
        let stray = queries::stray(world.db, world.node, self.session.as_str())?;
        let stray = stray.ok_or(ReturnStrayRefusal::Unknown)?;
        let is_seller = stray.payee.as_ref() == Some(case.owner);
        refuse_if!(!is_seller && !world.is_owner(case.owner)?, ReturnStrayRefusal::Unknown);
        refuse_if!(!stray.is_open(), ReturnStrayRefusal::Known);
        let is_other = self.amount != stray.amount || self.currency != stray.currency;
        refuse_if!(is_other, ReturnStrayRefusal::Other);
        let due = StrayDue {
            session: self.session.clone(),
            amount: stray.amount,
            currency: stray.currency,
        };
        let drafts = vec![draft(world.node.clone(), &due)?];
        Ok(Consequences::new(&self.session, drafts))
    }
}

impl Movement for StrayReturned {
    fn consequences(&self, world: &World<'_>, _: Case<'_>) -> Outcome<News> {
        let stray = queries::stray(world.db, world.node, self.session.as_str())?;
        let stray = stray.ok_or(News::Unknown)?;
        is_new(world, self.event.as_ref())?;
        let is_said = stray.status == self.status.name();
        let is_late = stray.status == "succeeded" && self.status == ReturnStatus::Pending;
        refuse_if!(is_said || is_late, News::Known);
        Ok(Consequences::none())
    }
}
