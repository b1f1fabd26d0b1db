//! The door data, for the organiser and for the people to whom they delegate check-ins.

use axum::extract::State;
use axum::http::HeaderMap;
use imajin_app::extract::{Authed, Path};
use imajin_app::{Answer, Node, time};
use imajin_dfos::PublicKey;
use imajin_log::rules::Owner;
use serde::Serialize;
use utoipa::ToSchema;

use crate::guests;
use crate::lookup::find_own;
use crate::operations::CheckIn;
use crate::queries::{self, Event, TicketRow};

/// A ticket, as a door knows it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DoorTicket {
    ticket: String,
    seat: String,
    /// A door refuses an issue of a place that is lower than one it knows.
    issue: i64,
    holder: String,
    /// How everybody may call the holder, where they have a name here.
    name: Option<String>,
    /// The name of the holder's companion for whom the ticket is.
    companion: Option<String>,
    r#type: i64,
    status: String,
    /// Milliseconds, by the clock of the door that let them in.
    used_at: Option<i64>,
    door: Option<i64>,
}

/// The data that a door keeps, to work without a network.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DoorAnswer {
    event: String,
    title: Option<String>,
    organiser: String,
    /// The event's Ed25519 keys, 64 hex digits each: one of them signed each ticket.
    keys: Vec<String>,
    /// The names of the types, from 1.
    types: Vec<String>,
    tickets: Vec<DoorTicket>,
    /// When this was so.
    at: Option<String>,
}

/// Returns the data that a door keeps: tickets, void tickets, and the keys to check them with.
#[utoipa::path(get, path = "/api/events/{id}/door", tag = "door",
    params(("id" = String, Path), ("X-Acting-For" = Option<String>, Header, description = "Who organises, for a door that acts under their delegation of events.checkin")),
    responses((status = 200, body = DoorAnswer), (status = 403, description = "Not your own, and no delegation")))]
pub(crate) async fn door(
    State(node): State<Node>,
    authed: Authed,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Answer<axum::Json<DoorAnswer>> {
    let who = authed.acting_for(&node, &headers, CheckIn::NAME)?;
    let event = find_own(&node, &id, &who)?;
    let all = queries::read(&node, |db| queries::all_tickets(db, event.did.as_str()))?;
    let holders = all.iter().map(|held| &held.holder);
    let names = guests::names(&node, &event.did)?.with_cards(&node, holders)?;
    let ticket = |held: TicketRow| {
        let card = names.card(&held);
        let companion = names.companion(&held);
        door_ticket(held, card.display_name.or(card.handle), companion)
    };
    let tickets = all.into_iter().map(ticket).collect();
    let types = (1..).map_while(|n| event.type_name(n).map(str::to_owned));
    Ok(axum::Json(DoorAnswer {
        event: event.did.to_string(),
        title: event.word("title").map(str::to_owned),
        organiser: event.organiser.to_string(),
        keys: keys(&node, &event)?,
        types: types.collect(),
        tickets,
        at: time::text(node.now().as_millis()),
    }))
}

fn door_ticket(held: TicketRow, name: Option<String>, companion: Option<String>) -> DoorTicket {
    DoorTicket {
        status: held.shown_status().to_owned(),
        ticket: held.ticket,
        seat: held.seat,
        issue: held.issue,
        holder: held.holder.to_string(),
        name,
        companion,
        r#type: held.kind,
        used_at: held.used_at,
        door: held.door,
    }
}

/// Returns all present and past keys of the event, since its signatures stay valid.
fn keys(node: &Node, event: &Event) -> Answer<Vec<String>> {
    let view = node.ledger().view(&event.did)?;
    let Some(Owner::Chain(chain)) = view.map(|view| view.owner) else {
        return Ok(Vec::new());
    };
    Ok(crate::keys::ever(&chain)
        .map(|key| PublicKey::from_bytes(key.to_bytes()).to_hex())
        .collect())
}
