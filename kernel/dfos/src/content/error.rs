//! Why an operation, or a log of them, is refused.

use crate::Did;
use crate::credential::CredentialError;
use crate::statement::StatementError;

/// Why an operation was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum ContentError {
    #[error(transparent)]
    Statement(#[from] StatementError),
    #[error("the first operation must be a create")]
    NotCreate,
    #[error("only the first operation is a create")]
    SecondCreate,
    #[error("a deleted branch cannot be extended")]
    Deleted,
    #[error("previousOperationCID is not the CID of the operation before")]
    Previous,
    #[error("unknown previous operation: {0}")]
    UnknownPrevious(String),
    #[error("createdAt is not later than that of the operation before")]
    CreatedAt,
    #[error("{0} is not the creator of the chain and shows no credential")]
    Unauthorized(Did),
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
#[allow(missing_docs, reason = "documented by the messages")]
pub enum LogError {
    #[error("the log is empty")]
    Empty,
    #[error("operation {index}: {error}")]
    Operation {
        /// Its position, from zero.
        index: usize,
        error: ContentError,
    },
}
