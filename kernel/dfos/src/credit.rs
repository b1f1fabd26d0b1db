//! Credit claims: an identity that a document names as a contributor confirms it.
//!
//! Always: a claim is bound to one chain, one identity and one role, byte for byte; it is part of the document. A claim
//! stays valid after its identity was deleted. "Could not be checked" and "is wrong" are different results.
//!
//! Rules: DFOS v1 CREDITS.

use std::collections::BTreeMap;

use crate::content::ContentId;
use crate::resolve::{KeyScope, ResolveError, Verifier};
use crate::statement::{self, Attested, Result, Statement, StatementError, VERSION, members};
use crate::{Did, Timestamp, Value};

pub use crate::statement::sign;

/// Bytes of a claim's token, at most (DFOS v1 "Bounds").
pub const CLAIM_BYTES_MAX: usize = 4_096;

/// An identity's claim that it had a role in a content chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditClaim {
    /// The chain.
    pub content_id: ContentId,
    /// The claimant.
    pub did: Did,
    /// The role, in the words of the entry that names the claimant.
    pub role: String,
    /// When it was signed.
    pub created_at: Timestamp,
    /// The document that the claimant saw, if the claim pins one.
    pub as_of_document: Option<String>,
}

impl Statement for CreditClaim {
    const TYP: &'static str = "did:dfos:credit-claim";
    const TOKEN_BYTES_MAX: usize = CLAIM_BYTES_MAX;

    fn from_value(payload: &Value) -> Result<Self> {
        const CONTENT_ID: &str = "contentId";
        const AS_OF: &str = "asOfDocumentCID";
        members::version_and_type(payload, "credit-claim")?;
        let content_id = ContentId::parse(members::text(payload, CONTENT_ID)?);
        let as_of_document = members::optional_text(payload, AS_OF)?;
        if as_of_document.as_deref() == Some("") {
            return Err(StatementError::Schema(AS_OF));
        }
        Ok(Self {
            content_id: content_id.map_err(|_| StatementError::Schema(CONTENT_ID))?,
            did: members::did(payload, "did")?,
            role: members::filled(payload, "role")?.to_owned(),
            created_at: members::timestamp(payload, "createdAt")?,
            as_of_document,
        })
    }

    fn to_value(&self) -> Value {
        let mut members = BTreeMap::new();
        let mut put = |name: &str, text: &str| members.insert(name.to_owned(), Value::from(text));
        put("type", "credit-claim");
        put("contentId", self.content_id.as_str());
        put("did", self.did.as_str());
        put("role", &self.role);
        put("createdAt", &self.created_at.to_string());
        if let Some(document) = &self.as_of_document {
            put("asOfDocumentCID", document);
        }
        members.insert("version".to_owned(), Value::Int(VERSION));
        Value::Map(members)
    }

    fn signer(&self) -> &Did {
        &self.did
    }
}

/// Verifies a claim alone. [`verify_entry`] checks whether it is about a certain entry.
pub fn verify(token: &str, verifier: &Verifier<'_>) -> Result<Attested<CreditClaim>> {
    statement::read::<CreditClaim>(token)?.attest(verifier, KeyScope::Historical)
}

/// The result of checking an entry of a document's `credits`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credit {
    /// Only the document says so.
    Unclaimed,
    /// The identity confirms it.
    Claimed(Box<Attested<CreditClaim>>),
    /// There is a claim, but it is wrong or about something else.
    Invalid(String),
    /// There is a claim, but its signer's chain is not held here.
    Unverifiable(String),
}

/// Checks an entry of the `credits` of a document of that chain.
pub fn verify_entry(entry: &Value, content_id: &ContentId, verifier: &Verifier<'_>) -> Credit {
    let invalid = |reason: &str| Credit::Invalid(reason.to_owned());
    let Some(claim) = entry.get("claim") else {
        return Credit::Unclaimed;
    };
    let Some(token) = claim.as_str() else {
        return invalid("the claim is not a token");
    };
    let claim = match verify(token, verifier) {
        Ok(claim) => claim,
        Err(StatementError::Resolve(
            error @ (ResolveError::UnknownIdentity(_) | ResolveError::Unavailable(_)),
        )) => return Credit::Unverifiable(error.to_string()),
        Err(error) => return Credit::Invalid(error.to_string()),
    };
    if claim.content_id != *content_id {
        return invalid("the claim is about another content chain");
    }
    if entry.get_str("did") != Some(claim.did.as_str()) {
        return invalid("the claim is not by the identity that the entry names");
    }
    if entry.get_str("role") != Some(claim.role.as_str()) {
        return invalid("the claim is about another role than the entry names");
    }
    Credit::Claimed(Box::new(claim))
}
