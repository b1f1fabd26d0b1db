//! Payments from outside, when they are there: by the payee's word (an e-transfer), or by the provider's, which the node
//! repeats.
//!
//! Always: what was agreed to is what is divided: by the manifests as they were when it was begun.

use imajin_ledger::{Refusal, RefusalKind};
use imajin_protocol::fair::{Digest, Manifest};
use imajin_protocol::{Did, IdText, Minor};
use imajin_service::sale::{Rail, Terms};
use serde_json::json;

use super::posting::Posting;
use super::settle::{Source, divided_by, entered};
use super::terms::{amount, currency};
use super::{Asked, Consequences, World, bad, conflict, fact_with, refuse};
use crate::reads::Hold;
use crate::shelf::{self, Shelf};
use crate::{ops, reads};

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
    let hold = reads::hold(world.db, world.node, payment.as_str())?;
    let hold = hold
        .filter(|hold| hold.rail == Rail::Emt)
        .ok_or_else(nothing)?;
    // Who keeps the node has its money; nobody else learns that there is such a payment.
    let may = match hold.is_credit(world.node) {
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
    if world.now.as_millis() > hold.until {
        return Err(conflict(
            "expired",
            "This e-transfer was waited for 72 hours and is off. If the money came after all, send it back, or let them begin again.",
        ));
    }
    match hold.is_credit(world.node) {
        true => credit(world, payment, &hold),
        // The seller has the whole sum in the bank, so it is the seller who owes everybody else's share.
        false => sale(world, payment, &hold, Source::of(asked.did.clone())),
    }
}

/// The provider's word that it has the money.
pub(super) fn paid(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    let nothing = || refuse(RefusalKind::NotFound, "No such payment is waited for.");
    let payment = asked.reference.ok_or_else(nothing)?;
    let hold = reads::hold(world.db, world.node, payment.as_str())?.ok_or_else(nothing)?;
    if hold.done {
        return Err(conflict("paid", "This is paid already."));
    }
    let fact = asked.fact.ok_or_else(nothing)?;
    if amount(fact)? != hold.amount || currency(fact)? != hold.currency {
        return Err(bad("amount", "This is not what was to be paid."));
    }
    if hold.is_credit(world.node) {
        return credit(world, payment, &hold);
    }
    let source = Source {
        did: world.node.clone(),
        // What the provider passes on to the seller's own account is not the node's to owe.
        out: hold.passed_on(),
    };
    sale(world, payment, &hold, source)
}

fn credit(world: &World<'_>, payment: &IdText, hold: &Hold) -> Result<Consequences, Refusal> {
    let posting = Posting {
        payment,
        kind: "topup",
        sold: None,
        payer: &hold.payer,
        seller: world.node,
        currency: hold.currency,
        amount: hold.amount,
        rows: vec![
            (world.node.clone(), hold.amount.negated()),
            (hold.payer.clone(), hold.amount),
        ],
        out: None,
    };
    Ok(Consequences {
        drafts: posting.drafts(world)?,
        reply: json!({ "payment": payment.as_str(), "paid": true }),
        ..Consequences::none()
    })
}

fn sale(
    world: &World<'_>,
    payment: &IdText,
    hold: &Hold,
    source: Source,
) -> Result<Consequences, Refusal> {
    let (terms, shelf) = agreed(world, payment, hold)?.ok_or_else(|| {
        conflict(
            "erased",
            "What was sold is not in the seller's record any more: give the money back.",
        )
    })?;
    let root = shelf::published(world.logs, terms.manifest.clone())?;
    let rail = hold.rail.as_str();
    let found = divided_by(world, &hold.payer, &terms, payment, rail, &root, &shelf)?;
    entered(world, &hold.payer, &terms, payment, rail, source, found)
}

/// What was agreed to, as the seller's record has it; none where they erased it.
fn agreed(
    world: &World<'_>,
    payment: &IdText,
    hold: &Hold,
) -> Result<Option<(Terms, Shelf)>, Refusal> {
    let expected = reads::about(world.db, &hold.payee, ops::EXPECTED, payment.as_str())?;
    let texts = expected
        .as_ref()
        .and_then(|entry| entry.body["manifests"].as_array());
    let manifests: Option<Vec<Manifest>> = texts.and_then(|texts| {
        let read = |text: &serde_json::Value| Manifest::parse(text.as_str()?).ok();
        texts.iter().map(read).collect()
    });
    let follows = hold.follows.as_deref().and_then(Digest::parse);
    let (Some(manifests), Some(follows)) = (manifests, follows) else {
        return Ok(None);
    };
    let Some((root, others)) = manifests.split_first() else {
        return Ok(None);
    };
    let shelf = Shelf::of(world.logs, others)?;
    let terms = Terms {
        amount: hold.amount,
        currency: hold.currency,
        seller: hold.payee.clone(),
        service: hold.service.clone(),
        kind: hold.kind.clone(),
        manifest: root.clone(),
        follows,
        rail: hold.rail,
    };
    Ok(Some((terms, shelf)))
}

/// What of a payment that is waited for will be the seller's own.
pub(crate) fn sellers_share(world: &World<'_>, hold: &Hold) -> Result<Minor, Refusal> {
    let Some((terms, shelf)) = agreed(world, &hold.payment, hold)? else {
        return Ok(Minor::ZERO);
    };
    let root = shelf::published(world.logs, terms.manifest.clone())?;
    let rail = hold.rail.as_str();
    let found = divided_by(
        world,
        &hold.payer,
        &terms,
        &hold.payment,
        rail,
        &root,
        &shelf,
    )?;
    let mut all = found.division.recipients.iter();
    let theirs = all.find(|(did, _)| *did == terms.seller);
    Ok(theirs.map_or(Minor::ZERO, |(_, amount)| *amount))
}

/// Whose payment a confirmation or a provider's word is about, for what the node signs of it beforehand.
pub(crate) fn parties(hold: &Hold, node: &Did) -> Option<(Did, Did)> {
    (!hold.is_credit(node)).then(|| (hold.payer.clone(), hold.payee.clone()))
}
