//! The universal DID resolver's interface over the same identities.
//!
//! Rules: DFOS v1 DID-METHOD section 4.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use imajin_dfos::Did;
use imajin_dfos::identity::{did_document, resolution_metadata};
use serde_json::json;

use super::answer::Reply;
use crate::Relay;

pub(super) async fn resolve(State(relay): State<Relay>, Path(did): Path<String>) -> Reply {
    if Did::parse(&did).is_err() {
        return Ok(failed(StatusCode::BAD_REQUEST, "invalidDid"));
    }
    let Some(row) = relay.identity_or_ask(did).await? else {
        return Ok(failed(StatusCode::NOT_FOUND, "notFound"));
    };
    let chain = row.chain;
    Ok(Json(json!({
        "@context": "https://w3id.org/did-resolution/v1",
        "didDocument": did_document(chain.did().as_str(), chain.state()),
        "didResolutionMetadata": { "contentType": "application/did+ld+json" },
        "didDocumentMetadata": resolution_metadata(&chain),
    }))
    .into_response())
}

fn failed(status: StatusCode, error: &str) -> Response {
    let body = json!({
        "didDocument": null,
        "didResolutionMetadata": { "error": error },
        "didDocumentMetadata": {},
    });
    (status, Json(body)).into_response()
}
