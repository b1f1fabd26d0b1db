//! The node's name and addresses.

use std::net::IpAddr;
use std::sync::Arc;

use imajin_protocol::endpoints::Endpoints;

use super::Url;
use crate::app::node::Node;
use crate::host::names::{Names, normal, port_of};
use crate::host::network::Network;

impl Node {
    /// The address that home entries name.
    pub fn url(&self) -> &str {
        &self.part::<Url>().0
    }

    /// The addresses at which others find this node's people; `None` if the node has no address that others can reach,
    /// and its owner gave it none.
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

    /// Whether this host ([`imajin_protocol::presence::host`]) is the node's: a name, or an address of this very machine,
    /// with a port at which it answers. At every other port another program of the machine may listen. A service's own name
    /// (`auth.<host>`) is the node's where the name without it is.
    pub(crate) fn has_host(&self, host: &str, secure: bool) -> bool {
        let service = self.names().split_service(host);
        self.is_own_host(host, secure)
            || service.is_some_and(|(_, parent)| self.is_own_host(parent, secure))
            // No other machine has its certificate.
            || (secure && self.network().now().is_public(&normal(host), self.now()))
    }

    fn is_own_host(&self, host: &str, secure: bool) -> bool {
        let url = imajin_protocol::presence::host_of_url(self.url());
        if url.as_deref() == Some(host) {
            return true;
        }
        let (name, port) = (normal(host), port_of(host, secure));
        let place = self.network().now();
        let address = name.trim_start_matches('[').trim_end_matches(']');
        let is_own = match address.parse::<IpAddr>() {
            Ok(address) => {
                let shown = place.own.as_ref().map_or(&[][..], |own| &own.names);
                address.is_loopback()
                    || url.is_some_and(|url| normal(&url) == name)
                    || shown.contains(&address.to_string())
            }
            // The edge accepted the name, so it is one of the node's.
            Err(_) => true,
        };
        is_own && place.answers_at(port) || self.names().covers(&name, port, secure)
    }

    /// The node's network state.
    pub fn network(&self) -> &Arc<Network> {
        self.part()
    }
}
