//! The owner's word, in and out: limits, payouts, and top-ups that a bank takes back.
//!
//! Always: what is asked for as a payout is set aside at once, so that it cannot be spent as well. A limit lets its account
//! spend, and serves neither payouts nor what a payee moves to others.

use imajin_ledger::{Refusal, RefusalKind};
use imajin_protocol::{IdText, Minor};
use imajin_service::sale::Rail;
use serde_json::json;

use super::posting::{Posting, draft};
use super::terms::{amount, currency};
use super::{
    Asked, Consequences, World, bad, body_text, conflict, cover, fact_with, id, lost, no_ref,
    refuse,
};
use crate::{ops, reads};

/// Longest word of where a payout goes to.
const TO_BYTES_MAX: usize = 500;

fn owners_only(world: &World<'_>, asked: &Asked<'_>) -> Result<(), Refusal> {
    match reads::is_owner(world.db, world.node, asked.did)? {
        true => Ok(()),
        false => Err(refuse(
            RefusalKind::Forbidden,
            "Only the owner of this box can do that.",
        )),
    }
}

/// An account asks for some of its free credit in money.
pub(super) fn ask(
    world: &World<'_>,
    asked: &Asked<'_>,
    payout: IdText,
) -> Result<Consequences, Refusal> {
    no_ref(asked)?;
    body_text(asked, "to", &["to"], TO_BYTES_MAX)?;
    let fact = fact_with(asked, &["amount", "currency"])?;
    let (amount, currency) = (amount(fact)?, currency(fact)?);
    if amount.is_zero() {
        return Err(bad("amount", "A payout is of more than nothing."));
    }
    cover::withdraw(world, asked.did, amount, currency)?;
    let rows = vec![
        (asked.did.clone(), amount.negated()),
        (world.node.clone(), amount),
    ];
    let parties = (asked.did, world.node);
    let posting = Posting::moves(&payout, "payout", parties, (amount, currency), rows);
    Ok(Consequences {
        drafts: posting.drafts(world)?,
        reply: json!({ "payment": payout.as_str() }),
        ..Consequences::none()
    })
}

/// The owner has paid it, or refuses to: then it is credit again.
pub(super) fn close(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    owners_only(world, asked)?;
    let nothing = || refuse(RefusalKind::NotFound, "There is no such payout.").field("ref");
    let payout = asked.reference.ok_or_else(nothing)?;
    let found = reads::withdrawal(world.db, world.node, payout.as_str())?.ok_or_else(nothing)?;
    let fact = fact_with(asked, &["amount", "currency", "paid"])?;
    if amount(fact)? != found.amount || currency(fact)? != found.currency {
        let wanted = found.amount.display(found.currency);
        return Err(bad("amount", format!("This payout is of {wanted}.")));
    }
    if found.status != "asked" {
        return Err(conflict(
            "closed",
            "This payout is paid or refused already.",
        ));
    }
    let (kind, rows) = match fact.int("paid") {
        Some(1) => ("paid-out", Vec::new()),
        Some(0) => {
            let rows = vec![
                (world.node.clone(), found.amount.negated()),
                (found.did.clone(), found.amount),
            ];
            ("unpaid", rows)
        }
        _ => return Err(bad("paid", "paid is 1 (it is paid) or 0 (it is refused).")),
    };
    let parties = (&found.did, world.node);
    let posting = Posting::moves(payout, kind, parties, (found.amount, found.currency), rows);
    let mut drafts = posting.drafts(world)?;
    if world.takes_entries(&found.did) {
        drafts.push(draft(
            &found.did,
            ops::PAID_OUT,
            payout,
            None,
            Some(fact.clone()),
        ));
    }
    Ok(Consequences {
        drafts,
        reply: json!({ "payment": payout.as_str() }),
        ..Consequences::none()
    })
}

/// The owner lets an account spend more than it has, at the owner's own risk.
pub(super) fn limit(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    no_ref(asked)?;
    owners_only(world, asked)?;
    let fact = fact_with(asked, &["account", "currency", "limit", "until"])?;
    let account = fact.id("account").and_then(IdText::to_did);
    let account = account.ok_or_else(|| bad("account", "account must be a did:imajin."))?;
    let limit = fact.int("limit").filter(|units| *units >= 0);
    if limit.and_then(|units| Minor::new(units).ok()).is_none() {
        return Err(bad("limit", "limit must be 0 or more minor units (cents)."));
    }
    currency(fact)?;
    if fact.int("until").is_none() {
        return Err(bad("until", "until must be a time in milliseconds."));
    }
    let draft = draft(
        world.node,
        ops::LIMITED,
        &id(account.as_str())?,
        None,
        Some(fact.clone()),
    );
    Ok(Consequences {
        drafts: vec![draft],
        reply: json!({}),
        ..Consequences::none()
    })
}

/// The bank took back what the owner had confirmed as a top-up: a lost dispute.
pub(super) fn reversed(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    owners_only(world, asked)?;
    let nothing = || refuse(RefusalKind::NotFound, "There is no such top-up.").field("ref");
    let payment = asked.reference.ok_or_else(nothing)?;
    let sold = reads::payment(world.db, world.node, payment.as_str())?;
    let sold = sold
        .filter(|sold| sold.rail == "topup")
        .ok_or_else(nothing)?;
    // Of a card the provider tells it, and would tell it again.
    let hold = reads::hold(world.db, world.node, payment.as_str())?;
    if hold.is_some_and(|hold| hold.rail != Rail::Emt) {
        return Err(nothing());
    }
    let fact = fact_with(asked, &["amount", "currency"])?;
    let amount = amount(fact)?;
    if currency(fact)? != sold.currency || amount.is_zero() {
        return Err(bad(
            "amount",
            format!("This was paid in {}.", sold.currency),
        ));
    }
    if amount > sold.left() {
        let left = sold.left().display(sold.currency);
        return Err(
            conflict("too-much", format!("Of this top-up {left} are left.")).field("amount"),
        );
    }
    lost::lost(world, payment, &sold, amount, None)
}
