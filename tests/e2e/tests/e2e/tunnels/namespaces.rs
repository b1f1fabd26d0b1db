//! Boxes and a guest on hosts without a route between them: whatever reaches a box comes through the registry.

use super::{CONFIG, options_of};
use imajin_e2e::hosts::{Network, address, curl};
use imajin_e2e::prelude::*;

const REGISTRY: usize = 1;
const ADA: usize = 2;
const BOB: usize = 3;
const CLEO: usize = 4;

/// Hosts that reach the registry, and not each other.
struct World {
    registry: Registry,
    network: Network,
    folder: tempfile::TempDir,
}

fn host_name(name: &str) -> String {
    format!("{name}.nodes.local")
}

impl World {
    /// Starts a registry, and other hosts up to this number.
    fn new(last: usize) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let network = Network::new(last);
        for host in ADA..last {
            (host + 1..=last).for_each(|other| network.part(host, other));
        }
        let visitors = format!("{}:443", address(REGISTRY));
        let options = RegistryOptions {
            wrapper: network.on(REGISTRY),
            config: CONFIG.replace("127.0.0.1:0", &visitors),
            listen: Some(format!("{}:4444", address(REGISTRY))),
            ..RegistryOptions::default()
        };
        let registry = Registry::start(&folder.path().join("registry"), &options);
        Self { registry, network, folder }
    }

    /// Starts a box on a host, and waits for its tunnel.
    fn start_box(&self, host: usize, name: &str) -> Node {
        let names =
            [("IMAJIN_REGISTRIES_NAME", name.to_owned()), ("IMAJIN_HOSTS", host_name(name))];
        let options = options_of(self.registry.listens_at().parse().unwrap(), true);
        let mut options = options.wrapper(self.network.on(host)).env(names);
        let [plain, secure] = [7000, 443].map(|port| format!("{}:{port}", address(host)));
        let flags = ["--listen", plain.as_str(), "--tls-listen", secure.as_str()];
        options.flags = flags.map(str::to_owned).into();
        let node = Node::start_with(&self.folder.path().join(name), &options);
        let reach = format!("node/reach/{name}");
        until("a tunnel", || self.registry.get(&reach).1["connected"] == true);
        node
    }

    /// Returns the DID that answers at a box's name, which the DNS of the host `from` leads to the host `to`; null without an answer.
    fn did_at(&self, name: &str, from: usize, to: usize) -> Json {
        let name = host_name(name);
        let leads = format!("{name}:443:{}", address(to));
        let url = format!("https://{name}/auth/api/node");
        let (_, body) = curl(&self.network.on(from), &["-k", "--resolve", &leads, &url]);
        let answer: Json = serde_json::from_str(&body).unwrap_or_default();
        answer["did"].clone()
    }
}

#[test]
fn a_guest_without_a_route_to_the_box_reaches_it_through_the_registry() {
    let world = World::new(BOB);
    let node = world.start_box(ADA, "ada");
    assert_eq!(world.did_at("ada", BOB, REGISTRY), node.did);
    let direct = world.did_at("ada", BOB, ADA);
    assert!(direct.is_null(), "there is a route to the box");
    node.stop_gracefully();
}

#[test]
fn three_boxes_without_a_route_between_them_reach_each_other_through_the_registry() {
    let world = World::new(CLEO);
    let boxes = [(ADA, "ada"), (BOB, "bob"), (CLEO, "cleo")]
        .map(|(host, name)| (host, name, world.start_box(host, name)));
    for (from, asking, _) in &boxes {
        for (host, name, node) in boxes.iter().filter(|(host, ..)| host != from) {
            let did = world.did_at(name, *from, REGISTRY);
            assert_eq!(did, node.did, "{asking} asks for {name}");
            let direct = world.did_at(name, *from, *host);
            assert!(direct.is_null(), "{asking} has a route to {name}");
        }
    }
    for (.., node) in boxes {
        node.stop_gracefully();
    }
}
