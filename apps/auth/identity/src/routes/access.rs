//! May I read or write there? This service is the one authority for it (docs/api.md, "Identity and sign-in").

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use imajin_app::extract::{Authed, Path, Query};
use imajin_app::operation::Choice;
use imajin_app::{Answer, InRoom, Node, Problem};
use imajin_protocol::{Did, DidKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::log::READ_LOG;
use crate::people;

#[derive(Debug, Deserialize)]
pub(crate) struct Other {
    with: Option<String>,
}

/// Whether a person may do something.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Access {
    /// Whether they may.
    allowed: bool,
    /// As what: `owner`, `delegate`, `admin`, `member`, `reader`.
    role: Option<&'static str>,
}

/// May I read or write in this conversation, event, group, log?
#[utoipa::path(
    get, path = "/api/access/{did}", tag = "people",
    params(
        ("did" = String, Path, description = "The conversation, event, group or person"),
        ("with" = Option<String>, Query, description = "For a conversation of two that no service here knows yet: the other one"),
    ),
    responses((status = 200, body = Access), (status = 401, description = "Not signed in")),
)]
pub(crate) async fn access(
    State(node): State<Node>,
    who: Authed,
    headers: HeaderMap,
    Path(name): Path<String>,
    Query(other): Query<Other>,
) -> Answer<Json<Access>> {
    let did = people::named_for(&node, &name, Some(&who.0.did))?;
    let reader = who.acting_for(&node, &headers, READ_LOG)?;
    let role = if reader == did && reader == who.0.did {
        Some("owner")
    } else if reader == did {
        Some("delegate")
    } else {
        in_room(&node, &reader, &did, other.with.as_deref())?
    };
    Ok(Json(Access { allowed: role.is_some(), role }))
}

/// Returns the role of a person in a conversation, a group or an event, given its own DID or its conversation's. The
/// service that has the room answers.
fn in_room(
    node: &Node,
    reader: &Did,
    did: &Did,
    other: Option<&str>,
) -> Answer<Option<&'static str>> {
    let is_direct = did.kind() == DidKind::Direct;
    match node.in_room(did, reader)? {
        InRoom::Unknown if is_direct => direct(node, reader, did, other),
        // The answer must not tell others whether two people have a conversation.
        InRoom::Outside if is_direct && other.is_none() => direct(node, reader, did, other),
        known => Ok(known.role().map(|role| role.name())),
    }
}

/// docs/api.md, "DIDs": the name of a conversation is an index, never an authorisation; both members must make it.
fn direct(
    node: &Node,
    reader: &Did,
    conversation: &Did,
    other: Option<&str>,
) -> Result<Option<&'static str>, Problem> {
    let other = other.ok_or_else(|| Problem::field("with", "Whether you are in a conversation of two is found out with the other one: add ?with=<did>."))?;
    let other = people::by_name(node, other)?;
    Ok((Did::direct(reader, &other) == *conversation).then_some("member"))
}
