//! TLS to servers with a certificate of an authority that this machine trusts.
//!
//! Always: all clients share the authorities, some 140 that take a tenth of a megabyte. They are read again once no client is left.

use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use rustls::crypto::ring;
use rustls::{ClientConfig, Error};
use rustls_platform_verifier::Verifier;

/// The authorities, as long as a client has them.
static SHARED: Mutex<Weak<Verifier>> = Mutex::new(Weak::new());

/// Judges certificates by the authorities.
pub fn verifier() -> Result<Arc<Verifier>, Error> {
    let mut shared = SHARED.lock();
    if let Some(verifier) = shared.upgrade() {
        return Ok(verifier);
    }
    let verifier = Arc::new(Verifier::new(Arc::new(ring::default_provider()))?);
    *shared = Arc::downgrade(&verifier);
    Ok(verifier)
}

/// TLS for a client of any protocol.
pub(crate) fn tls() -> Result<ClientConfig, Error> {
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        // rustls calls any custom verifier dangerous; this one uses the machine's trust store.
        .dangerous()
        .with_custom_certificate_verifier(verifier()?)
        .with_no_client_auth();
    Ok(config)
}

/// TLS for a client of HTTP/1.1.
pub(crate) fn http() -> Result<ClientConfig, Error> {
    let mut config = tls()?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
