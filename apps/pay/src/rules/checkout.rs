//! Payments from outside, before they come: somebody says that they will pay, and the node waits for it. Until the money
//! is there nothing is paid; after a while it is too late.

use imajin_dfos::Value;
use imajin_ledger::{Draft, Refusal, RefusalKind};
use imajin_protocol::{Currency, Did, Fact, FactValue, IdText, Minor};
use imajin_service::sale::{self, Rail};
use serde_json::json;

use super::posting::draft;
use super::settle::{check_pins, divided};
use super::terms::{self, amount, currency};
use super::{
    Asked, Consequences, World, bad, conflict, fact_of, fact_with, id, no_ref, of_did, refuse,
};
use crate::{ops, reads};

/// How long an e-transfer is waited for (WIRE.md §5).
const EMT_MS: i64 = 72 * 3600 * 1000;
/// How long a card is: a provider's page stays open for half an hour at least.
const CARD_MS: i64 = 45 * 60 * 1000;

fn until(world: &World<'_>, rail: Rail) -> i64 {
    let span = match rail {
        Rail::Emt => EMT_MS,
        Rail::Ledger | Rail::Stripe => CARD_MS,
    };
    world.now.as_millis().saturating_add(span)
}

fn expects_money(amount: Minor) -> Result<(), Refusal> {
    if amount.is_zero() {
        return Err(bad(
            "amount",
            "A payment from outside is of more than nothing.",
        ));
    }
    Ok(())
}

/// A sale that will be paid from outside.
pub(super) fn checkout(
    world: &World<'_>,
    asked: &Asked<'_>,
    payment: IdText,
) -> Result<Consequences, Refusal> {
    let terms = terms::read(asked)?;
    expects_money(terms.amount)?;
    let found = divided(world, asked.did, &terms, &payment, terms.rail.as_str())?;
    check_pins(&terms, found.follows)?;
    if !world.takes_entries(&terms.seller) {
        return Err(conflict(
            "seller",
            "The seller has no record on this box, so it cannot be paid to them here.",
        ));
    }
    // All manifests that were agreed to: the payment is divided by them also when others are published meanwhile.
    let manifests = found.receipt.manifests().iter();
    let manifests = manifests.map(|text| Value::from(text.as_str())).collect();
    let expected = Value::map([("manifests", Value::List(manifests))]);
    let fact = fact_of([
        ("amount", terms.amount.get().into()),
        ("currency", id(terms.currency.code())?.into()),
        ("payer", of_did(asked.did)?.into()),
    ])?;
    let expected = draft(
        &terms.seller,
        ops::EXPECTED,
        &payment,
        Some(expected),
        Some(fact),
    );
    let until = until(world, terms.rail);
    let mut held = vec![
        ("amount", terms.amount.get().into()),
        ("currency", id(terms.currency.code())?.into()),
        ("payer", of_did(asked.did)?.into()),
        ("payee", of_did(&terms.seller)?.into()),
        ("follows", IdText::from_digest(&terms.follows).into()),
        ("rail", id(terms.rail.as_str())?.into()),
        ("service", terms.service.clone().into()),
        ("kind", terms.kind.clone().into()),
        ("until", until.into()),
        ("memo", memo_of(world, &payment)?),
    ];
    if let Some(at) = terms.release.free_at {
        held.push(("free_at", at.as_millis().into()));
    }
    held.extend(
        terms
            .release
            .about
            .clone()
            .map(|about| ("about", about.into())),
    );
    let held = Fact::new(held).map_err(|error| bad("fact", format!("{error}.")))?;
    let held = draft(world.node, ops::HELD, &payment, None, Some(held));
    let (seller, amount) = (&terms.seller, terms.amount);
    let pending = pending(asked.did, &payment, seller, amount, terms.currency)?;
    Ok(Consequences {
        drafts: vec![pending, expected, held],
        reply: json!({ "payment": payment.as_str(), "paid": false, "until": until }),
        ..Consequences::none()
    })
}

/// Credit that will be paid for from outside, to who keeps the node.
pub(super) fn top_up(
    world: &World<'_>,
    asked: &Asked<'_>,
    payment: IdText,
) -> Result<Consequences, Refusal> {
    no_ref(asked)?;
    let fact = fact_with(asked, &["amount", "currency", "rail"])?;
    let (amount, currency) = (amount(fact)?, currency(fact)?);
    let rail = terms::outside(fact)?;
    expects_money(amount)?;
    let until = until(world, rail);
    let held = fact_of([
        ("amount", FactValue::from(amount.get())),
        ("currency", id(currency.code())?.into()),
        ("payer", of_did(asked.did)?.into()),
        ("payee", of_did(world.node)?.into()),
        ("rail", id(rail.as_str())?.into()),
        ("service", id("pay")?.into()),
        ("kind", id("credit")?.into()),
        ("until", until.into()),
        ("memo", memo_of(world, &payment)?),
    ])?;
    let held = draft(world.node, ops::HELD, &payment, None, Some(held));
    let pending = pending(asked.did, &payment, world.node, amount, currency)?;
    Ok(Consequences {
        drafts: vec![pending, held],
        reply: json!({ "payment": payment.as_str(), "paid": false, "until": until }),
        ..Consequences::none()
    })
}

/// What the payer writes into the transfer. Two payments that may still come never have the same.
fn memo_of(world: &World<'_>, payment: &IdText) -> Result<FactValue, Refusal> {
    let memo = sale::memo(payment.as_str());
    if reads::is_memo_open(world.db, world.node, &memo)? {
        return Err(refuse(
            RefusalKind::Unavailable,
            "Two payments came to one memo: try again.",
        ));
    }
    Ok(id(&memo)?.into())
}

/// What the payer's own record says of it: which payment the money is for, and whose it will be.
fn pending(
    payer: &Did,
    payment: &IdText,
    payee: &Did,
    amount: Minor,
    currency: Currency,
) -> Result<Draft, Refusal> {
    let fact = fact_of([
        ("amount", amount.get().into()),
        ("currency", id(currency.code())?.into()),
        ("payee", of_did(payee)?.into()),
    ])?;
    Ok(draft(payer, ops::PENDING, payment, None, Some(fact)))
}
