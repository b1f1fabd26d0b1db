//! One person's profile.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use imajin_dfos::Timestamp;
use imajin_service::extract::{Caller, Path};
use imajin_service::{Node, Problem};
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use crate::lookup::{find_or_404, is_damaged, recent_or_404, shown_to, viewer};
use crate::members::{Members, Viewer, to_json};
use crate::projection::PROJECTION;
use crate::queries::{self, ProfileRow, Side};

/// A profile. Members that the caller may not see are null.
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
    #[schema(value_type = Option<Object>)]
    feature_toggles: Option<Json>,
    /// The audience of each member; only the owner sees this.
    #[schema(value_type = Option<Object>)]
    field_visibility: Option<Json>,
    /// When the first entry was made.
    created_at: String,
    /// When the newest entry was made.
    updated_at: String,
}

/// A profile by DID or handle, as far as the caller may see it.
#[utoipa::path(
    get, path = "/api/profile/{id}", tag = "profile",
    params(("id" = String, Path, description = "A DID in any form, or a handle")),
    responses((status = 200, body = ProfileAnswer, description = "With the header `Imajin-Damaged: record` where this person's record is damaged on the node: what is shown was made while it verified"), (status = 404, description = "Nobody here goes by that"), (status = 410, description = "They deleted their data")),
)]
pub(crate) async fn get(
    State(node): State<Node>,
    Caller(session): Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let did = session.as_ref().map(|session| session.did.as_str());
    let found = match recent_or_404(&node, &id) {
        // A new person has no entry here yet, and gets an empty profile rather than 404.
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
    if is_damaged(&node, &found.did) {
        let damaged = HeaderValue::from_static("record");
        response.headers_mut().insert(DAMAGED, damaged);
    }
    Ok(response)
}

/// The header of answers about a person whose log is damaged on this node.
const DAMAGED: HeaderName = HeaderName::from_static("imajin-damaged");

pub(super) fn json_response(text: String) -> Response {
    let mut response = Response::new(Body::from(text));
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

/// The profile as JSON. For most viewers the row has the text already, and nothing is parsed or built.
pub(super) fn shown_text(found: &ProfileRow, viewer: Viewer<'_>) -> String {
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

/// The numbers of followers and of followed people.
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
            followers: queries::count_side(db, &found.did, Side::Followers)?,
            following: queries::count_side(db, &found.did, Side::Following)?,
        })
    })?;
    Ok(axum::Json(counts))
}
