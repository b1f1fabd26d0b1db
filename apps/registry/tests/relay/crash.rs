//! The program, killed at any moment: nothing that it acknowledged is lost, and what is derived is right.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use imajin_registry::relay;
use rusqlite::Connection;
use rusqlite::types::Value as Sql;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use tempfile::TempDir;

use crate::support::{Person, document};

/// The relay as a process of its own.
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) url: String,
    pub(crate) client: reqwest::Client,
}

impl Process {
    pub(crate) fn start(folder: &Path, listen: &str, config: Option<&str>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut command = Command::new(env!("CARGO_BIN_EXE_imajin-registry"));
        command
            .args(["serve", "--listen", listen, "--data"])
            .arg(folder);
        command.env("IMAJIN_LOG", "error");
        if let Some(config) = config {
            let path = folder.join("config.toml");
            std::fs::write(&path, config).unwrap();
            command.arg("--config").arg(path);
        }
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let url = line
            .trim()
            .strip_prefix("listening on ")
            .unwrap()
            .to_owned();
        Self {
            child,
            url,
            client: reqwest::Client::new(),
        }
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// The CIDs that were acknowledged as new or known; none if there was no answer.
    pub(crate) async fn post(&self, tokens: &[String]) -> Vec<String> {
        let url = format!("{}/proof/v1/operations", self.url);
        let request = self
            .client
            .post(url)
            .body(json!({ "operations": tokens }).to_string());
        let Ok(response) = request.send().await else {
            return Vec::new();
        };
        let Ok(answer) = response.json::<Value>().await else {
            return Vec::new();
        };
        let results = answer["results"].as_array().cloned().unwrap_or_default();
        results
            .iter()
            .filter(|result| result["status"] != "rejected")
            .map(|result| result["cid"].as_str().unwrap().to_owned())
            .collect()
    }

    pub(crate) async fn get(&self, path: &str) -> Option<Value> {
        let response = self
            .client
            .get(format!("{}{path}", self.url))
            .send()
            .await
            .ok()?;
        response.json().await.ok()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Every derived table, row by row.
fn derived(folder: &Path) -> Vec<(String, Vec<Vec<Sql>>)> {
    let connection = Connection::open(folder.join("relay.sqlite")).unwrap();
    let tables = [
        "operations",
        "counts",
        "identities",
        "content",
        "signers",
        "open_creators",
        "credits",
        "countersigns",
        "artifacts",
        "revocations",
        "grants",
        "grant_resources",
        "grant_parties",
    ];
    tables
        .map(|table| {
            let mut statement = connection
                .prepare(&format!("SELECT * FROM {table}"))
                .unwrap();
            let columns = statement.column_count();
            let rows = statement
                .query_map([], |row| (0..columns).map(|at| row.get(at)).collect())
                .unwrap();
            let mut rows: Vec<Vec<Sql>> = rows.collect::<Result<_, _>>().unwrap();
            rows.sort_by_key(|row| format!("{row:?}"));
            (table.to_owned(), rows)
        })
        .into()
}

/// The program has the machine's clock, for which the tests' people lived long ago.
const DECADE_SECS: i64 = 315_360_000;

/// People who do a bit of everything; each token only needs those before it.
fn story() -> Vec<String> {
    let (mut ada, bob) = (Person::new(), Person::new());
    let first = ada.create(&document("a").1, -1000);
    let chain = format!("chain:{}", first.id());
    let grant = ada.grant(Some(&bob), &chain, "write");
    let second = bob.write_for(&[&ada], &first, &document("b").1, -500, &grant);
    let fork = ada.write(&first, Some(&document("c").1), -800);
    let open = ada.grant_from(None, None, "chain:*", "read", DECADE_SECS);
    let one = ada.grant_from(None, None, &chain, "read", DECADE_SECS);
    let mut tokens = vec![ada.genesis.clone(), bob.genesis.clone()];
    tokens.extend([
        first.token,
        second.token.clone(),
        fork.token,
        open,
        one.clone(),
    ]);
    tokens.extend([
        ada.artifact("x"),
        ada.countersign(&second.cid, Some("likes")),
    ]);
    tokens.extend([
        ada.revoke(&one, 0),
        ada.touch(),
        ada.delete(),
        ada.restore(),
    ]);
    tokens
}

#[tokio::test]
async fn killed_in_the_middle() {
    let folder = TempDir::new().unwrap();
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..6u64 {
        let mut process = Process::start(folder.path(), "127.0.0.1:0", None);
        let url = process.url.clone();
        let posting = tokio::spawn(async move {
            let client = reqwest::Client::new();
            let mut acknowledged = Vec::new();
            loop {
                let tokens = story();
                let body = json!({ "operations": tokens }).to_string();
                let request = client.post(format!("{url}/proof/v1/operations")).body(body);
                let Ok(response) = request.send().await else {
                    return acknowledged;
                };
                let Ok(answer) = response.json::<Value>().await else {
                    return acknowledged;
                };
                for result in answer["results"].as_array().unwrap() {
                    assert_eq!(result["status"], "new", "{result}");
                    acknowledged.push(result["cid"].as_str().unwrap().to_owned());
                }
            }
        });
        tokio::time::sleep(Duration::from_millis(150 + 70 * round)).await;
        process.kill();
        acknowledged.extend(posting.await.unwrap());
    }
    assert!(!acknowledged.is_empty());
    let connection = Connection::open(folder.path().join("relay.sqlite")).unwrap();
    let mut find = connection
        .prepare("SELECT 1 FROM operations WHERE cid = ?1")
        .unwrap();
    for cid in &acknowledged {
        assert!(find.exists([cid]).unwrap(), "lost: {cid}");
    }
    drop(find);
    drop(connection);
    let before = derived(folder.path());
    let rebuilt = relay::rebuild(folder.path()).unwrap();
    assert!(rebuilt.operations >= acknowledged.len() as u64);
    for (before, after) in before.iter().zip(derived(folder.path())) {
        assert_eq!(
            *before, after,
            "the table {} is another after a rebuild",
            before.0
        );
    }
}

#[tokio::test]
async fn a_damaged_log_is_not_rebuilt() {
    let folder = TempDir::new().unwrap();
    let mut process = Process::start(folder.path(), "127.0.0.1:0", None);
    assert_eq!(process.post(&story()).await.len(), 13);
    process.kill();
    let connection = Connection::open(folder.path().join("relay.sqlite")).unwrap();
    connection
        .execute("DELETE FROM operations WHERE kind = 0 AND seq > 2", [])
        .unwrap();
    drop(connection);
    let before = derived(folder.path());
    let error = relay::rebuild(folder.path()).unwrap_err().to_string();
    assert!(error.contains("damaged"), "{error}");
    assert_eq!(derived(folder.path()), before);
}

#[tokio::test]
async fn stops_when_told() {
    let folder = TempDir::new().unwrap();
    let mut process = Process::start(folder.path(), "127.0.0.1:0", None);
    assert_eq!(
        process
            .client
            .get(format!("{}/healthz", process.url))
            .send()
            .await
            .unwrap()
            .status(),
        200
    );
    let pid = process.child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-TERM", &pid])
            .status()
            .unwrap()
            .success()
    );
    for _ in 0..100 {
        if let Some(status) = process.child.try_wait().unwrap() {
            assert!(status.success());
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("did not stop");
}
