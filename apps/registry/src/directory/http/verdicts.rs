//! Routes of the registry's decisions about nodes.

use axum::Json;
use imajin_app::Answer;
use serde_json::Value;

use super::answer::{Body, json as read_json};
use super::show;
use crate::directory::{Decision, Directory};

async fn decide(directory: Directory, decision: Decision, body: Body) -> Answer<Json<Value>> {
    let body = read_json(body)?;
    let answer = directory.work(move |core| {
        let node = core.decide(decision, &body)?;
        Ok(Json(show::node(core, &node)))
    });
    Ok(answer.await?)
}

/// Revokes a node, for ever and for a reason.
#[utoipa::path(post, path = "/api/node/revoke", tag = "directory", request_body(content = Object, description = "A `SignedMessage` of one of the registry's keys"),
    responses((status = 200, description = "The node", body = Object), (status = 400, description = "Form"), (status = 401, description = "Signature"), (status = 403, description = "Not a key of this registry"), (status = 404, description = "Not known, or this node keeps no directory"), (status = 409, description = "Taken before")))]
pub(super) async fn revoke(directory: Directory, body: Body) -> Answer<Json<Value>> {
    decide(directory, Decision::Revoke, body).await
}

/// Suspends a node, until it is reinstated or until a time.
#[utoipa::path(post, path = "/api/node/suspend", tag = "directory", request_body(content = Object, description = "A `SignedMessage` of one of the registry's keys"),
    responses((status = 200, description = "The node", body = Object), (status = 400, description = "Form"), (status = 401, description = "Signature"), (status = 403, description = "Not a key of this registry"), (status = 404, description = "Not known, or this node keeps no directory"), (status = 409, description = "Taken before")))]
pub(super) async fn suspend(directory: Directory, body: Body) -> Answer<Json<Value>> {
    decide(directory, Decision::Suspend, body).await
}

/// Lifts a suspension or revocation.
#[utoipa::path(post, path = "/api/node/reinstate", tag = "directory", request_body(content = Object, description = "A `SignedMessage` of one of the registry's keys"),
    responses((status = 200, description = "The node", body = Object), (status = 400, description = "Form"), (status = 401, description = "Signature"), (status = 403, description = "Not a key of this registry"), (status = 404, description = "Not known, or this node keeps no directory"), (status = 409, description = "Taken before")))]
pub(super) async fn reinstate(directory: Directory, body: Body) -> Answer<Json<Value>> {
    decide(directory, Decision::Reinstate, body).await
}
