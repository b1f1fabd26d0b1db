//! A look at a name from outside: TLS to its address as a browser opens it, to see the certificate there.
//!
//! Always: every certificate is accepted and nothing is sent behind it. The handshake proves that the other side has its key.

use crate::tls::x509::CertificateId;
use imajin_edge::tunnel::PORT;
use parking_lot::Mutex;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use rustls_platform_verifier::Verifier;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// How long a handshake may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// A certificate that a machine showed.
#[derive(Debug, Clone)]
pub(super) struct ShownCertificate {
    pub(super) id: CertificateId,
    /// Whether this machine, and so most browsers, would trust it for the name.
    pub(super) is_trusted: bool,
}

/// The certificate that visitors of a name are shown at one of its addresses; `None` if the address is silent.
pub(super) async fn shown_certificate(name: &str, address: IpAddr) -> Option<ShownCertificate> {
    let opening = async {
        let (config, recorder) = Recorder::tls()?;
        let server = ServerName::try_from(name.to_owned()).ok()?;
        let stream = TcpStream::connect((address, PORT)).await.ok()?;
        let connector = TlsConnector::from(Arc::new(config));
        connector.connect(server, stream).await.ok()?;
        recorder.shown.lock().take()
    };
    timeout(PATIENCE, opening).await.ok()?
}

/// Accepts every certificate, and keeps it.
#[derive(Debug)]
struct Recorder {
    judge: Verifier,
    provider: Arc<CryptoProvider>,
    shown: Mutex<Option<ShownCertificate>>,
}

impl Recorder {
    fn tls() -> Option<(ClientConfig, Arc<Self>)> {
        let provider = Arc::new(ring::default_provider());
        let recorder = Arc::new(Self {
            judge: Verifier::new(Arc::clone(&provider)).ok()?,
            provider: Arc::clone(&provider),
            shown: Mutex::default(),
        });
        let verifier = Arc::clone(&recorder) as Arc<dyn ServerCertVerifier>;
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .ok()?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Some((config, recorder))
    }
}

impl ServerCertVerifier for Recorder {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let judged = self
            .judge
            .verify_server_cert(certificate, chain, name, ocsp, now);
        *self.shown.lock() = CertificateId::read(certificate).map(|id| ShownCertificate {
            id,
            is_trusted: judged.is_ok(),
        });
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        let algorithms = &self.provider.signature_verification_algorithms;
        algorithms.supported_schemes()
    }
}
