//! Consent declarations: who wants to use what, for what, until when; signed by who wants it (WIRE.md §1).
//!
//! Always: one that was read was signed by its consumer and holds now. Whether the use is agreed to is for whose content
//! it is.

use super::settlement::{document, member_did, member_text, signed_by};
use crate::Did;
use imajin_dfos::{Timestamp, VerifyingKey};
use serde_json::Value;

/// Why a consent or a settlement is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Not base64url of a JSON object without anything that has two meanings.
    #[error("it must be the unpadded base64url of a JSON object: {0}")]
    Form(String),
    /// A member is missing or of another type.
    #[error("{0} must be {1}")]
    Member(&'static str, &'static str),
    /// Another version.
    #[error("its version is not known here; this node reads version 1")]
    Version,
    /// Not by who sends the request.
    #[error("consumer must be who sends the request")]
    Consumer,
    /// It has ended.
    #[error("it has expired")]
    Expired,
    /// It begins in the future.
    #[error("it is dated in the future: check this device's clock")]
    Future,
    /// Parts that are no whole.
    #[error("the amounts of distribution must sum up to amount")]
    Sum,
    /// Not the consumer's.
    #[error("its signature does not verify with a key of the consumer")]
    Signature,
}

/// What somebody wants to use, and what for.
#[derive(Debug, Clone, PartialEq)]
pub struct Consent {
    /// Who wants to use it.
    pub consumer: Did,
    /// What: an address, a CID, a name.
    pub content: String,
    /// What for.
    pub intended_use: String,
    /// Until when.
    pub expires: Timestamp,
    /// Since when.
    pub timestamp: Timestamp,
    /// The document as it came: what a service stores.
    pub document: Value,
}

impl Consent {
    /// Reads the header `X-MJN-Consent` of a request by `consumer`.
    pub fn read(
        header: &str,
        consumer: &Did,
        keys: &[VerifyingKey],
        now: Timestamp,
    ) -> Result<Self, DocumentError> {
        let document = document(header)?;
        let consent = Self {
            consumer: member_did(&document, "consumer")?,
            content: member_text(&document, "content")?.to_owned(),
            intended_use: member_text(&document, "intendedUse")?.to_owned(),
            expires: member_time(&document, "expires")?,
            timestamp: member_time(&document, "timestamp")?,
            document,
        };
        if consent.consumer != *consumer {
            return Err(DocumentError::Consumer);
        }
        if consent.expires <= now {
            return Err(DocumentError::Expired);
        }
        if consent.timestamp.as_millis() > now.as_millis() + super::WINDOW_MS {
            return Err(DocumentError::Future);
        }
        signed_by(&consent.document, keys)?;
        Ok(consent)
    }
}

/// ISO 8601, or milliseconds since 1970.
pub(super) fn member_time(
    document: &Value,
    name: &'static str,
) -> Result<Timestamp, DocumentError> {
    let read = match document.get(name) {
        Some(Value::String(text)) => Timestamp::parse(text).ok(),
        Some(other) => other
            .as_i64()
            .and_then(|millis| Timestamp::from_millis(millis).ok()),
        None => None,
    };
    read.ok_or(DocumentError::Member(name, "a time"))
}
