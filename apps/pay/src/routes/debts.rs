//! What payees owe others for e-transfers that they confirmed: paid by the debtor, or ended by the creditor.

use axum::extract::{Request, State};
use imajin_ledger::Refusal;
use imajin_protocol::{Did, Fact, FactValue, IdText, Minor};
use imajin_service::extract::{Authed, Path, parse_json, read_body};
use imajin_service::{Node, Problem, Wish};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::enter::{enter, look};
use crate::{ops, reads};

/// How much of a debt.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct DebtRequest {
    /// The creditor, where the debtor pays; the debtor, where the creditor ends it.
    with: String,
    /// In minor units; all that is left, if left out.
    amount: Option<i64>,
}

/// What is left of a debt.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DebtAnswer {
    payment: String,
    /// In minor units.
    left: i64,
    currency: String,
}

/// Pays what one owes for an e-transfer: a plain amount from credit.
#[utoipa::path(post, path = "/api/debts/{payment}/pay", tag = "pay", params(("payment" = String, Path)), request_body = DebtRequest, responses((status = 200, body = DebtAnswer), (status = 402, description = "Not enough credit"), (status = 403, description = "It must be signed: `sign` says what"), (status = 404, description = "No such debt of one's own")))]
pub(crate) async fn pay(
    State(node): State<Node>,
    authed: Authed,
    Path(payment): Path<String>,
    request: Request,
) -> Result<axum::Json<DebtAnswer>, Problem> {
    end(&node, &authed, payment, request, ops::DEBT_PAY).await
}

/// Says that what one is owed is settled, or need not be.
#[utoipa::path(post, path = "/api/debts/{payment}/forgive", tag = "pay", params(("payment" = String, Path)), request_body = DebtRequest, responses((status = 200, body = DebtAnswer), (status = 403, description = "It must be signed: `sign` says what"), (status = 404, description = "No such debt to oneself")))]
pub(crate) async fn forgive(
    State(node): State<Node>,
    authed: Authed,
    Path(payment): Path<String>,
    request: Request,
) -> Result<axum::Json<DebtAnswer>, Problem> {
    end(&node, &authed, payment, request, ops::DEBT_FORGIVE).await
}

async fn end(
    node: &Node,
    authed: &Authed,
    payment: String,
    request: Request,
    op: &'static str,
) -> Result<axum::Json<DebtAnswer>, Problem> {
    let (parts, bytes) = request.into_parts();
    let asked: DebtRequest = parse_json(&read_body(bytes, node).await?)?;
    let own = &authed.0.did;
    let missing = || Problem::not_found("There is no such debt.");
    let with = node.resolve(&asked.with)?.ok_or_else(missing)?;
    let (creditor, debtor, other) = match op {
        ops::DEBT_PAY => (&with, own, "creditor"),
        _ => (own, &with, "debtor"),
    };
    let debt = find(node, &payment, creditor, debtor)?.ok_or_else(missing)?;
    let amount = Minor::new(asked.amount.unwrap_or(debt.left.get()))
        .map_err(|error| Problem::field("amount", format!("{error}.")))?;
    let word = |text: &str| IdText::parse(text).map_err(Problem::internal);
    let fact = Fact::new([
        ("amount", FactValue::from(amount.get())),
        ("currency", word(debt.currency.code())?.into()),
        (other, word(with.as_str())?.into()),
    ]);
    let wish = Wish::new(own.clone(), op)
        .reference(word(&payment)?)
        .fact(fact.map_err(Problem::internal)?);
    enter(node, &parts, &authed.0, wish).await?;
    let debt = find(node, &payment, creditor, debtor)?.ok_or_else(missing)?;
    Ok(axum::Json(DebtAnswer {
        payment,
        left: debt.left.get(),
        currency: debt.currency.to_string(),
    }))
}

fn find(
    node: &Node,
    payment: &str,
    creditor: &Did,
    debtor: &Did,
) -> Result<Option<reads::Debt>, Problem> {
    let all = look(node, |world| {
        reads::debts_of_payment(world.db, world.node, payment).map_err(Refusal::from)
    })?;
    let is_it = |debt: &reads::Debt| debt.creditor == *creditor && debt.debtor == *debtor;
    Ok(all.into_iter().find(is_it))
}
