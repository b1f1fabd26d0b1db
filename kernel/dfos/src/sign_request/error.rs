//! Why a request to sign, or an answer to one, is refused.

use crate::resolve::ResolveError;
use crate::statement::StatementError;

/// Why a sign request, or an answer to one, was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignRequestError {
    /// The token, or its target, is invalid.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The request has expired.
    #[error("the request has expired")]
    Expired,
    /// The request asks another identity.
    #[error("the request asks another identity to sign")]
    Subject,
    /// The kind of target is unknown and therefore cannot be shown.
    #[error("this signer does not know {0}")]
    UnknownTarget(String),
    /// A sign-in could be answered after its challenge has expired.
    #[error("the request outlives the challenge in it")]
    OutlivesChallenge,
    /// The answer signs other bytes than requested.
    #[error("the answer signs other bytes than the request")]
    Payload,
}

impl SignRequestError {
    /// Whether nothing is known for or against it: the requester's chain is not held here, or the look-up failed. Every
    /// other error is permanent.
    pub fn is_unverifiable(&self) -> bool {
        matches!(
            self,
            Self::Statement(StatementError::Resolve(
                ResolveError::UnknownIdentity(_) | ResolveError::Unavailable(_)
            ))
        )
    }
}
