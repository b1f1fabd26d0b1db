//! Why a statement was refused.

use crate::jws::JwsError;
use crate::resolve::ResolveError;

/// A result whose error is a [`StatementError`], unless it names another.
pub type Result<T, E = StatementError> = std::result::Result<T, E>;

/// Why a statement was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum StatementError {
    #[error(transparent)]
    Jws(#[from] JwsError),
    #[error("{0} is missing or malformed")]
    Schema(&'static str),
    #[error("{what} has {bytes} bytes, more than the {bytes_max} allowed")]
    TooLarge { what: &'static str, bytes: usize, bytes_max: usize },
    #[error("the header's cid is not that of the payload")]
    Cid,
    #[error("the payload is not in its canonical form")]
    NotCanonical,
    #[error("the kid is not a key of the DID that the payload names")]
    KeyId,
    #[error(transparent)]
    Resolve(#[from] ResolveError),
}

impl StatementError {
    /// Whether the result may change once more is known.
    pub fn is_dependency(&self) -> bool {
        matches!(self, Self::Resolve(error) if error.is_dependency())
    }
}
