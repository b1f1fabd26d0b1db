//! The fields of operations about the makers of a file.

use imajin_app::operation::{List, Record};
use imajin_app::text_type;
use imajin_protocol::{Did, fair};
use serde_json::{Value as Json, json};

use crate::ids::is_lower_hex;

/// Digits of an Ed25519 signature.
const SIGNATURE_DIGITS: usize = 128;

text_type!(
    /// An Ed25519 signature, in 128 of 0-9 a-f.
    Signature,
    |text| text.len() == SIGNATURE_DIGITS && is_lower_hex(text),
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
