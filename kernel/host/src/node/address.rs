//! The node's name and addresses.

use std::net::IpAddr;
use std::sync::Arc;

use imajin_app::Node;
use imajin_protocol::endpoints::Endpoints;

use super::Url;
use crate::names::{Names, normal, port_of};
use crate::network::Network;
use crate::prelude::*;

/// The names and addresses of a node.
pub trait Addresses {
    /// The address that home entries name.
    fn url(&self) -> &str;

    /// The addresses at which others find this node's people; `None` if the node has no address that others can reach,
    /// and its owner gave it none.
    fn endpoints(&self) -> Option<Endpoints>;

    /// The names that the node answers to.
    fn names(&self) -> &Names;

    /// The node's network state.
    fn network(&self) -> &Arc<Network>;
}

impl Addresses for Node {
    fn url(&self) -> &str {
        &self.part::<Url>().0
    }

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

    fn names(&self) -> &Names {
        self.part()
    }

    fn network(&self) -> &Arc<Network> {
        self.part()
    }
}

/// Hosts of requests.
pub(crate) trait Hosts {
    /// Whether this host ([`imajin_protocol::presence::host`]) is the node's: a name, or an address of this very machine,
    /// with a port at which it answers. At every other port another program of the machine may listen. A service's own name
    /// (`auth.<host>`) is the node's where the name without it is.
    fn has_host(&self, host: &str, secure: bool) -> bool;
}

impl Hosts for Node {
    fn has_host(&self, host: &str, secure: bool) -> bool {
        let service = self.names().split_service(host);
        is_own_host(self, host, secure)
            || service.is_some_and(|(_, parent)| is_own_host(self, parent, secure))
            // No other machine has its certificate.
            || (secure && self.network().now().is_public(&normal(host), self.now()))
    }
}

fn is_own_host(node: &Node, host: &str, secure: bool) -> bool {
    let url = imajin_protocol::presence::host_of_url(node.url());
    if url.as_deref() == Some(host) {
        return true;
    }
    let (name, port) = (normal(host), port_of(host, secure));
    let place = node.network().now();
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
    is_own && place.answers_at(port) || node.names().covers(&name, port, secure)
}
