//! Writes the dialect of version 0.3.0.

use super::{Contributor, FairError, Manifest, Source};
use crate::Did;
use serde_json::{Map, Value, json};

/// A manifest before it is signed.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The id of the work.
    pub id: String,
    /// The type of the work; [`super::DISTRIBUTION`] for what a person passes on.
    pub kind: String,
    /// The owner, if that is not a contributor.
    pub owner: Option<Did>,
    /// The contributors; their weights add up to the whole.
    pub contributors: Vec<Contributor>,
    /// The sources.
    pub derives_from: Vec<Source>,
    /// The terms of use.
    pub terms: Map<String, Value>,
}

impl Draft {
    /// Builds the manifest, without signatures.
    ///
    /// # Errors
    /// [`FairError`] if a member or the shares are invalid.
    pub fn build(self) -> Result<Manifest, FairError> {
        let contributor = |one: Contributor| {
            let mut item = json!({ "id": one.did, "weight": one.weight.to_number() });
            if let Some(role) = one.role {
                item["role"] = Value::from(role);
            }
            item
        };
        let source = |one: Source| {
            let mut item = json!({ "id": one.id, "weight": one.weight.to_number() });
            if let Some(digest) = one.fair {
                item["fair"] = Value::from(digest.to_string());
            }
            item
        };
        let mut document = json!({
            "id": self.id,
            "version": "0.3.0",
            "type": self.kind,
            "contributors": self.contributors.into_iter().map(contributor).collect::<Vec<_>>(),
            "derivesFrom": self.derives_from.into_iter().map(source).collect::<Vec<_>>(),
            "terms": self.terms,
            "signature": null,
            "platformSignature": null,
        });
        if let Some(owner) = self.owner {
            document["owner"] = Value::from(owner.as_str());
        }
        // Reads back the JSON that other readers will see: 1.0 is the integer 1 to them.
        let text = crate::jcs::to_string(&document);
        Manifest::parse(&text)
    }
}
