//! The node's name and addresses.

use std::sync::Arc;

use imajin_app::{Node, extension};
use imajin_protocol::endpoints::Endpoints;

use super::Url;
use crate::names::Names;
use crate::network::Network;
use crate::prelude::*;

/// The names and addresses of a node.
#[extension(pub trait Addresses)]
impl Node {
    /// The address that home entries name.
    fn url(&self) -> &str {
        &self.part::<Url>().0
    }

    /// The addresses at which others find this node's people; `None` if the node has no address that others can reach,
    /// and its owner gave it none.
    fn endpoints(&self) -> Option<Endpoints> {
        let url = self.url();
        if self.config().url.is_none() && !crate::outgoing::is_public_url(url) {
            return None;
        }
        let mut services = self.services().iter();
        let relay = services.any(|service| service.protocol_at_root(self.clone()).is_some());
        Some(Endpoints {
            home: url.to_owned(),
            node: self.did().clone(),
            relay: relay.then(|| url.to_owned()),
        })
    }

    /// The names that the node answers to.
    fn names(&self) -> &Names {
        self.part()
    }

    /// The node's network state.
    fn network(&self) -> &Arc<Network> {
        self.part()
    }
}
