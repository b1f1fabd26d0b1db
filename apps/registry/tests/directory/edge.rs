//! The program alone has the edge of a node: a table of connections, deadlines, one budget for bodies, daily budgets.

use std::process::Command;
use std::time::Duration;

use imajin_app::time::instant;
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::program::Process;

/// A connection that said this and waits.
async fn hold(process: &Process, said: &str) -> TcpStream {
    let address = process.1.trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(said.as_bytes()).await.unwrap();
    stream
}

/// Reads until the connection ends.
async fn rest(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut bytes)).await;
    assert!(read.is_ok(), "the connection stays open");
    String::from_utf8_lossy(&bytes).into_owned()
}

fn head(method: &str, path: &str, more: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n{more}\r\n")
}

const WRITE: &str = "/proof/v1/operations";

#[tokio::test]
async fn a_registry_alone_makes_room_for_who_comes_when_its_table_is_full() {
    let folder = TempDir::new().unwrap();
    let process = Process::start(folder.path(), "[edge]\nconnections = 4\n");
    let mut connections = Vec::new();
    for _ in 0..10 {
        connections.push(hold(&process, "GET /").await);
    }
    assert_eq!(process.get("/api/node/list").await.0, 200);
    assert_eq!(rest(connections.remove(0)).await, "", "the longest idle one went");
    let (status, spec) = process.get("/api/spec").await;
    assert_eq!(status, 200);
    assert!(spec["paths"]["/api/node/list"]["get"].is_object(), "{spec}");
}

#[tokio::test]
async fn a_registry_alone_has_deadlines_for_heads_and_bodies() {
    let folder = TempDir::new().unwrap();
    let config = "[edge]\nheader-timeout-secs = 1\nbody-idle-secs = 1\n";
    let process = Process::start(folder.path(), config);
    let begun = instant();
    let silent = hold(&process, "").await;
    let slow = hold(&process, "GET /healthz HTTP/1.1\r\nhost: loc").await;
    let half = head("POST", WRITE, "content-length: 100\r\n") + "{";
    let body = hold(&process, &half).await;
    assert_eq!(rest(silent).await, "");
    assert_eq!(rest(slow).await, "");
    let response = rest(body).await;
    assert!(response.starts_with("HTTP/1.1 408"), "{response}");
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn half_sent_bodies_share_one_budget_of_a_registry_alone() {
    let folder = TempDir::new().unwrap();
    let config = "[edge]\nbodies-bytes = 4194304\nbody-idle-secs = 5\n";
    let process = Process::start(folder.path(), config);
    let half = head("POST", WRITE, "content-length: 2000000\r\n") + &" ".repeat(1_000_000);
    let mut connections = Vec::new();
    for _ in 0..6 {
        let mut stream = hold(&process, "").await;
        let half = half.clone();
        connections.push(tokio::spawn(async move {
            // Without room the registry stops reading, and may hang up.
            let _ = stream.write_all(half.as_bytes()).await;
            rest(stream).await
        }));
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    let little = reqwest::Client::new().post(format!("{}{WRITE}", process.1));
    let little = little.body(json!({ "operations": ["a.b.c"] }).to_string());
    assert_eq!(little.send().await.unwrap().status(), 200);
    let mut refused = 0;
    for told in connections {
        let response = told.await.unwrap();
        if response.starts_with("HTTP/1.1 503") {
            assert!(response.contains("retry-after: 5"), "{response}");
            refused += 1;
        }
    }
    assert!(refused > 0, "they all had room");
}

/// Status, sentence and seconds to wait of a write from an address.
async fn write_from(process: &Process, path: &str, from: &str) -> (u16, String, u64) {
    let request = reqwest::Client::new().post(format!("{}{path}", process.1));
    let request = request.header("x-forwarded-for", from);
    let answer = request.body(json!({ "operations": ["a.b.c"] }).to_string()).send().await.unwrap();
    let status = answer.status().as_u16();
    let wait = answer.headers().get("retry-after");
    let wait = wait.map_or(0, |wait| wait.to_str().unwrap().parse().unwrap());
    (status, answer.text().await.unwrap(), wait)
}

#[tokio::test]
async fn writes_to_the_relay_of_a_registry_alone_have_daily_budgets_that_outlast_a_restart() {
    let folder = TempDir::new().unwrap();
    let config = "[daily]\nrelay-writes-address = 2\nrelay-writes = 3\n[directory]\naddress-header = \"x-forwarded-for\"\n";
    let mut process = Process::start(folder.path(), config);
    let (one, two) = ("192.0.2.1", "2001:db8::1");
    for path in [WRITE, "/relay/proof/v1/operations"] {
        assert_eq!(write_from(&process, path, one).await.0, 200);
    }
    let (status, said, wait) = write_from(&process, WRITE, one).await;
    assert_eq!(status, 429);
    assert!(said.contains("as much as a day has"), "{said}");
    assert!((1..=86_400).contains(&wait), "{wait}");
    assert_eq!(write_from(&process, WRITE, two).await.0, 200);
    assert_eq!(write_from(&process, WRITE, two).await.0, 429, "the node's");
    // Reading and the directory cost nothing.
    assert_eq!(process.get("/proof/v1/log").await.0, 200);
    assert_eq!(process.get("/api/node/list").await.0, 200);
    let kill = Command::new("kill").arg(process.0.id().to_string()).status();
    assert!(kill.unwrap().success());
    assert!(process.0.wait().unwrap().success(), "it ends when it is told to");
    let process = Process::start(folder.path(), config);
    assert_eq!(write_from(&process, WRITE, one).await.0, 429);
    let kept = std::fs::read_to_string(folder.path().join("limits.json")).unwrap();
    assert!(!kept.contains(one), "it keeps no address: {kept}");
}
