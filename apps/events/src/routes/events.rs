//! Reading events: lists, single events, by organiser, and the viewer's own events and tickets.

use imajin_app::extract::{Page, Path, Person, Query, Visitor};
use imajin_app::operation::Choice;
use imajin_app::{Answer, Node, Problem, time};
use imajin_dfos::order::Order as _;
use imajin_host::prelude::*;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::tickets::TicketAnswer;
use crate::event::FreePlaces;
use crate::lookup::find;
use crate::picture::ROUTE;
use crate::queries::{self, Event, Kind, Which};
use crate::sight;

/// A type of tickets.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TypeAnswer {
    /// From 1, in the order in which the organiser named them.
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) description: Option<String>,
    /// In minor units.
    pub(crate) price: i64,
    #[schema(example = "CHF")]
    pub(crate) currency: String,
    /// Null: without limit.
    pub(crate) quantity: Option<i64>,
    pub(crate) sold: i64,
    /// Quantity less sold and held; null: without limit.
    pub(crate) available: Option<i64>,
    #[schema(value_type = Vec<String>)]
    pub(crate) perks: Json,
    pub(crate) sort_order: i64,
    /// How many one order may have; of a free type, how many one person may have in all their orders together.
    pub(crate) max_per_order: i64,
}

/// An event.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventAnswer {
    #[schema(example = "evt_5f0c…")]
    pub(crate) id: String,
    /// The event's own address, which signs its tickets.
    pub(crate) did: String,
    /// Its conversation.
    #[schema(example = "did:imajin:event:evt_5f0c…")]
    pub(crate) conversation: String,
    /// The organiser.
    pub(crate) organiser: String,
    /// The group whose members alone see it, for as long as the organiser is one; null: everybody does.
    #[schema(example = "did:imajin:…")]
    pub(crate) group: Option<String>,
    /// draft, published, paused, cancelled, completed.
    pub(crate) status: String,
    /// How many orders one person may have open at once by e-transfer or card.
    pub(crate) orders_open_max: usize,
    /// Limits free places: `mail` to people with a proved e-mail address or an invite, `approval` to people whom the
    /// organiser approves; null: everybody.
    #[schema(example = "mail")]
    pub(crate) free_places: Option<&'static str>,
    /// The organiser's words; null members where they wrote nothing, or took it back.
    #[serde(flatten)]
    pub(crate) words: Words,
    pub(crate) tickets: Vec<TypeAnswer>,
    /// The path of its picture, of which there are previews with `?w=face|200|400|800|og`.
    #[schema(example = "/events/api/pictures/evt_5f0c…")]
    pub(crate) picture: Option<String>,
    /// A description of the picture, for people who don't see it.
    pub(crate) picture_alt: Option<String>,
    /// The digest of the signed .fair manifest: what a buyer pins.
    pub(crate) fair: String,
    /// The manifest, as it was signed.
    pub(crate) fair_manifest: Option<String>,
}

/// The organiser's words.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Words {
    pub(crate) title: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) starts_at: Option<String>,
    pub(crate) ends_at: Option<String>,
    pub(crate) timezone: Option<String>,
    pub(crate) location_type: Option<String>,
    /// Only for people with a ticket, and for the organiser.
    pub(crate) virtual_url: Option<String>,
    pub(crate) venue: Option<String>,
    pub(crate) address: Option<String>,
    /// Who reads `venue` and `address`: `everyone`, or `holders` for people with a ticket.
    #[schema(example = "everyone")]
    pub(crate) address_for: Option<String>,
    /// Who sees who comes: `organiser`, or `holders` for people with a ticket, too.
    #[schema(example = "organiser")]
    pub(crate) guests_for: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) country: Option<String>,
    #[schema(value_type = Vec<String>)]
    pub(crate) tags: Json,
}

/// A part of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct EventsAnswer {
    events: Vec<EventAnswer>,
    total: u64,
}

/// Your own tickets and events.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MineAnswer {
    /// Newest first.
    tickets: Vec<TicketAnswer>,
    total: u64,
    /// The events that you organise.
    events: Vec<EventAnswer>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ListQuery {
    /// Whether to include past events.
    past: Option<bool>,
    group: Option<Did>,
}

/// Builds the response for an event. `inside`: the viewer may read what only ticket holders see.
pub(crate) fn event_answer(event: &Event, kinds: &[Kind], inside: bool) -> EventAnswer {
    let word = |name: &str| event.word(name).map(str::to_owned);
    let visible = |name: &str| event.visible_word(name, inside).map(str::to_owned);
    let words = Words {
        title: word("title"),
        description: word("description"),
        starts_at: event.starts.and_then(time::text),
        ends_at: event.ends.and_then(time::text),
        timezone: word("timezone"),
        location_type: word("locationType"),
        virtual_url: visible("virtualUrl"),
        venue: visible("venue"),
        address: visible("address"),
        address_for: word("addressFor"),
        guests_for: word("guestsFor"),
        city: word("city"),
        country: word("country"),
        tags: texts(&event.words["tags"]),
    };
    let mut tickets: Vec<TypeAnswer> = kinds.iter().map(|kind| type_shown(event, kind)).collect();
    tickets.order_by_key(|one| (one.sort_order, one.id));
    EventAnswer {
        id: event.id.clone(),
        did: event.did.to_string(),
        conversation: format!("did:imajin:event:{}", event.id),
        organiser: event.organiser.to_string(),
        group: event.group.as_ref().map(ToString::to_string),
        status: event.status.clone(),
        orders_open_max: event.orders_max(),
        free_places: event.free.as_ref().map(FreePlaces::name),
        words,
        tickets,
        picture: event.picture().map(|_| format!("{ROUTE}{}", event.id)),
        picture_alt: event.picture().map(|picture| picture.alt.clone()),
        fair: event.fair.clone(),
        fair_manifest: event.manifest.clone(),
    }
}

fn texts(value: &Json) -> Json {
    match value {
        Json::Array(_) => value.clone(),
        _ => Json::Array(Vec::new()),
    }
}

fn type_shown(event: &Event, kind: &Kind) -> TypeAnswer {
    let words = event.type_words(kind.n);
    TypeAnswer {
        id: kind.n,
        name: words["name"].as_str().unwrap_or("Ticket").to_owned(),
        description: words["description"].as_str().map(str::to_owned),
        price: kind.price,
        currency: kind.currency.to_string(),
        quantity: kind.quantity,
        sold: kind.sold,
        available: kind.available(),
        perks: texts(&words["perks"]),
        sort_order: words["sortOrder"].as_i64().unwrap_or(0),
        max_per_order: kind.most,
    }
}

/// Builds the response for an event with its ticket types, as the viewer may see it.
pub(crate) fn answer(node: &Node, event: &Event, viewer: Option<&Did>) -> Answer<EventAnswer> {
    let now = node.now().as_millis();
    let inside = is_inside(node, event, viewer)?;
    let kinds = queries::read(node, |db| queries::kinds(db, event.did.as_str(), now))?;
    Ok(event_answer(event, &kinds, inside))
}

/// Whether a viewer may read what only ticket holders see: true for the organiser and for people with a ticket.
pub(crate) fn is_inside(node: &Node, event: &Event, viewer: Option<&Did>) -> Answer<bool> {
    let Some(viewer) = viewer else {
        return Ok(false);
    };
    let holds =
        || queries::read(node, |db| queries::has_valid(db, viewer.as_str(), event.did.as_str()));
    Ok(*viewer == event.organiser || holds()?)
}

fn answers(node: &Node, which: &Which, page: &Page, viewer: Option<&Did>) -> Answer<EventsAnswer> {
    let (found, total) =
        queries::read(node, |db| queries::list(db, which, page.limit, page.offset))?;
    let events = found.iter().map(|event| answer(node, event, viewer));
    Ok(EventsAnswer { events: events.collect::<Result<_, _>>()?, total })
}

/// Published events that the caller may see, in the order in which they begin.
#[utoipa::path(get, path = "/api/events", tag = "events",
    params(("past" = Option<bool>, Query, description = "Also what is over"), ("group" = Option<String>, Query, description = "Only what is for this group"), ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)),
    responses((status = 200, body = EventsAnswer)))]
pub(crate) async fn list(
    Visitor(node, caller): Visitor,
    Query(query): Query<ListQuery>,
    page: Page,
) -> Answer<axum::Json<EventsAnswer>> {
    let which = Which {
        from: (!query.past.unwrap_or(false)).then(|| node.now().as_millis()),
        group: query.group,
        sight: sight::sight_of(&node, caller.did())?,
        ..Which::default()
    };
    answers(&node, &which, &page, caller.did()).map(axum::Json)
}

/// One event, by its short name or its DID.
#[utoipa::path(get, path = "/api/events/{id}", tag = "events", params(("id" = String, Path)),
    responses((status = 200, body = EventAnswer), (status = 404, description = "Not here, or not published")))]
pub(crate) async fn get(
    Visitor(node, caller): Visitor,
    Path(id): Path<String>,
) -> Answer<axum::Json<EventAnswer>> {
    let event = find(&node, &id, caller.did())?;
    answer(&node, &event, caller.did()).map(axum::Json)
}

/// Lists the events that a person organises; your own also before they are published.
#[utoipa::path(get, path = "/api/by-did/{did}", tag = "events",
    params(("did" = String, Path), ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)),
    responses((status = 200, body = EventsAnswer)))]
pub(crate) async fn by_did(
    Visitor(node, caller): Visitor,
    Path(did): Path<String>,
    page: Page,
) -> Answer<axum::Json<EventsAnswer>> {
    let nobody = || Problem::not_found(format!("Nobody here goes by {did}."));
    let of = node.resolve(&did)?.ok_or_else(nobody)?;
    let which = Which {
        all: caller.did() == Some(&of),
        organiser: Some(of.to_string()),
        sight: sight::sight_among(&node, caller.did(), Some(&of))?,
        ..Which::default()
    };
    answers(&node, &which, &page, caller.did()).map(axum::Json)
}

/// Your own tickets and events.
#[utoipa::path(get, path = "/api/mine", tag = "tickets",
    params(("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query)),
    responses((status = 200, body = MineAnswer), (status = 401, description = "Not signed in")))]
pub(crate) async fn mine(
    Person(node, session): Person,
    page: Page,
) -> Answer<axum::Json<MineAnswer>> {
    let (held, total) = queries::read(&node, |db| {
        queries::tickets(db, session.did.as_str(), page.limit, page.offset)
    })?;
    let which = Which::own(&session.did);
    let all = Page { limit: node.limits().page_max, offset: 0, before: None };
    let events = answers(&node, &which, &all, Some(&session.did))?.events;
    let tickets = held.iter().map(|held| super::tickets::answer(&node, held));
    Ok(axum::Json(MineAnswer { tickets: tickets.collect::<Result<_, _>>()?, total, events }))
}
