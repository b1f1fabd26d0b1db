//! Entries of a payment that is made: receipts, credits and the books.

use imajin_app::operation::Operation;
use imajin_ledger::Refusal;
use imajin_protocol::attestation::kind::{CUSTOMER, TRANSACTION_SETTLED};
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::Terms;
use serde_json::json;

use super::books::Posting;
use super::division::Divided;
use super::fields::Document;
use super::world::{Consequences, World};
use crate::attest::AttestationRequest;
use crate::queries;

/// The receipt of a payment, in the logs of payer and seller.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.receipt",
    authority = Derived,
    erasable_by = LogOwner,
    bound = Receipt
)]
pub(crate) struct PaymentReceipt {
    /// The payment.
    #[reference]
    payment: IdText,
    /// How much, in minor units.
    #[fact]
    amount: Minor,
    /// In which currency.
    #[fact]
    currency: Currency,
    /// The payer.
    #[fact]
    payer: Did,
    /// The seller.
    #[fact]
    seller: Did,
    /// The receipt's text: the order, its manifests, and every share of it.
    receipt: Document,
}

/// Returns the rows of all parts of a payment out of one account.
pub(super) fn all_parts(source: &Did, amount: Minor, found: &Divided) -> Vec<(Did, Minor)> {
    let mut rows = Vec::with_capacity(1 + found.division.recipients.len());
    if !amount.is_zero() {
        rows.push((source.clone(), amount.negated()));
        rows.extend(found.division.recipients.iter().cloned());
    }
    rows
}

/// Returns the posting of a payment.
pub(super) fn sale<'a>(
    payer: &'a Did,
    terms: &'a Terms,
    payment: &'a IdText,
    rail: &'static str,
    rows: Vec<(Did, Minor)>,
) -> Posting<'a> {
    let (parties, what) = ((payer, &terms.seller), (terms.amount, terms.currency));
    Posting {
        sold: Some((&terms.service, &terms.kind)),
        ..Posting::moves(payment, rail, parties, what, rows)
    }
}

/// Returns the consequences of a payment ([`sale`]).
pub(super) fn entered(
    world: &World<'_>,
    sale: &Posting<'_>,
    found: &Divided,
) -> Result<Consequences, Refusal> {
    let receipt = PaymentReceipt {
        payment: sale.payment.clone(),
        amount: sale.amount,
        currency: sale.currency,
        payer: sale.payer.clone(),
        seller: sale.seller.clone(),
        receipt: Document(found.receipt.with_debts(&sale.debts).to_text()),
    };
    let mut drafts = Vec::new();
    for did in [sale.payer, sale.seller] {
        world.add(&mut drafts, did, &receipt)?;
    }
    drafts.extend(sale.drafts(world)?);
    let reply = json!({ "payment": sale.payment.as_str(), "paid": true });
    Ok(Consequences::new(sale.payment, drafts).replying(reply))
}

/// Returns the attestations of a payment whose money is free, for parties who have a record here.
pub(super) fn attested(
    world: &World<'_>,
    payer: &Did,
    seller: &Did,
) -> Result<Vec<AttestationRequest>, Refusal> {
    let both = [payer, seller].into_iter();
    let mut attestations: Vec<_> = both
        .filter(|did| world.takes_entries(did))
        .map(|did| (did.clone(), TRANSACTION_SETTLED))
        .collect();
    let is_first = !queries::has_paid(world.db, world.node, payer, seller)?;
    if is_first && world.takes_entries(payer) {
        attestations.push((payer.clone(), CUSTOMER));
    }
    Ok(attestations)
}
