//! Unsigned writing by a session in readable conversations: the box vouches for the author. Signed and sealed messages
//! come as commands.

use axum::http::StatusCode;
use axum::http::request::Parts;
use imajin_app::extract::{JsonRequest, Path, Person, Query};
use imajin_app::operation::{Choice, Field, Int, List, MediaFile, Operation};
use imajin_app::{Answer, CommandRequest, Node, Problem, Session, refuse_if};
use imajin_dfos::Value;
use imajin_host::prelude::*;
use imajin_host::random;
use imajin_ledger::Receipt;
use imajin_protocol::Did;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::messages::{self, MessageJson, none};
use crate::fields::{CidText, ContentKind, Kind, MessageId};
use crate::operations::{DeleteMessage, FileSaid, MENTIONS_MAX, Message, ReadMark, SendMessage};
use crate::queries::{self, Room};
use crate::room_role::{find_for, role_in};
use crate::sight::Sight;

/// A message to write.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct MessageBody {
    /// Its words.
    content: Option<String>,
    /// `text` (the usual), `media`, `voice` or `location`.
    content_type: Option<String>,
    reply_to_message_id: Option<String>,
    /// The CID of its file.
    media_asset_id: Option<String>,
    /// `{name, mime, size}` of its file.
    #[schema(value_type = Option<Object>)]
    media_meta: Option<serde_json::Map<String, serde_json::Value>>,
}

/// Words for a message, or a reaction.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ContentBody {
    /// The words.
    content: String,
}

/// A message that was written.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WrittenAnswer {
    message: MessageJson,
}

fn field<T: Field>(name: &'static str, value: &Value) -> Answer<T> {
    T::read(value).map_err(|invalid| Problem::field(name, format!("{name}{invalid}.")))
}

fn optional<T: Field>(name: &'static str, text: Option<&str>) -> Answer<Option<T>> {
    text.map(|text| field(name, &Value::from(text))).transpose()
}

/// A number of the log as operations have it.
fn number<const MIN: i64, const MAX: i64>(value: u64) -> Int<MIN, MAX> {
    Int(i64::try_from(value).unwrap_or(MAX))
}

/// A readable message of this conversation, as of now.
fn message(node: &Node, room: &Room, said: ContentKind, text: Option<&str>) -> Answer<Message> {
    let status = node.status(&room.log)?;
    let status = status.ok_or_else(|| Problem::internal("a conversation without a log"))?;
    Ok(Message {
        log: room.log.clone(),
        epoch: Int(0),
        turns: number(room.turns),
        seq: number(status.seq),
        seen: CidText::from_cid(&status.cid),
        re: None,
        quiet: None,
        keyless: None,
        mentions: None,
        media: None,
        nonce: None,
        commit: None,
        sealed: None,
        said: Some(said),
        text: optional("content", text)?,
        file: None,
    })
}

/// Words with an `@` that are looked up in a text.
const LOOKED_UP: usize = 32;

/// The people in a conversation of many whom a text mentions by `@` and their username, as many as a message may name.
fn mentioned(node: &Node, room: &Room, text: &str) -> Answer<Vec<Did>> {
    let mut people: Vec<Did> = Vec::new();
    if room.kind == Kind::Direct {
        return Ok(people);
    }
    let is_handle = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words = text.split(char::is_whitespace);
    let words = words.filter_map(|word| word.trim_start_matches('(').strip_prefix('@'));
    for word in words.take(LOOKED_UP) {
        let handle = word.split(|c| !is_handle(c)).next().unwrap_or_default();
        let who = match node.person(handle) {
            Ok(who) => who,
            Err(problem) if problem.status().is_client_error() => continue,
            Err(problem) => return Err(problem),
        };
        if !people.contains(&who) && role_in(node, room, &who)?.is_some() {
            people.push(who);
        }
        if people.len() == MENTIONS_MAX {
            break;
        }
    }
    Ok(people)
}

/// Enters a message, and shows it.
async fn send(
    node: &Node,
    parts: &Parts,
    session: &Session,
    room: &Room,
    message: Message,
) -> Answer<MessageJson> {
    let id = format!("msg_{}", random::hex::<12>()?);
    let id: MessageId = field("id", &Value::from(id.as_str()))?;
    let name = id.as_str().to_owned();
    let operation = SendMessage { id, message };
    submit(node, parts, session, &operation).await?;
    read_message(node, room, &session.did, &name)
}

/// Returns a message as a member of its conversation sees it.
fn read_message(node: &Node, room: &Room, who: &Did, id: &str) -> Answer<MessageJson> {
    let row = queries::read(node, |db| queries::message(db, &room.log, id))?;
    let sight = Sight::read(node, room, who)?;
    messages::visible_message(node, room, row.ok_or_else(none)?, &sight)
}

async fn submit<O: Operation>(
    node: &Node,
    parts: &Parts,
    session: &Session,
    operation: &O,
) -> Answer<Receipt> {
    let request = CommandRequest::from_operation(session.did.clone(), operation)?;
    node.submit(parts, Some(session), request).await
}

/// Writes a message in a readable conversation.
#[utoipa::path(
    post, path = "/api/d/{did}/messages", tag = "chat", request_body = MessageBody,
    params(("did" = String, Path, description = "The name of a conversation, or its log")),
    responses(
        (status = 201, body = WrittenAnswer), (status = 400, description = "The field that is wrong"),
        (status = 401, description = "Not signed in"),
        (status = 403, description = "`not-accepted`, `consent`, `own-key` in a sealed conversation"),
        (status = 404, description = "You are in no such conversation"), (status = 409, description = "`place`, `epoch`"),
        (status = 413, description = "Longer than a request may be"), (status = 429, description = "Faster than 30 a minute"),
    ),
)]
pub(crate) async fn post(
    Person(node, session): Person,
    Path(did): Path<String>,
    JsonRequest(parts, payload): JsonRequest<MessageBody>,
) -> Answer<(StatusCode, axum::Json<WrittenAnswer>)> {
    let (room, _) = find_for(&node, &did, &session.did)?;
    let kind = payload.content_type.as_deref().unwrap_or("text");
    let content_kind: ContentKind = field("contentType", &Value::from(kind))?;
    if content_kind.is_about() {
        return Err(Problem::field(
            "contentType",
            "contentType must be text, media, voice or location: edits and reactions have routes of their own.",
        ));
    }
    let mut message = message(&node, &room, content_kind, payload.content.as_deref())?;
    message.re = optional("replyToMessageId", payload.reply_to_message_id.as_deref())?;
    let mentioned = mentioned(&node, &room, payload.content.as_deref().unwrap_or_default())?;
    message.mentions = (!mentioned.is_empty()).then_some(List(mentioned));
    let file: Option<MediaFile> = optional("mediaAssetId", payload.media_asset_id.as_deref())?;
    if let Some(cid) = &file {
        let meta = payload.media_meta.unwrap_or_default();
        let text = |name: &str| meta.get(name).and_then(|value| value.as_str());
        let size = meta.get("size").and_then(serde_json::Value::as_u64);
        message.file = Some(FileSaid {
            cid: cid.clone(),
            name: optional("mediaMeta", text("name"))?,
            mime: optional("mediaMeta", text("mime"))?,
            size: size.map(number),
        });
    }
    // The log and the other verifiers know files of a fact as a list.
    message.media = file.map(|file| List(vec![file]));
    let message = send(&node, &parts, &session, &room, message).await?;
    Ok((StatusCode::CREATED, axum::Json(WrittenAnswer { message })))
}

/// The message of a path, which exists.
fn there(node: &Node, room: &Room, id: &str) -> Answer<MessageId> {
    let row = queries::read(node, |db| queries::message(db, &room.log, id))?.ok_or_else(none)?;
    if row.is_there && !row.is_hidden {
        field("id", &Value::from(row.id.as_str()))
    } else {
        Err(Problem::gone("This message was deleted."))
    }
}

/// Returns an author's edits of a readable message that were not deleted.
fn edits(node: &Node, room: &Room, id: &MessageId, author: &Did) -> Answer<Vec<MessageId>> {
    let about = queries::read(node, |db| queries::annotations(db, &room.log, id.as_str()))?;
    let edits = about.iter().filter(|row| {
        row.said.as_deref() == Some(ContentKind::Edit.name()) && row.author == *author
    });
    edits.map(|row| field("id", &Value::from(row.id.as_str()))).collect()
}

/// Changes the words of a readable message that you wrote.
#[utoipa::path(
    patch, path = "/api/d/{did}/messages/{id}", tag = "chat", request_body = ContentBody,
    params(
        ("did" = String, Path, description = "The name of a conversation, or its log"),
        ("id" = String, Path, description = "The message"),
    ),
    responses(
        (status = 200, body = WrittenAnswer), (status = 401, description = "Not signed in"),
        (status = 403, description = "It is another’s"), (status = 404, description = "There is none"),
        (status = 410, description = "It was deleted"),
    ),
)]
pub(crate) async fn edit(
    Person(node, session): Person,
    Path((did, id)): Path<(String, String)>,
    JsonRequest(parts, payload): JsonRequest<ContentBody>,
) -> Answer<axum::Json<WrittenAnswer>> {
    let (room, _) = find_for(&node, &did, &session.did)?;
    let id = there(&node, &room, &id)?;
    let name = id.as_str().to_owned();
    let mut message = message(&node, &room, ContentKind::Edit, Some(&payload.content))?;
    (message.re, message.quiet) = (Some(id), Some(Int(1)));
    send(&node, &parts, &session, &room, message).await?;
    let message = read_message(&node, &room, &session.did, &name)?;
    Ok(axum::Json(WrittenAnswer { message }))
}

/// Deletes a readable message that you wrote.
#[utoipa::path(
    delete, path = "/api/d/{did}/messages/{id}", tag = "chat",
    params(
        ("did" = String, Path, description = "The name of a conversation, or its log"),
        ("id" = String, Path, description = "The message"),
    ),
    responses(
        (status = 204, description = "Its words are erased"), (status = 401, description = "Not signed in"),
        (status = 403, description = "It is another’s"), (status = 404, description = "There is none"),
        (status = 410, description = "It was deleted"),
    ),
)]
pub(crate) async fn delete(
    Person(node, session): Person,
    Path((did, id)): Path<(String, String)>,
    parts: Parts,
) -> Answer<StatusCode> {
    let (room, _) = find_for(&node, &did, &session.did)?;
    let id = there(&node, &room, &id)?;
    // Its edits are words of it, too. They go first: while the message is there, it can be deleted again. A proof that came is for
    // the message itself.
    for edit in edits(&node, &room, &id, &session.did)? {
        let operation = DeleteMessage { id: edit, log: room.log.clone() };
        let request = CommandRequest::from_operation(session.did.clone(), &operation)?;
        node.submit_custodial(&session, request).await?;
    }
    let operation = DeleteMessage { id, log: room.log };
    submit(&node, &parts, &session, &operation).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reacts to a readable message.
#[utoipa::path(
    post, path = "/api/d/{did}/messages/{id}/reactions", tag = "chat", request_body = ContentBody,
    params(
        ("did" = String, Path, description = "The name of a conversation, or its log"),
        ("id" = String, Path, description = "The message"),
    ),
    responses(
        (status = 201, body = WrittenAnswer), (status = 401, description = "Not signed in"),
        (status = 404, description = "There is none"), (status = 410, description = "It was deleted"),
    ),
)]
pub(crate) async fn react(
    Person(node, session): Person,
    Path((did, id)): Path<(String, String)>,
    JsonRequest(parts, payload): JsonRequest<ContentBody>,
) -> Answer<(StatusCode, axum::Json<WrittenAnswer>)> {
    let (room, _) = find_for(&node, &did, &session.did)?;
    let id = there(&node, &room, &id)?;
    let own = queries::read(&node, |db| {
        queries::own_reactions(db, (&room.log, id.as_str()), &session.did, &payload.content)
    })?;
    if let Some(own) = own.first() {
        // Tapped twice, it is said once.
        let message = read_message(&node, &room, &session.did, own)?;
        return Ok((StatusCode::CREATED, axum::Json(WrittenAnswer { message })));
    }
    let mut message = message(&node, &room, ContentKind::Reaction, Some(&payload.content))?;
    (message.re, message.quiet) = (Some(id), Some(Int(1)));
    let message = send(&node, &parts, &session, &room, message).await?;
    Ok((StatusCode::CREATED, axum::Json(WrittenAnswer { message })))
}

/// The reaction to end.
#[derive(Debug, Deserialize)]
pub(crate) struct ReactionQuery {
    content: String,
}

/// Ends a reaction of yours to a readable message.
#[utoipa::path(
    delete, path = "/api/d/{did}/messages/{id}/reactions", tag = "chat",
    params(
        ("did" = String, Path, description = "The name of a conversation, or its log"),
        ("id" = String, Path, description = "The message"),
        ("content" = String, Query, description = "What the reaction says"),
    ),
    responses(
        (status = 204, description = "It is over"), (status = 401, description = "Not signed in"),
        (status = 404, description = "There is none"),
    ),
)]
pub(crate) async fn end_reaction(
    Person(node, session): Person,
    Path((did, id)): Path<(String, String)>,
    Query(query): Query<ReactionQuery>,
    parts: Parts,
) -> Answer<StatusCode> {
    let (room, _) = find_for(&node, &did, &session.did)?;
    let own = queries::read(&node, |db| {
        queries::own_reactions(db, (&room.log, &id), &session.did, &query.content)
    })?;
    refuse_if!(own.is_empty(), Problem::not_found("You have no such reaction here."));
    for reaction in own {
        let mut message = message(&node, &room, ContentKind::ReactionEnd, Some(&query.content))?;
        message.re = Some(field("id", &Value::from(reaction.as_str()))?);
        message.quiet = Some(Int(1));
        send(&node, &parts, &session, &room, message).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Says that you have read a conversation up to its newest entry.
#[utoipa::path(
    post, path = "/api/d/{did}/read", tag = "chat",
    params(("did" = String, Path, description = "The name of a conversation, or its log")),
    responses(
        (status = 204, description = "Kept"), (status = 401, description = "Not signed in"),
        (status = 404, description = "You are in no such conversation"), (status = 409, description = "You have said so already"),
        (status = 429, description = "Once in two minutes"),
    ),
)]
pub(crate) async fn read(
    Person(node, session): Person,
    Path(did): Path<String>,
    parts: Parts,
) -> Answer<StatusCode> {
    let (room, _) = find_for(&node, &did, &session.did)?;
    let status = node.status(&room.log)?;
    let status = status.ok_or_else(|| Problem::internal("a conversation without a log"))?;
    let mark =
        ReadMark { log: room.log, seq: number(status.seq), seen: CidText::from_cid(&status.cid) };
    submit(&node, &parts, &session, &mark).await?;
    Ok(StatusCode::NO_CONTENT)
}
