//! The program, killed at any moment: nothing that it acknowledged is lost, and what is derived is right.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use imajin_dfos::auth;
use imajin_relay::{Clock, SystemClock};
use rusqlite::Connection;
use rusqlite::types::Value as Sql;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use tempfile::TempDir;
use tokio::sync::watch;

use crate::support::{Person, document};

/// How full the disk of this machine is says nothing about the program.
const SMALL_RESERVE: &str = "disk.reserve_max_bytes = 268435456\n";

/// A relay as a separate process.
pub(crate) struct Process {
    pub(crate) child: Child,
    pub(crate) url: String,
    pub(crate) client: reqwest::Client,
}

impl Process {
    pub(crate) fn command(folder: &Path, listen: &str, config: Option<&str>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_imajin-registry"));
        command.args(["serve", "--listen", listen, "--data"]).arg(folder);
        command.env("IMAJIN_LOG", "error").stdout(Stdio::piped());
        let path = folder.join("config.toml");
        let config = config.unwrap_or_default();
        std::fs::write(&path, format!("{SMALL_RESERVE}{config}")).unwrap();
        command.arg("--config").arg(path);
        command
    }

    pub(crate) fn start(folder: &Path, listen: &str, config: Option<&str>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut child = Self::command(folder, listen, config).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Self { child, url, client: reqwest::Client::new() }
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Posts operations; returns the CIDs that were acknowledged as new or known, none without an answer.
    pub(crate) async fn post(&self, tokens: &[String]) -> Vec<String> {
        let url = format!("{}/proof/v1/operations", self.url);
        let request = self.client.post(url).body(json!({ "operations": tokens }).to_string());
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
        let response = self.client.get(format!("{}{path}", self.url)).send().await.ok()?;
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
            let mut statement = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
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
    let chain_grant = ada.grant_from(None, None, &chain, "read", DECADE_SECS);
    let mut tokens = vec![ada.genesis.clone(), bob.genesis.clone()];
    tokens.extend([first.token, second.token.clone(), fork.token, open, chain_grant.clone()]);
    tokens.extend([ada.artifact("x"), ada.countersign(&second.cid, Some("likes"))]);
    tokens.extend([ada.revoke(&chain_grant, 0), ada.touch(), ada.delete(), ada.restore()]);
    tokens
}

/// How often the program is killed: `IMAJIN_KILLS`.
fn kills() -> u64 {
    let set = std::env::var("IMAJIN_KILLS");
    set.map_or(8, |text| text.parse().unwrap())
}

/// How many operations and documents a relay has said that it keeps.
type Answers = watch::Sender<(u64, u64)>;

/// Operations and documents that a killed relay had acknowledged.
#[derive(Default)]
struct AckLog {
    answers: Answers,
    /// CIDs of operations that are in the log, or wait for a dependency.
    operations: Vec<String>,
    /// Creators and CIDs of documents.
    blobs: Vec<(String, String)>,
}

impl AckLog {
    fn new(answers: &Answers) -> Self {
        Self { answers: answers.clone(), ..Self::default() }
    }

    fn add(&mut self, other: Self) {
        self.operations.extend(other.operations);
        self.blobs.extend(other.blobs);
    }

    /// Submits; whether there was an answer.
    async fn submit(&mut self, client: &reqwest::Client, url: &str, tokens: &[String]) -> bool {
        let body = json!({ "operations": tokens }).to_string();
        let request = client.post(format!("{url}/proof/v1/operations")).body(body);
        let Ok(response) = request.send().await else {
            return false;
        };
        let Ok(answer) = response.json::<Value>().await else {
            return false;
        };
        for result in answer["results"].as_array().unwrap() {
            let waits = result["dependencyMissing"] == true;
            assert!(waits || result["status"] == "new", "{result}");
            self.operations.push(result["cid"].as_str().unwrap().to_owned());
            self.answers.send_modify(|(operations, _)| *operations += 1);
        }
        true
    }
}

/// Posts stories as long as there are answers: in order, or the second half first.
async fn post_stories(url: String, answers: Answers, in_order: bool) -> AckLog {
    let (client, mut kept) = (reqwest::Client::new(), AckLog::new(&answers));
    loop {
        let mut tokens = story();
        // The operations that end a delegation or an identity come last, or the others would be refused instead of waiting.
        let last = tokens.split_off(9);
        let second = tokens.split_off(if in_order { 9 } else { 3 });
        for part in [second, tokens, last].iter().filter(|part| !part.is_empty()) {
            if !kept.submit(&client, &url, part).await {
                return kept;
            }
        }
    }
}

/// Posts chains with their documents, which everybody may read, as long as there are answers.
async fn post_documents(url: String, answers: Answers) -> AckLog {
    let (client, mut kept) = (reqwest::Client::new(), AckLog::new(&answers));
    let request = client.get(format!("{url}/.well-known/dfos-relay")).send();
    let Ok(Ok(known)) =
        async { Ok::<_, reqwest::Error>(request.await?.json::<Value>().await) }.await
    else {
        return kept;
    };
    loop {
        let ada = Person::new();
        let (text, cid) = document(&kept.blobs.len().to_string());
        let first = ada.create(&cid, -1000);
        let open = ada.grant_from(None, None, "chain:*", "read", DECADE_SECS);
        let tokens = [ada.genesis.clone(), first.token.clone(), open];
        if !kept.submit(&client, &url, &tokens).await {
            return kept;
        }
        let now = SystemClock.now().as_secs();
        let claims = auth::Claims {
            issuer: ada.did().clone(),
            audience: known["did"].as_str().unwrap().to_owned(),
            issued_at_secs: now - 5,
            expires_at_secs: now + 600,
        };
        let token = auth::sign(&claims, &ada.key_id, &ada.key).unwrap();
        let url = format!("{url}/content/{}/blob/{}", first.id(), first.cid);
        let put = client.put(url).bearer_auth(token).body(text).send().await;
        let Ok(put) = put else {
            return kept;
        };
        assert_eq!(put.status(), 200);
        kept.blobs.push((ada.did().as_str().to_owned(), cid));
        answers.send_modify(|(_, blobs)| *blobs += 1);
    }
}

fn nothing_is_lost(folder: &Path, kept: &AckLog) {
    let connection = Connection::open(folder.join("relay.sqlite")).unwrap();
    let mut find = connection
        .prepare(
            "SELECT 1 FROM operations WHERE cid = ?1 UNION SELECT 1 FROM pending WHERE cid = ?1",
        )
        .unwrap();
    for cid in &kept.operations {
        assert!(find.exists([cid]).unwrap(), "lost: {cid}");
    }
    let mut find =
        connection.prepare("SELECT 1 FROM blobs WHERE creator = ?1 AND document = ?2").unwrap();
    for (creator, document) in &kept.blobs {
        assert!(find.exists([creator, document]).unwrap(), "lost: {document}");
    }
}

/// `imajin-registry rebuild` changes nothing.
fn derived_tables_are_right(folder: &Path) {
    let before = derived(folder);
    let status = Command::new(env!("CARGO_BIN_EXE_imajin-registry"))
        .args(["rebuild", "--data"])
        .arg(folder)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
    for (before, after) in before.iter().zip(derived(folder)) {
        assert_eq!(*before, after, "the table {} is another after a rebuild", before.0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment() {
    let folder = TempDir::new().unwrap();
    let mut log = AckLog::default();
    for kill in 1..=kills() {
        if kill % 6 == 0 {
            // While it starts, and looks at what the last kill left.
            let mut child = Process::command(folder.path(), "127.0.0.1:0", None).spawn().unwrap();
            tokio::time::sleep(Duration::from_millis(3 * kill)).await;
            child.kill().unwrap();
            child.wait().unwrap();
            continue;
        }
        let mut process = Process::start(folder.path(), "127.0.0.1:0", None);
        let answers = Answers::default();
        let at = || (process.url.clone(), answers.clone());
        let posting = [
            tokio::spawn(post_stories(at().0, at().1, true)),
            tokio::spawn(post_stories(at().0, at().1, false)),
            tokio::spawn(post_documents(at().0, at().1)),
        ];
        // After so many answers, and then anywhere in the next one.
        let minimum = (kill * 7 % 20 + 1, kill % 2);
        let mut heard = answers.subscribe();
        let is_enough =
            |(operations, blobs): &(u64, u64)| *operations >= minimum.0 && *blobs >= minimum.1;
        heard.wait_for(is_enough).await.unwrap();
        tokio::time::sleep(Duration::from_millis(kill * 97 % 40)).await;
        process.kill();
        for posting in posting {
            log.add(posting.await.unwrap());
        }
        nothing_is_lost(folder.path(), &log);
    }
    assert!(log.operations.len() as u64 > 4 * kills());
    assert!(log.blobs.len() as u64 > kills() / 3);
    derived_tables_are_right(folder.path());
}

#[tokio::test]
async fn a_damaged_log_is_not_rebuilt() {
    let folder = TempDir::new().unwrap();
    let mut process = Process::start(folder.path(), "127.0.0.1:0", None);
    assert_eq!(process.post(&story()).await.len(), 13);
    process.kill();
    let connection = Connection::open(folder.path().join("relay.sqlite")).unwrap();
    connection.execute("DELETE FROM operations WHERE kind = 0 AND seq > 2", []).unwrap();
    drop(connection);
    let before = derived(folder.path());
    let error = imajin_relay::rebuild(folder.path()).unwrap_err().to_string();
    assert!(error.contains("damaged"), "{error}");
    assert_eq!(derived(folder.path()), before);
}

#[tokio::test]
async fn stops_when_told() {
    let folder = TempDir::new().unwrap();
    let mut process = Process::start(folder.path(), "127.0.0.1:0", None);
    assert_eq!(
        process.client.get(format!("{}/healthz", process.url)).send().await.unwrap().status(),
        200
    );
    let pid = process.child.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    for _ in 0..100 {
        if let Some(status) = process.child.try_wait().unwrap() {
            assert!(status.success());
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("did not stop");
}
