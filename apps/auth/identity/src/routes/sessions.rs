//! Sessions: the current one, those on other devices, and signing out.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use imajin_app::extract::{Authed, Path, Person};
use imajin_app::{Answer, Node, Peer, Problem, Role, time};
use imajin_host::prelude::*;
use imajin_host::sessions::SessionLine;
use imajin_protocol::Did;
use serde::Serialize;
use utoipa::ToSchema;

use crate::guests;
use crate::login::{self, IdentityAnswer};
use crate::people;

/// The session of this request.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CurrentSession {
    /// The signed-in person.
    #[serde(flatten)]
    identity: IdentityAnswer,
    /// The sub-type, else the scope, for clients that read `type`.
    #[serde(rename = "type")]
    kind: &'static str,
    /// Whether they own this node.
    owner: bool,
    /// Whether they demand signatures for everything.
    require_signed: bool,
    /// The e-mail address as a DID, for a person who signed in with an address.
    alias: Option<String>,
    /// Whether the keys are the person's own; false where this node keeps the key for them.
    own_key: bool,
    /// The session's name in the list of sessions.
    session_id: String,
    /// When it ends.
    expires_at: String,
    /// The person's role on this node: `stranger`, `guest`, `member` or `owner`.
    role: Role,
    /// The last time at which a link that the node's owner passed on let a person in as them, if that ever happened.
    readmitted_at: Option<String>,
}

/// Who am I?
#[utoipa::path(get, path = "/api/session", tag = "sessions", responses((status = 200, body = CurrentSession), (status = 401, description = "Not signed in")))]
pub(crate) async fn session(Person(node, session): Person) -> Answer<Json<CurrentSession>> {
    let identity = people::get(&node, &session.did)?;
    Ok(Json(CurrentSession {
        owner: people::owner_of_node(&node)?.as_deref() == Some(session.did.as_str()),
        require_signed: identity.require_signed,
        alias: guests::email::address_of(&node, &session.did)?
            .and_then(|address| Did::from_email(&address).ok())
            .map(|alias| alias.to_string()),
        own_key: !identity.bare || !guests::keys::has(&node, &session.did)?,
        session_id: session.public_id(),
        role: node.role(&session.did)?,
        readmitted_at: guests::readmitted::last(&node, &session.did)?.and_then(time::text),
        expires_at: session.expires.to_string(),
        kind: identity.kind(),
        identity: IdentityAnswer::new(&node, &identity)?,
    }))
}

/// The confirmation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SignedOut {
    /// Always true.
    success: bool,
}

/// Sign out here.
#[utoipa::path(post, path = "/api/logout", tag = "sessions", responses((status = 200, body = SignedOut), (status = 401, description = "Not signed in")))]
pub(crate) async fn logout(
    State(node): State<Node>,
    peer: Peer,
    Authed(session): Authed,
) -> Answer<Response> {
    node.use_reserve();
    node.sessions().end(&session.did, &session.public_id()).await?;
    Ok(signed_out(peer))
}

fn signed_out(peer: Peer) -> Response {
    let cookie = [(header::SET_COOKIE, login::no_cookie(peer))];
    (cookie, Json(SignedOut { success: true })).into_response()
}

/// One of my sessions.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SessionItem {
    /// Its name.
    id: String,
    /// The device, as it called itself.
    label: String,
    /// How it began.
    method: String,
    /// When it began.
    created_at: String,
    /// When it was last used, to within ten minutes.
    seen_at: String,
    /// When it ends.
    expires_at: String,
    /// Whether it is the one of this request.
    current: bool,
}

/// My sessions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionsAnswer {
    /// The last used first.
    sessions: Vec<SessionItem>,
    /// How many.
    total: usize,
}

/// Lists the devices on which I am signed in.
#[utoipa::path(get, path = "/api/sessions", tag = "sessions", responses((status = 200, body = SessionsAnswer), (status = 401, description = "Not signed in")))]
pub(crate) async fn list(Person(node, session): Person) -> Answer<Json<SessionsAnswer>> {
    let current = session.public_id();
    let item = |line: SessionLine| SessionItem {
        current: line.id == current,
        id: line.id,
        label: line.label,
        method: line.method,
        created_at: line.created.to_string(),
        seen_at: line.seen.to_string(),
        expires_at: line.expires.to_string(),
    };
    let sessions: Vec<SessionItem> =
        node.sessions().list(&session.did)?.into_iter().map(item).collect();
    Ok(Json(SessionsAnswer { total: sessions.len(), sessions }))
}

/// Sign out everywhere.
#[utoipa::path(delete, path = "/api/sessions", tag = "sessions", responses((status = 200, body = SignedOut), (status = 401, description = "Not signed in")))]
pub(crate) async fn end_all(
    State(node): State<Node>,
    peer: Peer,
    Authed(session): Authed,
) -> Answer<Response> {
    node.use_reserve();
    node.sessions().end_all(&session.did)?;
    Ok(signed_out(peer))
}

/// Sign out on one device.
#[utoipa::path(
    delete, path = "/api/sessions/{id}", tag = "sessions", params(("id" = String, Path, description = "The session's name in the list")),
    responses((status = 200, body = SignedOut), (status = 401, description = "Not signed in"), (status = 404, description = "No such session of yours")),
)]
pub(crate) async fn end(
    Person(node, session): Person,
    Path(id): Path<String>,
) -> Answer<Json<SignedOut>> {
    node.use_reserve();
    if node.sessions().end(&session.did, &id).await? {
        Ok(Json(SignedOut { success: true }))
    } else {
        Err(Problem::not_found("You have no such session."))
    }
}
