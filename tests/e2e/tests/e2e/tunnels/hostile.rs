//! A registry that lies. It passes registrations and heartbeats on to a real one, and does something else with each tunnel.

use super::{NAME, options_of, start, state};
use imajin_e2e::prelude::*;
use imajin_edge::tunnel;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};

const SWITCH: &[u8] =
    b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: mjn-tunnel\r\n\
    mjn-tunnel-day: -1/lots\r\n\r\n";
/// Streams that each flood opens at once, and floods.
const STREAMS: usize = 200;
const FLOODS: usize = 20;

/// A lie about a tunnel.
#[derive(Debug, Clone, Copy)]
enum Lie {
    HangUp,
    /// Answers with bytes that are no HTTP/2.
    Garbage,
    /// Opens many streams for all names with bytes that are no TLS, then hangs up.
    Flood,
    /// Says nothing at all after 101.
    Silence,
}

const LIES: [Lie; 4] = [Lie::HangUp, Lie::Garbage, Lie::Flood, Lie::Silence];

/// Starts the lying registry in front of a real one. Each tunnel gets the next lie, and those after the last the truth.
fn lie(real: SocketAddr, floods: mpsc::Sender<usize>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    listener.set_nonblocking(true).unwrap();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            let tunnels = Arc::new(AtomicUsize::new(0));
            while let Ok((near, _)) = listener.accept().await {
                let (tunnels, floods) = (Arc::clone(&tunnels), floods.clone());
                tokio::spawn(serve(near, real, tunnels, floods));
            }
        });
    });
    address
}

async fn serve(
    mut near: tokio::net::TcpStream,
    real: SocketAddr,
    tunnels: Arc<AtomicUsize>,
    floods: mpsc::Sender<usize>,
) {
    let mut head = vec![0; 4096];
    let Ok(length) = near.read(&mut head).await else {
        return;
    };
    if head.starts_with(b"GET /api/node/tunnel ") {
        let number = tunnels.fetch_add(1, Ordering::Relaxed);
        if let Some(lie) = LIES.get(number) {
            let _ = near.write_all(SWITCH).await;
            return carry_lie(*lie, near, floods).await;
        }
    }
    if let Ok(mut far) = tokio::net::TcpStream::connect(real).await {
        let _ = far.write_all(&head[..length]).await;
        let _ = copy_bidirectional(&mut near, &mut far).await;
    }
}

async fn carry_lie(lie: Lie, mut near: tokio::net::TcpStream, floods: mpsc::Sender<usize>) {
    match lie {
        Lie::HangUp => {}
        Lie::Garbage => {
            let _ = near.write_all(&[b'x'; 64 * 1024]).await;
        }
        Lie::Flood => {
            let refused = flood(near).await;
            let _ = floods.send(refused);
        }
        // The box hangs up.
        Lie::Silence => {
            let _ = near.read_to_end(&mut Vec::new()).await;
        }
    }
}

/// Returns how many streams for other names and ports the box refused.
async fn flood(near: tokio::net::TcpStream) -> usize {
    let (requests, connection) = tunnel::registry_side(near).await.unwrap();
    tokio::spawn(connection);
    let mut refused = 0;
    for flood in 0..FLOODS {
        let mut answers = Vec::new();
        for stream in 0..STREAMS {
            let target = match stream % 3 {
                0 => format!("{NAME}:443"),
                1 => format!("{NAME}:22"),
                _ => "localhost:443".to_owned(),
            };
            let request = axum::http::Request::connect(target.as_str())
                .header("forwarded", format!("for=198.51.100.{}", flood + 1))
                .body(())
                .unwrap();
            let Ok(mut ready) = requests.clone().ready().await else {
                return refused;
            };
            if let Ok((answer, mut body)) = ready.send_request(request, false) {
                let _ = body.send_data(vec![b'x'; 16 * 1024].into(), false);
                answers.push((answer, body));
            }
        }
        for (answer, _body) in answers {
            let status = answer.await.map(|answer| answer.status().as_u16());
            refused += usize::from(matches!(status, Ok(403 | 421)));
        }
    }
    refused
}

#[test]
fn a_registry_that_lies_does_the_box_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let registry = start(&folder.path().join("registry"), None);
    let (sender, floods) = mpsc::channel();
    let liar = lie(registry.listens_at().parse().unwrap(), sender);
    let data = folder.path().join("data");
    let node = Node::start_with(&data, &options_of(liar, true));
    // Neither port 22 nor another name is ever led to.
    let refused = floods.recv_timeout(Duration::from_secs(60)).unwrap();
    assert!(refused >= FLOODS, "{refused} refused");
    assert_eq!(node.get("/healthz").status(), 200);
    // After the last lie the truth is taken.
    until("a tunnel", || {
        registry.get("node/reach/adas-box").1["connected"] == true
            && state(&data)["since"].is_string()
    });
    let state = state(&data);
    assert!(state["last_break"].is_array(), "{state}");
    let memory = memory_kib(node.pid());
    assert!(memory < 100 * 1024, "{memory} KiB");
    drop(TcpStream::connect(liar));
    node.stop_gracefully();
}

fn memory_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let digits = |letter: &char| letter.is_ascii_digit();
    let number: String = line.unwrap().chars().filter(digits).collect();
    number.parse().unwrap()
}
