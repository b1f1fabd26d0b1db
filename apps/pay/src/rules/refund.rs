//! Giving back: the seller's will, never more than was paid, from everybody in proportion to what they got.

use imajin_ledger::{Refusal, RefusalKind};
use imajin_protocol::Minor;
use imajin_protocol::money::{self, SplitError};
use imajin_protocol::{Did, IdText};
use serde_json::json;

use super::posting::{Posting, draft};
use super::terms::{amount, currency};
use super::{
    Asked, Consequences, World, bad, body_text, conflict, fact_of, fact_with, id, of_did, refuse,
};
use crate::reads::Payment;
use crate::{ops, reads};

const REASON_BYTES_MAX: usize = 500;

pub(super) fn refund(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    // Whoever is not the seller learns nothing, not even that there is such a payment.
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
    back(world, payment, &sold, amount, "refund")
}

/// Something of a payment goes back to who paid it.
pub(super) fn back(
    world: &World<'_>,
    payment: &IdText,
    sold: &Payment,
    amount: Minor,
    kind: &'static str,
) -> Result<Consequences, Refusal> {
    let legs = reads::legs(world.db, world.node, payment.as_str())?;
    let Some((source, got)) = legs.split_first() else {
        return Err(conflict(
            "free",
            "Nothing was paid, so nothing can be given back.",
        ));
    };
    let column = |of: fn(&reads::Leg) -> Minor| got.iter().map(of).collect::<Vec<_>>();
    let parts = money::refund(&column(|leg| leg.amount), &column(|leg| leg.back), amount)
        .map_err(|error| cannot(error, sold.currency))?;
    // In the order of the payment's own rows, also where a part is nothing: a row is known by its place.
    let mut rows = vec![(source.did.clone(), amount)];
    rows.extend(
        got.iter()
            .zip(parts)
            .map(|(leg, part)| (leg.did.clone(), part.negated())),
    );
    let out = taken_back(world, payment, &sold.seller, &rows)?;
    let posting = Posting {
        payment,
        kind,
        sold: None,
        payer: &sold.payer,
        seller: &sold.seller,
        currency: sold.currency,
        amount,
        rows,
        out,
    };
    let mut drafts = Vec::new();
    if world.takes_entries(&sold.payer) {
        let fact = fact_of([
            ("amount", amount.get().into()),
            ("currency", id(sold.currency.code())?.into()),
            ("rail", id(&sold.rail)?.into()),
            ("seller", of_did(&sold.seller)?.into()),
        ])?;
        drafts.push(draft(&sold.payer, ops::REFUNDED, payment, None, Some(fact)));
    }
    drafts.extend(posting.drafts(world)?);
    Ok(Consequences {
        drafts,
        reply: json!({ "payment": payment.as_str(), "refunded": sold.refunded.get() + amount.get() }),
        ..Consequences::none()
    })
}

/// What the seller has on their own account with the provider of what they give back now.
fn taken_back(
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

fn cannot(error: SplitError, currency: imajin_protocol::Currency) -> Refusal {
    match error {
        SplitError::TooMuch { left, .. } => {
            let text = format!(
                "Of this payment {} can still be given back.",
                left.display(currency)
            );
            conflict("too-much", text).field("amount")
        }
        other => refuse(RefusalKind::Stored, other.to_string()),
    }
}
