//! The directory in the program `imajin-registry`.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use imajin_dfos::identity::{Key, Keys, sign_create};
use imajin_dfos::{PublicKey, SigningKey, hex};
use imajin_protocol::Did;
use imajin_relay::{Clock, SystemClock};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Node, public_hex, registry_key};

/// How full the disk of this machine is says nothing about the program.
const SMALL_RESERVE: &str = "disk.reserve_max_bytes = 268435456\n";

/// The page whose settings start a registry with tunnels.
const OPERATING: &str = include_str!("../../../../docs/operating.md");

/// The program, its address, and the lines before it.
pub(crate) struct Process(pub(crate) Child, pub(crate) String, Vec<String>);

impl Process {
    pub(crate) fn start(folder: &Path, config: &str) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let path = folder.join("config.toml");
        std::fs::write(&path, format!("{SMALL_RESERVE}{config}")).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_imajin-registry"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder)
            .arg("--config")
            .arg(path)
            .env("IMAJIN_LOG", "error")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdout = child.stdout.take().unwrap();
        let mut process = Self(child, String::new(), Vec::new());
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Some(url) = line.strip_prefix("listening on ") {
                process.1 = url.to_owned();
                return process;
            }
            process.2.push(line);
        }
        panic!("the program does not say where it listens");
    }

    /// The address in the line that begins like this.
    pub(crate) fn address(&self, beginning: &str) -> SocketAddr {
        let mut lines = self.2.iter();
        let address = lines.find_map(|line| line.strip_prefix(beginning));
        address.unwrap().parse().unwrap()
    }

    /// Asks it to stop.
    pub(crate) fn terminate(&self) {
        let id = self.0.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(sent.success());
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        let response = reqwest::get(format!("{}{path}", self.1)).await.unwrap();
        let status = response.status().as_u16();
        (status, response.json().await.unwrap_or_default())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test]
async fn beside_the_relay() {
    let folder = TempDir::new().unwrap();
    let config = format!(
        "name = \"Ours\"\n[directory]\npolicy = \"approved\"\nkeys = [\"{}\"]\n",
        public_hex(&registry_key())
    );
    let process = Process::start(folder.path(), &config);
    let (status, list) = process.get("/api/node/list").await;
    assert_eq!((status, &list["total"]), (200, &json!(0)));
    for path in ["/.well-known/dfos-relay", "/relay/.well-known/dfos-relay"] {
        assert_eq!(process.get(path).await.0, 200, "{path}");
    }
    // The output of `sign` is accepted by the directory.
    let payload = json!({ "version": "1.0.0", "buildHashes": ["ab".repeat(32)], "releaseDate": "2026-01-01" });
    let output = Command::new(env!("CARGO_BIN_EXE_imajin-registry"))
        .args(["sign", "build.release", &payload.to_string()])
        .env("REGISTRY_PRIVATE_KEY", hex::encode(&registry_key().to_bytes()))
        .output()
        .unwrap();
    assert!(output.status.success());
    let posted = reqwest::Client::new()
        .post(format!("{}/api/builds", process.1))
        .body(output.stdout)
        .send()
        .await
        .unwrap();
    assert_eq!(posted.status(), 201);
    assert_eq!(process.get("/api/builds").await.1["builds"][0]["version"], "1.0.0");
}

#[tokio::test]
async fn ten_documented_lines_start_a_registry_with_tunnels() {
    let (_, rest) = OPERATING.split_once("# registry.toml\n").unwrap();
    let (settings, _) = rest.split_once("```").unwrap();
    assert!(settings.lines().count() < 10, "{settings}");
    // Other ports need no rights.
    let settings =
        settings.replace("0.0.0.0:443", "127.0.0.1:0").replace("0.0.0.0:80", "127.0.0.1:0");
    let folder = TempDir::new().unwrap();
    let process = Process::start(folder.path(), &settings);
    assert_ne!(process.address("carrying connections at ").port(), 0);
    assert_eq!(process.get("/api/node/list").await.0, 200);
}

#[tokio::test]
async fn what_is_known_of_an_identity() {
    let folder = TempDir::new().unwrap();
    let process = Process::start(folder.path(), "");
    let key = SigningKey::from_bytes(&[7; 32]);
    let public = PublicKey::from(&key);
    let keys = Keys::single(Key::new(&public));
    let genesis = sign_create(keys, vec![], SystemClock.now(), &public.key_id(), &key).unwrap();
    let did = Did::from_key(public.as_bytes());
    let path = format!("/api/identity/{did}");
    assert_eq!(process.get(&path).await.0, 404);
    let post = async |path: &str, body: Value| {
        let request = reqwest::Client::new().post(format!("{}{path}", process.1));
        let body = body.to_string();
        request.body(body).send().await.unwrap().status().as_u16()
    };
    let operations = json!({ "operations": [genesis.token] });
    assert_eq!(post("/proof/v1/operations", operations).await, 200);
    let (status, known) = process.get(&path).await;
    assert_eq!(status, 200, "{known}");
    assert_members!(known, "did": did, "publicKey": public.to_hex(), "type": "actor");
    let head = genesis.cid.to_string();
    assert_members!(known, "id": did, "imajin:chainHead": head, "imajin:keyCount": 1);
    let methods = known["verificationMethod"].as_array().unwrap();
    assert_eq!(methods[0]["publicKeyMultibase"], json!(public.to_multikey()));
    for private in ["name", "handle", "avatar", "home"] {
        assert!(known[private].is_null(), "{known}");
    }
    // A node that registered, by its key alone.
    let node = Node::new("known");
    let attestation = node.attestation_at(SystemClock.now().as_millis());
    let key = attestation["publicKey"].clone();
    assert_eq!(post("/api/node/register", json!({ "attestation": attestation })).await, 201);
    let (status, found) = process.get(&format!("/api/identity/{}", node.did)).await;
    assert_eq!(status, 200, "{found}");
    assert_members!(found, "publicKey": key, "subtype": "device");
    for (did, status) in [
        ("did:web:example.com", 400),
        ("did:email:bob_at_example.com", 400),
        ("did:imajin:dm:0123456789abcdef", 404),
    ] {
        assert_eq!(process.get(&format!("/api/identity/{did}")).await.0, status);
    }
    let (_, spec) = process.get("/api/spec").await;
    assert!(spec["paths"]["/api/identity/{did}"].is_object());
    // A store from before the keys were noted.
    drop(process);
    let store = rusqlite::Connection::open(folder.path().join("relay.sqlite")).unwrap();
    let before = "DROP TRIGGER identities_gone; DROP TABLE genesis_keys; PRAGMA user_version = 3;";
    store.execute_batch(before).unwrap();
    drop(store);
    let process = Process::start(folder.path(), "");
    assert_eq!(process.get(&path).await, (200, known));
}

/// Registers nodes one after the other until the registry does not answer; returns those that it confirmed.
async fn register_until_killed(url: String, mut number: u32) -> Vec<Node> {
    let (client, mut registered) = (reqwest::Client::new(), Vec::new());
    loop {
        let node = Node::new(&format!("node-{number}"));
        number += 1;
        let body = json!({ "attestation": node.attestation_at(SystemClock.now().as_millis()) });
        let request = client.post(format!("{url}/api/node/register"));
        match request.body(body.to_string()).send().await {
            Ok(response) => assert_eq!(response.status(), 201),
            Err(_) => return registered,
        }
        registered.push(node);
    }
}

/// How often the program is killed: `IMAJIN_KILLS`.
fn kills() -> u32 {
    let set = std::env::var("IMAJIN_KILLS");
    set.map_or(8, |text| text.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment() {
    let folder = TempDir::new().unwrap();
    let config = "[directory.limits]\naddress-registrations-an-hour = 1000000\n";
    let mut registered = Vec::new();
    for kill in 1..=kills() {
        let mut process = Process::start(folder.path(), config);
        let posting = [0, 1].map(|lane| {
            tokio::spawn(register_until_killed(process.1.clone(), kill * 100_000 + lane * 50_000))
        });
        tokio::time::sleep(Duration::from_millis(u64::from(20 + kill * 37 % 200))).await;
        process.0.kill().unwrap();
        process.0.wait().unwrap();
        for posting in posting {
            registered.extend(posting.await.unwrap());
        }
    }
    assert!(registered.len() as u64 > u64::from(kills()));
    let process = Process::start(folder.path(), config);
    for node in &registered {
        let (status, body) = process.get(&format!("/api/node/lookup/{}", node.hostname)).await;
        assert_eq!((status, &body["id"]), (200, &json!(node.did)));
    }
    // Only kept registrations count: an answer may have been lost with a registration that was not.
    let total = process.get("/api/node/list").await.1["total"].as_u64().unwrap();
    let (mut listed, mut offset) = (0, 0);
    while offset < total {
        let page = process.get(&format!("/api/node/list?limit=100&offset={offset}")).await.1;
        listed += page["nodes"].as_array().unwrap().len() as u64;
        offset += 100;
    }
    assert_eq!(listed, total);
    // Two at a time are on their way when it is killed.
    let on_their_way = 2 * u64::from(kills());
    assert!((registered.len() as u64..=registered.len() as u64 + on_their_way).contains(&total));
}

#[test]
fn settings_that_mean_nothing() {
    let folder = TempDir::new().unwrap();
    for (config, word) in [
        ("[directory]\nkeys = [\"x\"]\n", "public key"),
        ("[directory]\npolicy = \"x\"\n", "[directory]"),
        ("[directory]\nminimum-version = \"x\"\n", "minimum-version"),
        ("[directory.times]\nstale-after = 9\n", "stale-after"),
        ("[directory.times]\ngrace-secs = -1\n", "hundred years"),
        ("[directory]\naddress-header = \"a b\"\n", "address-header"),
        ("[edge]\nconnection = 1\n", "[edge]"),
        ("[daily]\nrelay-writes = -1\n", "[daily]"),
        ("[tunnel]\nlisten = \"443\"\n", "[tunnel]"),
        ("[tunnel]\nlisten = \"127.0.0.1:0\"\n", "[directory]"),
    ] {
        let path = folder.path().join("config.toml");
        std::fs::write(&path, config).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_imajin-registry"))
            .args(["serve", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.path())
            .arg("--config")
            .arg(path)
            .output()
            .unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && error.contains(word), "{config}: {error}");
    }
}
