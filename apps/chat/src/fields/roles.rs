//! Roles in a conversation.

use imajin_app::RoomRole;
use imajin_app::operation::{Choice, Record};
use imajin_protocol::Did;

/// The subject of a turn: a role, or the offer of the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum TurnRole {
    Reader,
    Member,
    Admin,
    Owner,
    Offered,
}

impl TurnRole {
    /// The role; none of an offer.
    pub(crate) fn role(self) -> Option<RoomRole> {
        RoomRole::from_name(self.name())
    }
}

/// Somebody who is in from the beginning.
#[derive(Debug, Clone, PartialEq, Eq, Record)]
pub(crate) struct MemberRole {
    /// Who.
    pub(crate) did: Did,
    /// As what.
    pub(crate) role: RoomRole,
}
