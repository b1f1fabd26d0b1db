//! Why a statement is refused.

use crate::jws::JwsError;
use crate::resolve::ResolveError;

/// Why a statement is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// The token is refused before its content is looked at, or its signature is wrong.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// A member is missing or has another shape than the schema says.
    #[error("{0} is missing or malformed")]
    Schema(&'static str),
    /// The token or its payload is larger than allowed.
    #[error("{what} has {bytes} bytes, more than the {bytes_max} allowed")]
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Its size.
        bytes: usize,
        /// What is allowed.
        bytes_max: usize,
    },
    /// The header's `cid` is missing or not the CID of the payload.
    #[error("the header's cid is not that of the payload")]
    Cid,
    /// A text that must have its one canonical form has another.
    #[error("the payload is not in its canonical form")]
    NotCanonical,
    /// The `kid` is no DID URL of the DID that the payload names.
    #[error("the kid is not a key of the DID that the payload names")]
    KeyId,
    /// There is no key to check the signature with.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
}

impl StatementError {
    /// Whether the answer may be another once more is known.
    pub fn is_dependency(&self) -> bool {
        matches!(self, Self::Resolve(error) if error.is_dependency())
    }
}
