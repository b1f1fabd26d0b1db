//! Questions of this module's extractors to the node that runs the app. The host answers them and is found by its type,
//! so that nothing here depends on how sessions are stored or requests are counted.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use imajin_protocol::Did;

use crate::node::Node;
use crate::problem::Problem;
use crate::session::Session;

/// Bounds of one request.
#[derive(Debug, Clone, Copy)]
pub struct RequestLimits {
    /// Bytes of a body that is read whole.
    pub body_bytes: usize,
    /// How long such a body may take.
    pub body_timeout: Duration,
    /// Entries of a list where the request names no number.
    pub page_default: usize,
    /// Entries of a list at most.
    pub page_max: usize,
}

/// The subject that an attempt at something guessable or expensive counts for.
#[derive(Debug, Clone, Copy)]
pub enum Attempted<'a> {
    /// An address without a session.
    Address(IpAddr),
    /// A person who is signed in.
    Account(&'a Did),
    /// An identity that a client at this address wants to sign in as.
    Identity(IpAddr, &'a str),
}

/// The door of a node for requests.
pub trait Gate: Send + Sync {
    /// The bounds of a request.
    fn limits(&self, node: &Node) -> RequestLimits;
    /// Origins that the owner listed: their pages may sign in.
    fn listed_origins<'a>(&self, node: &'a Node) -> &'a [String];
    /// Whether this host ([`imajin_protocol::presence::host`]) is a name of the node, or an address of this very machine.
    fn has_host(&self, node: &Node, host: &str, secure: bool) -> bool;
    /// The session of a token, if it is in force.
    fn session(&self, node: &Node, token: &str) -> Result<Option<Session>, Problem>;
    /// The session of a token that was checked a moment ago; `None` means that it wasn't.
    fn recall(&self, node: &Node, token: &str) -> Option<Session>;
    /// Whether a session that was found is still in force.
    fn is_in_force(&self, node: &Node, session: &Session) -> Result<bool, Problem>;
    /// A number that grows with each change of a record and each session that is ended. Apart from these, rights change only with
    /// time.
    fn changes(&self, node: &Node) -> u64;
    /// Refuses (403) a person whose role is below the route's least role.
    fn admit_at(&self, node: &Node, did: &Did, route: &str) -> Result<(), Problem>;
    /// Counts an attempt; if there were too many, returns the seconds until the next one.
    fn attempt(&self, node: &Node, attempted: Attempted<'_>) -> Result<(), u32>;
    /// Whether a challenge waits for its answer.
    fn awaits(&self, node: &Node, challenge: &str) -> bool;
    /// The refusal (429) of an attempt, which the node counts.
    fn refusal(&self, node: &Node, seconds: u32) -> Problem;
}

impl Node {
    /// The gate that the host put here.
    pub fn gate(&self) -> &dyn Gate {
        &**self.part::<Arc<dyn Gate>>()
    }
}
