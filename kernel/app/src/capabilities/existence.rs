//! The existence of records that aren't people's: events, groups, conversations. Some are for everyone to know of.

use imajin_protocol::Did;

use crate::node::Node;
use crate::problem::Problem;

/// The audience of the fact that a record exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existence {
    /// Everyone: its chain is published.
    Public,
    /// Only its members or its maker know of it: no list for others names it.
    Private,
}

/// A service that keeps records for things: events, groups, conversations.
pub trait RecordOwner: Send + Sync {
    /// Returns the audience of a record; `None` if it isn't a thing of this service.
    fn existence(&self, node: &Node, did: &Did) -> Result<Option<Existence>, Problem>;

    /// The things that everyone may know of.
    fn public_things(&self, node: &Node) -> Result<Vec<Did>, Problem>;
}

impl Node {
    /// Returns the audience of a record: people and the node are public, and so are things whose service says so.
    pub fn existence(&self, did: &Did) -> Result<Existence, Problem> {
        let mut existence = None;
        for (_, owner) in self.services().offers().all::<dyn RecordOwner>() {
            match owner.existence(self, did)? {
                Some(Existence::Public) => return Ok(Existence::Public),
                private => existence = existence.or(private),
            }
        }
        Ok(existence.unwrap_or(Existence::Public))
    }

    /// Whether a record is a thing's, not a person's.
    pub fn is_thing(&self, did: &Did) -> Result<bool, Problem> {
        let existence = self.ask_each::<dyn RecordOwner, _>(|owner| owner.existence(self, did));
        Ok(existence?.is_some())
    }

    /// The things of all services that everyone may know of.
    pub fn public_things(&self) -> Result<Vec<Did>, Problem> {
        self.ask_all::<dyn RecordOwner, _>(|owner| owner.public_things(self))
    }
}
