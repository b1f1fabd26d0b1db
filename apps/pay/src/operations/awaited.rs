//! Payments that the node awaits: until when, and by which memo they are recognised.

use imajin_app::operation::{Context, Decision, Operation, Reasons, Refused, draft};
use imajin_app::refuse_if;
use imajin_app::words::Money;
use imajin_dfos::Timestamp;
use imajin_ledger::{Draft, Refusal};
use imajin_protocol::fair::Digest;
use imajin_protocol::{Currency, Did, IdText};
use imajin_selling::{self as sale, Rail};
use serde_json::json;

use super::fields::{Amount, OutsideRail};
use super::world::{self, Consequences, Movement, World, payment_id, stored};
use crate::attest::Prepared;
use crate::queries;
use crate::stripe::currencies::{Uncharged, check_charge};

/// Time that the node waits for an e-transfer, in milliseconds (docs/api.md, "Money").
const EMT_MS: i64 = 72 * 3600 * 1000;
/// Time that the node waits for a card payment, in milliseconds: a provider's page stays open for half an hour at
/// least.
const CARD_MS: i64 = 45 * 60 * 1000;
/// Maximum number of ids drawn to find a free memo: each draw hits a given awaited payment's memo with a chance of 1 in
/// 2^40.
const DRAWS_MAX: u32 = 8;

/// A payment of yours is awaited.
#[derive(Debug, Operation)]
#[operation(name = "pay.pending", authority = Derived, facts)]
pub(crate) struct Pending {
    /// The payment.
    #[reference]
    pub(super) payment: IdText,
    /// How much, in minor units.
    pub(super) amount: Amount,
    /// In which currency.
    pub(super) currency: Currency,
    /// The recipient: the seller, or the node for credit.
    pub(super) payee: Did,
}

/// The node's books: a payment is awaited. In the node's log.
#[derive(Debug, Operation)]
#[operation(name = "pay.held", authority = Derived, facts)]
pub(crate) struct AwaitedPayment {
    /// The payment.
    #[reference]
    pub(super) payment: IdText,
    /// How much, in minor units.
    pub(super) amount: Amount,
    /// In which currency.
    pub(super) currency: Currency,
    /// The payer.
    pub(super) payer: Did,
    /// The recipient: the seller, or the node for credit.
    pub(super) payee: Did,
    /// The digest of all manifests that the money follows; none for credit.
    pub(super) follows: Option<Digest>,
    /// The way by which it comes.
    pub(super) rail: OutsideRail,
    /// The service that sells.
    pub(super) service: IdText,
    /// The kind of thing that is sold.
    pub(super) kind: IdText,
    /// Until when (ms) it is awaited.
    pub(super) until: Timestamp,
    /// The text that the payer writes into a transfer.
    pub(super) memo: Option<IdText>,
    /// Until when (ms) its parts are held.
    pub(super) free_at: Option<Timestamp>,
    /// The thing that this time depends on.
    pub(super) about: Option<IdText>,
}

/// Reasons that the node can't wait for a payment.
#[derive(Debug, Reasons)]
pub(crate) enum Awaited {
    /// A payment from outside must be more than 0.
    #[refused(BadRequest, field = "amount")]
    Nothing,
    /// No card pays in {}. Pay another way.
    #[refused(Conflict, reason = "rail", field = "currency")]
    NoCard(Currency),
    /// No card can pay {}: choose a multiple of {}, or pay another way.
    #[refused(BadRequest, field = "amount")]
    Uneven(Money, Money),
    /// No card can pay {}, because the least is {}. Pay another way.
    #[refused(BadRequest, field = "amount")]
    Below(Money, Money),
    /// No card can pay {}, because the most is {}. Pay another way.
    #[refused(BadRequest, field = "amount")]
    Above(Money, Money),
    /// Two payments got the same memo: try again.
    #[refused(Unavailable)]
    SameMemo,
}

/// Refuses an amount of zero, and one that can't be charged by card if it is to come by card.
pub(super) fn expects_money(
    amount: Amount,
    currency: Currency,
    rail: OutsideRail,
) -> Result<(), Refused<Awaited>> {
    refuse_if!(amount.get().is_zero(), Awaited::Nothing);
    let OutsideRail::Stripe = rail else {
        return Ok(());
    };
    let paid = Money::new(amount.get(), currency);
    let refusal = match check_charge(amount.get(), currency) {
        Ok(()) => return Ok(()),
        Err(Uncharged::Currency) => Awaited::NoCard(currency),
        Err(Uncharged::Step(step)) => Awaited::Uneven(paid, Money::new(step, currency)),
        Err(Uncharged::Below(least)) => Awaited::Below(paid, Money::new(least, currency)),
        Err(Uncharged::Above(most)) => Awaited::Above(paid, Money::new(most, currency)),
    };
    Err(refusal.into())
}

/// Returns until when a payment that begins now is awaited.
pub(super) fn until(world: &World<'_>, rail: Rail) -> Result<Timestamp, Refusal> {
    let span = match rail {
        Rail::Emt => EMT_MS,
        Rail::Ledger | Rail::Stripe => CARD_MS,
    };
    Timestamp::from_millis(world.now.as_millis().saturating_add(span)).map_err(stored)
}

/// Returns the memo that the payer writes into the transfer. Two payments that may still come never have the same.
pub(super) fn memo(world: &World<'_>, payment: &IdText) -> Result<IdText, Refused<Awaited>> {
    let memo = sale::memo(payment.as_str());
    refuse_if!(queries::is_memo_open(world.db, world.node, &memo)?, Awaited::SameMemo);
    Ok(IdText::parse(&memo).map_err(stored)?)
}

/// Returns the consequences of beginning a payment from outside: the entries of its payer and of the node, and the one
/// that its seller gets, if any.
pub(super) fn begun(
    world: &World<'_>,
    held: &AwaitedPayment,
    expected: Option<Draft>,
) -> Result<Consequences, Refusal> {
    let AwaitedPayment { payment, amount, currency, payer, payee, until, .. } = held;
    let pending = Pending {
        payment: payment.clone(),
        amount: *amount,
        currency: *currency,
        payee: payee.clone(),
    };
    let mut drafts = vec![draft(payer.clone(), &pending)?];
    drafts.extend(expected);
    drafts.push(draft(world.node.clone(), held)?);
    let reply = json!({ "payment": payment.as_str(), "paid": false, "until": until.as_millis() });
    Ok(Consequences::new(payment, drafts).replying(reply))
}

/// Enters the consequences of an operation that begins a payment from outside, under an id whose memo is free.
pub(super) fn decide<O>(ctx: &mut Context<'_, O>, operation: &O) -> Decision<O::Refusal>
where
    O: Movement<Prepared = Prepared>,
{
    let mut payment = ctx.prepared().id.clone();
    // Two payments that may still come never have the same memo, which is a part of the id.
    for _ in 0..DRAWS_MAX {
        if !queries::is_memo_open(ctx.reader(), ctx.node(), &sale::memo(payment.as_str()))? {
            break;
        }
        let fresh = ctx.fresh_bytes();
        let [a, b, c, d, e, f, ..] = fresh;
        payment = payment_id(ctx.now(), [a, b, c, d, e, f])?;
    }
    let attestations = ctx.prepared().attestations.clone();
    world::decide_payment(ctx, operation, &payment, &attestations)
}
