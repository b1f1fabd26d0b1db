//! `/healthz` tries what people need, and names the part that does not work.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::prelude::*;

/// Asks again until this is the answer: on a busy machine another part may be too slow once.
async fn becomes(node: &TestNode, path: &str, status: u16, said: &str, failing: &Json) {
    let mut last = None;
    let asking = async {
        loop {
            let reply = node.get(path).await;
            let body = reply.json();
            if (reply.status, &body["status"], &body["failing"]) == (status, &json!(said), failing)
            {
                return;
            }
            last = Some(reply.text());
            // The result is cached for a second.
            node.clock.pass(Duration::from_secs(1));
        }
    };
    let came = tokio::time::timeout(Duration::from_secs(90), asking).await;
    assert!(came.is_ok(), "{path} is not {status} {failing}: {last:?}");
}

async fn well(node: &TestNode) {
    node.clock.pass(Duration::from_secs(1));
    becomes(node, "/healthz", 200, "ok", &Json::Null).await;
}

/// The node and each service answer 503.
async fn fails(node: &TestNode, part: &str) {
    for path in ["/healthz", "/auth/api/health"] {
        becomes(node, path, 503, "failed", &json!(part)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_cannot_be_written_is_told() {
    let node = node_with(Config::default()).await;
    let file = node.node.data().join("secrets.sqlite");
    let other = rusqlite::Connection::open(file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    fails(&node, "sessions").await;
    other.execute_batch("ROLLBACK").unwrap();
    well(&node).await;
    // One that is refused at once, as a disk refuses.
    let broken = "CREATE TRIGGER broken BEFORE UPDATE ON pulse BEGIN SELECT RAISE(FAIL, 'disk I/O error'); END";
    other.execute_batch(broken).unwrap();
    let again = node_again(node).await;
    fails(&again, "sessions").await;
}

/// A node with the data after a restart: what worked a moment ago is tried again.
async fn node_again(node: TestNode) -> TestNode {
    node.restarted(crate::support::services(), Config::default()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_projection_that_cannot_be_read_is_told() {
    let node = node_with(Config::default()).await;
    let stuck = Arc::new(AtomicBool::new(true));
    // More readers than any pool has connections.
    let readers: Vec<_> = (0..32)
        .map(|_| {
            let (node, stuck) = (node.node.clone(), Arc::clone(&stuck));
            std::thread::spawn(move || {
                let _ = node.read("profile", |_| {
                    while stuck.load(Ordering::SeqCst) {
                        std::thread::sleep(Duration::from_millis(10));
                    }
                    Ok(())
                });
            })
        })
        .collect();
    fails(&node, "reads").await;
    stuck.store(false, Ordering::SeqCst);
    for reader in readers {
        reader.join().unwrap();
    }
    well(&node).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_does_not_come_is_told() {
    let node = node_with(Config::default()).await;
    let ledger = node.node.ledger().clone();
    let still = tokio::task::spawn_blocking(move || ledger.quiesce());
    let still = still.await.unwrap().unwrap();
    fails(&node, "writes").await;
    drop(still);
    well(&node).await;
}
