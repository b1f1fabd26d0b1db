//! Route of a person's own history of payments.

use axum::extract::State;
use imajin_app::extract::{Authed, Page, Path};
use imajin_app::{Node, Problem, time};
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::own;
use crate::queries;

/// A part of the history, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TransactionsAnswer {
    transactions: Vec<Transaction>,
    total: u64,
}

/// An entry about money.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Transaction {
    /// The payment that it is about.
    transaction_id: Option<String>,
    /// The operation.
    #[schema(example = "pay.credit")]
    op: String,
    at: Option<String>,
    /// In minor units; of credit, negative where it went.
    amount: Option<i64>,
    currency: Option<String>,
    /// The other facts of the entry: the other party, the rail, the manifests.
    #[schema(value_type = Object)]
    fact: Json,
    /// Your own note.
    memo: Option<String>,
}

/// Lists the entries about your own money.
#[utoipa::path(get, path = "/api/transactions/{did}", tag = "pay", params(("did" = String, Path), ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)), responses((status = 200, body = TransactionsAnswer), (status = 401, description = "Not signed in"), (status = 403, description = "Somebody else's")))]
pub(crate) async fn transactions(
    State(node): State<Node>,
    who: Authed,
    Path(did): Path<String>,
    page: Page,
) -> Result<axum::Json<TransactionsAnswer>, Problem> {
    let did = own(&node, &who, &did)?;
    let (entries, total) =
        queries::read(&node, |db| queries::newest(db, &did, page.limit, page.offset))?;
    let text = |json: &Json| json.as_str().map(str::to_owned);
    let transactions = entries.into_iter().map(|entry| Transaction {
        transaction_id: entry.reference,
        at: time::text(entry.at),
        op: entry.op,
        amount: entry.fact["amount"].as_i64(),
        currency: text(&entry.fact["currency"]),
        memo: text(&entry.body["memo"]).or_else(|| text(&entry.body["reason"])),
        fact: entry.fact,
    });
    Ok(axum::Json(TransactionsAnswer { transactions: transactions.collect(), total }))
}
