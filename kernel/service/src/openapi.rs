//! `/api/spec`: what a service can be asked, as OpenAPI 3.1 (JSON; YAML by `Accept`).

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use bytes::Bytes;
use utoipa::openapi::server::Server;
use utoipa::openapi::{Info, OpenApi};

use crate::problem::Problem;

/// The document of a service, with its title and the path that it stands at.
pub fn describe(mut api: OpenApi, service: &str) -> OpenApi {
    api.info = Info::new(
        format!("Imajin {service}"),
        env!("CARGO_PKG_VERSION").to_owned(),
    );
    api.servers = Some(vec![Server::new(format!("/{service}"))]);
    api
}

/// The route that hands the document out.
pub(crate) fn route(api: &OpenApi) -> Result<Router, serde_json::Error> {
    let json = Bytes::from(api.to_json()?);
    Ok(Router::new().route("/api/spec", get(move |headers| spec(headers, json))))
}

async fn spec(headers: HeaderMap, json: Bytes) -> Response {
    let wants_yaml = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("yaml"));
    let (kind, body) = if wants_yaml {
        // Rarely asked for: made when it is, rather than kept in memory.
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
