//! Handles: checking, claiming and releasing one.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::request::Parts;
use imajin_app::extract::{Caller, Query, Visitor, parse_json, read_body};
use imajin_app::{Answer, CommandRequest, Problem};
use imajin_host::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Who;
use crate::handle::Handle;
use crate::operations::{ClaimHandle, ReleaseHandle};
use crate::queries::{self, has_look_alike, holder};
use crate::reserve;

#[derive(Debug, Deserialize)]
pub(crate) struct HandleQuery {
    handle: Option<String>,
}

/// Whether a handle is available.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckAnswer {
    available: bool,
    /// `invalid`, `reserved` or `taken`, where it is not.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// For people.
    message: String,
}

/// Whether a handle is available.
#[utoipa::path(
    get, path = "/api/handle-check", tag = "handles",
    params(("handle" = String, Query)),
    responses((status = 200, body = CheckAnswer), (status = 400, description = "No handle was named")),
)]
pub(crate) async fn check(
    Visitor(node, Caller(session)): Visitor,
    Query(query): Query<HandleQuery>,
) -> Answer<Json<CheckAnswer>> {
    let missing = || Problem::field("handle", "Name the handle: ?handle=…");
    let text = query.handle.ok_or_else(missing)?;
    let answer = |reason: Option<&'static str>, message: String| {
        Ok(Json(CheckAnswer { available: reason.is_none(), reason, message }))
    };
    let handle = match Handle::parse(&text) {
        Ok(handle) => handle,
        Err(error) => return answer(Some(error.reason()), error.to_string()),
    };
    let did = session.map(|session| session.did);
    let is_look_alike =
        |owner| queries::read(&node, |db| has_look_alike(db, handle.as_str(), owner));
    let taken = match queries::read(&node, |db| holder(db, handle.as_str()))? {
        Some(other) if Some(&other) == did.as_ref() => "This is your username already.",
        Some(_) => "Somebody on this box has this username already. Choose another one.",
        None if reserve::is_kept(&node, &handle, did.as_ref())? => {
            "This username belonged to somebody who left, and is reserved for a while. Choose another one."
        }
        None if is_look_alike(did.as_ref())? => {
            "This looks like the username of somebody on this box. Choose another one."
        }
        None => return answer(None, format!("{} is free.", handle.as_str())),
    };
    answer(Some("taken"), taken.to_owned())
}

/// A handle to take.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct ClaimRequest {
    #[schema(example = "ada")]
    handle: String,
}

/// The caller's handle now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ClaimAnswer {
    success: bool,
    handle: Option<String>,
}

/// Takes a handle; the one held before is free again.
#[utoipa::path(
    post, path = "/api/profile/claim-handle", tag = "handles", request_body = ClaimRequest,
    responses((status = 200, body = ClaimAnswer), (status = 400, description = "No handle"), (status = 409, description = "Somebody has it")),
)]
pub(crate) async fn claim(who: Who, request: Request) -> Answer<Json<ClaimAnswer>> {
    let (State(node), authed) = who;
    let (parts, body) = request.into_parts();
    let did = authed.acting_for(&node, &parts.headers, ClaimHandle::NAME)?;
    let payload: ClaimRequest = parse_json(&read_body(body, &node).await?)?;
    let handle = Handle::parse(&payload.handle)
        .map_err(|error| Problem::field("handle", error.to_string()))?;
    let claim = ClaimHandle { handle };
    let command = CommandRequest::from_operation(did, &claim)?;
    node.submit(&parts, Some(&authed.0), command).await?;
    Ok(Json(ClaimAnswer { success: true, handle: Some(claim.handle.as_str().to_owned()) }))
}

/// Gives the handle back.
#[utoipa::path(
    post, path = "/api/profile/release-handle", tag = "handles",
    responses((status = 200, body = ClaimAnswer), (status = 409, description = "There is none")),
)]
pub(crate) async fn release(who: Who, parts: Parts) -> Answer<Json<ClaimAnswer>> {
    let (State(node), authed) = who;
    let did = authed.acting_for(&node, &parts.headers, ReleaseHandle::NAME)?;
    let command = CommandRequest::from_operation(did, &ReleaseHandle {})?;
    node.submit(&parts, Some(&authed.0), command).await?;
    Ok(Json(ClaimAnswer { success: true, handle: None }))
}
