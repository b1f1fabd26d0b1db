//! Paying: from credit on this node, or nothing for what is free.

use imajin_dfos::Value;
use imajin_ledger::{Draft, Refusal};
use imajin_protocol::attestation::kind::{CUSTOMER, TRANSACTION_SETTLED};
use imajin_protocol::fair::{Digest, Signed, follow, followed};
use imajin_protocol::settlement::{
    Division, Enclosed, FeeParties, Order, Receipt, SettlementError, divide,
};
use imajin_protocol::{Did, FactValue, IdText, Minor};
use imajin_service::sale::Terms;
use serde_json::json;

use super::posting::{Posting, draft};
use super::{Asked, Consequences, World, conflict, cover, fact_of, id, of_did, release, terms};
use crate::shelf::{self, Shelf};
use crate::{ops, projection, reads};

/// What of a payment moves on this node, and when that is free.
pub(super) struct Moves {
    /// Row 0: where the money comes from; then each part.
    pub(super) rows: Vec<(Did, Minor)>,
    /// What the payee owes of the parts.
    pub(super) debts: Vec<(Did, Minor)>,
    /// What of it went to somebody's own account with the provider; of payments that were begun before parts were held.
    pub(super) out: Option<(Did, Minor)>,
    /// `free_at` and `about`, for the books.
    pub(super) release: Vec<(&'static str, FactValue)>,
}

impl Moves {
    /// All parts, out of one account.
    pub(super) fn all(source: Did, amount: Minor, found: &Divided) -> Self {
        let mut rows = Vec::with_capacity(1 + found.division.recipients.len());
        if !amount.is_zero() {
            rows.push((source, amount.negated()));
            rows.extend(found.division.recipients.iter().cloned());
        }
        Self {
            rows,
            debts: Vec::new(),
            out: None,
            release: Vec::new(),
        }
    }
}

/// How long what somebody was shown holds: an hour.
const QUOTE_MS: i64 = 3600 * 1000;
/// How far the time of an entry may run ahead of the clock: entries of a log made within one millisecond get the next ones.
const AHEAD_MS: i64 = 50;

/// An order with everything that it was divided by.
pub(super) struct Divided {
    pub(super) division: Division,
    pub(super) receipt: Receipt,
    pub(super) follows: Digest,
    /// Who signed the manifests that the money follows.
    pub(super) signers: Vec<Did>,
}

/// Divides what is to be paid, along the manifests as they are now.
pub(super) fn divided(
    world: &World<'_>,
    payer: &Did,
    terms: &Terms,
    payment: &IdText,
    rail: &str,
) -> Result<Divided, Refusal> {
    let root = shelf::signed(world.db, world.logs, terms.manifest.clone())?;
    let shelf = Shelf::gather(world.db, world.logs, root.manifest(), quoted(world, terms)?)?;
    divided_by(world, payer, terms, payment, rail, &root, &shelf)
}

/// As of when manifests count: a quote holds for an hour, so that nobody blocks a sale by publishing meanwhile.
fn quoted(world: &World<'_>, terms: &Terms) -> Result<i64, Refusal> {
    let now = world.now.as_millis();
    let at = terms.quoted.map_or(now, |at| at.as_millis());
    match (now - QUOTE_MS..=now).contains(&at) {
        true => Ok(at + AHEAD_MS),
        false => Err(conflict(
            "changed",
            "You looked at this more than an hour ago: look again, and agree to it anew.",
        )
        .field("quoted")),
    }
}

/// Divides what is to be paid, along these manifests.
pub(super) fn divided_by(
    world: &World<'_>,
    payer: &Did,
    terms: &Terms,
    payment: &IdText,
    rail: &str,
    root: &Signed,
    shelf: &Shelf,
) -> Result<Divided, Refusal> {
    if *root.signer() != terms.seller {
        let text = format!("The seller is who signed the manifest: {}.", root.signer());
        return Err(super::bad("seller", text));
    }
    if *payer == terms.seller {
        return Err(super::bad("seller", "One cannot pay oneself."));
    }
    let (schedule, network) = projection::fee_schedule(world.db, world.node)?;
    let profile = schedule.at(world.now);
    let parties = FeeParties {
        protocol: network,
        node: world.node.clone(),
    };
    let order = Order {
        id: payment.clone(),
        payer: payer.clone(),
        seller: terms.seller.clone(),
        gross: terms.amount,
        currency: terms.currency,
        service: terms.service.clone(),
        kind: terms.kind.clone(),
        rail: id(rail)?,
    };
    // What is pinned does not depend on the amount, so that a free ticket names the same manifests as a dear one.
    let whole = follow(Minor::MAX, root, shelf).map_err(|error| cannot(error.into()))?;
    let follows = Digest::of_all(&followed(root, &whole));
    // All of them are kept, also where this amount is too small for somebody to get any of it.
    let used = followed(root, &whole);
    let mut manifests = vec![root];
    manifests.extend(
        used[1..]
            .iter()
            .filter_map(|digest| shelf.of_digest(digest)),
    );
    // Money follows only what is pinned; otherwise the holder of a receipt could not do the sum again: a small amount
    // might follow what a larger one cannot.
    let pinned = Enclosed::new(manifests.iter().copied());
    let division = divide(&order, root, &profile, &parties, &pinned).map_err(cannot)?;
    let signers = manifests.iter().map(|signed| signed.signer().clone());
    let signers = signers.collect();
    let receipt = Receipt::new(
        world.now,
        order,
        profile,
        parties,
        &manifests,
        division.clone(),
    );
    Ok(Divided {
        division,
        receipt,
        follows,
        signers,
    })
}

fn cannot(error: SettlementError) -> Refusal {
    conflict("manifest", format!("This cannot be paid: {error}.")).field("manifest")
}

/// How an order would be divided, what pins its manifests, and who its seller is: for who has not signed yet.
pub(crate) fn division(
    world: &World<'_>,
    payer: &Did,
    terms: &Terms,
) -> Result<(Division, Digest, Did), Refusal> {
    let root = shelf::signed(world.db, world.logs, terms.manifest.clone())?;
    let seller = root.signer().clone();
    let terms = Terms {
        seller: seller.clone(),
        ..terms.clone()
    };
    let preview = id("pay_preview")?;
    let shelf = Shelf::gather(
        world.db,
        world.logs,
        root.manifest(),
        quoted(world, &terms)?,
    )?;
    let found = divided_by(
        world,
        payer,
        &terms,
        &preview,
        rail_of(&terms),
        &root,
        &shelf,
    )?;
    Ok((found.division, found.follows, seller))
}

fn rail_of(terms: &Terms) -> &'static str {
    match terms.amount.is_zero() {
        true => "free",
        false => terms.rail.as_str(),
    }
}

/// What was signed is what happens: the same manifests, all the way down.
pub(super) fn check_pins(terms: &Terms, now: Digest) -> Result<(), Refusal> {
    if terms.follows == now {
        return Ok(());
    }
    Err(conflict(
        "changed",
        "Who gets what has changed since you looked: look again, and agree to it anew.",
    )
    .field("follows"))
}

pub(super) fn settle(
    world: &World<'_>,
    asked: &Asked<'_>,
    payment: IdText,
) -> Result<Consequences, Refusal> {
    let terms = terms::read(asked)?;
    let rail = rail_of(&terms);
    let found = divided(world, asked.did, &terms, &payment, rail)?;
    check_pins(&terms, found.follows)?;
    cover::spend(world, asked.did, terms.amount, terms.currency)?;
    let free_at = release::free_at(world, &terms.release, None)?;
    let mut moves = Moves::all(asked.did.clone(), terms.amount, &found);
    moves.release = release::members(&terms.release, free_at);
    let mut all = entered(world, asked.did, &terms, &payment, rail, moves, &found)?;
    // What is held may go back: the node attests it when it is free.
    if free_at <= world.now.as_millis() && !terms.amount.is_zero() {
        all.attested = attested(world, asked.did, &terms.seller)?;
    }
    Ok(all)
}

/// The entries of a payment: receipts, credits and the books.
pub(super) fn entered(
    world: &World<'_>,
    payer: &Did,
    terms: &Terms,
    payment: &IdText,
    rail: &'static str,
    moves: Moves,
    found: &Divided,
) -> Result<Consequences, Refusal> {
    let receipt = found.receipt.with_debts(&moves.debts);
    let mut drafts = receipts(world, payer, terms, payment, &receipt)?;
    let posting = Posting {
        payment,
        kind: rail,
        sold: Some((&terms.service, &terms.kind)),
        payer,
        seller: &terms.seller,
        currency: terms.currency,
        amount: terms.amount,
        rows: moves.rows,
        more: moves.release,
        debts: moves.debts,
        legs: Vec::new(),
        out: moves.out,
    };
    drafts.extend(posting.drafts(world)?);
    Ok(Consequences {
        drafts,
        attested: Vec::new(),
        reply: json!({ "payment": payment.as_str(), "paid": true }),
    })
}

/// What the node says of a payment whose money is free, to those who have a record here.
pub(super) fn attested(
    world: &World<'_>,
    payer: &Did,
    seller: &Did,
) -> Result<Vec<(Did, &'static str)>, Refusal> {
    let both = [payer, seller].into_iter();
    let mut said: Vec<_> = both
        .filter(|did| world.takes_entries(did))
        .map(|did| (did.clone(), TRANSACTION_SETTLED))
        .collect();
    let is_first = !reads::has_paid(world.db, world.node, payer, seller)?;
    if is_first && world.takes_entries(payer) {
        said.push((payer.clone(), CUSTOMER));
    }
    Ok(said)
}

fn receipts(
    world: &World<'_>,
    payer: &Did,
    terms: &Terms,
    payment: &IdText,
    receipt: &Receipt,
) -> Result<Vec<Draft>, Refusal> {
    let text = receipt.to_text();
    let both = [payer, &terms.seller];
    let mut drafts = Vec::with_capacity(both.len());
    for did in both.into_iter().filter(|did| world.takes_entries(did)) {
        let fact = fact_of([
            ("amount", terms.amount.get().into()),
            ("currency", id(terms.currency.code())?.into()),
            ("payer", of_did(payer)?.into()),
            ("seller", of_did(&terms.seller)?.into()),
        ])?;
        let body = Value::map([("receipt", Value::from(text.as_str()))]);
        drafts.push(draft(did, ops::RECEIPT, payment, Some(body), Some(fact)));
    }
    Ok(drafts)
}
