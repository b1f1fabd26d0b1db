//! Routes of refunds by the seller.

use imajin_app::extract::{JsonRequest, Person};
use imajin_app::{Node, Problem};
use imajin_protocol::{Did, IdText};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::enter::{amount, enter, enter_salted, note, wrong};
use crate::operations::{Refund, SendBack};
use crate::queries::{self, Payment};

/// A request for a refund.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundRequest {
    /// The payment's id.
    transaction_id: String,
    /// In minor units; all that is left, if left out.
    amount: Option<i64>,
    /// A note to yourself, which only you see.
    reason: Option<String>,
    /// With an MJN-Proof: the salt that was signed.
    #[schema(value_type = Option<Object>)]
    salt: Option<Json>,
}

/// The sum of all refunds so far.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RefundAnswer {
    transaction_id: String,
    /// In minor units, of all refunds of this payment.
    refunded: i64,
    /// The amount that was paid.
    total: i64,
    currency: String,
    /// How it comes to the payer: `ledger` at once as credit; `emt`: the seller sends it.
    rail: String,
}

/// A refund that was sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SentRequest {
    /// The payment's id.
    transaction_id: String,
    /// In minor units; all that is still to be sent, if left out.
    amount: Option<i64>,
}

/// The progress of a refund.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SentAnswer {
    transaction_id: String,
    /// In minor units, of all refunds of this payment.
    sent: i64,
    /// The amount to be sent in all.
    refunded: i64,
    currency: String,
}

/// Says that a refund of an e-transfer was sent, as its seller.
#[utoipa::path(post, path = "/api/refund/sent", tag = "e-transfer", request_body = SentRequest, responses((status = 200, body = SentAnswer), (status = 403, description = "It must be signed: `sign` says what"), (status = 404, description = "No e-transfer of yours under this id"), (status = 409, description = "More than is still to be sent")))]
pub(crate) async fn sent(
    Person(node, session): Person,
    JsonRequest(parts, request): JsonRequest<SentRequest>,
) -> Result<axum::Json<SentAnswer>, Problem> {
    let id = &request.transaction_id;
    let sale = find(&node, &session.did, id)?;
    let sent = SendBack {
        payment: IdText::parse(id).map_err(wrong("transactionId"))?,
        amount: amount(request.amount.unwrap_or(sale.to_send().get()))?,
        currency: sale.currency,
    };
    enter(&node, &parts, &session, &sent).await?;
    let sale = find(&node, &session.did, id)?;
    Ok(axum::Json(SentAnswer {
        transaction_id: id.clone(),
        sent: sale.sent.get(),
        refunded: sale.refunded.get(),
        currency: sale.currency.to_string(),
    }))
}

/// Gives a payment back, in part or whole, from everybody in proportion to what they got.
#[utoipa::path(post, path = "/api/refund", tag = "pay", request_body = RefundRequest, responses((status = 200, body = RefundAnswer), (status = 403, description = "It must be signed: `sign` says what"), (status = 404, description = "You sold nothing under this id"), (status = 409, description = "More than is left")))]
pub(crate) async fn refund(
    Person(node, session): Person,
    JsonRequest(parts, payload): JsonRequest<RefundRequest>,
) -> Result<axum::Json<RefundAnswer>, Problem> {
    let id = &payload.transaction_id;
    let sale = find(&node, &session.did, id)?;
    let units = payload.amount.unwrap_or(sale.gross.get() - sale.refunded.get());
    let refund = Refund {
        payment: IdText::parse(id).map_err(wrong("transactionId"))?,
        amount: amount(units)?,
        currency: sale.currency,
        told: None,
        reason: note(payload.reason.as_ref()),
    };
    enter_salted(&node, &parts, &session, &refund, payload.salt.as_ref()).await?;
    let sale = find(&node, &session.did, id)?;
    Ok(axum::Json(RefundAnswer {
        transaction_id: id.clone(),
        refunded: sale.refunded.get(),
        total: sale.gross.get(),
        currency: sale.currency.to_string(),
        rail: sale.rail,
    }))
}

/// Returns a payment that the caller sold something for.
fn find(node: &Node, seller: &Did, id: &str) -> Result<Payment, Problem> {
    let payment = queries::read(node, |db| queries::payment(db, node.did(), id))?;
    let sale = payment.filter(|sold| sold.seller == *seller);
    sale.ok_or_else(|| Problem::not_found("You sold nothing under this id."))
}
