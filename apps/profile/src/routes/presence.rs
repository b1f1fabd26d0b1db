//! Who is there.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use imajin_service::extract::{Authed, Path};
use imajin_service::{Node, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use super::{did_of, find};
use crate::presence::Presence;

/// When somebody was last there.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PresenceAnswer {
    online: bool,
    /// Null if not since the node started.
    last_seen: Option<String>,
}

/// Whether somebody is there; nobody learns it of who is incognito.
#[utoipa::path(get, path = "/api/presence/{did}", tag = "presence", params(("did" = String, Path)), responses((status = 200, body = PresenceAnswer)))]
pub(crate) async fn get(
    State(node): State<Node>,
    Extension(presence): Extension<Arc<Presence>>,
    Path(id): Path<String>,
) -> Result<axum::Json<PresenceAnswer>, Problem> {
    let did = did_of(&node, &id)?;
    let hidden = find(&node, did.as_str())?
        .is_none_or(|found| found.deleted || found.public.contains(r#""visibility":"incognito""#));
    let (seen, online) = if hidden {
        (None, false)
    } else {
        presence.of(&did, node.now())
    };
    Ok(axum::Json(PresenceAnswer {
        online,
        last_seen: seen.map(|at| at.to_string()),
    }))
}

/// That it was noted.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Noted {
    success: bool,
}

/// Says that one is there. It is kept in memory only and is no entry in anybody's log.
#[utoipa::path(post, path = "/api/presence/update", tag = "presence", responses((status = 200, body = Noted)))]
pub(crate) async fn update(
    State(node): State<Node>,
    Extension(presence): Extension<Arc<Presence>>,
    Authed(session): Authed,
) -> axum::Json<Noted> {
    presence.seen(session.did, node.now());
    axum::Json(Noted { success: true })
}
