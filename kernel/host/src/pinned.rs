//! TLS without any authority: the handshake of another node must be signed with a key that is known to be the node's
//! (docs/exchanges.md); any other server is only looked at.
//!
//! Always: with a node, TLS 1.3 and the protocol `mjn/1`, to which it answers with its own Ed25519 key. The rest of a
//! certificate (names, dates) is ignored. The handshake proves that the other side has its key.

use std::sync::Arc;

use ed25519_dalek::{Signature, VerifyingKey};
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{
    WebPkiSupportedAlgorithms, ring, verify_tls12_signature, verify_tls13_signature,
};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::version::TLS13;
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DEFAULT_VERSIONS, DigitallySignedStruct, Error,
    SignatureScheme, SupportedProtocolVersion,
};

/// HTTP/1.1 for other nodes: with this name the node proves its own key, and no authority is asked (docs/exchanges.md).
pub const NODE_PROTOCOL: &[u8] = b"mjn/1";

/// Accepts every certificate whose key signs the handshake.
#[derive(Debug)]
struct Pinned {
    /// The keys of which one must sign; `None` if any may, because the other side is not known.
    keys: Option<Vec<VerifyingKey>>,
    /// The signatures that may prove a key.
    schemes: Vec<SignatureScheme>,
}

impl ServerCertVerifier for Pinned {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        // Only the key counts, and the handshake's signature proves it.
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if self.keys.is_some() {
            return Err(Error::InvalidCertificate(CertificateError::BadSignature));
        }
        verify_tls12_signature(message, certificate, signed, &algorithms())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let Some(keys) = &self.keys else {
            return verify_tls13_signature(message, certificate, signed, &algorithms());
        };
        let signature = match signed.scheme {
            SignatureScheme::ED25519 => Signature::from_slice(signed.signature()).ok(),
            _ => None,
        };
        let is_theirs = signature.is_some_and(|signature| {
            let mut keys = keys.iter();
            keys.any(|key| key.verify_strict(message, &signature).is_ok())
        });
        if is_theirs {
            Ok(HandshakeSignatureValid::assertion())
        } else {
            Err(Error::InvalidCertificate(CertificateError::ApplicationVerificationFailure))
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.schemes.clone()
    }
}

fn algorithms() -> WebPkiSupportedAlgorithms {
    ring::default_provider().signature_verification_algorithms
}

/// TLS to a node that has one of these keys, for an HTTP client.
pub fn tls(keys: Vec<VerifyingKey>) -> Result<ClientConfig, Error> {
    node_config(Some(keys))
}

/// TLS to any node that answers, only to ask for its DID. The caller then asks again with [`tls`].
pub fn anybody() -> Result<ClientConfig, Error> {
    node_config(None)
}

/// TLS to any server as a browser opens it, only to look at its certificate. Nothing may be sent behind it.
pub fn any_server() -> Result<ClientConfig, Error> {
    let schemes = algorithms().supported_schemes();
    let verifier = Pinned { keys: None, schemes };
    config(verifier, DEFAULT_VERSIONS, b"http/1.1")
}

fn node_config(keys: Option<Vec<VerifyingKey>>) -> Result<ClientConfig, Error> {
    let schemes = vec![SignatureScheme::ED25519];
    config(Pinned { keys, schemes }, &[&TLS13], NODE_PROTOCOL)
}

fn config(
    verifier: Pinned,
    versions: &[&'static SupportedProtocolVersion],
    protocol: &[u8],
) -> Result<ClientConfig, Error> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions)?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![protocol.to_vec()];
    Ok(config)
}
