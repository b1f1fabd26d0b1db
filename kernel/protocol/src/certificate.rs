//! Certificate files: an attestation with everything that verifies it, so that neither its issuer's server nor a network is needed
//! (docs/api.md, "Certificates").
//!
//! Always: a [`Certificate`] was verified. It proves who said what, and not that it is true.

use crate::attestation::{AttestationError, SignedAttestation};
use crate::identity::{NamedKeysError, named_keys};
use crate::jcs::{self, ParseError};
use crate::{Did, DidError};
use serde_json::{Value as Json, json};

/// Maximum bytes of a file: an attestation, and a chain of many keys.
pub const FILE_BYTES_MAX: usize = 1 << 20;

/// A verified certificate.
#[derive(Debug, Clone, PartialEq)]
pub struct Certificate {
    /// The attestation, with its issuer's signature.
    pub signed: SignedAttestation,
}

/// Why a file is not a certificate.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum CertificateError {
    #[error("a certificate has at most {FILE_BYTES_MAX} bytes")]
    TooLong,
    #[error(transparent)]
    Json(#[from] ParseError),
    #[error("{0} must be {1}")]
    Member(&'static str, &'static str),
    #[error("issuer: {0}")]
    Issuer(#[from] DidError),
    /// The chain is not the issuer's, or gives no keys.
    #[error("chain: {0}")]
    Chain(#[from] NamedKeysError),
    #[error(transparent)]
    Attestation(#[from] AttestationError),
}

impl Certificate {
    /// Writes the file: `chain` has the operations of the issuer's identity, oldest first, and none of a bare key.
    pub fn write(issuer: &Did, (text, signature): (&str, &str), chain: &[String]) -> Json {
        json!({
            "v": 1, "attestation": text, "signature": signature, "issuer": issuer.as_str(), "chain": chain,
        })
    }

    /// Reads a file and verifies all of it.
    pub fn read(bytes: &[u8]) -> Result<Self, CertificateError> {
        if bytes.len() > FILE_BYTES_MAX {
            return Err(CertificateError::TooLong);
        }
        let file = jcs::parse_strict(bytes)?;
        let members = ["v", "attestation", "signature", "issuer", "chain"];
        let is_known = |all: &serde_json::Map<String, Json>| {
            all.keys().all(|name| members.contains(&name.as_str()))
        };
        if !file.as_object().is_some_and(is_known) || file["v"] != 1 {
            return Err(CertificateError::Member("v", "1, of a certificate"));
        }
        let text = |name: &'static str| {
            let text = file[name].as_str();
            text.ok_or(CertificateError::Member(name, "a text"))
        };
        let issuer = Did::parse(text("issuer")?)?;
        let chain = file["chain"].as_array();
        let chain = chain.ok_or(CertificateError::Member("chain", "a list of texts"))?;
        let chain: Option<Vec<&str>> = chain.iter().map(Json::as_str).collect();
        let chain = chain.ok_or(CertificateError::Member("chain", "a list of texts"))?;
        let keys = named_keys(&issuer, &chain)?;
        let signed =
            SignedAttestation::read(&issuer, text("attestation")?, text("signature")?, &keys)?;
        Ok(Self { signed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attestation::{Attestation, Kind};
    use imajin_dfos::{SigningKey, Timestamp};

    fn signed(key: &SigningKey) -> (Did, SignedAttestation) {
        let issuer = Did::from_key(key.verifying_key().as_bytes());
        let attestation = Attestation {
            issuer: issuer.clone(),
            subject: Did::from_key(&[7; 32]),
            kind: Kind::parse("learn.completed").unwrap(),
            context_id: None,
            context_type: None,
            payload: json!({ "course": "Bread" }).as_object().cloned(),
            issued_at: Timestamp::from_millis(1_764_000_000_123).unwrap(),
        };
        (issuer, attestation.sign(key).unwrap())
    }

    #[test]
    fn the_file_of_a_bare_key_verifies_by_the_issuer_s_name_alone() {
        let (issuer, said) = signed(&SigningKey::from_bytes(&[1; 32]));
        let (other, _) = signed(&SigningKey::from_bytes(&[2; 32]));
        let file = |issuer: &Did, text: &str| {
            Certificate::write(issuer, (text, &said.signature()), &[]).to_string()
        };
        let good = file(&issuer, said.text());
        let read = Certificate::read(good.as_bytes()).unwrap();
        assert_eq!(read.signed, said);
        for bad in [
            file(&other, said.text()),
            file(&issuer, &said.text().replace("Bread", "Cakes")),
            good.replace("\"v\":1", "\"v\":2"),
            good.replace("\"v\":1", "\"v\":1,\"more\":1"),
            good.replace("[]", "[1]"),
            good.replace("[]", "[\"x\"]"),
            "{}".to_owned(),
        ] {
            assert!(Certificate::read(bad.as_bytes()).is_err(), "{bad}");
        }
        let long = vec![b' '; FILE_BYTES_MAX + 1];
        assert!(matches!(Certificate::read(&long), Err(CertificateError::TooLong)));
    }
}
