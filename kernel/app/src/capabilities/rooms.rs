//! Membership in conversations, as the service of the conversation's subject knows it.

use imajin_protocol::Did;

use crate::node::Node;
use crate::operation::Choice;
use crate::problem::Answer;

/// A member's role in a conversation. In ascending order; the last two lead the conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Choice)]
pub enum RoomRole {
    /// Reads.
    Reader,
    /// Reads and writes.
    Member,
    /// Admits and removes members.
    Admin,
    /// Gives roles, too.
    Owner,
}

impl RoomRole {
    /// Whether it lets people in and hides words.
    pub fn leads(self) -> bool {
        self >= Self::Admin
    }
}

/// A service's answer about a person's membership in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InRoom {
    /// The service does not know this conversation; another may.
    Unknown,
    /// The person is not a member.
    Outside,
    /// The person is a member, in this role.
    Inside(RoomRole),
}

impl InRoom {
    /// The membership in a conversation that this node has: `role` is the person's role, if they are a member.
    pub fn from_role(role: Option<RoomRole>) -> Self {
        role.map_or(Self::Outside, Self::Inside)
    }

    /// The person's role, if they are a member.
    pub fn role(self) -> Option<RoomRole> {
        match self {
            Self::Inside(role) => Some(role),
            Self::Outside | Self::Unknown => None,
        }
    }
}

/// The subject of a conversation, as its members see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomAbout {
    /// The subject's name: a group's DID, or the name of an event's conversation.
    pub of: Did,
    /// The name of the conversation.
    pub conversation: Did,
    /// The subject's title, unless its owner erased it.
    pub name: Option<String>,
    /// The subject's page.
    pub href: String,
    /// The path of a small picture of the subject.
    pub picture: Option<String>,
}

/// The members of a service's conversations.
pub trait Rooms: Send + Sync {
    /// A member's role in a conversation, by the name of the conversation or of its subject.
    fn role(&self, node: &Node, conversation: &Did, who: &Did) -> Answer<InRoom>;

    /// Whether a member sees a message that brings the file `cid` of its author, where the service knows the messages of this
    /// conversation.
    fn shows_file(
        &self,
        _node: &Node,
        _conversation: &Did,
        _who: &Did,
        (_author, _cid): (&Did, &str),
    ) -> Answer<Option<bool>> {
        Ok(None)
    }

    /// The subject of a conversation. Asked for its members only.
    fn describe(&self, _node: &Node, _conversation: &Did) -> Answer<Option<RoomAbout>> {
        Ok(None)
    }

    /// The subjects that a person leads and may therefore open a conversation for; at most `limit`.
    fn led_by(&self, _node: &Node, _who: &Did, _limit: usize) -> Answer<Vec<RoomAbout>> {
        Ok(Vec::new())
    }

    /// The people who belong to a conversation's subject and may therefore be admitted, where the service records them;
    /// at most `limit`.
    fn eligible(
        &self,
        _node: &Node,
        _conversation: &Did,
        _limit: usize,
    ) -> Answer<Vec<(Did, RoomRole)>> {
        Ok(Vec::new())
    }

    /// All members of a conversation with their roles, by the same names. `None` if the service does not know the
    /// conversation or does not disclose its members.
    fn members(&self, _node: &Node, _conversation: &Did) -> Answer<Option<Vec<(Did, RoomRole)>>> {
        Ok(None)
    }

    /// The conversations of which [`Rooms::members`] lists this person as a member.
    fn rooms_of(&self, _node: &Node, _who: &Did) -> Answer<Vec<JoinedRoom>> {
        Ok(Vec::new())
    }
}

/// A conversation that a person is a member of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedRoom {
    /// The conversation's name, as notices have it.
    pub room: Did,
    /// The person's role.
    pub role: RoomRole,
    /// The time of joining, in milliseconds: earlier messages are not news to the person.
    pub since_ms: i64,
    /// The time up to which the person has read, in milliseconds: earlier messages are not news either. 0 where this is
    /// unknown.
    pub read_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_one_word_and_leading_comes_last() {
        for word in ["reader", "member", "admin", "owner"] {
            assert_eq!(RoomRole::from_name(word).map(|role| role.name()), Some(word));
        }
        assert_eq!(RoomRole::from_name("king"), None);
        assert!(RoomRole::Reader < RoomRole::Member && RoomRole::Admin < RoomRole::Owner);
        assert!(RoomRole::Admin.leads() && !RoomRole::Member.leads());
        assert_eq!(InRoom::from_role(None), InRoom::Outside);
        assert_eq!(InRoom::Unknown.role(), None);
    }
}
