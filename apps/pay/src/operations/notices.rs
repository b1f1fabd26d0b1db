//! The node's entries about outside payments, except their arrival: pages, failures, deliveries, accounts.
//!
//! Always: the provider's events may come late, twice or out of order. An event that is known already, or outdated, is
//! refused as a conflict and changes nothing.

use imajin_app::operation::{Context, Decide, Decision, Int, Operation};
use imajin_dfos::Timestamp;
use imajin_protocol::{IdText, Minor};
use imajin_selling::ATTESTED;
use serde_json::json;

use super::fields::Flag;
use super::receipts::attested;
use super::world::{self, Case, Consequences, Movement, News, Outcome, World, is_new, payment_id};
use crate::attest::Attestations;
use crate::queries;

/// The provider has opened a page where a payment is paid.
#[derive(Debug, Operation)]
#[operation(name = "pay.opened", authority = Node, facts, refusal = News)]
pub(crate) struct OpenedPage {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The provider's name for the page.
    pub(crate) session: IdText,
    /// Until when (ms) it is open.
    pub(crate) until: Timestamp,
    /// The part of it that goes to the seller's own account there, in minor units; only of payments from before parts were held.
    pub(crate) part: Option<Minor>,
}

/// A payment will not come.
#[derive(Debug, Operation)]
#[operation(name = "pay.failed", authority = Node, facts, refusal = News)]
pub(crate) struct Failed {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The provider's page where it was to be paid.
    pub(crate) session: IdText,
    /// The provider's event that says so.
    pub(crate) event: Option<IdText>,
}

/// The service that sold has done its part, or can't.
#[derive(Debug, Operation)]
#[operation(name = "pay.fulfilled", authority = Node, facts, refusal = News)]
pub(crate) struct Fulfilled {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// 1: the service that sold has done its part. 0: it can't. 2: it knows that all of the payment was refunded.
    pub(crate) done: Int<0, 2>,
}

/// The node told a seller by HTTP what they were paid, or could not.
#[derive(Debug, Operation)]
#[operation(name = "pay.called", authority = Node, facts, refusal = News)]
pub(crate) struct Called {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// 1: the seller was told. 0: the node gave up.
    pub(crate) done: Flag,
}

/// Something was paid at the provider that no order awaits: a second payment of one, or something that the node's record doesn't know.
#[derive(Debug, Operation)]
#[operation(name = "pay.stray", authority = Node, facts, refusal = News)]
pub(crate) struct Stray {
    /// The provider's page.
    #[reference]
    pub(crate) session: IdText,
    /// How much, in minor units.
    pub(crate) amount: Minor,
    /// The provider's code of the currency.
    pub(crate) currency: IdText,
    /// The provider's name for the payment.
    pub(crate) charge: Option<IdText>,
    /// The order that it was paid for, if the record knows it.
    pub(crate) payment: Option<IdText>,
    /// The provider's event that says so.
    pub(crate) event: Option<IdText>,
}

/// Somebody has an account with the provider. In the log of its holder.
#[derive(Debug, Operation)]
#[operation(name = "pay.account", authority = Node, facts, refusal = News)]
pub(crate) struct ProviderAccount {
    /// The provider's name for the account.
    pub(crate) account: IdText,
    /// Whether it can be paid to.
    pub(crate) ready: Flag,
    /// The provider's event that says so.
    pub(crate) event: Option<IdText>,
}

/// The parts of a payment are free and nothing of it went back: the node attests the payment.
#[derive(Debug, Clone, Operation)]
#[operation(
    name = "pay.freed",
    authority = Node,
    undo = Money,
    derives = [ATTESTED],
    refusal = News,
    prepared = Attestations
)]
pub(crate) struct FreedPayment {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
}

/// Returns no consequences for news, and a conflict for an entry that the node made before.
fn once(is_news: bool) -> Outcome<News> {
    if is_news { Ok(Consequences::none()) } else { Err(News::Known.into()) }
}

impl Movement for OpenedPage {
    fn consequences(&self, world: &World<'_>, _: Case<'_>) -> Outcome<News> {
        let hold = world.hold(&self.payment)?.ok_or(News::Unknown)?;
        let open = hold.session.as_ref();
        once(!hold.done && open.is_none_or(|open| open.id != self.session.as_str()))
    }
}

impl Movement for Failed {
    fn consequences(&self, world: &World<'_>, _: Case<'_>) -> Outcome<News> {
        is_new(world, self.event.as_ref())?;
        let hold = world.hold(&self.payment)?.ok_or(News::Unknown)?;
        once(!hold.done && !hold.failed)
    }
}

impl Movement for Fulfilled {
    fn consequences(&self, world: &World<'_>, _: Case<'_>) -> Outcome<News> {
        let payment = self.payment.as_str();
        once(match self.done.0 {
            2 => queries::is_to_tell(world.db, world.node, payment)?,
            _ => queries::is_due(world.db, world.node, payment)?,
        })
    }
}

impl Movement for Called {
    fn consequences(&self, world: &World<'_>, _: Case<'_>) -> Outcome<News> {
        once(!queries::is_called(world.db, world.node, self.payment.as_str())?)
    }
}

impl Movement for Stray {
    fn consequences(&self, world: &World<'_>, _: Case<'_>) -> Outcome<News> {
        is_new(world, self.event.as_ref())?;
        // Another event about the page that paid the order may have been recorded at the same moment.
        let order = self.payment.as_ref().map(|payment| world.hold(payment)).transpose()?;
        let charge = order.flatten().filter(|hold| hold.done).and_then(|hold| hold.charge);
        let has_paid =
            charge.is_some() && charge.as_deref() == self.charge.as_ref().map(IdText::as_str);
        once(!has_paid && !queries::is_stray(world.db, world.node, self.session.as_str())?)
    }
}

impl Movement for ProviderAccount {
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<News> {
        is_new(world, self.event.as_ref())?;
        let state = (self.account.as_str(), self.ready.0);
        let is_known = queries::payout(world.db, case.owner)?.is_some_and(|before| {
            before.node == world.node.as_str() && (&*before.account, before.is_ready) == state
        });
        once(!is_known).map(|found| found.replying(json!({})))
    }
}

impl Movement for FreedPayment {
    fn consequences(&self, world: &World<'_>, _: Case<'_>) -> Outcome<News> {
        let (payment, now) = (self.payment.as_str(), world.now.as_millis());
        let sale = world.payment(&self.payment)?.ok_or(News::Unknown)?;
        let consequences = once(queries::is_to_attest(world.db, world.node, payment, now)?)?;
        Ok(Consequences { attested: attested(world, &sale.payer, &sale.seller)?, ..consequences })
    }
}

impl Decide for FreedPayment {
    fn decide(&self, ctx: &mut Context<'_, Self>) -> Decision<News> {
        let (none, attestations) = (payment_id(ctx.now(), [0; 6])?, ctx.prepared().clone());
        world::decide_payment(ctx, self, &none, &attestations)
    }
}
