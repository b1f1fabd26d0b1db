//! Why an operation, or a log of them, was refused.

use crate::jws::JwsError;

/// Why an operation was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum IdentityError {
    #[error(transparent)]
    Jws(#[from] JwsError),
    #[error("{0} is missing or malformed")]
    Schema(&'static str),
    #[error("{0} has too many entries")]
    TooMany(&'static str),
    #[error("{what} has {bytes} bytes, more than allowed")]
    TooLarge {
        what: &'static str,
        /// The size as dag-cbor, in bytes.
        bytes: usize,
    },
    #[error("the id {0} is repeated")]
    RepeatedId(String),
    #[error("the key id {0} named another key before")]
    KeyRebound(String),
    #[error("the first operation must be a create")]
    NotCreate,
    #[error("only the first operation is a create")]
    SecondCreate,
    #[error("a deleted identity can only be restored")]
    Deleted,
    #[error("only a deleted identity can be restored")]
    NotDeleted,
    #[error("previousOperationCID is not the CID of the operation before")]
    Previous,
    #[error("createdAt is not later than that of the operation before")]
    CreatedAt,
    #[error("the header's cid is not that of the payload")]
    Cid,
    /// The `kid` does not have the form for its position, or names another DID.
    #[error("the kid is not a key of this identity")]
    KeyId,
    /// The `kid` does not name a controller key of the previous state.
    #[error("{0} is not a controller key")]
    NotController(String),
    #[error("the controller key is not an Ed25519 public key")]
    KeyMaterial,
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
        error: IdentityError,
    },
}
