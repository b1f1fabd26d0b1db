//! Settlement instructions: what the sender of a request will pay, and to whom (docs/api.md, "Signed exchanges").
//!
//! Always: whole minor units, parts that add up to the amount, signed by the payer. This module moves no money: a
//! service that requires a settlement asks the settling service.

use super::document::{DocumentError, member_text, read};
use crate::Did;
use imajin_dfos::cbor::SAFE_INTEGER_MAX;
use imajin_dfos::{Timestamp, VerifyingKey};
use serde_json::Value;

/// Maximum number of parts of a distribution.
pub const PARTS_MAX: usize = 64;

/// A payment instruction.
#[derive(Debug, Clone, PartialEq)]
pub struct Instruction {
    /// The payer.
    pub consumer: Did,
    /// The paid content.
    pub content: String,
    /// The amount in minor units.
    pub amount: i64,
    /// The currency: a code of ISO 4217, or `MJN`, `MJNX`.
    pub currency: String,
    /// The recipients, with their parts in minor units.
    pub distribution: Vec<(Did, i64)>,
    /// The time of the instruction, by the payer's clock.
    pub timestamp: Timestamp,
    /// The document as received.
    pub document: Value,
}

impl Instruction {
    /// Reads the header `X-MJN-Settlement` of a request by `consumer`.
    pub fn read(
        header: &str,
        consumer: &Did,
        keys: &[VerifyingKey],
        now: Timestamp,
    ) -> Result<Self, DocumentError> {
        let (document, declared) = read(header, consumer, keys, now)?;
        let instruction = Self {
            consumer: declared.consumer,
            content: declared.content,
            timestamp: declared.timestamp,
            amount: amount(&document)?,
            currency: currency(&document)?,
            distribution: distribution(&document)?,
            document,
        };
        if now.as_millis() - instruction.timestamp.as_millis() > super::WINDOW_MS {
            return Err(DocumentError::Expired);
        }
        // Each part is at most 2⁵³, and there are few: this cannot overflow.
        if instruction.distribution.iter().map(|part| part.1).sum::<i64>() != instruction.amount {
            return Err(DocumentError::Sum);
        }
        Ok(instruction)
    }
}

fn whole(value: Option<&Value>) -> Option<i64> {
    value.and_then(Value::as_i64).filter(|amount| (0..=SAFE_INTEGER_MAX).contains(amount))
}

fn amount(document: &Value) -> Result<i64, DocumentError> {
    whole(document.get("amount"))
        .ok_or(DocumentError::Member("amount", "whole minor units, not negative"))
}

fn currency(document: &Value) -> Result<String, DocumentError> {
    let text = member_text(document, "currency")?;
    let is_fine =
        (3..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase());
    is_fine
        .then(|| text.to_owned())
        .ok_or(DocumentError::Member("currency", "an ISO 4217 code, MJN or MJNX"))
}

fn distribution(document: &Value) -> Result<Vec<(Did, i64)>, DocumentError> {
    const SHAPE: DocumentError = DocumentError::Member(
        "distribution",
        "1 to 64 of {did, amount, share}, with whole minor units",
    );
    let parts = document.get("distribution").and_then(Value::as_array);
    let parts = parts.filter(|parts| (1..=PARTS_MAX).contains(&parts.len())).ok_or(SHAPE)?;
    let part = |part: &Value| {
        let did = Did::parse(part.get("did")?.as_str()?).ok()?;
        Some((did, whole(part.get("amount"))?))
    };
    parts.iter().map(|value| part(value).ok_or(SHAPE)).collect()
}
