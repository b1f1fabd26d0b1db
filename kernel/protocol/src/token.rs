//! Session tokens: JWTs that a node signs (RFC 7519 with EdDSA, RFC 8037), verifiable with the keys that it publishes.
//! Only the node that keeps the session knows whether it has ended.

use crate::compact::{self, CompactError};
use crate::identity::{Scope, Subtype, Tier};
use crate::kid::Kid;
use crate::{Did, jcs};
use ed25519_dalek::Signer;
use imajin_dfos::jws::verify_signature;
use imajin_dfos::{PublicKey, SigningKey, Timestamp, VerifyingKey, base64};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Maximum bytes of a token.
pub const TOKEN_BYTES_MAX: usize = 8 * 1024;
/// Seconds by which `iat` may be in the future: the node's clock may have been set back since it signed.
pub const IAT_AHEAD_SECS_MAX: i64 = 60;

const TYP: &str = "JWT";

/// Claims that [`Claims::extra`] may not repeat.
const OWN_CLAIMS: [&str; 9] =
    ["sub", "iss", "aud", "iat", "exp", "jti", "scope", "subtype", "tier"];

/// The claims of a session token.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Claims {
    /// The signed-in identity.
    pub sub: Did,
    /// The issuing node.
    pub iss: Did,
    /// The audience: the node's DID or, for an app's token, the app's.
    pub aud: String,
    /// The time of issue, in seconds since 1970.
    pub iat: i64,
    /// The time of expiry, in seconds since 1970; the token is no longer valid in that second.
    pub exp: i64,
    /// The session's id.
    pub jti: String,
    /// The kind of person or group that the identity represents.
    pub scope: Scope,
    /// The kind of actor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtype: Option<Subtype>,
    /// The identity's tier on this node.
    pub tier: Tier,
    /// Further claims, e.g. what an app may do.
    #[serde(flatten)]
    pub extra: Map<String, Value>,
}

/// The conditions for accepting a token.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The node that must have signed.
    pub issuer: &'a Did,
    /// The audience that it must name.
    pub audience: &'a str,
    /// The current time.
    pub now: Timestamp,
}

/// Why a token was rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum TokenError {
    #[error("the session token: {0}")]
    Compact(#[from] CompactError),
    #[error("the session token's claims are malformed: {0}")]
    Claims(String),
    #[error("the session token names a key that its issuer does not have")]
    UnknownKey,
    #[error("the session token's signature does not verify")]
    Signature,
    #[error("the session token was issued by another node")]
    Issuer,
    #[error("the session token is meant for another audience")]
    Audience,
    #[error("the session token is not valid yet")]
    Early,
    #[error("the session has expired: log in again")]
    Expired,
}

/// Signs a token. `kid` names the issuer's key.
///
/// # Errors
/// [`TokenError::Claims`] if `extra` repeats a claim.
pub fn sign(key: &SigningKey, kid: &Kid, claims: &Claims) -> Result<String, TokenError> {
    if let Some(name) = OWN_CLAIMS.iter().find(|name| claims.extra.contains_key(**name)) {
        return Err(TokenError::Claims(format!("{name} has a place of its own")));
    }
    let payload =
        serde_json::to_value(claims).map_err(|error| TokenError::Claims(error.to_string()))?;
    let input = compact::signing_input(kid, TYP, jcs::to_string(&payload).as_bytes());
    let signature = key.sign(input.as_bytes()).to_bytes();
    Ok(compact::with_signature(input, &signature))
}

/// Verifies a token. `key_of` finds the key with a `kid`; it is called only for the issuer's.
pub fn verify(
    token: &str,
    key_of: impl FnOnce(&Kid) -> Option<VerifyingKey>,
    expected: &Expected<'_>,
) -> Result<Claims, TokenError> {
    let parts = compact::parse(token, TYP, TOKEN_BYTES_MAX)?;
    if parts.kid.did() != expected.issuer {
        return Err(TokenError::Issuer);
    }
    let key = key_of(&parts.kid).ok_or(TokenError::UnknownKey)?;
    // Uses the input as received: nodes may write other members in other orders.
    let (input, _) = token.rsplit_once('.').ok_or(CompactError::Form)?;
    verify_signature(&key, input.as_bytes(), &parts.signature)
        .map_err(|_| TokenError::Signature)?;
    let payload =
        jcs::parse_strict(&parts.payload).map_err(|error| TokenError::Claims(error.to_string()))?;
    let claims: Claims =
        serde_json::from_value(payload).map_err(|error| TokenError::Claims(error.to_string()))?;
    check(&claims, expected)?;
    Ok(claims)
}

fn check(claims: &Claims, expected: &Expected<'_>) -> Result<(), TokenError> {
    let now = expected.now.as_secs();
    if claims.iss != *expected.issuer {
        return Err(TokenError::Issuer);
    }
    if claims.aud != expected.audience {
        return Err(TokenError::Audience);
    }
    if claims.iat > now.saturating_add(IAT_AHEAD_SECS_MAX) {
        return Err(TokenError::Early);
    }
    // RFC 7519 §4.1.4: rejected "on or after" this time.
    if now >= claims.exp { Err(TokenError::Expired) } else { Ok(()) }
}

/// Returns the node's keys as a JWK set (RFC 7517; the Ed25519 form of RFC 8037 §2).
pub fn jwks<'a>(keys: impl IntoIterator<Item = (&'a Kid, &'a PublicKey)>) -> Value {
    let key = |(kid, key): (&Kid, &PublicKey)| {
        json!({
            "kty": "OKP",
            "crv": "Ed25519",
            "alg": "EdDSA",
            "use": "sig",
            "kid": kid.to_string(),
            "x": base64::encode_url(key.as_bytes()),
        })
    };
    json!({ "keys": keys.into_iter().map(key).collect::<Vec<_>>() })
}

#[cfg(test)]
mod tests;
