//! Selects a connection's certificate: by the protocol that the client wants, then by the name that it asks for.

use super::TlsError;
use super::store::Pair;
use super::x509::CertificateId;
use imajin_app::Node;
use imajin_edge::server::ACME_PROTOCOL;
use imajin_host::pinned::NODE_PROTOCOL;
use parking_lot::RwLock;
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::sync::Arc;

/// Source of a public certificate's names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameSource {
    /// The settings, or the owner's choice; this listener proves the names (TLS-ALPN-01, RFC 8737).
    Own,
    /// A registry, which proves the name in its DNS (DNS-01, RFC 8555 §8.4).
    Registry,
}

#[derive(Debug)]
pub(super) struct Certificates {
    /// Certificate for other nodes, with the node's own key; `None` while that is sealed.
    node: Option<Arc<CertifiedKey>>,
    shown: RwLock<ShownCertificates>,
}

pub(super) type NamedCertificate = (Vec<String>, Arc<CertifiedKey>);

#[derive(Debug, Default)]
struct ShownCertificates {
    /// The certificate of the box's own authority, for every name that has no other certificate.
    own: Option<Arc<CertifiedKey>>,
    /// Certificates of public authorities, each with its names.
    public: Vec<(NameSource, NamedCertificate)>,
    /// Certificates for challenges, while a public authority checks that a name is ours.
    challenges: Vec<(String, Arc<CertifiedKey>)>,
}

impl Certificates {
    pub(super) fn new(node: Option<Arc<CertifiedKey>>) -> Self {
        Self { node, shown: RwLock::default() }
    }

    pub(super) fn set_own(&self, key: Arc<CertifiedKey>) {
        self.shown.write().own = Some(key);
    }

    pub(super) fn set_public(&self, of: NameSource, named: Option<NamedCertificate>) {
        let mut shown = self.shown.write();
        shown.public.retain(|(other, _)| *other != of);
        shown.public.extend(named.map(|named| (of, named)));
    }

    pub(super) fn set_challenge(&self, name: &str, key: Arc<CertifiedKey>) {
        let mut shown = self.shown.write();
        shown.challenges.retain(|(other, _)| other != name);
        shown.challenges.push((name.to_owned(), key));
    }

    pub(super) fn end_challenges(&self) {
        self.shown.write().challenges.clear();
    }

    /// The keys of all certificates that a connection may be shown, as [`CertificateId`] has them.
    pub(super) fn keys(&self) -> Vec<String> {
        let shown = self.shown.read();
        let public = shown.public.iter().map(|(_, (_, key))| key);
        let challenges = shown.challenges.iter().map(|(_, key)| key);
        let keys = shown.own.iter().chain(&self.node).chain(public).chain(challenges);
        keys.filter_map(|key| CertificateId::read(key.cert.first()?)).map(|id| id.key).collect()
    }

    /// Whether no browser could be shown any.
    pub(super) fn is_empty(&self) -> bool {
        let shown = self.shown.read();
        shown.own.is_none() && shown.public.is_empty()
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let wants = |protocol: &[u8]| {
            hello.alpn().is_some_and(|mut offered| offered.any(|offer| offer == protocol))
        };
        if wants(NODE_PROTOCOL) {
            return self.node.clone();
        }
        let name = hello.server_name().map(str::to_ascii_lowercase);
        let certificates = self.shown.read();
        if wants(ACME_PROTOCOL) {
            let mut challenges = certificates.challenges.iter();
            let challenge = challenges.find(|(of, _)| Some(of) == name.as_ref());
            return challenge.map(|(_, key)| Arc::clone(key));
        }
        let mut public = certificates.public.iter().map(|(_, named)| named);
        let certificate = name.and_then(|name| public.find(|(names, _)| names.contains(&name)));
        let certificate = certificate.map(|(_, key)| key);
        // A client that asks for another name, or for none, gets the best certificate there is.
        let first = || certificates.public.first().map(|(_, (_, key))| key);
        certificate.or(certificates.own.as_ref()).or_else(first).map(Arc::clone)
    }
}

/// Builds the TLS configuration of the listeners.
pub(super) fn server(certificates: &Arc<Certificates>) -> Result<Arc<ServerConfig>, TlsError> {
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(Arc::clone(certificates) as Arc<dyn ResolvesServerCert>);
    // The first that both know is spoken.
    config.alpn_protocols =
        [NODE_PROTOCOL, b"http/1.1", ACME_PROTOCOL].map(<[u8]>::to_vec).to_vec();
    if certificates.node.is_none() {
        config.alpn_protocols.retain(|protocol| protocol != NODE_PROTOCOL);
    }
    Ok(Arc::new(config))
}

/// A chain with its key, ready to be shown.
pub(super) fn certified(pair: &Pair) -> Result<Arc<CertifiedKey>, TlsError> {
    let chain: Result<Vec<_>, _> =
        CertificateDer::pem_slice_iter(pair.certificate.as_bytes()).collect();
    let key = PrivateKeyDer::from_pem_slice(pair.key.as_bytes());
    let (chain, key) = chain.ok().zip(key.ok()).ok_or(TlsError::Form)?;
    Ok(Arc::new(CertifiedKey::new(chain, ring::sign::any_supported_type(&key)?)))
}

/// The certificate for other nodes: of the node's own Ed25519 key, self-signed. They check the key alone
/// (docs/exchanges.md), so its names and dates don't matter.
pub(super) fn node_key(node: &Node) -> Result<Arc<CertifiedKey>, TlsError> {
    let key = pkcs8(node.key().key.as_bytes());
    let pair = KeyPair::try_from(&key)?;
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, node.did().as_str());
    let made = params.self_signed(&pair)?;
    let key = CertifiedKey::from_der(
        vec![made.der().clone()],
        PrivateKeyDer::Pkcs8(key),
        &ring::default_provider(),
    )?;
    Ok(Arc::new(key))
}

/// An Ed25519 key as RFC 8410 §7 writes it: a fixed beginning, then the seed.
fn pkcs8(seed: &[u8; 32]) -> PrivatePkcs8KeyDer<'static> {
    const BEGIN: [u8; 16] = [
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04,
        0x20,
    ];
    PrivatePkcs8KeyDer::from([&BEGIN[..], &seed[..]].concat())
}
