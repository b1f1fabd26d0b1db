//! Why a credential is refused.

use crate::Did;
use crate::statement::StatementError;

/// Why a credential, or what it is derived from, is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The token itself is refused.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The issuer is deleted; a restore makes their credentials hold again.
    #[error("the issuer is deleted: {0}")]
    IssuerDeleted(Did),
    /// Used before `iat`.
    #[error("the credential is not valid yet")]
    NotYet,
    /// Used at or after `exp`.
    #[error("the credential has expired")]
    Expired,
    /// The issuer took it, or one that it is derived from, back.
    #[error("the credential is revoked: {0}")]
    Revoked(String),
    /// The walk ended at another identity than the one whose resource it is.
    #[error("the delegation begins with {found}, not with {expected}")]
    Root {
        /// Where it had to end.
        expected: Did,
        /// Where it did.
        found: Did,
    },
    /// A credential was derived by somebody for whom its parent was not.
    #[error("{0} passed on a credential that was given to somebody else")]
    Gap(Did),
    /// A derived credential would hold for longer than its parent.
    #[error("a derived credential expires after the one it is derived from")]
    OutlivesParent,
    /// A derived credential would allow more than its parent.
    #[error("a derived credential allows more than the one it is derived from")]
    Widens,
    /// More than 16 credentials from leaf to root.
    #[error("the delegation has more than {0} credentials")]
    TooDeep(usize),
    /// The credential is for somebody else.
    #[error("the credential is for {0}")]
    Audience(String),
    /// The credential does not cover what is asked for.
    #[error("the credential does not allow {action} on {resource}")]
    Scope {
        /// On what.
        resource: String,
        /// What.
        action: String,
    },
}

impl CredentialError {
    /// Whether the answer may be another once more is known.
    pub fn is_dependency(&self) -> bool {
        matches!(self, Self::Statement(error) if error.is_dependency())
    }
}
