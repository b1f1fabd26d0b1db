//! Buying: what it would come to, and doing it.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use imajin_dfos::Timestamp;
use imajin_ledger::Refusal;
use imajin_protocol::fair::Manifest;
use imajin_protocol::{Did, IdText, Minor};
use imajin_selling::{self as sale, Counter, HowToPay, Offer, Quote, QuoteAnswer, Rail};
use imajin_service::extract::{Authed, Path, parse_json, read_body};
use imajin_service::operation::{Int, Refused};
use imajin_service::{CommandRequest, Node, Problem};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fields::field;
use crate::event::{id_of, time};
use crate::lookup::find;
use crate::manifest::MANIFEST;
use crate::operations::{BuyTickets, check_left};
use crate::queries::{self, Event, Kind};

/// An order.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BuyRequest {
    /// The type of tickets, from 1.
    r#type: i64,
    /// 1, if left out.
    quantity: Option<i64>,
    /// ledger (credit on this box, and what is free), emt, stripe; the ledger, if left out.
    rail: Option<String>,
    /// Places that one keeps already.
    hold: Option<String>,
    /// Where the provider's page sends the buyer, if there is one.
    success_url: Option<String>,
    cancel_url: Option<String>,
    email: Option<String>,
}

/// What became of an order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BuyAnswer {
    payment: String,
    /// Whether it is paid, and the tickets are there.
    paid: bool,
    tickets: Vec<String>,
    /// Until when the places are kept for a payment that is on its way.
    until: Option<String>,
    /// The page where the buyer pays.
    url: Option<String>,
    /// What the buyer writes into the e-transfer.
    #[schema(example = "IMJ-0F3C91AB7E")]
    memo: Option<String>,
    /// The page that tells the buyer where to send the e-transfer, and by when.
    #[serde(rename = "paymentPage")]
    payment_page: Option<String>,
}

struct Order {
    event: Event,
    kind: Kind,
    quantity: Int<1, 100>,
    offer: Offer,
    quote: Quote,
}

impl Order {
    fn operation(&self, hold: Option<&str>) -> Result<BuyTickets, Problem> {
        let terms = self.offer.terms(&self.quote);
        let over = self.event.over_at;
        let over = over.and_then(|over| Timestamp::from_millis(over).ok());
        Ok(BuyTickets {
            event: self.event.did.clone(),
            kind: Int(self.kind.n),
            quantity: self.quantity,
            amount: terms.amount,
            currency: terms.currency,
            fair: terms.manifest.digest(),
            rail: terms.later_rail(),
            seller: terms.seller,
            follows: terms.follows,
            ends: over.ok_or_else(|| {
                Problem::gone("What this event says was erased: it sells nothing any more.")
            })?,
            quoted: terms.quoted,
            hold: hold.map(|hold| field("hold", hold)).transpose()?,
        })
    }

    fn to(&self) -> Vec<&Did> {
        self.quote.to.iter().chain([&self.event.did]).collect()
    }
}

fn order(
    node: &Node,
    payer: &Did,
    name: &str,
    asked: &BuyRequest,
    headers: &HeaderMap,
) -> Result<Order, Problem> {
    let event = find(node, name, Some(payer))?;
    let now = node.now().as_millis();
    let kind = node.read(MANIFEST.name, |db| {
        queries::kind(db, event.did.as_str(), asked.r#type, now)
    })?;
    let kind =
        kind.ok_or_else(|| Problem::field("type", "This event has no such type of tickets."))?;
    let quantity: Int<1, 100> = field("quantity", asked.quantity.unwrap_or(1))?;
    let amount = kind
        .price
        .checked_mul(quantity.0)
        .and_then(|units| Minor::new(units).ok());
    let text = event.manifest.as_deref().unwrap_or_default();
    let manifest = Manifest::parse(text).map_err(|_| {
        Problem::gone("What this event says was erased: it sells nothing any more.")
    })?;
    let rail = asked.rail.as_deref().unwrap_or("ledger");
    let word = |text: &str| IdText::parse(text).map_err(Problem::internal);
    let offer = Offer {
        payer: payer.clone(),
        amount: amount.ok_or_else(|| Problem::field("quantity", "That is too many tickets."))?,
        currency: kind.currency,
        service: word(MANIFEST.name)?,
        kind: word("ticket")?,
        manifest,
        rail: Rail::parse(rail)
            .ok_or_else(|| Problem::field("rail", "rail must be ledger, emt or stripe."))?,
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

/// What an order would cost: the shares, and what the buyer signs.
#[utoipa::path(post, path = "/api/events/{id}/quote", tag = "tickets", params(("id" = String, Path)), request_body = BuyRequest,
    responses((status = 200, body = QuoteAnswer), (status = 404, description = "No such event"), (status = 409, description = "Not so many left, or the manifests cannot be followed")))]
pub(crate) async fn quote(
    State(node): State<Node>,
    authed: Authed,
    Path(id): Path<String>,
    request: Request,
) -> Result<axum::Json<QuoteAnswer>, Problem> {
    let (parts, body) = request.into_parts();
    let asked: BuyRequest = parse_json(&read_body(body, &node).await?)?;
    let did = &authed.0.did;
    let order = order(&node, did, &id, &asked, &parts.headers)?;
    // Places that one keeps already count for the order, so only the decision knows about those.
    if asked.hold.is_none() {
        check_left(&order.kind, order.quantity.0, 0)
            .map_err(|left| Refusal::from(Refused::from(left)))?;
    }
    let command = CommandRequest::of(did.clone(), &order.operation(asked.hold.as_deref())?)?;
    let answer = QuoteAnswer::of(&node, (&order.offer, &order.quote), &command, &order.to())?;
    Ok(axum::Json(answer))
}

/// Buys tickets: paid at once from credit, or kept until the money comes.
#[utoipa::path(post, path = "/api/events/{id}/buy", tag = "tickets", params(("id" = String, Path), ("MJN-Proof" = Option<String>, Header, description = "The proof of will of `events.buy`")), request_body = BuyRequest,
    responses((status = 201, body = BuyAnswer), (status = 402, description = "Not enough credit"), (status = 403, description = "It must be signed: `sign` says what"), (status = 409, description = "Not so many left, or the price has changed")))]
pub(crate) async fn buy(
    State(node): State<Node>,
    authed: Authed,
    Path(id): Path<String>,
    request: Request,
) -> Result<(StatusCode, axum::Json<BuyAnswer>), Problem> {
    let (parts, bytes) = request.into_parts();
    let asked: BuyRequest = parse_json(&read_body(bytes, &node).await?)?;
    let did = authed.0.did.clone();
    let order = order(&node, &did, &id, &asked, &parts.headers)?;
    let command = CommandRequest::of(did, &order.operation(asked.hold.as_deref())?)?;
    let receipt = node
        .submit_or_request_signature(&parts, &authed.0, command, &order.to())
        .await?;
    let value = receipt.value.ok_or_else(|| {
        Problem::conflict("This very order was entered before. Your tickets are at /events/mine.")
    })?;
    let payment = value["payment"].as_str().unwrap_or_default().to_owned();
    let paid = value["paid"] == true;
    let how = match paid {
        true => HowToPay::default(),
        false => {
            let id = field("payment", payment.as_str())?;
            HowToPay::of(&node, order.offer.rail, &id, &counter(&node, &order, asked)).await?
        }
    };
    let tickets = value["tickets"].as_array().into_iter().flatten();
    let answer = BuyAnswer {
        memo: how.memo,
        payment_page: how.payment_page,
        payment,
        paid,
        tickets: tickets
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect(),
        until: value["until"].as_i64().and_then(time),
        url: how.url,
    };
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

/// What a provider's page says of an order, and where it leads back to.
fn counter(node: &Node, order: &Order, asked: BuyRequest) -> Counter {
    let own = |path: &str| format!("{}/events/{path}", node.url());
    let id = id_of(&order.event.did).unwrap_or_default();
    Counter {
        title: order.event.word("title").unwrap_or("Tickets").to_owned(),
        success_url: asked.success_url.unwrap_or_else(|| own("mine")),
        cancel_url: asked.cancel_url.unwrap_or_else(|| own(&id)),
        email: asked.email,
    }
}
