//! Entries as people and programs read them, from bytes that may come from anywhere. Nothing is verified here: that is
//! `imajin verify`'s.

mod stored_log;

pub use stored_log::{StoredLog, StoredLogError};

use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{base64, cbor};
use imajin_log::entry::{EntryError, Header, WillKind, decode_body};
use serde::Serialize;
use serde_json::Value as Json;

/// An entry as a line of JSON.
#[derive(Debug, Clone, Serialize)]
pub struct EntryLine {
    /// Its place in the log.
    pub seq: u64,
    /// The CID of its header.
    pub cid: String,
    /// Its time, the node's word.
    pub at: String,
    /// The operation.
    pub op: String,
    /// The kind of will: signed, custodial, derived or node.
    pub will: &'static str,
    /// The author.
    pub author: String,
    /// The key that signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// ID of the thing or person that the entry is about.
    #[serde(rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The fact that others' state depends on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fact: Option<Json>,
    /// The delegation or session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<String>,
    /// The entry that set it off.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// The operation over several logs that it is part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub txn: Option<String>,
    /// The body; absent where the entry has none, null if it was erased or withheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Json>,
}

/// Error of bytes that are not a valid entry.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum LineError {
    #[error(transparent)]
    Entry(#[from] EntryError),
    #[error(transparent)]
    Cbor(#[from] cbor::CborError),
    #[error("an entry must be {{\"header\": base64url, \"body\": base64url or null}}")]
    Wire,
}

impl EntryLine {
    /// Parses the bytes of header and body.
    pub fn new(header_bytes: &[u8], body: Option<&[u8]>) -> Result<Self, LineError> {
        let header = Header::decode(header_bytes)?;
        let body = match (header.body, body) {
            (None, _) => None,
            (Some(_), None) => Some(Json::Null),
            (Some(_), Some(bytes)) => Some(cbor::to_dag_json(&decode_body(bytes)?)?),
        };
        Ok(Self {
            seq: header.seq,
            cid: dag_cbor_cid(header_bytes).to_string(),
            at: header.at.to_string(),
            will: header.will_kind().as_str(),
            author: header.author.as_str().to_owned(),
            kid: header.proof_part().map(|proof| proof.kid.to_string()),
            reference: header.reference.as_ref().map(|id| id.as_str().to_owned()),
            fact: header.fact.as_ref().and_then(|fact| serde_json::to_value(fact).ok()),
            via: header.via.map(|cid| cid.to_string()),
            cause: header.cause.map(|cid| cid.to_string()),
            txn: header.txn.map(|cid| cid.to_string()),
            op: header.op,
            body,
        })
    }

    /// Parses an entry of `GET /auth/api/log`.
    pub fn from_wire(entry: &Json) -> Result<Self, LineError> {
        let bytes = |name: &str| {
            entry[name].as_str().map(base64::decode_url).transpose().map_err(|_| LineError::Wire)
        };
        Self::new(&bytes("header")?.ok_or(LineError::Wire)?, bytes("body")?.as_deref())
    }
}

impl std::fmt::Display for EntryLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:>6}  {}  {:<9}  {}", self.seq, self.at, self.will, self.op)?;
        if let Some(reference) = &self.reference {
            write!(f, "  {reference}")?;
        }
        if let Some(fact) = &self.fact {
            write!(f, "  {fact}")?;
        }
        if self.body == Some(Json::Null) {
            write!(f, "  (erased)")?;
        }
        if self.will == WillKind::Derived.as_str() {
            write!(f, "  by {}", self.author)?;
        }
        Ok(())
    }
}
