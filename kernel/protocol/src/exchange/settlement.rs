//! Settlement instructions: what the sender of a request will pay, and to whom (WIRE.md §1).
//!
//! Always: whole minor units, parts that sum up to the whole, signed by who pays. Nothing is moved here: a service that
//! asks for one has it settled by who settles.

use super::consent::{DocumentError, member_time};
use crate::Did;
use crate::jcs;
use crate::json_signature::{parse_signature, verify_json};
use imajin_dfos::cbor::SAFE_INTEGER_MAX;
use imajin_dfos::{Timestamp, VerifyingKey, base64};
use serde_json::Value;

/// Most parts of a distribution.
pub const PARTS_MAX: usize = 64;

/// What is to be paid.
#[derive(Debug, Clone, PartialEq)]
pub struct Instruction {
    /// Who pays.
    pub consumer: Did,
    /// For what.
    pub content: String,
    /// How much, in minor units.
    pub amount: i64,
    /// ISO 4217, or `MJN`, `MJNX`.
    pub currency: String,
    /// To whom how much of it.
    pub distribution: Vec<(Did, i64)>,
    /// When it was made.
    pub timestamp: Timestamp,
    /// The document as it came.
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
        let document = document(header)?;
        let instruction = Self {
            consumer: member_did(&document, "consumer")?,
            content: member_text(&document, "content")?.to_owned(),
            amount: amount(&document)?,
            currency: currency(&document)?,
            distribution: distribution(&document)?,
            timestamp: member_time(&document, "timestamp")?,
            document,
        };
        if instruction.consumer != *consumer {
            return Err(DocumentError::Consumer);
        }
        let age_ms = now.as_millis() - instruction.timestamp.as_millis();
        if age_ms > super::WINDOW_MS {
            return Err(DocumentError::Expired);
        }
        if age_ms < -super::WINDOW_MS {
            return Err(DocumentError::Future);
        }
        // Each part is at most 2⁵³, and there are few: this cannot overflow.
        if instruction
            .distribution
            .iter()
            .map(|part| part.1)
            .sum::<i64>()
            != instruction.amount
        {
            return Err(DocumentError::Sum);
        }
        signed_by(&instruction.document, keys)?;
        Ok(instruction)
    }
}

/// The JSON object behind base64url, of version 1.
pub(super) fn document(header: &str) -> Result<Value, DocumentError> {
    let form = |error: &dyn std::fmt::Display| DocumentError::Form(error.to_string());
    let bytes = base64::decode_url(header).map_err(|error| form(&error))?;
    let document = jcs::parse_strict(&bytes).map_err(|error| form(&error))?;
    if !document.is_object() {
        return Err(form(&"it is no object"));
    }
    match document.get("version") {
        Some(Value::String(text)) if text == "1" => Ok(document),
        Some(Value::Number(number)) if number.as_i64() == Some(1) => Ok(document),
        _ => Err(DocumentError::Version),
    }
}

/// The signature over JCS of all other members.
pub(super) fn signed_by(document: &Value, keys: &[VerifyingKey]) -> Result<(), DocumentError> {
    let signature = document
        .get("signature")
        .and_then(Value::as_str)
        .and_then(parse_signature);
    let signature =
        signature.ok_or(DocumentError::Member("signature", "128 hexadecimal digits"))?;
    let mut signed = document.clone();
    if let Some(members) = signed.as_object_mut() {
        members.swap_remove("signature");
    }
    match keys
        .iter()
        .any(|key| verify_json(key, &signed, &signature).is_some())
    {
        true => Ok(()),
        false => Err(DocumentError::Signature),
    }
}

pub(super) fn member_text<'a>(
    document: &'a Value,
    name: &'static str,
) -> Result<&'a str, DocumentError> {
    let text = document.get(name).and_then(Value::as_str);
    text.filter(|text| !text.is_empty())
        .ok_or(DocumentError::Member(name, "a text"))
}

pub(super) fn member_did(document: &Value, name: &'static str) -> Result<Did, DocumentError> {
    Did::parse(member_text(document, name)?).map_err(|_| DocumentError::Member(name, "a DID"))
}

fn whole(value: Option<&Value>) -> Option<i64> {
    value
        .and_then(Value::as_i64)
        .filter(|amount| (0..=SAFE_INTEGER_MAX).contains(amount))
}

fn amount(document: &Value) -> Result<i64, DocumentError> {
    whole(document.get("amount")).ok_or(DocumentError::Member(
        "amount",
        "whole minor units, not negative",
    ))
}

fn currency(document: &Value) -> Result<String, DocumentError> {
    let text = member_text(document, "currency")?;
    let is_fine =
        (3..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase());
    is_fine
        .then(|| text.to_owned())
        .ok_or(DocumentError::Member(
            "currency",
            "an ISO 4217 code, MJN or MJNX",
        ))
}

fn distribution(document: &Value) -> Result<Vec<(Did, i64)>, DocumentError> {
    const SHAPE: DocumentError = DocumentError::Member(
        "distribution",
        "1 to 64 of {did, amount, share}, with whole minor units",
    );
    let parts = document.get("distribution").and_then(Value::as_array);
    let parts = parts
        .filter(|parts| (1..=PARTS_MAX).contains(&parts.len()))
        .ok_or(SHAPE)?;
    let part = |part: &Value| {
        let did = Did::parse(part.get("did")?.as_str()?).ok()?;
        Some((did, whole(part.get("amount"))?))
    };
    parts.iter().map(|value| part(value).ok_or(SHAPE)).collect()
}
