//! Messages signed by nodes: a document within `{from, type: "agent", timestamp, payload}` (docs/api.md, "Registry").
//!
//! Always: the signature covers the document as received, including unknown members.

use imajin_dfos::{Timestamp, VerifyingKey, hex};
use imajin_protocol::Did;
use imajin_protocol::json_signature::{parse_signature, verify_json};
use imajin_protocol::message::{AGE_MS_MAX, AHEAD_MS_MAX};
use serde_json::{Map, Value, json};

use super::config::key;
use super::refusal::{Refusal, conflict, field, unauthorized};
use super::store::Writes;
use crate::version::{Version, VersionError};

/// A document that a node signed. Its signature is not verified until [`Document::verify`].
pub(super) struct Document {
    members: Map<String, Value>,
    signature: [u8; 64],
    pub(super) id: Did,
    pub(super) at_ms: i64,
}

impl Document {
    /// Reads a document; `value` is all of it, with its signature.
    pub(super) fn read(value: &Value) -> Result<Self, Refusal> {
        let Value::Object(members) = value else {
            return Err(field("attestation", "this must be a JSON object"));
        };
        let mut members = members.clone();
        let signature = members.swap_remove("signature");
        let signature = signature.as_ref().and_then(Value::as_str).and_then(parse_signature);
        let signature = signature
            .ok_or_else(|| field("signature", "the signature must be 128 hexadecimal digits"))?;
        let id = text(&members, "nodeId", "nodeId must be the node's DID")?;
        let id = Did::parse(id).map_err(|error| field("nodeId", error.to_string()))?;
        let at_ms = time(members.get("timestamp"))?;
        Ok(Self { members, signature, id, at_ms })
    }

    /// Checks that the document is recent.
    pub(super) fn check_time(&self, now_ms: i64) -> Result<(), Refusal> {
        let age_ms = now_ms - self.at_ms;
        if age_ms > AGE_MS_MAX {
            let message =
                "signed more than five minutes ago: sign it again, and check the node's clock";
            return Err(field("timestamp", message));
        }
        if age_ms < -AHEAD_MS_MAX {
            let message = "dated more than thirty seconds ahead: check the node's clock";
            return Err(field("timestamp", message));
        }
        Ok(())
    }

    pub(super) fn verify(&self, key: &[u8; 32]) -> Result<(), Refusal> {
        let refused = || unauthorized("the signature does not verify with the node's key");
        let key = VerifyingKey::from_bytes(key).map_err(|_| refused())?;
        let member = |name: &str| self.members.get(name).cloned().unwrap_or_default();
        let message = json!({
            "from": member("nodeId"),
            "type": "agent",
            "timestamp": member("timestamp"),
            "payload": self.members,
        });
        verify_json(&key, &message, &self.signature).map(|_| ()).ok_or_else(refused)
    }

    /// Verifies the signature with a node's stored key.
    pub(super) fn verify_stored(&self, public_key: &str) -> Result<(), Refusal> {
        let damaged = || unauthorized("the node's key is damaged; register again");
        self.verify(&key(public_key).ok_or_else(damaged)?)
    }

    /// Takes the document, and remembers that for so many milliseconds. Refuses with the `message` where the same node
    /// sent it, or a newer one of its `kind`, before.
    pub(super) fn take(
        &self,
        tx: &mut dyn Writes,
        (kind, message): (&str, &str),
        (now_ms, remembered_ms): (i64, i64),
    ) -> Result<(), Refusal> {
        let last = format!("{kind} {}", self.id);
        if tx.number(&last)?.is_some_and(|last_ms| last_ms >= self.at_ms) {
            return Err(conflict(message));
        }
        Ok(tx.put_number(&last, self.at_ms, Some(now_ms + remembered_ms))?)
    }

    /// The version of the node's program.
    pub(super) fn version(&self) -> Result<Version, Refusal> {
        let text = self.text("version", "version must be the program's version")?;
        text.parse().map_err(|error: VersionError| field("version", error.to_string()))
    }

    pub(super) fn text(&self, name: &'static str, message: &str) -> Result<&str, Refusal> {
        text(&self.members, name, message)
    }

    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.members.get(name)
    }

    /// A hash: 64 hex digits, with or without `sha256:` before them.
    pub(super) fn build_hash(&self) -> Result<String, Refusal> {
        const FORM: &str = "buildHash must be the SHA-256 of the program: 64 hexadecimal digits";
        let text = self.text("buildHash", FORM)?;
        hash(text).ok_or_else(|| field("buildHash", FORM))
    }
}

/// A SHA-256 in canonical form.
pub(super) fn hash(text: &str) -> Option<String> {
    let digits = text.strip_prefix("sha256:").unwrap_or(text);
    key(digits).map(|bytes| hex::encode(&bytes))
}

fn text<'a>(
    members: &'a Map<String, Value>,
    name: &'static str,
    message: &str,
) -> Result<&'a str, Refusal> {
    members.get(name).and_then(Value::as_str).ok_or_else(|| field(name, message))
}

/// Milliseconds since 1970, or ISO 8601.
fn time(value: Option<&Value>) -> Result<i64, Refusal> {
    let timestamp = match value {
        Some(Value::String(text)) => Timestamp::parse(text).ok(),
        Some(value) => value.as_i64().and_then(|ms| Timestamp::from_millis(ms).ok()),
        None => None,
    };
    let message = "timestamp must be milliseconds since 1970, or ISO 8601 in UTC with milliseconds";
    Ok(timestamp.ok_or_else(|| field("timestamp", message))?.as_millis())
}
