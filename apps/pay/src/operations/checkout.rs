//! Payments from outside, before they arrive: a person commits to pay, and the node waits for the money. Nothing is
//! paid until the money arrives; an order that waits too long is cancelled.

use imajin_app::operation::{
    BeforeSubmit, List, Nested, Operation, Reasons, Refused, Request, draft,
};
use imajin_app::{Node, Problem, refuse_if};
use imajin_ledger::Refusal;
use imajin_protocol::{Currency, Did, IdText};
use imajin_selling::{EXPECTED, HELD, PENDING, Rail, Terms};
use serde_json::Value as Json;

use super::awaited::{self, Awaited, AwaitedPayment};
use super::budget::Budget;
use super::division::{DivisionRefusal, divided};
use super::fields::{AgreedTo, Amount, Document, Note, OutsideRail};
use super::terms::{Conditions, Purchase, TermsRefusal};
use super::world::{Case, Movement, Outcome, World};
use crate::attest::{Prepared, new_id};
use crate::manifests::Source;
use crate::till;

/// Maximum number of manifests that a payment's money follows.
const MANIFESTS_MAX: usize = imajin_protocol::fair::LINES_MAX + 1;

/// Maximum number of people in a payment who had deleted their records.
const GONE_MAX: usize = 4_096;

/// Begins a payment to a seller that comes from outside.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.checkout",
    authority = OwnKey,
    undo = Money,
    erasable_by = Author,
    derives = [PENDING, EXPECTED, HELD],
    refusal = CheckoutRefusal,
    prepared = Prepared,
    nested
)]
pub(crate) struct Checkout {
    #[group]
    pub(crate) purchase: Purchase,
    /// The way by which the money comes.
    #[fact]
    pub(crate) rail: OutsideRail,
    #[group]
    pub(crate) conditions: Conditions,
    /// A note to yourself, of at most 500 bytes.
    pub(crate) memo: Option<Note<500>>,
}

/// A payment to the seller is awaited, and these are the manifests that were agreed to.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.expected",
    authority = Derived,
    erasable_by = LogOwner,
    bound = Manifests
)]
pub(crate) struct Expected {
    /// The payment.
    #[reference]
    payment: IdText,
    /// How much, in minor units.
    #[fact]
    amount: Amount,
    /// In which currency.
    #[fact]
    currency: Currency,
    /// The payer.
    #[fact]
    payer: Did,
    /// The texts of all manifests that were agreed to, the work's own first.
    manifests: List<Document, 1, MANIFESTS_MAX>,
    /// The signatures of a work's makers.
    agreed: Option<AgreedTo>,
    /// The people named in them who had deleted their records: their shares go to the others.
    gone: Option<List<Did, 1, GONE_MAX>>,
}

#[derive(Debug, Reasons)]
pub(crate) enum CheckoutRefusal {
    #[refused(all)]
    Terms(TermsRefusal),
    #[refused(all)]
    Awaited(Awaited),
    #[refused(all)]
    Division(DivisionRefusal),
    /// The seller has no record on this box, so it cannot be paid to them here.
    #[refused(Conflict, reason = "seller")]
    NoSeller,
}

impl Movement for Checkout {
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<CheckoutRefusal> {
        let (payer, payment) = (case.owner, case.payment);
        let Purchase { amount, currency, .. } = self.purchase;
        let terms = self.purchase.terms(&self.conditions, self.rail.into(), case);
        let terms = terms.map_err(Refused::widen)?;
        awaited::expects_money(amount, currency, self.rail).map_err(Refused::widen)?;
        let (rail, source) = (terms.rail.as_str(), Source::new(case.is_nested));
        let division = divided(world, payer, &terms, payment, rail, source);
        let division = division.map_err(Refused::widen)?;
        refuse_if!(!world.takes_entries(&terms.seller), CheckoutRefusal::NoSeller);
        // All manifests of the agreement: the payment is divided by them even if others are published meanwhile.
        let manifests = division.receipt.manifests.iter().cloned().map(Document);
        let expected = Expected {
            payment: payment.clone(),
            amount,
            currency,
            payer: payer.clone(),
            manifests: List(manifests.collect()),
            agreed: self.conditions.agreed.clone(),
            gone: (!division.receipt.gone.is_empty()).then(|| List(division.receipt.gone.clone())),
        };
        let memo = awaited::memo(world, payment).map_err(Refused::widen)?;
        let held = AwaitedPayment {
            payment: payment.clone(),
            amount,
            currency,
            payer: payer.clone(),
            payee: terms.seller.clone(),
            follows: Some(terms.follows),
            rail: self.rail,
            service: terms.service.clone(),
            kind: terms.kind.clone(),
            until: awaited::until(world, terms.rail)?,
            memo: Some(memo),
            free_at: terms.release.free_at,
            about: terms.release.about.clone(),
        };
        let expected = draft(terms.seller.clone(), &expected)?;
        Ok(awaited::begun(world, &held, Some(expected))?)
    }
}

impl BeforeSubmit for Checkout {
    fn before_submit(&self, request: &Request<'_>) -> Result<Prepared, Problem> {
        till::may_sell(request.node, Some(Rail::from(self.rail)))?;
        Budget::orders(request.node, Self::NAME).check(
            request.node,
            request.owner,
            &self.purchase.seller,
        )?;
        Ok(Prepared::new(&new_id(request.node)?))
    }
}

/// Refuses a sale of another service that is free or paid later, to a payer who has used up their budget for a day: it
/// draws on the budgets of payments, so that no selling app bypasses them. A sale for money that is paid at once draws on
/// none, since it costs its payer something.
/// Errors: 429 with the seconds until the next one is allowed.
pub(crate) fn check_sale(node: &Node, payer: &Did, terms: &Terms) -> Result<(), Problem> {
    let budget = match (terms.is_immediate(), terms.amount.is_zero()) {
        (false, _) => Budget::orders(node, Checkout::NAME),
        (true, true) => Budget::free(),
        (true, false) => return Ok(()),
    };
    budget.check(node, payer, &terms.seller)
}

impl Nested for Checkout {
    fn prepared_by_caller(args: &Json) -> Result<Prepared, Refusal> {
        Prepared::read(args)
    }
}
