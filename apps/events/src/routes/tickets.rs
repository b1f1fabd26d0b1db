//! Tickets for their holders: the signed text, the code for the door, and transfers.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use imajin_app::extract::{JsonRequest, Path, Person};
use imajin_app::{Answer, CommandRequest, Node, Problem, time};
use imajin_host::prelude::*;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fields::field;
use crate::lookup::own_ticket;
use crate::operations::TransferTicket;
use crate::qr;
use crate::queries::{self, TicketRow};

/// A ticket.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TicketAnswer {
    #[schema(example = "tkt_0f3c…")]
    pub(crate) id: String,
    pub(crate) event: String,
    /// Null where it is of another box.
    pub(crate) event_id: Option<String>,
    /// The event's title; of another box's event, the title when the ticket was issued. Null where its organiser erased it.
    pub(crate) title: Option<String>,
    pub(crate) starts_at: Option<String>,
    pub(crate) event_status: Option<String>,
    /// The type of the ticket, and what it is called.
    pub(crate) r#type: i64,
    pub(crate) type_name: Option<String>,
    pub(crate) seat: String,
    pub(crate) issue: i64,
    /// valid, used, passed (to another person), void (returned, or its event was cancelled).
    pub(crate) status: String,
    pub(crate) holder: String,
    /// The payment, as `pay` knows it.
    pub(crate) payment: Option<String>,
    /// In minor units.
    pub(crate) price: i64,
    pub(crate) currency: String,
    pub(crate) issued_at: Option<String>,
    pub(crate) used_at: Option<String>,
    /// The text that the event signed, and its signature: 128 hex digits.
    pub(crate) text: Option<String>,
    pub(crate) signature: Option<String>,
    /// The content of the QR code.
    pub(crate) code: Option<String>,
}

/// The new holder.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct TransferRequest {
    /// A DID.
    to: String,
}

/// The confirmation that another person has it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TransferAnswer {
    transferred: bool,
}

/// Builds the response for a ticket, with the texts of its event.
pub(crate) fn answer(node: &Node, held: &TicketRow) -> Answer<TicketAnswer> {
    let event = queries::read(node, |db| queries::event(db, held.event.as_str()))?;
    Ok(ticket_answer(held, event.as_ref()))
}

/// Builds the response for a ticket. An event of another node is shown with its texts when the ticket was issued.
pub(crate) fn ticket_answer(held: &TicketRow, event: Option<&queries::Event>) -> TicketAnswer {
    let (title, starts, type_name) = match event {
        Some(event) => (event.word("title"), event.starts, event.type_name(held.kind)),
        None => (held.title.as_deref(), held.starts, held.type_name.as_deref()),
    };
    TicketAnswer {
        id: held.ticket.clone(),
        event: held.event.to_string(),
        event_id: event.map(|event| event.id.clone()),
        title: title.map(str::to_owned),
        starts_at: starts.and_then(time::text),
        event_status: event.map(|event| event.status.clone()),
        r#type: held.kind,
        type_name: type_name.map(str::to_owned),
        seat: held.seat.clone(),
        issue: held.issue,
        status: held.shown_status().to_owned(),
        holder: held.holder.to_string(),
        payment: held.payment.clone(),
        price: held.price,
        currency: held.currency.to_string(),
        issued_at: time::text(held.at),
        used_at: held.used_at.and_then(time::text),
        text: held.text.clone(),
        signature: held.signature.clone(),
        code: held.code().filter(|_| held.counts()),
    }
}

/// Returns a ticket of yours.
#[utoipa::path(get, path = "/api/tickets/{id}", tag = "tickets", params(("id" = String, Path)),
    responses((status = 200, body = TicketAnswer), (status = 404, description = "Not your own")))]
pub(crate) async fn get(
    Person(node, session): Person,
    Path(id): Path<String>,
) -> Answer<axum::Json<TicketAnswer>> {
    let ticket = own_ticket(&node, &session.did, &id)?;
    answer(&node, &ticket).map(axum::Json)
}

/// The code for the door as a picture.
#[utoipa::path(get, path = "/api/tickets/{id}/qr.svg", tag = "tickets", params(("id" = String, Path)),
    responses((status = 200, content_type = "image/svg+xml"), (status = 404, description = "Not your own, or it does not count any more")))]
pub(crate) async fn svg(Person(node, session): Person, Path(id): Path<String>) -> Answer<Response> {
    let code = code(&node, &session.did, &id)?;
    Ok(picture("image/svg+xml", qr::svg(&code)?.into_bytes()))
}

/// The ticket's code, as a PNG.
#[utoipa::path(get, path = "/api/tickets/{id}/qr.png", tag = "tickets", params(("id" = String, Path)),
    responses((status = 200, content_type = "image/png"), (status = 404, description = "Not your own, or it does not count any more")))]
pub(crate) async fn png(Person(node, session): Person, Path(id): Path<String>) -> Answer<Response> {
    let code = code(&node, &session.did, &id)?;
    Ok(picture("image/png", qr::png(&code)?))
}

fn code(node: &Node, did: &Did, id: &str) -> Answer<String> {
    let ticket = own_ticket(node, did, id)?;
    let code = ticket.code().filter(|_| ticket.counts());
    code.ok_or_else(|| Problem::not_found("This ticket is no longer valid."))
}

fn picture(kind: &'static str, bytes: Vec<u8>) -> Response {
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "private, no-store")];
    (headers, bytes).into_response()
}

/// Transfers a ticket: the event signs a new one for another person, and this one is no longer valid.
#[utoipa::path(post, path = "/api/tickets/{id}/transfer", tag = "tickets", params(("id" = String, Path)), request_body = TransferRequest,
    responses((status = 200, body = TransferAnswer), (status = 403, description = "It must be signed: `sign` says what"), (status = 409, description = "It was used, passed on or returned")))]
pub(crate) async fn transfer(
    Person(node, session): Person,
    Path(id): Path<String>,
    JsonRequest(parts, payload): JsonRequest<TransferRequest>,
) -> Answer<axum::Json<TransferAnswer>> {
    let did = session.did.clone();
    let ticket_row = own_ticket(&node, &did, &id)?;
    let nobody = || Problem::not_found(format!("Nobody here goes by {}.", payload.to));
    let to = node.resolve(&payload.to)?.ok_or_else(nobody)?;
    let operation = TransferTicket {
        ticket: field("id", id.as_str())?,
        event: ticket_row.event.clone(),
        holder: to.clone(),
    };
    let command = CommandRequest::from_operation(did, &operation)?;
    node.submit_or_request_signature(&parts, &session, command, &[&ticket_row.event, &to]).await?;
    Ok(axum::Json(TransferAnswer { transferred: true }))
}
