//! Holds, requests and approvals of places, and the list of open places at an event.

use axum::http::StatusCode;
use imajin_app::extract::{JsonRequest, Path, Person};
use imajin_app::operation::Int;
use imajin_app::{Answer, Card, CommandRequest, Node, Problem, time};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::fields::field;
use crate::event::FreePlaces;
use crate::lookup::{card, find, find_own};
use crate::operations::{ApprovePlaces, HoldPlaces, ReleasePlaces};
use crate::queries::{self, Event, Open};

/// The places to keep.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct HoldRequest {
    /// The type of tickets, from 1.
    #[serde(rename = "type")]
    kind: i64,
    quantity: i64,
    /// Whether to wait for free places if too few are left: they are kept for a day once others give theirs back.
    wait: Option<bool>,
}

/// Places that are kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HoldAnswer {
    #[schema(example = "hld_0f3c…")]
    hold: String,
    /// Past it the places are free for everybody again. Null where they are only asked for.
    until: Option<String>,
    /// Whether the places are asked or waited for, and not kept yet.
    asked: bool,
}

impl HoldAnswer {
    fn from_reply(value: &Json) -> Self {
        Self {
            hold: value["hold"].as_str().unwrap_or_default().to_owned(),
            until: value["until"].as_i64().and_then(time::text),
            asked: value["asked"] == true,
        }
    }
}

/// The hold to approve: `hold` of `GET …/holds`.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ApproveRequest {
    hold: String,
}

/// The hold, or the order: an order's id is its payment's.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ReleaseRequest {
    hold: String,
}

/// Places that a person keeps, asks for, or has ordered and not paid.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpenAnswer {
    /// The id that `DELETE …/holds` takes.
    #[schema(example = "pay_0f3c…")]
    pub(crate) hold: String,
    /// `hold`; `order`: by e-transfer or card, not paid yet; `ask`: the organiser has not answered yet, and nothing is kept;
    /// or `wait`: on the waiting list.
    pub(crate) kind: &'static str,
    /// The person who keeps them, as far as everybody may see it.
    pub(crate) holder: Card,
    /// The type of tickets.
    #[serde(rename = "type")]
    pub(crate) n: i64,
    pub(crate) type_name: Option<String>,
    pub(crate) quantity: i64,
    /// The price of all of them, in minor units.
    pub(crate) amount: i64,
    pub(crate) currency: String,
    /// Past it the places are free for everybody again. Null for an `ask` and a `wait`.
    pub(crate) until: Option<String>,
}

/// The open places of an event.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OpensAnswer {
    /// The places that are asked for, the first to ask first; then the places that are kept, the soonest to end first.
    pub(crate) open: Vec<OpenAnswer>,
}

/// The confirmation that they are given up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ReleaseAnswer {
    released: bool,
}

/// Keeps places for ten minutes; where the organiser approves who gets a free place, asks for them.
#[utoipa::path(post, path = "/api/events/{id}/holds", tag = "tickets", params(("id" = String, Path)), request_body = HoldRequest,
    responses((status = 201, body = HoldAnswer), (status = 403, description = "It must be signed: `sign` says what"), (status = 409, description = "Not so many left, or as many as one person may have")))]
pub(crate) async fn hold(
    Person(node, session): Person,
    Path(id): Path<String>,
    JsonRequest(parts, payload): JsonRequest<HoldRequest>,
) -> Answer<(StatusCode, axum::Json<HoldAnswer>)> {
    let did = session.did.clone();
    let event = find(&node, &id, Some(&did))?;
    let operation = HoldPlaces {
        event: event.did.clone(),
        kind: field("type", payload.kind)?,
        quantity: field("quantity", payload.quantity)?,
        wait: payload.wait.unwrap_or(false).then_some(Int(1)),
    };
    let command = CommandRequest::from_operation(did, &operation)?;
    let receipt =
        node.submit_or_request_signature(&parts, &session, command, &[&event.did]).await?;
    let value = receipt.value.ok_or_else(|| {
        Problem::conflict("This was done before. Your holds end automatically after ten minutes.")
    })?;
    Ok((StatusCode::CREATED, axum::Json(HoldAnswer::from_reply(&value))))
}

/// Approves that a person gets the free places that they asked for: they are kept for a week, and the person takes them by an
/// order that names the hold. `DELETE …/holds` declines.
#[utoipa::path(post, path = "/api/events/{id}/approvals", tag = "tickets", params(("id" = String, Path)), request_body = ApproveRequest,
    responses((status = 201, body = HoldAnswer), (status = 403, description = "It must be signed: `sign` says what; or not your event"), (status = 404, description = "Nobody asked for that"), (status = 409, description = "Answered already, or not so many left")))]
pub(crate) async fn approve(
    Person(node, session): Person,
    Path(id): Path<String>,
    JsonRequest(parts, payload): JsonRequest<ApproveRequest>,
) -> Answer<(StatusCode, axum::Json<HoldAnswer>)> {
    let did = session.did.clone();
    let event = find_own(&node, &id, &did)?;
    let operation =
        ApprovePlaces { ask: field("hold", payload.hold.as_str())?, event: event.did.clone() };
    let command = CommandRequest::from_operation(did, &operation)?;
    let receipt =
        node.submit_or_request_signature(&parts, &session, command, &[&event.did]).await?;
    let value = receipt.value.ok_or_else(|| Problem::conflict("This was approved before."))?;
    Ok((StatusCode::CREATED, axum::Json(HoldAnswer::from_reply(&value))))
}

/// Lists the open places of an event: everybody's, for its organiser; your own, for everybody else.
#[utoipa::path(get, path = "/api/events/{id}/holds", tag = "tickets", params(("id" = String, Path)),
    responses((status = 200, body = OpensAnswer), (status = 404, description = "No such event")))]
pub(crate) async fn list(
    Person(node, session): Person,
    Path(id): Path<String>,
) -> Answer<axum::Json<OpensAnswer>> {
    let event = find(&node, &id, Some(&session.did))?;
    let open = open_at(&node, &event, &session.did)?;
    Ok(axum::Json(OpensAnswer { open }))
}

/// Lists open places for an event: everyone's for its organiser, the viewer's own for others. Requests come first,
/// oldest first, then holds and unpaid orders, the soonest to end first. A cancelled event has none: no one gets places of
/// it, and money that comes for an order goes back.
pub(crate) fn open_at(node: &Node, event: &Event, did: &Did) -> Answer<Vec<OpenAnswer>> {
    if event.status == "cancelled" {
        return Ok(Vec::new());
    }
    let whose = (event.organiser != *did).then(|| did.as_str());
    let now = node.now().as_millis();
    let open = queries::read(node, |db| {
        let mut holds = queries::asks(db, event.did.as_str(), whose)?;
        holds.extend(queries::open(db, event.did.as_str(), whose, now)?);
        Ok(holds)
    })?;
    let answer = |open: &Open| {
        let hold = &open.hold;
        Ok(OpenAnswer {
            hold: open.id.clone(),
            kind: if hold.is_ask() && event.free != Some(FreePlaces::Approval) {
                "wait"
            } else if hold.is_ask() {
                "ask"
            } else if open.is_order() {
                "order"
            } else {
                "hold"
            },
            holder: card(node, &hold.holder)?,
            n: hold.kind,
            type_name: event.type_name(hold.kind).map(str::to_owned),
            quantity: hold.quantity,
            amount: hold.price.saturating_mul(hold.quantity),
            currency: hold.currency.to_string(),
            until: time::text(hold.until).filter(|_| !hold.is_ask()),
        })
    };
    open.iter().map(answer).collect()
}

/// Gives kept places up: your own, or, as the organiser, any person's. Money that comes for them later buys the places that are
/// left then, or goes back.
#[utoipa::path(delete, path = "/api/events/{id}/holds", tag = "tickets", params(("id" = String, Path)), request_body = ReleaseRequest,
    responses((status = 200, body = ReleaseAnswer), (status = 403, description = "It must be signed: `sign` says what"), (status = 404, description = "No such hold"), (status = 409, description = "Given up or paid already")))]
pub(crate) async fn release(
    Person(node, session): Person,
    Path(id): Path<String>,
    JsonRequest(parts, payload): JsonRequest<ReleaseRequest>,
) -> Answer<axum::Json<ReleaseAnswer>> {
    let did = session.did.clone();
    let event = find(&node, &id, Some(&did))?;
    let operation =
        ReleasePlaces { hold: field("hold", payload.hold.as_str())?, event: event.did.clone() };
    let command = CommandRequest::from_operation(did, &operation)?;
    node.submit_or_request_signature(&parts, &session, command, &[&event.did]).await?;
    Ok(axum::Json(ReleaseAnswer { released: true }))
}
