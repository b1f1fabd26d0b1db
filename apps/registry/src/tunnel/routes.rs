//! The routes of tunnels for programs: opening one, and whether a node can be reached by one.

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use hyper::upgrade::OnUpgrade;
use imajin_app::extract::Path;
use imajin_app::routing::{OpenApiRouter, routes};
use imajin_app::{Answer, Problem};
use imajin_dfos::base64;
use imajin_edge::tunnel::{self, ADDRESSES_HEADER, DAY_HEADER, NODE_HEADER, PROTOCOL};
use imajin_protocol::jcs;
use serde_json::{Value, json};

use super::Tunnels;
use crate::directory::readable_by_all;

/// Longest header with a node's request, in bytes.
const REQUEST_BYTES_MAX: usize = 8 * 1024;

/// The routes below `/api`.
pub(crate) fn router(tunnels: Tunnels) -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(open))
        .routes(routes!(reach))
        .layer(middleware::from_fn(readable_by_all))
        .with_state(tunnels)
}

/// Opens a tunnel to a node.
///
/// The connection speaks HTTP/2 after the answer 101: the registry asks, and the node answers.
#[utoipa::path(get, path = "/api/node/tunnel", tag = "directory",
    params(("MJN-Node" = String, Header, description = "`{nodeId, timestamp, names, signature}` as base64url")),
    responses((status = 101, description = "`Upgrade: mjn-tunnel`; `MJN-Tunnel-Day` has the bytes that were moved today and those that may be, `MJN-Tunnel-Addresses` the addresses to which names lead"), (status = 400, description = "Form or time, or no `Upgrade: mjn-tunnel`"), (status = 401, description = "Signature"), (status = 403, description = "Not active, suspended or revoked, or a name that is not the node's"), (status = 404, description = "Not known"), (status = 409, description = "Used before"), (status = 429, description = "Too often"), (status = 503, description = "The registry is about to stop")))]
async fn open(State(tunnels): State<Tunnels>, mut request: Request) -> Answer<Response> {
    let upgrade = request.extensions_mut().remove::<OnUpgrade>();
    let upgrade = upgrade.filter(|_| asks_for_tunnel(request.headers()));
    let upgrade = upgrade.ok_or_else(|| {
        Problem::bad_request("ask with `Connection: Upgrade` and `Upgrade: mjn-tunnel`")
    })?;
    let document = read_request(request.headers())?;
    if tunnels.is_stopping() {
        return Err(Problem::unavailable(
            "this registry is about to stop: try again in a few seconds",
        ));
    }
    let holder = tunnels.0.directory.tunnel_holder(document).await?;
    let (bytes, bytes_max) = tunnels.begin(upgrade, holder);
    let headers = [
        (header::CONNECTION.as_str(), "upgrade".to_owned()),
        (header::UPGRADE.as_str(), PROTOCOL.to_owned()),
        (DAY_HEADER, format!("{bytes}/{bytes_max}")),
        (ADDRESSES_HEADER, tunnel::list(&tunnels.0.config.addresses)),
    ];
    Ok((StatusCode::SWITCHING_PROTOCOLS, headers).into_response())
}

fn asks_for_tunnel(headers: &HeaderMap) -> bool {
    let protocol = headers.get(header::UPGRADE);
    protocol.is_some_and(|protocol| protocol.as_bytes().eq_ignore_ascii_case(PROTOCOL.as_bytes()))
}

/// Decodes a node's request. Its signature is not verified.
fn read_request(headers: &HeaderMap) -> Answer<Value> {
    let refused =
        || Problem::bad_request("MJN-Node must be the node's signed request as base64url");
    let text = headers.get(NODE_HEADER).and_then(|text| text.to_str().ok());
    let text = text.filter(|text| text.len() <= REQUEST_BYTES_MAX).ok_or_else(refused)?;
    let bytes = base64::decode_url(text).map_err(|_| refused())?;
    jcs::parse_strict(&bytes).map_err(|error| Problem::bad_request(error.to_string()))
}

/// Whether a node can be reached through this registry.
#[utoipa::path(get, path = "/api/node/reach/{name}", tag = "directory", params(("name" = String, Path, description = "A name, or a subdomain")),
    responses((status = 200, description = "`{name, connected, since, limit?}`: the time since which it is connected, or gone; `limit` is the limit that last closed a visitor's connection, and when", body = Object), (status = 404, description = "Not known, or it never had a tunnel")))]
async fn reach(State(tunnels): State<Tunnels>, Path(name): Path<String>) -> Answer<Json<Value>> {
    let reach = tunnels.reach(name).await?;
    let mut answer = json!({
        "name": reach.name,
        "connected": reach.is_connected,
        "since": reach.since().to_string(),
    });
    if let Some(reached) = reach.reached {
        answer["limit"] = json!({
            "reached": reached.limit,
            "at": super::time(reached.at_ms).to_string(),
        });
    }
    Ok(Json(answer))
}
