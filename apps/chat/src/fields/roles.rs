//! Roles in a conversation.

use imajin_app::operation::{Choice, Record};
use imajin_protocol::Did;

/// A member's role, in ascending order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub(crate) enum Role {
    Reader,
    Member,
    Admin,
    Owner,
}

impl Role {
    /// Whether it lets people in and hides words.
    pub(crate) fn leads(self) -> bool {
        self >= Self::Admin
    }
}

impl From<imajin_app::RoomRole> for Role {
    fn from(role: imajin_app::RoomRole) -> Self {
        use imajin_app::RoomRole;
        match role {
            RoomRole::Reader => Self::Reader,
            RoomRole::Member => Self::Member,
            RoomRole::Admin => Self::Admin,
            RoomRole::Owner => Self::Owner,
        }
    }
}

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
    pub(crate) fn role(self) -> Option<Role> {
        match self {
            Self::Reader => Some(Role::Reader),
            Self::Member => Some(Role::Member),
            Self::Admin => Some(Role::Admin),
            Self::Owner => Some(Role::Owner),
            Self::Offered => None,
        }
    }
}

/// Somebody who is in from the beginning.
#[derive(Debug, Clone, PartialEq, Eq, Record)]
pub(crate) struct MemberRole {
    /// Who.
    pub(crate) did: Did,
    /// As what.
    pub(crate) role: Role,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_comes_last() {
        assert!(Role::Reader < Role::Member && Role::Admin.leads() && !Role::Member.leads());
    }
}
