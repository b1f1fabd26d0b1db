//! The proof of will: what a person's key signs to make one entry (docs/format.md §3). A compact JWS whose header and
//! payload are canonical byte for byte, so that it can always be rebuilt from the entry.
//!
//! On the hot path: [`Proof::parse`] reads the payload in one pass without a JSON tree.

mod payload;

use crate::compact::{self, CompactError};
use crate::kid::Kid;
use ed25519_dalek::Signer;
use imajin_dfos::cid::{Cid, raw_cid};
use imajin_dfos::jws::verify_signature;
use imajin_dfos::{SigningKey, VerifyingKey};

pub use payload::{EntryPosition, ProofPayload, TO_MAX};

/// Maximum bytes of a token: enough for 64 of the longest DIDs that may appear in `to`, and a full fact.
pub const PROOF_BYTES_MAX: usize = 12 * 1024;

const TYP: &str = "mjn:proof";

/// A proof of will. The log's rules check whether its key is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// The signing key: the author's, or a delegate's.
    pub kid: Kid,
    /// The signed statement.
    pub payload: ProofPayload,
    /// The Ed25519 signature over [`Proof::signing_input`].
    pub signature: [u8; 64],
}

/// Why a text is not a proof, or a payload may not be signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum ProofError {
    #[error("the proof: {0}")]
    Compact(#[from] CompactError),
    #[error(
        "the proof's payload is not canonical at {0:?}: it must be the JCS of exactly after, aud, body, chain, did, fact, iat, \
         op, ref, seen, service, to, v (absent ones null, to []) and, under a delegation, via"
    )]
    Member(&'static str),
    #[error(
        "the proof's op must be <service>.<verb> in a-z 0-9 and dots, of the service that it names"
    )]
    Op,
    #[error("the proof's {0:?} must not be an email DID: use the did:imajin behind it")]
    Personal(&'static str),
    #[error("the proof's to must have at most {TO_MAX} DIDs, none twice")]
    To,
    #[error("the proof's {0:?} must be an integer from 0 to 2^53 − 1")]
    Integer(&'static str),
    #[error("the proof's {0:?} must be a CID of {1}")]
    Codec(&'static str, &'static str),
    #[error("the proof's signature does not verify with the key that its kid names")]
    Signature,
}

impl Proof {
    /// Parses a token in its only form, the one that [`Proof::to_compact`] writes, byte for byte; so the token need not
    /// be written again to compare it. Does not check the signature: see [`Proof::verify`].
    pub fn parse(token: &str) -> Result<Self, ProofError> {
        let parts = compact::parse(token, TYP, PROOF_BYTES_MAX)?;
        let payload = ProofPayload::parse(&parts.payload)?;
        let proof = Self { kid: parts.kid, payload, signature: parts.signature };
        debug_assert_eq!(proof.to_compact(), token, "the reader accepts the canonical form only");
        Ok(proof)
    }

    /// Signs a payload.
    pub fn sign(key: &SigningKey, kid: Kid, payload: ProofPayload) -> Result<Self, ProofError> {
        payload.check()?;
        let input = compact::signing_input(&kid, TYP, payload.to_jcs().as_bytes());
        let signature = key.sign(input.as_bytes()).to_bytes();
        Ok(Self { kid, payload, signature })
    }

    /// Checks the signature over this proof's content, rebuilt, whatever it was read from. Strict: S < L, no
    /// small-order keys (RFC 8032 §5.1.7). Returns [`ProofPayload::cid`] from the same serialization.
    pub fn verify(&self, key: &VerifyingKey) -> Result<Cid, ProofError> {
        let (input, cid) = self.signing_input_and_cid();
        verify_signature(key, input.as_bytes(), &self.signature)
            .map(|()| cid)
            .map_err(|_| ProofError::Signature)
    }

    /// Returns the signed bytes: `base64url(header).base64url(payload)`.
    pub fn signing_input(&self) -> String {
        compact::signing_input(&self.kid, TYP, self.payload.to_jcs().as_bytes())
    }

    /// Returns the signing input with [`ProofPayload::cid`], from one serialization of the payload: a verifier needs
    /// both for every entry.
    pub fn signing_input_and_cid(&self) -> (String, Cid) {
        let payload = self.payload.to_jcs();
        let input = compact::signing_input(&self.kid, TYP, payload.as_bytes());
        (input, raw_cid(payload.as_bytes()))
    }

    /// Returns the token.
    pub fn to_compact(&self) -> String {
        compact::with_signature(self.signing_input(), &self.signature)
    }
}

#[cfg(test)]
mod tests;
