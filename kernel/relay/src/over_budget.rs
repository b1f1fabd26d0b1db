//! The answer to a client that has used up the daily budget of relay writes.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// 429 in the format of the relay's other errors; `after` is the value of `Retry-After`.
pub fn over_budget(after: Option<HeaderValue>) -> Response {
    let text = "this address, or all clients together, wrote to this relay as much as a day has; try again tomorrow";
    let mut response = (
        StatusCode::TOO_MANY_REQUESTS,
        [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")],
        axum::Json(json!({ "error": text })),
    )
        .into_response();
    if let Some(after) = after {
        response.headers_mut().insert(header::RETRY_AFTER, after);
    }
    response
}
