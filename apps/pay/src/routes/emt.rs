//! E-transfers: asked for by who pays, confirmed by who was paid.

use axum::extract::{Request, State};
use imajin_ledger::Refusal;
use imajin_protocol::money::Minor;
use imajin_protocol::{Currency, Fact, FactValue, IdText};
use imajin_service::extract::{Authed, parse_json, read_body};
use imajin_service::sale::Rail;
use imajin_service::{Node, Problem, Wish};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::enter::{enter, look};
use super::settle::{SettleRequest, wish_of};
use crate::reads::Hold;
use crate::{ops, own, reads};

/// An e-transfer that is waited for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct HoldAnswer {
    /// The payment's id.
    #[schema(example = "emt_0f3c…")]
    id: String,
    /// What to write into the e-transfer.
    #[schema(example = "IMJ-0F3C91AB7E")]
    memo: String,
    /// To whom it goes.
    payee: String,
    /// In minor units.
    amount: i64,
    currency: String,
    /// `pending`, `confirmed` or `expired`.
    status: &'static str,
    /// Until when it is waited for.
    expires_at: Option<String>,
}

/// How much credit somebody wants.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct TopUpRequest {
    /// In minor units.
    amount: i64,
    currency: String,
}

/// Which payment has arrived.
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
    /// What was topped up.
    total: i64,
    currency: String,
}

/// Begins a sale that is paid by e-transfer to its seller.
#[utoipa::path(post, path = "/api/checkout/etransfer", tag = "e-transfer", request_body = SettleRequest, responses((status = 200, body = HoldAnswer), (status = 403, description = "It must be signed: `sign` says what")))]
pub(crate) async fn checkout(
    State(node): State<Node>,
    authed: Authed,
    request: Request,
) -> Result<axum::Json<HoldAnswer>, Problem> {
    let (parts, bytes) = request.into_parts();
    let asked: SettleRequest = parse_json(&read_body(bytes, &node).await?)?;
    let (wish, _) = wish_of(&node, &authed, &asked, Rail::Emt, &parts.headers)?;
    let (_, payment) = enter(&node, &parts, &authed.0, wish).await?;
    answer(&node, &payment)
}

/// Asks for credit on this node, to be paid for by e-transfer to who keeps it.
#[utoipa::path(post, path = "/api/topup/emt", tag = "e-transfer", request_body = TopUpRequest, responses((status = 200, body = HoldAnswer), (status = 403, description = "It must be signed: `sign` says what")))]
pub(crate) async fn top_up(
    State(node): State<Node>,
    authed: Authed,
    request: Request,
) -> Result<axum::Json<HoldAnswer>, Problem> {
    let (parts, bytes) = request.into_parts();
    let asked: TopUpRequest = parse_json(&read_body(bytes, &node).await?)?;
    let currency = Currency::parse(&asked.currency)
        .map_err(|error| Problem::field("currency", format!("{error}.")))?;
    let amount =
        Minor::new(asked.amount).map_err(|error| Problem::field("amount", format!("{error}.")))?;
    let wish = Wish::new(authed.0.did.clone(), ops::TOPUP).fact(fact_with(
        amount,
        currency,
        Some(Rail::Emt),
    )?);
    let (_, payment) = enter(&node, &parts, &authed.0, wish).await?;
    answer(&node, &payment)
}

/// Says that an e-transfer has arrived: what was waited for is paid.
#[utoipa::path(post, path = "/api/confirm-payment", tag = "e-transfer", request_body = ConfirmRequest, responses((status = 200, body = HoldAnswer), (status = 403, description = "It must be signed: `sign` says what"), (status = 404, description = "Nothing is waited for under this id by who asks"), (status = 409, description = "Confirmed already, or too late")))]
pub(crate) async fn confirm(
    State(node): State<Node>,
    authed: Authed,
    request: Request,
) -> Result<axum::Json<HoldAnswer>, Problem> {
    let (parts, bytes) = request.into_parts();
    let asked: ConfirmRequest = parse_json(&read_body(bytes, &node).await?)?;
    let hold = find(&node, &asked.id)?;
    let id = IdText::parse(&asked.id).map_err(|error| Problem::field("id", format!("{error}.")))?;
    let wish = Wish::new(authed.0.did.clone(), ops::EMT_CONFIRM)
        .reference(id)
        .fact(fact_of(hold.amount, hold.currency)?);
    let (_, payment) = enter(&node, &parts, &authed.0, wish).await?;
    answer(&node, &payment)
}

/// Says that the bank took back what the owner had confirmed as a top-up: its account pays, and may go below zero.
#[utoipa::path(post, path = "/api/topup/reversed", tag = "e-transfer", request_body = ReversedRequest, responses((status = 200, body = ReversedAnswer), (status = 403, description = "Not the owner; or it must be signed: `sign` says what"), (status = 404, description = "No such top-up"), (status = 409, description = "More than is left of it")))]
pub(crate) async fn reversed(
    State(node): State<Node>,
    authed: Authed,
    request: Request,
) -> Result<axum::Json<ReversedAnswer>, Problem> {
    let (parts, bytes) = request.into_parts();
    let asked: ReversedRequest = parse_json(&read_body(bytes, &node).await?)?;
    let find = || {
        let found = look(&node, |world| {
            reads::payment(world.db, world.node, &asked.id).map_err(Refusal::from)
        })?;
        found.ok_or_else(|| Problem::not_found("There is no such top-up."))
    };
    let sold = find()?;
    let amount = Minor::new(asked.amount.unwrap_or(sold.left().get()))
        .map_err(|error| Problem::field("amount", format!("{error}.")))?;
    let id = IdText::parse(&asked.id).map_err(|error| Problem::field("id", format!("{error}.")))?;
    let wish = Wish::new(authed.0.did.clone(), ops::TOPUP_REVERSED)
        .reference(id)
        .fact(fact_of(amount, sold.currency)?);
    enter(&node, &parts, &authed.0, wish).await?;
    let sold = find()?;
    Ok(axum::Json(ReversedAnswer {
        reversed: sold.refunded.get(),
        total: sold.gross.get(),
        currency: sold.currency.to_string(),
        id: asked.id,
    }))
}

/// `{amount, currency}`.
pub(super) fn fact_of(amount: Minor, currency: Currency) -> Result<Fact, Problem> {
    fact_with(amount, currency, None)
}

/// The same with the rail.
pub(super) fn fact_with(
    amount: Minor,
    currency: Currency,
    rail: Option<Rail>,
) -> Result<Fact, Problem> {
    let bad = |error: String| Problem::field("currency", format!("{error}."));
    let id = |text: &str| {
        let id = IdText::parse(text).map_err(|error| bad(error.to_string()));
        id.map(FactValue::from)
    };
    let mut members = vec![
        ("amount", FactValue::from(amount.get())),
        ("currency", id(currency.code())?),
    ];
    if let Some(rail) = rail {
        members.push(("rail", id(rail.as_str())?));
    }
    Fact::new(members).map_err(|error| bad(error.to_string()))
}

fn find(node: &Node, id: &str) -> Result<Hold, Problem> {
    let found = look(node, |world| {
        reads::hold(world.db, world.node, id).map_err(Refusal::from)
    })?;
    found.ok_or_else(|| Problem::not_found("No e-transfer to you is waited for under this id."))
}

fn answer(node: &Node, id: &str) -> Result<axum::Json<HoldAnswer>, Problem> {
    let hold = find(node, id)?;
    let status = match hold.done {
        true => "confirmed",
        false if node.now().as_millis() > hold.until => "expired",
        false => "pending",
    };
    Ok(axum::Json(HoldAnswer {
        id: id.to_owned(),
        memo: hold.memo,
        payee: hold.payee.to_string(),
        amount: hold.amount.get(),
        currency: hold.currency.to_string(),
        status,
        expires_at: own::time(hold.until),
    }))
}
