//! Creating and changing events.

use axum::http::StatusCode;
use imajin_app::extract::{JsonRequest, Path, Person};
use imajin_app::operation::{Field, Group, List};
use imajin_app::{Answer, CommandRequest, Node, Problem};
use imajin_dfos::{Value, cbor};
use imajin_host::custodial_keys::{self, Beginning, Nature};
use imajin_host::prelude::*;
use imajin_ledger::Refusal;
use imajin_log::rules::Owner;
use imajin_protocol::fair::Manifest;
use imajin_protocol::tier::Capability;
use imajin_protocol::{Currency, Did, Scope, Subtype};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use utoipa::ToSchema;

use super::events::{EventAnswer, answer};
use super::fields::field;
use crate::event::id_of;
use crate::lookup::{find, find_own};
use crate::operations::{
    CancelEvent, CreateEvent, Description, EventWords, KEPT, ManifestDigest, Numbers, Over,
    SetStatus, Status, UpdateEvent,
};
use crate::queries;
use crate::sight::missing;

/// The address that an event will have.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeyAnswer {
    /// The event's DID. Its key is made and kept by this box; its record has begun.
    event: String,
    #[schema(example = "evt_5f0c…")]
    id: String,
}

/// A type of tickets.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TypeRequest {
    name: String,
    description: Option<String>,
    /// In minor units; 0 for free ones.
    price: i64,
    #[schema(example = "CHF")]
    currency: String,
    /// Left out or null: without limit.
    quantity: Option<i64>,
    #[schema(value_type = Option<Vec<String>>)]
    perks: Option<Json>,
    sort_order: Option<i64>,
    /// How many one order may have; of a free type, how many one person may have in all their orders together. 10, if left out.
    max_per_order: Option<i64>,
}

/// An event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventRequest {
    /// The address from `POST /events/api/events/key`.
    event: Option<String>,
    /// The group whose members alone see it; everybody does, if left out. It stays what it was made for.
    #[schema(value_type = Option<String>)]
    group: Option<Did>,
    /// How many orders one person may have open at once by e-transfer or card: 1 to 20; one, if left out.
    orders_open_max: Option<i64>,
    /// Limits free places: `mail` to people with a proved e-mail address or an invite, `approval` to people whom the
    /// organiser approves; everybody, if left out.
    free_places: Option<String>,
    tickets: Vec<TypeRequest>,
    /// The .fair manifest, signed by the organiser: the document, or its text.
    #[schema(value_type = Object)]
    fair_manifest: Json,
    /// With an MJN-Proof: the salt that was signed.
    #[schema(value_type = Option<Object>)]
    salt: Option<Json>,
    /// title, startsAt, endsAt?, timezone, description, locationType, virtualUrl?, venue?, address?, addressFor?, guestsFor?, city?, country?, tags.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    words: Map<String, Json>,
}

/// The new status.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct StatusRequest {
    /// published, paused, cancelled, completed.
    status: String,
}

/// Makes the key and the record of an event that is about to be made.
///
/// The key signs the event's tickets and stays on this box. Its organiser controls the event, too, with their own key.
#[utoipa::path(post, path = "/api/events/key", tag = "events",
    responses((status = 201, body = KeyAnswer), (status = 403, description = "Not with this tier")))]
pub(crate) async fn key(
    Person(node, session): Person,
) -> Answer<(StatusCode, axum::Json<KeyAnswer>)> {
    let did = &session.did;
    node.require(did, Capability::CreateEvent)?;
    let event = match unused(&node, did)? {
        Some(event) => event,
        None => node.keep_new_key(KEPT, did).await?,
    };
    if node.status(&event)?.is_none() {
        let controllers = match node.ledger().view(did)?.map(|view| view.owner) {
            // The organiser also controls the event with their own key.
            Some(Owner::Chain(chain)) => custodial_keys::controllers_of(&chain),
            _ => Vec::new(),
        };
        let beginning = Beginning {
            nature: Nature::Identity(Scope::Community, Subtype::Event),
            controllers,
            services: Vec::new(),
        };
        node.begin_kept(&event, beginning).await?;
    }
    let id = id_of(&event).unwrap_or_default();
    let answer = KeyAnswer { event: event.to_string(), id };
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

/// Returns a key that was requested earlier and never used, so that repeated requests create no more keys.
fn unused(node: &Node, did: &Did) -> Answer<Option<Did>> {
    let kept = node.kept_for(KEPT, did)?;
    queries::read(node, |db| {
        for event in kept.into_iter().rev() {
            if !queries::has_event(db, event.as_str())? {
                return Ok(Some(event));
            }
        }
        Ok(None)
    })
}

/// Makes an event: a draft, until it is published.
#[utoipa::path(post, path = "/api/events", tag = "events", request_body = EventRequest,
    responses((status = 201, body = EventAnswer), (status = 400, description = "A field is wrong"), (status = 403, description = "It must be signed: `sign` says what; or not with this tier")))]
pub(crate) async fn create(
    Person(node, session): Person,
    JsonRequest(parts, payload): JsonRequest<EventRequest>,
) -> Answer<(StatusCode, axum::Json<EventAnswer>)> {
    let did = session.did.clone();
    node.require(&did, Capability::CreateEvent)?;
    let named = payload.event.as_deref().ok_or_else(|| {
        Problem::field("event", "Ask POST /events/api/events/key for the event's address first: the manifest and your signature name it.")
    })?;
    let event = node.resolve(named)?.ok_or_else(missing)?;
    let group = payload.group.clone();
    let (description, salt) = described(payload)?;
    let operation = CreateEvent { event: event.clone(), description, group };
    let command = CommandRequest::from_operation(did.clone(), &operation)?;
    let command = command.salted(salt.as_ref())?;
    node.submit_or_request_signature(&parts, &session, command, &[&event]).await?;
    let record = find_own(&node, event.as_str(), &did)?;
    let answer = answer(&node, &record, Some(&did))?;
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

/// Describes it again: all texts, all ticket types, the manifest.
#[utoipa::path(put, path = "/api/events/{id}", tag = "events", params(("id" = String, Path)), request_body = EventRequest,
    responses((status = 200, body = EventAnswer), (status = 403, description = "It must be signed, or is not your own"), (status = 409, description = "More are sold than there would be")))]
pub(crate) async fn update(
    Person(node, session): Person,
    Path(id): Path<String>,
    JsonRequest(parts, payload): JsonRequest<EventRequest>,
) -> Answer<axum::Json<EventAnswer>> {
    let did = session.did.clone();
    let event = find_own(&node, &id, &did)?;
    if payload.group.is_some() && payload.group != event.group {
        let text = "An event stays with the group that it was made for.";
        return Err(Problem::field("group", text));
    }
    let (description, salt) = described(payload)?;
    let operation = UpdateEvent { event: event.did.clone(), description };
    let command = CommandRequest::from_operation(did.clone(), &operation)?;
    let command = command.salted(salt.as_ref())?;
    // The node's ledger must hold the money of sold tickets longer if the event ends later, so its log is named, too.
    node.submit_or_request_signature(&parts, &session, command, &[&event.did, node.did()]).await?;
    let event = find_own(&node, event.did.as_str(), &did)?;
    answer(&node, &event, Some(&did)).map(axum::Json)
}

/// Publishes, pauses, cancels or completes an event. The owner of the node may cancel any event.
#[utoipa::path(post, path = "/api/events/{id}/status", tag = "events", params(("id" = String, Path)), request_body = StatusRequest,
    responses((status = 200, body = EventAnswer), (status = 403, description = "It must be signed (events.status; events.cancel by the node's owner), or is not your own"), (status = 409, description = "It cannot become that")))]
pub(crate) async fn status(
    Person(node, session): Person,
    Path(id): Path<String>,
    JsonRequest(parts, payload): JsonRequest<StatusRequest>,
) -> Answer<axum::Json<EventAnswer>> {
    let did = session.did.clone();
    let record = find(&node, &id, Some(&did))?;
    let status: Status = field("status", payload.status.as_str())?;
    let event = record.did.clone();
    let command = if record.organiser == did {
        CommandRequest::from_operation(did.clone(), &SetStatus { event, status })?
    } else if status == Status::Cancelled && node.is_owner(&did)? {
        CommandRequest::from_operation(did.clone(), &CancelEvent { event })?
    } else {
        return Err(Problem::forbidden(
            "Only the organiser decides that. The owner of this box can cancel an event.",
        ));
    };
    node.submit_or_request_signature(&parts, &session, command, &[&record.did]).await?;
    let record = find(&node, record.did.as_str(), Some(&did))?;
    answer(&node, &record, Some(&did)).map(axum::Json)
}

/// Splits a request into the description of the event and the salt of the signed body.
fn described(asked: EventRequest) -> Answer<(Description, Option<Json>)> {
    let manifest = match asked.fair_manifest {
        Json::String(text) => Manifest::parse(&text),
        document => Manifest::from_value(document),
    };
    let manifest = manifest.map_err(|error| Problem::field("fairManifest", format!("{error}.")))?;
    let mut words = asked.words;
    words.retain(|_, value| !value.is_null());
    let types: Vec<Json> = asked.tickets.iter().map(type_words).collect();
    words.insert("tickets".to_owned(), Json::Array(types));
    words.insert("manifest".to_owned(), manifest.text().into());
    let body = cbor::from_dag_json(&Json::Object(words))
        .map_err(|error| Problem::bad_request(format!("The event: {error}.")))?;
    let words = EventWords::of_body(&body).map_err(Refusal::from)?;
    let types = &asked.tickets;
    let numbers = Numbers {
        fair: ManifestDigest(manifest.digest()),
        price: of_each(types, "price", |one| one.price)?,
        quantity: of_each(types, "quantity", |one| one.quantity.unwrap_or(-1))?,
        most: of_each(types, "maxPerOrder", |one| one.max_per_order.unwrap_or(10))?,
        currency: currencies(types)?,
        ends: Over(words.over()),
        orders: asked.orders_open_max.map(|most| field("orders", most)).transpose()?,
        free: asked.free_places.as_deref().map(|who| field("freePlaces", who)).transpose()?,
    };
    let description = Description::new(words, numbers).map_err(Refusal::from)?;
    Ok((description, asked.salt))
}

/// Collects a number from each ticket type.
fn of_each<T: Field, V: Into<Value>, const MAX: usize>(
    types: &[TypeRequest],
    name: &'static str,
    number: fn(&TypeRequest) -> V,
) -> Answer<List<T, 1, MAX>> {
    types.iter().map(|one| field(name, number(one))).collect::<Result<_, _>>().map(List)
}

/// Collects the currency of each ticket type.
fn currencies<const MAX: usize>(types: &[TypeRequest]) -> Answer<List<Currency, 1, MAX>> {
    let currency = |one: &TypeRequest| Currency::parse(&one.currency);
    let all: Result<_, _> = types.iter().map(currency).collect();
    all.map(List).map_err(|error| Problem::field("currency", format!("{error}.")))
}

fn type_words(one: &TypeRequest) -> Json {
    let mut words = json!({ "name": one.name });
    if let Some(text) = &one.description {
        words["description"] = Json::from(text.as_str());
    }
    if let Some(perks) = one.perks.as_ref().filter(|perks| !perks.is_null()) {
        words["perks"] = perks.clone();
    }
    if let Some(order) = one.sort_order {
        words["sortOrder"] = Json::from(order);
    }
    words
}
