//! The terms of the rules: homes, owners, keys, bodies, the current operation.

use std::sync::Arc;

use imajin_dfos::{Cid, PublicKey, Timestamp, Value};
use imajin_protocol::Did;
use imajin_protocol::proof::EntryPosition;

use super::Chain;
use super::delegation::Delegation;
use crate::entry::{Header, WillKind};

/// The home of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The node's DID.
    pub node: Did,
    /// The node's address.
    pub url: Arc<str>,
    /// Increases with every move, from 1.
    pub epoch: u64,
}

/// The entry from which a home was in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HomeSpan {
    /// The entry that named it.
    pub from_seq: u64,
    /// The home.
    pub home: Home,
}

/// The owner of a log.
#[derive(Debug, Clone)]
pub enum Owner {
    /// The state before the first entry: no owner yet.
    Nobody,
    /// A person with a key and no chain: everything is the node's word.
    BareKey(PublicKey),
    /// A person with an identity chain.
    Chain(Arc<Chain>),
}

impl Owner {
    /// Returns the identity chain, if there is one.
    pub fn chain(&self) -> Option<&Arc<Chain>> {
        match self {
            Self::Chain(chain) => Some(chain),
            _ => None,
        }
    }
}

/// The body of an entry, as far as the checker has it.
#[derive(Debug, Clone, Copy)]
pub enum Body<'a> {
    /// The header names no body.
    None,
    /// The body, whose bytes match the CID in the header.
    Here(&'a Value),
    /// The header names a body that does not exist: erased later, or a fault.
    Gone,
}

impl<'a> Body<'a> {
    /// Returns the body, if it exists.
    pub fn value(self) -> Option<&'a Value> {
        match self {
            Self::Here(value) => Some(value),
            _ => None,
        }
    }
}

/// The state of a key that signed in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KidState {
    /// The number of its last entry.
    pub seq: u64,
    /// The raw CID of that entry's proof payload.
    pub payload: Cid,
    /// The entry that the last entry's proof had seen, which is in this log.
    pub seen: Option<EntryPosition>,
}

/// The part of a log's state that a decision may see.
#[derive(Debug, Clone)]
pub struct LogView {
    /// The log's home.
    pub home: Home,
    /// The log's owner.
    pub owner: Owner,
    /// The number of its newest entry.
    pub seq: u64,
    /// All delegations that were ever made.
    pub delegations: Arc<Vec<Delegation>>,
    /// Whether custodial entries are forbidden.
    pub require_signed: bool,
    /// Whether it has an `auth.delete`.
    pub deleted: bool,
    /// Why this node may not write to it, if so.
    pub read_only: Option<String>,
}

/// The newest entry of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Newest {
    /// The entry's number.
    pub seq: u64,
    /// The CID of its header.
    pub cid: Cid,
    /// The entry's time.
    pub at: Timestamp,
}

/// Number of entries of each operation derived from one intent.
pub(super) type Counts = Vec<(&'static str, u32)>;

/// The operation that the newest entry belongs to.
#[derive(Debug, Clone)]
pub(super) struct Operation {
    pub(super) intent: Arc<Header>,
    /// The intent's body, if bodies of its consequences may be bound to it.
    pub(super) body: Option<Arc<Value>>,
    pub(super) cid: Cid,
    /// Whether the intent is in this log.
    pub(super) here: bool,
    pub(super) counts: Counts,
}

impl Operation {
    pub(super) fn is_signed(&self) -> bool {
        self.intent.will_kind() == WillKind::Signed
    }
}
