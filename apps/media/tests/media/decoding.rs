//! One person's slow pictures keep no other person waiting.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::prelude::*;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::support::world_decoding;

/// Threads for work that waits for the disk: fewer than there are slow pictures.
const THREADS: usize = 2;
/// Slow pictures.
const MANY: usize = 20;

/// A decoder in place of the program's. It can't start at first. Once there is a file `armed`, the first child of it takes for
/// ever, and the others know no picture.
fn decoder(folder: &Path) -> std::path::PathBuf {
    let path = folder.join("decoder");
    let lines = format!(
        "#!/bin/sh\ncd {}\n[ -e armed ] || exit 1\nif mkdir slow 2>/dev/null; then echo $$ >slow/id; exec sleep 600; fi\nprintf '{}'\nexec cat >/dev/null\n",
        folder.display(),
        "\\001".repeat(50),
    );
    std::fs::write(&path, lines).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    path
}

async fn until(what: &str, is_so: impl Fn() -> bool) {
    let waited = tokio::time::timeout(Duration::from_secs(60), async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    });
    assert!(waited.await.is_ok(), "{what}");
}

#[test]
fn slow_pictures_of_one_client_delay_nobody_else_and_end_with_their_requests() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(THREADS)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let folder = tempfile::tempdir().unwrap();
        let world = world_decoding(decoder(folder.path())).await;
        let slow = world.adds(&world.bea, "slow.jpg", json!({})).await;
        let own = world.adds(&world.owner, "own.jpg", json!({})).await;
        std::fs::write(folder.path().join("armed"), "").unwrap();
        let mut held = Vec::new();
        for _ in 0..MANY {
            let mut stream = TcpStream::connect(world.node.address).await.unwrap();
            let ask = format!(
                "GET /media/api/assets/{}?w=200 HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\r\n",
                slow.id, world.bea.token
            );
            stream.write_all(ask.as_bytes()).await.unwrap();
            held.push(stream);
        }
        let id = folder.path().join("slow/id");
        until("nobody decodes", || std::fs::metadata(&id).is_ok_and(|about| about.len() > 0)).await;
        let path = format!("/media/api/assets/{}?w=200", own.id);
        world.get(Some(&world.owner), &path).await.check(404);
        world.owner.person.sign_in(&world.node).await;
        assert_eq!(world.get(None, "/healthz").await.status, 200);
        drop(held);
        let id = std::fs::read_to_string(&id).unwrap();
        let process = Path::new("/proc").join(id.trim());
        until("the child of an abandoned picture runs", || !process.exists()).await;
        // The node doesn't remember a picture as slow when the people who asked for it left.
        let path = format!("/media/api/assets/{}?w=200", slow.id);
        assert_eq!(world.get(Some(&world.bea), &path).await.status, 404);
        world.close().await;
    });
}
