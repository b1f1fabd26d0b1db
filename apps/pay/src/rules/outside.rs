//! The node's own word of the world outside: what its provider says, and what became of what was paid for.
//!
//! Always: what the provider says may come late, twice or in another order than it happened; what is known already, or
//! was overtaken, is refused as a conflict and changes nothing.

use imajin_ledger::{Refusal, RefusalKind};
use imajin_protocol::{Fact, IdText, Minor};
use serde_json::json;

use super::lost::lost;
use super::posting::Posting;
use super::refund::{Why, back};
use super::terms::{amount, currency};
use super::{Asked, Consequences, World, bad, conflict, refuse, transfer};
use crate::{ops, reads};

/// Whether the provider may not say it any more.
pub(super) fn known() -> Refusal {
    conflict("known", "This is known already.")
}

pub(super) fn unknown() -> Refusal {
    refuse(RefusalKind::NotFound, "No such payment is known here.")
}

/// An event of the provider counts once.
pub(super) fn is_new(world: &World<'_>, asked: &Asked<'_>) -> Result<(), Refusal> {
    let event = asked.fact.and_then(|fact| fact.id("event"));
    match event {
        Some(event) if reads::has_event(world.db, world.node, event.as_str())? => Err(known()),
        _ => Ok(()),
    }
}

pub(super) fn about<'a>(asked: &Asked<'a>) -> Result<(&'a IdText, &'a Fact), Refusal> {
    asked.reference.zip(asked.fact).ok_or_else(unknown)
}

fn none() -> Result<Consequences, Refusal> {
    Ok(Consequences::none())
}

pub(super) fn opened(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    let (payment, fact) = about(asked)?;
    let hold = reads::hold(world.db, world.node, payment.as_str())?.ok_or_else(unknown)?;
    let session = fact.id("session").ok_or_else(unknown)?;
    let is_open = |open: &reads::Session| open.id == session.as_str();
    match hold.done || hold.session.as_ref().is_some_and(is_open) {
        true => Err(known()),
        false => none(),
    }
}

pub(super) fn failed(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    let (payment, _) = about(asked)?;
    let hold = reads::hold(world.db, world.node, payment.as_str())?.ok_or_else(unknown)?;
    match hold.done || hold.failed {
        true => Err(known()),
        false => none(),
    }
}

pub(super) fn fulfilled(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    let (payment, fact) = about(asked)?;
    let is_due = match fact.int("done") {
        Some(2) => reads::is_to_tell(world.db, world.node, payment.as_str())?,
        Some(0 | 1) => reads::is_due(world.db, world.node, payment.as_str())?,
        _ => return Err(bad("done", "done is 0, 1 or 2.")),
    };
    match is_due {
        true => none(),
        false => Err(known()),
    }
}

/// Whether who was paid was told.
pub(super) fn called(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    let (payment, _) = about(asked)?;
    match reads::is_called(world.db, world.node, payment.as_str())? {
        true => Err(known()),
        false => none(),
    }
}

/// What could not be fulfilled goes back, all that is left of it.
pub(super) fn give_back(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    let (payment, fact) = about(asked)?;
    let sold = reads::payment(world.db, world.node, payment.as_str())?.ok_or_else(unknown)?;
    let amount = amount(fact)?;
    let why = match amount == sold.left() {
        true => Why::AllVoid,
        false => Why::Void,
    };
    back(world, payment, &sold, amount, why)
}

/// What became of giving back: what the provider could not, is the payer's credit here.
pub(super) fn returned(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    let (payment, fact) = about(asked)?;
    let n = fact.int("n").unwrap_or_default();
    let before = reads::returned(world.db, world.node, payment.as_str(), n)?.ok_or_else(unknown)?;
    let status = fact.id("status").map(IdText::as_str).unwrap_or_default();
    let goes_on = matches!(
        (before.status.as_str(), status),
        ("due", "pending" | "succeeded" | "failed")
            | ("pending", "succeeded" | "failed")
            | ("succeeded", "failed")
    );
    if !goes_on {
        return Err(known());
    }
    let sold = reads::payment(world.db, world.node, payment.as_str())?.ok_or_else(unknown)?;
    let (left, sent) = (before.left().get(), before.sent.get());
    let is_disputed = reads::has_open_dispute(world.db, world.node, payment.as_str(), None)?;
    let credit = match (before.status.as_str(), status) {
        // What came back beyond what was left of it came back twice: the bank took it already, and the payer owes it.
        (_, "succeeded") => left - amount(fact)?.get(),
        // While the bank may still take it, it is nobody's credit; but nothing came back twice any more.
        ("succeeded", "failed") if is_disputed => sent - left,
        ("succeeded", "failed") => sent,
        (_, "failed") if !is_disputed => left,
        _ => 0,
    };
    let kind = match credit < 0 {
        true => "twice",
        false => "kept",
    };
    let credit = Minor::new(credit);
    let credit = credit.map_err(|error| refuse(RefusalKind::TooLarge, error.to_string()))?;
    keep(world, payment, &sold, credit, kind)
}

/// The payer's credit for what could not be given back; below nothing for what came back twice.
fn keep(
    world: &World<'_>,
    payment: &IdText,
    sold: &reads::Payment,
    amount: Minor,
    kind: &'static str,
) -> Result<Consequences, Refusal> {
    if amount.is_zero() {
        return none();
    }
    let rows = vec![
        (world.node.clone(), amount.negated()),
        (sold.payer.clone(), amount),
    ];
    let parties = (&sold.payer, &sold.seller);
    let posting = Posting::moves(payment, kind, parties, (amount, sold.currency), rows);
    Ok(Consequences {
        drafts: posting.drafts(world)?,
        ..Consequences::none()
    })
}

/// The payer's bank wants it back. Once that is lost, it is back (see `lost`); once it is won, what the provider refused to
/// give back meanwhile is the payer's credit.
pub(super) fn disputed(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    let (payment, fact) = about(asked)?;
    let sold = reads::payment(world.db, world.node, payment.as_str())?.ok_or_else(unknown)?;
    let (amount, currency) = (amount(fact)?, currency(fact)?);
    if currency != sold.currency {
        return Err(bad("currency", "This was paid in another currency."));
    }
    let word = |key: &str| fact.id(key).map(IdText::as_str).unwrap_or_default();
    let before = reads::dispute(world.db, world.node, word("dispute"))?;
    if before.is_some_and(|before| reads::is_over(&before) || before == word("status")) {
        return Err(known());
    }
    if word("status") == "lost" {
        return lost(world, payment, &sold, amount, Some(word("dispute")));
    }
    let dispute = Some(word("dispute"));
    let is_last = !reads::has_open_dispute(world.db, world.node, payment.as_str(), dispute)?;
    if !reads::is_over(word("status")) || !is_last {
        return none();
    }
    let returns = reads::returns(world.db, world.node, payment.as_str())?;
    let refused = returns.iter().filter(|one| one.status == "refused");
    let refused = Minor::sum(refused.map(reads::Returned::left))
        .map_err(|error| refuse(RefusalKind::TooLarge, error.to_string()))?;
    keep(world, payment, &sold, refused, "kept")
}

/// The money of a payment is free and nothing of it went back: the node attests it.
pub(super) fn freed(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    let payment = asked.reference.ok_or_else(unknown)?;
    let sold = reads::payment(world.db, world.node, payment.as_str())?.ok_or_else(unknown)?;
    if !reads::is_to_attest(
        world.db,
        world.node,
        payment.as_str(),
        world.now.as_millis(),
    )? {
        return Err(known());
    }
    Ok(Consequences {
        attested: super::settle::attested(world, &sold.payer, &sold.seller)?,
        ..Consequences::none()
    })
}

pub(super) fn stray(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    let (session, _) = about(asked)?;
    match reads::is_stray(world.db, world.node, session.as_str())? {
        true => Err(known()),
        false => none(),
    }
}

/// Somebody's account, in their own log.
pub(super) fn account(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    let fact = asked.fact.ok_or_else(unknown)?;
    let said = (
        fact.id("account").map(IdText::as_str).unwrap_or_default(),
        fact.int("ready") == Some(1),
    );
    let before = reads::payout(world.db, asked.did)?;
    let is_known = before.is_some_and(|before| {
        before.node == world.node.as_str() && (&*before.account, before.is_ready) == said
    });
    match is_known {
        true => Err(known()),
        false => Ok(Consequences {
            reply: json!({}),
            ..Consequences::none()
        }),
    }
}

/// Which of these an operation is.
pub(super) fn decide(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    is_new(world, asked)?;
    match asked.op {
        ops::OPENED => opened(world, asked),
        ops::PAID => super::arrived::paid(world, asked),
        ops::FAILED => failed(world, asked),
        ops::FULFILLED => fulfilled(world, asked),
        ops::CALLED => called(world, asked),
        ops::RETURN => give_back(world, asked),
        ops::RETURNED => returned(world, asked),
        ops::DISPUTED => disputed(world, asked),
        ops::STRAY => stray(world, asked),
        ops::FREED => freed(world, asked),
        ops::TRANSFER => transfer::begin(world, asked),
        ops::TRANSFERRED => transfer::ended(world, asked),
        _ => account(world, asked),
    }
}
