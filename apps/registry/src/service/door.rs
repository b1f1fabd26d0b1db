//! The way to the relay: opens it for the first request, and hands on every request as it came.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use tower::ServiceExt;

use super::{OpenError, Registry};
use crate::relay::Relay;

/// Longest answer that is read for this process.
const ANSWER_BYTES_MAX: usize = 1 << 20;

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

/// A request of this process.
pub(super) async fn ask(
    relay: &Relay,
    method: Method,
    path: &str,
    token: Option<&str>,
    body: Vec<u8>,
) -> Result<(u16, String), OpenError> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let request = request.body(Body::from(body)).map_err(axum::Error::new)?;
    let response = match relay.router().oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), ANSWER_BYTES_MAX).await?;
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
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
