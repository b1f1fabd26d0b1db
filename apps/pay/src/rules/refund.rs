//! Giving back: the seller's will, or what follows where what was sold is void; never more than was paid.
//!
//! Always: while the parts of a payment are held, they pay for it in proportion, which needs nobody's balance and never
//! fails. Once they are free they are final: the seller's own balance pays, or nothing happens.

use imajin_ledger::{Refusal, RefusalKind};
use imajin_protocol::money::{self, SplitError};
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_service::sale::Rail;
use serde_json::json;

use super::posting::{Posting, draft};
use super::terms::{amount, currency};
use super::{
    Asked, Consequences, World, bad, body_text, conflict, cover, debts, fact_of, fact_with, id,
    of_did, refuse,
};
use crate::reads::{Leg, Payment};
use crate::{ops, reads};

const REASON_BYTES_MAX: usize = 500;

/// Why something goes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// Its seller says that it went back, or wants it to.
    Said,
    /// This much of what was sold is void.
    Void,
    /// All of what was sold is void.
    AllVoid,
}

pub(super) fn refund(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    // Anybody but the seller learns nothing, not even that there is such a payment.
    let nothing = || refuse(RefusalKind::NotFound, "You sold nothing under this id.").field("ref");
    body_text(asked, "reason", &["reason"], REASON_BYTES_MAX)?;
    let payment = asked.reference.ok_or_else(nothing)?;
    let sold = reads::payment(world.db, world.node, payment.as_str())?;
    let sold = sold
        .filter(|sold| sold.seller == *asked.did)
        .ok_or_else(nothing)?;
    let fact = fact_with(asked, &["amount", "currency"])?;
    let amount = amount(fact)?;
    if amount.is_zero() {
        return Err(bad("amount", "A refund is of more than nothing."));
    }
    if currency(fact)? != sold.currency {
        return Err(bad(
            "currency",
            format!("This was paid in {}.", sold.currency),
        ));
    }
    // A service that asks for it has made void what it sold.
    let why = match asked.is_asked {
        true => Why::Void,
        false => Why::Said,
    };
    back(world, payment, &sold, amount, why)
}

/// Something of a payment goes back to its payer.
pub(super) fn back(
    world: &World<'_>,
    payment: &IdText,
    sold: &Payment,
    amount: Minor,
    why: Why,
) -> Result<Consequences, Refusal> {
    let legs = reads::legs(world.db, world.node, payment.as_str())?;
    let (false, Some((source, got))) = (sold.gross.is_zero(), legs.split_first()) else {
        return Err(conflict(
            "free",
            "Nothing was paid, so nothing can be given back.",
        ));
    };
    let left = sold.left();
    if amount > left {
        return Err(too_much(left, sold.currency));
    }
    let is_held = sold.is_held(world.now);
    let posting = match sold.rail == Rail::Emt.as_str() {
        true if is_held && why != Why::Said => by_hand(world, payment, sold, &legs, amount, why)?,
        // It never was on the node: what the payee sends back, they send from their bank.
        true => moves(payment, sold, "repaid", amount, Vec::new()),
        false if is_held => {
            let column = |of: fn(&Leg) -> Minor| got.iter().map(of).collect::<Vec<_>>();
            let parts = money::refund(&column(|leg| leg.amount), &column(|leg| leg.back), amount);
            let parts = parts.map_err(|error| cannot(error, sold.currency))?;
            let rows = taken(&source.did, amount, got, &parts);
            let mut posting = moves(payment, sold, "refund", amount, rows);
            posting.out = taken_back(world, payment, &sold.seller, &posting.rows)?;
            posting
        }
        false => {
            let rows = vec![
                (source.did.clone(), amount),
                (sold.seller.clone(), amount.negated()),
            ];
            let mut posting = moves(payment, sold, "repaid", amount, rows);
            posting.out = taken_back(world, payment, &sold.seller, &posting.rows)?;
            // What the seller has at the provider's pays first.
            let there = posting
                .out
                .as_ref()
                .map_or(Minor::ZERO, |(_, part)| part.negated());
            let here = Minor::new(amount.get() - there.get()).unwrap_or(amount);
            cover::withdraw(world, &sold.seller, here, sold.currency)?;
            posting
        }
    };
    let mut drafts = refunded(world, payment, sold, amount)?;
    drafts.extend(debts::owed(
        world,
        payment,
        &sold.seller,
        sold.currency,
        &posting.debts,
    )?);
    drafts.extend(posting.drafts(world)?);
    Ok(Consequences {
        drafts,
        reply: json!({ "payment": payment.as_str(), "refunded": sold.refunded.get() + amount.get() }),
        ..Consequences::none()
    })
}

/// What was sold for an e-transfer is void: the others' held parts return to the payee, and what the payee owes for it ends.
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
        _ => sold
            .voided
            .plus(amount)
            .map_or(sold.gross, |sum| sum.min(sold.gross)),
    };
    // Of each part, as much as of the whole payment; the last of it takes the rest.
    let share = |part: Minor| {
        let share =
            i128::from(part.get()) * i128::from(voided.get()) / i128::from(sold.gross.get());
        i64::try_from(share)
            .ok()
            .and_then(|units| Minor::new(units).ok())
    };
    let due = |part: Minor, before: Minor| {
        let due = share(part).unwrap_or(part).get() - before.get();
        Minor::new(due.max(0)).unwrap_or(Minor::ZERO)
    };
    let (source, got) = (&legs[0], &legs[1..]);
    let parts: Vec<Minor> = got.iter().map(|leg| due(leg.amount, leg.back)).collect();
    let sum = Minor::sum(parts.iter().copied())
        .map_err(|error| refuse(RefusalKind::TooLarge, error.to_string()))?;
    let rows = taken(&source.did, sum, got, &parts);
    let mut posting = moves(payment, sold, "refund", amount, rows);
    posting.more.push(("voided", voided.get().into()));
    for debt in reads::debts_of_payment(world.db, world.node, payment.as_str())? {
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

/// In the order of the payment's own rows, also where a part is nothing: a row is known by its place.
fn taken(source: &Did, amount: Minor, got: &[Leg], parts: &[Minor]) -> Vec<(Did, Minor)> {
    let mut rows = vec![(source.clone(), amount)];
    rows.extend(
        got.iter()
            .zip(parts)
            .map(|(leg, part)| (leg.did.clone(), part.negated())),
    );
    rows
}

fn refunded(
    world: &World<'_>,
    payment: &IdText,
    sold: &Payment,
    amount: Minor,
) -> Result<Vec<imajin_ledger::Draft>, Refusal> {
    if !world.takes_entries(&sold.payer) {
        return Ok(Vec::new());
    }
    let fact = fact_of([
        ("amount", amount.get().into()),
        ("currency", id(sold.currency.code())?.into()),
        ("rail", id(&sold.rail)?.into()),
        ("seller", of_did(&sold.seller)?.into()),
    ])?;
    Ok(vec![draft(
        &sold.payer,
        ops::REFUNDED,
        payment,
        None,
        Some(fact),
    )])
}

/// What the seller has on their own account with the provider of what they give back now. Only payments from before parts
/// were held have any.
pub(super) fn taken_back(
    world: &World<'_>,
    payment: &IdText,
    seller: &Did,
    rows: &[(Did, Minor)],
) -> Result<Option<(Did, Minor)>, Refusal> {
    let hold = reads::hold(world.db, world.node, payment.as_str())?;
    let Some((account_of, left)) = hold.and_then(|hold| hold.left()) else {
        return Ok(None);
    };
    let theirs = rows[1..]
        .iter()
        .find(|(did, _)| *did == account_of && *did == *seller);
    let amount = theirs.map_or(Minor::ZERO, |(_, part)| part.negated().min(left));
    Ok((!amount.is_zero()).then_some((account_of, amount.negated())))
}

fn too_much(left: Minor, currency: Currency) -> Refusal {
    let text = format!(
        "Of this payment {} can still be given back.",
        left.display(currency)
    );
    conflict("too-much", text).field("amount")
}

fn cannot(error: SplitError, currency: Currency) -> Refusal {
    match error {
        SplitError::TooMuch { left, .. } => too_much(left, currency),
        other => refuse(RefusalKind::Stored, other.to_string()),
    }
}
