//! Paying: from credit on this node, or nothing for what is free.

use imajin_dfos::Value;
use imajin_ledger::{Draft, Refusal, RefusalKind};
use imajin_protocol::attestation::kind::{CUSTOMER, TRANSACTION_SETTLED};
use imajin_protocol::fair::{Digest, Signed, follow, followed};
use imajin_protocol::settlement::{Division, FeeParties, Order, Receipt, SettlementError, divide};
use imajin_protocol::{Did, IdText, Minor};
use imajin_service::sale::Terms;
use serde_json::json;

use super::posting::{Posting, draft};
use super::{Asked, Consequences, World, conflict, fact_of, id, of_did, refuse, terms};
use crate::shelf::{self, Shelf};
use crate::{ops, projection, reads};

/// Where the money of a payment comes from.
pub(super) struct Source {
    /// Who owes what the others get: the payer, or whoever has the payer's money already.
    pub(super) did: Did,
    /// What of it goes to somebody's own account with the provider.
    pub(super) out: Option<(Did, Minor)>,
}

impl Source {
    /// From somebody, with all of it owed here.
    pub(super) fn of(did: Did) -> Self {
        Self { did, out: None }
    }
}

/// An order with everything that it was divided by.
pub(super) struct Divided {
    pub(super) division: Division,
    pub(super) receipt: Receipt,
    pub(super) follows: Digest,
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
    let shelf = Shelf::gather(world.db, world.logs, root.manifest())?;
    divided_by(world, payer, terms, payment, rail, &root, &shelf)
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
    let division = divide(&order, root, &profile, &parties, shelf).map_err(cannot)?;
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
    let shelf = Shelf::gather(world.db, world.logs, root.manifest())?;
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
    let balance = reads::balance(world.db, world.node, asked.did, terms.currency)?;
    if !terms.amount.is_zero() && balance < terms.amount {
        let text = format!(
            "Your credit on this box is {}, and this costs {}. Top it up, or pay another way.",
            balance.display(terms.currency),
            terms.amount.display(terms.currency)
        );
        let extra = json!({ "balance": balance, "needed": terms.amount });
        return Err(refuse(RefusalKind::PaymentRequired, text).extra(extra));
    }
    let source = Source::of(asked.did.clone());
    entered(world, asked.did, &terms, &payment, rail, source, found)
}

/// The entries of a payment: receipts, credits, the books, and what the node attests of it.
pub(super) fn entered(
    world: &World<'_>,
    payer: &Did,
    terms: &Terms,
    payment: &IdText,
    rail: &'static str,
    source: Source,
    found: Divided,
) -> Result<Consequences, Refusal> {
    let mut drafts = receipts(world, payer, terms, payment, &found)?;
    let mut rows = Vec::with_capacity(1 + found.division.recipients.len());
    if !terms.amount.is_zero() {
        rows.push((source.did, terms.amount.negated()));
        rows.extend(found.division.recipients.iter().cloned());
    }
    let posting = Posting {
        payment,
        kind: rail,
        sold: Some((&terms.service, &terms.kind)),
        payer,
        seller: &terms.seller,
        currency: terms.currency,
        amount: terms.amount,
        rows,
        out: source.out,
    };
    drafts.extend(posting.drafts(world)?);
    Ok(Consequences {
        drafts,
        attested: attested(world, payer, terms)?,
        reply: json!({ "payment": payment.as_str(), "paid": true }),
    })
}

/// What the node says of a payment, to those who have a record here.
fn attested(
    world: &World<'_>,
    payer: &Did,
    terms: &Terms,
) -> Result<Vec<(Did, &'static str)>, Refusal> {
    if terms.amount.is_zero() {
        return Ok(Vec::new());
    }
    let both = [payer, &terms.seller].into_iter();
    let mut said: Vec<_> = both
        .filter(|did| world.takes_entries(did))
        .map(|did| (did.clone(), TRANSACTION_SETTLED))
        .collect();
    let is_first = !reads::has_paid(world.db, world.node, payer, &terms.seller)?;
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
    found: &Divided,
) -> Result<Vec<Draft>, Refusal> {
    let text = found.receipt.to_text();
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
