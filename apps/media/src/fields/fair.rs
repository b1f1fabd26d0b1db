//! The fields of operations about the makers of a file.

use imajin_app::operation::{List, Record};
use imajin_app::text_field;
use imajin_protocol::{Did, fair};
use serde_json::{Value as Json, json};

/// Digits of an Ed25519 signature.
const SIGNATURE_DIGITS: usize = 128;

/// An Ed25519 signature, in 128 of 0-9 a-f.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signature(String);

impl Signature {
    fn parse(text: &str) -> Option<Self> {
        let is_hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        let is_signature = text.len() == SIGNATURE_DIGITS && text.bytes().all(is_hex);
        is_signature.then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

text_field!(
    Signature,
    "must be an Ed25519 signature: 128 of 0-9 a-f",
    json!({ "type": "string", "pattern": "^[0-9a-f]{128}$" }),
    |_| "0".repeat(SIGNATURE_DIGITS)
);

/// Somebody's signature next to a manifest.
#[derive(Debug, Clone, PartialEq, Eq, Record)]
pub(crate) struct AgreedBy {
    /// Whose.
    pub(crate) did: Did,
    /// Over the same bytes as the manifest's own.
    pub(crate) signature: Signature,
}

/// The signatures next to a manifest.
pub(crate) type AgreedList = List<AgreedBy, 1, { fair::AGREED_MAX }>;

/// These signatures as a .fair has them.
pub(crate) fn agreed_json<'a>(all: impl IntoIterator<Item = (&'a str, &'a str)>) -> Json {
    let agreement = |(did, signature)| json!({ "did": did, "signature": signature });
    all.into_iter().map(agreement).collect()
}
