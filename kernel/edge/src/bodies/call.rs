//! Runs a handler on a request. Every read of the body counts against the budget and its deadlines.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::{Body, HttpBody};
use axum::http::request::Parts;
use axum::http::{Request, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use imajin_app::pieces::HeldRoom;
use tower::Service;

use super::{Lease, Metered, Pace};

/// Lets the router answer, or a layer around it. `lease` is room for the body, if there is one.
pub(crate) async fn call<S, B>(
    mut router: S,
    mut parts: Parts,
    body: B,
    lease: impl FnOnce(&Parts) -> Lease,
    pace: Pace,
) -> Response
where
    S: Service<Request<Body>, Response = Response, Error = Infallible>,
    B: HttpBody<Data = Bytes> + Send + Unpin + 'static,
    B::Error: Into<axum::BoxError>,
{
    let link = parts.extensions.remove();
    let mut held = None;
    let body = if body.is_end_stream() {
        Body::empty()
    } else {
        let lease = held.insert(lease(&parts));
        let room: HeldRoom = Arc::new(lease.clone());
        parts.extensions.insert(room);
        Body::new(Metered::new(body, lease.clone(), pace, link))
    };
    let request = Request::from_parts(parts, body);
    let Ok(response) = router.call(request).await;
    // If the body was refused, that refusal is the answer to any error that the handler returns.
    match held.and_then(|lease| lease.refused()) {
        Some(refused) if response.status().as_u16() >= 400 => {
            ([(header::CONNECTION, "close")], refused.problem()).into_response()
        }
        _ => response,
    }
}
