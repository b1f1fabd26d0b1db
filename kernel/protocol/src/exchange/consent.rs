//! Consent declarations: who wants to use what, for what, until when; signed by who wants it (WIRE.md §1).
//!
//! Always: one that was read was signed by its consumer and holds now. Whether the use is agreed to is for whose content
//! it is.

use super::document::{DocumentError, member_text, member_time, read};
use crate::Did;
use imajin_dfos::{Timestamp, VerifyingKey};
use serde_json::Value;

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
        let (document, declared) = read(header, consumer, keys, now)?;
        let consent = Self {
            consumer: declared.consumer,
            content: declared.content,
            timestamp: declared.timestamp,
            intended_use: member_text(&document, "intendedUse")?.to_owned(),
            expires: member_time(&document, "expires")?,
            document,
        };
        if consent.expires <= now {
            return Err(DocumentError::Expired);
        }
        Ok(consent)
    }
}
