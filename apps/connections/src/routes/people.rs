//! The relation of a person to the caller: connected or not, and their distance.

use imajin_app::extract::{Path, Person};
use imajin_app::{Answer, time};
use serde::Serialize;
use utoipa::ToSchema;

use super::did_of;
use crate::{graph, queries};

/// A person's relation to you.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StatusAnswer {
    did: String,
    /// `self`, `connected` or `none`.
    #[schema(example = "connected")]
    status: &'static str,
    /// Since when you are connected.
    since: Option<String>,
    /// Your name for them.
    nickname: Option<String>,
    /// How many connections lie between you, at most 6; null beyond.
    distance: Option<u8>,
}

/// Returns a person's relation to me.
#[utoipa::path(
    get, path = "/api/status/{did}", tag = "connections", params(("did" = String, Path, description = "A DID in any form, or a handle")),
    responses((status = 200, body = StatusAnswer), (status = 401, description = "Not signed in"), (status = 404, description = "There is nobody of this name here")),
)]
pub(crate) async fn status(
    Person(node, session): Person,
    Path(name): Path<String>,
) -> Answer<axum::Json<StatusAnswer>> {
    let (me, did) = (session.did, did_of(&node, &name)?);
    let distance = node.distance(&me, &did)?;
    queries::read(&node, |db| {
        let connected = graph::connected(db, &me, &did)?;
        let link = queries::link(db, &me, &did)?.filter(|_| connected);
        Ok(axum::Json(StatusAnswer {
            status: match (me == did, connected) {
                (true, _) => "self",
                (_, true) => "connected",
                _ => "none",
            },
            since: link.and_then(|link| time::text(link.since)),
            nickname: queries::nickname(db, &me, &did)?,
            distance,
            did: did.to_string(),
        }))
    })
}

/// The distance to a person.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DistanceAnswer {
    did: String,
    /// How many connections lie between you: 1 is connected; at most 6, null beyond.
    distance: Option<u8>,
}

/// Returns the distance between a person and me.
#[utoipa::path(
    get, path = "/api/distance/{did}", tag = "connections", params(("did" = String, Path, description = "A DID in any form, or a handle")),
    responses((status = 200, body = DistanceAnswer), (status = 401, description = "Not signed in"), (status = 404, description = "There is nobody of this name here")),
)]
pub(crate) async fn distance(
    Person(node, session): Person,
    Path(name): Path<String>,
) -> Answer<axum::Json<DistanceAnswer>> {
    let did = did_of(&node, &name)?;
    Ok(axum::Json(DistanceAnswer {
        distance: node.distance(&session.did, &did)?,
        did: did.to_string(),
    }))
}
