//! An entry of a log: a header, addressed by its CID, and usually a body (docs/format.md §2).
//!
//! Always: a [`Header`] that was decoded is the only one of its bytes, and a [`Sealed`] entry's CIDs are those of
//! its bytes. It knows no rules but those of one entry's own form.

mod decode;
mod encode;

use std::fmt;
use std::sync::Arc;

use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Cid, Timestamp, Value, cbor};
use imajin_protocol::did::DidKind;
use imajin_protocol::proof::{ProofPayload, Seen};
use imajin_protocol::{Did, Fact, IdText, Kid, Proof, naming};

/// Bytes of a header, at most.
pub const HEADER_BYTES_MAX: usize = 8 * 1024;
/// Bytes of a body, at most.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Lists and maps inside each other in a body, at most; the body itself is the first.
pub const BODY_DEPTH_MAX: usize = 32;
/// Bytes of the salt in every body.
pub const SALT_BYTES: usize = 16;

/// The place of an entry in its log, from 0, without gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Seq(pub u64);

/// The place of an entry among all that this node ever entered. Local: not signed, and new after an import.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Offset(pub u64);

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whose will an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WillKind {
    /// Signed by a key of the author, or of a delegate.
    Signed,
    /// Asked for with a session.
    Custodial,
    /// A consequence of another entry.
    Derived,
    /// The home's own word.
    Node,
}

impl WillKind {
    /// The text in a header.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Signed => "signed",
            Self::Custodial => "custodial",
            Self::Derived => "derived",
            Self::Node => "node",
        }
    }
}

impl fmt::Display for WillKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whose will an entry is, with what shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Will {
    /// Signed: what of the proof does not stand in the header itself.
    Signed(Box<ProofPart>),
    /// Asked for with a session.
    Custodial,
    /// A consequence of another entry.
    Derived,
    /// The home's own word.
    Node,
}

/// The members of a proof of will that the header keeps under `proof`; the others are the header's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofPart {
    /// Whose key signed.
    pub kid: Kid,
    /// The home that was to enter it.
    pub aud: Did,
    /// In whose logs consequences may appear.
    pub to: Vec<Did>,
    /// The newest entry that the signer knew.
    pub seen: Option<Seen>,
    /// The raw CID of this key's proof payload before, in this log.
    pub after: Option<Cid>,
    /// The CID of the author's newest identity operation.
    pub chain: Option<Cid>,
    /// When, in seconds.
    pub iat: i64,
    /// The signature.
    pub sig: [u8; 64],
}

impl ProofPart {
    /// What a header keeps of a proof.
    pub fn of(proof: &Proof) -> Self {
        let payload = &proof.payload;
        Self {
            kid: proof.kid.clone(),
            aud: payload.aud.clone(),
            to: payload.to.clone(),
            seen: payload.seen,
            after: payload.after,
            chain: payload.chain,
            iat: payload.iat,
            sig: proof.signature,
        }
    }
}

/// An entry's header. `service` is what stands before the first dot of `op`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// Whose log.
    pub did: Did,
    /// The place in it.
    pub seq: u64,
    /// The CID of the header before; none exactly at seq 0.
    pub prev: Option<Cid>,
    /// When, by the home's clock.
    pub at: Timestamp,
    /// The operation.
    pub op: String,
    /// What it is about.
    pub reference: Option<IdText>,
    /// The CID of the body.
    pub body: Option<Cid>,
    /// What others' state depends on.
    pub fact: Option<Fact>,
    /// Who willed it.
    pub author: Did,
    /// How that is shown.
    pub will: Will,
    /// The delegation entry, or the raw CID of the session.
    pub via: Option<Cid>,
    /// What set this off.
    pub cause: Option<Cid>,
    /// The list of openings of an operation over several logs.
    pub txn: Option<Cid>,
}

/// Why bytes are no header or no body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// Not strict dag-cbor.
    #[error("the {0} is not strict dag-cbor: {1}")]
    Cbor(&'static str, #[source] cbor::CborError),
    /// Too large.
    #[error("the {what} has {bytes} bytes; at most {most} are allowed")]
    TooLarge {
        /// Header or body.
        what: &'static str,
        /// How large.
        bytes: usize,
        /// How large it may be.
        most: usize,
    },
    /// A field that is missing, or of a wrong form.
    #[error("the header's {0:?} is missing or malformed")]
    Field(&'static str),
    /// A field that no header has.
    #[error("the header has an unknown field {0:?}")]
    Unknown(String),
    /// A combination of fields that no entry has.
    #[error("the header's {field:?} does not go with will {will:?}")]
    Will {
        /// The field.
        field: &'static str,
        /// The will.
        will: &'static str,
    },
    /// A body without its salt.
    #[error("the body needs a member \"salt\" of {SALT_BYTES} bytes")]
    Salt,
    /// A body that is no map.
    #[error("the body must be a map")]
    NotMap,
    /// An integer that JSON cannot carry.
    #[error("the body has an integer beyond ±(2^53 − 1)")]
    Integer,
}

impl Header {
    /// The service: what stands before the first dot of the op.
    pub fn service(&self) -> &str {
        naming::service_of(&self.op)
    }

    /// Whose will it is.
    pub fn will_kind(&self) -> WillKind {
        match self.will {
            Will::Signed(_) => WillKind::Signed,
            Will::Custodial => WillKind::Custodial,
            Will::Derived => WillKind::Derived,
            Will::Node => WillKind::Node,
        }
    }

    /// What the header keeps of the proof, of a signed entry.
    pub fn proof_part(&self) -> Option<&ProofPart> {
        match &self.will {
            Will::Signed(part) => Some(part),
            _ => None,
        }
    }

    /// The proof as it was signed, rebuilt.
    pub fn proof(&self) -> Option<Proof> {
        let part = self.proof_part()?;
        Some(Proof {
            kid: part.kid.clone(),
            signature: part.sig,
            payload: ProofPayload {
                aud: part.aud.clone(),
                did: self.did.clone(),
                service: self.service().to_owned(),
                op: self.op.clone(),
                reference: self.reference.clone(),
                body: self.body,
                fact: self.fact.clone(),
                to: part.to.clone(),
                seen: part.seen,
                after: part.after,
                chain: part.chain,
                iat: part.iat,
            },
        })
    }

    /// Whether each DID is one that carries a key, and media files are named as such: what decoding asks, for headers
    /// that were made here.
    pub(crate) fn is_well_formed(&self) -> bool {
        let part = self.proof_part();
        let of_proof = part.map(|part| std::iter::once(&part.aud).chain(&part.to));
        let mut dids = [&self.did, &self.author]
            .into_iter()
            .chain(of_proof.into_iter().flatten());
        dids.all(|did| did.kind() == DidKind::Key) && decode::media_fits(self.fact.as_ref())
    }

    /// The one byte form.
    pub fn encode(&self) -> Vec<u8> {
        encode::header(self)
    }

    /// Reads the one byte form; nothing else.
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryError> {
        decode::header(bytes)
    }
}

/// An entry with its bytes and their CID. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// What it says.
    pub header: Arc<Header>,
    /// The header's bytes.
    pub header_bytes: Arc<[u8]>,
    /// Their CID.
    pub cid: Cid,
    /// The body's bytes; none where there is none, or no more.
    pub body_bytes: Option<Arc<[u8]>>,
}

impl Sealed {
    /// Encodes and hashes a header.
    pub fn seal(header: Header, body_bytes: Option<Arc<[u8]>>) -> Self {
        let bytes = header.encode();
        let cid = dag_cbor_cid(&bytes);
        Self {
            header: Arc::new(header),
            header_bytes: bytes.into(),
            cid,
            body_bytes,
        }
    }

    /// Decodes what was stored.
    pub fn decode(
        header_bytes: Arc<[u8]>,
        body_bytes: Option<Arc<[u8]>>,
    ) -> Result<Self, EntryError> {
        let header = Arc::new(Header::decode(&header_bytes)?);
        let cid = dag_cbor_cid(&header_bytes);
        Ok(Self {
            header,
            header_bytes,
            cid,
            body_bytes,
        })
    }

    /// The body, read.
    pub fn body(&self) -> Result<Option<Value>, EntryError> {
        self.body_bytes.as_deref().map(decode_body).transpose()
    }
}

/// Reads a body: strict, a map, with its salt, of values that every reader has.
pub fn decode_body(bytes: &[u8]) -> Result<Value, EntryError> {
    decode::body(bytes)
}

/// The bytes of a body that keeps the rules.
pub fn encode_body(body: &Value) -> Result<Vec<u8>, EntryError> {
    decode::check_body(body)?;
    let bytes = cbor::encode(body);
    if bytes.len() > BODY_BYTES_MAX {
        return Err(EntryError::TooLarge {
            what: "body",
            bytes: bytes.len(),
            most: BODY_BYTES_MAX,
        });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests;
