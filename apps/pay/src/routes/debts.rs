//! Payees' debts to others for e-transfers that the payees confirmed: paid by the debtor, or ended by the creditor.

use imajin_app::extract::{JsonRequest, Path, Person};
use imajin_app::{Node, Problem};
use imajin_protocol::{Did, IdText};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::enter::{amount, enter};
use crate::operations::{DeclineDebts, Flag, ForgiveDebt, PayDebt};
use crate::queries::{self, Debt};

/// How much of a debt.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct DebtRequest {
    /// The creditor, where the debtor pays; the debtor, where the creditor ends it.
    with: String,
    /// In minor units; all that is left, if left out.
    amount: Option<i64>,
}

/// The person whose debts are declined, or shown again.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct DeclineRequest {
    /// The debtor.
    with: String,
    /// False: show them again.
    declined: bool,
}

/// The person whose debts are declined now, or shown again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DeclineAnswer {
    with: String,
    declined: bool,
}

/// The rest of a debt.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DebtAnswer {
    payment: String,
    /// In minor units.
    left: i64,
    currency: String,
}

/// Pays what you owe for an e-transfer: a plain amount from credit.
#[utoipa::path(post, path = "/api/debts/{payment}/pay", tag = "pay", params(("payment" = String, Path)), request_body = DebtRequest, responses((status = 200, body = DebtAnswer), (status = 402, description = "Not enough credit"), (status = 403, description = "It must be signed: `sign` says what"), (status = 404, description = "No such debt of yours")))]
pub(crate) async fn pay(
    Person(node, session): Person,
    Path(payment): Path<String>,
    JsonRequest(parts, payload): JsonRequest<DebtRequest>,
) -> Result<axum::Json<DebtAnswer>, Problem> {
    let (debtor, creditor) = (&session.did, other(&node, &payload)?);
    let debt = find(&node, &payment, &creditor, debtor)?;
    let pay = PayDebt {
        payment: IdText::parse(&payment).map_err(Problem::internal)?,
        amount: amount(payload.amount.unwrap_or(debt.left.get()))?,
        currency: debt.currency,
        creditor: creditor.clone(),
    };
    enter(&node, &parts, &session, &pay).await?;
    find(&node, &payment, &creditor, debtor).map(answer)
}

/// Says that what you are owed is settled, or need not be.
#[utoipa::path(post, path = "/api/debts/{payment}/forgive", tag = "pay", params(("payment" = String, Path)), request_body = DebtRequest, responses((status = 200, body = DebtAnswer), (status = 403, description = "It must be signed: `sign` says what"), (status = 404, description = "No such debt to you")))]
pub(crate) async fn forgive(
    Person(node, session): Person,
    Path(payment): Path<String>,
    JsonRequest(parts, payload): JsonRequest<DebtRequest>,
) -> Result<axum::Json<DebtAnswer>, Problem> {
    let (creditor, debtor) = (&session.did, other(&node, &payload)?);
    let debt = find(&node, &payment, creditor, &debtor)?;
    let forgive = ForgiveDebt {
        payment: IdText::parse(&payment).map_err(Problem::internal)?,
        amount: amount(payload.amount.unwrap_or(debt.left.get()))?,
        currency: debt.currency,
        debtor: debtor.clone(),
    };
    enter(&node, &parts, &session, &forgive).await?;
    find(&node, &payment, creditor, &debtor).map(answer)
}

/// Declines all present and future debts of a person to you, permanently: no list shows them any more. Nothing changes about the debts.
#[utoipa::path(post, path = "/api/debts/decline", tag = "pay", request_body = DeclineRequest, responses((status = 200, body = DeclineAnswer), (status = 403, description = "It must be signed: `sign` says what"), (status = 404, description = "No such person")))]
pub(crate) async fn decline(
    Person(node, session): Person,
    JsonRequest(parts, payload): JsonRequest<DeclineRequest>,
) -> Result<axum::Json<DeclineAnswer>, Problem> {
    let nobody = || Problem::not_found(format!("Nobody here goes by {}.", payload.with));
    let debtor = node.resolve(&payload.with)?.ok_or_else(nobody)?;
    let decline = DeclineDebts { debtor: debtor.clone(), declined: Flag(payload.declined) };
    enter(&node, &parts, &session, &decline).await?;
    Ok(axum::Json(DeclineAnswer { with: debtor.to_string(), declined: payload.declined }))
}

fn missing() -> Problem {
    Problem::not_found("There is no such debt.")
}

/// Returns the other side of the debt.
fn other(node: &Node, asked: &DebtRequest) -> Result<Did, Problem> {
    node.resolve(&asked.with)?.ok_or_else(missing)
}

fn find(node: &Node, payment: &str, creditor: &Did, debtor: &Did) -> Result<Debt, Problem> {
    let all = queries::read(node, |db| queries::debts_of_payment(db, node.did(), payment))?;
    let is_it = |debt: &Debt| debt.creditor == *creditor && debt.debtor == *debtor;
    all.into_iter().find(is_it).ok_or_else(missing)
}

fn answer(debt: Debt) -> axum::Json<DebtAnswer> {
    axum::Json(DebtAnswer {
        payment: debt.payment,
        left: debt.left.get(),
        currency: debt.currency.to_string(),
    })
}
