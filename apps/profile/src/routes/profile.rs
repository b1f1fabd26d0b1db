//! One person's profile.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use imajin_service::extract::{Caller, Path};
use imajin_service::{Node, Problem};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

use super::find_or_404;
use crate::members::{CONNECTIONS, Members, Viewer, to_json};
use crate::projection::PROJECTION;
use crate::reads::{self, Found, Side};
use crate::recent::Recent;

/// A profile. What is hidden from who asks is null.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "the description of an answer that is written without building it"
)]
pub(crate) struct ProfileAnswer {
    /// Whose.
    #[schema(example = "did:imajin:6ASf5EcmmEHTgDJ4X4ZT5vT6iHVJBXPg5AN5YoTCpGWt")]
    did: String,
    /// The short name, if they hold one on this node.
    handle: Option<String>,
    /// The name that people see.
    display_name: Option<String>,
    /// About themselves.
    bio: Option<String>,
    /// CID of a picture; its bytes are at `/profile/api/media/{did}/{cid}`.
    avatar: Option<String>,
    /// CID of a wide picture.
    banner: Option<String>,
    /// `[{title, url}]`.
    links: Option<Vec<Json>>,
    /// `public` or `incognito`.
    visibility: String,
    /// Which extras are on.
    feature_toggles: Option<Json>,
    /// Who sees which member; only the owner sees this.
    field_visibility: Option<Json>,
    /// When the first entry was made.
    created_at: String,
    /// When the newest was.
    updated_at: String,
}

/// A profile by DID or handle, as far as who asks may see it.
#[utoipa::path(
    get, path = "/api/profile/{id}", tag = "profile",
    params(("id" = String, Path, description = "A DID in any form, or a handle")),
    responses((status = 200, body = ProfileAnswer), (status = 404, description = "Nobody here goes by that"), (status = 410, description = "They deleted their data")),
)]
pub(crate) async fn get(
    State(node): State<Node>,
    Extension(recent): Extension<Arc<Recent>>,
    Caller(session): Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let did = session.as_ref().map(|session| session.did.as_str());
    let found = match recent.find_or_404(&node, &id) {
        // Who just began has no entry here yet, and sees an empty profile rather than none.
        Err(_) if did == Some(id.as_str()) => return Ok(json_response(empty(&id))),
        other => other?,
    };
    let viewer = viewer(&node, &found, did)?;
    let mut response = json_response(shown_text(&found, viewer));
    if did.is_some() {
        response.headers_mut().insert(
            header::CACHE_CONTROL,
            HeaderValue::from_static("private, no-store"),
        );
    }
    Ok(response)
}

/// Who looks at a profile. Asks for connections only where something is for them.
pub(crate) fn viewer<'a>(
    node: &Node,
    found: &Found,
    did: Option<&'a str>,
) -> Result<Viewer<'a>, Problem> {
    let hides = || {
        let hidden = found.hidden.as_deref();
        hidden.is_some_and(|hidden| hidden.contains(CONNECTIONS))
    };
    let connected = match did {
        Some(other) if other != found.did && hides() => {
            let of = |text: &str| Did::parse(text).map_err(Problem::internal);
            node.connected(&of(&found.did)?, &of(other)?)? == Some(true)
        }
        _ => false,
    };
    Ok(Viewer { did, connected })
}

pub(super) fn json_response(text: String) -> Response {
    let mut response = text.into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    response
}

fn empty(did: &str) -> String {
    let times = [("createdAt", &Json::Null), ("updatedAt", &Json::Null)];
    let members = Members::default();
    envelope(did, None, &to_json(members.all().chain(times)), "")
}

/// The profile as JSON. For everybody who is not special to its owner, no JSON is parsed or built: the row holds it.
pub(super) fn shown_text(found: &Found, viewer: Viewer<'_>) -> String {
    let times = format!(
        r#","createdAt":"{}","updatedAt":"{}""#,
        time(found.created_at),
        time(found.updated_at)
    );
    let is_own = viewer.did == Some(found.did.as_str());
    match (viewer.did, &found.hidden) {
        (Some(_), hidden) if is_own || hidden.is_some() => envelope(
            &found.did,
            found.handle.as_deref(),
            &Json::Object(shown_to(found, viewer)).to_string(),
            &times,
        ),
        _ => envelope(&found.did, found.handle.as_deref(), &found.public, &times),
    }
}

fn time(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap_or(Timestamp::MIN)
}

/// `members` is a JSON object that is not empty; DID, handle and times need no escapes.
fn envelope(did: &str, handle: Option<&str>, members: &str, times: &str) -> String {
    let mut out = String::with_capacity(members.len() + did.len() + times.len() + 64);
    out.push_str(r#"{"did":""#);
    out.push_str(did);
    out.push_str(r#"","handle":"#);
    match handle {
        Some(handle) => {
            out.push('"');
            out.push_str(handle);
            out.push('"');
        }
        None => out.push_str("null"),
    }
    let inner = members
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'))
        .unwrap_or_default();
    if !inner.is_empty() {
        out.push(',');
        out.push_str(inner);
    }
    out.push_str(times);
    out.push('}');
    out
}

/// The members as somebody sees them; the owner sees all, `fieldVisibility` too.
pub(crate) fn shown_to(found: &Found, viewer: Viewer<'_>) -> Map<String, Json> {
    let members = Members::read(&found.public, found.hidden.as_deref());
    let owned = |(name, value): (&str, &Json)| (name.to_owned(), value.clone());
    if viewer.did == Some(found.did.as_str()) {
        members.all().map(owned).collect()
    } else {
        members.seen_by(viewer).map(owned).collect()
    }
}

/// How many follow a person, and how many they follow.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Counts {
    followers: u64,
    following: u64,
}

/// Followers and following, in numbers.
#[utoipa::path(
    get, path = "/api/profile/{id}/counts", tag = "profile",
    params(("id" = String, Path, description = "A DID in any form, or a handle")),
    responses((status = 200, body = Counts), (status = 404, description = "Nobody here goes by that")),
)]
pub(crate) async fn counts(
    State(node): State<Node>,
    Path(id): Path<String>,
) -> Result<axum::Json<Counts>, Problem> {
    let found = find_or_404(&node, &id)?;
    let counts = node.read(PROJECTION.name, |db| {
        Ok(Counts {
            followers: reads::count_side(db, &found.did, Side::Followers)?,
            following: reads::count_side(db, &found.did, Side::Following)?,
        })
    })?;
    Ok(axum::Json(counts))
}
