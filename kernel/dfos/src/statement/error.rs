//! Why a statement was refused.

use crate::jws::JwsError;
use crate::resolve::ResolveError;

/// Why a statement was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StatementError {
    /// The token is malformed, or its signature is wrong.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// A member is missing or has another shape than the schema says.
    #[error("{0} is missing or malformed")]
    Schema(&'static str),
    /// The token or its payload is too large.
    #[error("{what} has {bytes} bytes, more than the {bytes_max} allowed")]
    TooLarge {
        /// The token or the payload.
        what: &'static str,
        /// Its size in bytes.
        bytes: usize,
        /// The limit in bytes.
        bytes_max: usize,
    },
    /// The header's `cid` is missing or not the CID of the payload.
    #[error("the header's cid is not that of the payload")]
    Cid,
    /// A text is not in its canonical form.
    #[error("the payload is not in its canonical form")]
    NotCanonical,
    /// The `kid` is not a DID URL of the DID that the payload names.
    #[error("the kid is not a key of the DID that the payload names")]
    KeyId,
    /// The key that would check the signature is unknown.
    #[error(transparent)]
    Resolve(#[from] ResolveError),
}

impl StatementError {
    /// Whether the result may change once more is known.
    pub fn is_dependency(&self) -> bool {
        matches!(self, Self::Resolve(error) if error.is_dependency())
    }
}
