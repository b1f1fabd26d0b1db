//! A look at a name from outside: TLS to its addresses as a browser opens it, to see the certificate there.
//!
//! Always: every certificate is accepted and nothing is sent behind it. The handshake proves that the other side has its key.

use crate::settings::BoxConfig;
use crate::tls::x509::CertificateId;
use imajin_edge::tunnel::PORT;
use imajin_host::network::ShownCertificate;
use imajin_host::outgoing::is_public;
use imajin_host::{pinned, trust};
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::{ServerName, UnixTime};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// How long a handshake may take.
const PATIENCE: Duration = Duration::from_secs(10);
const ADDRESSES_MAX: usize = 4;

/// Opens a name as a visitor from the internet does, and returns the certificate of each address that shows one.
pub(crate) async fn shown_certificates(name: &str, config: &BoxConfig) -> Vec<ShownCertificate> {
    let addresses = match config.tls.resolver.addresses(name).await {
        Ok(addresses) => addresses,
        Err(error) => {
            tracing::debug!("{error}");
            return Vec::new();
        }
    };
    let is_allowed = |address: &IpAddr| config.private_addresses || is_public(*address);
    let allowed = addresses.into_iter().filter(is_allowed);
    let allowed: Vec<IpAddr> = allowed.take(ADDRESSES_MAX).collect();
    let mut shown = Vec::new();
    for address in allowed {
        shown.extend(shown_certificate(name, address).await);
    }
    shown
}

/// The certificate that visitors of a name are shown at one of its addresses; `None` if the address is silent.
async fn shown_certificate(name: &str, address: IpAddr) -> Option<ShownCertificate> {
    let opening = async {
        let server = ServerName::try_from(name.to_owned()).ok()?;
        let connector = TlsConnector::from(Arc::new(pinned::any_server().ok()?));
        let stream = TcpStream::connect((address, PORT)).await.ok()?;
        let stream = connector.connect(server.clone(), stream).await.ok()?;
        let (_, connection) = stream.get_ref();
        let (certificate, chain) = connection.peer_certificates()?.split_first()?;
        let verifier = trust::verifier().ok()?;
        let verdict =
            verifier.verify_server_cert(certificate, chain, &server, &[], UnixTime::now());
        let CertificateId { serial, key } = CertificateId::read(certificate)?;
        Some(ShownCertificate { address, serial, key, is_trusted: verdict.is_ok() })
    };
    timeout(PATIENCE, opening).await.ok()?
}
