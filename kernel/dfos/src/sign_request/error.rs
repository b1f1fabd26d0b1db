//! Why a request to sign, or an answer to one, is refused.

use crate::resolve::ResolveError;
use crate::statement::StatementError;

/// Why a request to sign, or an answer to one, is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignRequestError {
    /// The token, or what it asks to be signed, is refused.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// Its time is over.
    #[error("the request has expired")]
    Expired,
    /// Somebody else is asked.
    #[error("the request asks somebody else to sign")]
    Subject,
    /// A kind of target that is not known here, and therefore cannot be shown.
    #[error("a signer here does not know {0}")]
    UnknownTarget(String),
    /// A sign-in could be answered for longer than its challenge is good.
    #[error("the request outlives the challenge in it")]
    OutlivesChallenge,
    /// The answer signs other bytes than were asked for.
    #[error("the answer is about something else")]
    Payload,
}

impl SignRequestError {
    /// Whether nothing is known for or against it: the requester's chain is not held here, or could not be
    /// looked up. Everything else is wrong for good.
    pub fn is_unverifiable(&self) -> bool {
        matches!(
            self,
            Self::Statement(StatementError::Resolve(
                ResolveError::UnknownIdentity(_) | ResolveError::Unavailable(_)
            ))
        )
    }
}
