//! `/api/spec`: what a service can be asked, as OpenAPI 3.1 (JSON; YAML by `Accept`).
//!
//! The document comes from what stands above the handlers, by way of code that only says what was known when it was
//! compiled: half a megabyte of it. So the document is made in builds for development, kept in the repository as
//! `openapi.json` beside each app, held to its handlers by a test of the program, and packed into it as it stands.

use crate::routing::{OpenApiRouter, get};
use axum::Router;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use miniz_oxide::inflate::decompress_to_vec_with_limit;
#[cfg(debug_assertions)]
use utoipa::openapi::{Info, OpenApi, server::Server};

use crate::problem::Problem;

/// The documents of services by name: JSON, deflated (RFC 1951).
pub type Documents = [(&'static str, &'static [u8])];

/// Unpacked, no document is larger.
const DOCUMENT_BYTES_MAX: usize = 4 << 20;

/// Handlers of one path with what `#[utoipa::path]` says of them, for an `OpenApiRouter`. Outside builds for development
/// only what it takes to reach them.
#[cfg(not(debug_assertions))]
#[macro_export]
macro_rules! routes {
    (@add $router:ident, $handler:path) => {{
        let mut router = $router;
        utoipa_axum::paste! {
            let methods = utoipa_axum::routes!(@path [methods()] of $handler);
        }
        for method in &methods {
            let handler = $crate::routing::Handled::new($handler);
            router = router.on(method.to_method_filter(), handler);
        }
        router
    }};
    ($first:path $(, $more:path)* $(,)?) => {{
        use utoipa_axum::PathItemExt as _;
        let router = axum::routing::MethodRouter::new();
        let router = $crate::routes!(@add router, $first);
        $( let router = $crate::routes!(@add router, $more); )*
        utoipa_axum::paste! {
            let path = utoipa_axum::routes!(@path [path()] of $first);
        }
        (path, router)
    }};
}
#[cfg(not(debug_assertions))]
pub use crate::routes;
#[cfg(debug_assertions)]
pub use utoipa_axum::routes;

/// Why a document is not served.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// It cannot be written.
    #[cfg(debug_assertions)]
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// There is none of this service.
    #[cfg(not(debug_assertions))]
    #[error("it was not packed into this program")]
    Missing,
    /// It cannot be unpacked.
    #[error("it cannot be unpacked: {0}")]
    Packed(String),
}

/// The document of a service, with its title and the path that it stands at.
#[cfg(debug_assertions)]
fn describe(mut api: OpenApi, service: &str) -> OpenApi {
    api.info = Info::new(
        format!("Imajin {service}"),
        env!("CARGO_PKG_VERSION").to_owned(),
    );
    api.servers = Some(vec![Server::new(format!("/{service}"))]);
    api
}

/// The document as it is handed out.
#[derive(Clone)]
enum Document {
    #[cfg(debug_assertions)]
    Made(Bytes),
    Packed(&'static [u8]),
}

impl Document {
    /// Rarely asked for: unpacked when it is, rather than kept in memory.
    fn json(&self) -> Result<Bytes, DocumentError> {
        match self {
            #[cfg(debug_assertions)]
            Self::Made(json) => Ok(json.clone()),
            Self::Packed(packed) => decompress_to_vec_with_limit(packed, DOCUMENT_BYTES_MAX)
                .map(Bytes::from)
                .map_err(|error| DocumentError::Packed(error.to_string())),
        }
    }
}

/// The routes of a service with the one that hands its document out: the packed one, or in a build for development what
/// is known of the handlers.
pub(crate) fn with_document(
    documents: &Documents,
    service: &str,
    routes: OpenApiRouter,
) -> Result<Router, DocumentError> {
    let packed = documents.iter().find(|(name, _)| *name == service);
    #[cfg(debug_assertions)]
    let (routes, document) = {
        let (routes, api) = routes.split_for_parts();
        let document = match packed {
            Some((_, packed)) => Document::Packed(packed),
            None => Document::Made(describe(api, service).to_json()?.into()),
        };
        (routes, document)
    };
    #[cfg(not(debug_assertions))]
    let (routes, document) = match packed {
        Some((_, packed)) => (routes.into_router(), Document::Packed(packed)),
        None => return Err(DocumentError::Missing),
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
