//! TLS to another node without any authority: the handshake must be signed with a key that is known to be the node's
//! (docs/exchanges.md).
//!
//! Always: TLS 1.3 and the protocol `mjn/1`, to which a node answers with its own Ed25519 key. The rest of the
//! certificate (names, dates) is ignored.

use std::sync::Arc;

use ed25519_dalek::{Signature, VerifyingKey};
use tokio_rustls::rustls::client::danger::{
    HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier,
};
use tokio_rustls::rustls::crypto::{ring, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::version::TLS13;
use tokio_rustls::rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
};

/// HTTP/1.1 for other nodes: with this name the node proves its own key, and no authority is asked (docs/exchanges.md).
pub const NODE_PROTOCOL: &[u8] = b"mjn/1";

/// The keys of which one must sign; `None` if any may, because the other side is not known yet.
#[derive(Debug)]
struct Pinned(Option<Vec<VerifyingKey>>);

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
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(Error::InvalidCertificate(CertificateError::BadSignature))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let Some(keys) = &self.0 else {
            let algorithms = ring::default_provider().signature_verification_algorithms;
            return verify_tls13_signature(message, certificate, signed, &algorithms);
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
            Err(Error::InvalidCertificate(
                CertificateError::ApplicationVerificationFailure,
            ))
        }
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        vec![SignatureScheme::ED25519]
    }
}

/// TLS to a node that has one of these keys, for an HTTP client.
pub fn tls(keys: Vec<VerifyingKey>) -> Result<ClientConfig, Error> {
    config(Some(keys))
}

/// TLS to any node that answers, only to ask for its DID. The caller then asks again with [`tls`].
pub fn anybody() -> Result<ClientConfig, Error> {
    config(None)
}

fn config(keys: Option<Vec<VerifyingKey>>) -> Result<ClientConfig, Error> {
    let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Pinned(keys)))
        .with_no_client_auth();
    config.alpn_protocols = vec![NODE_PROTOCOL.to_vec()];
    Ok(config)
}
