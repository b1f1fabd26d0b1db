//! The list of guests, for the organiser.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use imajin_app::extract::{Authed, Path, Person};
use imajin_app::{Answer, Card, Node, csv, time};
use imajin_protocol::Currency;
use serde::Serialize;
use utoipa::ToSchema;

use crate::guests::{self, GuestNames, guest_name};
use crate::lookup::find_own;
use crate::operations::CheckIn;
use crate::queries::{self, Event, TicketRow};

/// Somebody with a ticket.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Guest {
    /// Who, as far as everybody may see it.
    pub(crate) card: Card,
    /// The name of the holder's companion for whom the ticket is.
    pub(crate) companion: Option<String>,
    pub(crate) ticket: String,
    pub(crate) r#type: i64,
    pub(crate) type_name: Option<String>,
    pub(crate) status: String,
    payment: Option<String>,
    /// In minor units.
    pub(crate) price: i64,
    #[schema(value_type = String)]
    pub(crate) currency: Currency,
    used_at: Option<String>,
    door: Option<i64>,
    /// When they were let in, in milliseconds by the door's clock.
    #[serde(skip)]
    pub(crate) came: Option<i64>,
}

impl Guest {
    fn new(event: &Event, names: &GuestNames, held: TicketRow) -> Self {
        Self {
            card: names.card(&held),
            companion: names.companion(&held),
            type_name: event.type_name(held.kind).map(str::to_owned),
            status: held.shown_status().to_owned(),
            ticket: held.ticket,
            r#type: held.kind,
            payment: held.payment,
            price: held.price,
            currency: held.currency,
            used_at: held.used_at.and_then(time::text),
            door: held.door,
            came: held.used_at,
        }
    }

    /// Returns the guest's name: the companion's, or the holder's.
    pub(crate) fn name(&self) -> Option<&str> {
        guest_name(&self.card, self.companion.as_deref())
    }

    /// Returns the name of the holder with whom a companion comes.
    fn host_name(&self) -> Option<&str> {
        guest_name(&self.card, None).filter(|_| self.companion.is_some())
    }
}

/// Everybody with a ticket.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GuestsAnswer {
    guests: Vec<Guest>,
    total: usize,
}

/// The ticket holders, for the organiser.
#[utoipa::path(get, path = "/api/events/{id}/guests", tag = "door", params(("id" = String, Path)),
    responses((status = 200, body = GuestsAnswer), (status = 403, description = "Not your own")))]
pub(crate) async fn guests(
    State(node): State<Node>,
    authed: Authed,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<axum::Json<GuestsAnswer>> {
    let who = authed.acting_for(&node, &headers, CheckIn::NAME)?;
    let event = find_own(&node, &id, &who)?;
    let guests = guests_of(&node, &event)?;
    Ok(axum::Json(GuestsAnswer { total: guests.len(), guests }))
}

/// The ticket holders, for the organiser, as a table (RFC 4180).
#[utoipa::path(get, path = "/api/events/{id}/guests.csv", tag = "door", params(("id" = String, Path)),
    responses((status = 200, description = "A table: name, with, ticket, type, status, came, price, currency", content_type = "text/csv", body = String), (status = 403, description = "Not your own")))]
pub(crate) async fn guests_csv(
    Person(node, session): Person,
    Path(id): Path<String>,
) -> Answer<Response> {
    let event = find_own(&node, &id, &session.did)?;
    let columns = ["name", "with", "ticket", "type", "status", "came", "price", "currency"];
    let mut table = csv::line(columns);
    for guest in guests_of(&node, &event)? {
        table += &csv::line([
            guest.name().unwrap_or_default(),
            guest.host_name().unwrap_or_default(),
            &guest.ticket,
            guest.type_name.as_deref().unwrap_or_default(),
            &guest.status,
            guest.used_at.as_deref().unwrap_or_default(),
            &guest.price.to_string(),
            guest.currency.code(),
        ]);
    }
    Ok(csv::file(&format!("{}-guests.csv", event.id), table))
}

/// Returns the guests of an event. Tickets that were passed on have none.
pub(crate) fn guests_of(node: &Node, event: &Event) -> Answer<Vec<Guest>> {
    let all = queries::read(node, |db| queries::all_tickets(db, event.did.as_str()))?;
    let held: Vec<TicketRow> = all.into_iter().filter(|held| held.status != "passed").collect();
    let holders = held.iter().map(|held| &held.holder);
    let names = guests::names(node, &event.did)?.with_cards(node, holders)?;
    Ok(held.into_iter().map(|held| Guest::new(event, &names, held)).collect())
}
