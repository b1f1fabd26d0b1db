//! The two signatures over an attestation's CID (WIRE.md §3): the author's is a DFOS artifact that carries the row and its
//! CID, the subject's is the `did:dfos:countersign` of that artifact.
//!
//! Always: both name the one CID, the author's in its document, the witness's by naming the artifact (whose own CID covers
//! it) or the row's CID itself. Whose chain is whose, the caller has found out.

use crate::attestation::{Attestation, AttestationError};
use imajin_dfos::artifact::{self, Artifact};
use imajin_dfos::countersign::{self, Countersign};
use imajin_dfos::identity::Verified;
use imajin_dfos::resolve::{Known, Verifier};
use imajin_dfos::statement::{self, SignedToken, StatementError};
use imajin_dfos::{Cid, SigningKey, Timestamp, Value};

/// The `$schema` of an attestation's artifact.
pub const SCHEMA: &str = "mjn:attestation/v1";
/// What a witness is to an attestation.
pub const RELATION: &str = "attests";

/// When a signature was made, and so which of its signer's keys may have made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Just now: a key in force.
    Now,
    /// Some time ago: any key that the signer ever had.
    Once,
}

/// Why a signature over an attestation's CID is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwsFault {
    /// The token itself.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The attestation itself.
    #[error(transparent)]
    Attestation(#[from] AttestationError),
    /// Signed by somebody else.
    #[error("it is signed by another DID than {0}")]
    Signer(String),
    /// An artifact about something else.
    #[error("its document is not this attestation, with its cid {0}")]
    Document(Cid),
    /// A countersignature of something else.
    #[error("it countersigns {0}, which is neither the author's artifact nor the attestation")]
    Target(String),
}

impl Attestation {
    /// The document of the author's artifact: the row, its CID, and when it ends.
    pub fn artifact_content(
        &self,
        expires_at: Option<Timestamp>,
    ) -> Result<Value, AttestationError> {
        let mut content = self.row()?;
        if let Some(members) = content.as_map_mut() {
            let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
            put("$schema", Value::from(SCHEMA));
            put("cid", Value::from(self.cid()?.to_string()));
            put(
                "expiresAt",
                expires_at.map_or(Value::Null, |at| Value::from(at.to_string())),
            );
        }
        Ok(content)
    }

    /// The author's signature: an artifact by `chain`'s identity.
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

    /// Checks an author's signature; gives the CID of its artifact.
    pub fn verify_author_jws(
        &self,
        expires_at: Option<Timestamp>,
        token: &str,
        chain: &Verified,
        when: When,
    ) -> Result<Cid, JwsFault> {
        let known = Known::from_iter([chain.clone()]);
        let signed = artifact::verify(token, &verifier(&known, when))?;
        if signed.did != *chain.did() {
            return Err(JwsFault::Signer(chain.did().to_string()));
        }
        if signed.content != self.artifact_content(expires_at)? {
            return Err(JwsFault::Document(self.cid()?));
        }
        Ok(*signed.cid())
    }

    /// The subject's signature over the author's.
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

    /// Checks the subject's signature, given the CID of the author's artifact.
    pub fn verify_witness_jws(
        &self,
        artifact: &Cid,
        token: &str,
        chain: &Verified,
        when: When,
    ) -> Result<(), JwsFault> {
        let known = Known::from_iter([chain.clone()]);
        let signed = countersign::verify(token, &verifier(&known, when))?;
        if signed.did != *chain.did() {
            return Err(JwsFault::Signer(chain.did().to_string()));
        }
        if signed.target != artifact.to_string() && signed.target != self.cid()?.to_string() {
            return Err(JwsFault::Target(signed.target.clone()));
        }
        Ok(())
    }
}

fn verifier(known: &Known, when: When) -> Verifier<'_> {
    match when {
        When::Now => Verifier::of_new(known),
        When::Once => Verifier::of_history(known),
    }
}
