//! Two nodes and a registry as three hosts: found, lost, found again; the registry restarted, and moved to PostgreSQL.

use imajin_e2e::hosts::{self, Network, address};
use imajin_e2e::postgres::Cluster;
use imajin_e2e::prelude::*;
use imajin_e2e::registry::imajin_registry;

const REGISTRY: usize = 1;
const ADA: usize = 2;
const BOB: usize = 3;
/// Heartbeats every second, stale after two, unreachable after five.
const QUICK: &str = "[directory]\ndomain = \"nodes.example\"\n[directory.times]\nheartbeat-secs = 1\nstale-after = 2\nunreachable-after = 5\n\
    [directory.limits]\nnode-registrations-an-hour = 100000\nheartbeats-an-hour = 100000\nsweep-every-secs = 1\n";

fn registry(network: &Network, data: &Path, database: Option<&str>) -> Registry {
    let database = database.map(|url| ("DATABASE_URL".to_owned(), url.to_owned()));
    let options = RegistryOptions {
        wrapper: network.on(REGISTRY),
        config: QUICK.to_owned(),
        env: database.into_iter().collect(),
        listen: Some(format!("{}:4444", address(REGISTRY))),
    };
    Registry::start(data, &options)
}

fn node(network: &Network, host: usize, data: &Path, name: &str) -> Node {
    let env = [
        ("IMAJIN_REGISTRIES_URLS", format!("http://{}:4444", address(REGISTRY))),
        ("IMAJIN_REGISTRIES_NAME", name.to_owned()),
        ("IMAJIN_REGISTRIES_HEARTBEAT_S", "1".to_owned()),
        ("IMAJIN_REGISTRIES_RETRY_S", "1".to_owned()),
    ];
    let options = NodeOptions::default().wrapper(network.on(host)).env(env);
    let listen = format!("{}:7000", address(host));
    Node::start_with(data, &options.flags(["--listen", &listen]))
}

/// Returns a condition: the same registration as before, with a later heartbeat.
fn is_heard_since(before: &Json) -> impl Fn(&Json) -> bool {
    let before = before.clone();
    move |now| {
        assert_eq!(now["registeredAt"], before["registeredAt"]);
        now["status"] == "active"
            && now["lastHeartbeat"].as_str() > before["lastHeartbeat"].as_str()
    }
}

#[test]
fn three_hosts() {
    let folder = tempfile::tempdir().unwrap();
    let network = Network::new(3);
    let data = folder.path().join("registry");
    let here = registry(&network, &data, None);
    let ada = node(&network, ADA, &folder.path().join("ada"), "ada");
    let bob = node(&network, BOB, &folder.path().join("bob"), "bob");
    let heard = |known: &Json| known["status"] == "active" && known["lastHeartbeat"].is_string();
    let first = here.until("ada", "heard", heard);
    let other = here.until("bob", "heard", heard);
    assert_eq!((&first["id"], &other["id"]), (&ada.did.clone().into(), &bob.did.clone().into()));
    // Each node finds the other through the registry.
    let lookup = format!("{}/api/node/lookup/ada.nodes.example", here.url);
    let (status, found) = hosts::get(&network.on(BOB), &lookup);
    assert_eq!((status, &found["id"]), (200, &first["id"]));

    // Ada's cable is unplugged: the registry notices, her node still serves her, and Bob's is not affected.
    network.plug(ADA, false);
    here.until_status("ada", "unreachable");
    here.until_status("bob", "active");
    let (status, health) = hosts::get(&network.on(ADA), &format!("{}/healthz", ada.url));
    assert_eq!((status, &health["status"]), (200, &"ok".into()));
    network.plug(ADA, true);
    let back = here.until("ada", "back", is_heard_since(&first));

    // The registry is killed and restarted: its data persists, and no node registers again.
    here.kill();
    let here = registry(&network, &data, None);
    let after = here.until("ada", "heard after the restart", is_heard_since(&back));
    here.until("bob", "heard after the restart", is_heard_since(&other));

    // The registry moves to PostgreSQL.
    let database = Cluster::start();
    let url = database.url();
    let arguments = ["import", "--data", data.to_str().unwrap()];
    let (done, said) = imajin_registry(&arguments, &[("DATABASE_URL", &url)]);
    assert!(!done && said.contains("in use"), "while it runs: {said}");
    here.kill();
    let (done, said) = imajin_registry(&arguments, &[("DATABASE_URL", &url)]);
    assert!(done && said.contains("2 nodes"), "{said}");
    let here = registry(&network, &data, Some(&url));
    let moved = here.until("ada", "heard after the move", is_heard_since(&after));
    assert_eq!(moved["expiresAt"], after["expiresAt"]);
    here.until("bob", "heard after the move", is_heard_since(&other));
    until("both nodes are listed", || here.get("node/list").1["total"] == 2);
    // Two processes on one database act as one registry.
    let beside = RegistryOptions {
        wrapper: network.on(REGISTRY),
        config: QUICK.to_owned(),
        env: vec![("DATABASE_URL".to_owned(), url)],
        listen: Some(format!("{}:4445", address(REGISTRY))),
    };
    let beside = Registry::start(&folder.path().join("beside"), &beside);
    beside.until("ada", "known beside", is_heard_since(&moved));
}
