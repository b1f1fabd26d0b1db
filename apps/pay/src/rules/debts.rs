//! What a payee owes others for a payment that they confirmed and that never passed through the node: a line, on no rail.
//!
//! Always: a debt is never credit. It ends by its debtor's explicit payment, by its creditor's word, or where what was sold
//! became void while it was held; nothing seizes it.

use imajin_ledger::{Draft, Refusal, RefusalKind};
use imajin_protocol::{Currency, Did, IdText, Minor};
use serde_json::json;

use super::posting::{Posting, draft};
use super::terms::{amount, currency};
use super::{
    Asked, Consequences, World, bad, conflict, cover, fact_of, fact_with, id, of_did, refuse,
};
use crate::reads::Debt;
use crate::{ops, reads};

/// What stands in records of it: in the debtor's, and in those of creditors who signed what they are owed by.
pub(super) fn owed(
    world: &World<'_>,
    payment: &IdText,
    debtor: &Did,
    currency: Currency,
    debts: &[(Did, Minor)],
) -> Result<Vec<Draft>, Refusal> {
    let sum = Minor::sum(debts.iter().map(|(_, amount)| *amount))
        .map_err(|error| refuse(RefusalKind::TooLarge, error.to_string()))?;
    if debts.is_empty() {
        return Ok(Vec::new());
    }
    let mut lines = vec![(debtor.clone(), sum)];
    for (creditor, amount) in debts {
        let has_line = reads::about(world.db, creditor, ops::OWED, payment.as_str())?.is_some();
        if has_line {
            lines.push((creditor.clone(), *amount));
        }
    }
    lines
        .into_iter()
        .filter(|(did, _)| world.takes_entries(did))
        .map(|(did, amount)| line(&did, payment, debtor, amount, currency))
        .collect()
}

/// The line of one debt in somebody's record.
pub(super) fn line(
    did: &Did,
    payment: &IdText,
    debtor: &Did,
    amount: Minor,
    currency: Currency,
) -> Result<Draft, Refusal> {
    let fact = fact_of([
        ("amount", amount.get().into()),
        ("currency", id(currency.code())?.into()),
        ("debtor", of_did(debtor)?.into()),
    ])?;
    Ok(draft(did, ops::OWED, payment, None, Some(fact)))
}

fn nothing() -> Refusal {
    refuse(RefusalKind::NotFound, "There is no such debt.").field("ref")
}

/// The debt that an operation is about, and how much of it.
fn found<'a>(
    world: &World<'_>,
    asked: &Asked<'a>,
    other: &str,
) -> Result<(&'a IdText, Debt, Minor), Refusal> {
    let payment = asked.reference.ok_or_else(nothing)?;
    let fact = fact_with(asked, &["amount", "currency", other])?;
    let other_did = fact
        .id(other)
        .and_then(IdText::to_did)
        .ok_or_else(nothing)?;
    let all = reads::debts_of_payment(world.db, world.node, payment.as_str())?;
    let debt = all.into_iter().find(|debt| {
        let is_own = |creditor: &Did| *asked.did == *creditor;
        match other {
            "creditor" => debt.creditor == other_did && debt.debtor == *asked.did,
            _ => is_own(&debt.creditor) && debt.debtor == other_did,
        }
    });
    let debt = debt.ok_or_else(nothing)?;
    let amount = amount(fact)?;
    if currency(fact)? != debt.currency || amount.is_zero() {
        return Err(bad(
            "amount",
            format!("This is a debt in {}.", debt.currency),
        ));
    }
    if amount > debt.left {
        let text = format!(
            "{} of this is owed still.",
            debt.left.display(debt.currency)
        );
        return Err(conflict("too-much", text).field("amount"));
    }
    Ok((payment, debt, amount))
}

/// The debtor pays: a plain amount, from credit that covers it.
pub(super) fn pay(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    let (payment, debt, amount) = found(world, asked, "creditor")?;
    cover::spend(world, asked.did, amount, debt.currency)?;
    let rows = vec![
        (debt.debtor.clone(), amount.negated()),
        (debt.creditor.clone(), amount),
    ];
    ended(world, payment, &debt, amount, "debt", rows)
}

/// The creditor says that it is settled, or need not be.
pub(super) fn forgive(world: &World<'_>, asked: &Asked<'_>) -> Result<Consequences, Refusal> {
    let (payment, debt, amount) = found(world, asked, "debtor")?;
    ended(world, payment, &debt, amount, "forgiven", Vec::new())
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
    Ok(Consequences {
        drafts,
        reply: json!({ "payment": payment.as_str(), "left": debt.left.get() - amount.get() }),
        ..Consequences::none()
    })
}
