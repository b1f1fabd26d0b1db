//! Messages as JSON, for programs that verify nothing: of readable ones the words, of sealed ones that they are there.

use std::collections::BTreeMap;

use imajin_app::extract::{Page, Path, Person};
use imajin_app::{Answer, Node, Problem, time};
use imajin_dfos::hex;
use imajin_ledger::Reader;
use imajin_log::entry::{Header, Will};
use imajin_protocol::Did;
use serde::Serialize;
use serde_json::Value as Json;
use utoipa::ToSchema;

use crate::queries::{self, MessageRow, Room};
use crate::room_role::find_for;
use crate::sight::Sight;

/// Who wrote.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Sender {
    did: String,
    handle: Option<String>,
    display_name: Option<String>,
    /// The path of a small picture of theirs, if everybody sees one.
    picture: Option<String>,
    /// `human`, `agent`, `device`, `presence`, `event`, `org`.
    #[schema(example = "human")]
    kind: String,
    /// The agent whose key signed for them, if one did.
    via: Option<String>,
    /// The agent's name, if it has one here.
    via_name: Option<String>,
}

/// A reaction that was not ended.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reaction {
    /// The message that it is.
    id: String,
    from_did: String,
    /// The reaction, such as 👍.
    content: String,
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessageJson {
    #[schema(example = "msg_0123456789abcdef01234567")]
    id: String,
    conversation_did: String,
    from_did: String,
    from: Sender,
    /// Null where it is sealed, deleted, hidden, or was not for you.
    content: Option<String>,
    /// `text`, `media`, `voice`, `location`; `sealed` for one that only pages open.
    #[schema(example = "text")]
    content_type: String,
    reply_to_message_id: Option<String>,
    /// The CID of its file.
    media_asset_id: Option<String>,
    /// `{name, mime, size}` of its file.
    #[schema(value_type = Option<Object>)]
    media_meta: Option<Json>,
    /// The signature over its intent, 128 hex digits; null where the box's word stands for it.
    signature: Option<String>,
    /// `signed`, `delegated` or `custodial`.
    #[schema(example = "signed")]
    will: &'static str,
    created_at: Option<String>,
    edited_at: Option<String>,
    deleted_at: Option<String>,
    reactions: Vec<Reaction>,
    /// Its place in the log.
    seq: u64,
    /// The epoch under which it is sealed; 0 if it is readable.
    epoch: u64,
    sealed: bool,
}

/// Maximum distance between messages that are read together: reading each one alone takes most of the time of a
/// listing.
const NEAR: u64 = 2;

/// The author's proof of an entry: its signature, will and delegate.
struct Proven {
    signature: Option<String>,
    will: &'static str,
    via: Option<Did>,
}

impl Proven {
    /// Reads the proofs of some messages' entries, by place.
    fn read_all(node: &Node, log: &Did, rows: &[MessageRow]) -> Answer<BTreeMap<u64, Self>> {
        let mut places: Vec<u64> = rows.iter().map(|row| row.seq).collect();
        places.sort_unstable();
        let mut proofs = BTreeMap::new();
        for near in places.chunk_by(|one, next| next - one <= NEAR) {
            let (Some(first), Some(last)) = (near.first(), near.last()) else {
                continue;
            };
            let count = usize::try_from(last - first + 1).unwrap_or(usize::MAX);
            for row in node.ledger().rows(log, first.checked_sub(1), count)? {
                if near.binary_search(&row.entry.seq).is_ok() {
                    proofs.insert(row.entry.seq, Self::by(row.cause.as_deref())?);
                }
            }
        }
        Ok(proofs)
    }

    /// Reads the proof from the header of an intent.
    fn by(cause: Option<&[u8]>) -> Answer<Self> {
        let intent = cause.map(Header::decode).transpose().map_err(Problem::internal)?;
        let Some((intent, Will::Signed(part))) =
            intent.as_ref().map(|intent| (intent, &intent.will))
        else {
            return Ok(Self { signature: None, will: "custodial", via: None });
        };
        let via = intent.via.map(|_| part.kid.did().clone());
        Ok(Self {
            signature: Some(hex::encode(&part.sig)),
            will: match via {
                Some(_) => "delegated",
                None => "signed",
            },
            via,
        })
    }
}

/// The current contents of a message: its text or the newest edit, and its reactions.
#[derive(Default)]
struct Words {
    content: Option<String>,
    file: Option<Json>,
    edited_at: Option<i64>,
    reactions: Vec<Reaction>,
}

fn text_of(row: &MessageRow) -> (Option<String>, Option<Json>) {
    let body = row.body.as_deref().filter(|_| !row.is_hidden);
    let body: Json = body.and_then(|body| serde_json::from_str(body).ok()).unwrap_or_default();
    let text = body["text"].as_str().map(str::to_owned);
    (text, body.get("media").cloned())
}

impl Words {
    fn read(db: Reader<'_>, room: &Room, row: &MessageRow) -> rusqlite::Result<Self> {
        let (content, file) = text_of(row);
        let mut words = Self { content, file, ..Self::default() };
        for about in queries::annotations(db, &room.log, &row.id)? {
            let (text, _) = text_of(&about);
            match (about.said.as_deref(), text) {
                (Some("edit"), Some(text)) if about.author == row.author => {
                    words.content = Some(text);
                    words.edited_at = Some(about.at);
                }
                (Some("reaction"), Some(content)) => {
                    let ends = queries::annotations(db, &room.log, &about.id)?;
                    let is_ended = |end: &MessageRow| {
                        end.said.as_deref() == Some("reaction.end") && end.author == about.author
                    };
                    if !ends.iter().any(is_ended) {
                        words.reactions.push(Reaction {
                            id: about.id,
                            from_did: about.author.to_string(),
                            content,
                        });
                    }
                }
                _ => {}
            }
        }
        Ok(words)
    }
}

/// Returns one message as a person with this sight sees it.
pub(crate) fn visible_message(
    node: &Node,
    room: &Room,
    row: MessageRow,
    sight: &Sight,
) -> Answer<MessageJson> {
    all_shown(node, room, &[row], sight)?.pop().ok_or_else(none)
}

/// Returns messages as a person with this sight sees them.
fn all_shown(
    node: &Node,
    room: &Room,
    rows: &[MessageRow],
    sight: &Sight,
) -> Answer<Vec<MessageJson>> {
    let mut proven = Proven::read_all(node, &room.log, rows)?;
    let rows = rows.iter().map(|row| {
        let proven = proven.remove(&row.seq);
        let proven = proven.ok_or_else(|| Problem::internal("a message is not in its log"))?;
        show(node, room, row, proven, sight)
    });
    rows.collect()
}

fn show(
    node: &Node,
    room: &Room,
    row: &MessageRow,
    proven: Proven,
    sight: &Sight,
) -> Answer<MessageJson> {
    let is_seen = sight.has(row.seq) && row.is_there && !row.is_hidden;
    let (words, kind, deleted) = queries::read(node, |db| {
        let words = if is_seen { Words::read(db, room, row)? } else { Words::default() };
        let deleted = if row.is_there {
            None
        } else {
            queries::deleted_at(db, &row.author, &room.log, &row.id)?
        };
        Ok((words, queries::kind_of(db, &row.author)?, deleted))
    })?;
    let card = node.card(&row.author)?;
    let file = words.file.as_ref();
    let meta = file.and_then(Json::as_object).map(|file| {
        let named = file.iter().filter(|(name, _)| *name != "cid");
        Json::Object(named.map(|(name, value)| (name.clone(), value.clone())).collect())
    });
    Ok(MessageJson {
        id: row.id.clone(),
        conversation_did: room.name.to_string(),
        from_did: row.author.to_string(),
        from: Sender {
            did: row.author.to_string(),
            handle: card.as_ref().and_then(|card| card.handle.clone()),
            picture: card.as_ref().and_then(|card| node.face_of(card)),
            display_name: card.and_then(|card| card.display_name),
            kind: kind.unwrap_or_else(|| "human".to_owned()),
            via_name: match &proven.via {
                Some(agent) => node.called(agent)?,
                None => None,
            },
            via: proven.via.map(|agent| agent.to_string()),
        },
        content: words.content,
        content_type: match (row.epoch > 0, &row.said) {
            (true, _) => "sealed".to_owned(),
            (false, said) => said.clone().unwrap_or_else(|| "text".to_owned()),
        },
        reply_to_message_id: row.re.clone(),
        media_asset_id: file.and_then(|file| file["cid"].as_str()).map(str::to_owned),
        media_meta: meta,
        signature: proven.signature,
        will: proven.will,
        created_at: time::text(row.at),
        edited_at: words.edited_at.and_then(time::text),
        deleted_at: deleted.and_then(time::text),
        reactions: words.reactions,
        seq: row.seq,
        epoch: row.epoch,
        sealed: row.epoch > 0,
    })
}

/// Messages of a conversation.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MessagesAnswer {
    /// The newest first.
    messages: Vec<MessageJson>,
    /// Whether there are older ones.
    has_more: bool,
}

/// Messages of a conversation, the newest first.
#[utoipa::path(
    get, path = "/api/d/{did}/messages", tag = "chat",
    params(
        ("did" = String, Path, description = "The name of a conversation, or its log"),
        ("before" = Option<String>, Query, description = "Older than this message, or than this place"),
        ("limit" = Option<u32>, Query, description = "At most so many, up to 100"),
    ),
    responses((status = 200, body = MessagesAnswer), (status = 401, description = "Not signed in"), (status = 404, description = "You are in no such conversation, or there is no such message")),
)]
pub(crate) async fn list(
    Person(node, session): Person,
    Path(did): Path<String>,
    page: Page,
) -> Answer<axum::Json<MessagesAnswer>> {
    let (room, _) = find_for(&node, &did, &session.did)?;
    let before = match &page.before {
        None => u64::MAX,
        Some(text) => match text.parse() {
            Ok(seq) => seq,
            Err(_) => {
                let row = queries::read(&node, |db| queries::message(db, &room.log, text))?;
                row.ok_or_else(none)?.seq
            }
        },
    };
    let mut rows =
        queries::read(&node, |db| queries::messages_before(db, &room.log, before, page.limit + 1))?;
    let has_more = rows.len() > page.limit;
    rows.truncate(page.limit);
    let sight = Sight::read(&node, &room, &session.did)?;
    Ok(axum::Json(MessagesAnswer { messages: all_shown(&node, &room, &rows, &sight)?, has_more }))
}

/// The answer for a message that is not there.
pub(crate) fn none() -> Problem {
    Problem::not_found("There is no such message here.")
}
