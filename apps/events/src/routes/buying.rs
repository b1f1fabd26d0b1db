//! Quotes and orders.

use axum::http::{HeaderMap, StatusCode};
use imajin_app::extract::{JsonRequest, Path, Person};
use imajin_app::operation::{Int, Refused};
use imajin_app::{Answer, CommandRequest, Node, Problem};
use imajin_dfos::Timestamp;
use imajin_host::prelude::*;
use imajin_ledger::Refusal;
use imajin_protocol::{Did, IdText, Minor};
use imajin_selling::{self as sale, Agreed, Offer, Paying, Quote, QuoteAnswer, SaleAnswer};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fields::field;
use crate::event::id_of;
use crate::lookup::find;
use crate::manifest::MANIFEST;
use crate::operations::{BuyTickets, check_left};
use crate::queries::{self, Event, Kind};

/// An order.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct BuyRequest {
    /// The type of tickets, from 1.
    r#type: i64,
    /// 1, if left out.
    quantity: Option<i64>,
    /// Places that you keep already.
    hold: Option<String>,
    #[serde(flatten)]
    paying: Paying,
}

/// The state of an order; once it is paid, the tickets are there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BuyAnswer {
    tickets: Vec<String>,
    #[serde(flatten)]
    sale: SaleAnswer,
}

struct Order {
    event: Event,
    kind: Kind,
    quantity: Int<1, 100>,
    offer: Offer,
    quote: Quote,
}

impl Order {
    fn operation(&self, hold: Option<&str>) -> Answer<BuyTickets> {
        let terms = self.offer.terms(&self.quote);
        let over = self.event.over_at;
        let over = over.and_then(|over| Timestamp::from_millis(over).ok());
        Ok(BuyTickets {
            event: self.event.did.clone(),
            kind: Int(self.kind.n),
            quantity: self.quantity,
            agreed: Agreed::to(&terms),
            seller: terms.seller,
            ends: over.ok_or_else(erased)?,
            hold: hold.map(|hold| field("hold", hold)).transpose()?,
        })
    }

    fn to(&self) -> Vec<&Did> {
        self.quote.to.iter().chain([&self.event.did]).collect()
    }
}

fn erased() -> Problem {
    Problem::gone("This event’s words were erased: it sells nothing any more.")
}

fn order(
    node: &Node,
    payer: &Did,
    name: &str,
    asked: &BuyRequest,
    headers: &HeaderMap,
) -> Answer<Order> {
    let event = find(node, name, Some(payer))?;
    let now = node.now().as_millis();
    let kind = queries::read(node, |db| {
        queries::kind(db, event.did.as_str(), asked.r#type, now)
    })?;
    let kind =
        kind.ok_or_else(|| Problem::field("type", "This event has no such type of tickets."))?;
    let quantity: Int<1, 100> = field("quantity", asked.quantity.unwrap_or(1))?;
    let amount = kind.price.checked_mul(quantity.0);
    let amount = amount.and_then(|units| Minor::new(units).ok());
    let manifest = event.signed_manifest().ok_or_else(erased)?;
    let word = |text: &str| IdText::parse(text).map_err(Problem::internal);
    let offer = Offer {
        payer: payer.clone(),
        amount: amount.ok_or_else(|| Problem::field("quantity", "That is too many tickets."))?,
        currency: kind.currency,
        service: word(MANIFEST.name)?,
        kind: word("ticket")?,
        manifest,
        agreed: None,
        rail: asked.paying.rail()?,
        quoted: sale::quoted_by(node, headers),
    };
    let quote = imajin_selling::cashier(node)?.quote(node, &offer)?;
    Ok(Order {
        event,
        kind,
        quantity,
        offer,
        quote,
    })
}

/// Returns the price of an order: the shares, and the command that the buyer signs.
#[utoipa::path(post, path = "/api/events/{id}/quote", tag = "tickets", params(("id" = String, Path)), request_body = BuyRequest,
    responses((status = 200, body = QuoteAnswer), (status = 404, description = "No such event"), (status = 409, description = "Not so many left, or the manifests cannot be followed")))]
pub(crate) async fn quote(
    Person(node, session): Person,
    Path(id): Path<String>,
    JsonRequest(parts, payload): JsonRequest<BuyRequest>,
) -> Answer<axum::Json<QuoteAnswer>> {
    let did = &session.did;
    let order = order(&node, did, &id, &payload, &parts.headers)?;
    // Places already held for the buyer count towards the order, so only the decision can check those orders.
    if payload.hold.is_none() {
        check_left(&order.kind, order.quantity.0, 0)
            .map_err(|left| Refusal::from(Refused::from(left)))?;
    }
    let command =
        CommandRequest::from_operation(did.clone(), &order.operation(payload.hold.as_deref())?)?;
    let answer = QuoteAnswer::new(&node, (&order.offer, &order.quote), &command, &order.to())?;
    Ok(axum::Json(answer))
}

/// Buys tickets: paid at once from credit, or kept until the money comes.
#[utoipa::path(post, path = "/api/events/{id}/buy", tag = "tickets", params(("id" = String, Path), ("MJN-Proof" = Option<String>, Header, description = "The proof of will of `events.buy`")), request_body = BuyRequest,
    responses((status = 201, body = BuyAnswer), (status = 402, description = "Not enough credit"), (status = 403, description = "It must be signed: `sign` says what"), (status = 409, description = "Not so many left, or the price has changed")))]
pub(crate) async fn buy(
    Person(node, session): Person,
    Path(id): Path<String>,
    JsonRequest(parts, payload): JsonRequest<BuyRequest>,
) -> Answer<(StatusCode, axum::Json<BuyAnswer>)> {
    let did = session.did.clone();
    let order = order(&node, &did, &id, &payload, &parts.headers)?;
    payload.paying.check_seen(&order.offer, &order.quote)?;
    let command = CommandRequest::from_operation(did, &order.operation(payload.hold.as_deref())?)?;
    let receipt = node
        .submit_or_request_signature(&parts, &session, command, &order.to())
        .await?;
    let value = receipt.value.ok_or_else(|| {
        Problem::conflict("This very order was entered before. Your tickets are at /events/mine.")
            .slug("entered")
    })?;
    let own = |path: &str| format!("{}/events/{path}", node.url());
    let id = id_of(&order.event.did).unwrap_or_default();
    let title = order.event.word("title").unwrap_or("Tickets").to_owned();
    let counter = payload.paying.counter(title, (own("mine"), own(&id)));
    let tickets = value["tickets"].as_array().into_iter().flatten();
    let answer = BuyAnswer {
        tickets: tickets
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect(),
        sale: SaleAnswer::from_reply(&node, &value, (order.offer.rail, &counter)).await?,
    };
    Ok((StatusCode::CREATED, axum::Json(answer)))
}
