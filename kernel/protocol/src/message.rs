//! Signed messages: `{from,type,timestamp,payload,signature}`, with the signature over the canonical JSON of everything
//! else. Verifies the document as received, including unknown members.

use crate::jcs::{self, CanonicalForm, ParseError};
use crate::json_signature::{parse_signature, sign_json, verify_json};
use crate::{Did, DidError};
use imajin_dfos::{SigningKey, Timestamp, VerifyingKey, hex};
use serde_json::{Map, Value};

/// Age of a message at most, in milliseconds: five minutes.
pub const AGE_MS_MAX: i64 = 5 * 60 * 1000;
/// Maximum lead of a sender's clock, in milliseconds: thirty seconds.
pub const AHEAD_MS_MAX: i64 = 30 * 1000;

/// A message and its signature. Parsing does not verify the sender: see [`SignedMessage::verify`].
#[derive(Debug, Clone, PartialEq)]
pub struct SignedMessage {
    from: Did,
    timestamp: Timestamp,
    /// All members except `signature`, as received: `from` may be in a form that is not canonical.
    signed: Map<String, Value>,
    signature: [u8; 64],
}

/// Why a document is not a signed message, or was rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum MessageError {
    #[error(transparent)]
    Json(#[from] ParseError),
    #[error("a signed message needs {0:?} ({1})")]
    Member(&'static str, &'static str),
    #[error("the message's sender: {0}")]
    From(#[from] DidError),
    #[error("the message is older than five minutes: sign it again, and check this device's clock")]
    Old,
    #[error("the message is dated more than thirty seconds ahead: check this device's clock")]
    Ahead,
    #[error("the message's signature does not verify with the sender's key")]
    Signature,
}

impl SignedMessage {
    /// Parses a message from JSON text.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        Self::from_value(jcs::parse_strict(bytes)?)
    }

    /// Parses a message from JSON that [`jcs::parse_strict`] returned.
    pub fn from_value(value: Value) -> Result<Self, MessageError> {
        let Value::Object(mut signed) = value else {
            return Err(MessageError::Member("from", "in a JSON object"));
        };
        if signed.contains_key("subject_did") {
            // An attestation also has a payload and a type.
            return Err(MessageError::Member("subject_did", "left out of a message"));
        }
        let signature = signed
            // The order of members does not matter here: the canonical form has its own.
            .swap_remove("signature")
            .and_then(|value| parse_signature(value.as_str()?))
            .ok_or(MessageError::Member("signature", "128 hexadecimal digits"))?;
        let from = signed
            .get("from")
            .and_then(Value::as_str)
            .ok_or(MessageError::Member("from", "a DID"))?;
        let from = Did::parse(from)?;
        if !signed.get("type").is_some_and(Value::is_string) {
            return Err(MessageError::Member("type", "a text"));
        }
        let timestamp = signed
            .get("timestamp")
            .and_then(Value::as_i64)
            .and_then(|millis| Timestamp::from_millis(millis).ok())
            .ok_or(MessageError::Member("timestamp", "milliseconds since 1970"))?;
        if !signed.contains_key("payload") {
            return Err(MessageError::Member("payload", "any JSON value"));
        }
        Ok(Self { from, timestamp, signed, signature })
    }

    /// Makes and signs a message.
    pub fn sign(
        key: &SigningKey,
        from: Did,
        kind: &str,
        timestamp: Timestamp,
        payload: Value,
    ) -> Self {
        let mut signed = Map::new();
        signed.insert("from".into(), Value::from(from.as_str()));
        signed.insert("type".into(), Value::from(kind));
        signed.insert("timestamp".into(), Value::from(timestamp.as_millis()));
        signed.insert("payload".into(), payload);
        let signature = sign_json(key, &Value::Object(signed.clone()));
        Self { from, timestamp, signed, signature }
    }

    /// Checks age and signature; returns the canonical form that was signed. The caller has found out that `key` is the
    /// sender's.
    pub fn verify(
        &self,
        key: &VerifyingKey,
        now: Timestamp,
    ) -> Result<CanonicalForm, MessageError> {
        let age_ms = now.as_millis() - self.timestamp.as_millis();
        if age_ms > AGE_MS_MAX {
            return Err(MessageError::Old);
        }
        if age_ms < -AHEAD_MS_MAX { Err(MessageError::Ahead) } else { self.verify_signature(key) }
    }

    /// Checks only the signature, of a message that stays valid after its sending: a release.
    pub fn verify_signature(&self, key: &VerifyingKey) -> Result<CanonicalForm, MessageError> {
        let document = Value::Object(self.signed.clone());
        verify_json(key, &document, &self.signature).ok_or(MessageError::Signature)
    }

    /// Returns the claimed sender, in canonical form.
    pub fn from(&self) -> &Did {
        &self.from
    }

    /// Returns the type of the message.
    pub fn kind(&self) -> &str {
        self.signed.get("type").and_then(Value::as_str).unwrap_or_default()
    }

    /// Returns the time of signing, by the sender's clock.
    pub fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// Returns the content.
    pub fn payload(&self) -> &Value {
        self.signed.get("payload").unwrap_or(&Value::Null)
    }

    /// Returns the signature.
    pub fn signature(&self) -> &[u8; 64] {
        &self.signature
    }

    /// Returns the message as JSON.
    pub fn to_value(&self) -> Value {
        let mut members = self.signed.clone();
        members.insert("signature".into(), Value::from(hex::encode(&self.signature)));
        Value::Object(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jcs::tests::any_json;
    use ed25519_dalek::Signer;
    use proptest::prelude::*;
    use serde_json::json;

    const NOW: i64 = 1_790_000_000_000;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millis(millis).unwrap()
    }

    fn key() -> SigningKey {
        SigningKey::from_bytes(&[1; 32])
    }

    fn did() -> Did {
        Did::from_key(key().verifying_key().as_bytes())
    }

    #[test]
    fn window() {
        let message = SignedMessage::sign(&key(), did(), "chat", at(NOW), json!({"text": "hi"}));
        let verify = |now: i64| message.verify(&key().verifying_key(), at(now));
        for now in [NOW, NOW + AGE_MS_MAX, NOW - AHEAD_MS_MAX] {
            assert_eq!(verify(now), Ok(CanonicalForm::Jcs));
        }
        assert_eq!(verify(NOW + AGE_MS_MAX + 1), Err(MessageError::Old));
        assert_eq!(verify(NOW - AHEAD_MS_MAX - 1), Err(MessageError::Ahead));
        let other = SigningKey::from_bytes(&[2; 32]);
        assert_eq!(message.verify(&other.verifying_key(), at(NOW)), Err(MessageError::Signature));
    }

    #[test]
    fn a_message_signed_in_locale_order() {
        let text = format!(
            "{{\"from\":\"{}\",\"payload\":{{\"b_c\":1,\"bC\":2}},\"timestamp\":{NOW},\"type\":\"x\"}}",
            did()
        );
        let mut value: Value = serde_json::from_str(&text).unwrap();
        value["signature"] = json!(hex::encode(&key().sign(text.as_bytes()).to_bytes()));
        let message = SignedMessage::from_value(value).unwrap();
        assert_eq!(message.verify(&key().verifying_key(), at(NOW)), Ok(CanonicalForm::IcuEnUs));
    }

    #[test]
    fn unknown_members_are_signed_and_another_form_of_the_did_is_read() {
        let multikey = imajin_dfos::PublicKey::from(&key()).to_multikey();
        let document = json!({"from": format!("did:mjn:{multikey}"), "type": "x", "timestamp": NOW, "payload": null, "more": 1});
        let mut value = document.clone();
        value["signature"] = json!(hex::encode(&sign_json(&key(), &document)));
        let message = SignedMessage::from_value(value.clone()).unwrap();
        assert_eq!(message.from(), &did());
        assert!(message.verify(&key().verifying_key(), at(NOW)).is_ok());
        value["more"] = json!(2);
        let changed = SignedMessage::from_value(value).unwrap();
        assert_eq!(changed.verify(&key().verifying_key(), at(NOW)), Err(MessageError::Signature));
    }

    #[test]
    fn refused() {
        let good = SignedMessage::sign(&key(), did(), "x", at(NOW), json!(1)).to_value();
        for (member, value) in [
            ("from", json!(1)),
            ("type", json!(null)),
            ("timestamp", json!("2026-01-01")),
            ("timestamp", json!(1.5)),
            ("timestamp", json!(1e300)),
            ("signature", json!("00")),
            ("signature", json!("zz".repeat(64))),
        ] {
            let mut bad = good.clone();
            bad[member] = value;
            assert!(
                matches!(SignedMessage::from_value(bad), Err(MessageError::Member(name, _)) if name == member)
            );
        }
        for member in ["from", "type", "timestamp", "payload", "signature"] {
            let mut bad = good.clone();
            bad.as_object_mut().unwrap().remove(member);
            assert!(
                matches!(SignedMessage::from_value(bad), Err(MessageError::Member(name, _)) if name == member)
            );
        }
        let mut bad = good;
        bad["from"] = json!("did:web:x");
        assert_eq!(SignedMessage::from_value(bad), Err(MessageError::From(DidError::Method)));
        assert!(SignedMessage::from_value(json!([])).is_err());
        let twice = br#"{"from":"a","from":"b"}"#;
        assert!(matches!(
            SignedMessage::parse(twice),
            Err(MessageError::Json(ParseError::DuplicateKey { .. }))
        ));
    }

    proptest! {
        #[test]
        fn round_trip(payload in any_json(), kind in "\\PC{0,12}") {
            let message = SignedMessage::sign(&key(), did(), &kind, at(NOW), payload);
            let text = jcs::to_string(&message.to_value());
            let read = SignedMessage::parse(text.as_bytes()).unwrap();
            prop_assert_eq!(read.kind(), &kind);
            prop_assert_eq!(read.verify(&key().verifying_key(), at(NOW)), Ok(CanonicalForm::Jcs));
        }
    }
}
