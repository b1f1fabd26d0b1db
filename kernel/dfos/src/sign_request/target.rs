//! The target of a sign request, understood completely or not at all.
//!
//! Always: a [`Target`] says exactly what its bytes say. No target is generic: bytes that cannot be shown must
//! not be signed.

use super::{SignRequest, SignRequestError};
use crate::canonical::{self, Members};
use crate::credit::CreditClaim;
use crate::siwd::{self, Challenge};
use crate::statement::{Statement, VERSION};
use crate::{Did, Timestamp, cbor, cid::dag_cbor_cid};

const CLAIM_MEMBERS: [&str; 7] =
    ["version", "type", "contentId", "did", "role", "createdAt", "asOfDocumentCID"];

/// The statement to sign, to be shown first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// The identity's claim that it had a role in a content chain.
    CreditClaim(CreditClaim),
    /// The identity's sign-in to a site, whose domain must be shown first.
    SignIn(Challenge),
}

impl Target {
    /// Parses the bytes that `subject` is asked to sign.
    ///
    /// # Errors
    /// [`SignRequestError`] for bytes that cannot be shown.
    pub fn parse(
        payload_typ: &str,
        payload: &[u8],
        subject: &Did,
    ) -> Result<Self, SignRequestError> {
        let (target, signer) = match payload_typ {
            CreditClaim::TYP => {
                let value = canonical::parse(payload, &CLAIM_MEMBERS)?;
                canonical::whole_seconds(&value, "createdAt")?;
                let claim = CreditClaim::from_value(&value)?;
                canonical::check(payload, &claim_text(&claim))?;
                let signer = Some(claim.did.clone());
                (Self::CreditClaim(claim), signer)
            }
            siwd::TYP => {
                let challenge = Challenge::parse(payload)?;
                let signer = challenge.did.clone();
                (Self::SignIn(challenge), signer)
            }
            other => return Err(SignRequestError::UnknownTarget(other.to_owned())),
        };
        if signer.is_some_and(|signer| signer != *subject) {
            return Err(SignRequestError::Subject);
        }
        Ok(target)
    }

    /// Parses what a request asks of `subject`. A sign-in may not be answered later than `window_secs` after its
    /// challenge was made (SIWD "The one-clock rule").
    pub fn from_request(
        request: &SignRequest,
        subject: &Did,
        window_secs: i64,
    ) -> Result<Self, SignRequestError> {
        if request.subject != *subject {
            return Err(SignRequestError::Subject);
        }
        let target = Self::parse(&request.payload_typ, &request.payload, subject)?;
        if let Self::SignIn(challenge) = &target {
            check_one_clock(challenge.timestamp, request.expires_at, window_secs)?;
        }
        Ok(target)
    }

    /// The `typ` of the token that signs it.
    pub fn typ(&self) -> &'static str {
        match self {
            Self::CreditClaim(_) => CreditClaim::TYP,
            Self::SignIn(_) => siwd::TYP,
        }
    }

    /// The bytes to sign: the only ones that [`Target::parse`] accepts for it.
    pub fn to_text(&self) -> String {
        match self {
            Self::CreditClaim(claim) => claim_text(claim),
            Self::SignIn(challenge) => challenge.to_text(),
        }
    }

    /// The `cid` of the token that signs it, if its kind has one.
    pub(super) fn cid(&self) -> Option<String> {
        match self {
            Self::CreditClaim(claim) => {
                Some(dag_cbor_cid(&cbor::encode(&claim.to_value())).to_string())
            }
            Self::SignIn(_) => None,
        }
    }
}

fn check_one_clock(
    challenge: Timestamp,
    expires_at: Timestamp,
    window_secs: i64,
) -> Result<(), SignRequestError> {
    if expires_at.as_secs() > challenge.as_secs().saturating_add(window_secs) {
        return Err(SignRequestError::OutlivesChallenge);
    }
    Ok(())
}

fn claim_text(claim: &CreditClaim) -> String {
    let mut members = Members::new();
    members.int("version", VERSION);
    members.text("type", "credit-claim");
    members.text("contentId", claim.content_id.as_str());
    members.text("did", claim.did.as_str());
    members.text("role", &claim.role);
    members.text("createdAt", &claim.created_at.to_string());
    if let Some(document) = &claim.as_of_document {
        members.text("asOfDocumentCID", document);
    }
    members.finish()
}
