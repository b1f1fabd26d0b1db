//! Signed exchanges: a request that says who sends it, what for, and what is to be paid, in `X-MJN-*` headers (WIRE.md §1).
//!
//! Always: what is signed is one text of ten lines, in which no line can hold a line break. It authenticates an exchange and
//! wills nothing: an entry needs a proof of will. Whose key it is, and whether the nonce was seen before, is the caller's
//! to find out.

pub mod consent;
mod document;
pub mod settlement;

use crate::json_signature::parse_signature;
use crate::{Did, DidError};
use ed25519_dalek::Signer;
use imajin_dfos::cid::sha256;
use imajin_dfos::jws::verify_signature;
use imajin_dfos::{SigningKey, Timestamp, VerifyingKey, hex};

pub use consent::Consent;
pub use document::DocumentError;
pub use settlement::Instruction;

/// How far a request's time may be from ours, either way.
pub const WINDOW_MS: i64 = 5 * 60 * 1000;
/// Longest nonce.
pub const NONCE_BYTES_MAX: usize = 64;
/// Shortest nonce: 64 bits as hex.
pub const NONCE_BYTES_MIN: usize = 16;
/// Longest consent or settlement, as it stands in its header.
pub const DOCUMENT_BYTES_MAX: usize = 8192;

/// Who sends.
pub const DID: &str = "x-mjn-did";
/// When.
pub const TIMESTAMP: &str = "x-mjn-timestamp";
/// What makes it one of its kind.
pub const NONCE: &str = "x-mjn-nonce";
/// What for.
pub const CONSENT: &str = "x-mjn-consent";
/// What is to be paid.
pub const SETTLEMENT: &str = "x-mjn-settlement";
/// The signature over all of it.
pub const SIGNATURE: &str = "x-mjn-signature";

/// The request around the headers.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// As in the `Host` header, in lower case.
    pub host: &'a str,
    /// In capitals.
    pub method: &'a str,
    /// Path and, after a `?`, the query, as sent.
    pub target: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// The headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// Who sends.
    pub did: Did,
    /// When.
    pub timestamp: Timestamp,
    /// What makes it one of its kind: `[A-Za-z0-9_-]`.
    pub nonce: String,
    /// The consent as it stands in its header; empty if there is none.
    pub consent: String,
    /// The settlement as it stands in its header; empty if there is none.
    pub settlement: String,
}

/// Why the headers are no signed exchange, or are not believed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeError {
    /// A header is missing.
    #[error(
        "{0} is missing: a signed exchange has X-MJN-DID, X-MJN-Timestamp, X-MJN-Nonce and X-MJN-Signature"
    )]
    Missing(&'static str),
    /// A header has another form.
    #[error("{0} must be {1}")]
    Form(&'static str, &'static str),
    /// Who sends.
    #[error("X-MJN-DID: {0}")]
    Did(DidError),
    /// Sent at another time.
    #[error(
        "X-MJN-Timestamp is more than five minutes from this node's time: check this device's clock"
    )]
    Time,
    /// Not the sender's.
    #[error("X-MJN-Signature does not verify with a key of the sender over this very request")]
    Signature,
}

impl Exchange {
    /// Reads the headers; gives the signature, too. `header` finds one by its name in lower case.
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
            && nonce
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        if !is_fine {
            return Err(ExchangeError::Form(
                NONCE,
                "16 to 64 characters of A-Z a-z 0-9 _ -",
            ));
        }
        let document = |name| {
            let text = header(name).unwrap_or_default();
            match text.len() <= DOCUMENT_BYTES_MAX {
                true => Ok(text.to_owned()),
                false => Err(ExchangeError::Form(name, "at most 8192 bytes")),
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

    /// The text that is signed: `MJN1`, DID, host, method, path and query, time, nonce, SHA-256 of the body in hex, consent,
    /// settlement, joined by line feeds; absent ones are empty.
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

    /// Signs: 128 hex digits.
    pub fn sign(&self, request: &Request<'_>, key: &SigningKey) -> String {
        hex::encode(&key.sign(self.text(request).as_bytes()).to_bytes())
    }

    /// Checks time and signature, with any of the sender's keys in force.
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
        match keys.iter().any(signed) {
            true => Ok(()),
            false => Err(ExchangeError::Signature),
        }
    }

    /// What the answering DID signs: the same request, its own time, the asker's nonce, and the answer's body.
    pub fn answered_by(&self, did: Did, now: Timestamp) -> Self {
        Self {
            did,
            timestamp: now,
            nonce: self.nonce.clone(),
            consent: String::new(),
            settlement: String::new(),
        }
    }
}

#[cfg(test)]
mod tests;
