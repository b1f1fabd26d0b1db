//! Buying: what it would come to, and doing it.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use imajin_protocol::fair::Manifest;
use imajin_protocol::{Did, Fact, FactValue, IdText, Minor};
use imajin_service::extract::{Authed, Path, parse_json, read_body};
use imajin_service::sale::{self, Counter, Offer, Quote, Rail};
use imajin_service::{Node, Problem, Wish};
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use utoipa::ToSchema;

use super::places::id_text;
use super::{enter, find};
use crate::own::time;
use crate::projection::PROJECTION;
use crate::reads::{self, Event, Kind};
use crate::{event, ops};

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

/// Somebody's part.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Part {
    did: String,
    /// How everybody may call them, where they have a name here.
    name: Option<String>,
    /// In minor units.
    amount: i64,
}

/// What an order would come to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct QuoteAnswer {
    /// In minor units, in all.
    amount: i64,
    currency: String,
    /// What each would get.
    recipients: Vec<Part>,
    /// Every level of every manifest.
    #[schema(value_type = Object)]
    division: Json,
    /// What the buyer signs: op, did, ref, fact, body, to.
    #[schema(value_type = Object)]
    sign: Json,
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
}

struct Order {
    event: Event,
    kind: Kind,
    quantity: i64,
    offer: Offer,
    quote: Quote,
}

impl Order {
    fn fact(&self, hold: Option<&str>) -> Result<Fact, Problem> {
        let bad = |error: String| Problem::field("fact", format!("{error}."));
        let terms = self.offer.terms(&self.quote);
        let pinned = terms.fact().map_err(|error| bad(error.to_string()))?;
        let pinned = pinned
            .iter()
            .filter(|(key, _)| !["service", "kind"].contains(key))
            .map(|(key, value)| (key.to_owned(), value.clone()));
        let mut members: Vec<(String, FactValue)> = pinned.collect();
        members.push(("type".to_owned(), self.kind.n.into()));
        members.push(("quantity".to_owned(), self.quantity.into()));
        let over = self.event.over_at.ok_or_else(|| {
            Problem::gone("What this event says was erased: it sells nothing any more.")
        })?;
        members.push(("ends".to_owned(), over.into()));
        if let Some(hold) = hold {
            members.push(("hold".to_owned(), id_text(hold)?.into()));
        }
        Fact::new(members).map_err(|error| bad(error.to_string()))
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
    let kind = node.read(PROJECTION.name, |db| {
        reads::kind(db, event.did.as_str(), asked.r#type, now)
    })?;
    let kind =
        kind.ok_or_else(|| Problem::field("type", "This event has no such type of tickets."))?;
    let quantity = asked.quantity.unwrap_or(1);
    let amount = kind
        .price
        .checked_mul(quantity)
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
        service: word("events")?,
        kind: word("ticket")?,
        manifest,
        rail: Rail::parse(rail)
            .ok_or_else(|| Problem::field("rail", "rail must be ledger, emt or stripe."))?,
        quoted: sale::quoted_by(node, headers),
    };
    let quote = node.cashier()?.quote(node, &offer)?;
    Ok(Order {
        event,
        kind,
        quantity,
        offer,
        quote,
    })
}

/// What an order would come to: who gets what, and what the buyer signs.
#[utoipa::path(post, path = "/api/events/{id}/quote", tag = "tickets", params(("id" = String, Path)), request_body = BuyRequest,
    responses((status = 200, body = QuoteAnswer), (status = 404, description = "No such event"), (status = 409, description = "The manifests cannot be followed")))]
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
    let fact = order.fact(asked.hold.as_deref())?;
    let sign = json!({
        "op": ops::BUY, "did": did, "ref": order.event.did, "fact": fact.to_json(), "body": null, "to": order.to(),
    });
    let part = |(did, amount): &(Did, Minor)| {
        let card = node.card(did)?;
        Ok(Part {
            did: did.to_string(),
            name: card.and_then(|card| card.display_name.or(card.handle)),
            amount: amount.get(),
        })
    };
    Ok(axum::Json(QuoteAnswer {
        amount: order.offer.amount.get(),
        currency: order.offer.currency.to_string(),
        recipients: (order.quote.recipients.iter().map(part)).collect::<Result<_, Problem>>()?,
        division: order.quote.division.clone(),
        sign,
    }))
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
    let wish = Wish::new(did.clone(), ops::BUY)
        .reference(id_text(order.event.did.as_str())?)
        .fact(order.fact(asked.hold.as_deref())?);
    let receipt = enter(&node, &parts, &authed.0, wish, &order.to()).await?;
    let value = receipt.value.ok_or_else(|| {
        Problem::conflict(
            "This very order was entered before. Your tickets stand under /events/mine.",
        )
    })?;
    let payment = value["payment"].as_str().unwrap_or_default().to_owned();
    let paid = value["paid"] == true;
    let url = match order.offer.rail {
        Rail::Stripe if !paid => Some(open(&node, &order, &payment, &asked).await?),
        _ => None,
    };
    let tickets = value["tickets"].as_array().into_iter().flatten();
    let memo = (order.offer.rail == Rail::Emt && !paid).then(|| sale::memo(&payment));
    let answer = BuyAnswer {
        memo,
        payment,
        paid,
        tickets: tickets
            .filter_map(|one| one.as_str().map(str::to_owned))
            .collect(),
        until: value["until"].as_i64().and_then(time),
        url,
    };
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

/// The provider's page for a payment.
async fn open(
    node: &Node,
    order: &Order,
    payment: &str,
    asked: &BuyRequest,
) -> Result<String, Problem> {
    let own = |path: &str| format!("{}/events/{path}", node.url());
    let id = event::id_of(&order.event.did).unwrap_or_default();
    let counter = Counter {
        title: order.event.word("title").unwrap_or("Tickets").to_owned(),
        success_url: asked.success_url.clone().unwrap_or_else(|| own("mine")),
        cancel_url: asked.cancel_url.clone().unwrap_or_else(|| own(&id)),
        email: asked.email.clone(),
    };
    let opened = node
        .cashier()?
        .open(node, &id_text(payment)?, &counter)
        .await?;
    Ok(opened.url)
}
