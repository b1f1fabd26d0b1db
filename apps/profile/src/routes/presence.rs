use axum::Json;
use imajin_app::extract::{Caller, Path, Person, Visitor};
use imajin_app::{Answer, Node};
use imajin_dfos::Timestamp;
use imajin_host::prelude::*;
use imajin_protocol::Did;
use serde::Serialize;
use utoipa::ToSchema;

use crate::lookup::{did_of, find};
use crate::presence::Presence;

/// A person's presence.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PresenceAnswer {
    online: bool,
    /// Null if the node has had no report since it started, or doesn't show it to the caller. A quarter of an hour's beginning
    /// for others than the person.
    last_seen: Option<String>,
}

/// Precision of `lastSeen` for other people, in milliseconds: a quarter of an hour.
const COARSE_MS: i64 = 15 * 60_000;

/// A person's presence, for themselves and, without the minutes, for those they are connected with; for everybody else as if
/// they had never been here. Hidden from all if their profile is incognito.
#[utoipa::path(get, path = "/api/presence/{did}", tag = "presence", params(("did" = String, Path)), responses((status = 200, body = PresenceAnswer)))]
pub(crate) async fn get(
    Visitor(node, Caller(session)): Visitor,
    Path(id): Path<String>,
) -> Answer<Json<PresenceAnswer>> {
    let did = did_of(&node, &id)?;
    let profile = find(&node, did.as_str())?;
    let is_hidden = profile.is_none_or(|found| found.deleted || found.is_incognito());
    let viewer = session.map(|session| session.did);
    let is_own = viewer.as_ref() == Some(&did);
    let is_shown = !is_hidden
        && match &viewer {
            Some(viewer) => is_own || is_close(&node, &did, viewer)?,
            None => false,
        };
    let (seen, online) =
        if is_shown { node.state::<Presence>().find(&did, node.now()) } else { (None, false) };
    let last_seen = match seen {
        Some(at) if !is_own => coarse(at),
        seen => seen,
    };
    Ok(Json(PresenceAnswer { online, last_seen: last_seen.map(|at| at.to_string()) }))
}

/// Whether two people are connected, and `did` did not block the viewer.
fn is_close(node: &Node, did: &Did, viewer: &Did) -> Answer<bool> {
    let is_connected = node.connected(did, viewer)? == Some(true);
    Ok(is_connected && !node.is_blocked(viewer, &[did.clone()].into())?)
}

/// Returns the beginning of a moment's quarter of an hour.
fn coarse(at: Timestamp) -> Option<Timestamp> {
    let millis = at.as_millis();
    Timestamp::from_millis(millis - millis.rem_euclid(COARSE_MS)).ok()
}

/// The report was recorded.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PresenceNoted {
    success: bool,
}

/// Reports the caller's presence. It is in memory only and not part of any log.
#[utoipa::path(post, path = "/api/presence/update", tag = "presence", responses((status = 200, body = PresenceNoted)))]
pub(crate) async fn update(Person(node, session): Person) -> Json<PresenceNoted> {
    node.state::<Presence>().seen(session.did, node.now());
    Json(PresenceNoted { success: true })
}
