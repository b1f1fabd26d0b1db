//! Signs tokens. Ed25519 is deterministic: the same statement and key give the same token.

use ed25519_dalek::{Signer, SigningKey};

use crate::{base64, json};

/// The signed bytes: both parts as base64url, joined by a dot.
///
/// The header has the given members in the given order, without spaces. Callers that store only some members of a token
/// rebuild it with this, byte for byte.
pub fn signing_input(header: &[(&str, &str)], payload: &[u8]) -> String {
    let mut text = String::from("{");
    for (at, (name, value)) in header.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        json::write_string(name, &mut text);
        text.push(':');
        json::write_string(value, &mut text);
    }
    text.push('}');
    let mut input = base64::encode_url(text.as_bytes());
    input.push('.');
    input.push_str(&base64::encode_url(payload));
    input
}

/// A token over `payload`, whose header is `alg` and then the given members in their order.
///
/// The caller chooses the members (`typ`, `kid`, `cid`); `alg` is always `EdDSA` and comes first.
pub fn sign(members: &[(&str, &str)], payload: &[u8], key: &SigningKey) -> String {
    let mut header = vec![("alg", "EdDSA")];
    header.extend(members.iter().filter(|(name, _)| *name != "alg"));
    let mut token = signing_input(&header, payload);
    let signature = key.sign(token.as_bytes());
    token.push('.');
    token.push_str(&base64::encode_url(&signature.to_bytes()));
    token
}
