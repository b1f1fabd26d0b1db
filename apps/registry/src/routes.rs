//! What the service answers itself: the owner's choice of registries. The node directory has its own routes.

use axum::Json;
use axum::extract::State;
use imajin_service::extract::{Authed, Json as Body};
use imajin_service::{Answer, Node};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::enrolment::Standing;
use crate::pages;

/// How the node stands with a registry.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Known {
    /// The registry's address.
    #[schema(example = "https://registry.example")]
    url: String,
    /// Whether it took the node in, and answered the last time.
    well: bool,
    /// How it stands, in a sentence.
    says: String,
    /// The name that it gave the node.
    subdomain: Option<String>,
    /// Whether its name leads to the box at home, with a certificate.
    home: bool,
    /// When the registration ends unless it is renewed, in milliseconds since 1970.
    expires: Option<i64>,
    /// The last heartbeat that was heard, in milliseconds since 1970.
    heard: Option<i64>,
}

impl From<Standing> for Known {
    fn from(one: Standing) -> Self {
        Self {
            well: one.is_well(),
            says: one.says(),
            home: one.home,
            url: one.url,
            subdomain: one.subdomain,
            expires: one.expires_ms,
            heard: one.heard_ms,
        }
    }
}

/// The registries of a node.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Registries {
    /// Each with how it stands.
    registries: Vec<Known>,
}

/// A registry to join or to leave.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct Wish {
    /// Its address.
    #[schema(example = "https://registry.example")]
    url: String,
    /// Whether the node is to make itself known there.
    wanted: bool,
    /// Whether the name that it gave is to lead to the box at home, with a certificate; left as it is if not said.
    home: Option<bool>,
}

fn all(node: &Node) -> Answer<Json<Registries>> {
    let registries = pages::shown(node)?.into_iter().map(Known::from).collect();
    Ok(Json(Registries { registries }))
}

/// To which registries this node makes itself known, for its owner.
#[utoipa::path(get, path = "/api/registries", tag = "registries",
    responses((status = 200, body = Registries), (status = 401, description = "Not signed in"), (status = 403, description = "Not the node's owner")))]
pub(crate) async fn registries(
    State(node): State<Node>,
    Authed(session): Authed,
) -> Answer<Json<Registries>> {
    pages::owner(&node, &session.did)?;
    all(&node)
}

/// Join a registry, or leave it. The node acts on it a moment later.
#[utoipa::path(post, path = "/api/registries", tag = "registries", request_body = Wish,
    responses((status = 200, body = Registries), (status = 400, description = "No address of a registry"),
        (status = 401, description = "Not signed in"), (status = 403, description = "Not the node's owner")))]
pub(crate) async fn choose(
    State(node): State<Node>,
    Authed(session): Authed,
    Body(wish): Body<Wish>,
) -> Answer<Json<Registries>> {
    pages::owner(&node, &session.did)?;
    pages::decide(&node, &wish.url, wish.wanted).await?;
    if let Some(home) = wish.home {
        pages::decide_home(&node, &wish.url, home && wish.wanted).await?;
    }
    all(&node)
}
