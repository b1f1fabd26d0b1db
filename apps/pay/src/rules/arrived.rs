//! Payments from outside, when they are there: by the payee's word (an e-transfer), or by the provider's, which the node
//! repeats.
//!
//! Always: what was agreed to is what is divided: by the manifests as they were when it was begun.

use imajin_ledger::{Draft, Refusal, RefusalKind};
use imajin_protocol::fair::{Digest, Manifest};
use imajin_protocol::money;
use imajin_protocol::{Did, IdText, Minor};
use imajin_service::sale::{Rail, Release, Terms};
use serde_json::json;

use super::posting::Posting;
use super::settle::{Divided, Moves, divided_by, entered};
use super::terms::{amount, currency};
use super::{Asked, Consequences, World, bad, conflict, debts, fact_with, refuse, release};
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
    // A top-up is the owner's own word, however late the money came.
    if world.now.as_millis() > hold.until && !hold.is_credit(world.node) {
        return Err(conflict(
            "expired",
            "This e-transfer was waited for 72 hours and is off. If the money came after all, send it back, or let them begin again.",
        ));
    }
    match hold.is_credit(world.node) {
        true => credit(world, payment, &hold, None),
        false => by_hand(world, payment, &hold),
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
    let not_before = fact.int("free_at");
    if hold.is_credit(world.node) {
        return credit(world, payment, &hold, not_before);
    }
    let (terms, found) = sold(world, payment, &hold)?;
    let mut moves = Moves::all(world.node.clone(), terms.amount, &found);
    moves.out = hold.passed_on();
    // What the provider passed on before parts were held is out of reach already, and nothing of it is held.
    if moves.out.is_none() {
        let free_at = release::free_at(world, &terms.release, not_before)?;
        moves.release = release::members(&terms.release, free_at);
    }
    let rail = hold.rail.as_str();
    entered(world, &hold.payer, &terms, payment, rail, moves, &found)
}

/// By the payee's word, who has the money in the bank: no credit is made. Of what the others get, as much as the payee has
/// free moves to them, and is held; the rest the payee owes them.
fn by_hand(world: &World<'_>, payment: &IdText, hold: &Hold) -> Result<Consequences, Refusal> {
    let (terms, found) = sold(world, payment, hold)?;
    let payee = &terms.seller;
    let recipients = found.division.recipients.iter();
    let others: Vec<_> = recipients
        .filter(|(did, _)| did != payee)
        .cloned()
        .collect();
    let wrong = |error: String| refuse(RefusalKind::TooLarge, error);
    let all = Minor::sum(others.iter().map(|(_, part)| *part))
        .map_err(|error| wrong(error.to_string()))?;
    let free = reads::free(
        world.db,
        world.node,
        payee,
        terms.currency,
        world.now.as_millis(),
    )?;
    let moved = all.min(free.max(Minor::ZERO));
    let nothing = vec![Minor::ZERO; others.len()];
    let parts: Vec<Minor> = others.iter().map(|(_, part)| *part).collect();
    let parts = money::refund(&parts, &nothing, moved).map_err(|error| wrong(error.to_string()))?;
    let mut moves = Moves {
        rows: vec![(payee.clone(), moved.negated())],
        debts: Vec::new(),
        out: None,
        release: release::members(
            &terms.release,
            release::free_at(world, &terms.release, None)?,
        ),
    };
    for ((did, whole), part) in others.into_iter().zip(parts) {
        let owed =
            Minor::new(whole.get() - part.get()).map_err(|error| wrong(error.to_string()))?;
        if !owed.is_zero() {
            moves.debts.push((did.clone(), owed));
        }
        moves.rows.push((did, part));
    }
    let debts = moves.debts.clone();
    let rail = hold.rail.as_str();
    let mut all = entered(world, &hold.payer, &terms, payment, rail, moves, &found)?;
    all.drafts
        .extend(owed(world, payment, &terms, &found, &debts)?);
    Ok(all)
}

/// The lines of what the payee owes: in the payee's record, and in those of creditors who signed a manifest of it.
fn owed(
    world: &World<'_>,
    payment: &IdText,
    terms: &Terms,
    found: &Divided,
    owed: &[(Did, Minor)],
) -> Result<Vec<Draft>, Refusal> {
    let sum = Minor::sum(owed.iter().map(|(_, amount)| *amount));
    let sum = sum.map_err(|error| refuse(RefusalKind::TooLarge, error.to_string()))?;
    if sum.is_zero() {
        return Ok(Vec::new());
    }
    let mut lines = vec![(&terms.seller, sum)];
    let signed = owed.iter().filter(|(did, _)| found.signers.contains(did));
    lines.extend(signed.map(|(did, amount)| (did, *amount)));
    lines
        .into_iter()
        .filter(|(did, _)| world.takes_entries(did))
        .map(|(did, amount)| debts::line(did, payment, &terms.seller, amount, terms.currency))
        .collect()
}

fn credit(
    world: &World<'_>,
    payment: &IdText,
    hold: &Hold,
    not_before: Option<i64>,
) -> Result<Consequences, Refusal> {
    let release = Release::default();
    let free_at = release::free_at(world, &release, not_before)?;
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
        more: release::members(&release, free_at),
        debts: Vec::new(),
        legs: Vec::new(),
        out: None,
    };
    Ok(Consequences {
        drafts: posting.drafts(world)?,
        reply: json!({ "payment": payment.as_str(), "paid": true }),
        ..Consequences::none()
    })
}

/// What is sold by a payment that came, and how it is divided.
fn sold(world: &World<'_>, payment: &IdText, hold: &Hold) -> Result<(Terms, Divided), Refusal> {
    let (terms, shelf) = agreed(world, payment, hold)?.ok_or_else(|| {
        conflict(
            "erased",
            "What was sold is not in the seller's record any more: give the money back.",
        )
    })?;
    let root = shelf::published(world.logs, terms.manifest.clone())?;
    let rail = hold.rail.as_str();
    let found = divided_by(world, &hold.payer, &terms, payment, rail, &root, &shelf)?;
    Ok((terms, found))
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
        release: hold.release.clone(),
        quoted: None,
    };
    Ok(Some((terms, shelf)))
}
