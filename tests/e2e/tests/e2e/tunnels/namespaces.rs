//! A box and a guest on hosts without a route between them: whatever reaches the box comes through the registry.

use super::{CONFIG, NAME, options_of, until_connected};
use imajin_e2e::Node;
use imajin_e2e::hosts::{Network, address, curl};
use imajin_e2e::registry::{Registry, RegistryOptions};

const REGISTRY: usize = 1;
const BOX: usize = 2;
const GUEST: usize = 3;

#[test]
fn a_guest_without_a_route_to_the_box_reaches_it_through_the_registry() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::new(3);
    network.part(BOX, GUEST);
    let visitors = format!("{}:443", address(REGISTRY));
    let options = RegistryOptions {
        wrapper: network.on(REGISTRY),
        config: CONFIG.replace("127.0.0.1:0", &visitors),
        listen: Some(format!("{}:4444", address(REGISTRY))),
        ..RegistryOptions::default()
    };
    let registry = Registry::start(&folder.path().join("registry"), &options);
    let mut options = options_of(registry.listens_at().parse().unwrap(), true);
    let [plain, secure] = [7000, 443].map(|port| format!("{}:{port}", address(BOX)));
    options.wrapper = network.on(BOX);
    let flags = ["--listen", plain.as_str(), "--tls-listen", secure.as_str()];
    options.flags = flags.map(str::to_owned).into();
    let node = Node::start_with(&folder.path().join("data"), &options);
    until_connected(&registry);
    // The guest's DNS leads the name to a host.
    let open = |host: usize| {
        let leads = format!("{NAME}:443:{}", address(host));
        let url = format!("https://{NAME}/healthz");
        curl(&network.on(GUEST), &["-k", "--resolve", &leads, &url]).0
    };
    assert_eq!(open(REGISTRY), 200);
    assert_eq!(open(BOX), 0, "there is a route to the box");
    node.stop_gracefully();
}
