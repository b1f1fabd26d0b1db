//! Certificates that every browser knows, from an ACME directory (RFC 8555): for the names of the settings, which lead to
//! this very listener from the internet, and for the name that a registry gave, which leads to the box at home.
//!
//! | file | what |
//! |---|---|
//! | `listener` | an order for names that lead to this very listener (TLS-ALPN-01) |
//! | `dns` | an order for the name of a registry, which proves it in its DNS (DNS-01) |
//! | `keeper` | when a certificate is obtained and renewed |
//! | `home` | the name of a registry: which it is, and whether it leads here |
//! | `http` | how a directory is spoken to, and who certifies that it is that directory |
//! | `plain` | what goes wrong there, in sentences |
//!
//! Always: account and certificate stand in `node/` (0600) and are used again after a restart. One that is valid stays in
//! use while a new one cannot be had; why not is told to the owner. Attempts that fail wait longer each time, so that a
//! directory's limits on mistakes are not spent.

mod dns;
mod home;
mod http;
mod keeper;
mod listener;
mod plain;

use super::certificates::{Certificates, certified};
use super::store::{self, Pair};
use super::{Ground, TlsError, x509};
use crate::config::Config;
use crate::open::NODE_FOLDER;
use imajin_dfos::Timestamp;
use imajin_service::clock::Time;
use imajin_service::network::{Network, PublicNames};
use imajin_service::node::Node;
use imajin_service::outgoing::{Allowed, NotReached};
use instant_acme::AccountCredentials;
use rcgen::{CertificateParams, CertificateSigningRequest, DistinguishedName, KeyPair};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use keeper::Keeper;

pub(super) use home::kept_name;

/// Whose names a certificate is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Of {
    /// Those of the settings, by this listener (TLS-ALPN-01, RFC 8737).
    Settings,
    /// The one that a registry gave, by its DNS (DNS-01, RFC 8555 §8.4).
    Registry,
}

/// Names that a certificate is wanted for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Wish {
    names: Vec<String>,
    /// Who gave the name, and proves it.
    registry: Option<String>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Stored {
    /// The directory that signed the certificate.
    directory: String,
    /// The one that knows the account: another, while the settings name a new one that has signed nothing yet.
    account_directory: String,
    account: Option<AccountCredentials>,
    /// Where no more is kept of an account than its key, as PEM: a directory finds the account by it (RFC 8555 §7.3.1).
    account_key: Option<String>,
    pair: Option<Pair>,
    /// The names in the certificate.
    names: Vec<String>,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
enum AcmeError {
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

impl Stored {
    fn load(path: &Path) -> Result<Option<Self>, TlsError> {
        store::load(path)
    }

    fn validity(&self) -> Option<(Timestamp, Timestamp)> {
        let key = certified(self.pair.as_ref()?).ok()?;
        x509::validity(key.cert.first()?)
    }
}

impl Of {
    fn file_name(self) -> &'static str {
        match self {
            Self::Settings => "acme.json",
            Self::Registry => "acme-registry.json",
        }
    }

    fn path(self, data: &Path) -> PathBuf {
        data.join(NODE_FOLDER).join(self.file_name())
    }

    fn wish(self, data: &Path, config: &Config) -> Option<Wish> {
        match self {
            Self::Settings => (!config.tls.domains.is_empty()).then(|| Wish {
                names: config.tls.domains.clone(),
                registry: None,
            }),
            Self::Registry => home::wish(data, config),
        }
    }
}

/// Shows what an earlier run obtained.
pub(super) fn restore(ground: Ground<'_>, config: &Config, certificates: &Certificates) {
    for of in [Of::Settings, Of::Registry] {
        if let Some(wish) = of.wish(ground.data, config) {
            begin(ground, of, &wish, certificates);
        }
    }
}

/// Notes what is wanted, and shows what an earlier run obtained for it.
fn begin(ground: Ground<'_>, of: Of, wish: &Wish, certificates: &Certificates) {
    end(ground.network, of, certificates);
    let public = PublicNames {
        names: wish.names.clone(),
        registry: wish.registry.clone(),
        ..PublicNames::default()
    };
    ground.network.change(|place| place.public.push(public));
    match Stored::load(&of.path(ground.data)) {
        // Names of the settings are shown until there are others; another registry's name is nobody's any more.
        Ok(Some(stored)) if of == Of::Settings || stored.names == wish.names => {
            show(ground.network, of, certificates, &stored);
        }
        Ok(_) => {}
        Err(error) => tracing::error!("the certificate of an earlier run: {error}"),
    }
}

/// Nothing is wanted any more.
fn end(network: &Network, of: Of, certificates: &Certificates) {
    certificates.set_public(of, None);
    network.change(|place| place.public.retain(|public| !of.is(public)));
}

impl Of {
    fn is(self, public: &PublicNames) -> bool {
        (self == Self::Registry) == public.registry.is_some()
    }

    fn note(self, network: &Network, change: impl FnOnce(&mut PublicNames)) {
        network.change(|place| {
            if let Some(public) = place.public.iter_mut().find(|public| self.is(public)) {
                change(public);
            }
        });
    }
}

/// Shows the stored certificate; until when it is valid.
fn show(
    network: &Network,
    of: Of,
    certificates: &Certificates,
    stored: &Stored,
) -> Option<Timestamp> {
    let key = certified(stored.pair.as_ref()?).ok()?;
    let until = stored.validity()?.1;
    certificates.set_public(of, Some((stored.names.clone(), key)));
    of.note(network, |public| {
        public.names.clone_from(&stored.names);
        public.expires = Some(until);
    });
    Some(until)
}

/// What keeping certificates rests on; a box that is locked has it, too.
#[derive(Clone, Copy)]
pub struct Base<'a> {
    /// The data folder.
    pub data: &'a Path,
    /// Where it is told what there is.
    pub network: &'a Network,
    /// The clocks.
    pub clock: &'a dyn Time,
    /// Where a directory may lead.
    pub allowed: Allowed,
}

/// Obtains and renews for as long as it is let.
pub(super) async fn run(node: Node, config: Config, certificates: Arc<Certificates>) {
    let base = Base {
        data: node.data(),
        network: node.network(),
        clock: &**node.clock(),
        allowed: Allowed::of(&node),
    };
    let keeper = |of| Keeper::new(base, Some(&node), &config, &certificates, of);
    let (mut settings, mut registry) = (keeper(Of::Settings), keeper(Of::Registry));
    tokio::join!(settings.run(), registry.run());
}

/// The same while the box is locked, for the names of the settings: neither account nor certificate is sealed. For its own
/// name a registry asks for the node's key, which is.
pub(super) async fn run_locked(base: Base<'_>, config: &Config, certificates: &Certificates) {
    Keeper::new(base, None, config, certificates, Of::Settings)
        .run()
        .await;
}

/// What is to be signed (RFC 2986), with its new key.
fn request(names: &[String]) -> Result<(CertificateSigningRequest, KeyPair), TlsError> {
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    Ok((params.serialize_request(&key)?, key))
}
