//! Routes to edit the caller's profile: signed if the request has a proof of exactly this change, otherwise on the session's
//! authority.

use axum::extract::{Request, State};
use axum::response::Response;
use imajin_app::extract::{Path, parse_json, read_body};
use imajin_app::{Answer, CommandRequest, Problem};
use imajin_dfos::Value;
use imajin_dfos::cbor::from_dag_json;
use imajin_host::prelude::*;
use imajin_protocol::{Fact, FactItem, FactValue, IdText};
use serde_json::Value as Json;

use super::Who;
use super::profile::{ProfileAnswer, json_response, shown_text};
use crate::lookup::{did_of, find_or_404};
use crate::operations::UpdateProfile;

/// Changes the caller's own profile; members that are not named stay.
#[utoipa::path(
    put, path = "/api/profile/{id}", tag = "profile", request_body = Object,
    params(("id" = String, Path, description = "Your own DID or handle"), ("MJN-Proof" = Option<String>, Header, description = "The proof of will of `profile.update`")),
    responses((status = 200, body = ProfileAnswer), (status = 400, description = "A member that a profile does not have, or of another form"), (status = 403, description = "Somebody else's profile")),
)]
pub(crate) async fn put(who: Who, Path(id): Path<String>, request: Request) -> Answer<Response> {
    change(who, Some(id), request).await
}

/// Changes the caller's own profile; members that are not named stay.
#[utoipa::path(
    patch, path = "/api/profile/{id}", tag = "profile", request_body = Object,
    params(("id" = String, Path, description = "Your own DID or handle")),
    responses((status = 200, body = ProfileAnswer)),
)]
pub(crate) async fn patch(who: Who, Path(id): Path<String>, request: Request) -> Answer<Response> {
    change(who, Some(id), request).await
}

/// Changes members of the caller's own profile.
#[utoipa::path(put, path = "/api/profile", tag = "profile", request_body = Object, responses((status = 200, body = ProfileAnswer)))]
pub(crate) async fn put_own(who: Who, request: Request) -> Answer<Response> {
    change(who, None, request).await
}

/// Changes members of the caller's own profile.
#[utoipa::path(patch, path = "/api/profile", tag = "profile", request_body = Object, responses((status = 200, body = ProfileAnswer)))]
pub(crate) async fn patch_own(who: Who, request: Request) -> Answer<Response> {
    change(who, None, request).await
}

async fn change(
    (State(node), authed): Who,
    id: Option<String>,
    request: Request,
) -> Answer<Response> {
    let (parts, body) = request.into_parts();
    let did = authed.acting_for(&node, &parts.headers, UpdateProfile::NAME)?;
    if let Some(id) = id
        && did_of(&node, &id)? != did
    {
        return Err(Problem::forbidden("You can change your own profile only."));
    }
    let json: Json = parse_json(&read_body(body, &node).await?)?;
    let body = from_dag_json(&json).map_err(|error| Problem::field("body", format!("{error}.")))?;
    let mut command = CommandRequest::new(did.clone(), UpdateProfile::NAME);
    command.fact = media_fact(&body)?;
    let command = command.body(body);
    node.submit(&parts, Some(&authed.0), command).await?;
    let profile = find_or_404(&node, did.as_str())?;
    shown_text(&node, &profile, Some(did.as_str())).map(json_response)
}

/// Returns the fact for a body that names pictures: each once, the avatar's, then the banner's.
fn media_fact(body: &Value) -> Answer<Option<Fact>> {
    let mut named = Vec::new();
    for cid in ["avatar", "banner"].iter().filter_map(|name| body.get_str(name)) {
        let cid = IdText::parse(cid).map(FactItem::Id).map_err(|_| {
            let message = "avatar and banner must be the CIDs of uploaded pictures.";
            Problem::field("avatar", message)
        })?;
        if !named.contains(&cid) {
            named.push(cid);
        }
    }
    if named.is_empty() {
        return Ok(None);
    }
    Fact::new([("media", FactValue::List(named))])
        .map(Some)
        .map_err(|error| Problem::field("fact", format!("{error}.")))
}
