//! Entries of a payment that is made: receipts, credits and the books.

use imajin_app::operation::Operation;
use imajin_ledger::{Draft, Refusal};
use imajin_protocol::attestation::kind::{CUSTOMER, TRANSACTION_SETTLED};
use imajin_protocol::settlement::Receipt;
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::Terms;
use serde_json::json;

use super::books::{HoldPeriod, Posting};
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

/// The amounts of a payment that move on this node, and the time until which they are held.
pub(super) struct Moves {
    /// The rows: row 0 is the source of the money, then each part.
    pub(super) rows: Vec<(Did, Minor)>,
    /// The payee's debts for the parts.
    pub(super) debts: Vec<(Did, Minor)>,
    /// The amount that the provider passed on to the seller's own account; of payments from before parts were held.
    pub(super) out: Option<(Did, Minor)>,
    /// Time until which the parts are held; `None` where none are.
    pub(super) held: Option<HoldPeriod>,
}

impl Moves {
    /// Returns moves of all parts out of one account.
    pub(super) fn all(source: Did, amount: Minor, found: &Divided) -> Self {
        let mut rows = Vec::with_capacity(1 + found.division.recipients.len());
        if !amount.is_zero() {
            rows.push((source, amount.negated()));
            rows.extend(found.division.recipients.iter().cloned());
        }
        Self { rows, debts: Vec::new(), out: None, held: None }
    }
}

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
    let parties = (payer, &terms.seller);
    let posting = Posting {
        sold: Some((&terms.service, &terms.kind)),
        held: moves.held,
        debts: moves.debts,
        out: moves.out,
        ..Posting::moves(payment, rail, parties, (terms.amount, terms.currency), moves.rows)
    };
    drafts.extend(posting.drafts(world)?);
    let reply = json!({ "payment": payment.as_str(), "paid": true });
    Ok(Consequences::new(payment, drafts).replying(reply))
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

fn receipts(
    world: &World<'_>,
    payer: &Did,
    terms: &Terms,
    payment: &IdText,
    receipt: &Receipt,
) -> Result<Vec<Draft>, Refusal> {
    let entry = PaymentReceipt {
        payment: payment.clone(),
        amount: terms.amount,
        currency: terms.currency,
        payer: payer.clone(),
        seller: terms.seller.clone(),
        receipt: Document(receipt.to_text()),
    };
    let mut drafts = Vec::with_capacity(2);
    for did in [payer, &terms.seller] {
        world.add(&mut drafts, did, &entry)?;
    }
    Ok(drafts)
}
