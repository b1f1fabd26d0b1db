//! Credentials: an identity permits another, or everyone, to do something; the recipient may pass on a part of it.
//!
//! Always: a derived credential never grants more than its parent, neither in scope nor in time, and the walk from a
//! credential to its root ends at the identity that owns the resource. This module does not know what a resource
//! contains.
//!
//! Rules: DFOS v1 CREDENTIALS.

mod attenuation;
mod delegation;
mod error;

pub use attenuation::{Attenuation, covers, is_attenuated};
pub use delegation::{DELEGATION_MAX, Grant, Request, authorize, verify_delegation};
pub use error::CredentialError;

use crate::resolve::{KeyScope, Verifier};
use crate::statement::{self, Attested, Result, Statement, StatementError, VERSION, members};
use crate::{Did, Value};

/// Embeds a parent as it is; [`authorize`] checks whether the parent permits the credential.
pub use crate::statement::sign;

/// Bytes of a credential's token with its embedded parents, at most (DFOS v1 "Bounds").
pub const CREDENTIAL_BYTES_MAX: usize = 262_144;
/// Entries of a credential's scope, at most.
pub const ATTENUATIONS_MAX: usize = 32;

/// The recipient of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Audience {
    /// `*`: everyone who has it.
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
    /// The issuer.
    pub issuer: Did,
    /// The recipient.
    pub audience: Audience,
    /// The permissions: one to 32 entries.
    pub scope: Vec<Attenuation>,
    /// The token of the issuer's own credential, if the issuer is not the root.
    pub parent: Option<String>,
    /// When it becomes valid, in seconds since 1970.
    pub issued_at_secs: i64,
    /// When it stops being valid, in seconds since 1970.
    pub expires_at_secs: i64,
}

impl Credential {
    /// Checks that it is valid at an instant: from `iat` on and before `exp`.
    pub fn check_time(&self, now_secs: i64) -> Result<(), CredentialError> {
        if self.issued_at_secs > now_secs {
            return Err(CredentialError::NotYet);
        }
        if self.expires_at_secs <= now_secs { Err(CredentialError::Expired) } else { Ok(()) }
    }
}

impl Statement for Credential {
    const TYP: &'static str = "did:dfos:credential";
    const TOKEN_BYTES_MAX: usize = CREDENTIAL_BYTES_MAX;

    fn from_value(payload: &Value) -> Result<Self> {
        members::version_and_type(payload, "DFOSCredential")?;
        let audience = match members::text(payload, "aud")? {
            "*" => Audience::Anyone,
            _ => Audience::Did(members::did(payload, "aud")?),
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
            issuer: members::did(payload, "iss")?,
            audience,
            scope: scope.map(Attenuation::from_value).collect::<Result<_, _>>()?,
            parent,
            issued_at_secs: members::seconds(payload, "iat")?,
            expires_at_secs: members::seconds(payload, "exp")?,
        })
    }

    fn to_value(&self) -> Value {
        let scope = self.scope.iter().map(Attenuation::to_value);
        // Writes an empty `prf`, too, as the reference implementations do: it is part of the CID.
        let parents = self.parent.iter().map(|parent| Value::from(parent.as_str()));
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

/// Verifies a credential alone: [`verify_delegation`] verifies its parents, and the caller checks revocation;
/// [`authorize`] does all of it.
///
/// Every key that its issuer ever had is accepted, because revocation and not rotation ends a credential.
pub fn verify(
    token: &str,
    now_secs: i64,
    verifier: &Verifier<'_>,
) -> Result<Attested<Credential>, CredentialError> {
    let read = statement::read::<Credential>(token)?;
    let issuer = &read.statement().issuer;
    if verifier.resolver().is_deleted(issuer).map_err(StatementError::from)? {
        return Err(CredentialError::IssuerDeleted(issuer.clone()));
    }
    let credential = read.attest(verifier, KeyScope::Historical)?;
    credential.check_time(now_secs)?;
    Ok(credential)
}

#[cfg(test)]
mod tests;
