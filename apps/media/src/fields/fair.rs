//! The fields of operations about the makers of a file.

use imajin_app::operation::{Field, Invalid, List, Record, Words};
use imajin_app::text_field;
use imajin_dfos::Value;
use imajin_protocol::fair::{MANIFEST_BYTES_MAX, Manifest};
use imajin_protocol::{Did, fair};
use serde_json::{Value as Json, json};

/// Digits of an Ed25519 signature.
const SIGNATURE_DIGITS: usize = 128;

/// The text of a .fair manifest, exactly as it was signed.
#[derive(Debug, Clone)]
pub(crate) struct ManifestText(pub(crate) Manifest);

impl Field for ManifestText {
    fn read(value: &Value) -> Result<Self, Invalid> {
        let text = value.as_str();
        let text = text.ok_or_else(|| Invalid::new("must be the text of a .fair manifest"))?;
        let manifest = Manifest::parse(text);
        manifest
            .map(Self)
            .map_err(|error| Invalid::new(format!("is no .fair manifest: {error}")))
    }

    fn write(&self) -> Option<Value> {
        Some(self.0.text().into())
    }

    fn schema() -> Json {
        json!({ "type": "string", "maxLength": MANIFEST_BYTES_MAX, "contentMediaType": "application/json" })
    }

    fn sample(_: &mut Words) -> Value {
        let document = json!({
            "id": "work", "version": "0.3.0", "type": "photo",
            "contributors": [{ "id": Did::from_key(&[7; 32]), "weight": 1 }],
            "derivesFrom": [], "terms": {}, "signature": null, "platformSignature": null,
        });
        document.to_string().into()
    }
}

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
