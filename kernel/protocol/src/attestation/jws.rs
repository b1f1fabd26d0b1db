//! The two signatures over an attestation's CID (docs/api.md, "Attestations"): the author's is a DFOS artifact that
//! contains the row and its CID, the subject's is the `did:dfos:countersign` of that artifact.
//!
//! Always: both refer to the same CID: the author's in its document, the witness's by naming the artifact (whose own
//! CID covers it) or the row's CID itself. The caller has matched chains and DIDs.

use crate::attestation::{Attestation, AttestationError};
use imajin_dfos::artifact::{self, Artifact};
use imajin_dfos::countersign::{self, Countersign};
use imajin_dfos::identity::Verified;
use imajin_dfos::resolve::{MemoryResolver, Verifier};
use imajin_dfos::statement::{self, SignedToken, StatementError};
use imajin_dfos::{Cid, SigningKey, Timestamp, Value};

/// The `$schema` of an attestation's artifact.
pub const SCHEMA: &str = "mjn:attestation/v1";
/// The relation of a witness to an attestation.
pub const RELATION: &str = "attests";

/// The time of a signature, which decides which of the signer's keys are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// The signature is new: the keys in force.
    Now,
    /// The signature is old: every key that the signer ever had.
    Once,
}

/// Why a signature over an attestation's CID was rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum JwsFault {
    #[error(transparent)]
    Statement(#[from] StatementError),
    #[error(transparent)]
    Attestation(#[from] AttestationError),
    #[error("it is not signed by {0}")]
    Signer(String),
    #[error("its document is not this attestation, with its cid {0}")]
    Document(Cid),
    #[error("it countersigns {0}, which is neither the author's artifact nor the attestation")]
    Target(String),
}

impl Attestation {
    /// Returns the document of the author's artifact: the row, its CID, and its expiry.
    pub fn artifact_content(
        &self,
        expires_at: Option<Timestamp>,
    ) -> Result<Value, AttestationError> {
        let mut content = self.row()?;
        if let Some(members) = content.as_map_mut() {
            let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
            put("$schema", Value::from(SCHEMA));
            put("cid", Value::from(self.cid()?.to_string()));
            put("expiresAt", expires_at.map_or(Value::Null, |at| Value::from(at.to_string())));
        }
        Ok(content)
    }

    /// Signs as the author: an artifact by `chain`'s identity.
    pub fn author_jws(
        &self,
        expires_at: Option<Timestamp>,
        chain: &Verified,
        key_id: &str,
        key: &SigningKey,
    ) -> Result<SignedToken, JwsFault> {
        let artifact = Artifact {
            did: chain.did().clone(),
            content: self.artifact_content(expires_at)?,
            created_at: self.issued_at,
        };
        Ok(artifact::sign(&artifact, key_id, key)?)
    }

    /// Verifies an author's signature; returns the CID of its artifact.
    pub fn verify_author_jws(
        &self,
        expires_at: Option<Timestamp>,
        token: &str,
        chain: &Verified,
        when: When,
    ) -> Result<Cid, JwsFault> {
        let resolver = MemoryResolver::from_iter([chain.clone()]);
        let signed = artifact::verify(token, &verifier(&resolver, when))?;
        if signed.did != *chain.did() {
            return Err(JwsFault::Signer(chain.did().to_string()));
        }
        if signed.content != self.artifact_content(expires_at)? {
            return Err(JwsFault::Document(self.cid()?));
        }
        Ok(*signed.cid())
    }

    /// Signs as the subject, over the author's artifact.
    pub fn witness_jws(
        author_jws: &str,
        created_at: Timestamp,
        chain: &Verified,
        key_id: &str,
        key: &SigningKey,
    ) -> Result<SignedToken, JwsFault> {
        let artifact = statement::read::<Artifact>(author_jws)?;
        let countersign = Countersign {
            did: chain.did().clone(),
            target: artifact.cid().to_string(),
            relation: Some(RELATION.to_owned()),
            created_at,
        };
        Ok(countersign::sign(&countersign, key_id, key)?)
    }

    /// Verifies the subject's signature, given the CID of the author's artifact.
    pub fn verify_witness_jws(
        &self,
        artifact: &Cid,
        token: &str,
        chain: &Verified,
        when: When,
    ) -> Result<(), JwsFault> {
        let resolver = MemoryResolver::from_iter([chain.clone()]);
        let signed = countersign::verify(token, &verifier(&resolver, when))?;
        if signed.did != *chain.did() {
            return Err(JwsFault::Signer(chain.did().to_string()));
        }
        if signed.target != artifact.to_string() && signed.target != self.cid()?.to_string() {
            return Err(JwsFault::Target(signed.target.clone()));
        }
        Ok(())
    }
}

fn verifier(known: &MemoryResolver, when: When) -> Verifier<'_> {
    match when {
        When::Now => Verifier::of_new(known),
        When::Once => Verifier::of_history(known),
    }
}
