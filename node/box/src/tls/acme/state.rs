//! Inputs of an order: the wanted names, the account and certificate of an earlier run, the parts of the node.

use crate::tls::TlsError;
use crate::tls::certificates::certified;
use crate::tls::store::{self, Pair};
use crate::tls::x509::{self, CertificateId};
use imajin_app::Time;
use imajin_dfos::Timestamp;
use imajin_host::dns::Issuer;
use imajin_host::names::Names;
use imajin_host::network::Network;
use imajin_host::outgoing::Allowed;
use instant_acme::AccountCredentials;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// Certificates that are remembered: those of years, of a directory whose certificates last for days.
const ORDERED_MAX: usize = 500;

/// Names that a certificate is wanted for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WantedCertificate {
    pub(super) names: Vec<String>,
    /// The registry that gave the name, and proves it.
    pub(super) registry: Option<String>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct StoredCertificate {
    /// The directory that signed the certificate.
    pub(super) directory: String,
    /// The directory that knows the account. Differs from `directory` while a newly configured directory has signed
    /// nothing yet.
    pub(super) account_directory: String,
    pub(super) account: Option<AccountCredentials>,
    /// The key of the account as PEM, if only that is stored: a directory finds the account by it (RFC 8555 §7.3.1).
    pub(super) account_key: Option<String>,
    /// The URL of the account of `account_key`, once the directory has named it.
    pub(super) account_url: Option<String>,
    pub(super) pair: Option<Pair>,
    /// The certificates that were ordered, the newest last.
    pub(super) ordered: Vec<CertificateId>,
    /// The names that were wanted, all of which are in the certificate.
    pub(super) names: Vec<String>,
    /// The services' names below them in the certificate.
    pub(super) services: Vec<String>,
    /// The registry that gave them.
    pub(super) registry: Option<String>,
}

impl StoredCertificate {
    pub(super) fn load(path: &Path) -> Result<Option<Self>, TlsError> {
        store::load(path)
    }

    /// Notes that the current certificate was ordered.
    pub(super) fn note_order(&mut self) {
        let id = self.pair.as_ref().and_then(id);
        let id = id.filter(|id| !self.ordered.contains(id));
        self.ordered.extend(id);
        let surplus = self.ordered.len().saturating_sub(ORDERED_MAX);
        self.ordered.drain(..surplus);
    }

    /// The certificates that were ordered, with one of an earlier version of this program that noted none.
    pub(super) fn all_ordered(mut self) -> Vec<CertificateId> {
        self.note_order();
        self.ordered
    }

    /// The authority and the account that order certificates for the box's own names; `None` if either is unknown.
    pub(super) fn issuer(&self) -> Option<Issuer> {
        Some(Issuer {
            authority: authority(&self.account_directory)?.to_owned(),
            account: Some(self.account_url.clone()?),
        })
    }

    pub(super) fn validity(&self) -> Option<(Timestamp, Timestamp)> {
        let key = certified(self.pair.as_ref()?).ok()?;
        x509::validity(key.cert.first()?)
    }
}

fn id(pair: &Pair) -> Option<CertificateId> {
    CertificateId::read(certified(pair).ok()?.cert.first()?)
}

/// The domain of a directory's authority in CAA records, for directories that are known.
fn authority(directory: &str) -> Option<&'static str> {
    const LETS_ENCRYPT: &str = "letsencrypt.org";
    let directory = reqwest::Url::parse(directory).ok()?;
    directory.domain()?.strip_suffix(LETS_ENCRYPT)?.ends_with('.').then_some(LETS_ENCRYPT)
}

/// The node's parts that renewal needs; a locked box has them, too.
#[derive(Clone, Copy)]
pub struct Base<'a> {
    /// The data folder.
    pub data: &'a Path,
    /// Where certificates and names are published within the node.
    pub network: &'a Network,
    /// The names that the node answers to.
    pub names: &'a Names,
    /// The clocks.
    pub clock: &'a dyn Time,
    /// Addresses that a directory may lead to.
    pub allowed: Allowed,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_authority_is_that_of_a_known_directory() {
        let host = |host: &str| authority(&format!("https://{host}/directory"));
        for known in ["acme-v02.api.letsencrypt.org", "acme-staging-v02.api.letsencrypt.org"] {
            assert_eq!(host(known), Some("letsencrypt.org"));
        }
        for other in ["evilletsencrypt.org", "127.0.0.1:14000", "acme.example"] {
            assert_eq!(host(other), None, "{other}");
        }
    }
}
