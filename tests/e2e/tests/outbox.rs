//! One truth: an identity's chain stands in its log, and relays have a copy of it, whatever is killed in between.

use imajin_e2e::{Node, NodeOptions, Person};
use serde_json::Value as Json;
use std::path::Path;
use std::time::{Duration, Instant};

/// Longer than a busy machine takes.
const PATIENCE: Duration = Duration::from_secs(60);

fn options(pairs: &[(&str, &str)], flags: &[&str]) -> NodeOptions {
    let env = [("IMAJIN_LOG_LEVEL", "info,imajin_node::outbox=debug")];
    NodeOptions {
        env: env
            .iter()
            .chain(pairs)
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect(),
        flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
        ..NodeOptions::default()
    }
}

/// The operations of an identity chain as its node tells them, and its DFOS name.
fn chain(node: &Node, did: &str) -> (String, Vec<String>) {
    let url = format!("{}/auth/api/identity/{did}/chain", node.url);
    let (status, answer) = imajin_e2e::get(&url);
    assert_eq!(status, 200, "{answer}");
    let log = answer["log"].as_array().unwrap().iter();
    let log = log
        .map(|token| token.as_str().unwrap().to_owned())
        .collect();
    (answer["dfosDid"].as_str().unwrap().to_owned(), log)
}

/// The same as a relay tells it.
fn copy(relay: &Node, dfos: &str) -> Vec<String> {
    let url = format!(
        "{}/registry/relay/proof/v1/identities/{dfos}/log",
        relay.url
    );
    let (_, answer) = imajin_e2e::get(&url);
    let entries = answer["entries"].as_array().cloned().unwrap_or_default();
    let token = |entry: &Json| entry["jwsToken"].as_str().unwrap().to_owned();
    entries.iter().map(token).collect()
}

/// Waits until a relay's copy is what the person's log says.
fn followed(node: &Node, relay: &Node, did: &str) {
    let (dfos, log) = chain(node, did);
    let until = Instant::now() + PATIENCE;
    while copy(relay, &dfos) != log {
        assert!(Instant::now() < until, "{did} did not come\n{}", node.log());
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn relay_of(node: &Node) -> String {
    format!("{}/registry/relay", node.url)
}

/// Until the outbox gave everything that it had to give.
fn position(data: &Path, relay: &str) -> Option<u64> {
    let bytes = std::fs::read(data.join("node/outbox.json")).ok()?;
    let rows: Json = serde_json::from_slice(&bytes).ok()?;
    rows[relay]["offset"].as_u64()
}

#[test]
fn the_relay_follows_the_logs_through_a_kill_and_says_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let node = Node::start_with(&data, &options(&[], &[]));
    let ada = Person::new(&node.url);
    let did = node.did.clone();
    followed(&node, &node, &did);
    followed(&node, &node, ada.did());
    // Pulled right after the answer: what had no time to go goes at the next start.
    let people: Vec<Person> = (0..5).map(|_| Person::new(&node.url)).collect();
    node.kill();
    let node = Node::start_with(&data, &options(&[], &[]));
    for person in &people {
        followed(&node, &node, person.did());
    }
    let reached = position(&data, "own").unwrap();
    node.stop();
    let node = Node::start_with(&data, &options(&[], &[]));
    let grace = Person::new(&node.url);
    followed(&node, &node, grace.did());
    assert!(position(&data, "own").unwrap() > reached);
    // One genesis and nothing of what it had before.
    let log = node.log();
    let given: Vec<&str> = log.lines().filter(|line| line.contains("given")).collect();
    assert_eq!(given.len(), 1, "{log}");
    assert!(given[0].contains("1 operations"), "{log}");
    // A relay that lost its store is told everything again.
    node.stop();
    for file in ["relay.sqlite", "relay.sqlite-wal", "relay.sqlite-shm"] {
        let _ = std::fs::remove_file(data.join("node").join(file));
    }
    let node = Node::start_with(&data, &options(&[], &[]));
    followed(&node, &node, ada.did());
    followed(&node, &node, grace.did());
}

#[test]
fn a_relay_that_only_follows_has_what_its_own_people_signed() {
    let folder = tempfile::tempdir().unwrap();
    let lite = [("IMAJIN_REGISTRY_CAPABILITIES_WRITE", "false")];
    let node = Node::start_with(&folder.path().join("data"), &options(&lite, &[]));
    let ada = Person::new(&node.url);
    followed(&node, &node, ada.did());
}

#[test]
fn what_a_peer_has_not_got_yet_it_gets_by_gossip() {
    let folder = tempfile::tempdir().unwrap();
    let far = Node::start_with(&folder.path().join("far"), &options(&[], &[]));
    let peers = [("IMAJIN_REGISTRY_PEERS", &*relay_of(&far))];
    let near = Node::start_with(&folder.path().join("near"), &options(&peers, &[]));
    let ada = Person::new(&near.url);
    followed(&near, &far, ada.did());
}

#[test]
fn without_a_relay_of_its_own_a_node_posts_to_those_it_knows() {
    let folder = tempfile::tempdir().unwrap();
    let (near, far) = (folder.path().join("near"), folder.path().join("far"));
    // A port that is free while the relay does not run yet, and its own once it does.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let relay = format!("http://{address}/registry/relay");
    let peers = [("IMAJIN_REGISTRY_PEERS", &*relay)];
    let flags = ["--services", "auth,profile,www"];
    let node = Node::start_with(&near, &options(&peers, &flags));
    let ada = Person::new(&node.url);
    assert_eq!(position(&near, &relay), None, "nobody took it");
    let at = address.to_string();
    let other = Node::start_with(&far, &options(&[], &["--listen", &at]));
    followed(&node, &other, ada.did());
    let did = node.did.clone();
    followed(&node, &other, &did);
    // The relay goes away in between, and nothing is lost.
    other.kill();
    let bob = Person::new(&node.url);
    node.kill();
    let other = Node::start_with(&far, &options(&[], &["--listen", &at]));
    let node = Node::start_with(&near, &options(&peers, &flags));
    followed(&node, &other, bob.did());
    assert!(!node.log().contains("begins anew"), "{}", node.log());
}
