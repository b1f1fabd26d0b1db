//! Credentials: an identity lets another, or anybody, do something, and that one may pass a part of it on.
//!
//! Always: what is passed on is never more than what was held, neither in scope nor in time, and the walk
//! from a credential to its root ends at the identity whose resource it is. It must not know what a resource
//! holds.
//!
//! Rules: DFOS v1 CREDENTIALS.

mod attenuation;
mod delegation;
mod error;

use ed25519_dalek::SigningKey;

pub use attenuation::{Attenuation, covers, is_attenuated};
pub use delegation::{DELEGATION_MAX, Grant, Request, authorize, verify_delegation};
pub use error::CredentialError;

use crate::resolve::{KeyScope, Verifier};
use crate::statement::{self, Attested, SignedToken, Statement, StatementError, VERSION, read};
use crate::{Did, Value};

/// Bytes of a credential's token with all that it embeds, at most (DFOS v1 "Bounds").
pub const CREDENTIAL_BYTES_MAX: usize = 262_144;
/// Entries of a credential's scope, at most.
pub const ATTENUATIONS_MAX: usize = 32;

/// For whom a credential is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// `*`: whoever holds it.
    Anyone,
    /// One identity.
    Did(Did),
}

impl Audience {
    /// Whether the credential may be used by this identity.
    pub fn includes(&self, did: &Did) -> bool {
        match self {
            Self::Anyone => true,
            Self::Did(audience) => audience == did,
        }
    }

    /// The text: a DID or `*`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Anyone => "*",
            Self::Did(did) => did.as_str(),
        }
    }
}

/// A permission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Who gives it.
    pub issuer: Did,
    /// To whom.
    pub audience: Audience,
    /// For what: one to 32 entries.
    pub scope: Vec<Attenuation>,
    /// The token of the credential that the issuer holds, if they are not the root.
    pub parent: Option<String>,
    /// From when on, in seconds since 1970.
    pub issued_at_secs: i64,
    /// Until before when, in seconds since 1970.
    pub expires_at_secs: i64,
}

impl Credential {
    /// Whether it holds at an instant: from `iat` on and before `exp`.
    pub fn check_time(&self, now_secs: i64) -> Result<(), CredentialError> {
        if self.issued_at_secs > now_secs {
            return Err(CredentialError::NotYet);
        }
        if self.expires_at_secs <= now_secs {
            return Err(CredentialError::Expired);
        }
        Ok(())
    }
}

impl Statement for Credential {
    const TYP: &'static str = "did:dfos:credential";
    const TOKEN_BYTES_MAX: usize = CREDENTIAL_BYTES_MAX;

    fn from_value(payload: &Value) -> Result<Self, StatementError> {
        read::version_and_type(payload, "DFOSCredential")?;
        let audience = match read::text(payload, "aud")? {
            "*" => Audience::Anyone,
            _ => Audience::Did(read::did(payload, "aud")?),
        };
        let scope = payload.get("att").and_then(Value::as_list);
        let scope = scope.filter(|scope| (1..=ATTENUATIONS_MAX).contains(&scope.len()));
        let scope = scope.ok_or(StatementError::Schema("att"))?.iter();
        let parent = match payload.get("prf").map(Value::as_list) {
            None | Some(Some([])) => None,
            Some(Some([Value::Text(parent)])) => Some(parent.clone()),
            Some(_) => return Err(StatementError::Schema("prf")),
        };
        Ok(Self {
            issuer: read::did(payload, "iss")?,
            audience,
            scope: scope
                .map(Attenuation::from_value)
                .collect::<Result<_, _>>()?,
            parent,
            issued_at_secs: read::seconds(payload, "iat")?,
            expires_at_secs: read::seconds(payload, "exp")?,
        })
    }

    fn to_value(&self) -> Value {
        let scope = self.scope.iter().map(Attenuation::to_value);
        // An empty `prf` is written out: it counts for the CID, and so the reference implementations do.
        let parents = self
            .parent
            .iter()
            .map(|parent| Value::from(parent.as_str()));
        Value::map([
            ("version", Value::Int(VERSION)),
            ("type", Value::from("DFOSCredential")),
            ("iss", Value::from(self.issuer.as_str())),
            ("aud", Value::from(self.audience.as_str())),
            ("att", Value::List(scope.collect())),
            ("prf", Value::List(parents.collect())),
            ("exp", Value::Int(self.expires_at_secs)),
            ("iat", Value::Int(self.issued_at_secs)),
        ])
    }

    fn signer(&self) -> &Did {
        &self.issuer
    }
}

/// Verifies a credential for itself: what it was derived from is for [`verify_delegation`], and whether it is
/// revoked for the caller; [`authorize`] does all of it.
///
/// Every key that its issuer ever had counts, since revocation and not rotation is what ends a credential.
pub fn verify(
    token: &str,
    now_secs: i64,
    verifier: &Verifier<'_>,
) -> Result<Attested<Credential>, CredentialError> {
    let read = statement::read::<Credential>(token)?;
    let issuer = &read.statement().issuer;
    if verifier
        .resolver()
        .is_deleted(issuer)
        .map_err(StatementError::from)?
    {
        return Err(CredentialError::IssuerDeleted(issuer.clone()));
    }
    let credential = read.attest(verifier, KeyScope::Historical)?;
    credential.check_time(now_secs)?;
    Ok(credential)
}

/// Signs a credential with a key of its issuer. A parent is embedded as it is; whether it carries this one is
/// found out with [`authorize`].
pub fn sign(
    credential: &Credential,
    key_id: &str,
    key: &SigningKey,
) -> Result<SignedToken, StatementError> {
    statement::sign(credential, key_id, key)
}

#[cfg(test)]
mod tests;
