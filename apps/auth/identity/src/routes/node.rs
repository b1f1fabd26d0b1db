//! Public information about the node.

use axum::Json;
use axum::extract::State;
use imajin_app::{Answer, Node};
use imajin_host::Registration;
use imajin_host::prelude::*;
use imajin_protocol::token;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::people;

/// The node.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NodeAnswer {
    /// Its DID.
    did: String,
    /// The name of its key, `<did>#<key id>`.
    kid: String,
    /// Its Ed25519 key, 64 hex digits.
    public_key: String,
    /// The node's name.
    name: String,
    /// Where it answers.
    url: String,
    /// Its address where others can reach it: the chains of its people name it as their home (`ImajinHome`).
    home: Option<String>,
    /// The relay that the chains of its people name (`DfosRelay`).
    relay: Option<String>,
    /// The program's version.
    version: &'static str,
    /// Whether it has an owner.
    claimed: bool,
    /// The owner.
    owner: Option<String>,
    /// The rule for beginning an identity here.
    registration: Registration,
    /// The services that run on the node.
    services: Vec<&'static str>,
    /// Its time.
    time: String,
}

/// Describes this node.
#[utoipa::path(get, path = "/api/node", tag = "node", responses((status = 200, body = NodeAnswer)))]
pub(crate) async fn node(State(node): State<Node>) -> Answer<Json<NodeAnswer>> {
    let endpoints = node.endpoints();
    Ok(Json(NodeAnswer {
        relay: endpoints.as_ref().and_then(|found| found.relay.clone()),
        home: endpoints.map(|found| found.home),
        did: node.did().to_string(),
        kid: node.key().kid.to_string(),
        public_key: node.public_key().to_hex(),
        name: node.name().to_owned(),
        url: node.url().to_owned(),
        version: env!("CARGO_PKG_VERSION"),
        claimed: node.is_claimed(),
        owner: people::owner_of_node(&node)?,
        registration: node.registration(),
        services: node.services().iter().map(|service| service.name()).collect(),
        time: node.now().to_string(),
    }))
}

/// The keys that verify this node's session tokens (RFC 7517).
pub(crate) async fn jwks(State(node): State<Node>) -> Json<Value> {
    Json(token::jwks([(&node.key().kid, &node.public_key())]))
}
