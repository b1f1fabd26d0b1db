//! The certificate of the other side: its key, and whether it is trusted.

use std::error::Error;
use std::io;

use reqwest::Response;
use reqwest::tls::TlsInfo;
use rustls::pki_types::CertificateDer;
use rustls::server::ParsedCertificate;
use sha2::{Digest, Sha256};

/// The SHA-256 of the public key (SubjectPublicKeyInfo) in the certificate; `None` without TLS, or if the client did not ask for it.
pub(super) fn key_digest(response: &Response) -> Option<[u8; 32]> {
    let info: &TlsInfo = response.extensions().get()?;
    let certificate = CertificateDer::from(info.peer_certificate()?);
    let key = ParsedCertificate::try_from(&certificate).ok()?;
    Some(Sha256::digest(key.subject_public_key_info()).into())
}

/// Whether an error is, or follows from, a certificate that is not trusted.
pub(super) fn is_untrusted(error: &(dyn Error + 'static)) -> bool {
    if let Some(rustls::Error::InvalidCertificate(_)) = error.downcast_ref() {
        return true;
    }
    // An I/O error hides what it wraps from `source`.
    let wrapped = error.downcast_ref().and_then(io::Error::get_ref);
    wrapped.is_some_and(|wrapped| is_untrusted(wrapped)) || error.source().is_some_and(is_untrusted)
}
