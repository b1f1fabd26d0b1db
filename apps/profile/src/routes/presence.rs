//! Presence.

use axum::Json;
use axum::extract::State;
use imajin_service::extract::{Authed, Path};
use imajin_service::{Answer, Node};
use serde::Serialize;
use utoipa::ToSchema;

use crate::lookup::{did_of, find};
use crate::presence::Presence;

/// A person's presence.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PresenceAnswer {
    online: bool,
    /// Null if there was no report since the node started.
    last_seen: Option<String>,
}

/// A person's presence; hidden if their profile is incognito.
#[utoipa::path(get, path = "/api/presence/{did}", tag = "presence", params(("did" = String, Path)), responses((status = 200, body = PresenceAnswer)))]
pub(crate) async fn get(
    State(node): State<Node>,
    Path(id): Path<String>,
) -> Answer<Json<PresenceAnswer>> {
    let did = did_of(&node, &id)?;
    let found = find(&node, did.as_str())?;
    let (seen, online) = match found.filter(|found| !found.deleted && !found.is_incognito()) {
        Some(_) => node.state::<Presence>().of(&did, node.now()),
        None => (None, false),
    };
    let last_seen = seen.map(|at| at.to_string());
    Ok(Json(PresenceAnswer { online, last_seen }))
}

/// The report was recorded.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PresenceNoted {
    success: bool,
}

/// Reports the caller's presence. It is in memory only and not part of any log.
#[utoipa::path(post, path = "/api/presence/update", tag = "presence", responses((status = 200, body = PresenceNoted)))]
pub(crate) async fn update(
    State(node): State<Node>,
    Authed(session): Authed,
) -> Json<PresenceNoted> {
    node.state::<Presence>().seen(session.did, node.now());
    Json(PresenceNoted { success: true })
}
