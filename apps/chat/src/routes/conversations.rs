//! The conversations of a person.

use axum::http::StatusCode;
use imajin_app::extract::{Json, Page, Path, Person, Query};
use imajin_app::operation::Choice;
use imajin_app::{Answer, Node, Problem, RoomRole, refuse_if};
use imajin_protocol::{Did, DidKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::asking::asks_first;
use crate::conversations::{Conversation, rooms_for};
use crate::keys;
use crate::queries;
use crate::room_role::find_for;

/// With whom, or whose conversation: one of the three.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyBody {
    /// The other one, by DID or short name.
    with: Option<String>,
    /// The group, by its DID.
    group: Option<String>,
    /// The event's conversation, by its name.
    event: Option<String>,
}

/// The name of a new conversation, and the log that it will be written to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Key {
    /// Its name.
    #[schema(example = "did:imajin:dm:0123456789abcdef")]
    did: String,
    /// The DID of its log, whose key this box made and keeps.
    log: String,
}

/// Makes the log of a conversation that is about to be opened.
///
/// A log that no conversation uses within a day is let go of again.
#[utoipa::path(
    post, path = "/api/conversations/key", tag = "chat", request_body = KeyBody,
    responses(
        (status = 201, body = Key), (status = 401, description = "Not signed in"),
        (status = 403, description = "`business`, `not-accepted`, or only for its leaders"),
        (status = 404, description = "Nobody here goes by that"),
        (status = 409, description = "`exists`: there is one; `log` is its log"),
        (status = 429, description = "As many requests as somebody may make in a day"),
    ),
)]
pub(crate) async fn key(
    Person(node, session): Person,
    Json(body): Json<KeyBody>,
) -> Answer<(StatusCode, axum::Json<Key>)> {
    let name = name_for(&node, &session.did, &body)?;
    if let Some(there) = queries::read(&node, |db| queries::room_by_name(db, name.as_str()))? {
        return Err(Problem::conflict("This conversation exists already.")
            .slug("exists")
            .with_member("reason", "exists")
            .with_member("log", there.log.as_str()));
    }
    let log = keys::log_for(&node, &name).await?.to_string();
    let did = name.to_string();
    Ok((StatusCode::CREATED, axum::Json(Key { did, log })))
}

/// Returns the name of the conversation. Refuses a caller who may not open it.
fn name_for(node: &Node, me: &Did, body: &KeyBody) -> Answer<Did> {
    match (&body.with, &body.group, &body.event) {
        (Some(with), None, None) => {
            let other = node.person(with)?;
            refuse_if!(other == *me, Problem::field("with", "with must be somebody else."));
            asks_first(node, me, &other)?;
            Ok(Did::direct(me, &other))
        }
        (None, Some(group), None) => {
            let group = parsed("group", group, DidKind::Key)?;
            leads(node, me, &group, RoomRole::Admin)?;
            Ok(Did::conversation_of(&group))
        }
        (None, None, Some(event)) => {
            let event = parsed("event", event, DidKind::Event)?;
            leads(node, me, &event, RoomRole::Owner)?;
            Ok(event)
        }
        _ => Err(Problem::field("with", "Send one of with, group and event.")),
    }
}

fn parsed(field: &'static str, text: &str, kind: DidKind) -> Answer<Did> {
    let did = Did::parse(text).ok().filter(|did| did.kind() == kind);
    did.ok_or_else(|| Problem::field(field, format!("{field} is none of that kind.")))
}

fn leads(node: &Node, me: &Did, what: &Did, least: RoomRole) -> Answer<()> {
    match node.in_room(what, me)?.role() {
        None => Err(Problem::not_found("You are not in such a group or event.")),
        Some(role) if role >= least => Ok(()),
        Some(_) => Err(Problem::forbidden("People who lead it open its conversation.")),
    }
}

/// The filter of the list.
#[derive(Debug, Deserialize)]
pub(crate) struct ListQuery {
    requests: Option<bool>,
}

/// Conversations.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ConversationsAnswer {
    /// The one with the newest words first.
    conversations: Vec<Conversation>,
    /// Whether there are more after these.
    has_more: bool,
}

/// Your conversations; with `requests` those of people who ask to write to you and whom you have not answered.
#[utoipa::path(
    get, path = "/api/conversations", tag = "chat",
    params(
        ("requests" = Option<bool>, Query, description = "Only open requests"),
        ("limit" = Option<u32>, Query), ("offset" = Option<u32>, Query),
    ),
    responses((status = 200, body = ConversationsAnswer), (status = 401, description = "Not signed in")),
)]
pub(crate) async fn list(
    Person(node, session): Person,
    page: Page,
    Query(query): Query<ListQuery>,
) -> Answer<axum::Json<ConversationsAnswer>> {
    let me = &session.did;
    let rooms = rooms_for(&node, me, query.requests == Some(true))?;
    let (rooms, has_more) = page.cut(rooms);
    let shown = rooms.iter().map(|(room, role)| Conversation::from_room(&node, room, *role, me));
    Ok(axum::Json(ConversationsAnswer { conversations: shown.collect::<Answer<_>>()?, has_more }))
}

/// Somebody who is in a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Member {
    did: String,
    /// `reader`, `member`, `admin`, `owner`.
    #[schema(example = "member")]
    role: &'static str,
}

/// A conversation, with its members.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConversationAnswer {
    #[serde(flatten)]
    conversation: Conversation,
    /// Its newest epoch; 0 without one.
    epoch: u64,
    /// How many turns there were.
    turns: u64,
    /// The members by its log; of an event its organiser alone.
    members: Vec<Member>,
}

/// One conversation, by its name or its log.
#[utoipa::path(
    get, operation_id = "one", path = "/api/d/{did}", tag = "chat",
    params(("did" = String, Path, description = "The name of a conversation, or its log")),
    responses((status = 200, body = ConversationAnswer), (status = 401, description = "Not signed in"), (status = 404, description = "You are in no such conversation")),
)]
pub(crate) async fn read_conversation(
    Person(node, session): Person,
    Path(did): Path<String>,
) -> Answer<axum::Json<ConversationAnswer>> {
    let (room, role) = find_for(&node, &did, &session.did)?;
    let members = queries::read(&node, |db| queries::members(db, &room.log))?;
    let members =
        members.into_iter().map(|(did, role)| Member { did: did.to_string(), role: role.name() });
    Ok(axum::Json(ConversationAnswer {
        conversation: Conversation::from_room(&node, &room, role, &session.did)?,
        epoch: room.epoch,
        turns: room.turns,
        members: members.collect(),
    }))
}
