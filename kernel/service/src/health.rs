//! Whether the node is well: `/healthz` for whoever starts it, `/api/health` for each service.

use crate::routing::OpenApiRouter;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::node::Node;
use crate::openapi::routes;

/// How a service is.
#[derive(Debug, Serialize, ToSchema)]
struct Health {
    /// `ok`, or `failed` when the node cannot write.
    #[schema(example = "ok")]
    status: &'static str,
    /// The service.
    #[schema(example = "auth")]
    service: &'static str,
    /// The program's version.
    version: &'static str,
    /// Seconds since the node started.
    uptime: u64,
}

#[derive(Clone)]
struct HealthState {
    node: Node,
    service: &'static str,
}

pub(crate) fn routes(node: &Node, service: &'static str) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(health))
        .with_state(HealthState {
            node: node.clone(),
            service,
        })
}

/// How this service is.
#[utoipa::path(get, path = "/api/health", tag = "service", responses((status = 200, body = Health), (status = 503, body = Health)))]
async fn health(State(state): State<HealthState>) -> Response {
    answer(&state.node, state.service)
}

pub(crate) async fn healthz(State(node): State<Node>) -> Response {
    answer(&node, "node")
}

fn answer(node: &Node, service: &'static str) -> Response {
    let failed = node.ledger().stats().fatal.is_some() || node.is_stopping();
    let status = if failed {
        StatusCode::SERVICE_UNAVAILABLE
    } else {
        StatusCode::OK
    };
    let health = Health {
        status: if failed { "failed" } else { "ok" },
        service,
        version: env!("CARGO_PKG_VERSION"),
        uptime: node.uptime().as_secs(),
    };
    (status, Json(health)).into_response()
}
