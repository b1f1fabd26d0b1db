//! Routes of e-transfers: begun by the payer, confirmed by the payee.

use axum::extract::State;
use imajin_app::extract::{Authed, JsonRequest, Person};
use imajin_app::{Node, Problem, time};
use imajin_protocol::IdText;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::enter::{amount, currency, enter, enter_salted, wrong};
use super::settle::{SettleRequest, checkout_of, terms_of};
use crate::operations::{ConfirmTransfer, OutsideRail, ReverseTopUp, TopUp};
use crate::queries::Hold;
use crate::{outside, queries};

/// An awaited e-transfer.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HoldAnswer {
    /// The payment's id.
    #[schema(example = "emt_0f3c…")]
    id: String,
    /// The text to write into the e-transfer.
    #[schema(example = "IMJ-0F3C91AB7E")]
    memo: String,
    /// To whom it goes.
    payee: String,
    /// In minor units.
    amount: i64,
    currency: String,
    /// `pending`, `confirmed` or `expired`.
    status: &'static str,
    /// Until when it is awaited.
    expires_at: Option<String>,
}

/// The amount of credit to buy.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct TopUpRequest {
    /// In minor units.
    amount: i64,
    currency: String,
}

/// The payment that has arrived.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ConfirmRequest {
    id: String,
}

/// A top-up that the bank took back.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ReversedRequest {
    /// The top-up's payment.
    id: String,
    /// In minor units; all that is left of it, if left out.
    amount: Option<i64>,
}

/// How much of a top-up the bank took back.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReversedAnswer {
    id: String,
    /// In minor units, all together.
    reversed: i64,
    /// The amount of the top-up.
    total: i64,
    currency: String,
}

/// Begins a sale that is paid by e-transfer to its seller.
#[utoipa::path(post, path = "/api/checkout/etransfer", tag = "e-transfer", request_body = SettleRequest, responses((status = 200, body = HoldAnswer), (status = 403, description = "It must be signed: `sign` says what")))]
pub(crate) async fn checkout(
    State(node): State<Node>,
    authed: Authed,
    JsonRequest(parts, payload): JsonRequest<SettleRequest>,
) -> Result<axum::Json<HoldAnswer>, Problem> {
    let rail = OutsideRail::Emt;
    let (terms, _) = terms_of(&node, &authed, &payload, rail.into(), &parts.headers)?;
    let (checkout, salt) = (checkout_of(&terms, rail, &payload)?, payload.salt.as_ref());
    let (_, payment) = enter_salted(&node, &parts, &authed.0, &checkout, salt).await?;
    answer(&node, &payment)
}

/// Asks for credit on this node, to be paid for by e-transfer to the owner.
#[utoipa::path(post, path = "/api/topup/emt", tag = "e-transfer", request_body = TopUpRequest, responses((status = 200, body = HoldAnswer), (status = 403, description = "It must be signed: `sign` says what")))]
pub(crate) async fn top_up(
    Person(node, session): Person,
    JsonRequest(parts, payload): JsonRequest<TopUpRequest>,
) -> Result<axum::Json<HoldAnswer>, Problem> {
    let currency = currency(&payload.currency)?;
    let top_up = TopUp { amount: amount(payload.amount)?, currency, rail: OutsideRail::Emt };
    let (_, payment) = enter(&node, &parts, &session, &top_up).await?;
    answer(&node, &payment)
}

/// Says that an e-transfer has arrived: the payment is made.
#[utoipa::path(post, path = "/api/confirm-payment", tag = "e-transfer", request_body = ConfirmRequest, responses((status = 200, body = HoldAnswer), (status = 403, description = "It must be signed: `sign` says what"), (status = 404, description = "No e-transfer to you is awaited under this id"), (status = 409, description = "Confirmed already, or too late")))]
pub(crate) async fn confirm(
    Person(node, session): Person,
    JsonRequest(parts, payload): JsonRequest<ConfirmRequest>,
) -> Result<axum::Json<HoldAnswer>, Problem> {
    let hold = find(&node, &payload.id)?;
    let confirm = ConfirmTransfer {
        payment: hold.payment,
        amount: amount(hold.amount.get())?,
        currency: hold.currency,
    };
    let (_, payment) = enter(&node, &parts, &session, &confirm).await?;
    answer(&node, &payment)
}

/// Says that the bank took back what the owner had confirmed as a top-up: its account pays, and may go below zero.
#[utoipa::path(post, path = "/api/topup/reversed", tag = "e-transfer", request_body = ReversedRequest, responses((status = 200, body = ReversedAnswer), (status = 403, description = "Not the owner; or it must be signed: `sign` says what"), (status = 404, description = "No such top-up"), (status = 409, description = "More than is left of it")))]
pub(crate) async fn reversed(
    Person(node, session): Person,
    JsonRequest(parts, payload): JsonRequest<ReversedRequest>,
) -> Result<axum::Json<ReversedAnswer>, Problem> {
    let find = || {
        let payment = queries::read(&node, |db| queries::payment(db, node.did(), &payload.id))?;
        payment.ok_or_else(|| Problem::not_found("There is no such top-up."))
    };
    let sale = find()?;
    let reverse = ReverseTopUp {
        payment: IdText::parse(&payload.id).map_err(wrong("id"))?,
        amount: amount(payload.amount.unwrap_or(sale.left().get()))?,
        currency: sale.currency,
    };
    enter(&node, &parts, &session, &reverse).await?;
    let sale = find()?;
    Ok(axum::Json(ReversedAnswer {
        reversed: sale.refunded.get(),
        total: sale.gross.get(),
        currency: sale.currency.to_string(),
        id: payload.id,
    }))
}

fn find(node: &Node, id: &str) -> Result<Hold, Problem> {
    outside::hold(node, id)?
        .ok_or_else(|| Problem::not_found("No e-transfer to you is expected under this id."))
}

fn answer(node: &Node, id: &str) -> Result<axum::Json<HoldAnswer>, Problem> {
    let hold = find(node, id)?;
    let status = if hold.done {
        "confirmed"
    } else if node.now().as_millis() > hold.until {
        "expired"
    } else {
        "pending"
    };
    Ok(axum::Json(HoldAnswer {
        id: id.to_owned(),
        memo: hold.memo,
        payee: hold.payee.to_string(),
        amount: hold.amount.get(),
        currency: hold.currency.to_string(),
        status,
        expires_at: time::text(hold.until),
    }))
}
