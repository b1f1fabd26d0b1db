//! The common parts of consents and settlements: a JSON object in a header, of version 1, signed by its consumer, about
//! some content, not dated in the future.

use crate::Did;
use crate::jcs;
use crate::json_signature::{parse_signature, verify_json};
use imajin_dfos::{Timestamp, VerifyingKey, base64};
use serde_json::Value;

/// Why a consent or a settlement was rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum DocumentError {
    #[error("it must be the unpadded base64url of a JSON object: {0}")]
    Form(String),
    #[error("{0} must be {1}")]
    Member(&'static str, &'static str),
    #[error("its version is unknown: this node reads version 1")]
    Version,
    #[error("consumer must be the sender of the request")]
    Consumer,
    #[error("it has expired")]
    Expired,
    #[error("it is dated in the future: check this device's clock")]
    Future,
    #[error("the amounts of distribution must add up to amount")]
    Sum,
    #[error("its signature does not verify with a key of the consumer")]
    Signature,
}

/// The members that every such document has.
pub(super) struct Declared {
    pub(super) consumer: Did,
    pub(super) content: String,
    pub(super) timestamp: Timestamp,
}

/// Returns the consumer that a consent or a settlement names; its signature is not checked.
pub fn consumer(header: &str) -> Result<Did, DocumentError> {
    let document = object(header)?;
    let consumer = Did::parse(member_text(&document, "consumer")?);
    consumer.map_err(|_| DocumentError::Member("consumer", "a DID"))
}

/// Reads the header of a request by `consumer`.
pub(super) fn read(
    header: &str,
    consumer: &Did,
    keys: &[VerifyingKey],
    now: Timestamp,
) -> Result<(Value, Declared), DocumentError> {
    let document = object(header)?;
    let by = Did::parse(member_text(&document, "consumer")?);
    let declared = Declared {
        consumer: by.map_err(|_| DocumentError::Member("consumer", "a DID"))?,
        content: member_text(&document, "content")?.to_owned(),
        timestamp: member_time(&document, "timestamp")?,
    };
    if declared.consumer != *consumer {
        return Err(DocumentError::Consumer);
    }
    if declared.timestamp.as_millis() > now.as_millis() + super::WINDOW_MS {
        return Err(DocumentError::Future);
    }
    signed_by(&document, keys)?;
    Ok((document, declared))
}

/// Reads the JSON object in base64url, of version 1.
pub(super) fn object(header: &str) -> Result<Value, DocumentError> {
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

/// Checks the signature over the JCS of all other members.
fn signed_by(document: &Value, keys: &[VerifyingKey]) -> Result<(), DocumentError> {
    let signature = document.get("signature").and_then(Value::as_str).and_then(parse_signature);
    let signature =
        signature.ok_or(DocumentError::Member("signature", "128 hexadecimal digits"))?;
    let mut signed = document.clone();
    if let Some(members) = signed.as_object_mut() {
        members.swap_remove("signature");
    }
    let is_theirs = |key| verify_json(key, &signed, &signature).is_some();
    if keys.iter().any(is_theirs) { Ok(()) } else { Err(DocumentError::Signature) }
}

pub(super) fn member_text<'a>(
    document: &'a Value,
    name: &'static str,
) -> Result<&'a str, DocumentError> {
    let text = document.get(name).and_then(Value::as_str);
    text.filter(|text| !text.is_empty()).ok_or(DocumentError::Member(name, "a text"))
}

/// Reads a time as ISO 8601, or in milliseconds since 1970.
pub(super) fn member_time(
    document: &Value,
    name: &'static str,
) -> Result<Timestamp, DocumentError> {
    let read = match document.get(name) {
        Some(Value::String(text)) => Timestamp::parse(text).ok(),
        Some(other) => other.as_i64().and_then(|millis| Timestamp::from_millis(millis).ok()),
        None => None,
    };
    read.ok_or(DocumentError::Member(name, "a time"))
}
