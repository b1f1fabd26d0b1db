//! Certificate signing requests.

use crate::tls::TlsError;
use rcgen::{CertificateParams, CertificateSigningRequest, DistinguishedName, KeyPair};

/// A certificate signing request for `names` (RFC 2986), with a new key.
pub(super) fn request(names: &[String]) -> Result<(CertificateSigningRequest, KeyPair), TlsError> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    Ok((params.serialize_request(&key)?, key))
}
