//! Conversations as their members see them, in lists and alone.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use imajin_app::operation::Choice;
use imajin_app::{Answer, JoinedRoom, Node, RoomRole, Rooms, time};
use imajin_dfos::order::Order as _;
use imajin_ledger::Reader;
use imajin_protocol::Did;
use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::Kind;
use crate::manifest::MANIFEST;
use crate::operations::KEYLESS_NAMED;
use crate::queries::{self, Room};
use crate::room_role::role_in;

/// Maximum number of event rooms searched for those that a person may enter without being listed as a member, such as a helper at
/// the door: the newest of the node.
const EVENTS_MAX: i64 = 200;

/// A conversation, as its list shows it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Conversation {
    /// Its name.
    #[schema(example = "did:imajin:dm:0123456789abcdef")]
    pub(crate) did: String,
    /// The DID of its log.
    pub(crate) log: String,
    /// `dm`, `group` or `event`.
    #[schema(example = "dm")]
    pub(crate) kind: &'static str,
    /// The group or event that it belongs to.
    pub(crate) of: Option<String>,
    /// The other one of two.
    pub(crate) with: Option<String>,
    /// Whether it is end-to-end encrypted.
    pub(crate) sealed: bool,
    /// Up to four people for whose lack of a key it is not.
    pub(crate) keyless: Vec<String>,
    /// Messages of others that you have not read; 100 for as many and more.
    pub(crate) unread: u64,
    /// When something was last said, and its place.
    pub(crate) last: Last,
    /// Your role: `reader`, `member`, `admin`, `owner`.
    #[schema(example = "member")]
    pub(crate) role: &'static str,
    /// The state of a request: `open`, `accepted` or `declined` by you; `asked` if you made it and wait.
    pub(crate) request: Option<String>,
}

/// The newest entry of a conversation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Last {
    /// Its place.
    pub(crate) seq: u64,
    /// When.
    pub(crate) at: Option<String>,
}

/// Returns the state of a request as a person sees it: their own answer, or `asked` while they wait for one.
fn request_of(db: Reader<'_>, room: &Room, me: &Did) -> rusqlite::Result<Option<String>> {
    if room.kind != Kind::Direct {
        return Ok(None);
    }
    if let Some((_, state)) = queries::request(db, me, &room.log)? {
        return Ok(Some(state));
    }
    let request = match queries::other(db, &room.log, me)? {
        Some(other) => queries::request(db, &other, &room.log)?,
        None => None,
    };
    // The other person's answer is not shown here: it shows in the viewer's permissions.
    Ok(request.filter(|_| !room.is_accepted).map(|_| "asked".to_owned()))
}

impl Conversation {
    /// A conversation as one who is in it sees it.
    pub(crate) fn from_room(node: &Node, room: &Room, role: RoomRole, me: &Did) -> Answer<Self> {
        let log = &room.log;
        queries::read(node, |db| {
            let with = match room.kind {
                Kind::Direct => queries::other(db, log, me)?,
                Kind::Group | Kind::Event => None,
            };
            let keyless = if room.is_sealed || room.kind == Kind::Event {
                Vec::new()
            } else {
                queries::keyless(db, log, KEYLESS_NAMED)?
            };
            Ok(Self {
                did: room.name.to_string(),
                log: log.to_string(),
                kind: room.kind.name(),
                of: room.of.as_ref().map(Did::to_string),
                with: with.map(|with| with.to_string()),
                sealed: room.is_sealed,
                keyless,
                unread: queries::unread(db, log, me)?,
                last: Last { seq: room.last_seq, at: time::text(room.last_at) },
                role: role.name(),
                request: request_of(db, room, me)?,
            })
        })
    }
}

/// Returns the rooms of the events that list a person as a member, by the services that have the events.
pub(crate) fn event_rooms(node: &Node, who: &Did) -> Answer<Vec<(Room, JoinedRoom)>> {
    let mut all = Vec::new();
    for (app, rooms) in node.services().offers().all::<dyn Rooms>() {
        if app == MANIFEST.name {
            continue;
        }
        for joined in rooms.rooms_of(node, who)? {
            let about = rooms.describe(node, &joined.room)?;
            let name = about.map(|about| about.conversation);
            let Some(name) = name.filter(|name| Kind::from_did(name) == Some(Kind::Event)) else {
                continue;
            };
            let room = queries::read(node, |db| queries::room_by_name(db, name.as_str()))?;
            all.extend(room.map(|room| (room, joined)));
        }
    }
    Ok(all)
}

/// Returns the conversations of a person, those with the newest messages first; or those of people with an open request
/// to write to them.
/// Errors: the tables cannot be read, or a service cannot determine a role.
pub(crate) fn rooms_for(
    node: &Node,
    me: &Did,
    wants_requests: bool,
) -> Answer<Vec<(Room, RoomRole)>> {
    let (mine, newest) = queries::read(node, |db| {
        let mine = queries::rooms_of(db, me)?;
        Ok((mine, queries::rooms_of_events(db, EVENTS_MAX)?))
    })?;
    let listed = event_rooms(node, me)?.into_iter().map(|(room, _)| room);
    let mut rooms: Vec<(Room, RoomRole)> = Vec::new();
    let mut logs = BTreeSet::new();
    for room in mine.into_iter().chain(newest).chain(listed) {
        if !logs.insert(room.log.clone()) {
            continue;
        }
        if let Some(role) = role_in(node, &room, me)? {
            let request = queries::read(node, |db| queries::request(db, me, &room.log))?;
            let state = request.as_ref().map(|(_, state)| state.as_str());
            if (state == Some("open")) == wants_requests && state != Some("declined") {
                rooms.push((room, role));
            }
        }
    }
    rooms.order_by_key(|(room, _)| Reverse(room.last_at));
    Ok(rooms)
}
