//! Editing one's own profile: signed if the request has a proof of exactly this change, otherwise on the session's
//! word.

use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use imajin_dfos::Value;
use imajin_dfos::cbor::from_dag_json;
use imajin_protocol::{Did, Fact, FactItem, FactValue, IdText};
use imajin_service::extract::{Authed, Path, parse_json, read_body};
use imajin_service::{CommandRequest, Node, Problem, Session};

use super::profile::{ProfileAnswer, json_response, shown_text};
use crate::lookup::{did_of, find_or_404, viewer};
use crate::operations::{UpdateProfile, named_media};

/// Changes members of one's own profile; what is not named stays.
#[utoipa::path(
    put, path = "/api/profile/{id}", tag = "profile", request_body = Object,
    params(("id" = String, Path, description = "One's own DID or handle"), ("MJN-Proof" = Option<String>, Header, description = "The proof of will of `profile.update`")),
    responses((status = 200, body = ProfileAnswer), (status = 400, description = "A member that a profile does not have, or of another form"), (status = 403, description = "Somebody else's profile")),
)]
pub(crate) async fn put(
    state: State<Node>,
    authed: Authed,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    change(state, authed, Some(id), request).await
}

/// Changes members of one's own profile; what is not named stays.
#[utoipa::path(
    patch, path = "/api/profile/{id}", tag = "profile", request_body = Object,
    params(("id" = String, Path, description = "One's own DID or handle")),
    responses((status = 200, body = ProfileAnswer)),
)]
pub(crate) async fn patch(
    state: State<Node>,
    authed: Authed,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    change(state, authed, Some(id), request).await
}

/// Changes members of the caller's own profile.
#[utoipa::path(put, path = "/api/profile", tag = "profile", request_body = Object, responses((status = 200, body = ProfileAnswer)))]
pub(crate) async fn put_own(
    state: State<Node>,
    authed: Authed,
    request: Request,
) -> Result<Response, Problem> {
    change(state, authed, None, request).await
}

/// Changes members of the caller's own profile.
#[utoipa::path(patch, path = "/api/profile", tag = "profile", request_body = Object, responses((status = 200, body = ProfileAnswer)))]
pub(crate) async fn patch_own(
    state: State<Node>,
    authed: Authed,
    request: Request,
) -> Result<Response, Problem> {
    change(state, authed, None, request).await
}

async fn change(
    State(node): State<Node>,
    authed: Authed,
    id: Option<String>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let did = authed.acting_for(&node, &parts.headers, UpdateProfile::NAME)?;
    if let Some(id) = id
        && did_of(&node, &id)? != did
    {
        return Err(Problem::forbidden("You can change your own profile only."));
    }
    let body = read_body(body, &node).await?;
    enter(&node, &parts, &authed.0, did.clone(), &body).await?;
    let found = find_or_404(&node, did.as_str())?;
    Ok(json_response(shown_text(
        &found,
        viewer(&node, &found, Some(did.as_str()))?,
    )))
}

async fn enter(
    node: &Node,
    parts: &Parts,
    session: &Session,
    did: Did,
    body: &[u8],
) -> Result<(), Problem> {
    let json: serde_json::Value = parse_json(body)?;
    let body = from_dag_json(&json).map_err(|error| Problem::field("body", format!("{error}.")))?;
    let mut command = CommandRequest::new(did, UpdateProfile::NAME);
    command.fact = media_fact(&body)?;
    node.submit(parts, Some(session), command.body(body))
        .await?;
    Ok(())
}

/// The fact for a body that names pictures.
fn media_fact(body: &Value) -> Result<Option<Fact>, Problem> {
    let item = |cid: &str| IdText::parse(cid).map(FactItem::Id);
    let named: Result<Vec<FactItem>, _> = named_media(body).into_iter().map(item).collect();
    let named = named.map_err(|_| {
        let message = "avatar and banner must be the CIDs of uploaded pictures.";
        Problem::field("avatar", message)
    })?;
    if named.is_empty() {
        return Ok(None);
    }
    Fact::new([("media", FactValue::List(named))])
        .map(Some)
        .map_err(|error| Problem::field("fact", format!("{error}.")))
}
