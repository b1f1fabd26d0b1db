//! Why a relay does not open.

use std::io;

use super::identity::IdentityFileError;
use super::store::StoreError;

/// Why the relay does not start.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The folder cannot be made.
    #[error("the relay's folder {folder}: {error}")]
    Folder {
        /// Which.
        folder: String,
        /// Why.
        error: io::Error,
    },
    /// The store does not open.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The relay's identity is missing or damaged.
    #[error(transparent)]
    Identity(#[from] IdentityFileError),
    /// The relay's own operations are refused.
    #[error("the relay's own identity is refused: {0}")]
    Refused(String),
    /// Opened outside a tokio runtime.
    #[error("the relay needs a tokio runtime around it: {0}")]
    Runtime(#[from] tokio::runtime::TryCurrentError),
    /// A peer's address is none.
    #[error("the peer {url} has no usable address: {error}")]
    Peer {
        /// The URL as configured.
        url: String,
        /// Why.
        error: String,
    },
}
