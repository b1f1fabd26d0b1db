//! Attestations: what one DID says of another, signed so that it can be shown to anybody (WIRE.md §3).
//!
//! Always: a [`SignedAttestation`] was verified, over exactly the bytes that it keeps. Two texts are signed: the row's
//! canonical JSON (by every issuer), and, where author and subject have chains, the CID of the whole row: by the author in
//! a DFOS artifact, by the subject in its countersignature ([`jws`]). Whether somebody may attest, and what an attestation
//! is worth, is not known here (see [`kind`]).

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

/// Longest payload, as canonical JSON: it stands in two logs, and in an artifact of at most 16 KiB.
pub const PAYLOAD_BYTES_MAX: usize = 4096;
/// Longest `context_id`: a DID, a CID, a provider's id or an address.
pub const CONTEXT_ID_BYTES_MAX: usize = 256;
/// Longest `context_type`.
pub const CONTEXT_TYPE_BYTES_MAX: usize = 64;

/// What is said: the members that the signatures cover.
#[derive(Debug, Clone, PartialEq)]
pub struct Attestation {
    /// Who says it.
    pub issuer: Did,
    /// Of whom.
    pub subject: Did,
    /// What sort of thing.
    pub kind: Kind,
    /// What it is about: an event, a transaction, another attestation.
    pub context_id: Option<String>,
    /// What that is.
    pub context_type: Option<String>,
    /// The rest: an object of texts, whole numbers, booleans, nulls, lists and objects, or nothing.
    pub payload: Option<Map<String, Json>>,
    /// When it is said, by its issuer's clock.
    pub issued_at: Timestamp,
}

/// An attestation with its issuer's signature, which was checked.
#[derive(Debug, Clone, PartialEq)]
pub struct SignedAttestation {
    attestation: Attestation,
    text: String,
    signature: [u8; 64],
    form: CanonicalForm,
}

/// Whether the subject has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Not yet.
    Pending,
    /// It countersigned the same CID.
    Bilateral,
    /// It wants nothing of it.
    Declined,
}

/// Why something is no attestation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttestationError {
    /// The text is no JSON.
    #[error(transparent)]
    Json(#[from] ParseError),
    /// A member is missing, unknown or of another type.
    #[error("{0} must be {1}")]
    Member(&'static str, &'static str),
    /// A DID that cannot be read.
    #[error("{0}: {1}")]
    Did(&'static str, DidError),
    /// A DID in another form than the one that is signed.
    #[error("{0} must be signed in its canonical form, {1}")]
    DidForm(&'static str, Did),
    /// The type.
    #[error(transparent)]
    Kind(#[from] KindError),
    /// A number that is not whole, or too large, or too much nesting.
    #[error("payload: {0}")]
    Payload(CborError),
    /// Too long.
    #[error("{0} has at most {1} bytes")]
    TooLong(&'static str, usize),
    /// Not 128 hex digits.
    #[error("signature must be 128 hexadecimal digits")]
    SignatureForm,
    /// None of the issuer's keys made it.
    #[error("the signature is not its issuer's over this attestation")]
    Signature,
}

impl Status {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Bilateral => "bilateral",
            Self::Declined => "declined",
        }
    }
}

impl Attestation {
    /// Checks what is said: sizes and kinds of values.
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
        cbor::from_json(&payload)
            .map(drop)
            .map_err(AttestationError::Payload)
    }

    fn payload_json(&self) -> Json {
        self.payload.clone().map_or(Json::Null, Json::Object)
    }

    /// The document whose canonical text the issuer signs: nulls explicit, the time in milliseconds.
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

    /// The row whose CID names this attestation.
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

    /// Its name: the dag-cbor CID of `{issuerDid,subjectDid,type,contextId,contextType,payload,issuedAt}`.
    pub fn cid(&self) -> Result<Cid, AttestationError> {
        Ok(dag_cbor_cid(&cbor::encode(&self.row()?)))
    }

    /// Signs it.
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

    /// Takes it with a signature of one of its issuer's keys.
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

    /// Reads the text that was signed, as a log keeps it; who issued it stands beside. Proves nothing yet.
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
            return Err(AttestationError::Member(
                "the text",
                "without other members",
            ));
        }
        attestation.check()?;
        Ok(attestation)
    }
}

fn did(name: &'static str, value: &Json) -> Result<Did, AttestationError> {
    let text = value
        .as_str()
        .ok_or(AttestationError::Member(name, "a DID"))?;
    canonical_did(name, text)
}

/// A DID that stands in what is signed: in the one form that everybody writes.
pub fn canonical_did(name: &'static str, text: &str) -> Result<Did, AttestationError> {
    let did = Did::parse(text).map_err(|error| AttestationError::Did(name, error))?;
    if did.as_str() != text {
        return Err(AttestationError::DidForm(name, did));
    }
    Ok(did)
}

fn kind(value: &Json) -> Result<Kind, AttestationError> {
    let text = value
        .as_str()
        .ok_or(AttestationError::Member("type", "a text"))?;
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
        .ok_or(AttestationError::Member(
            "issued_at",
            "whole milliseconds since 1970",
        ))
}

impl SignedAttestation {
    /// Reads what a log keeps, and checks the signature over exactly that text.
    pub fn read(
        issuer: &Did,
        text: &str,
        signature: &str,
        keys: &[VerifyingKey],
    ) -> Result<Self, AttestationError> {
        let signed = Attestation::parse(issuer, text)?.verify(signature, keys)?;
        if signed.text != text {
            return Err(AttestationError::Signature);
        }
        Ok(signed)
    }

    /// What is said.
    pub fn attestation(&self) -> &Attestation {
        &self.attestation
    }

    /// The text that was signed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signature as 128 hex digits.
    pub fn signature(&self) -> String {
        hex::encode(&self.signature)
    }

    /// Which form of the text was signed.
    pub fn form(&self) -> CanonicalForm {
        self.form
    }
}

#[cfg(test)]
mod tests;
