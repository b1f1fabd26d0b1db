//! Why a credential is refused.

use crate::Did;
use crate::statement::StatementError;

/// Why a credential, or one that it is derived from, was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum CredentialError {
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The issuer is deleted; restoring the issuer makes the credentials valid again.
    #[error("the issuer is deleted: {0}")]
    IssuerDeleted(Did),
    /// The credential was used before `iat`.
    #[error("the credential is not valid yet")]
    NotYet,
    /// The credential was used at or after `exp`.
    #[error("the credential has expired")]
    Expired,
    #[error("the credential is revoked: {0}")]
    Revoked(String),
    #[error("the delegation begins with {found}, not with {expected}")]
    Root { expected: Did, found: Did },
    #[error("{0} passed on a credential that was issued to another identity")]
    Gap(Did),
    #[error("a derived credential expires after the one it is derived from")]
    OutlivesParent,
    #[error("a derived credential allows more than the one it is derived from")]
    Widens,
    #[error("the delegation has more than {0} credentials")]
    TooDeep(usize),
    #[error("the credential is for {0}")]
    Audience(String),
    #[error("the credential does not allow {action} on {resource}")]
    Scope { resource: String, action: String },
}

impl CredentialError {
    /// Whether the result may change once more is known.
    pub fn is_dependency(&self) -> bool {
        matches!(self, Self::Statement(error) if error.is_dependency())
    }
}
