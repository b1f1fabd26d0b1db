//! Every route of the directory, below `/api` of the service `registry`.
//!
//! Always: bodies are bounded before they are read; what everybody may know may be read by every page.

mod answer;
mod builds;
mod nodes;
mod show;
mod slot;
mod verdicts;

use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use imajin_app::routing::{OpenApiRouter, routes};

pub use slot::Slot;

/// Bytes of a body, at most: it may contain an identity chain.
const BODY_BYTES_MAX: usize = 1 << 20;

/// All routes, each beginning with `/api/`.
pub(crate) fn router(slot: Slot) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(nodes::register))
        .routes(routes!(nodes::heartbeat))
        .routes(routes!(nodes::list))
        .routes(routes!(nodes::lookup))
        .routes(routes!(nodes::resolve))
        .routes(routes!(nodes::challenge))
        .routes(routes!(verdicts::revoke))
        .routes(routes!(verdicts::suspend))
        .routes(routes!(verdicts::reinstate))
        .routes(routes!(builds::list, builds::release))
        .routes(routes!(builds::verify))
        .routes(routes!(builds::withdraw))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn(readable_by_all))
        .with_state(slot)
}

pub(crate) async fn readable_by_all(request: Request, next: Next) -> Response {
    let is_reading = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = next.run(request).await;
    if is_reading {
        let all = HeaderValue::from_static("*");
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, all.clone());
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, all);
    }
    response
}
