//! Routes of one person's profile.

use std::borrow::Cow;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;
use imajin_app::extract::{Caller, Path, Visitor};
use imajin_app::recent::{FreshAnswer, Recent, Tables};
use imajin_app::{Answer, Node};
use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use crate::lookup::{find_or_404, is_damaged, shown_to, unaliased};
use crate::members::{Members, to_json};
use crate::projection::PROJECTION;
use crate::queries::{self, ProfileRow, Side};

/// A profile. Members that the caller may not see are null.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "the description of an answer that is written without building it")]
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
    /// The extras that are on.
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

/// Bytes for the recently read public profiles: about a thousand of them.
const RECENT_BYTES_MAX: usize = 1 << 20;

/// A profile as everyone sees it, ready to be sent.
struct PublicProfile {
    did: String,
    /// Whether some viewers see more than everyone does.
    has_hidden: bool,
    text: Bytes,
}

struct RecentProfiles(Recent<PublicProfile>);

impl Default for RecentProfiles {
    fn default() -> Self {
        Self(Recent::new(Tables::Of(PROJECTION.name), RECENT_BYTES_MAX))
    }
}

/// Returns the profile that a DID (in any form) or a handle names, as everyone sees it. Recently read ones are still in
/// memory.
fn public_or_404(node: &Node, id: &str) -> Answer<Arc<PublicProfile>> {
    node.state::<RecentProfiles>().0.get(node, id, || {
        let row = find_or_404(node, id)?;
        let text = Bytes::from(shown_text(node, &row, None)?);
        // Other forms of a DID resolve through other tables, whose changes would not invalidate this cache.
        let is_direct = id == row.did || row.handle.as_deref() == Some(id);
        Ok(FreshAnswer {
            bytes: row.did.len() + text.len(),
            until: if is_direct { Timestamp::MAX } else { Timestamp::MIN },
            value: PublicProfile { did: row.did, has_hidden: row.hidden.is_some(), text },
        })
    })
}

/// A profile by DID or handle, as far as the caller may see it.
#[utoipa::path(
    get, path = "/api/profile/{id}", tag = "profile",
    params(("id" = String, Path, description = "A DID in any form, or a handle")),
    responses((status = 200, body = ProfileAnswer, description = "With the header `Imajin-Damaged: record` where this person's record is damaged on the node: what is shown was made while it verified"), (status = 404, description = "Nobody here goes by that"), (status = 410, description = "They deleted their data")),
)]
pub(crate) async fn get(
    Visitor(node, Caller(session)): Visitor,
    Path(id): Path<String>,
) -> Answer<Response> {
    let viewer = session.as_ref().map(|session| &session.did);
    let (id, did) = (unaliased(&node, &id, viewer)?, viewer.map(Did::as_str));
    let profile = match public_or_404(&node, &id) {
        // A new person has no entry here yet, and gets an empty profile rather than 404.
        Err(_) if did == Some(&*id) => return Ok(json_response(empty(&id))),
        other => other?,
    };
    let sees_more = did.is_some_and(|viewer| profile.has_hidden || viewer == profile.did);
    let mut response = json_response(if sees_more {
        Body::from(shown_text(&node, &find_or_404(&node, &id)?, did)?)
    } else {
        Body::from(profile.text.clone())
    });
    let headers = response.headers_mut();
    if did.is_some() {
        let caching = HeaderValue::from_static("private, no-store");
        headers.insert(header::CACHE_CONTROL, caching);
    }
    if is_damaged(&node, &profile.did) {
        headers.insert(DAMAGED, HeaderValue::from_static("record"));
    }
    Ok(response)
}

/// The header of answers about a person whose log is damaged on this node.
const DAMAGED: HeaderName = HeaderName::from_static("imajin-damaged");

pub(super) fn json_response(text: impl Into<Body>) -> Response {
    let mut response = Response::new(text.into());
    let kind = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

fn empty(did: &str) -> String {
    let members = to_json(Members::default().all());
    envelope(did, None, &members, ["null".to_owned(), "null".to_owned()])
}

/// Returns the profile as JSON. For most viewers the row has the text already, and nothing is parsed or built.
pub(crate) fn shown_text(node: &Node, row: &ProfileRow, did: Option<&str>) -> Answer<String> {
    let times = [row.created_at, row.updated_at].map(|millis| {
        let at = Timestamp::from_millis(millis).unwrap_or(Timestamp::MIN);
        format!("\"{at}\"")
    });
    let is_own = did == Some(row.did.as_str());
    let members = match did {
        Some(_) if is_own || row.hidden.is_some() => {
            Cow::Owned(Json::Object(shown_to(node, row, did)?).to_string())
        }
        _ => Cow::Borrowed(&*row.public),
    };
    let handle = row.handle.as_deref();
    Ok(envelope(&row.did, handle, &members, times))
}

/// Returns a profile's JSON. `members` is a JSON object that is not empty; DID and handle need no escapes, and the
/// times are JSON.
fn envelope(did: &str, handle: Option<&str>, members: &str, times: [String; 2]) -> String {
    let handle = handle.map_or("null".to_owned(), |handle| format!("\"{handle}\""));
    let members = members.strip_prefix('{').unwrap_or(members);
    let members = members.strip_suffix('}').unwrap_or(members);
    let [created, updated] = times;
    format!(
        r#"{{"did":"{did}","handle":{handle},{members},"createdAt":{created},"updatedAt":{updated}}}"#
    )
}

/// The numbers of followers and of followed people.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Counts {
    pub(crate) followers: u64,
    pub(crate) following: u64,
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
) -> Answer<axum::Json<Counts>> {
    let profile = find_or_404(&node, &id)?;
    counts_of(&node, &profile).map(axum::Json)
}

/// Returns the numbers of a person's followers and of people whom they follow.
pub(crate) fn counts_of(node: &Node, row: &ProfileRow) -> Answer<Counts> {
    queries::read(node, |db| {
        Ok(Counts {
            followers: queries::count_side(db, &row.did, Side::Followers)?,
            following: queries::count_side(db, &row.did, Side::Following)?,
        })
    })
}
