//! Anchors over HTTP: what the node made public, and an anchor when an owner asks.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::{Extension, Json};
use imajin_app::extract::Authed;
use imajin_app::routing::{OpenApiRouter, routes as paths};
use imajin_app::{Answer, Node, Problem};
use imajin_host::rate::Buckets;
use imajin_identity::people;
use imajin_protocol::Did;
use imajin_protocol::anchor::{ChainFile, path_to_json};
use serde::Serialize;
use utoipa::ToSchema;

use super::{make, newest};

/// Anchors that one DID may ask for at once, and in how many seconds one more.
const ONE_S: f64 = 600.0;
const ONE_BURST: f64 = 3.0;
/// The limit for everybody together: each anchor is an entry in the node's log and an operation at every relay.
const ALL_S: f64 = 60.0;
const ALL_BURST: f64 = 20.0;
/// DIDs that are remembered.
const REMEMBERED: usize = 1_000;

struct Pace {
    each: Buckets<Did>,
    all: Buckets<()>,
}

/// Relative to `/auth`.
pub fn routes(node: &Node) -> OpenApiRouter {
    let pace = Pace {
        each: Buckets::new(1.0 / ONE_S, ONE_BURST, REMEMBERED),
        all: Buckets::new(1.0 / ALL_S, ALL_BURST, 1),
    };
    OpenApiRouter::new()
        .routes(paths!(anchors, anchor))
        .layer(Extension(Arc::new(pace)))
        .with_state(node.clone())
}

/// An anchor that holds the caller's log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AnchorAnswer {
    /// The node.
    node: String,
    /// Its content chain.
    chain: String,
    /// The CID of the operation.
    operation: String,
    /// When it was made.
    at: String,
    /// The operation, a compact JWS.
    token: String,
    /// The document, as it is published.
    document: String,
    /// The path from the document to the caller's own head (docs/format.md §14).
    #[schema(value_type = Object)]
    path: serde_json::Value,
}

/// Returns what this node has anchored.
///
/// A chain file of docs/format.md §14: the node's identity and every operation of its anchors, for `imajin verify --anchors`.
#[utoipa::path(
    get, path = "/api/anchors", tag = "anchors",
    responses((status = 200, body = Object, description = "`{v, node, identity, operations}`")),
)]
async fn anchors(State(node): State<Node>) -> Answer<Json<serde_json::Value>> {
    let file = ChainFile {
        node: node.did().clone(),
        identity: people::chain_log(&node, node.did())?,
        operations: node.read(imajin_identity::NAME, |db| newest::tokens(db, node.did()))?,
        countersignatures: Vec::new(),
        paths: Vec::new(),
    };
    serde_json::from_str(&file.text()).map(Json).map_err(Problem::internal)
}

/// Anchor my log now.
///
/// Answers with the newest anchor if it already has your newest entry. A person that countersigns the operation commits to it.
#[utoipa::path(
    post, path = "/api/anchors", tag = "anchors",
    responses(
        (status = 201, description = "Made", body = AnchorAnswer), (status = 200, description = "It exists already", body = AnchorAnswer),
        (status = 401, description = "Not signed in"), (status = 409, description = "This node is not the home of your log"),
        (status = 429, description = "Too many anchors were asked for"),
    ),
)]
async fn anchor(
    State(node): State<Node>,
    Extension(pace): Extension<Arc<Pace>>,
    Authed(session): Authed,
) -> Answer<(StatusCode, Json<AnchorAnswer>)> {
    let now = node.monotonic();
    pace.all.look(&(), now).map_err(Problem::too_many)?;
    pace.each.take(&session.did, now).map_err(Problem::too_many)?;
    pace.all.take(&(), now).map_err(Problem::too_many)?;
    let anchor = make::make(&node, Some(&session.did)).await?;
    let anchor =
        anchor.ok_or_else(|| Problem::internal("an anchor that was asked for was not made"))?;
    let Some((nonce, path)) = &anchor.path else {
        return Err(Problem::internal("an anchor without the path that was asked for"));
    };
    let status = if anchor.is_new { StatusCode::CREATED } else { StatusCode::OK };
    let answer = AnchorAnswer {
        node: node.did().to_string(),
        chain: anchor.chain,
        operation: anchor.operation,
        at: anchor.at.to_string(),
        document: anchor.body.document.text(),
        path: path_to_json(nonce, path),
        token: anchor.body.token,
    };
    Ok((status, Json(answer)))
}
