//! Why an operation, or a log of them, is refused.

use crate::Did;
use crate::credential::CredentialError;
use crate::statement::StatementError;

/// Why an operation was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContentError {
    /// The token is invalid.
    #[error(transparent)]
    Statement(#[from] StatementError),
    /// The first operation is not a create.
    #[error("the first operation must be a create")]
    NotCreate,
    /// A create that is not the first operation.
    #[error("only the first operation is a create")]
    SecondCreate,
    /// An operation after a delete on that branch.
    #[error("a deleted branch cannot be extended")]
    Deleted,
    /// The operation does not name the previous one.
    #[error("previousOperationCID is not the CID of the operation before")]
    Previous,
    /// The operation names one that is not part of the chain (yet).
    #[error("unknown previous operation: {0}")]
    UnknownPrevious(String),
    /// The operation is not later than the previous one.
    #[error("createdAt is not later than that of the operation before")]
    CreatedAt,
    /// The signer is not the creator and has no credential.
    #[error("{0} is not the creator of the chain and shows no credential")]
    Unauthorized(Did),
    /// The credential does not permit the operation.
    #[error("authorization: {0}")]
    Authorization(#[from] CredentialError),
}

impl ContentError {
    /// Whether the result may change once more is known: a missing parent, key or issuer.
    pub fn is_dependency(&self) -> bool {
        match self {
            Self::UnknownPrevious(_) => true,
            Self::Statement(error) => error.is_dependency(),
            Self::Authorization(error) => error.is_dependency(),
            _ => false,
        }
    }
}

/// Why a log was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// The log has no operations, so it belongs to no one.
    #[error("the log is empty")]
    Empty,
    /// One of the operations was refused.
    #[error("operation {index}: {error}")]
    Operation {
        /// Its position, from zero.
        index: usize,
        /// Why it was refused.
        error: ContentError,
    },
}
