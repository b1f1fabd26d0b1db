//! Why a relay does not open.

use std::io;

use super::identity::IdentityFileError;
use super::store::StoreError;

/// Why the relay does not start.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum RelayError {
    #[error("the relay's folder {folder}: {error}")]
    Folder { folder: String, error: io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Identity(#[from] IdentityFileError),
    #[error("the relay's own identity is refused: {0}")]
    Refused(String),
    #[error("the relay needs a tokio runtime around it: {0}")]
    Runtime(#[from] tokio::runtime::TryCurrentError),
    #[error("the peer {url} has no usable address: {error}")]
    Peer { url: String, error: String },
}
