//! Why a credential is refused.

use crate::Did;
use crate::statement::StatementError;

/// Why a credential, or one that it is derived from, was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The token is invalid.
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
    /// The issuer revoked it, or one that it is derived from.
    #[error("the credential is revoked: {0}")]
    Revoked(String),
    /// The delegation begins with an identity that does not own the resource.
    #[error("the delegation begins with {found}, not with {expected}")]
    Root {
        /// The identity that owns the resource.
        expected: Did,
        /// The identity that the delegation begins with.
        found: Did,
    },
    /// An identity derived a credential from one that was issued to another.
    #[error("{0} passed on a credential that was issued to another identity")]
    Gap(Did),
    /// The derived credential is valid for longer than its parent.
    #[error("a derived credential expires after the one it is derived from")]
    OutlivesParent,
    /// The derived credential allows more than its parent.
    #[error("a derived credential allows more than the one it is derived from")]
    Widens,
    /// There are more than 16 credentials from leaf to root.
    #[error("the delegation has more than {0} credentials")]
    TooDeep(usize),
    /// The credential is for another identity.
    #[error("the credential is for {0}")]
    Audience(String),
    /// The credential does not cover the request.
    #[error("the credential does not allow {action} on {resource}")]
    Scope {
        /// The requested resource.
        resource: String,
        /// The requested action.
        action: String,
    },
}

impl CredentialError {
    /// Whether the result may change once more is known.
    pub fn is_dependency(&self) -> bool {
        matches!(self, Self::Statement(error) if error.is_dependency())
    }
}
