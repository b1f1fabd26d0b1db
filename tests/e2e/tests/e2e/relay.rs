//! The node's relay: mounted, configured, disabled; unchanged after a restart, with its own rules.

use imajin_dfos::identity::{Key, Keys, sign_create};
use imajin_dfos::{PublicKey, SigningKey};
use imajin_e2e::prelude::*;
use reqwest::blocking::Response;
use reqwest::header::HOST;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;

fn options(flags: &[&str], env: &[(&str, &str)]) -> NodeOptions {
    NodeOptions::default().flags(flags.iter().copied()).env(env.iter().copied())
}

fn describe_relay(client: &Client, node: &Node) -> Json {
    let url = format!("{}/registry/relay/.well-known/dfos-relay", node.url);
    client.get(url).send().unwrap().json().unwrap()
}

/// Returns the token and DID of a new identity.
fn genesis(seed: u8) -> (String, String) {
    let key = SigningKey::from_bytes(&[seed; 32]);
    let public = PublicKey::from(&key);
    let at = Timestamp::parse("2026-01-01T00:00:00.000Z").unwrap();
    let keys = Keys::single(Key::new(&public));
    let signed = sign_create(keys, vec![], at, &public.key_id(), &key).unwrap();
    (signed.token, signed.verified.did().to_string())
}

fn post(client: &Client, node: &Node, operations: &Json) -> Response {
    let url = format!("{}/registry/relay/proof/v1/operations", node.url);
    client.post(url).json(operations).send().unwrap()
}

#[test]
fn the_relay_has_an_identity_from_the_first_start_on_and_keeps_what_it_took() {
    let (_folder, data) = imajin_e2e::data_folder();
    let client = imajin_e2e::http();
    let node = Node::start(&data);
    let mode = |name: &str| {
        let file = data.join("node").join(name);
        std::fs::metadata(file).unwrap().permissions().mode() & 0o777
    };
    assert_eq!(mode("relay-identity.json"), 0o600);
    assert!(data.join("node/relay.sqlite").exists());
    let first = describe_relay(&client, &node);
    assert_eq!(first["protocol"], "dfos-web-relay");
    assert_eq!(first["capabilities"]["signing"], false);
    let (token, did) = genesis(1);
    let answer: Json = post(&client, &node, &json!({ "operations": [token] })).json().unwrap();
    assert_eq!(answer["results"][0]["status"], "new", "{answer}");
    // Killed, not stopped: acknowledged operations are durable.
    node.kill();
    let node = Node::start(&data);
    assert_eq!(describe_relay(&client, &node)["did"], first["did"]);
    assert_eq!(describe_relay(&client, &node)["profile"], first["profile"]);
    let url = format!("{}/registry/relay/proof/v1/identities/{did}", node.url);
    assert_eq!(client.get(url).send().unwrap().status(), 200);
    let by_name = format!("{}/relay/proof/v1/identities/{did}", node.url);
    let by_name = client.get(by_name).header(HOST, "registry.localhost");
    assert_eq!(by_name.send().unwrap().status(), 200);
}

/// Announces a submission of this length without sending it, since the node can refuse it unread. Returns the status.
fn status_of_announced(node: &Node, bytes: usize) -> u16 {
    let address = node.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let head = format!(
        "POST /registry/relay/proof/v1/operations HTTP/1.1\r\nhost: {address}\r\ncontent-length: {bytes}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).unwrap();
    line.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn the_relays_rules_are_the_protocols_and_not_the_pages() {
    let folder = tempfile::tempdir().unwrap();
    // Only this origin may call the node's own API; the relay is open to all.
    let file = folder.path().join("imajin.toml");
    std::fs::write(&file, "cors = [\"https://app.example\"]").unwrap();
    let flags = ["--config", file.to_str().unwrap()];
    let node = Node::start_with(&folder.path().join("data"), &options(&flags, &[]));
    let client = imajin_e2e::http();
    let url = format!("{}/registry/relay/proof/v1/log", node.url);
    let preflight = client
        .request(Method::OPTIONS, &url)
        .header("origin", "https://anybody.example")
        .header("access-control-request-method", "POST");
    let preflight = preflight.send().unwrap();
    assert_eq!(preflight.status(), 204);
    assert_eq!(preflight.headers()["access-control-allow-origin"], "*");
    let log = client.get(&url).header("origin", "https://anybody.example");
    assert_eq!(log.send().unwrap().headers()["access-control-allow-origin"], "*");
    let api = format!("{}/auth/api/health", node.url);
    let api = client.get(api).header("origin", "https://anybody.example");
    let api = api.send().unwrap();
    assert!(!api.headers().contains_key("access-control-allow-origin"));
    // Larger than the node's own limit of 2 MiB, smaller than the protocol's of 16 MiB: read and answered.
    let large = |mib: usize| json!({ "operations": ["x".repeat(mib << 20)] });
    assert_eq!(post(&client, &node, &large(3)).status(), 200);
    assert_eq!(status_of_announced(&node, 17 << 20), 413);
    let nowhere = format!("{}/registry/relay/nowhere", node.url);
    assert_eq!(client.get(nowhere).send().unwrap().status(), 404);
}

#[test]
fn capabilities_come_from_the_settings() {
    let folder = tempfile::tempdir().unwrap();
    let env = [
        ("IMAJIN_REGISTRY_CAPABILITIES_WRITE", "false"),
        ("IMAJIN_REGISTRY_CAPABILITIES_LOG", "false"),
        ("IMAJIN_REGISTRY_CAPABILITIES_SIGNING", "true"),
        ("IMAJIN_REGISTRY_PEERS", "http://127.0.0.1:9 no-sync"),
    ];
    let node = Node::start_with(&folder.path().join("data"), &options(&[], &env));
    let client = imajin_e2e::http();
    let description = describe_relay(&client, &node);
    assert_eq!(description["capabilities"]["write"], false);
    assert_eq!(description["capabilities"]["signing"], true);
    assert_eq!(description["peers"], json!([{ "endpoint": "http://127.0.0.1:9" }]));
    let (token, _) = genesis(2);
    let refused = post(&client, &node, &json!({ "operations": [token] }));
    assert_eq!(refused.status(), 501);
    let log = format!("{}/registry/relay/proof/v1/log", node.url);
    assert_eq!(client.get(log).send().unwrap().status(), 501);
}

#[test]
fn a_peer_that_is_no_address_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let options = options(&[], &[("IMAJIN_REGISTRY_PEERS", "relay.example")]);
    let Err(said) = Node::try_start(&folder.path().join("data"), &options) else {
        panic!("it starts");
    };
    assert_has!(said, "registry.peers", "relay.example");
}

#[test]
fn a_node_without_the_registry_has_no_relay() {
    let (_folder, data) = imajin_e2e::data_folder();
    let node = Node::start_with(&data, &options(&["--services", "auth,profile,www"], &[]));
    let client = imajin_e2e::http();
    let url = format!("{}/registry/relay/.well-known/dfos-relay", node.url);
    assert_eq!(client.get(url).send().unwrap().status(), 404);
    assert!(!data.join("node/relay.sqlite").exists());
}

#[test]
fn a_damaged_relay_takes_nobody_down_with_it() {
    let (_folder, data) = imajin_e2e::data_folder();
    Node::start(&data).kill();
    let store = data.join("node/relay.sqlite");
    for file in ["relay.sqlite-wal", "relay.sqlite-shm"] {
        let _ = std::fs::remove_file(data.join("node").join(file));
    }
    std::fs::write(&store, [b'x'; 8192]).unwrap();
    let node = Node::start(&data);
    let client = imajin_e2e::http();
    let url = |path: &str| format!("{}{path}", node.url);
    let relay = url("/registry/relay/.well-known/dfos-relay");
    assert_eq!(client.get(&relay).send().unwrap().status(), 503);
    imajin_e2e::Person::new(&node.url);
    assert!(node.log().contains("relay"), "{}", node.log());
    // Repaired while the node runs: the next request opens it.
    std::fs::remove_file(&store).unwrap();
    assert_eq!(client.get(&relay).send().unwrap().status(), 200);
}

/// Writes to the relay from an address behind a trusted proxy. Returns status, sentence and retry delay in seconds.
fn write_from(client: &Client, node: &Node, path: &str, from: &str) -> (u16, String, u64) {
    let url = format!("{}{path}", node.url);
    let request = client.post(url).header("x-forwarded-for", from);
    let request = request.header("x-forwarded-proto", "https");
    let answer = request.json(&json!({ "operations": ["a.b.c"] }));
    let answer = answer.send().unwrap();
    let status = answer.status().as_u16();
    let wait = answer.headers().get("retry-after");
    let wait = wait.map_or(0, |wait| wait.to_str().unwrap().parse().unwrap());
    (status, answer.text().unwrap(), wait)
}

#[test]
fn writes_of_strangers_to_the_relay_have_daily_budgets_that_keep_out_neither_readers_nor_the_own_people()
 {
    let (_folder, data) = imajin_e2e::data_folder();
    let limits = [
        ("IMAJIN_LIMITS_TRUSTED_PROXIES", "127.0.0.1"),
        ("IMAJIN_LIMITS_DAILY_RELAY_WRITES_ADDRESS", "2"),
        ("IMAJIN_LIMITS_DAILY_RELAY_WRITES", "3"),
    ];
    let client = imajin_e2e::http();
    let node = Node::start_with(&data, &options(&[], &limits));
    let below = "/registry/relay/proof/v1/operations";
    let root = "/proof/v1/operations";
    let (one, two, three) = ("203.0.113.7", "198.51.100.1", "2001:db8::1");
    let spent = |node: &Node, path: &str, from: &str| {
        let (status, said, wait) = write_from(&client, node, path, from);
        assert_eq!(status, 429, "{said}");
        assert!(said.contains("as much as a day has"), "{said}");
        assert!((1..=86_400).contains(&wait), "{wait}");
    };
    // The budget of an address, over either path; a document counts like operations.
    for path in [below, root] {
        assert_eq!(write_from(&client, &node, path, one).0, 200);
    }
    spent(&node, below, one);
    spent(&node, root, one);
    let document = client.put(format!("{}/content/x/blob/y", node.url));
    let document = document.header("x-forwarded-for", one);
    let document = document.header("x-forwarded-proto", "https").body("{}");
    assert_eq!(document.send().unwrap().status(), 429);
    // The budget of the node, for all addresses.
    assert_eq!(write_from(&client, &node, below, two).0, 200);
    spent(&node, below, two);
    spent(&node, below, three);
    // Reading is free, and the node's own people can still sign.
    let read = client.get(format!("{}/proof/v1/log", node.url));
    let read = read.header("x-forwarded-for", one);
    let read = read.header("x-forwarded-proto", "https").send().unwrap();
    assert_eq!(read.status(), 200);
    let ada = Person::new(&node.url);
    let chain = format!("{}/auth/api/identity/{}/chain", node.url, ada.did());
    let chain: Json = client.get(chain).send().unwrap().json().unwrap();
    let dfos = chain["dfosDid"].as_str().unwrap();
    let url = format!("{}/registry/relay/proof/v1/identities/{dfos}", node.url);
    until("her at the relay", || client.get(&url).send().unwrap().status() == 200);
    // A restart does not reset the day's budgets.
    node.stop();
    let node = Node::start_with(&data, &options(&[], &limits));
    spent(&node, below, one);
    spent(&node, below, three);
}
