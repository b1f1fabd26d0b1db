//! A directory on its own port, and nodes that speak to it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use imajin_dfos::{SigningKey, Timestamp, hex};
use imajin_protocol::json_signature::sign_json;
use imajin_protocol::{Did, SignedMessage};
use imajin_registry::directory::dns::Provider;
use imajin_registry::directory::{Config, Directory};
use imajin_relay::Clock;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::backend::Backend;

/// When every test begins.
pub(crate) const START_MS: i64 = 1_767_225_600_000;
pub(crate) const HOUR_MS: i64 = 3_600_000;
pub(crate) const DAY_MS: i64 = 24 * HOUR_MS;

/// A clock that does not move until the test moves it.
pub(crate) struct Manual(AtomicI64);

impl Manual {
    pub(crate) fn add_ms(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::SeqCst);
    }

    pub(crate) fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    pub(crate) fn text(&self, later_ms: i64) -> String {
        Timestamp::from_millis(self.now_ms() + later_ms).unwrap().to_string()
    }
}

impl Clock for Manual {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now_ms()).unwrap()
    }
}

pub(crate) struct Server {
    pub(crate) url: String,
    pub(crate) clock: Arc<Manual>,
    client: reqwest::Client,
    directory: Directory,
    backend: Backend,
    config: Config,
    zone: Option<Arc<dyn Provider>>,
    serving: JoinHandle<()>,
}

/// The registry's own key.
pub(crate) fn registry_key() -> SigningKey {
    SigningKey::from_bytes(&[99; 32])
}

pub(crate) fn public_hex(key: &SigningKey) -> String {
    hex::encode(key.verifying_key().as_bytes())
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    pub(crate) async fn start_with(set: impl FnOnce(&mut Config)) -> Self {
        let mut config = Self::usual();
        set(&mut config);
        let clock = Arc::new(Manual(AtomicI64::new(START_MS)));
        Self::open(Backend::new(), config, clock, None).await
    }

    /// Starts a directory with a DNS provider for the zone of the nodes' names.
    pub(crate) async fn start_in_zone(zone: Arc<dyn Provider>) -> Self {
        let config = Self::usual();
        let clock = Arc::new(Manual(AtomicI64::new(START_MS)));
        Self::open(Backend::new(), config, clock, Some(zone)).await
    }

    /// Another one on the same database, at the same time.
    pub(crate) async fn beside(&self) -> Self {
        let clock = Arc::clone(&self.clock);
        Self::open(self.backend.clone(), self.config.clone(), clock, self.zone.clone()).await
    }

    fn usual() -> Config {
        let mut config = Config {
            keys: vec![public_hex(&registry_key())],
            domain: Some("nodes.example".to_owned()),
            ..Config::default()
        };
        // All nodes of the tests have one address.
        config.limits.address_registrations_an_hour = 1_000_000;
        config
    }

    async fn open(
        backend: Backend,
        config: Config,
        clock: Arc<Manual>,
        zone: Option<Arc<dyn Provider>>,
    ) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let shared_clock: Arc<dyn Clock> = Arc::<Manual>::clone(&clock);
        let store = backend.store().await;
        let directory =
            Directory::open_in(store, config.clone(), shared_clock, zone.clone()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api", listener.local_addr().unwrap());
        let app = directory.router();
        let app = app.into_make_service_with_connect_info::<SocketAddr>();
        let serving = tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self {
            url,
            clock,
            client: reqwest::Client::new(),
            directory,
            backend,
            config,
            zone,
            serving,
        }
    }

    /// This directory, opened again.
    pub(crate) async fn restarted(self) -> Self {
        self.restarted_with(|_| {}).await
    }

    /// This directory, opened again with other settings.
    pub(crate) async fn restarted_with(mut self, set: impl FnOnce(&mut Config)) -> Self {
        self.serving.abort();
        self.directory.shutdown().await;
        set(&mut self.config);
        Self::open(self.backend, self.config, self.clock, self.zone).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let request = self.client.post(format!("{}{path}", self.url)).body(body.to_string());
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        if status == 429 {
            assert!(response.headers().contains_key("retry-after"));
        }
        (status, response.json().await.unwrap())
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        let response = self.client.get(format!("{}{path}", self.url)).send().await.unwrap();
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        (response.status().as_u16(), response.json().await.unwrap())
    }

    pub(crate) async fn ok(&self, path: &str) -> Value {
        let (status, body) = self.get(path).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    /// A number of the answer to a HEAD request.
    pub(crate) async fn number(&self, path: &str, name: &str) -> u64 {
        let response = self.client.head(format!("{}{path}", self.url)).send().await.unwrap();
        response.headers()[name].to_str().unwrap().parse().unwrap()
    }

    pub(crate) async fn node(&self, node: &Node) -> Value {
        self.ok(&format!("/node/lookup/{}", node.did)).await
    }

    pub(crate) async fn status(&self, node: &Node) -> String {
        self.node(node).await["status"].as_str().unwrap().to_owned()
    }

    /// Signs a message with the given key, at a time after all earlier ones.
    pub(crate) fn word(&self, key: &SigningKey, kind: &str, payload: Value) -> Value {
        self.clock.add_ms(1);
        let from = Did::from_key(key.verifying_key().as_bytes());
        SignedMessage::sign(key, from, kind, self.clock.now(), payload).to_value()
    }

    pub(crate) async fn registry_says(
        &self,
        path: &str,
        kind: &str,
        payload: Value,
    ) -> (u16, Value) {
        self.post(path, &self.word(&registry_key(), kind, payload)).await
    }

    pub(crate) async fn register(&self, node: &Node) -> (u16, Value) {
        let body = json!({ "attestation": node.attestation(self) });
        self.post("/node/register", &body).await
    }

    /// Registers or renews a node, and asserts that it succeeds.
    pub(crate) async fn registered(&self, node: &Node) -> Value {
        let (status, body) = self.register(node).await;
        assert!(status == 201 || status == 200, "{status} {body}");
        body
    }

    pub(crate) async fn heartbeat(&self, node: &Node) -> (u16, Value) {
        self.post("/node/heartbeat", &node.heartbeat(self)).await
    }

    pub(crate) async fn heard(&self, node: &Node) -> Value {
        let (status, body) = self.heartbeat(node).await;
        assert_eq!(status, 200, "{body}");
        body
    }
}

static COUNT: AtomicU32 = AtomicU32::new(0);

#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) key: SigningKey,
    pub(crate) did: String,
    pub(crate) hostname: String,
    pub(crate) version: String,
    pub(crate) build_hash: String,
    /// Further members of its attestation, or others in place of the usual ones.
    pub(crate) more: Value,
}

pub(crate) fn new_key() -> SigningKey {
    let mut seed = [5; 32];
    let number = COUNT.fetch_add(1, Ordering::SeqCst);
    seed[..4].copy_from_slice(&number.to_be_bytes());
    SigningKey::from_bytes(&seed)
}

impl Node {
    pub(crate) fn new(hostname: &str) -> Self {
        let key = new_key();
        Self {
            did: Did::from_key(key.verifying_key().as_bytes()).as_str().to_owned(),
            key,
            hostname: hostname.to_owned(),
            version: "1.0.0".to_owned(),
            build_hash: "ab".repeat(32),
            more: json!({}),
        }
    }

    pub(crate) fn with_members(mut self, more: Value) -> Self {
        self.more = more;
        self
    }

    /// Signs the node's current attestation.
    pub(crate) fn attestation(&self, server: &Server) -> Value {
        self.attestation_at(server.clock.now_ms())
    }

    pub(crate) fn attestation_at(&self, now_ms: i64) -> Value {
        let mut attestation = json!({
            "nodeId": self.did,
            "publicKey": public_hex(&self.key),
            "buildHash": self.build_hash,
            "sourceCommit": "0123456789abcdef0123456789abcdef01234567",
            "version": self.version,
            "hostname": self.hostname,
            "services": ["auth", "profile"],
            "capabilities": ["relay"],
            "timestamp": now_ms,
        });
        for (name, value) in self.more.as_object().unwrap() {
            attestation[name] = value.clone();
        }
        self.signed(attestation)
    }

    pub(crate) fn heartbeat(&self, server: &Server) -> Value {
        self.signed(json!({
            "nodeId": self.did,
            "timestamp": server.clock.now_ms(),
            "buildHash": self.build_hash,
            "version": self.version,
            "health": { "status": "healthy", "services": {"auth": "ok"}, "uptime": 77 },
        }))
    }

    /// The document with its signature over the message that contains it.
    pub(crate) fn signed(&self, mut document: Value) -> Value {
        let message = json!({
            "from": document["nodeId"],
            "type": "agent",
            "timestamp": document["timestamp"],
            "payload": document,
        });
        document["signature"] = json!(hex::encode(&sign_json(&self.key, &message)));
        document
    }
}
