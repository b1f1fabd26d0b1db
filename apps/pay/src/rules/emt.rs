//! E-transfers: the money goes from bank to bank, outside this node. A payer says that it will come, the payee says that
//! it has; until then nothing is paid, and after 72 hours it is too late.

use imajin_dfos::Value;
use imajin_ledger::{Draft, Refusal, RefusalKind};
use imajin_protocol::fair::Manifest;
use imajin_protocol::{Currency, Did, FactValue, IdText, Minor};
use serde_json::json;

use super::posting::{Posting, draft};
use super::settle::{check_pins, divided, entered};
use super::terms::{amount, currency};
use super::{
    Asked, Consequences, Terms, World, bad, conflict, fact_of, fact_with, id, no_ref, of_did,
    refuse,
};
use crate::reads::Hold;
use crate::{ops, reads};

/// How long an e-transfer is waited for (WIRE.md §5).
const HOLD_MS: i64 = 72 * 3600 * 1000;
const RAIL: &str = "emt";

/// When it is too late, in milliseconds.
pub(crate) fn expires_at(held_at: i64) -> i64 {
    held_at.saturating_add(HOLD_MS)
}

/// What the payer writes into the e-transfer, so that the payee knows which one it is.
pub(crate) fn memo(payment: &str) -> String {
    let random = payment.split('_').nth(1).unwrap_or(payment);
    format!(
        "IMJ-{}",
        random
            .chars()
            .take(8)
            .collect::<String>()
            .to_ascii_uppercase()
    )
}

fn expects_money(amount: Minor) -> Result<(), Refusal> {
    if amount.is_zero() {
        return Err(bad("amount", "An e-transfer is of more than nothing."));
    }
    Ok(())
}

/// A sale that will be paid by e-transfer to its seller.
pub(super) fn checkout(
    world: &World<'_>,
    asked: &Asked<'_>,
    payment: IdText,
) -> Result<Consequences, Refusal> {
    let terms = Terms::read(asked)?;
    expects_money(terms.amount)?;
    let found = divided(world, asked.did, &terms, &payment, RAIL)?;
    check_pins(&terms, found.follows)?;
    if !world.takes_entries(&terms.seller) {
        return Err(conflict(
            "seller",
            "The seller cannot confirm an e-transfer here.",
        ));
    }
    let expected = Value::map([
        ("manifest", Value::from(terms.manifest.text())),
        ("service", Value::from(terms.service.as_str())),
        ("kind", Value::from(terms.kind.as_str())),
    ]);
    let fact = fact_of([
        ("amount", terms.amount.get().into()),
        ("currency", id(terms.currency.code())?.into()),
        ("payer", of_did(asked.did)?.into()),
    ])?;
    let expected = draft(
        &terms.seller,
        ops::EMT_EXPECTED,
        &payment,
        Some(expected),
        Some(fact),
    );
    let held = fact_of([
        ("amount", terms.amount.get().into()),
        ("currency", id(terms.currency.code())?.into()),
        ("payer", of_did(asked.did)?.into()),
        ("payee", of_did(&terms.seller)?.into()),
        ("follows", IdText::from_digest(&terms.follows).into()),
    ])?;
    let held = draft(world.node, ops::HELD, &payment, None, Some(held));
    let pending = pending(
        asked.did,
        &payment,
        &terms.seller,
        terms.amount,
        terms.currency,
    )?;
    Ok(Consequences {
        drafts: vec![pending, expected, held],
        reply: json!({ "payment": payment.as_str() }),
    })
}

/// Credit that will be paid for by e-transfer to who keeps the node.
pub(super) fn top_up(
    world: &World<'_>,
    asked: &Asked<'_>,
    payment: IdText,
) -> Result<Consequences, Refusal> {
    no_ref(asked)?;
    let fact = fact_with(asked, &["amount", "currency"])?;
    let (amount, currency) = (amount(fact)?, currency(fact)?);
    expects_money(amount)?;
    let held = fact_of([
        ("amount", FactValue::from(amount.get())),
        ("currency", id(currency.code())?.into()),
        ("payer", of_did(asked.did)?.into()),
        ("payee", of_did(world.node)?.into()),
    ])?;
    let held = draft(world.node, ops::HELD, &payment, None, Some(held));
    let pending = pending(asked.did, &payment, world.node, amount, currency)?;
    Ok(Consequences {
        drafts: vec![pending, held],
        reply: json!({ "payment": payment.as_str() }),
    })
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
    Ok(draft(payer, ops::EMT_PENDING, payment, None, Some(fact)))
}

/// The payee's word that the money is there.
pub(super) fn confirm(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    let nothing = || {
        refuse(
            RefusalKind::NotFound,
            "No e-transfer to you is waited for under this id.",
        )
        .field("ref")
    };
    let payment = asked.reference.ok_or_else(nothing)?;
    let hold = reads::hold(world.db, world.node, payment.as_str())?.ok_or_else(nothing)?;
    let is_credit = hold.payee == *world.node;
    // Who keeps the node has its money; nobody else learns that there is such a payment.
    let may = match is_credit {
        true => reads::is_owner(world.db, world.node, asked.did)?,
        false => hold.payee == *asked.did,
    };
    if !may {
        return Err(nothing());
    }
    let fact = fact_with(asked, &["amount", "currency"])?;
    if amount(fact)? != hold.amount || currency(fact)? != hold.currency {
        let wanted = hold.amount.display(hold.currency);
        return Err(bad(
            "amount",
            format!("This e-transfer is of {wanted}: confirm exactly that."),
        ));
    }
    if hold.done {
        return Err(conflict(
            "confirmed",
            "This e-transfer is confirmed already.",
        ));
    }
    if world.now.as_millis() > expires_at(hold.at) {
        return Err(conflict(
            "expired",
            "This e-transfer was waited for 72 hours and is off. If the money came after all, send it back, or let them begin again.",
        ));
    }
    match is_credit {
        true => credit(world, payment, &hold),
        false => sale(world, asked.did, payment, &hold),
    }
}

fn credit(world: &World<'_>, payment: &IdText, hold: &Hold) -> Result<Consequences, Refusal> {
    let posting = Posting {
        payment,
        kind: "topup",
        payer: &hold.payer,
        seller: world.node,
        currency: hold.currency,
        amount: hold.amount,
        rows: vec![
            (world.node.clone(), hold.amount.negated()),
            (hold.payer.clone(), hold.amount),
        ],
    };
    Ok(Consequences {
        drafts: posting.drafts(world)?,
        reply: json!({ "payment": payment.as_str() }),
    })
}

/// The seller has the whole sum in the bank, so it is the seller who owes everybody else's share.
fn sale(
    world: &World<'_>,
    seller: &Did,
    payment: &IdText,
    hold: &Hold,
) -> Result<Consequences, Refusal> {
    let gone = || {
        conflict(
            "erased",
            "What was sold is not in your record any more: send the money back.",
        )
    };
    let expected = reads::about(world.db, seller, ops::EMT_EXPECTED, payment.as_str())?;
    let expected = expected.ok_or_else(gone)?;
    let text = |name: &str| expected.body.get(name).and_then(|value| value.as_str());
    let word = |name: &str| text(name).and_then(|text| IdText::parse(text).ok());
    let manifest = text("manifest").and_then(|text| Manifest::parse(text).ok());
    let follows = hold
        .follows
        .as_deref()
        .and_then(imajin_protocol::fair::Digest::parse);
    let (Some(manifest), Some(service), Some(kind), Some(follows)) =
        (manifest, word("service"), word("kind"), follows)
    else {
        return Err(gone());
    };
    let terms = Terms {
        amount: hold.amount,
        currency: hold.currency,
        seller: seller.clone(),
        service,
        kind,
        manifest,
        follows,
    };
    let found = divided(world, &hold.payer, &terms, payment, RAIL)?;
    check_pins(&terms, found.follows)?;
    entered(
        world,
        &hold.payer,
        &terms,
        payment,
        RAIL,
        seller.clone(),
        found,
    )
}
