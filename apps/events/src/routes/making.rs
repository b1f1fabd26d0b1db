//! Making an event, and changing it.

use axum::extract::{Request, State};
use axum::http::StatusCode;
use imajin_dfos::{Value, cbor};
use imajin_ledger::rules::Owner;
use imajin_protocol::fair::Manifest;
use imajin_protocol::tier::Capability;
use imajin_protocol::{Currency, Did, Fact, IdText, Scope, Subtype};
use imajin_service::extract::{Authed, Path, parse_json, read_body};
use imajin_service::{Node, Problem, Wish, kept};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use utoipa::ToSchema;

use super::events::{EventAnswer, answer};
use super::{enter, find, find_own};
use crate::event::{self, Numbers, Terms};
use crate::prepare::KEPT;
use crate::projection::PROJECTION;
use crate::{ops, reads};

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
    /// 10, if left out.
    max_per_order: Option<i64>,
}

/// An event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EventRequest {
    /// What `POST /events/api/events/key` gave.
    event: Option<String>,
    /// How many orders one person may have open at once by e-transfer or card: 1 to 20; one, if left out.
    orders_open_max: Option<i64>,
    tickets: Vec<TypeRequest>,
    /// The .fair manifest, signed by who organises: the document, or its text.
    #[schema(value_type = Object)]
    fair_manifest: Json,
    /// With an MJN-Proof: the salt that was signed.
    #[schema(value_type = Option<Object>)]
    salt: Option<Json>,
    /// title, startsAt, endsAt?, timezone, description, locationType, virtualUrl?, venue?, address?, city?, country?, tags.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    words: Map<String, Json>,
}

/// What it shall be.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct StatusRequest {
    /// published, paused, cancelled, completed.
    status: String,
}

/// Makes the key and the record of an event that is about to be made.
///
/// The key signs the event's tickets and stays on this box; who organises the event controls it too, with their own key.
#[utoipa::path(post, path = "/api/events/key", tag = "events",
    responses((status = 201, body = KeyAnswer), (status = 403, description = "Not with this tier")))]
pub(crate) async fn key(
    State(node): State<Node>,
    Authed(session): Authed,
) -> Result<(StatusCode, axum::Json<KeyAnswer>), Problem> {
    let did = &session.did;
    node.require(did, Capability::CreateEvent)?;
    let event = match unused(&node, did)? {
        Some(event) => event,
        None => node.keep_new_key(KEPT, did).await?,
    };
    if node.status(&event)?.is_none() {
        let controllers = match node.ledger().view(did)?.map(|view| view.owner) {
            // Who organises the event controls it too.
            Some(Owner::Chain(chain)) => kept::controllers_of(&chain),
            _ => Vec::new(),
        };
        node.begin_kept(&event, Scope::Community, Subtype::Event, controllers)
            .await?;
    }
    let id = event::id_of(&event).unwrap_or_default();
    let answer = KeyAnswer {
        event: event.to_string(),
        id,
    };
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

/// One that was asked for and not used: asking again makes no other.
fn unused(node: &Node, did: &Did) -> Result<Option<Did>, Problem> {
    let kept = node.kept_for(KEPT, did)?;
    node.read(PROJECTION.name, |db| {
        for event in kept.into_iter().rev() {
            if !reads::has_event(db, event.as_str())? {
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
    State(node): State<Node>,
    authed: Authed,
    request: Request,
) -> Result<(StatusCode, axum::Json<EventAnswer>), Problem> {
    let (parts, bytes) = request.into_parts();
    let asked: EventRequest = parse_json(&read_body(bytes, &node).await?)?;
    let did = authed.0.did.clone();
    node.require(&did, Capability::CreateEvent)?;
    let named = asked.event.as_deref().ok_or_else(|| {
        Problem::field("event", "Ask POST /events/api/events/key for the event's address first: the manifest and your signature name it.")
    })?;
    let event = node.resolve(named)?.ok_or_else(super::missing)?;
    let wish = wish_of(&did, &event, ops::CREATE, asked)?;
    enter(&node, &parts, &authed.0, wish, &[&event]).await?;
    let found = find_own(&node, event.as_str(), &did)?;
    let answer = answer(&node, &found, Some(&did))?;
    Ok((StatusCode::CREATED, axum::Json(answer)))
}

/// Says it anew: all words, all ticket types, the manifest.
#[utoipa::path(put, path = "/api/events/{id}", tag = "events", params(("id" = String, Path)), request_body = EventRequest,
    responses((status = 200, body = EventAnswer), (status = 403, description = "It must be signed, or is not one's own"), (status = 409, description = "More are sold than there would be")))]
pub(crate) async fn update(
    State(node): State<Node>,
    authed: Authed,
    Path(id): Path<String>,
    request: Request,
) -> Result<axum::Json<EventAnswer>, Problem> {
    let (parts, bytes) = request.into_parts();
    let asked: EventRequest = parse_json(&read_body(bytes, &node).await?)?;
    let did = authed.0.did.clone();
    let found = find_own(&node, &id, &did)?;
    let wish = wish_of(&did, &found.did, ops::UPDATE, asked)?;
    // The node's books hold the money of sold tickets longer where the event ends later.
    enter(&node, &parts, &authed.0, wish, &[&found.did, node.did()]).await?;
    let found = find_own(&node, found.did.as_str(), &did)?;
    answer(&node, &found, Some(&did)).map(axum::Json)
}

/// Publishes, pauses, cancels or completes an event. The owner of the node may cancel anybody's.
#[utoipa::path(post, path = "/api/events/{id}/status", tag = "events", params(("id" = String, Path)), request_body = StatusRequest,
    responses((status = 200, body = EventAnswer), (status = 403, description = "It must be signed (events.status; events.cancel by the node's owner), or is not one's own"), (status = 409, description = "It cannot become that")))]
pub(crate) async fn status(
    State(node): State<Node>,
    authed: Authed,
    Path(id): Path<String>,
    request: Request,
) -> Result<axum::Json<EventAnswer>, Problem> {
    let (parts, bytes) = request.into_parts();
    let asked: StatusRequest = parse_json(&read_body(bytes, &node).await?)?;
    let did = authed.0.did.clone();
    let found = find(&node, &id, Some(&did))?;
    let wish = match found.organiser == did {
        true => Wish::new(did.clone(), ops::STATUS).fact(fact_of(&asked.status)?),
        false if asked.status == "cancelled" && node.is_owner(&did)? => {
            Wish::new(did.clone(), ops::CANCEL)
        }
        false => {
            return Err(Problem::forbidden(
                "Only the organiser decides that. The owner of this box can cancel an event.",
            ));
        }
    };
    let wish = wish.reference(of_did(&found.did)?);
    enter(&node, &parts, &authed.0, wish, &[&found.did]).await?;
    let found = find(&node, found.did.as_str(), Some(&did))?;
    answer(&node, &found, Some(&did)).map(axum::Json)
}

fn fact_of(status: &str) -> Result<Fact, Problem> {
    let bad = |error: String| Problem::field("status", format!("{error}."));
    let status = IdText::parse(status).map_err(|error| bad(error.to_string()))?;
    Fact::new([("status", status.into())]).map_err(|error| bad(error.to_string()))
}

fn of_did(did: &Did) -> Result<IdText, Problem> {
    IdText::from_did(did).map_err(|error| Problem::field("event", format!("{error}.")))
}

fn wish_of(did: &Did, event: &Did, op: &'static str, asked: EventRequest) -> Result<Wish, Problem> {
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
    let terms: Vec<Terms> = asked.tickets.iter().map(terms).collect::<Result<_, _>>()?;
    let mut body = cbor::from_dag_json(&Json::Object(words))
        .map_err(|error| Problem::bad_request(format!("The event: {error}.")))?;
    let numbers = Numbers {
        terms,
        // Without a time `check` refuses the body and names the field.
        over: event::over_of(&body).unwrap_or_default(),
        orders: asked.orders_open_max,
    };
    let fact = event::fact_of(&IdText::from_digest(&manifest.digest()), &numbers)?;
    event::check(Some(&body), Some(&fact))?;
    if let (Some(salt), Some(members)) = (asked.salt, body.as_map_mut()) {
        let salt: Value = cbor::from_dag_json(&salt)
            .map_err(|error| Problem::field("salt", format!("salt: {error}.")))?;
        members.insert("salt".to_owned(), salt);
    }
    Ok(Wish::new(did.clone(), op)
        .reference(of_did(event)?)
        .fact(fact)
        .body(body))
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

fn terms(one: &TypeRequest) -> Result<Terms, Problem> {
    let currency = Currency::parse(&one.currency)
        .map_err(|error| Problem::field("currency", format!("{error}.")))?;
    if one.quantity.is_some_and(|quantity| quantity < 0) {
        return Err(Problem::field(
            "quantity",
            "There cannot be fewer than no tickets; leave quantity out for no limit.",
        ));
    }
    Ok(Terms {
        price: one.price,
        currency,
        quantity: one.quantity,
        most: one.max_per_order.unwrap_or(10),
    })
}
