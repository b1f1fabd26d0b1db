//! Certificates that every browser trusts, from an ACME directory (RFC 8555): for the box's own names (of the
//! settings, or its owner's choice), which lead to this listener from the internet, and for the name from a registry, which leads
//! to the box at home.
//!
//! | file | what |
//! |---|---|
//! | `listener` | an order for names that lead to this very listener (TLS-ALPN-01) |
//! | `dns` | an order for the name of a registry, which proves it in its DNS (DNS-01) |
//! | `keeper` | when a certificate is obtained and renewed |
//! | `below` | which services' names lead to the box too |
//! | `home` | the name of a registry: which it is, and whether it leads here |
//! | `http` | the HTTP client for a directory, with its trusted authorities |
//! | `plain` | errors in sentences |
//!
//! Always: account and certificate are in `node/` (0600) and survive a restart. A valid certificate stays in use while
//! a new one can't be obtained, and the owner sees why. Pauses between failed attempts grow, so that the directory's
//! limits are not used up.

mod below;
mod csr;
mod dns;
mod error;
mod home;
mod http;
mod keeper;
mod listener;
mod plain;
mod state;

use super::Ground;
use super::certificates::{Certificates, NameSource, certified};
use super::x509::CertificateId;
use crate::folder::NODE_FOLDER;
use crate::settings::BoxConfig;
use imajin_app::Node;
use imajin_dfos::Timestamp;
use imajin_host::network::{Network, PublicNames};
use imajin_host::outgoing::Allowed;
use imajin_host::own_name;
use imajin_host::prelude::*;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keeper::CertificateRenewer;

pub use state::Base;
use state::{StoredCertificate, WantedCertificate};

impl NameSource {
    fn file_name(self) -> &'static str {
        match self {
            Self::Own => "acme.json",
            Self::Registry => "acme-registry.json",
        }
    }

    /// Describes the owner's choice for the log.
    fn choice(self) -> &'static str {
        match self {
            Self::Own => "the name that the owner chose",
            Self::Registry => "the choice of registries",
        }
    }

    fn path(self, data: &Path) -> PathBuf {
        data.join(NODE_FOLDER).join(self.file_name())
    }

    /// Returns the certificate wanted by the settings and the owner's choice. Errors if the choice cannot be read.
    fn wish(self, data: &Path, config: &BoxConfig) -> io::Result<Option<WantedCertificate>> {
        match self {
            Self::Own => {
                let names = own_name::names(&config.tls.domains, &data.join(NODE_FOLDER))?;
                Ok((!names.is_empty()).then_some(WantedCertificate { names, registry: None }))
            }
            Self::Registry => home::wish(data, config),
        }
    }

    /// Returns the certificate wanted at a start. If the choice cannot be read, the last certificate's names count: because of a
    /// damaged file, visitors must not lose the name that they know.
    fn wish_at_start(self, data: &Path, config: &BoxConfig) -> Option<WantedCertificate> {
        self.wish(data, config).unwrap_or_else(|_| {
            let stored = StoredCertificate::load(&self.path(data)).ok()??;
            let is_of = (self == Self::Registry) == stored.registry.is_some();
            (is_of && !stored.names.is_empty())
                .then_some(WantedCertificate { names: stored.names, registry: stored.registry })
        })
    }

    /// The name that an earlier run got a certificate for, which is valid now.
    fn kept(self, data: &Path, config: &BoxConfig, now: Timestamp) -> Option<String> {
        let wish = self.wish_at_start(data, config)?;
        let stored = StoredCertificate::load(&self.path(data)).ok()??;
        let (from, until) = stored.validity()?;
        (stored.names == wish.names && from <= now && now < until)
            .then(|| wish.names.into_iter().next())?
    }
}

/// A name that an earlier run got a certificate for, which is valid now: the box's own, or that of a registry.
pub fn kept_name(data: &Path, config: &BoxConfig, now: Timestamp) -> Option<String> {
    [NameSource::Own, NameSource::Registry].into_iter().find_map(|of| of.kept(data, config, now))
}

/// The certificates that the box ordered, as far as its files know.
pub(super) fn ordered(data: &Path) -> Vec<CertificateId> {
    let all = [NameSource::Own, NameSource::Registry].into_iter();
    // A file that cannot be read is reported by the renewal.
    let stored = all.filter_map(|of| StoredCertificate::load(&of.path(data)).ok()?);
    stored.flat_map(StoredCertificate::all_ordered).collect()
}

/// Shows what an earlier run obtained.
pub(super) fn restore(ground: Ground<'_>, config: &BoxConfig, certificates: &Certificates) {
    for of in [NameSource::Own, NameSource::Registry] {
        if let Some(wish) = of.wish_at_start(ground.data, config) {
            begin(ground, of, &wish, certificates);
        }
    }
}

/// Notes what is wanted, and shows what an earlier run obtained for it.
fn begin(
    ground: Ground<'_>,
    of: NameSource,
    wish: &WantedCertificate,
    certificates: &Certificates,
) {
    end(ground.network, of, certificates);
    let public = PublicNames {
        names: wish.names.clone(),
        registry: wish.registry.clone(),
        ..PublicNames::default()
    };
    ground.network.change(|place| place.public.push(public));
    let stored = StoredCertificate::load(&of.path(ground.data));
    if let Ok(Some(stored)) = &stored {
        of.note(ground.network, |public| public.issuer = stored.issuer());
    }
    match stored {
        // The box's own names are shown until there are others; another registry's name no longer belongs to the box.
        Ok(Some(stored)) if of == NameSource::Own || stored.names == wish.names => {
            show(ground.network, of, certificates, &stored);
        }
        Ok(_) => {}
        Err(error) => tracing::error!("the certificate of an earlier run: {error}"),
    }
}

/// Removes a certificate that is no longer wanted.
fn end(network: &Network, of: NameSource, certificates: &Certificates) {
    certificates.set_public(of, None);
    network.change(|place| place.public.retain(|public| !of.is(public)));
}

impl NameSource {
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
    of: NameSource,
    certificates: &Certificates,
    stored: &StoredCertificate,
) -> Option<Timestamp> {
    let key = certified(stored.pair.as_ref()?).ok()?;
    let until = stored.validity()?.1;
    let names = [&stored.names[..], &stored.services].concat();
    certificates.set_public(of, Some((names, key)));
    of.note(network, |public| {
        public.names.clone_from(&stored.names);
        public.services.clone_from(&stored.services);
        public.expires = Some(until);
    });
    Some(until)
}

/// Obtains and renews until it is stopped.
pub(super) async fn run(node: Node, config: Arc<BoxConfig>, certificates: Arc<Certificates>) {
    let base = Base {
        data: node.data(),
        network: node.network(),
        names: node.names(),
        clock: &**node.clock(),
        allowed: Allowed::from_node(&node),
    };
    let keeper = |of| CertificateRenewer::new(base, Some(&node), &config, &certificates, of);
    let (mut settings, mut registry) = (keeper(NameSource::Own), keeper(NameSource::Registry));
    tokio::join!(settings.run(), registry.run());
}

/// Renews while the box is locked, for the box's own names: neither account nor certificate is sealed. For its own
/// name a registry asks for the node's key, which is.
pub(super) async fn run_locked(base: Base<'_>, config: &BoxConfig, certificates: &Certificates) {
    CertificateRenewer::new(base, None, config, certificates, NameSource::Own).run().await;
}
