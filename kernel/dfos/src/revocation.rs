//! Revocations: an issuer withdraws a credential permanently.
//!
//! Always: valid only for credentials of its signer. The verifier need not know the credential: one may be revoked
//! before anyone has seen it.
//!
//! Rules: DFOS v1 CREDENTIALS "Revocation".

use crate::resolve::{KeyScope, Verifier};
use crate::statement::{self, Attested, Result, Statement, VERSION, members};
use crate::{Did, Timestamp, Value};

pub use crate::statement::sign;

/// An issuer's revocation of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revocation {
    /// The issuer.
    pub did: Did,
    /// The CID of the credential, as it was written.
    pub credential: String,
    /// When it takes effect, by the issuer's clock.
    pub created_at: Timestamp,
}

impl Statement for Revocation {
    const TYP: &'static str = "did:dfos:revocation";

    fn from_value(payload: &Value) -> Result<Self> {
        members::version_and_type(payload, "revocation")?;
        Ok(Self {
            did: members::did(payload, "did")?,
            credential: members::text(payload, "credentialCID")?.to_owned(),
            created_at: members::timestamp(payload, "createdAt")?,
        })
    }

    fn to_value(&self) -> Value {
        Value::map([
            ("version", Value::Int(VERSION)),
            ("type", Value::from("revocation")),
            ("did", Value::from(self.did.as_str())),
            ("credentialCID", Value::from(self.credential.as_str())),
            ("createdAt", Value::from(self.created_at.to_string())),
        ])
    }

    fn signer(&self) -> &Did {
        &self.did
    }
}

/// Verifies a revocation. A key that was rotated out may still revoke, even in a new revocation: an issuer who lost a
/// key must be able to revoke what it granted, and revoking is never dangerous.
pub fn verify(token: &str, verifier: &Verifier<'_>) -> Result<Attested<Revocation>> {
    statement::read::<Revocation>(token)?.attest(verifier, KeyScope::Historical)
}
