//! Auth tokens: short-lived JWTs that identify a client to a relay.
//!
//! Always: made for one audience, by a key in force. A token proves an identity, not its permissions.
//!
//! Rules: DFOS v1 CREDENTIALS "Auth Token".

use ed25519_dalek::SigningKey;

use crate::jws::{self, JwsError};
use crate::resolve::{KeyScope, Verifier};
use crate::statement::{Result, StatementError, members};
use crate::{Did, Value, json};

/// The `typ` of auth tokens.
pub const TYP: &str = "JWT";
/// Seconds for which a token may be valid, unless the relay sets another limit.
pub const LIFETIME_SECS_MAX: i64 = 86_400;

/// The claims of an auth token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claims {
    /// The client's identity.
    pub issuer: Did,
    /// The relay's DID.
    pub audience: String,
    /// When it becomes valid, in seconds since 1970.
    pub issued_at_secs: i64,
    /// When it stops being valid, in seconds since 1970.
    pub expires_at_secs: i64,
}

/// A relay's requirements for a token.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The relay's own DID.
    pub audience: &'a str,
    /// The current time, in seconds since 1970.
    pub now_secs: i64,
    /// The longest accepted validity in seconds; `None` for any.
    pub lifetime_secs_max: Option<i64>,
}

/// Why an auth token was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum AuthError {
    #[error(transparent)]
    Statement(#[from] StatementError),
    #[error("the token is for another audience")]
    Audience,
    /// The token was used before `iat`.
    #[error("the token is not valid yet")]
    NotYet,
    /// The token was used at or after `exp`.
    #[error("the token has expired")]
    Expired,
    #[error("the token is valid for longer than {0} seconds")]
    Lifetime(i64),
}

impl Claims {
    /// Parses the claims of a token.
    pub fn from_value(payload: &Value) -> Result<Self> {
        let issuer = members::did(payload, "iss")?;
        if members::text(payload, "sub")? != issuer.as_str() {
            return Err(StatementError::Schema("sub"));
        }
        Ok(Self {
            issuer,
            audience: members::text(payload, "aud")?.to_owned(),
            issued_at_secs: members::seconds(payload, "iat")?,
            expires_at_secs: members::seconds(payload, "exp")?,
        })
    }

    /// The claims to sign.
    pub fn to_value(&self) -> Value {
        Value::map([
            ("iss", Value::from(self.issuer.as_str())),
            ("sub", Value::from(self.issuer.as_str())),
            ("aud", Value::from(self.audience.as_str())),
            ("exp", Value::Int(self.expires_at_secs)),
            ("iat", Value::Int(self.issued_at_secs)),
        ])
    }
}

/// Verifies a token with the issuer's keys in force.
pub fn verify(
    token: &str,
    expected: &Expected<'_>,
    verifier: &Verifier<'_>,
) -> Result<Claims, AuthError> {
    let jws = jws::parse(token, TYP).map_err(StatementError::from)?;
    let payload = jws.payload_value().map_err(StatementError::from)?;
    let claims = Claims::from_value(&payload)?;
    let (did, key_id) = jws.kid().split_once('#').ok_or(StatementError::KeyId)?;
    if did != claims.issuer.as_str() {
        return Err(StatementError::KeyId.into());
    }
    if claims.audience != expected.audience {
        return Err(AuthError::Audience);
    }
    if claims.issued_at_secs > expected.now_secs {
        return Err(AuthError::NotYet);
    }
    if claims.expires_at_secs <= expected.now_secs {
        return Err(AuthError::Expired);
    }
    let lifetime_secs = claims.expires_at_secs.saturating_sub(claims.issued_at_secs);
    if let Some(max) = expected.lifetime_secs_max
        && lifetime_secs > max
    {
        return Err(AuthError::Lifetime(max));
    }
    verifier.check_signature(&jws, &claims.issuer, key_id, KeyScope::Current)?;
    Ok(claims)
}

/// Signs a token with a key of its issuer.
pub fn sign(claims: &Claims, key_id: &str, key: &SigningKey) -> Result<String> {
    let payload = claims.to_value();
    Claims::from_value(&payload)?;
    let text = json::to_jcs(&payload).map_err(JwsError::Payload)?;
    let kid = claims.issuer.key_url(key_id);
    Ok(jws::sign(&[("typ", TYP), ("kid", &kid)], text.as_bytes(), key))
}
