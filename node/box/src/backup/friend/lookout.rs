//! A friend's box as a lookout: it opens the names of this box from its own place in the network.
//!
//! Always: its word is only compared with the keys of this box. A false one can raise an alarm, and nothing else.

use super::super::{Result, choice, friend_host};
use super::link::Link;
use crate::settings::{BoxConfig, is_friend};
use imajin_app::{Node, blocking};
use imajin_dfos::SigningKey;
use imajin_host::network::ShownCertificate;
use imajin_host::outgoing::Allowed;
use std::collections::{BTreeMap, BTreeSet};

/// The friend's box that keeps the backups of this one.
pub(crate) struct Lookout {
    place: String,
    key: SigningKey,
    allowed: Allowed,
}

impl Lookout {
    /// Returns the lookout of a node; `None` if no friend's box keeps its backups.
    pub(crate) fn from_node(node: &Node, config: &BoxConfig) -> Option<Self> {
        let (backup, ..) = choice::in_force(node.data(), &config.backup);
        is_friend(&backup.to).then(|| Self {
            place: backup.to,
            key: node.key().key.clone(),
            allowed: Allowed { private: config.private_addresses },
        })
    }

    pub(crate) fn host(&self) -> String {
        friend_host(&self.place).unwrap_or_default()
    }

    /// Returns the certificates that each name shows there; none if the friend's box does not say.
    pub(crate) async fn look(
        self,
        names: BTreeSet<String>,
    ) -> BTreeMap<String, Vec<ShownCertificate>> {
        let why = match blocking::long(move || self.ask(names)).await {
            Ok(Ok(shown)) => return shown,
            Ok(Err(error)) => error.to_string(),
            Err(problem) => problem.to_string(),
        };
        tracing::debug!("a friend's box does not say what it sees at this box's names: {why}");
        BTreeMap::new()
    }

    /// Asks for each name. Blocks.
    fn ask(&self, names: BTreeSet<String>) -> Result<BTreeMap<String, Vec<ShownCertificate>>> {
        let link = Link::open(&self.place, &self.key, self.allowed)?;
        let names = names.into_iter();
        names.map(|name| link.shown_certificates(&name).map(|shown| (name, shown))).collect()
    }
}
