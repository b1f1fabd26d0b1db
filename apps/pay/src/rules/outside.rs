//! The node's own word of the world outside: what its provider says, and what became of what was paid for.
//!
//! Always: what the provider says may come late, twice or in another order than it happened; what is known already, or
//! was overtaken, is refused as a conflict and changes nothing.

use imajin_ledger::{Refusal, RefusalKind};
use imajin_protocol::{Fact, IdText, Minor};
use serde_json::json;

use super::posting::Posting;
use super::refund::back;
use super::terms::{amount, currency};
use super::{Asked, Consequences, World, bad, conflict, refuse};
use crate::{ops, reads};

/// Whether the provider may not say it any more.
fn known() -> Refusal {
    conflict("known", "This is known already.")
}

fn unknown() -> Refusal {
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

fn about<'a>(asked: &Asked<'a>) -> Result<(&'a IdText, &'a Fact), Refusal> {
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
    back(world, payment, &sold, amount(fact)?, "refund")
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
    if status != "failed" {
        return none();
    }
    let sold = reads::payment(world.db, world.node, payment.as_str())?.ok_or_else(unknown)?;
    let posting = Posting {
        payment,
        kind: "kept",
        sold: None,
        payer: &sold.payer,
        seller: &sold.seller,
        currency: sold.currency,
        amount: before.amount,
        rows: vec![
            (world.node.clone(), before.amount.negated()),
            (sold.payer.clone(), before.amount),
        ],
        out: None,
    };
    Ok(Consequences {
        drafts: posting.drafts(world)?,
        ..Consequences::none()
    })
}

/// The payer's bank wants it back. Once that is lost, it is back, from everybody who got something of it.
pub(super) fn disputed(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    let (payment, fact) = about(asked)?;
    let sold = reads::payment(world.db, world.node, payment.as_str())?.ok_or_else(unknown)?;
    let (amount, currency) = (amount(fact)?, currency(fact)?);
    if currency != sold.currency {
        return Err(bad("currency", "This was paid in another currency."));
    }
    let word = |key: &str| fact.id(key).map(IdText::as_str).unwrap_or_default();
    let before = reads::dispute(world.db, world.node, word("dispute"))?;
    let is_over = |status: &str| matches!(status, "won" | "lost" | "warning_closed");
    if before.is_some_and(|before| is_over(&before) || before == word("status")) {
        return Err(known());
    }
    let left = Minor::new(sold.gross.get() - sold.refunded.get());
    let taken = left.map_or(Minor::ZERO, |left| left.min(amount));
    if word("status") != "lost" || taken.is_zero() {
        return none();
    }
    back(world, payment, &sold, taken, "dispute")
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
        _ => account(world, asked),
    }
}
