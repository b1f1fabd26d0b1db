//! Who is in a conversation, as the service knows it that the conversation is about.

use imajin_protocol::Did;

use crate::app::node::Node;
use crate::app::problem::Problem;

/// As what somebody is in a conversation. In ascending order; the last two lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RoomRole {
    /// Reads.
    Reader,
    /// Reads and writes.
    Member,
    /// Lets people in and puts members out.
    Admin,
    /// Gives roles, too.
    Owner,
}

impl RoomRole {
    /// Its word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }

    /// The role that a word names.
    pub fn parse(word: &str) -> Option<Self> {
        let all = [Self::Reader, Self::Member, Self::Admin, Self::Owner];
        all.into_iter().find(|role| role.as_str() == word)
    }
}

/// What a service says of somebody and a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InRoom {
    /// It does not know this conversation: another may.
    Unknown,
    /// They are not in it.
    Outside,
    /// They are in it.
    Inside(RoomRole),
}

impl InRoom {
    /// From the role that somebody has in a conversation that this node has.
    pub fn known(role: Option<RoomRole>) -> Self {
        role.map_or(Self::Outside, Self::Inside)
    }

    /// Their role, if they are in it.
    pub fn role(self) -> Option<RoomRole> {
        match self {
            Self::Inside(role) => Some(role),
            Self::Outside | Self::Unknown => None,
        }
    }
}

/// What a conversation is about, as those who are in it are told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomAbout {
    /// What it is about: of a group its DID, of an event the name of its conversation.
    pub of: Did,
    /// The name of the conversation.
    pub conversation: Did,
    /// What that is called; none where its owner erased it.
    pub name: Option<String>,
    /// Its page.
    pub href: String,
    /// The path of a small picture of it.
    pub picture: Option<String>,
}

/// The members of a service's conversations.
pub trait Rooms: Send + Sync {
    /// As what somebody is in a conversation, by the name of either the conversation or what it is about.
    fn role(&self, node: &Node, conversation: &Did, who: &Did) -> Result<InRoom, Problem>;

    /// What a conversation is about. Asked for people who are in it.
    fn about(&self, _node: &Node, _conversation: &Did) -> Result<Option<RoomAbout>, Problem> {
        Ok(None)
    }

    /// What somebody leads, and so may open the conversation of; at most `limit`.
    fn led_by(&self, _node: &Node, _who: &Did, _limit: usize) -> Result<Vec<RoomAbout>, Problem> {
        Ok(Vec::new())
    }

    /// Who belongs to what a conversation is about and so may be let into it, where that is written down; at most `limit`.
    fn eligible(
        &self,
        _node: &Node,
        _conversation: &Did,
        _limit: usize,
    ) -> Result<Vec<(Did, RoomRole)>, Problem> {
        Ok(Vec::new())
    }

    /// Everybody who is in a conversation and as what, by the same names; `None` if it does not know this one, or tells nobody of it.
    fn members(
        &self,
        node: &Node,
        conversation: &Did,
    ) -> Result<Option<Vec<(Did, RoomRole)>>, Problem> {
        let _ = (node, conversation);
        Ok(None)
    }

    /// The conversations that [`Rooms::members`] says somebody is in.
    fn rooms_of(&self, node: &Node, who: &Did) -> Result<Vec<JoinedRoom>, Problem> {
        let _ = (node, who);
        Ok(Vec::new())
    }
}

/// A conversation that somebody is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedRoom {
    /// Its name, as notices have it.
    pub room: Did,
    /// As what.
    pub role: RoomRole,
    /// Since when, in milliseconds: what was said before is not news to them.
    pub since_ms: i64,
    /// Until when they have read it, in milliseconds: what was said until then is no news to them either. 0 where nothing says so.
    pub read_ms: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_one_word_and_leading_comes_last() {
        for word in ["reader", "member", "admin", "owner"] {
            assert_eq!(RoomRole::parse(word).map(RoomRole::as_str), Some(word));
        }
        assert_eq!(RoomRole::parse("king"), None);
        assert!(RoomRole::Reader < RoomRole::Member && RoomRole::Admin < RoomRole::Owner);
        assert_eq!(InRoom::known(None), InRoom::Outside);
        assert_eq!(InRoom::Unknown.role(), None);
    }
}
