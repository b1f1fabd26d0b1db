//! Countersignatures: one identity witnesses what another has signed.
//!
//! Always: names its target by CID and says nothing else about it. The recipient checks whether the target is known,
//! who signed it, and whether the witness has countersigned before.
//!
//! Rules: DFOS v1 PROTOCOL "Countersignatures".

use std::collections::BTreeMap;

use crate::resolve::Verifier;
use crate::statement::{self, Attested, Result, Statement, StatementError, VERSION, members};
use crate::{Did, Timestamp, Value};

pub use crate::statement::sign;

/// Characters of a relation, at most (DFOS v1 "Bounds"), in UTF-16 units, as the reference counts them.
pub const RELATION_CHARS_MAX: usize = 64;

/// A witness's countersignature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Countersign {
    /// The witness.
    pub did: Did,
    /// The target's CID, as it was written.
    pub target: String,
    /// The witness's relation to the target, in the witness's own word (`endorses`, `coauthors`, …).
    pub relation: Option<String>,
    /// When it was signed, by the witness's clock.
    pub created_at: Timestamp,
}

impl Statement for Countersign {
    const TYP: &'static str = "did:dfos:countersign";

    fn from_value(payload: &Value) -> Result<Self> {
        members::version_and_type(payload, "countersign")?;
        let relation = members::optional_text(payload, "relation")?;
        let fits = |text: &String| (1..=RELATION_CHARS_MAX).contains(&text.encode_utf16().count());
        if !relation.as_ref().is_none_or(fits) {
            return Err(StatementError::Schema("relation"));
        }
        Ok(Self {
            did: members::did(payload, "did")?,
            target: members::text(payload, "targetCID")?.to_owned(),
            relation,
            created_at: members::timestamp(payload, "createdAt")?,
        })
    }

    fn to_value(&self) -> Value {
        let mut members = BTreeMap::new();
        let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
        put("version", Value::Int(VERSION));
        put("type", Value::from("countersign"));
        put("did", Value::from(self.did.as_str()));
        put("targetCID", Value::from(self.target.as_str()));
        if let Some(relation) = &self.relation {
            put("relation", Value::from(relation.as_str()));
        }
        put("createdAt", Value::from(self.created_at.to_string()));
        Value::Map(members)
    }

    fn signer(&self) -> &Did {
        &self.did
    }
}

/// Verifies a countersignature with the keys of the verifier's scope.
pub fn verify(token: &str, verifier: &Verifier<'_>) -> Result<Attested<Countersign>> {
    statement::read::<Countersign>(token)?.attest(verifier, verifier.key_scope())
}
