//! Quotes and orders.

use axum::http::{HeaderMap, StatusCode};
use imajin_app::extract::{JsonRequest, Path, Person};
use imajin_app::operation::{Int, Refused, Title};
use imajin_app::{Answer, CommandRequest, Node, Peer, Problem, args};
use imajin_dfos::Timestamp;
use imajin_host::budget::Spend;
use imajin_host::mail::is_address;
use imajin_host::prelude::*;
use imajin_ledger::Refusal;
use imajin_protocol::{Did, IdText, Minor};
use imajin_selling::{self as sale, Agreed, Offer, Paying, Quote, QuoteAnswer, SaleAnswer};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::fields::field;
use crate::event::id_of;
use crate::guests::{self, Details};
use crate::letters;
use crate::lookup::find;
use crate::manifest::{MANIFEST, TEXTS};
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
    /// Your name for the organiser's list of guests, if you have none here: up to 100 characters. No record has it.
    name: Option<String>,
    /// An address for your tickets and for the organiser's messages to all guests, if you have none here. No record has it.
    email: Option<String>,
    /// The names of your companions, for the organiser's list of guests: at most `quantity`, up to 100 characters each.
    /// No record has them.
    companions: Option<Vec<String>>,
    #[serde(flatten)]
    paying: Paying,
}

/// The name and the address that a buyer without an account typed, and the names of companions.
struct GuestDetails {
    name: Option<String>,
    email: Option<String>,
    companions: Vec<String>,
}

impl GuestDetails {
    /// Reads what the order has of them.
    ///
    /// # Errors
    /// 400 for a name that shows nothing or is too long, for an address that no letter can go to, and for more companions
    /// than tickets.
    fn read(order: &BuyRequest) -> Answer<Self> {
        let name = order.name.as_deref();
        let name = name.map(|name| field::<Title<100>>("name", name));
        let email = order.email.as_deref().map(mailbox);
        Ok(Self {
            name: name.transpose()?.map(|Title(name)| name),
            email: email.transpose()?,
            companions: read_companions(order)?,
        })
    }

    /// Keeps the names and the address for the organiser, and sends the tickets to the address. The person's own name and
    /// address come first. Returns whether a letter with the tickets is on its way.
    async fn use_for(
        self,
        node: &Node,
        peer: Peer,
        event: &Event,
        (buyer, tickets): (&Did, &[String]),
    ) -> Answer<bool> {
        if tickets.is_empty() {
            return Ok(false);
        }
        let has_address = node.address(buyer)?.is_some();
        let is_unnamed = self.name.is_some() && node.called(buyer)?.is_none();
        let may_write = || node.spend(Spend::Ticket, peer.address).is_ok();
        let address = self.email.filter(|_| !has_address && may_write());
        // The first ticket is the buyer's own, unless all are for companions.
        let first = tickets.len().saturating_sub(self.companions.len());
        let companions = tickets.iter().skip(first).cloned().zip(self.companions);
        let details = Details {
            name: self.name.filter(|_| is_unnamed),
            address: address.clone(),
            companions: companions.collect(),
        };
        guests::keep(node, &event.did, buyer, details).await?;
        let is_queued = match address {
            Some(address) => {
                letters::to_typed_address(node, address, event, (buyer, tickets)).await?
            }
            // The worker writes to the person's own address.
            None => has_address,
        };
        Ok(is_queued && node.mail().can_send())
    }
}

/// Reads the names of companions, for the last tickets of the order.
fn read_companions(order: &BuyRequest) -> Answer<Vec<String>> {
    let names = order.companions.as_deref().unwrap_or_default();
    let quantity = usize::try_from(order.quantity.unwrap_or(1)).unwrap_or(0);
    if names.len() > quantity {
        let message = TEXTS.say("too-many-companions", args![]);
        return Err(Problem::field("companions", message));
    }
    let names = names.iter().map(|name| field::<Title<100>>("companions", name.as_str()));
    names.map(|name| name.map(|Title(name)| name)).collect()
}

/// Returns an address in the one spelling that the node uses for it.
/// Errors: 400 if no letter can go to it.
fn mailbox(email: &str) -> Answer<String> {
    let alias = Did::from_email(email).ok();
    let address = alias.and_then(|alias| alias.email());
    let address = address.filter(|address| is_address(address));
    address.ok_or_else(|| Problem::field("email", TEXTS.say("no-address", args![])))
}

/// The state of an order; once it is paid, the tickets are there.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BuyAnswer {
    tickets: Vec<String>,
    /// Whether a letter with the tickets is on its way.
    mailed: bool,
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
    let kind = queries::read(node, |db| queries::kind(db, event.did.as_str(), asked.r#type, now))?;
    let kind =
        kind.ok_or_else(|| Problem::field("type", "This event has no such type of tickets."))?;
    let quantity: Int<1, 100> = field("quantity", asked.quantity.unwrap_or(1))?;
    let amount = kind.price.checked_mul(quantity.0).and_then(|units| Minor::new(units).ok());
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
    Ok(Order { event, kind, quantity, offer, quote })
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
    peer: Peer,
    Path(id): Path<String>,
    JsonRequest(parts, payload): JsonRequest<BuyRequest>,
) -> Answer<(StatusCode, axum::Json<BuyAnswer>)> {
    let did = session.did.clone();
    let guest = GuestDetails::read(&payload)?;
    let order = order(&node, &did, &id, &payload, &parts.headers)?;
    payload.paying.check_seen(&order.offer, &order.quote)?;
    let command = CommandRequest::from_operation(did, &order.operation(payload.hold.as_deref())?)?;
    let receipt = node.submit_or_request_signature(&parts, &session, command, &order.to()).await?;
    let value = match receipt.value {
        Some(value) => value,
        // The order was entered before. While it isn't paid, its buyer may have lost the answer that tells how to pay it.
        None => {
            let begun = sale::cashier(&node)?.begun(&node, &receipt)?;
            let entered = || {
                Problem::conflict(
                    "This very order was entered before. Your tickets are at /events/mine.",
                )
                .slug("entered")
            };
            begun.filter(|begun| !begun.paid).ok_or_else(entered)?.reply()
        }
    };
    let own = |path: &str| format!("{}/events/{path}", node.url());
    let id = id_of(&order.event.did).unwrap_or_default();
    let title = order.event.word("title").unwrap_or("Tickets").to_owned();
    let counter = payload.paying.counter(title, (own("mine"), own(&id)));
    let tickets = value["tickets"].as_array().into_iter().flatten();
    let tickets: Vec<String> =
        tickets.filter_map(|ticket| ticket.as_str().map(str::to_owned)).collect();
    let bought = (&session.did, tickets.as_slice());
    let mailed = guest.use_for(&node, peer, &order.event, bought).await;
    // The tickets are there, whatever becomes of the name and the letter.
    let mailed = mailed.unwrap_or_else(|problem| {
        tracing::error!("the name or the letter of a guest is lost: {problem}");
        false
    });
    let answer = BuyAnswer {
        tickets,
        mailed,
        sale: SaleAnswer::from_reply(&node, &value, (order.offer.rail, &counter)).await?,
    };
    Ok((StatusCode::CREATED, axum::Json(answer)))
}
