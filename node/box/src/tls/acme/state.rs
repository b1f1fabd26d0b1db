//! Inputs of an order: the wanted names, the account and certificate of an earlier run, the parts of the node.

use crate::tls::TlsError;
use crate::tls::certificates::certified;
use crate::tls::store::{self, Pair};
use crate::tls::x509;
use imajin_app::Time;
use imajin_dfos::Timestamp;
use imajin_host::names::Names;
use imajin_host::network::Network;
use imajin_host::outgoing::Allowed;
use instant_acme::AccountCredentials;
use serde::{Deserialize, Serialize};
use std::path::Path;

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
    pub(super) pair: Option<Pair>,
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

    pub(super) fn validity(&self) -> Option<(Timestamp, Timestamp)> {
        let key = certified(self.pair.as_ref()?).ok()?;
        x509::validity(key.cert.first()?)
    }
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
