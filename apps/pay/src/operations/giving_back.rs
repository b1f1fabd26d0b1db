//! Refunds: at the seller's wish, or because the sale became void; never more than was paid.
//!
//! Always: while the parts of a payment are held, they pay for a refund in proportion, which needs no other balance and
//! never fails. Free parts are final: the seller's own balance pays, or nothing happens.

use imajin_app::operation::{Operation, Reasons, Refused};
use imajin_app::refuse_if;
use imajin_app::words::Money;
use imajin_ledger::{Draft, Refusal};
use imajin_protocol::money::{self, SplitError};
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::{Rail, Teller};
use serde_json::json;

use super::books::{Posting, between};
use super::cover::{self, Uncovered};
use super::debts;
use super::fields::Flag;
use super::world::{Consequences, Outcome, World, stored, too_large};
use crate::queries::{self, Leg, Payment};
use crate::stripe::currencies::{Uncharged, to_units};

/// The seller refunds a payment, in part or whole.
#[derive(Debug, Operation)]
#[operation(name = "pay.refunded", authority = Derived, facts)]
pub(crate) struct Refunded {
    /// The payment.
    #[reference]
    payment: IdText,
    /// How much of it, in minor units.
    amount: Minor,
    /// In which currency.
    currency: Currency,
    /// The rail by which it was paid, and goes back.
    rail: IdText,
    /// The seller.
    seller: Did,
    /// 0: this entry tells the payer. 1: they hear of it by what the service that sold makes void, by an entry about their credit, or by their bank. Older entries lack it.
    told: Option<Flag>,
}

#[derive(Debug, Reasons)]
pub(crate) enum BackRefusal {
    /// Nothing was paid, so nothing can be refunded.
    #[refused(Conflict, reason = "free")]
    Free,
    /// {} of this payment can still be refunded.
    #[refused(Conflict, reason = "too-much", field = "amount")]
    TooMuch(Money),
    /// No card can get back {}: choose a multiple of {}.
    #[refused(BadRequest, field = "amount")]
    Uneven(Money, Money),
    #[refused(all)]
    Uncovered(Uncovered),
}

/// The reason for a refund.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// The seller wishes it. For an e-transfer, the seller states that they sent the money.
    Said,
    /// This much of the sale is void.
    Void,
    /// All of the sale is void.
    AllVoid,
}

/// Returns the consequences of a refund to a payment's payer.
pub(super) fn back(
    world: &World<'_>,
    payment: &IdText,
    sold: &Payment,
    amount: Minor,
    (why, teller): (Why, Teller),
) -> Outcome<BackRefusal> {
    let legs = queries::legs(world.db, world.node, payment.as_str())?;
    let (false, Some((source, got))) = (sold.gross.is_zero(), legs.split_first()) else {
        return Err(BackRefusal::Free.into());
    };
    let left = sold.left();
    refuse_if!(amount > left, too_much(left, sold.currency));
    let is_by_card = sold.rail == Rail::Stripe.as_str();
    if let (true, Err(Uncharged::Step(step))) = (is_by_card, to_units(amount, sold.currency)) {
        let (amount, step) = (Money::new(amount, sold.currency), Money::new(step, sold.currency));
        return Err(BackRefusal::Uneven(amount, step).into());
    }
    let is_held = sold.is_held(world.now);
    let is_by_bank = sold.rail == Rail::Emt.as_str();
    let mut posting = if is_by_bank && is_held && why != Why::Said {
        by_hand(world, payment, sold, &legs, amount, why)?
    } else if is_by_bank {
        // The money was never on the node: the payee refunds it from their bank.
        moves(payment, sold, "repaid", amount, Vec::new())
    } else if is_held {
        let column = |of: fn(&Leg) -> Minor| got.iter().map(of).collect::<Vec<_>>();
        let parts = money::refund(&column(|leg| leg.amount), &column(|leg| leg.back), amount);
        let parts = parts.map_err(|error| match error {
            SplitError::TooMuch { left, .. } => too_much(left, sold.currency),
            other => stored(other).into(),
        })?;
        let rows = taken(&source.did, amount, got, &parts);
        let mut posting = moves(payment, sold, "refund", amount, rows);
        posting.out = taken_back(world, payment, &sold.seller, &posting.rows)?;
        posting
    } else {
        let rows = between(&source.did, &sold.seller, amount.negated());
        let mut posting = moves(payment, sold, "repaid", amount, rows);
        posting.out = taken_back(world, payment, &sold.seller, &posting.rows)?;
        // The seller's account with the provider pays first.
        let there = posting.out.as_ref().map_or(Minor::ZERO, |(_, part)| part.negated());
        let here = Minor::new(amount.get() - there.get()).unwrap_or(amount);
        cover::withdraw(world, &sold.seller, here, sold.currency).map_err(Refused::widen)?;
        posting
    };
    posting.is_told = teller == Teller::Seller;
    // The member is always set: older entries lack it, and state nothing about sending.
    posting.sent = is_by_bank.then_some(if why == Why::Said { amount } else { Minor::ZERO });
    let mut drafts = Vec::new();
    // An entry about the payer's credit tells them of what goes back on this node.
    let is_told = posting.is_told || !(is_by_card || is_by_bank);
    refunded(world, &mut drafts, (payment, sold), amount, is_told)?;
    let debts = &posting.debts;
    drafts.extend(debts::owed(world, payment, &sold.seller, sold.currency, debts)?);
    drafts.extend(posting.drafts(world)?);
    let refunded = sold.refunded.get() + amount.get();
    let reply = json!({ "payment": payment.as_str(), "refunded": refunded });
    Ok(Consequences::new(payment, drafts).replying(reply))
}

/// Voids an e-transfer's sale: the others' held parts return to the payee, and the payee's debts for them end.
fn by_hand<'a>(
    world: &World<'_>,
    payment: &'a IdText,
    sold: &'a Payment,
    legs: &[Leg],
    amount: Minor,
    why: Why,
) -> Result<Posting<'a>, Refusal> {
    let voided = match why {
        Why::AllVoid => sold.gross,
        _ => sold.voided.plus(amount).map_or(sold.gross, |sum| sum.min(sold.gross)),
    };
    // Each part returns in proportion to the void share of the payment; voiding all of it returns the rest.
    let share = |part: Minor| {
        let share =
            i128::from(part.get()) * i128::from(voided.get()) / i128::from(sold.gross.get());
        i64::try_from(share).ok().and_then(|units| Minor::new(units).ok())
    };
    let due = |part: Minor, before: Minor| {
        let due = share(part).unwrap_or(part).get() - before.get();
        Minor::new(due.max(0)).unwrap_or(Minor::ZERO)
    };
    let (source, got) = (&legs[0], &legs[1..]);
    let parts: Vec<Minor> = got.iter().map(|leg| due(leg.amount, leg.back)).collect();
    let sum = Minor::sum(parts.iter().copied()).map_err(too_large)?;
    let rows = taken(&source.did, sum, got, &parts);
    let mut posting = moves(payment, sold, "refund", amount, rows);
    posting.voided = Some(voided);
    for debt in queries::debts_of_payment(world.db, world.node, payment.as_str())? {
        let ended = due(debt.amount, debt.voided).min(debt.left);
        if !ended.is_zero() {
            posting.debts.push((debt.creditor, ended.negated()));
        }
    }
    Ok(posting)
}

fn moves<'a>(
    payment: &'a IdText,
    sold: &'a Payment,
    kind: &'static str,
    amount: Minor,
    rows: Vec<(Did, Minor)>,
) -> Posting<'a> {
    let parties = (&sold.payer, &sold.seller);
    Posting::moves(payment, kind, parties, (amount, sold.currency), rows)
}

/// Returns the rows in the order of the payment's own rows, including parts of zero: a row is identified by its
/// position.
fn taken(source: &Did, amount: Minor, got: &[Leg], parts: &[Minor]) -> Vec<(Did, Minor)> {
    let mut rows = vec![(source.clone(), amount)];
    rows.extend(got.iter().zip(parts).map(|(leg, part)| (leg.did.clone(), part.negated())));
    rows
}

/// Adds the entry in the payer's own log. `is_told` is whether something else tells the payer.
pub(super) fn refunded(
    world: &World<'_>,
    drafts: &mut Vec<Draft>,
    (payment, sold): (&IdText, &Payment),
    amount: Minor,
    is_told: bool,
) -> Result<(), Refusal> {
    let refunded = Refunded {
        payment: payment.clone(),
        amount,
        currency: sold.currency,
        rail: IdText::parse(&sold.rail).map_err(stored)?,
        seller: sold.seller.clone(),
        told: Some(Flag(is_told)),
    };
    world.add(drafts, &sold.payer, &refunded)
}

/// Returns the part of a refund that comes from the seller's own account with the provider. Only payments from before
/// parts were held have one.
pub(super) fn taken_back(
    world: &World<'_>,
    payment: &IdText,
    seller: &Did,
    rows: &[(Did, Minor)],
) -> Result<Option<(Did, Minor)>, Refusal> {
    let Some((account_of, left)) = world.hold(payment)?.and_then(|hold| hold.left()) else {
        return Ok(None);
    };
    let theirs = rows[1..].iter().find(|(did, _)| *did == account_of && *did == *seller);
    let amount = theirs.map_or(Minor::ZERO, |(_, part)| part.negated().min(left));
    Ok((!amount.is_zero()).then_some((account_of, amount.negated())))
}

fn too_much(left: Minor, currency: Currency) -> Refused<BackRefusal> {
    BackRefusal::TooMuch(Money::new(left, currency)).into()
}
