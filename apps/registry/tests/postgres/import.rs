//! Imports from SQLite to PostgreSQL: everything, once, and only while the source is not in use.

use std::path::Path;
use std::sync::Arc;

use imajin_registry::directory::{Config, Directory, Postgres, Sqlite};
use imajin_relay::{Clock, SystemClock};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;

use crate::cluster::Cluster;
use crate::support::Node;

/// A directory served over a socket.
struct Served {
    url: String,
}

impl Served {
    async fn new(store: Arc<dyn imajin_registry::directory::store::Store>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let directory =
            Directory::open_in(store, Config::default(), Arc::new(SystemClock), None).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/api", listener.local_addr().unwrap());
        let app = directory.router();
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        Self { url }
    }

    async fn get(&self, path: &str) -> Value {
        reqwest::get(format!("{}{path}", self.url)).await.unwrap().json().await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> u16 {
        let request = reqwest::Client::new().post(format!("{}{path}", self.url));
        request.body(body.to_string()).send().await.unwrap().status().as_u16()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_of_it() {
    let (folder, cluster) = (TempDir::new().unwrap(), Cluster::start());
    let old = Served::new(Arc::new(Sqlite::in_folder(folder.path()).unwrap())).await;
    let nodes: Vec<Node> = (0..12).map(|n| Node::new(&format!("node-{n}"))).collect();
    let now_ms = SystemClock.now().as_millis();
    for node in &nodes {
        let body = json!({ "attestation": node.attestation_at(now_ms) });
        assert_eq!(old.post("/node/register", &body).await, 201);
    }
    let target = Arc::new(Postgres::connect(&cluster.url()).await.unwrap());
    let import = |path: &Path| {
        let (target, path) = (Arc::clone(&target), path.to_owned());
        tokio::task::spawn_blocking(move || target.import(&path))
    };
    let before = old.get("/node/list?status=all&limit=100").await;
    // Imports nothing while another process has the source open.
    let refused = import(folder.path()).await.unwrap().unwrap_err().to_string();
    assert!(refused.contains("in use"), "{refused}");
    let copy = TempDir::new().unwrap();
    for name in ["registry.sqlite", "registry.sqlite-wal"] {
        let from = folder.path().join(name);
        if from.exists() {
            std::fs::copy(from, copy.path().join(name)).unwrap();
        }
    }
    let bring = import(copy.path());
    let (count, rows) = bring.await.unwrap().unwrap();
    assert!(count == 12 && rows > 12 * 5, "{count} {rows}");
    let new = Served::new(target.clone()).await;
    assert_eq!(new.get("/node/list?status=all&limit=100").await, before);
    // Twice is refused, and changes nothing.
    let refused = import(copy.path()).await.unwrap().unwrap_err().to_string();
    assert!(refused.contains("holds a directory already"), "{refused}");
    // The target continues with the same nodes and counters.
    assert_eq!(new.post("/node/heartbeat", &nodes[0].signed(json!({
        "nodeId": nodes[0].did, "timestamp": now_ms + 1, "buildHash": nodes[0].build_hash, "version": "1.0.0", "health": {},
    }))).await, 200);
    assert_eq!(new.get("/node/list?status=all").await["total"], 12);
}
