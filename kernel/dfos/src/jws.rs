//! Compact JWS with EdDSA, under the DFOS signature verification profile.
//!
//! Always: all other checks come before the signature check, and the text is read strictly, so that one signed
//! statement has one token. This module does not know what a payload means nor where a key comes from.
//!
//! Rules: DFOS v1 PROTOCOL "Signature Verification Profile"; RFC 7515 section 3.1; RFC 8032 section 5.1.

mod sign;
mod verify;

pub use sign::{sign, signing_input};
pub use verify::{Jws, parse, parse_any, verify_signature};

/// Why a token was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum JwsError {
    #[error("a token has three parts")]
    Parts,
    #[error("the {0} is not canonical unpadded base64url")]
    Base64(&'static str),
    #[error("the header is not a JSON object without repeated members")]
    Header,
    #[error("the algorithm must be EdDSA")]
    Algorithm,
    /// `crit`, `jwk` or `x5c`, which are not allowed.
    #[error("the header member {0} is not allowed")]
    Forbidden(&'static str),
    #[error("the typ is not {expected}")]
    Type { expected: String },
    #[error("the kid is missing")]
    KeyId,
    #[error("the cid is not a text")]
    Cid,
    #[error("a signature has 64 bytes")]
    SignatureLength,
    /// A scalar S that is not below the group's order.
    #[error("the signature's scalar is not canonical")]
    Scalar,
    #[error("the signature does not verify")]
    Signature,
    #[error("the payload: {0}")]
    Payload(#[from] crate::json::JsonError),
}

#[cfg(test)]
mod tests;
