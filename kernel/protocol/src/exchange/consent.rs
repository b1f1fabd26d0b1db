//! Consent declarations: who will use which content, for what purpose, until when; signed by the consumer (docs/api.md,
//! "Signed exchanges").
//!
//! Always: a consent that was read was signed by its consumer and is in force. The content's owner decides whether to
//! allow the use.

use super::document::{DocumentError, member_text, member_time, object, read};
use crate::Did;
use imajin_dfos::{Timestamp, VerifyingKey};
use serde_json::Value;

/// A declared use of some content.
#[derive(Debug, Clone, PartialEq)]
pub struct Consent {
    /// The consumer.
    pub consumer: Did,
    /// The content: an address, a CID, a name.
    pub content: String,
    /// The purpose.
    pub intended_use: String,
    /// The end of the declaration.
    pub expires: Timestamp,
    /// The start of the declaration.
    pub timestamp: Timestamp,
    /// The document as received, for a service to store.
    pub document: Value,
}

/// Returns the use that the header `X-MJN-Consent` declares for the content, before its signature is verified. `None`
/// if it is unreadable.
pub fn declared_use(header: &str) -> Option<String> {
    let document = object(header).ok()?;
    Some(member_text(&document, "intendedUse").ok()?.to_owned())
}

impl Consent {
    /// Reads the header `X-MJN-Consent` of a request by `consumer`.
    pub fn read(
        header: &str,
        consumer: &Did,
        keys: &[VerifyingKey],
        now: Timestamp,
    ) -> Result<Self, DocumentError> {
        let (document, declared) = read(header, consumer, keys, now)?;
        let consent = Self {
            consumer: declared.consumer,
            content: declared.content,
            timestamp: declared.timestamp,
            intended_use: member_text(&document, "intendedUse")?.to_owned(),
            expires: member_time(&document, "expires")?,
            document,
        };
        if consent.expires <= now { Err(DocumentError::Expired) } else { Ok(consent) }
    }
}
