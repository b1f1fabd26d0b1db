//! Every route of the directory, relative to where it is mounted, which is `/api` of the service `registry`.
//!
//! Always: bodies are bounded before they are read; what everybody may know may be read by every page.

mod answer;
mod builds;
mod nodes;
mod show;
mod verdicts;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::{HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};

use super::Directory;

/// Bytes of a body, at most: an identity chain may stand in it.
const BODY_BYTES_MAX: usize = 1 << 20;

pub(super) fn router(directory: Directory) -> Router {
    Router::new()
        .route("/node/register", post(nodes::register))
        .route("/node/heartbeat", post(nodes::heartbeat))
        .route("/node/list", get(nodes::list))
        .route("/node/lookup/{*id}", get(nodes::lookup))
        .route("/node/resolve/{*did}", get(nodes::resolve))
        .route("/node/revoke", post(verdicts::revoke))
        .route("/node/suspend", post(verdicts::suspend))
        .route("/node/reinstate", post(verdicts::reinstate))
        .route("/builds", get(builds::list).post(builds::release))
        .route("/builds/verify", post(builds::verify))
        .route("/builds/withdraw", post(builds::withdraw))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .layer(middleware::from_fn(readable_by_all))
        .with_state(directory)
}

async fn readable_by_all(request: Request, next: Next) -> Response {
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
