//! A payee's debts to others for a payment that the payee confirmed and that never passed through the node: a line, on
//! no rail.
//!
//! Always: a debt is never credit. It ends when its debtor pays it explicitly, when its creditor says so, or when the
//! sale becomes void while it is held; nothing seizes it.

use imajin_app::operation::{Operation, Reasons, Refused};
use imajin_app::refuse_if;
use imajin_app::words::Money;
use imajin_ledger::{Draft, Refusal};
use imajin_protocol::{Currency, Did, IdText, Minor};
use imajin_selling::{CREDIT, OWED, POSTED};
use serde_json::json;

use super::books::{Posting, between};
use super::cover::{self, Uncovered};
use super::fields::Amount;
use super::world::{Case, Consequences, Movement, Outcome, World, too_large};
use crate::queries::{self, Debt};

/// Pays what you owe another, in part or whole, from credit.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.debt.pay",
    authority = OwnKey,
    facts,
    undo = Money,
    derives = [CREDIT, POSTED, OWED],
    refusal = PayDebtRefusal
)]
pub(crate) struct PayDebt {
    /// The payment that the debt is of.
    #[reference]
    pub(crate) payment: IdText,
    /// How much, in minor units.
    pub(crate) amount: Amount,
    /// In which currency.
    pub(crate) currency: Currency,
    /// To whom.
    pub(crate) creditor: Did,
}

/// Says that what you are owed is settled, or need not be.
#[derive(Debug, Operation)]
#[operation(
    name = "pay.debt.forgive",
    authority = OwnKey,
    facts,
    undo = Ends,
    derives = [CREDIT, POSTED, OWED],
    refusal = DebtRefusal
)]
pub(crate) struct ForgiveDebt {
    /// The payment that the debt is of.
    #[reference]
    pub(crate) payment: IdText,
    /// How much, in minor units.
    pub(crate) amount: Amount,
    /// In which currency.
    pub(crate) currency: Currency,
    /// The debtor.
    pub(crate) debtor: Did,
}

/// Changes a debt for a payment: all of it in the debtor's log, their own part in the logs of creditors who signed a manifest of it.
#[derive(Debug, Operation)]
#[operation(name = "pay.owed", authority = Derived, facts)]
pub(crate) struct DebtChange {
    /// The payment.
    #[reference]
    pub(crate) payment: IdText,
    /// The change, in minor units.
    pub(crate) amount: Minor,
    /// In which currency.
    pub(crate) currency: Currency,
    /// The debtor.
    pub(crate) debtor: Did,
}

#[derive(Debug, Reasons)]
pub(crate) enum DebtRefusal {
    /// There is no such debt.
    #[refused(NotFound, field = "ref")]
    Unknown,
    // The debt is in another currency, or the amount is zero.
    /// This is a debt in {}.
    #[refused(BadRequest, field = "amount")]
    Other(Currency),
    /// {} of this is still owed.
    #[refused(Conflict, reason = "too-much", field = "amount")]
    TooMuch(Money),
}

#[derive(Debug, Reasons)]
pub(crate) enum PayDebtRefusal {
    #[refused(all)]
    Debt(DebtRefusal),
    #[refused(all)]
    Uncovered(Uncovered),
}

/// Returns the changed lines in the records of the debtor, and of creditors who have a line of this payment already.
pub(super) fn owed(
    world: &World<'_>,
    payment: &IdText,
    debtor: &Did,
    currency: Currency,
    debts: &[(Did, Minor)],
) -> Result<Vec<Draft>, Refusal> {
    let mut signers = Vec::new();
    for (creditor, _) in debts {
        if queries::entry_about(world.db, creditor, DebtChange::NAME, payment.as_str())?.is_some() {
            signers.push(creditor.clone());
        }
    }
    lines(world, payment, debtor, currency, debts, &signers)
}

/// Returns the new lines in the records of the debtor, and of creditors who signed a manifest of the payment.
pub(super) fn lines(
    world: &World<'_>,
    payment: &IdText,
    debtor: &Did,
    currency: Currency,
    debts: &[(Did, Minor)],
    signers: &[Did],
) -> Result<Vec<Draft>, Refusal> {
    let sum = Minor::sum(debts.iter().map(|(_, amount)| *amount)).map_err(too_large)?;
    let mut drafts = Vec::new();
    if debts.is_empty() {
        return Ok(drafts);
    }
    let theirs = debts.iter().filter(|(did, _)| signers.contains(did));
    let theirs = theirs.map(|(did, amount)| (did, *amount));
    for (did, amount) in [(debtor, sum)].into_iter().chain(theirs) {
        let change =
            DebtChange { payment: payment.clone(), amount, currency, debtor: debtor.clone() };
        world.add(&mut drafts, did, &change)?;
    }
    Ok(drafts)
}

/// Finds the debt that an operation is about.
fn find(
    world: &World<'_>,
    payment: &IdText,
    (debtor, creditor): (&Did, &Did),
    amount: Minor,
    currency: Currency,
) -> Result<Debt, Refused<DebtRefusal>> {
    let all = queries::debts_of_payment(world.db, world.node, payment.as_str())?;
    let is_it = |debt: &Debt| debt.creditor == *creditor && debt.debtor == *debtor;
    let debt = all.into_iter().find(is_it).ok_or(DebtRefusal::Unknown)?;
    refuse_if!(currency != debt.currency || amount.is_zero(), DebtRefusal::Other(debt.currency));
    if amount > debt.left {
        let left = Money::new(debt.left, debt.currency);
        return Err(DebtRefusal::TooMuch(left).into());
    }
    Ok(debt)
}

fn ended(
    world: &World<'_>,
    payment: &IdText,
    debt: &Debt,
    amount: Minor,
    kind: &'static str,
    rows: Vec<(Did, Minor)>,
) -> Result<Consequences, Refusal> {
    let parties = (&debt.creditor, &debt.debtor);
    let mut posting = Posting::moves(payment, kind, parties, (amount, debt.currency), rows);
    posting.debts = vec![(debt.creditor.clone(), amount.negated())];
    let mut drafts = owed(world, payment, &debt.debtor, debt.currency, &posting.debts)?;
    drafts.extend(posting.drafts(world)?);
    let left = debt.left.get() - amount.get();
    let reply = json!({ "payment": payment.as_str(), "left": left });
    Ok(Consequences::new(payment, drafts).replying(reply))
}

impl Movement for PayDebt {
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<PayDebtRefusal> {
        let (amount, parties) = (self.amount.get(), (case.owner, &self.creditor));
        let is_lost = world.has_left(&self.creditor);
        refuse_if!(is_lost, PayDebtRefusal::Debt(DebtRefusal::Unknown));
        let debt = find(world, &self.payment, parties, amount, self.currency);
        let debt = debt.map_err(Refused::widen)?;
        cover::spend(world, case.owner, amount, debt.currency).map_err(Refused::widen)?;
        let rows = between(&debt.debtor, &debt.creditor, amount);
        Ok(ended(world, &self.payment, &debt, amount, "debt", rows)?)
    }
}

impl Movement for ForgiveDebt {
    fn consequences(&self, world: &World<'_>, case: Case<'_>) -> Outcome<DebtRefusal> {
        let (amount, parties) = (self.amount.get(), (&self.debtor, case.owner));
        let debt = find(world, &self.payment, parties, amount, self.currency)?;
        Ok(ended(world, &self.payment, &debt, amount, "forgiven", Vec::new())?)
    }
}
