//! A manifest with the signatures next to it: what a file carries, or has next to it as `<name>.fair.json`.
//!
//! Always: the texts are canonical JSON, so that a .fair looks the same wherever it stands. Nothing is verified here.

use imajin_protocol::fair::{AgreementList, FairError, Manifest};
use imajin_protocol::jcs::{self, ParseError};
use serde_json::{Map, Value};

/// Bytes of a manifest and its agreements, as JSON, that are embedded at most; longer ones stay next to the file.
pub const EMBEDDED_BYTES_MAX: usize = 40_000;

/// Bytes of a sidecar at most: the longest manifest, and the agreement of everybody in it, laid out for reading.
pub const SIDECAR_BYTES_MAX: usize = 256 * 1024;

/// A manifest and the signatures next to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Fair {
    /// The manifest.
    pub manifest: Manifest,
    /// The contributors' signatures.
    pub agreed: AgreementList,
}

/// Why a text is no .fair.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum FairFileError {
    #[error("a .fair has at most {SIDECAR_BYTES_MAX} bytes")]
    TooLong,
    #[error(transparent)]
    Json(#[from] ParseError),
    #[error("the member {0:?} is unknown: a .fair has manifest and agreed, or is a manifest alone")]
    Member(String),
    #[error(transparent)]
    Manifest(#[from] FairError),
}

/// The name of the file that has the .fair of another one.
pub fn sidecar_name(name: &str) -> String {
    format!("{name}.fair.json")
}

impl Fair {
    /// Wraps a manifest without agreements.
    pub fn from_manifest(manifest: Manifest) -> Self {
        let agreed = AgreementList::default();
        Self { manifest, agreed }
    }

    /// Reads `{manifest, agreed?}`, or a manifest alone.
    pub fn parse(bytes: &[u8]) -> Result<Self, FairFileError> {
        if bytes.len() > SIDECAR_BYTES_MAX {
            return Err(FairFileError::TooLong);
        }
        let mut value = jcs::parse_strict(bytes)?;
        let both = value.as_object_mut();
        let Some(both) = both.filter(|map| map.contains_key("manifest")) else {
            return Ok(Self::from_manifest(Manifest::from_value(value)?));
        };
        let manifest = both.remove("manifest").unwrap_or_default();
        let agreed = both.remove("agreed");
        if let Some(name) = both.keys().next() {
            return Err(FairFileError::Member(name.clone()));
        }
        Self::of_values(manifest, agreed)
    }

    /// Reads the texts of the two members.
    pub(crate) fn of_texts(manifest: &str, agreed: Option<&str>) -> Result<Self, FairFileError> {
        let agreed = agreed.map(|text| jcs::parse_strict(text.as_bytes()));
        Self::of_values(jcs::parse_strict(manifest.as_bytes())?, agreed.transpose()?)
    }

    fn of_values(manifest: Value, agreed: Option<Value>) -> Result<Self, FairFileError> {
        Ok(Self {
            manifest: Manifest::from_value(manifest)?,
            agreed: agreed
                .map_or(Ok(AgreementList::default()), |agreed| AgreementList::read(&agreed))?,
        })
    }

    /// Returns `{manifest, agreed?}`; `agreed` only if it isn't empty.
    pub fn to_value(&self) -> Value {
        let mut both = Map::new();
        if !self.agreed.is_empty() {
            both.insert("agreed".to_owned(), self.agreed.to_value());
        }
        both.insert("manifest".to_owned(), self.manifest.document().clone());
        Value::Object(both)
    }

    /// The canonical JSON of both.
    pub fn to_json(&self) -> String {
        jcs::to_string(&self.to_value())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_protocol::Did;
    use serde_json::json;

    #[test]
    fn a_manifest_alone_is_a_fair_without_agreements() {
        let did = Did::from_key(&[7; 32]);
        let manifest =
            json!({"id": "w", "version": "0.3.0", "contributors": [{"id": did, "weight": 1}]});
        let alone = Fair::parse(manifest.to_string().as_bytes()).unwrap();
        let both = json!({ "manifest": manifest });
        assert_eq!(alone, Fair::parse(both.to_string().as_bytes()).unwrap());
        assert_eq!(alone, Fair::parse(alone.to_json().as_bytes()).unwrap());
        for (bad, named) in [
            (json!({"manifest": manifest, "agree": []}), "agree"),
            (json!({"manifest": manifest, "agreed": {}}), "agreed"),
            (json!({"manifest": "x"}), "object"),
            (json!([]), "object"),
        ] {
            let error = Fair::parse(bad.to_string().as_bytes()).unwrap_err();
            assert!(error.to_string().contains(named), "{error}");
        }
        let long = vec![b' '; SIDECAR_BYTES_MAX + 1];
        assert_eq!(Fair::parse(&long), Err(FairFileError::TooLong));
    }
}
