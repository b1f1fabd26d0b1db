//! Directives: messages signed by the registry's operators or by a fork. Each is accepted once, and in order.

use imajin_dfos::{Timestamp, VerifyingKey, hex};
use imajin_protocol::SignedMessage;
use serde_json::Value;

use super::Core;
use super::refusal::{Refusal, conflict, field, unauthorized};
use super::store::Writes;

/// A signed message with a valid signature.
pub(super) struct Directive {
    pub(super) message: SignedMessage,
    /// 64 hex digits.
    pub(super) key: String,
    /// Whether the key is one of the registry's.
    pub(super) is_registry: bool,
    pub(super) text: Value,
}

impl Core {
    /// Reads a message of that kind, and verifies its signature.
    pub(super) fn directive(&self, text: &Value, kind: &str) -> Result<Directive, Refusal> {
        let refused = |error: String| field("message", error);
        let message =
            SignedMessage::from_value(text.clone()).map_err(|error| refused(error.to_string()))?;
        if message.kind() != kind {
            return Err(field("type", format!("the message's type must be {kind}")));
        }
        let key = message.from().key_bytes();
        let key =
            key.ok_or_else(|| field("from", "from must be the did:imajin of the key that signs"))?;
        let now = Timestamp::from_millis(self.now_ms()).unwrap_or(Timestamp::MAX);
        let verifying =
            VerifyingKey::from_bytes(&key).map_err(|error| refused(error.to_string()))?;
        message.verify(&verifying, now).map_err(|error| unauthorized(error.to_string()))?;
        let key = hex::encode(&key);
        Ok(Directive { is_registry: self.keys.contains(&key), message, key, text: text.clone() })
    }
}

impl Directive {
    /// Accepts the directive unless the same key signed a newer one that was accepted, so that it cannot be replayed.
    pub(super) fn take(&self, tx: &mut dyn Writes) -> Result<(), Refusal> {
        let name = format!("word {}", self.key);
        let at_ms = self.message.timestamp().as_millis();
        if tx.number(&name)?.is_some_and(|last_ms| last_ms >= at_ms) {
            let message = "this message, or a newer one of the same key, was accepted already";
            return Err(conflict(message));
        }
        Ok(tx.put_number(&name, at_ms, None)?)
    }

    pub(super) fn text(&self, name: &'static str) -> Result<&str, Refusal> {
        let value = self.message.payload().get(name).and_then(Value::as_str);
        value
            .filter(|text| !text.is_empty() && text.len() <= 2_000)
            .ok_or_else(|| field(name, format!("{name} must be a text")))
    }

    pub(super) fn optional(&self, name: &'static str) -> Result<Option<&str>, Refusal> {
        match self.message.payload().get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(_) => self.text(name).map(Some),
        }
    }
}
