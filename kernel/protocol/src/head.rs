//! Heads: a node's statement of how far a log goes (docs/format.md §5). A compact JWS in one form, like proofs.

use crate::compact::{self, CompactError};
use crate::kid::Kid;
use crate::reader::Reader;
use crate::{Did, SAFE_INTEGER_MAX};
use ed25519_dalek::Signer;
use imajin_dfos::cid::{CODEC_DAG_CBOR, Cid};
use imajin_dfos::jws::verify_signature;
use imajin_dfos::{SigningKey, Timestamp, VerifyingKey};
use std::fmt::Write;

/// Maximum bytes of a token.
pub const HEAD_BYTES_MAX: usize = 1024;

const TYP: &str = "mjn:head";

/// "The log of `did` is at `seq` with header `cid`, whose time is `at`, and I am its home in `epoch`."
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeadPayload {
    /// The time of that entry.
    pub at: Timestamp,
    /// The CID of that entry's header.
    pub cid: Cid,
    /// The log's owner.
    pub did: Did,
    /// The home's epoch, from 1.
    pub epoch: u64,
    /// The newest entry's number.
    pub seq: u64,
}

/// A head with its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The node's key.
    pub kid: Kid,
    /// The statement.
    pub payload: HeadPayload,
    /// The Ed25519 signature over [`Head::signing_input`].
    pub signature: [u8; 64],
}

/// Why a text is not a head, or a statement may not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum HeadError {
    #[error("the head: {0}")]
    Compact(#[from] CompactError),
    #[error("the head's payload must be the JCS of exactly at, cid, did, epoch, seq, v (at {0:?})")]
    Member(&'static str),
    #[error("a head has an epoch from 1, a seq below 2^53, the CID of a header, and no email DID")]
    Value,
    #[error("the head's signature does not verify with the key that its kid names")]
    Signature,
}

impl HeadPayload {
    /// Returns the canonical JSON.
    pub fn to_jcs(&self) -> String {
        let Self { at, cid, did, epoch, seq } = self;
        let mut out = String::with_capacity(256);
        // Every value here is of a type that needs no escapes. Writing into a String does not fail.
        let _ = write!(
            out,
            "{{\"at\":\"{at}\",\"cid\":\"{cid}\",\"did\":\"{did}\",\"epoch\":{epoch},\"seq\":{seq},\"v\":1}}"
        );
        out
    }

    fn check(&self) -> Result<(), HeadError> {
        let safe = 0..=SAFE_INTEGER_MAX as u64;
        let ok = safe.contains(&self.epoch)
            && safe.contains(&self.seq)
            && self.epoch > 0
            && self.cid.codec() == CODEC_DAG_CBOR
            && !self.did.is_personal();
        if ok { Ok(()) } else { Err(HeadError::Value) }
    }

    fn parse(text: &[u8]) -> Result<Self, HeadError> {
        let mut r = Reader::new(text);
        macro_rules! member {
            ($name:literal, $separator:literal, $read:expr) => {
                r.exactly(concat!($separator, "\"", $name, "\":"))
                    .and_then(|()| $read)
                    .ok_or(HeadError::Member($name))?
            };
        }
        let at = member!("at", "{", r.text().and_then(|text| Timestamp::parse(text).ok()));
        let cid = member!("cid", ",", r.cid(CODEC_DAG_CBOR));
        let did = member!("did", ",", r.did());
        let epoch = member!("epoch", ",", r.unsigned());
        let seq = member!("seq", ",", r.unsigned());
        member!("v", ",", r.exactly("1}").filter(|()| r.at_end()));
        let payload = Self { at, cid, did, epoch, seq };
        payload.check()?;
        Ok(payload)
    }
}

impl Head {
    /// Parses a token in its only form. Does not check the signature: see [`Head::verify`].
    pub fn parse(token: &str) -> Result<Self, HeadError> {
        let parts = compact::parse(token, TYP, HEAD_BYTES_MAX)?;
        let payload = HeadPayload::parse(&parts.payload)?;
        Ok(Self { kid: parts.kid, payload, signature: parts.signature })
    }

    /// Signs a statement.
    ///
    /// # Errors
    /// [`HeadError::Value`] if it may not be signed.
    pub fn sign(key: &SigningKey, kid: Kid, payload: HeadPayload) -> Result<Self, HeadError> {
        payload.check()?;
        let input = compact::signing_input(&kid, TYP, payload.to_jcs().as_bytes());
        let signature = key.sign(input.as_bytes()).to_bytes();
        Ok(Self { kid, payload, signature })
    }

    /// Checks the signature over this head's content, rebuilt. Strict: S < L, no small-order keys (RFC 8032 §5.1.7).
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), HeadError> {
        verify_signature(key, self.signing_input().as_bytes(), &self.signature)
            .map_err(|_| HeadError::Signature)
    }

    /// Returns the node that signed it.
    pub fn node(&self) -> &Did {
        self.kid.did()
    }

    /// Returns whether this head is newer than the other, about the same log: a higher epoch, or the same and a higher
    /// seq. The log's rules check whether its node may say so.
    pub fn is_ahead_of(&self, other: &HeadPayload) -> bool {
        (self.payload.epoch, self.payload.seq) > (other.epoch, other.seq)
    }

    /// Returns the signed bytes.
    pub fn signing_input(&self) -> String {
        compact::signing_input(&self.kid, TYP, self.payload.to_jcs().as_bytes())
    }

    /// Returns the token.
    pub fn to_compact(&self) -> String {
        compact::with_signature(self.signing_input(), &self.signature)
    }
}

#[cfg(test)]
mod tests;
