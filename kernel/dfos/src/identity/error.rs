//! Why an operation, or a log of them, was refused.

use crate::jws::JwsError;

/// Why an operation was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// The token is malformed, or its signature is wrong.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// A member is missing or has another shape than the schema says.
    #[error("{0} is missing or malformed")]
    Schema(&'static str),
    /// A list is too long.
    #[error("{0} has too many entries")]
    TooMany(&'static str),
    /// The operation, or its services, are too large.
    #[error("{what} has {bytes} bytes, more than allowed")]
    TooLarge {
        /// The operation or its services.
        what: &'static str,
        /// The size as dag-cbor, in bytes.
        bytes: usize,
    },
    /// A key id or a service id appears twice in one list.
    #[error("the id {0} is repeated")]
    RepeatedId(String),
    /// A key id that named another key before.
    #[error("the key id {0} named another key before")]
    KeyRebound(String),
    /// The first operation is not a create.
    #[error("the first operation must be a create")]
    NotCreate,
    /// A create that is not the first operation.
    #[error("only the first operation is a create")]
    SecondCreate,
    /// An operation other than a restore after a delete.
    #[error("a deleted identity can only be restored")]
    Deleted,
    /// A restore that does not follow a delete.
    #[error("only a deleted identity can be restored")]
    NotDeleted,
    /// The operation does not name the previous one.
    #[error("previousOperationCID is not the CID of the operation before")]
    Previous,
    /// The operation is not later than the previous one.
    #[error("createdAt is not later than that of the operation before")]
    CreatedAt,
    /// The header's `cid` is missing or not the CID of the payload.
    #[error("the header's cid is not that of the payload")]
    Cid,
    /// The `kid` does not have the form for its position, or names another DID.
    #[error("the kid is not a key of this identity")]
    KeyId,
    /// The `kid` does not name a controller key of the previous state.
    #[error("{0} is not a controller key")]
    NotController(String),
    /// The signing key's text is not an Ed25519 public key.
    #[error("the controller key is not an Ed25519 public key")]
    KeyMaterial,
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
        error: IdentityError,
    },
}
