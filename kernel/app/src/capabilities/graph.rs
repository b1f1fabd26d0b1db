//! The social graph: distances, invitations, blocks, groups.

use std::collections::BTreeSet;

use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use serde::Serialize;
use utoipa::ToSchema;

use crate::node::Node;
use crate::problem::Problem;

/// An invitation to connect that can be accepted now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The inviter.
    pub inviter: Did,
    /// The invitation's name in the inviter's log.
    pub id: String,
    /// The number of people who may accept the invitation.
    pub max_uses: u32,
    /// The number of people who accepted it.
    pub uses: u32,
    /// When it ends.
    pub expires: Timestamp,
    /// Whether the inviter will vouch for the person who accepts.
    pub vouches: bool,
    /// The number of older open invitations of the inviter.
    pub older: u32,
}

/// Whether an invitation to connect brings a new person in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Admittance {
    /// The invitation brings a new person in.
    Granted,
    /// Not as long as as many older invitations of the inviter are open as a member may bring people in with.
    Allowance,
    /// The owner lets no member bring people in.
    Members,
    /// The inviter isn't a member.
    Inviter,
    /// Nobody may begin an identity here.
    Closed,
}

/// A connection of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// The contact's DID.
    pub did: Did,
    /// The nickname that this person gave the contact; shown to no one else.
    pub nickname: Option<String>,
}

/// People's connections and blocks.
pub trait SocialGraph: Send + Sync {
    /// Whether two are connected, by both their records.
    fn connected(&self, node: &Node, one: &Did, other: &Did) -> Result<bool, Problem>;
    /// The number of connections between two people: 0 for the same person, `None` beyond 6.
    fn distance(&self, node: &Node, from: &Did, to: &Did) -> Result<Option<u8>, Problem>;
    /// The invitation of a code, if it can be accepted now.
    fn invitation(&self, node: &Node, code: &str) -> Result<Option<Invitation>, Problem>;
    /// Whether `owner` blocked one of these people.
    fn blocks(&self, node: &Node, owner: &Did, others: &BTreeSet<Did>) -> Result<bool, Problem>;
    /// All people who blocked this person.
    fn blockers(&self, node: &Node, of: &Did) -> Result<Vec<Did>, Problem>;
    /// A member's role in a group: `owner`, `admin`, `member`.
    fn role(&self, node: &Node, group: &Did, member: &Did)
    -> Result<Option<&'static str>, Problem>;
    /// A person's contacts, at most `limit`.
    fn contacts(&self, _node: &Node, _of: &Did, _limit: usize) -> Result<Vec<Contact>, Problem> {
        Ok(Vec::new())
    }
}
