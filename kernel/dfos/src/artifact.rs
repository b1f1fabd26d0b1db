//! Artifacts: small documents that their signers publish once, inside the token.
//!
//! Always: its content is a map with a text `$schema`, kept verbatim.
//!
//! Rules: DFOS v1 PROTOCOL "Artifacts".

use crate::resolve::Verifier;
use crate::statement::{self, Attested, Result, Statement, StatementError, VERSION, members};
use crate::{Did, Timestamp, Value};

pub use crate::statement::sign;

/// Bytes of an artifact's payload as dag-cbor, at most (DFOS v1 "Bounds").
pub const ARTIFACT_BYTES_MAX: usize = 16_384;

/// A document published by a DID.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// The publisher.
    pub did: Did,
    /// The document.
    pub content: Value,
    /// When it was signed, by the signer's clock.
    pub created_at: Timestamp,
}

impl Artifact {
    /// The `$schema` of the document.
    pub fn schema(&self) -> &str {
        self.content.get_str("$schema").unwrap_or_default()
    }
}

impl Statement for Artifact {
    const TYP: &'static str = "did:dfos:artifact";
    const PAYLOAD_BYTES_MAX: usize = ARTIFACT_BYTES_MAX;

    fn from_value(payload: &Value) -> Result<Self> {
        members::version_and_type(payload, "artifact")?;
        let content = payload.get("content");
        let content = content.filter(|content| content.get_str("$schema").is_some());
        Ok(Self {
            did: members::did(payload, "did")?,
            content: content.ok_or(StatementError::Schema("content"))?.clone(),
            created_at: members::timestamp(payload, "createdAt")?,
        })
    }

    fn to_value(&self) -> Value {
        Value::map([
            ("version", Value::Int(VERSION)),
            ("type", Value::from("artifact")),
            ("did", Value::from(self.did.as_str())),
            ("content", self.content.clone()),
            ("createdAt", Value::from(self.created_at.to_string())),
        ])
    }

    fn signer(&self) -> &Did {
        &self.did
    }
}

/// Verifies an artifact with the keys of the verifier's scope.
pub fn verify(token: &str, verifier: &Verifier<'_>) -> Result<Attested<Artifact>> {
    statement::read::<Artifact>(token)?.attest(verifier, verifier.key_scope())
}
