//! The word of those who run the registry, or of a fork: signed messages that are taken once, and in their order.

use imajin_dfos::{Timestamp, VerifyingKey, hex};
use imajin_protocol::{Did, SignedMessage};
use serde_json::Value;

use super::Core;
use super::message::key;
use super::refusal::{Refusal, field, forbidden, unauthorized};
use super::store::Writes;

/// A message whose signature was checked.
pub(super) struct Word {
    pub(super) message: SignedMessage,
    /// 64 hex digits.
    pub(super) key: String,
    /// Whether the key is one of the registry's.
    pub(super) is_registry: bool,
    pub(super) text: Value,
}

impl Core {
    /// Reads a message of that kind and checks its signature.
    pub(super) fn word(&self, text: &Value, kind: &str) -> Result<Word, Refusal> {
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
        message
            .verify(&verifying, now)
            .map_err(|error| unauthorized(error.to_string()))?;
        let key = hex::encode(&key);
        Ok(Word {
            is_registry: self.keys.contains(&key),
            message,
            key,
            text: text.clone(),
        })
    }

    /// The same, of one of the registry's keys.
    pub(super) fn registry_word(&self, text: &Value, kind: &str) -> Result<Word, Refusal> {
        let word = self.word(text, kind)?;
        match word.is_registry {
            true => Ok(word),
            false => Err(forbidden(
                "not-the-registry",
                "only a key of this registry may say that",
            )),
        }
    }
}

impl Word {
    /// Takes it, if nothing newer of that key was taken: what was said once cannot be said again by somebody else.
    pub(super) fn take(&self, tx: &mut dyn Writes) -> Result<(), Refusal> {
        let name = format!("word {}", self.key);
        let at_ms = self.message.timestamp().as_millis();
        if tx.number(&name)?.is_some_and(|last_ms| last_ms >= at_ms) {
            let message = "this message, or a newer one of the same key, was taken already";
            return Err(Refusal::Conflict(message.to_owned()));
        }
        Ok(tx.put_number(&name, at_ms, None)?)
    }

    pub(super) fn text(&self, name: &'static str) -> Result<&str, Refusal> {
        let found = self.message.payload().get(name).and_then(Value::as_str);
        found
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

/// The keys of a configuration, each of which must be one.
pub(super) fn keys(texts: &[String]) -> Result<Vec<String>, String> {
    let one = |text: &String| {
        let bytes =
            key(text).ok_or_else(|| format!("{text} is no public key: 64 hexadecimal digits"))?;
        VerifyingKey::from_bytes(&bytes).map_err(|error| format!("{text}: {error}"))?;
        Ok(hex::encode(&bytes))
    };
    texts.iter().map(one).collect()
}

/// The DID of a node in a message of the registry.
pub(super) fn node_id(word: &Word) -> Result<Did, Refusal> {
    Did::parse(word.text("nodeId")?).map_err(|error| field("nodeId", error.to_string()))
}
