//! The node's name and addresses.

use std::sync::Arc;

use imajin_protocol::endpoints::Endpoints;

use super::Url;
use crate::app::node::Node;
use crate::host::names::Names;
use crate::host::network::Network;

impl Node {
    /// The address that home entries name.
    pub fn url(&self) -> &str {
        &self.part::<Url>().0
    }

    /// Where others find this node's people; none if the node has no address that others can reach, and its owner gave it none.
    pub fn endpoints(&self) -> Option<Endpoints> {
        let url = self.url();
        if self.config().url.is_none() && !crate::host::outgoing::is_public_url(url) {
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
    pub fn names(&self) -> &Names {
        self.part()
    }

    /// Whether this host ([`imajin_protocol::presence::host`]) is a name, or an address of this very machine.
    pub(crate) fn has_host(&self, host: &str) -> bool {
        let name = crate::host::names::normal(host);
        let address = name.trim_start_matches('[').trim_end_matches(']');
        let Ok(address) = address.parse::<std::net::IpAddr>() else {
            // The edge let it in, so it is one of the node's names.
            return true;
        };
        let own = self.network().now();
        let shown = own.own.as_ref().map_or(&[][..], |own| &own.names);
        let url = imajin_protocol::presence::host_of_url(self.url());
        address.is_loopback()
            || url.is_some_and(|url| crate::host::names::normal(&url) == name)
            || self.names().hosts().contains(&name)
            || shown.contains(&address.to_string())
    }

    /// Its place in the network.
    pub fn network(&self) -> &Arc<Network> {
        self.part()
    }
}
