//! An entry of a log: a header, addressed by its CID, and usually a body (docs/format.md §2).
//!
//! Always: each [`Header`] has exactly one byte form, and the CIDs of a [`Sealed`] entry are those of its bytes. This
//! module knows only the rules for the form of a single entry.

mod decode;
mod encode;

use std::fmt;
use std::sync::Arc;

use crate::did::DidKind;
use crate::proof::{EntryPosition, ProofPayload};
use crate::{Did, Fact, IdText, Kid, Proof, naming};
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Cid, Timestamp, Value, cbor};

/// Maximum bytes of a header.
pub const HEADER_BYTES_MAX: usize = 8 * 1024;
/// Maximum bytes of a body.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Maximum nesting of lists and maps in a body; the body itself counts as the first level.
pub const BODY_DEPTH_MAX: usize = 32;
/// Bytes of the salt in every body.
pub const SALT_BYTES: usize = 16;

/// The authority behind an entry (docs/format.md §2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WillKind {
    /// The author's key, or a delegate's, signed it.
    Signed,
    /// The author requested it with a session.
    Custodial,
    /// Another entry's consequence.
    Derived,
    /// The home's own statement.
    Node,
}

impl WillKind {
    /// Returns the header's text for it.
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

/// The decision behind an entry, with the evidence for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Will {
    /// A key signed it; holds the parts of the proof that the header does not have elsewhere.
    Signed(Box<ProofPart>),
    /// The author requested it with a session.
    Custodial,
    /// Another entry's consequence.
    Derived,
    /// The home's own statement.
    Node,
}

/// The members of a proof of will that the header keeps under `proof`; the others are fields of the header
/// (docs/format.md §3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProofPart {
    /// The key that signed.
    pub kid: Kid,
    /// The home that the signer addressed.
    pub aud: Did,
    /// The owners in whose logs consequences may appear.
    pub to: Vec<Did>,
    /// The newest entry that the signer knew.
    pub seen: Option<EntryPosition>,
    /// The CID of this key's previous proof payload in this log.
    pub after: Option<Cid>,
    /// The CID of the author's newest identity operation.
    pub chain: Option<Cid>,
    /// The time of signing, in seconds since 1970.
    pub iat: i64,
    /// The CID of the delegation entry, if the proof names it: then it is [`Header::via`].
    pub via: Option<Cid>,
    /// The Ed25519 signature.
    pub sig: [u8; 64],
}

impl ProofPart {
    /// Returns the parts of a proof that a header keeps.
    pub fn from_proof(proof: &Proof) -> Self {
        let payload = &proof.payload;
        Self {
            kid: proof.kid.clone(),
            aud: payload.aud.clone(),
            to: payload.to.clone(),
            seen: payload.seen,
            after: payload.after,
            chain: payload.chain,
            iat: payload.iat,
            via: payload.via,
            sig: proof.signature,
        }
    }
}

/// An entry's header (docs/format.md §2). Its service is the part of `op` before the first dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The log's owner.
    pub did: Did,
    /// The entry's number in the log.
    pub seq: u64,
    /// The CID of the previous header; `None` exactly at seq 0.
    pub prev: Option<Cid>,
    /// The time of entry, by the home's clock.
    pub at: Timestamp,
    /// The operation's name.
    pub op: String,
    /// The id that the entry is about.
    pub reference: Option<IdText>,
    /// The CID of the body; `None` for an entry without one.
    pub body: Option<Cid>,
    /// Numbers and ids on which other state depends; never erased.
    pub fact: Option<Fact>,
    /// The DID whose decision it is.
    pub author: Did,
    /// The kind of decision, with its evidence.
    pub will: Will,
    /// The CID of the delegation entry, or the raw CID of the session. A delegation that the proof names is written in the
    /// proof alone.
    pub via: Option<Cid>,
    /// The CID of the entry that this one follows from.
    pub cause: Option<Cid>,
    /// The raw CID of the list of openings of an operation over several logs.
    pub txn: Option<Cid>,
}

/// Why bytes are not a header or a body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum EntryError {
    #[error("the {0} is not strict dag-cbor: {1}")]
    Cbor(&'static str, #[source] cbor::CborError),
    #[error("the {what} has {bytes} bytes; at most {most} are allowed")]
    TooLarge {
        /// `header` or `body`.
        what: &'static str,
        bytes: usize,
        most: usize,
    },
    #[error("the header's {0:?} is missing or malformed")]
    Field(&'static str),
    #[error("the header has an unknown field {0:?}")]
    Unknown(String),
    #[error("the header's {field:?} does not go with will {will:?}")]
    Will { field: &'static str, will: &'static str },
    #[error("the body needs a member \"salt\" of {SALT_BYTES} bytes")]
    Salt,
    #[error("the body must be a map")]
    NotMap,
    #[error("the body has an integer beyond ±(2^53 − 1)")]
    Integer,
}

impl Header {
    /// Returns the service: the part of the op before the first dot.
    pub fn service(&self) -> &str {
        naming::service_of(&self.op)
    }

    /// Returns the kind of will.
    pub fn will_kind(&self) -> WillKind {
        match self.will {
            Will::Signed(_) => WillKind::Signed,
            Will::Custodial => WillKind::Custodial,
            Will::Derived => WillKind::Derived,
            Will::Node => WillKind::Node,
        }
    }

    /// Returns the header's part of the proof, if the entry is signed.
    pub fn proof_part(&self) -> Option<&ProofPart> {
        match &self.will {
            Will::Signed(part) => Some(part),
            _ => None,
        }
    }

    /// Returns the proof as it was signed, rebuilt from the header; `None` if the entry is not signed.
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
                via: part.via,
            },
        })
    }

    /// Returns whether each DID can be written in a header, each media CID is a raw one, and `via` is what the proof
    /// says of it: the checks of decoding, for headers made on this node.
    pub fn is_well_formed(&self) -> bool {
        let part = self.proof_part();
        let signed_via = part.and_then(|part| part.via);
        if signed_via.is_some() && signed_via != self.via {
            return false;
        }
        let of_proof = part.map(|part| std::iter::once(&part.aud).chain(&part.to));
        let mut dids = [&self.did, &self.author].into_iter().chain(of_proof.into_iter().flatten());
        dids.all(|did| did.kind() == DidKind::Key) && decode::media_fits(self.fact.as_ref())
    }

    /// Returns the header's only byte form (dag-cbor).
    pub fn encode(&self) -> Vec<u8> {
        encode::header(self)
    }

    /// Decodes the header's only byte form.
    pub fn decode(bytes: &[u8]) -> Result<Self, EntryError> {
        decode::header(bytes)
    }
}

/// An entry with its bytes and their CID. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Sealed {
    /// The decoded header.
    pub header: Arc<Header>,
    /// The header's bytes.
    pub header_bytes: Arc<[u8]>,
    /// The header's CID.
    pub cid: Cid,
    /// The body's bytes; `None` if the entry has no body, or its body was erased.
    pub body_bytes: Option<Arc<[u8]>>,
}

impl Sealed {
    /// Encodes a header and computes its CID.
    pub fn seal(header: Header, body_bytes: Option<Arc<[u8]>>) -> Self {
        let bytes = header.encode();
        let cid = dag_cbor_cid(&bytes);
        Self { header: Arc::new(header), header_bytes: bytes.into(), cid, body_bytes }
    }

    /// Decodes a stored entry.
    pub fn decode(
        header_bytes: Arc<[u8]>,
        body_bytes: Option<Arc<[u8]>>,
    ) -> Result<Self, EntryError> {
        let header = Arc::new(Header::decode(&header_bytes)?);
        let cid = dag_cbor_cid(&header_bytes);
        Ok(Self { header, header_bytes, cid, body_bytes })
    }

    /// Decodes the body.
    pub fn body(&self) -> Result<Option<Value>, EntryError> {
        self.body_bytes.as_deref().map(decode_body).transpose()
    }
}

/// Decodes a body: strict dag-cbor, a map with its salt, integers that JSON can carry.
pub fn decode_body(bytes: &[u8]) -> Result<Value, EntryError> {
    decode::body(bytes)
}

/// Encodes a body that keeps the rules of [`decode_body`].
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
