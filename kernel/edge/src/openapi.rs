//! `/api/spec`: what a service can be asked, as OpenAPI 3.1 (JSON; YAML by `Accept`).
//!
//! The document follows from the annotations above the handlers. Tests write it to `openapi.json` in each app's folder and hold
//! it to the handlers; the program carries that file, packed, so that a start does not have to generate it.

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use imajin_app::routing::{OpenApiRouter, get};
use imajin_app::{Problem, Service, operation};
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use utoipa::openapi::{Info, OpenApi, server::Server};

/// The documents of services by name: JSON, deflated (RFC 1951).
pub type Documents = [(&'static str, &'static [u8])];

/// Unpacked, no document is larger.
const DOCUMENT_BYTES_MAX: usize = 4 << 20;

/// Why a document is not served.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The document cannot be written.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// The document cannot be unpacked.
    #[error("it cannot be unpacked: {0}")]
    Packed(String),
}

/// The document of a service, with its title and its path.
fn describe(mut api: OpenApi, service: &dyn Service) -> Result<String, DocumentError> {
    let name = service.name();
    api.info = Info::new(
        format!("Imajin {name}"),
        env!("CARGO_PKG_VERSION").to_owned(),
    );
    api.servers = Some(vec![Server::new(format!("/{name}"))]);
    let mut document = serde_json::to_value(api)?;
    operation::openapi(&mut document, service.operations());
    Ok(document.to_string())
}

/// The document as it is handed out.
#[derive(Clone)]
enum Document {
    Generated(Bytes),
    Packed(&'static [u8]),
}

impl Document {
    /// Rarely asked for: unpacked when it is, rather than kept in memory.
    fn json(&self) -> Result<Bytes, DocumentError> {
        match self {
            Self::Generated(json) => Ok(json.clone()),
            Self::Packed(packed) => decompress_to_vec_with_limit(packed, DOCUMENT_BYTES_MAX)
                .map(Bytes::from)
                .map_err(|error| DocumentError::Packed(error.to_string())),
        }
    }
}

/// Adds `/api/spec` to the routes of a service: the packed document or, where there is none, what the handlers say.
pub(crate) fn with_document(
    documents: &Documents,
    service: &dyn Service,
    routes: OpenApiRouter,
) -> Result<Router, DocumentError> {
    let packed = documents.iter().find(|(name, _)| *name == service.name());
    let (routes, api) = routes.split_for_parts();
    let document = match packed {
        Some((_, packed)) => Document::Packed(packed),
        None => Document::Generated(describe(api, service)?.into()),
    };
    Ok(routes.route("/api/spec", get(move |headers| spec(headers, document))))
}

async fn spec(headers: HeaderMap, document: Document) -> Response {
    let json = match document.json() {
        Ok(json) => json,
        Err(error) => return Problem::internal(error).into_response(),
    };
    let wants_yaml = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("yaml"));
    let (kind, body) = if wants_yaml {
        let yaml = serde_json::from_slice::<serde_json::Value>(&json)
            .map_err(Problem::internal)
            .and_then(|api| yaml_serde::to_string(&api).map_err(Problem::internal));
        match yaml {
            Ok(yaml) => ("application/yaml", Bytes::from(yaml)),
            Err(problem) => return problem.into_response(),
        }
    } else {
        ("application/json", json)
    };
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::VARY, HeaderValue::from_static("accept"));
    response
}
