//! The answer to somebody who wrote to the relay as much as a day has.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// 429 in the form of the relay's other errors.
pub(crate) fn spent(after: Option<HeaderValue>) -> Response {
    let text = "this address, or everybody together, wrote to this relay as much as a day has; try again tomorrow";
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
