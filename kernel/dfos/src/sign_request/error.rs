//! Why a request to sign, or an answer to one, is refused.

use crate::resolve::ResolveError;
use crate::statement::StatementError;

/// Why a sign request, or an answer to one, was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum SignRequestError {
    #[error(transparent)]
    Statement(#[from] StatementError),
    #[error("the request has expired")]
    Expired,
    #[error("the request asks another identity to sign")]
    Subject,
    #[error("this signer does not know {0}")]
    UnknownTarget(String),
    #[error("the request outlives the challenge in it")]
    OutlivesChallenge,
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
