//! Errors of making and loading certificates.

/// Error of making or loading a certificate.
#[derive(Debug, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum TlsError {
    #[error("{0}: {1}")]
    File(std::path::PathBuf, std::io::Error),
    #[error("a certificate cannot be made: {0}")]
    Make(#[from] rcgen::Error),
    #[error("a certificate cannot be used: {0}")]
    Use(#[from] rustls::Error),
    #[error("this is not a certificate with its key")]
    Form,
}
