//! Parts of sales by card that go on to their recipients' own accounts with the provider, once they are free.
//!
//! Always: what goes is set aside first, so that it cannot be spent as well; it is never more than what is left of the part
//! and free. What the provider refuses is credit again. A refund after that comes from its seller's balance, as after
//! anything else that was free: a transfer is never taken back by the node.

use imajin_ledger::Refusal;
use imajin_protocol::{Did, IdText, Minor};

use super::outside::{about, known, unknown};
use super::posting::Posting;
use super::terms::{amount, currency};
use super::{Asked, Consequences, World, conflict};
use crate::reads;

/// What of a part goes now: who gets it, on which account, how much.
pub(crate) struct Ready {
    pub(crate) did: Did,
    pub(crate) account: String,
    pub(crate) amount: Minor,
    pub(crate) paid: reads::Payment,
}

/// What of the `n`th part of a payment can go now; none where that is not so (any more).
pub(crate) fn ready(world: &World<'_>, payment: &str, n: i64) -> Result<Option<Ready>, Refusal> {
    let (db, node, now) = (world.db, world.node, world.now.as_millis());
    let Some(paid) = reads::payment(db, node, payment)? else {
        return Ok(None);
    };
    let legs = reads::legs(db, node, payment)?;
    let at = usize::try_from(n).unwrap_or(0);
    let Some(leg) = legs.get(at).filter(|_| at > 0) else {
        return Ok(None);
    };
    let account = reads::payout(db, &leg.did)?;
    let account = account.filter(|one| one.is_ready && one.node == node.as_str());
    let Some(account) = account else {
        return Ok(None);
    };
    // What became free before they asked for it stays credit, and so does what was paid before parts were held.
    let is_asked_for = account.since.is_some_and(|since| paid.free_at >= since);
    let is_card = paid.rail == imajin_service::sale::Rail::Stripe.as_str();
    let is_disputed = reads::has_open_dispute(db, node, payment, None)?;
    if !is_card || !is_asked_for || paid.is_held(world.now) || is_disputed {
        return Ok(None);
    }
    if let Some(before) = reads::transfer(db, node, payment, n)?
        && before.again_at().is_none_or(|again| again > now)
    {
        return Ok(None);
    }
    let free = reads::free(db, node, &leg.did, paid.currency, now)?;
    let due = reads::part_due(&paid, &legs, at);
    Ok(Some(Ready {
        did: leg.did.clone(),
        account: account.account,
        amount: due.min(free.max(Minor::ZERO)),
        paid,
    }))
}

/// A part goes: it is set aside until the provider has said what became of it.
pub(super) fn begin(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    let (payment, fact) = about(asked)?;
    let n = fact.int("n").unwrap_or_default();
    let ready = ready(world, payment.as_str(), n)?.ok_or_else(known)?;
    let (amount, currency) = (amount(fact)?, currency(fact)?);
    let is_same = |key: &str, text: &str| fact.id(key).map(IdText::as_str) == Some(text);
    let is_so = amount == ready.amount
        && currency == ready.paid.currency
        && is_same("did", ready.did.as_str())
        && is_same("account", &ready.account);
    if !is_so {
        return Err(conflict("changed", "It is another amount by now."));
    }
    let rows = vec![
        (ready.did.clone(), amount.negated()),
        (world.node.clone(), amount),
    ];
    moved(world, payment, &ready.did, &ready.paid, "transfer", rows)
}

/// What became of it at the provider.
pub(super) fn ended(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    let (payment, fact) = about(asked)?;
    let n = fact.int("n").unwrap_or_default();
    let before = reads::transfer(world.db, world.node, payment.as_str(), n)?.ok_or_else(unknown)?;
    let paid = reads::payment(world.db, world.node, payment.as_str())?.ok_or_else(unknown)?;
    let status = fact.id("status").map(IdText::as_str).unwrap_or_default();
    let amount = amount(fact)?;
    let credit = match (before.status.as_str(), status) {
        // As much as the provider says: it may have sent it before an older copy of this record was put back.
        ("due", "sent") => before.amount.get() - amount.get(),
        ("due", "refused") => before.amount.get(),
        // The owner took it back on the provider's own pages.
        ("sent", "reversed") if before.reversed.get() + amount.get() <= before.amount.get() => {
            amount.get()
        }
        _ => return Err(known()),
    };
    let credit = Minor::new(credit)
        .map_err(|error| super::refuse(imajin_ledger::RefusalKind::TooLarge, error.to_string()))?;
    let rows = vec![
        (world.node.clone(), credit.negated()),
        (before.did.clone(), credit),
    ];
    moved(world, payment, &before.did, &paid, "untransferred", rows)
}

fn moved(
    world: &World<'_>,
    payment: &IdText,
    did: &Did,
    paid: &reads::Payment,
    kind: &'static str,
    rows: Vec<(Did, Minor)>,
) -> Result<Consequences, Refusal> {
    let amount = rows[1].1;
    if amount.is_zero() {
        return Ok(Consequences::none());
    }
    let amount = match amount.is_negative() {
        true => amount.negated(),
        false => amount,
    };
    let parties = (did, world.node);
    let posting = Posting::moves(payment, kind, parties, (amount, paid.currency), rows);
    Ok(Consequences {
        drafts: posting.drafts(world)?,
        ..Consequences::none()
    })
}
