//! `/api/spec`: what a service can be asked, as OpenAPI 3.1 (JSON; YAML by `Accept`).
//!
//! The document follows from the annotations above the handlers. Tests write it to `openapi.json` in each app's folder and hold
//! it to the handlers; the program carries that file, packed. Other documents are generated when they are asked for.

use std::sync::{Arc, OnceLock};

use axum::Router;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use imajin_app::routing::{OpenApiRouter, get, plain, with_descriptions};
use imajin_app::{Answer, Node, Problem, Service, operation};
use imajin_host::{commands, health};
use miniz_oxide::inflate::decompress_to_vec_with_limit;
use utoipa::openapi::{Info, OpenApi, server::Server};

/// The documents of services by name: JSON, deflated (RFC 1951).
pub type Documents = [(&'static str, &'static [u8])];

/// Unpacked, no document is larger.
const DOCUMENT_BYTES_MAX: usize = 4 << 20;

/// Why a document is not served.
#[derive(Debug, thiserror::Error)]
enum DocumentError {
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error("it cannot be unpacked: {0}")]
    Packed(String),
}

/// All routes of a service, below its path.
fn routes_of(node: &Node, service: &dyn Service) -> OpenApiRouter {
    let name = service.name();
    service
        .routes(node.clone())
        .merge(commands::routes(node, name))
        .merge(health::routes(node, name))
}

/// The document of a service, with its title and its path.
fn describe(mut api: OpenApi, service: &dyn Service) -> Result<String, DocumentError> {
    let name = service.name();
    api.info = Info::new(format!("Imajin {name}"), env!("CARGO_PKG_VERSION").to_owned());
    api.servers = Some(vec![Server::new(format!("/{name}"))]);
    let mut document = serde_json::to_value(api)?;
    operation::openapi(&mut document, service.operations());
    Ok(document.to_string())
}

/// The document as it is handed out.
#[derive(Clone)]
enum Document {
    Generated(Arc<GeneratedDocument>),
    Packed(&'static [u8]),
}

/// A document of a service that the program carries none of.
struct GeneratedDocument {
    node: Node,
    service: Arc<dyn Service>,
    json: OnceLock<Bytes>,
}

impl GeneratedDocument {
    /// Generates the document when it is first asked for.
    fn json(&self) -> Result<Bytes, DocumentError> {
        if let Some(json) = self.json.get() {
            return Ok(json.clone());
        }
        let service = &*self.service;
        let routes = with_descriptions(|| routes_of(&self.node, service));
        let (_, api) = routes.split_for_parts();
        let json = Bytes::from(describe(api, service)?);
        Ok(self.json.get_or_init(|| json).clone())
    }
}

impl Document {
    /// Rarely asked for: unpacked when it is, rather than kept in memory.
    fn json(&self) -> Result<Bytes, DocumentError> {
        match self {
            Self::Generated(document) => document.json(),
            Self::Packed(packed) => decompress_to_vec_with_limit(packed, DOCUMENT_BYTES_MAX)
                .map(Bytes::from)
                .map_err(|error| DocumentError::Packed(error.to_string())),
        }
    }
}

/// Returns the routes of a service and `/api/spec`: the packed document or, where there is none, what the handlers say.
pub(crate) fn with_document(
    documents: &Documents,
    node: &Node,
    service: &Arc<dyn Service>,
) -> Router {
    let packed = documents.iter().find(|(name, _)| *name == service.name());
    let document = match packed {
        Some((_, packed)) => Document::Packed(packed),
        None => Document::Generated(Arc::new(GeneratedDocument {
            node: node.clone(),
            service: Arc::clone(service),
            json: OnceLock::new(),
        })),
    };
    let routes = plain(routes_of(node, &**service));
    routes.route("/api/spec", get(move |headers| spec(headers, document)))
}

async fn spec(headers: HeaderMap, document: Document) -> Answer<Response> {
    let json = document.json().map_err(Problem::internal)?;
    let wants_yaml = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("yaml"));
    let (kind, body) = if wants_yaml {
        let api: serde_json::Value = serde_json::from_slice(&json).map_err(Problem::internal)?;
        let yaml = yaml_serde::to_string(&api).map_err(Problem::internal)?;
        ("application/yaml", Bytes::from(yaml))
    } else {
        ("application/json", json)
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::VARY, "accept")];
    Ok((headers, body).into_response())
}
