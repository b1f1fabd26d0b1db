//! Errors of an order at an ACME directory.

use crate::tls::TlsError;
use imajin_host::outgoing::NotReached;
use std::time::Duration;

/// The type of a directory's problem with a nonce (RFC 8555 §6.7).
pub(super) const BAD_NONCE: &str = "urn:ietf:params:acme:error:badNonce";

/// Error of an order at an ACME directory.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AcmeError {
    #[error("the directory: {0}")]
    Directory(String),
    #[error("the directory refused {name}: {why}")]
    Refused { name: String, why: String },
    #[error("the directory does not offer the challenge {1} for {0}")]
    Challenge(String, &'static str),
    #[error("the registry {0} did not help: {1}")]
    Registry(String, String),
    #[error("the directory gave no certificate: {0}")]
    Order(String),
    #[error("the directory did not finish within {} seconds", .0.as_secs())]
    Late(Duration),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("`tls.root`: {0}")]
    Root(String),
    #[error("the directory leads elsewhere: {0}")]
    Elsewhere(#[from] NotReached),
}

impl From<rcgen::Error> for AcmeError {
    fn from(error: rcgen::Error) -> Self {
        Self::Tls(error.into())
    }
}
