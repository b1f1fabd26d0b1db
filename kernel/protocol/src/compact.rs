//! The two compact JWS of this project (RFC 7515 §7.1): proofs and heads. The header is exactly
//! `{"alg":"EdDSA","kid":"<did>#<key id>","typ":"<typ>"}`, base64url canonical and unpadded: one statement has one
//! token. The caller defines the payload.

use crate::kid::{Kid, KidError};
use imajin_dfos::base64;
use std::fmt::Write;

/// Why a text is not such a token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum CompactError {
    #[error("the token is longer than {0} bytes")]
    TooLong(usize),
    #[error("a compact JWS is three parts of unpadded base64url, joined by dots")]
    Form,
    #[error(
        "the header must be exactly {{\"alg\":\"EdDSA\",\"kid\":\"<did>#<key id>\",\"typ\":\"{0}\"}}"
    )]
    Header(&'static str),
    #[error(transparent)]
    Kid(#[from] KidError),
    #[error("the signature must be 64 bytes")]
    Signature,
}

const HEADER_START: &str = "{\"alg\":\"EdDSA\",\"kid\":\"";

pub(crate) struct Parts {
    pub(crate) kid: Kid,
    pub(crate) payload: Vec<u8>,
    pub(crate) signature: [u8; 64],
}

pub(crate) fn parse(
    token: &str,
    typ: &'static str,
    bytes_max: usize,
) -> Result<Parts, CompactError> {
    if token.len() > bytes_max {
        return Err(CompactError::TooLong(bytes_max));
    }
    let mut parts = token.split('.');
    let (Some(header), Some(payload), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(CompactError::Form);
    };
    let decode = |part| base64::decode_url(part).map_err(|_| CompactError::Form);
    let kid = header_kid(&decode(header)?, typ)?;
    let signature = decode(signature)?.try_into().map_err(|_| CompactError::Signature)?;
    Ok(Parts { kid, payload: decode(payload)?, signature })
}

fn header_kid(header: &[u8], typ: &'static str) -> Result<Kid, CompactError> {
    let kid = std::str::from_utf8(header)
        .ok()
        .and_then(|header| header.strip_prefix(HEADER_START))
        .and_then(|rest| rest.strip_suffix("\"}"))
        .and_then(|rest| rest.strip_suffix(typ))
        .and_then(|rest| rest.strip_suffix("\",\"typ\":\""))
        .ok_or(CompactError::Header(typ))?;
    // A kid has no character that JSON escapes, and only one form is accepted.
    Ok(Kid::parse(kid)?)
}

/// Returns the signed bytes: `base64url(header).base64url(payload)`.
pub(crate) fn signing_input(kid: &Kid, typ: &str, payload: &[u8]) -> String {
    let mut header = String::with_capacity(192);
    // Writing into a String cannot fail.
    let _ = write!(header, "{HEADER_START}{kid}\",\"typ\":\"{typ}\"}}");
    // Reserves space for the signature.
    let mut input = String::with_capacity((header.len() + payload.len()) * 4 / 3 + 2 + 1 + 87);
    base64::push_url(&mut input, header.as_bytes());
    input.push('.');
    base64::push_url(&mut input, payload);
    input
}

/// Returns the token, from its signing input and its signature.
pub(crate) fn with_signature(mut signing_input: String, signature: &[u8; 64]) -> String {
    signing_input.push('.');
    base64::push_url(&mut signing_input, signature);
    signing_input
}
