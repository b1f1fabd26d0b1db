//! Routes of published .fair manifests. Anyone may read them, since they state how the income of public sales is
//! shared.

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use imajin_app::extract::{JsonRequest, Path, Person};
use imajin_app::{Answer, Node, Problem};
use imajin_host::prelude::*;
use imajin_protocol::fair::{Digest, Manifest, Row};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use utoipa::ToSchema;

use super::enter::{enter_salted, manifest};
use crate::operations::PublishManifest;
use crate::queries;

/// A signed manifest.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct PublishRequest {
    /// The document, or its text.
    #[schema(value_type = Object)]
    manifest: Json,
    /// With an MJN-Proof: the salt that was signed.
    #[schema(value_type = Option<Object>)]
    salt: Option<Json>,
}

/// A manifest that is in your record now.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PublishAnswer {
    #[schema(example = "sha256:9f86…")]
    digest: String,
    /// Everybody's share, as people read it.
    #[schema(value_type = Vec<Object>)]
    table: Vec<Row>,
}

/// Publishes a manifest of yours: of a work, or of what you pass on of all that you earn.
#[utoipa::path(post, path = "/api/manifests", tag = "manifests", request_body = PublishRequest, responses((status = 200, body = PublishAnswer), (status = 403, description = "It must be signed: `sign` says what; or the manifest is not your own")))]
pub(crate) async fn publish(
    Person(node, session): Person,
    JsonRequest(parts, payload): JsonRequest<PublishRequest>,
) -> Answer<axum::Json<PublishAnswer>> {
    let manifest = manifest("manifest", &payload.manifest)?;
    let publish = PublishManifest { manifest: manifest.clone() };
    enter_salted(&node, &parts, &session, &publish, payload.salt.as_ref()).await?;
    Ok(axum::Json(PublishAnswer { digest: manifest.digest().to_string(), table: manifest.table() }))
}

/// A published manifest, exactly as it was signed.
#[utoipa::path(get, path = "/api/manifests/{digest}/fair", tag = "manifests", params(("digest" = String, Path, example = "sha256:9f86…")), responses((status = 200, body = Object), (status = 404, description = "Not published here")))]
pub(crate) async fn get(State(node): State<Node>, Path(digest): Path<String>) -> Answer<Response> {
    let missing = || Problem::not_found("No manifest with this digest is published here.");
    let digest = Digest::parse(&digest).ok_or_else(missing)?;
    let text = queries::read(&node, |db| queries::manifest(db, &digest))?.ok_or_else(missing)?;
    let manifest = Manifest::parse(&text).map_err(Problem::internal)?;
    let address = format!("{}/pay/api/manifests/{digest}/fair", node.url());
    let fair = manifest.headers(&address).map_err(Problem::internal)?;
    let mut response = text.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in fair {
        let value = HeaderValue::from_str(&value).map_err(Problem::internal)?;
        headers.insert(HeaderName::from_static(name), value);
    }
    Ok(response)
}
