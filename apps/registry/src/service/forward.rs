//! Forwards requests to the relay, and opens the relay for the first one.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use imajin_app::{Node, Peer, lines};
use imajin_host::budget::Spend;
use imajin_host::prelude::*;
use imajin_relay::storage::StoreError;
use imajin_relay::{Relay, RelayError, over_budget};
use serde_json::json;
use tower::ServiceExt;

use super::{OpenError, Registry};

/// Bytes of an answer to a request of this process, at most.
const ANSWER_BYTES_MAX: usize = 1 << 20;

/// The prefixes of the relay's paths. The node also serves them at its root, for clients that build addresses from the origin.
pub(super) const PREFIXES: &[&str] = &[
    "/.well-known/dfos-relay",
    "/proof/v1",
    "/1.0/identifiers",
    "/revocations/v1",
    "/index/v0",
    "/signing/v0",
    "/content",
];

pub(super) fn router(registry: Registry, node: Node) -> Router {
    Router::new().fallback(forward).with_state((registry, node))
}

/// Routes for the prefixes alone, to merge into the node's root.
pub(super) fn at_root(registry: Registry, node: Node) -> Router {
    let paths = PREFIXES.iter().map(|prefix| {
        if *prefix == "/.well-known/dfos-relay" {
            (*prefix).to_owned()
        } else {
            format!("{prefix}/{{*rest}}")
        }
    });
    let router = paths.fold(Router::new(), |router, path| router.route(&path, any(forward)));
    router.with_state((registry, node))
}

async fn forward(
    State((registry, node)): State<(Registry, Node)>,
    mut request: Request,
) -> Response {
    if !request.method().is_safe()
        && request.method() != Method::OPTIONS
        && let Some(refused) = spend(&node, &request)
    {
        return refused;
    }
    // The relay's router would mistake path parameters of the node's router for its own.
    let peer = request.extensions().get::<Peer>().copied();
    request.extensions_mut().clear();
    if let Some(peer) = peer {
        request.extensions_mut().insert(peer);
    }
    let relay = match registry.relay().await {
        Ok(relay) => relay,
        Err(error) => {
            if let Some(left_out) = lines::next("relay is closed") {
                tracing::error!(left_out, "the relay cannot be opened: {error}");
            }
            return unavailable(&error);
        }
    };
    let Ok(response) = relay.router().oneshot(request).await;
    response
}

/// Sends a request of this process to the relay.
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
    let Ok(response) = relay.router().oneshot(request).await;
    let status = response.status().as_u16();
    let bytes = axum::body::to_bytes(response.into_body(), ANSWER_BYTES_MAX).await?;
    Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
}

/// Charges a write to today's budget. Returns the refusal if the budget is used up. Operations of the node's own people
/// don't pass here.
fn spend(node: &Node, request: &Request) -> Option<Response> {
    let peer = request.extensions().get::<Peer>()?;
    let problem = node.spend(Spend::Relay, peer.address).err()?;
    let after = problem.into_response().headers_mut().remove(header::RETRY_AFTER);
    Some(over_budget(after))
}

/// 503 in the format of the relay's other errors, 507 on a full disk. Any other reason goes to the log only.
fn unavailable(error: &OpenError) -> Response {
    let (status, text) = match error {
        OpenError::Relay(RelayError::Store(StoreError::Full)) => (
            StatusCode::INSUFFICIENT_STORAGE,
            "the disk of this relay is full; try again later, or another relay",
        ),
        _ => (
            StatusCode::SERVICE_UNAVAILABLE,
            "this relay cannot use its store at the moment; its operator finds the reason in the log",
        ),
    };
    (status, [(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*")], axum::Json(json!({ "error": text })))
        .into_response()
}
