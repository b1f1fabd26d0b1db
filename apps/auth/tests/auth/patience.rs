//! The node keeps answering: no thread waits for a client, and no client's bytes take up the whole budget.

use imajin_host::Limits;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::prelude::*;

/// Threads for work that waits for the disk.
const THREADS: usize = 2;
/// Clients that hold what they can: more than there are threads.
const MANY: usize = 8;

/// Runs a test where hardly any thread may wait.
fn with_few_threads(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(THREADS)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(test);
    runtime.shutdown_background();
}

/// A connection that said this and waits.
async fn hold(node: &TestNode, said: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(node.address).await.unwrap();
    stream.write_all(said).await.unwrap();
    stream
}

/// Reads until the connection ends.
async fn rest(mut stream: TcpStream) -> String {
    let mut text = Vec::new();
    let read = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut text)).await;
    assert!(read.is_ok(), "the connection stays open");
    String::from_utf8_lossy(&text).into_owned()
}

async fn signs_in(node: &TestNode, person: &Person) -> String {
    let signing = person.sign_in(node);
    let signed = tokio::time::timeout(Duration::from_secs(10), signing).await;
    assert!(signed.is_ok(), "nobody can sign in");
    signed.unwrap()
}

#[test]
fn silent_uploads_keep_nobody_from_signing_in() {
    with_few_threads(async {
        let (node, [ada]) = populated(node_with(Config::default()), [1], owner).await;
        let token = signs_in(&node, &ada).await;
        let head = |method: &str, path: &str| {
            format!(
                "{method} {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\ncontent-length: 1000000\r\n\r\nx"
            )
        };
        let mut connections = Vec::new();
        for (method, path) in [
            ("POST", "/profile/api/upload"),
            ("POST", "/auth/api/bundles/verify"),
            ("POST", "/auth/api/import?as=backup"),
        ] {
            for _ in 0..MANY {
                connections.push(hold(&node, head(method, path).as_bytes()).await);
            }
        }
        tokio::time::sleep(Duration::from_millis(300)).await;
        signs_in(&node, &ada).await;
    });
}

/// A PNG of 8 MiB, with nothing that a shared copy leaves out.
fn large_png() -> Vec<u8> {
    let chunk = |name: &[u8; 4], content: &[u8]| {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&length[..], name, content, &[0; 4]].concat()
    };
    let pixels = vec![7; 8 << 20];
    let chunks = [chunk(b"IHDR", &[1; 13]), chunk(b"IDAT", &pixels), chunk(b"IEND", &[])];
    [&b"\x89PNG\r\n\x1a\n"[..], &chunks.concat()].concat()
}

#[test]
fn stalled_readers_keep_nobody_from_signing_in() {
    with_few_threads(async {
        let (node, [ada]) = populated(node_with(Config::default()), [1], owner).await;
        let token = signs_in(&node, &ada).await;
        let picture = large_png();
        let upload = Ask::new("POST", "/profile/api/upload").body(picture.clone()).bearer(&token);
        let cid = send(&node, upload).await.json()["cid"].clone();
        let cid = cid.as_str().unwrap();
        let write = Write::new(&ada.did, "profile.update")
            .body(Value::map([("avatar", Value::from(cid))]))
            .fact(json!({"media": [cid]}));
        ada.write(&node, &write).await.check(201);
        let path = format!("/profile/api/media/{}/{cid}", ada.did);
        let mut connections = Vec::new();
        for path in [path.as_str(), "/auth/api/export"] {
            let asks = format!(
                "GET {path} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {token}\r\n\r\n"
            );
            for _ in 0..MANY {
                connections.push(hold(&node, asks.as_bytes()).await);
            }
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
        signs_in(&node, &ada).await;
        let whole = node.get(path.as_str()).await;
        assert_eq!((whole.status, whole.body.len()), (200, picture.len()));
    });
}

#[tokio::test]
async fn half_sent_bodies_share_one_budget() {
    let node = node_with(Config {
        limits: Limits { bodies_bytes: 4 << 20, body_idle_s: 5, ..Limits::default() },
        ..Config::default()
    })
    .await;
    let ada = owner(&node, 1).await;
    let half = format!(
        "POST /auth/api/register HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2000000\r\n\r\n{}",
        " ".repeat(1_000_000)
    );
    let mut connections = Vec::new();
    for _ in 0..6 {
        let mut stream = TcpStream::connect(node.address).await.unwrap();
        let half = half.clone();
        connections.push(tokio::spawn(async move {
            // The node stops reading when the budget is used up, and may hang up.
            let _ = stream.write_all(half.as_bytes()).await;
            rest(stream).await
        }));
    }
    tokio::time::sleep(Duration::from_millis(500)).await;
    // A client with small requests from the same address is still served, and so is a person with a session.
    let token = signs_in(&node, &ada).await;
    let large = json!({"bio": "x".repeat(500_000)}).to_string();
    let ask = Ask::new("POST", "/auth/api/attestations").body(large).bearer(&token);
    let reply = send(&node, ask).await;
    assert!((400..500).contains(&reply.status), "{}", reply.text());
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

#[tokio::test]
async fn slow_heads_and_bodies_have_their_own_deadlines() {
    let node = node_with(Config {
        limits: Limits {
            header_timeout_s: 1,
            body_idle_s: 1,
            idle_timeout_s: 600,
            ..Limits::default()
        },
        ..Config::default()
    })
    .await;
    let begun = tokio::time::Instant::now();
    let silent = hold(&node, b"").await;
    let slow = hold(&node, b"GET /auth/api/node HTTP/1.1\r\nhost: loc").await;
    let begin = format!(
        "POST /auth/api/challenge HTTP/1.1\r\nhost: {}\r\ncontent-length: 100\r\n\r\n{{",
        node.address
    );
    let body = hold(&node, begin.as_bytes()).await;
    let mut idle = hold(&node, b"GET /auth/api/node HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    assert_eq!(rest(silent).await, "");
    assert_eq!(rest(slow).await, "");
    let response = rest(body).await;
    assert!(response.starts_with("HTTP/1.1 408"), "{response}");
    assert!(begun.elapsed() < Duration::from_secs(25));
    let mut answer = vec![0; 64 * 1024];
    let read = idle.read(&mut answer).await.unwrap();
    assert!(read > 0);
    idle.write_all(b"GET /auth/api/node HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
    let read = idle.read(&mut answer).await.unwrap();
    assert!(read > 0, "between requests a connection may idle longer");
}

#[tokio::test]
async fn a_full_table_of_connections_turns_nobody_away() {
    let node = node_with(Config {
        limits: Limits { connections: 4, ..Limits::default() },
        ..Config::default()
    })
    .await;
    let mut sockets = Vec::new();
    for _ in 0..10 {
        sockets.push(hold(&node, b"GET /").await);
    }
    assert_eq!(node.get("/auth/api/node").await.status, 200);
    assert_eq!(rest(sockets.remove(0)).await, "", "the longest idle one went");
}
