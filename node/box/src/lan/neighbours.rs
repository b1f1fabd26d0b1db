//! Other nodes on the local network: what they say of themselves, and whether they prove it.

use super::twin::{self, neighbour};
use imajin_app::Node;
use imajin_dfos::VerifyingKey;
use imajin_dfos::order::Order as _;
use imajin_host::network::Neighbour;
use imajin_host::pinned;
use imajin_host::prelude::*;
use imajin_protocol::Did;
use mdns_sd::{ResolvedService, ScopedIp, ServiceEvent};
use reqwest::{Method, Url};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// Maximum number of nodes, more than a home network has.
const NODES_MAX: usize = 64;
/// Longest name that is shown.
const NAME_CHARS_MAX: usize = 64;
const ADDRESSES_MAX: usize = 8;
/// Time limit for a node to prove its key.
const PATIENCE: Duration = Duration::from_secs(5);

/// Nodes by the full name of their mDNS service.
#[derive(Default)]
pub(super) struct Neighbours(BTreeMap<String, SeenNode>);

struct SeenNode {
    neighbour: Neighbour,
    /// Port at which the node can prove its key.
    secure: Option<u16>,
    asked: bool,
}

impl Neighbours {
    /// Hears of one, or of its end.
    pub(super) fn hear(&mut self, event: ServiceEvent) {
        match event {
            ServiceEvent::ServiceResolved(service) => {
                let (name, found) = (service.fullname.clone(), read_neighbour(&service));
                // Repeated at each query: a node that has proved its key need not prove it again.
                let is_known =
                    |known: &SeenNode| found.as_ref().is_some_and(|found| found.is_like(known));
                if self.0.get(&name).is_some_and(is_known) {
                    return;
                }
                if (self.0.len() < NODES_MAX || self.0.contains_key(&name))
                    && let Some(found) = found
                {
                    self.0.insert(name, found);
                }
            }
            ServiceEvent::ServiceRemoved(_, name) => {
                self.0.remove(&name);
            }
            _ => {}
        }
    }

    /// Other devices that claim to be this node.
    pub(super) fn like(&self, did: &Did) -> Vec<Neighbour> {
        let all = self.0.values().map(|found| &found.neighbour);
        let alike = all.filter(|other| other.did == did.as_str());
        alike.filter(|other| twin::is_elsewhere(&other.addresses)).cloned().collect()
    }

    /// Asks new devices for a proof, and publishes the list of neighbours.
    pub(super) async fn prove(&mut self, node: &Node) {
        for found in self.0.values_mut().filter(|found| !found.asked) {
            found.asked = true;
            if found.neighbour.did == node.did().as_str() {
                continue;
            }
            let proof = proves(node, &found.neighbour, found.secure);
            found.neighbour.proved = tokio::time::timeout(PATIENCE, proof).await.unwrap_or(false);
        }
        let mut others: Vec<Neighbour> =
            self.0.values().map(|found| found.neighbour.clone()).collect();
        others.retain(|other| other.did != node.did().as_str());
        others.order_by(|one, other| (&one.name, &one.did).cmp(&(&other.name, &other.did)));
        let is_known = |lan: &imajin_host::network::Lan| lan.neighbours == others;
        if !node.network().now().lan.as_ref().is_none_or(is_known) {
            node.network().change(|place| {
                if let Some(lan) = &mut place.lan {
                    lan.neighbours = others;
                }
            });
        }
    }
}

impl SeenNode {
    /// Whether its announcement is unchanged, so that its proof still counts.
    fn is_like(&self, other: &Self) -> bool {
        let (one, two) = (&self.neighbour, &other.neighbour);
        self.secure == other.secure
            && (&one.did, &one.host, &one.addresses, &one.url)
                == (&two.did, &two.host, &two.addresses, &two.url)
    }
}

pub(super) fn keys_of(node: &Node, did: &Did) -> Vec<VerifyingKey> {
    let suffix = did.key_bytes().and_then(|key| VerifyingKey::from_bytes(&key).ok());
    // One that carried on with a new key is known by its chain, where that reached us.
    let mut keys = node.keys(did).unwrap_or_default();
    if keys.is_empty() {
        keys.extend(suffix);
    }
    keys
}

/// Whether it signs a handshake with the key of its DID.
async fn proves(node: &Node, other: &Neighbour, port: Option<u16>) -> bool {
    let (Some(port), Ok(did)) = (port, Did::parse(&other.did)) else {
        return false;
    };
    let Ok(tls) = pinned::tls(keys_of(node, &did)) else {
        return false;
    };
    let Ok(client) = neighbour(tls) else {
        return false;
    };
    for address in other.addresses.iter().filter(|ip| is_neighbour(**ip)) {
        let url = format!("https://{}/healthz", SocketAddr::new(*address, port));
        let request = Url::parse(&url).map(|url| client.request(Method::GET, url));
        let Ok(Ok(request)) = request else { continue };
        // Any answer proves the key; the content doesn't matter.
        if request.send_unread().await.is_ok() {
            return true;
        }
    }
    false
}

/// Whether a node on the local network can have this address: an announcement must not make this node call itself, a
/// multicast group, or an unspecified address.
fn is_neighbour(ip: IpAddr) -> bool {
    let ip = ip.to_canonical();
    !(ip.is_loopback() || ip.is_unspecified() || ip.is_multicast())
}

fn read_neighbour(service: &ResolvedService) -> Option<SeenNode> {
    let did = service.get_property_val_str("did")?;
    let did = Did::parse(did).ok()?.as_str().to_owned();
    let secure = service.get_property_val_str("https").and_then(|port| port.parse().ok());
    let mut addresses: Vec<IpAddr> = service.addresses.iter().map(ScopedIp::to_ip_addr).collect();
    // Link-local addresses need an interface name, so they are of no use to a page.
    addresses.retain(|ip| !matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local()));
    addresses.order();
    addresses.truncate(ADDRESSES_MAX);
    let title = service.fullname.split("._imajin.").next().unwrap_or_default();
    let shown = |text: &str| -> String {
        text.chars().filter(|c| !c.is_control() && *c != '\\').take(NAME_CHARS_MAX).collect()
    };
    let host = shown(service.host.trim_end_matches('.'));
    let is_host = host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
    let url = match service.port {
        80 => format!("http://{host}/"),
        port => format!("http://{host}:{port}/"),
    };
    let address = addresses.first().zip(secure);
    let address = address.map(|(ip, port)| format!("https://{}", SocketAddr::new(*ip, port)));
    is_host.then(|| SeenNode {
        neighbour: Neighbour {
            name: shown(title),
            did,
            proved: false,
            host,
            addresses,
            url,
            secure: address,
        },
        secure,
        asked: false,
    })
}
