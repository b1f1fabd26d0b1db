//! A person's current role in a conversation, by its log and by the service that has the group or event.
//!
//! Always: a group's member must be listed by both. An event's room depends on the service alone: its log lists no one.

use imajin_app::{Node, Problem, RoomRole};
use imajin_protocol::Did;

use crate::fields::Kind;
use crate::queries::{self, Room};

/// Returns a person's role in a conversation.
pub(crate) fn role_in(node: &Node, room: &Room, who: &Did) -> Result<Option<RoomRole>, Problem> {
    let by_log = || queries::read(node, |db| queries::role(db, &room.log, who));
    let by_service = || Ok(node.in_room(&room.name, who)?.role());
    match room.kind {
        Kind::Direct => by_log(),
        Kind::Event => by_service(),
        Kind::Group => match by_log()? {
            None => Ok(None),
            Some(role) => Ok(by_service()?.map(|theirs| role.min(theirs))),
        },
    }
}

/// The conversation of a log or of a name: of one with several logs the newest.
pub(crate) fn find(node: &Node, did: &str) -> Result<Option<Room>, Problem> {
    queries::read(node, |db| match queries::room(db, did)? {
        Some(room) => Ok(Some(room)),
        None => queries::room_by_name(db, did),
    })
}

/// A conversation for a member of it, with their role.
/// Errors: 404 for everybody else.
pub(crate) fn find_for(node: &Node, did: &str, who: &Did) -> Result<(Room, RoomRole), Problem> {
    let none = || Problem::not_found("You are not in such a conversation on this box.");
    let room = find(node, did)?.ok_or_else(none)?;
    let role = role_in(node, &room, who)?.ok_or_else(none)?;
    Ok((room, role))
}
