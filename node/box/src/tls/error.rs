//! Errors of making and loading certificates.

/// Error of making or loading a certificate.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file.
    #[error("{0}: {1}")]
    File(std::path::PathBuf, std::io::Error),
    /// Making one.
    #[error("a certificate cannot be made: {0}")]
    Make(#[from] rcgen::Error),
    /// Using one.
    #[error("a certificate cannot be used: {0}")]
    Use(#[from] rustls::Error),
    /// The bytes are not a certificate with a key.
    #[error("this is not a certificate with its key")]
    Form,
}
