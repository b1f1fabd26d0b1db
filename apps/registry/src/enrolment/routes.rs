//! The owner's choice of registries as an API.

use axum::Json;
use imajin_app::extract::{Json as Body, Person};
use imajin_app::{Answer, Node};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::owner;
use super::registration::Registration;

/// The node's registration with a registry.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RegistryStatus {
    /// The registry's address.
    #[schema(example = "https://registry.example")]
    url: String,
    /// Whether the registry accepted the node, and answered the last time.
    well: bool,
    /// The state of the registration in a sentence.
    says: String,
    /// The name that the registry gave the node.
    subdomain: Option<String>,
    /// Whether the registry's name leads to the box at home, with a certificate.
    home: bool,
    /// When the registration ends unless it is renewed, in milliseconds since 1970.
    expires: Option<i64>,
    /// The last heartbeat that the registry accepted, in milliseconds since 1970.
    heard: Option<i64>,
}

impl From<Registration> for RegistryStatus {
    fn from(one: Registration) -> Self {
        Self {
            well: one.is_well(),
            says: one.summary(),
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
    /// Each with the state of its registration.
    registries: Vec<RegistryStatus>,
}

/// A registry to join or to leave.
#[derive(Debug, Deserialize, ToSchema)]
pub(crate) struct RegistryChoice {
    /// Its address.
    #[schema(example = "https://registry.example")]
    url: String,
    /// Whether the node registers there.
    wanted: bool,
    /// Whether its name leads to the box at home, with a certificate. Unchanged if missing.
    home: Option<bool>,
}

fn all(node: &Node) -> Answer<Json<Registries>> {
    let registries = owner::registrations(node)?.into_iter().map(RegistryStatus::from).collect();
    Ok(Json(Registries { registries }))
}

/// The registries that this node registers with; for its owner.
#[utoipa::path(get, path = "/api/registries", tag = "registries",
    responses((status = 200, body = Registries), (status = 401, description = "Not signed in"), (status = 403, description = "Not the node's owner")))]
pub(crate) async fn registries(Person(node, session): Person) -> Answer<Json<Registries>> {
    owner::require_owner(&node, &session.did)?;
    all(&node)
}

/// Join or leave a registry. The node acts on the choice within seconds.
#[utoipa::path(post, path = "/api/registries", tag = "registries", request_body = RegistryChoice,
    responses((status = 200, body = Registries), (status = 400, description = "Not an address of a registry"),
        (status = 401, description = "Not signed in"), (status = 403, description = "Not the node's owner")))]
pub(crate) async fn choose(
    Person(node, session): Person,
    Body(choice): Body<RegistryChoice>,
) -> Answer<Json<Registries>> {
    owner::require_owner(&node, &session.did)?;
    owner::join_or_leave(&node, &choice.url, choice.wanted).await?;
    if let Some(home) = choice.home {
        owner::set_home(&node, &choice.url, home && choice.wanted).await?;
    }
    all(&node)
}
