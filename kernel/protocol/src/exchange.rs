//! Signed exchanges: a request that says who sends it, for what purpose, and what the sender will pay, in `X-MJN-*`
//! headers (docs/api.md, "Signed exchanges").
//!
//! Always: the signed text has ten lines, and no line can contain a line break. It authenticates an exchange and
//! nothing more: an entry needs a proof of will. The caller finds the key, and checks whether the nonce was used
//! before.

pub mod consent;
mod document;
pub mod settlement;

use crate::json_signature::parse_signature;
use crate::{Did, DidError};
use ed25519_dalek::Signer;
use imajin_dfos::cid::sha256;
use imajin_dfos::jws::verify_signature;
use imajin_dfos::{SigningKey, Timestamp, VerifyingKey, hex};

pub use consent::{Consent, declared_use};
pub use document::{DocumentError, consumer};
pub use settlement::Instruction;

/// Milliseconds by which a request's time may differ from this node's, either way.
pub const WINDOW_MS: i64 = 5 * 60 * 1000;
/// Maximum bytes of a nonce.
pub const NONCE_BYTES_MAX: usize = 64;
/// Bytes of a nonce at least: 64 bits as hex.
pub const NONCE_BYTES_MIN: usize = 16;
/// Bytes of a consent or settlement at most, as in its header.
pub const DOCUMENT_BYTES_MAX: usize = 8192;

/// The sender's DID.
pub const DID: &str = "x-mjn-did";
/// The time of the request.
pub const TIMESTAMP: &str = "x-mjn-timestamp";
/// A text that makes the request unique.
pub const NONCE: &str = "x-mjn-nonce";
/// The consent: what the sender will do with the content.
pub const CONSENT: &str = "x-mjn-consent";
/// The settlement: what the sender will pay.
pub const SETTLEMENT: &str = "x-mjn-settlement";
/// The signature over all of these.
pub const SIGNATURE: &str = "x-mjn-signature";

/// The request that the headers belong to.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The host as in the `Host` header, in lower case.
    pub host: &'a str,
    /// The method in upper case.
    pub method: &'a str,
    /// Path and, after a `?`, the query, as sent.
    pub target: &'a str,
    /// The request's body.
    pub body: &'a [u8],
}

/// The headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// The sender.
    pub did: Did,
    /// The time of the request, by the sender's clock.
    pub timestamp: Timestamp,
    /// A text that makes the request unique: `[A-Za-z0-9_-]`.
    pub nonce: String,
    /// The consent as in its header; empty without one.
    pub consent: String,
    /// The settlement as in its header; empty without one.
    pub settlement: String,
}

/// Why headers are not a signed exchange, or were rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum ExchangeError {
    #[error(
        "{0} is missing: a signed exchange has X-MJN-DID, X-MJN-Timestamp, X-MJN-Nonce and X-MJN-Signature"
    )]
    Missing(&'static str),
    #[error("{0} must be {1}")]
    Form(&'static str, &'static str),
    #[error("X-MJN-DID: {0}")]
    Did(DidError),
    #[error(
        "X-MJN-Timestamp is more than five minutes from this node's time: check this device's clock"
    )]
    Time,
    #[error("X-MJN-Signature does not verify with a key of the sender over this very request")]
    Signature,
}

impl Exchange {
    /// Makes an exchange without documents.
    pub fn new(did: Did, timestamp: Timestamp, nonce: String) -> Self {
        Self { did, timestamp, nonce, consent: String::new(), settlement: String::new() }
    }

    /// Reads the headers and returns them with the signature. `header` finds one by its name in lower case.
    ///
    /// # Errors
    /// [`ExchangeError`] for a missing or malformed header.
    pub fn read<'a>(
        header: impl Fn(&'static str) -> Option<&'a str>,
    ) -> Result<(Self, [u8; 64]), ExchangeError> {
        let needed = |name| header(name).ok_or(ExchangeError::Missing(name));
        let did = Did::parse(needed(DID)?).map_err(ExchangeError::Did)?;
        if did.as_str() != needed(DID)? {
            return Err(ExchangeError::Form(DID, "the DID in its canonical form"));
        }
        let timestamp = Timestamp::parse(needed(TIMESTAMP)?);
        let timestamp = timestamp
            .map_err(|_| ExchangeError::Form(TIMESTAMP, "a time like 2026-11-20T12:00:00.000Z"))?;
        let nonce = needed(NONCE)?;
        let is_fine = (NONCE_BYTES_MIN..=NONCE_BYTES_MAX).contains(&nonce.len())
            && nonce.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        if !is_fine {
            return Err(ExchangeError::Form(NONCE, "16 to 64 characters of A-Z a-z 0-9 _ -"));
        }
        let document = |name| {
            let text = header(name).unwrap_or_default();
            if text.len() <= DOCUMENT_BYTES_MAX {
                Ok(text.to_owned())
            } else {
                Err(ExchangeError::Form(name, "at most 8192 bytes"))
            }
        };
        let exchange = Self {
            did,
            timestamp,
            nonce: nonce.to_owned(),
            consent: document(CONSENT)?,
            settlement: document(SETTLEMENT)?,
        };
        let signature = parse_signature(needed(SIGNATURE)?)
            .ok_or(ExchangeError::Form(SIGNATURE, "128 hexadecimal digits"))?;
        Ok((exchange, signature))
    }

    /// Returns the signed text: `MJN1`, DID, host, method, path and query, time, nonce, SHA-256 of the body in hex,
    /// consent, settlement, joined by line feeds; absent ones are empty.
    pub fn text(&self, request: &Request<'_>) -> String {
        [
            "MJN1",
            self.did.as_str(),
            request.host,
            request.method,
            request.target,
            &self.timestamp.to_string(),
            &self.nonce,
            &hex::encode(&sha256(request.body)),
            &self.consent,
            &self.settlement,
        ]
        .join("\n")
    }

    /// Signs the text; returns 128 hex digits.
    pub fn sign(&self, request: &Request<'_>, key: &SigningKey) -> String {
        hex::encode(&key.sign(self.text(request).as_bytes()).to_bytes())
    }

    /// Signs the text; returns the headers of the request, without those of documents that it doesn't carry.
    pub fn headers(&self, request: &Request<'_>, key: &SigningKey) -> Vec<(&'static str, String)> {
        let mut headers = vec![
            (DID, self.did.to_string()),
            (TIMESTAMP, self.timestamp.to_string()),
            (NONCE, self.nonce.clone()),
            (CONSENT, self.consent.clone()),
            (SETTLEMENT, self.settlement.clone()),
            (SIGNATURE, self.sign(request, key)),
        ];
        headers.retain(|(_, text)| !text.is_empty());
        headers
    }

    /// Checks the time, and the signature with any of the sender's keys in force.
    pub fn verify(
        &self,
        request: &Request<'_>,
        signature: &[u8; 64],
        keys: &[VerifyingKey],
        now: Timestamp,
    ) -> Result<(), ExchangeError> {
        let away_ms = now.as_millis() - self.timestamp.as_millis();
        if away_ms.abs() > WINDOW_MS {
            return Err(ExchangeError::Time);
        }
        let text = self.text(request);
        let signed = |key: &VerifyingKey| verify_signature(key, text.as_bytes(), signature).is_ok();
        if keys.iter().any(signed) { Ok(()) } else { Err(ExchangeError::Signature) }
    }

    /// Returns the text that the answering DID signs: the same request, its own time, the requester's nonce, and the
    /// answer's body.
    pub fn answered_by(&self, did: Did, now: Timestamp) -> Self {
        Self::new(did, now, self.nonce.clone())
    }
}

#[cfg(test)]
mod tests;
