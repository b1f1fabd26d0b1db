//! Payments from credit on this node, and free ones.

use imajin_app::operation::{BeforeSubmit, Nested, Operation, Reasons, Refused, Request};
use imajin_app::{Problem, refuse_if};
use imajin_ledger::Refusal;
use imajin_selling::{ATTESTED, CREDIT, POSTED, RECEIPT, Rail};
use serde_json::Value as Json;

use super::budget::Budget;
use super::cover::{self, Uncovered};
use super::division::{DivisionRefusal, divided, rail_of};
use super::fields::Note;
use super::receipts::{all_parts, attested, entered, sale};
use super::release;
use super::terms::{Conditions, Purchase, TermsRefusal};
use super::world::{Case, Movement, Outcome, World};
use crate::attest::{Prepared, new_id};
use crate::manifests::Source;
use crate::till;

/// Pays a seller from credit on this node, or nothing for what is free.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.settle",
    authority = OwnKey,
    undo = Money,
    erasable_by = Author,
    derives = [RECEIPT, CREDIT, POSTED, ATTESTED],
    refusal = SettleRefusal,
    prepared = Prepared,
    nested
)]
pub(crate) struct Settle {
    #[group]
    pub(crate) purchase: Purchase,
    #[group]
    pub(crate) conditions: Conditions,
    /// A note to yourself, of at most 500 bytes.
    pub(crate) memo: Option<Note<500>>,
}

#[derive(Debug, Reasons)]
pub(crate) enum SettleRefusal {
    #[refused(all)]
    Terms(TermsRefusal),
    #[refused(all)]
    Division(DivisionRefusal),
    /// The seller has no record on this box, so it cannot be paid to them here.
    #[refused(Conflict, reason = "seller")]
    NoSeller,
    #[refused(all)]
    Uncovered(Uncovered),
}

impl Movement for Settle {
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<SettleRefusal> {
        let terms = self.purchase.terms(&self.conditions, Rail::Ledger, case);
        let terms = terms.map_err(Refused::widen)?;
        let (payer, rail) = (case.owner, rail_of(&terms));
        let division =
            divided(world, payer, &terms, case.payment, rail, Source::new(case.is_nested))
                .map_err(Refused::widen)?;
        // Nobody could spend or refund the money here once its owner lives elsewhere.
        refuse_if!(!world.takes_entries(&terms.seller), SettleRefusal::NoSeller);
        cover::spend(world, payer, terms.amount, terms.currency).map_err(Refused::widen)?;
        let held = release::held(world, &terms.release, None)?;
        let is_free = held.free_at <= world.now;
        let rows = all_parts(payer, terms.amount, &division);
        let mut sale = sale(payer, &terms, case.payment, rail, rows);
        sale.held = Some(held);
        let mut all = entered(world, &sale, &division)?;
        // Held parts may be refunded: the node attests the payment when they become free.
        if is_free && !terms.amount.is_zero() {
            all.attested = attested(world, payer, &terms.seller)?;
        }
        Ok(all)
    }
}

impl BeforeSubmit for Settle {
    fn before_submit(&self, request: &Request<'_>) -> Result<Prepared, Problem> {
        let (node, payer, seller) = (request.node, request.owner, &self.purchase.seller);
        till::may_sell(node, None)?;
        let id = new_id(node)?;
        if !self.purchase.amount.get().is_zero() {
            return Prepared::sign(node, &id, payer, seller);
        }
        Budget::free().check(node, payer, seller)?;
        Ok(Prepared::new(&id))
    }
}

impl Nested for Settle {
    fn prepared_by_caller(args: &Json) -> Result<Prepared, Refusal> {
        Prepared::read(args)
    }
}
