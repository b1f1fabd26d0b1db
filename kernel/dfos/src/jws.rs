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
pub enum JwsError {
    /// The token is not three parts joined by dots.
    #[error("a token has three parts")]
    Parts,
    /// A part that is not canonical unpadded base64url.
    #[error("the {0} is not canonical unpadded base64url")]
    Base64(&'static str),
    /// A header that is not a JSON object, or names a member twice.
    #[error("the header is not a JSON object without repeated members")]
    Header,
    /// An algorithm other than `EdDSA`, spelled exactly so.
    #[error("the algorithm must be EdDSA")]
    Algorithm,
    /// `crit`, `jwk` or `x5c`, which are not allowed.
    #[error("the header member {0} is not allowed")]
    Forbidden(&'static str),
    /// A `typ` other than the caller requires.
    #[error("the typ is not {expected}")]
    Type {
        /// The required `typ`.
        expected: String,
    },
    /// No `kid`, or one that is not a text.
    #[error("the kid is missing")]
    KeyId,
    /// A `cid` that is not a text.
    #[error("the cid is not a text")]
    Cid,
    /// A signature that is not 64 bytes.
    #[error("a signature has 64 bytes")]
    SignatureLength,
    /// A scalar S that is not below the group's order.
    #[error("the signature's scalar is not canonical")]
    Scalar,
    /// A signature that the key did not make.
    #[error("the signature does not verify")]
    Signature,
    /// A payload that is not JSON as DFOS reads it.
    #[error("the payload: {0}")]
    Payload(#[from] crate::json::JsonError),
}

#[cfg(test)]
mod tests;
