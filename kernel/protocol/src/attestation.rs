//! Attestations: signed statements by one DID about another, which everyone can verify (docs/api.md, "Attestations").
//!
//! Always: a [`SignedAttestation`] was verified, over exactly the bytes that it contains. Two texts are signed: the
//! row's canonical JSON (by every issuer) and, if author and subject have chains, the CID of the whole row: by the
//! author in a DFOS artifact, by the subject in its countersignature ([`jws`]). This module does not know whether the
//! issuer may attest, nor what an attestation is worth (see [`kind`]).

pub mod jws;
pub mod kind;

use crate::jcs::{self, CanonicalForm, ParseError};
use crate::json_signature::{parse_signature, sign_json, verify_json};
use crate::{Did, DidError};
use imajin_dfos::cbor::{self, CborError};
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{Cid, SigningKey, Timestamp, Value, VerifyingKey, hex};
use serde_json::{Map, Value as Json, json};

pub use jws::{JwsFault, SCHEMA};
pub use kind::{Issuer, Kind, KindError};

/// Bytes of a payload at most, as canonical JSON: it is in two logs, and in an artifact of at most 16 KiB.
pub const PAYLOAD_BYTES_MAX: usize = 4096;
/// Maximum bytes of a `context_id`: a DID, a CID, a provider's id or an address.
pub const CONTEXT_ID_BYTES_MAX: usize = 256;
/// Maximum bytes of a `context_type`.
pub const CONTEXT_TYPE_BYTES_MAX: usize = 64;

/// An attestation's content: the members that the signatures cover.
#[derive(Debug, Clone, PartialEq)]
pub struct Attestation {
    /// The DID that makes the statement.
    pub issuer: Did,
    /// The DID that the statement is about.
    pub subject: Did,
    /// The type of the statement.
    pub kind: Kind,
    /// The object that the statement refers to: an event, a transaction, another attestation.
    pub context_id: Option<String>,
    /// The type of `context_id`.
    pub context_type: Option<String>,
    /// Anything else: an object of texts, whole numbers, booleans, nulls, lists and objects, or nothing.
    pub payload: Option<Map<String, Json>>,
    /// The time of the statement, by its issuer's clock.
    pub issued_at: Timestamp,
}

/// An attestation with its issuer's verified signature.
#[derive(Debug, Clone, PartialEq)]
pub struct SignedAttestation {
    attestation: Attestation,
    text: String,
    signature: [u8; 64],
    form: CanonicalForm,
}

/// The subject's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// No answer yet.
    Pending,
    /// The subject countersigned the same CID.
    Bilateral,
    /// The subject rejected it.
    Declined,
}

/// Why an attestation was rejected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum AttestationError {
    #[error(transparent)]
    Json(#[from] ParseError),
    #[error("{0} must be {1}")]
    Member(&'static str, &'static str),
    #[error("{0}: {1}")]
    Did(&'static str, DidError),
    #[error("{0} must be signed in its canonical form, {1}")]
    DidForm(&'static str, Did),
    #[error(transparent)]
    Kind(#[from] KindError),
    /// The payload has a number that is not whole or is too large, or too much nesting.
    #[error("payload: {0}")]
    Payload(CborError),
    #[error("{0} has at most {1} bytes")]
    TooLong(&'static str, usize),
    #[error("signature must be 128 hexadecimal digits")]
    SignatureForm,
    #[error("the signature is not its issuer's over this attestation")]
    Signature,
}

impl Status {
    /// Returns the status on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Bilateral => "bilateral",
            Self::Declined => "declined",
        }
    }
}

impl Attestation {
    /// Checks the content: sizes and kinds of values.
    ///
    /// # Errors
    /// The first member that breaks a rule.
    pub fn check(&self) -> Result<(), AttestationError> {
        let sizes = [
            ("context_id", &self.context_id, CONTEXT_ID_BYTES_MAX),
            ("context_type", &self.context_type, CONTEXT_TYPE_BYTES_MAX),
        ];
        for (name, text, most) in sizes {
            let Some(text) = text else { continue };
            if text.is_empty() || text.chars().any(char::is_control) {
                return Err(AttestationError::Member(name, "a text, or null"));
            }
            if text.len() > most {
                return Err(AttestationError::TooLong(name, most));
            }
        }
        let payload = self.payload_json();
        if jcs::to_string(&payload).len() > PAYLOAD_BYTES_MAX {
            return Err(AttestationError::TooLong("payload", PAYLOAD_BYTES_MAX));
        }
        cbor::from_json(&payload).map(drop).map_err(AttestationError::Payload)
    }

    fn payload_json(&self) -> Json {
        self.payload.clone().map_or(Json::Null, Json::Object)
    }

    /// Returns the document whose canonical text the issuer signs: nulls explicit, the time in milliseconds.
    pub fn document(&self) -> Json {
        json!({
            "subject_did": self.subject.as_str(),
            "type": self.kind.as_str(),
            "context_id": self.context_id,
            "context_type": self.context_type,
            "payload": self.payload_json(),
            "issued_at": self.issued_at.as_millis(),
        })
    }

    /// Returns the row that the attestation's CID is of.
    fn row(&self) -> Result<Value, AttestationError> {
        let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::from);
        let payload = cbor::from_json(&self.payload_json()).map_err(AttestationError::Payload)?;
        Ok(Value::map([
            ("issuerDid", Value::from(self.issuer.as_str())),
            ("subjectDid", Value::from(self.subject.as_str())),
            ("type", Value::from(self.kind.as_str())),
            ("contextId", text(&self.context_id)),
            ("contextType", text(&self.context_type)),
            ("payload", payload),
            ("issuedAt", Value::Int(self.issued_at.as_millis())),
        ]))
    }

    /// Returns the attestation's CID: the dag-cbor CID of
    /// `{issuerDid,subjectDid,type,contextId,contextType,payload,issuedAt}`.
    pub fn cid(&self) -> Result<Cid, AttestationError> {
        Ok(dag_cbor_cid(&cbor::encode(&self.row()?)))
    }

    /// Signs it with the issuer's key.
    pub fn sign(self, key: &SigningKey) -> Result<SignedAttestation, AttestationError> {
        self.check()?;
        let document = self.document();
        Ok(SignedAttestation {
            signature: sign_json(key, &document),
            text: jcs::to_string(&document),
            form: CanonicalForm::Jcs,
            attestation: self,
        })
    }

    /// Verifies a signature by one of its issuer's keys.
    ///
    /// # Errors
    /// [`AttestationError::Signature`], or as [`Self::check`].
    pub fn verify(
        self,
        signature: &str,
        keys: &[VerifyingKey],
    ) -> Result<SignedAttestation, AttestationError> {
        self.check()?;
        let signature = parse_signature(signature).ok_or(AttestationError::SignatureForm)?;
        let document = self.document();
        let form = keys
            .iter()
            .find_map(|key| verify_json(key, &document, &signature))
            .ok_or(AttestationError::Signature)?;
        let other = match form {
            CanonicalForm::Jcs => None,
            CanonicalForm::IcuEnUs => jcs::icu_en_us_order(&document),
        };
        Ok(SignedAttestation {
            text: other.unwrap_or_else(|| jcs::to_string(&document)),
            signature,
            form,
            attestation: self,
        })
    }

    /// Parses the signed text from a log; the log has the issuer separately. Verifies nothing yet.
    pub fn parse(issuer: &Did, text: &str) -> Result<Self, AttestationError> {
        let Json::Object(mut members) = jcs::parse_strict(text.as_bytes())? else {
            return Err(AttestationError::Member("the text", "a JSON object"));
        };
        let mut take = |name: &'static str| {
            members
                .swap_remove(name)
                .ok_or(AttestationError::Member(name, "there, if only as null"))
        };
        let attestation = Self {
            issuer: issuer.clone(),
            subject: did("subject_did", &take("subject_did")?)?,
            kind: kind(&take("type")?)?,
            context_id: optional_text("context_id", take("context_id")?)?,
            context_type: optional_text("context_type", take("context_type")?)?,
            payload: object(take("payload")?)?,
            issued_at: millis(&take("issued_at")?)?,
        };
        if !members.is_empty() {
            return Err(AttestationError::Member("the text", "without other members"));
        }
        attestation.check()?;
        Ok(attestation)
    }
}

fn did(name: &'static str, value: &Json) -> Result<Did, AttestationError> {
    let text = value.as_str().ok_or(AttestationError::Member(name, "a DID"))?;
    canonical_did(name, text)
}

/// Returns a DID of a signed text, which must be in canonical form.
pub fn canonical_did(name: &'static str, text: &str) -> Result<Did, AttestationError> {
    let did = Did::parse(text).map_err(|error| AttestationError::Did(name, error))?;
    if did.as_str() == text { Ok(did) } else { Err(AttestationError::DidForm(name, did)) }
}

fn kind(value: &Json) -> Result<Kind, AttestationError> {
    let text = value.as_str().ok_or(AttestationError::Member("type", "a text"))?;
    Ok(Kind::parse(text)?)
}

fn optional_text(name: &'static str, value: Json) -> Result<Option<String>, AttestationError> {
    match value {
        Json::Null => Ok(None),
        Json::String(text) => Ok(Some(text)),
        _ => Err(AttestationError::Member(name, "a text, or null")),
    }
}

fn object(value: Json) -> Result<Option<Map<String, Json>>, AttestationError> {
    match value {
        Json::Null => Ok(None),
        Json::Object(map) => Ok(Some(map)),
        _ => Err(AttestationError::Member("payload", "an object, or null")),
    }
}

fn millis(value: &Json) -> Result<Timestamp, AttestationError> {
    value
        .as_i64()
        .and_then(|millis| Timestamp::from_millis(millis).ok())
        .ok_or(AttestationError::Member("issued_at", "whole milliseconds since 1970"))
}

impl SignedAttestation {
    /// Parses the text from a log, and verifies the signature over exactly that text.
    pub fn read(
        issuer: &Did,
        text: &str,
        signature: &str,
        keys: &[VerifyingKey],
    ) -> Result<Self, AttestationError> {
        let signed = Attestation::parse(issuer, text)?.verify(signature, keys)?;
        if signed.text == text { Ok(signed) } else { Err(AttestationError::Signature) }
    }

    /// Returns the content.
    pub fn attestation(&self) -> &Attestation {
        &self.attestation
    }

    /// Returns the signed text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the signature as 128 hex digits.
    pub fn signature(&self) -> String {
        hex::encode(&self.signature)
    }

    /// Returns the canonical form that was signed.
    pub fn form(&self) -> CanonicalForm {
        self.form
    }
}

#[cfg(test)]
mod tests;
