//! The evidence of the rules beyond the current entry: older entries of the log, and the rows next to them.
//!
//! Always: all evidence is about entries before the one being checked. This module does not know where the answers come
//! from (a file, a journal, a command).

use std::sync::Arc;

use imajin_dfos::{Cid, Value, cbor};
use imajin_protocol::{Did, Fact, Head, IdText, Kid};

use super::model::KidState;
use super::{Chain, Fault};
use crate::entry::{Header, SALT_BYTES, WillKind};

/// A failed look-up: the file failed, not the rules.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct EvidenceError(#[from] pub Box<dyn std::error::Error + Send + Sync>);

/// Why an entry was not admitted.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum CheckError {
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
}

/// A row of the table `causes`.
#[derive(Debug, Clone)]
pub struct Cause {
    /// The CID of the header.
    pub cid: Cid,
    /// The header of an intent, or of a delegation.
    pub header: Arc<Header>,
    /// The entry's body; `None` if it has no body or the body is withheld.
    pub body: Option<Arc<Value>>,
}

/// A row of the table `openings`: what one entry of an operation over several logs commits to (docs/format.md §7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The log's owner.
    pub did: Did,
    /// The service.
    pub service: String,
    /// The operation.
    pub op: String,
    /// The CID of the body.
    pub body: Option<Cid>,
    /// Random bytes, so that the opening can't be guessed from its CID.
    pub salt: [u8; 16],
}

impl Opening {
    /// Decodes an opening.
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        Self::from_value(&cbor::decode(bytes).ok()?)
    }

    /// Reads an opening: a map of exactly its five members.
    pub(crate) fn from_value(value: &Value) -> Option<Self> {
        let map = value.as_map().filter(|map| map.len() == 5)?;
        let did = map.get("did")?.as_str()?;
        let salt: [u8; SALT_BYTES] = map.get("salt")?.as_bytes()?.try_into().ok()?;
        Some(Self {
            did: Did::parse(did).ok().filter(|parsed| parsed.as_str() == did)?,
            service: map.get("service")?.as_str()?.to_owned(),
            op: map.get("op")?.as_str()?.to_owned(),
            body: match map.get("body")? {
                Value::Null => None,
                Value::Link(cid) => Some(*cid),
                _ => return None,
            },
            salt,
        })
    }
}

/// An entry that names a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedBody {
    /// The CID of the body.
    pub body: Cid,
    /// The entry's number.
    pub seq: u64,
    /// The entry's operation.
    pub op: String,
    /// The entry's author.
    pub author: Did,
    /// The entry's will.
    pub will: WillKind,
    /// The entry's `ref`.
    pub reference: Option<IdText>,
    /// The entry's fact.
    pub fact: Option<Fact>,
}

impl NamedBody {
    /// Returns the entry with this header, which names `body`.
    pub fn new(body: Cid, header: &Header) -> Self {
        Self {
            body,
            seq: header.seq,
            op: header.op.clone(),
            author: header.author.clone(),
            will: header.will_kind(),
            reference: header.reference.clone(),
            fact: header.fact.clone(),
        }
    }
}

/// The evidence that the rules may ask for. Every answer is about this log, before the entry being checked.
pub trait Evidence {
    /// Returns the CID of the entry `seq`.
    fn entry_cid(&self, seq: u64) -> Result<Option<Cid>, EvidenceError>;
    /// Returns the identity chain of another author or of a node.
    fn chain(&self, did: &Did) -> Result<Option<Arc<Chain>>, EvidenceError>;
    /// Returns the row of `causes` with this CID.
    fn cause(&self, cid: &Cid) -> Result<Option<Arc<Cause>>, EvidenceError>;
    /// Returns whether this intent was just admitted into its own log, with its proof: then the proof need not be
    /// rebuilt for each other log. Never in a replay.
    fn is_admitted(&self, _cause: &Cid) -> bool {
        false
    }
    /// Returns the list of openings with this CID.
    fn txn(&self, cid: &Cid) -> Result<Option<Arc<[Cid]>>, EvidenceError>;
    /// Returns the opening with this CID, if the log's owner may see it.
    fn opening(&self, cid: &Cid) -> Result<Option<Arc<Opening>>, EvidenceError>;
    /// Returns the head that a home signed in an epoch.
    fn head(&self, epoch: u64, node: &Did) -> Result<Option<Head>, EvidenceError>;
    /// Returns all entries before `before` that name one of these bodies.
    fn named_bodies(&self, bodies: &[Cid], before: u64) -> Result<Vec<NamedBody>, EvidenceError>;
    /// Returns whether an `auth.body.erased` after the entry `seq` names this body. Only asked in a replay.
    fn erased_later(&self, body: &Cid, seq: u64) -> Result<bool, EvidenceError>;
    /// Returns the last entry that this key signed. Only asked if the state does not remember all keys: never in a
    /// replay.
    fn last_by(&self, _kid: &Kid) -> Result<Option<KidState>, EvidenceError> {
        Ok(None)
    }
    /// Returns `chain` in the last entry that another author signed. Only asked if the state does not remember all
    /// authors.
    fn last_chain(&self, _author: &Did) -> Result<Option<Cid>, EvidenceError> {
        Ok(None)
    }
}
