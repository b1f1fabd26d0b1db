//! The way to the relay: opens it for the first request, and hands on every request as it came.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tower::ServiceExt;

use super::Registry;

pub(super) fn router(registry: Registry) -> Router {
    Router::new().fallback(pass).with_state(registry)
}

async fn pass(State(registry): State<Registry>, request: Request) -> Response {
    let relay = match registry.relay().await {
        Ok(relay) => relay,
        Err(error) => {
            tracing::error!("the relay cannot be opened: {error}");
            return unavailable();
        }
    };
    match relay.router().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}

/// In the form of the relay's other errors; why is for the log.
fn unavailable() -> Response {
    let text = "this relay cannot use its store at the moment; whoever runs it finds the reason in its log";
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")],
        axum::Json(json!({ "error": text })),
    )
        .into_response()
}
