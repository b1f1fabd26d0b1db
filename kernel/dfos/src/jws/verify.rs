//! Reads and verifies tokens.

use std::sync::LazyLock;

use curve25519_dalek::constants::EIGHT_TORSION;
use ed25519_dalek::{Signature, Verifier, VerifyingKey};

use super::JwsError;
use crate::{Value, base64, json};

/// The order of the group, L = 2^252 + 27742317777372353535851937790883648493, little-endian (RFC 8032).
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
    0x14, //
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// The points of small order, encoded.
static SMALL_ORDER: LazyLock<[[u8; 32]; 8]> =
    LazyLock::new(|| EIGHT_TORSION.map(|point| point.compress().to_bytes()));

/// Header members that would let a token choose its own key or rules.
const FORBIDDEN: [&str; 3] = ["crit", "jwk", "x5c"];

/// A token that passed every check except that of the signature: nothing in it can be trusted yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jws<'a> {
    signing_input: &'a str,
    header: Value,
    payload: Vec<u8>,
    signature: [u8; 64],
}

/// Reads a token whose `typ` must be `typ`.
pub fn parse<'a>(token: &'a str, typ: &str) -> Result<Jws<'a>, JwsError> {
    read(token, Some(typ))
}

/// Reads a token of any `typ`, for callers that sort tokens by it. A verifier of one kind uses [`parse`].
pub fn parse_any(token: &str) -> Result<Jws<'_>, JwsError> {
    read(token, None)
}

fn read<'a>(token: &'a str, typ: Option<&str>) -> Result<Jws<'a>, JwsError> {
    let (signing_input, signature) = token.rsplit_once('.').ok_or(JwsError::Parts)?;
    let (header, payload) = signing_input.split_once('.').ok_or(JwsError::Parts)?;
    if payload.contains('.') {
        return Err(JwsError::Parts);
    }
    let decode = |part, name| base64::decode_url(part).map_err(|_| JwsError::Base64(name));

    let header = json::parse(&decode(header, "header")?).map_err(|_| JwsError::Header)?;
    check_header(&header, typ)?;

    let signature = decode(signature, "signature")?;
    let signature = signature.try_into().map_err(|_| JwsError::SignatureLength)?;
    check_scalar(&signature)?;

    Ok(Jws { signing_input, header, payload: decode(payload, "payload")?, signature })
}

fn check_header(header: &Value, typ: Option<&str>) -> Result<(), JwsError> {
    let members = header.as_map().ok_or(JwsError::Header)?;
    let text = |name| members.get(name).and_then(Value::as_str);
    if text("alg") != Some("EdDSA") {
        return Err(JwsError::Algorithm);
    }
    for name in FORBIDDEN {
        // Its presence is refused, whatever the value.
        if members.contains_key(name) {
            return Err(JwsError::Forbidden(name));
        }
    }
    if let Some(expected) = typ.filter(|typ| text("typ") != Some(typ)) {
        return Err(JwsError::Type { expected: expected.to_owned() });
    }
    if text("kid").is_none_or(str::is_empty) {
        return Err(JwsError::KeyId);
    }
    if members.contains_key("cid") && text("cid").is_none() { Err(JwsError::Cid) } else { Ok(()) }
}

impl<'a> Jws<'a> {
    /// The header, with unknown members.
    pub fn header(&self) -> &Value {
        &self.header
    }

    /// The `typ`, empty if there is none.
    pub fn typ(&self) -> &str {
        self.header.get_str("typ").unwrap_or_default()
    }

    /// The `kid`, never empty.
    pub fn kid(&self) -> &str {
        self.header.get_str("kid").unwrap_or_default()
    }

    /// The `cid`, if there is one.
    pub fn cid(&self) -> Option<&str> {
        self.header.get_str("cid")
    }

    /// The payload as it was signed.
    pub fn payload(&self) -> &[u8] {
        &self.payload
    }

    /// The payload as a value, by the rules of [`crate::json::parse`].
    pub fn payload_value(&self) -> Result<Value, JwsError> {
        Ok(json::parse(&self.payload)?)
    }

    /// The signed bytes.
    pub fn signing_input(&self) -> &'a str {
        self.signing_input
    }

    /// The signature.
    pub fn signature(&self) -> &[u8; 64] {
        &self.signature
    }

    /// Checks that `key` signed this.
    pub fn verify(&self, key: &VerifyingKey) -> Result<(), JwsError> {
        verify_signature(key, self.signing_input.as_bytes(), &self.signature)
    }
}

/// Checks that `key` made `signature` over `signing_input`, for callers that rebuilt the input themselves.
///
/// Strict, exactly like [`VerifyingKey::verify_strict`]: the scalar is canonical, and neither key nor nonce is a point
/// of small order. That method decompresses the nonce to find its order, a seventh of its time; but a nonce that
/// verifies is byte for byte the only encoding of its point, so that its bytes are enough.
pub fn verify_signature(
    key: &VerifyingKey,
    signing_input: &[u8],
    signature: &[u8; 64],
) -> Result<(), JwsError> {
    check_scalar(signature)?;
    if key.is_weak() || SMALL_ORDER.iter().any(|nonce| *nonce == signature[..32]) {
        return Err(JwsError::Signature);
    }
    key.verify(signing_input, &Signature::from_bytes(signature)).map_err(|_| JwsError::Signature)
}

/// S < L (DFOS v1, "Signature Verification Profile"), checked here rather than left to a library's default.
fn check_scalar(signature: &[u8; 64]) -> Result<(), JwsError> {
    // The first differing byte decides, from the most significant one down.
    if signature[32..].iter().rev().lt(ORDER.iter().rev()) { Ok(()) } else { Err(JwsError::Scalar) }
}
