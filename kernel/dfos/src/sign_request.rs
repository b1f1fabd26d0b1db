//! Sign requests: an identity asks another to sign exactly these bytes, until a certain time.
//!
//! Always: the envelope contains bytes and never rewrites them; only a [`Target`] interprets them, for the identity
//! that must sign. "Wrong" and "could not be checked" are different results.
//!
//! Rules: DFOS v1 SIGNING.

mod error;
mod response;
mod target;

use ed25519_dalek::SigningKey;

pub use error::SignRequestError;
pub use response::{answer, verify_response};
pub use target::Target;

use crate::resolve::{KeyScope, Verifier};
use crate::statement::{
    self, Attested, Result, SignedToken, Statement, StatementError, VERSION, members,
};
use crate::{Did, Timestamp, Value, base64};

/// Bytes of a request's token, at most (DFOS v1 "Bounds").
pub const REQUEST_BYTES_MAX: usize = 8_192;
/// Bytes of a target, at most; at least one.
pub const TARGET_BYTES_MAX: usize = 4_096;
/// Seconds from `createdAt` to `expiresAt`, at most: a week.
pub const WINDOW_SECS_MAX: i64 = 604_800;

/// A request to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignRequest {
    /// The requester.
    pub did: Did,
    /// The identity that must sign.
    pub subject: Did,
    /// The `typ` of the requested token.
    pub payload_typ: String,
    /// The bytes to sign.
    pub payload: Vec<u8>,
    /// When it was made.
    pub created_at: Timestamp,
    /// The first instant at which it is no longer valid.
    pub expires_at: Timestamp,
}

impl SignRequest {
    /// Checks that the window is at most a week and not negative.
    fn check_window(&self) -> Result<()> {
        let millis = self.expires_at.as_millis() - self.created_at.as_millis();
        if (1..=WINDOW_SECS_MAX * 1000).contains(&millis) {
            Ok(())
        } else {
            Err(StatementError::Schema("expiresAt"))
        }
    }
}

impl Statement for SignRequest {
    const TYP: &'static str = "did:dfos:sign-request";
    const TOKEN_BYTES_MAX: usize = REQUEST_BYTES_MAX;

    fn from_value(payload: &Value) -> Result<Self> {
        members::version_and_type(payload, "sign-request")?;
        let target = base64::decode_url(members::text(payload, "payload")?);
        let target = target.map_err(|_| StatementError::Schema("payload"))?;
        if !(1..=TARGET_BYTES_MAX).contains(&target.len()) {
            return Err(StatementError::Schema("payload"));
        }
        Ok(Self {
            did: members::did(payload, "did")?,
            subject: members::did(payload, "subject")?,
            payload_typ: members::filled(payload, "payloadTyp")?.to_owned(),
            payload: target,
            created_at: members::timestamp(payload, "createdAt")?,
            expires_at: members::timestamp(payload, "expiresAt")?,
        })
    }

    fn to_value(&self) -> Value {
        Value::map([
            ("version", Value::Int(VERSION)),
            ("type", Value::from("sign-request")),
            ("did", Value::from(self.did.as_str())),
            ("subject", Value::from(self.subject.as_str())),
            ("payloadTyp", Value::from(self.payload_typ.as_str())),
            ("payload", Value::from(base64::encode_url(&self.payload))),
            ("createdAt", Value::from(self.created_at.to_string())),
            ("expiresAt", Value::from(self.expires_at.to_string())),
        ])
    }

    fn signer(&self) -> &Did {
        &self.did
    }
}

/// Verifies a request at an instant, with the requester's keys in force.
pub fn verify(
    token: &str,
    now: Timestamp,
    verifier: &Verifier<'_>,
) -> Result<Attested<SignRequest>, SignRequestError> {
    let request = statement::read::<SignRequest>(token)?.attest(verifier, KeyScope::Current)?;
    // Last, as in the specification's order: a request that cannot be checked is not called wrong for its times.
    request.check_window()?;
    if now >= request.expires_at { Err(SignRequestError::Expired) } else { Ok(request) }
}

/// Signs a request with a key of the requester; truncates its times to whole seconds.
pub fn sign(request: &SignRequest, key_id: &str, key: &SigningKey) -> Result<SignedToken> {
    let mut request = request.clone();
    request.created_at = request.created_at.floor_secs();
    request.expires_at = request.expires_at.floor_secs();
    request.check_window()?;
    statement::sign(&request, key_id, key)
}

#[cfg(test)]
mod tests;
