//! A look at a name from outside: TLS to its address as a browser opens it, to see the certificate there.
//!
//! Always: every certificate is accepted and nothing is sent behind it. The handshake proves that the other side has its key.

use crate::tls::x509::CertificateId;
use imajin_edge::tunnel::PORT;
use imajin_host::pinned;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::ring;
use rustls::pki_types::{ServerName, UnixTime};
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
        let server = ServerName::try_from(name.to_owned()).ok()?;
        let connector = TlsConnector::from(Arc::new(pinned::any_server().ok()?));
        let stream = TcpStream::connect((address, PORT)).await.ok()?;
        let stream = connector.connect(server.clone(), stream).await.ok()?;
        let (_, connection) = stream.get_ref();
        let (certificate, chain) = connection.peer_certificates()?.split_first()?;
        let judge = Verifier::new(Arc::new(ring::default_provider())).ok()?;
        let verdict = judge.verify_server_cert(certificate, chain, &server, &[], UnixTime::now());
        Some(ShownCertificate {
            id: CertificateId::read(certificate)?,
            is_trusted: verdict.is_ok(),
        })
    };
    timeout(PATIENCE, opening).await.ok()?
}
