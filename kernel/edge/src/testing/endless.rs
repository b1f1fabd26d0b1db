//! A server whose answer has no end, for every client that a node runs.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

/// Longer than any client in a test waits.
const WAIT: Duration = Duration::from_secs(60);
/// Bytes that the two sockets hold for a client that reads nothing.
const SOCKET_BYTES_MAX: u64 = 12 << 20;

/// An answer that has no end.
#[derive(Debug, Clone, Copy)]
pub struct Flood {
    /// The beginning.
    pub first: &'static str,
    /// The piece that follows again and again.
    pub again: &'static str,
    /// The pause between two pieces.
    pub pause: Duration,
}

impl Flood {
    /// Answers of HTTP that come as fast as they are read: a line, headers, a body, pieces of one, and the headers that end a body
    /// in pieces.
    pub const HTTP: [Self; 5] = [
        Self::fast("HTTP/1.1 200 O", "KKKKKKKKKKKKKKKK"),
        Self::fast("HTTP/1.1 200 OK\r\n", "X-More: and more\r\n"),
        Self::fast("HTTP/1.1 200 OK\r\n\r\n", "[[[[[[[[[[[[[[[["),
        Self::fast(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
            "10\r\n                \r\n",
        ),
        Self::fast(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
            "X-More: and more\r\n",
        ),
    ];

    /// A body of HTTP of which a byte comes now and then.
    pub const SLOW_BODY: Self =
        Self { first: "HTTP/1.1 200 OK\r\n\r\n", again: " ", pause: Duration::from_millis(20) };

    /// Makes a flood that comes as fast as it is read.
    pub const fn fast(first: &'static str, again: &'static str) -> Self {
        Self { first, again, pause: Duration::ZERO }
    }
}

/// A server that floods every client.
#[derive(Debug)]
pub struct EndlessServer {
    address: SocketAddr,
    ended: mpsc::Receiver<u64>,
}

impl EndlessServer {
    /// Starts one on a free port of this machine. It listens until the test's process ends.
    #[allow(clippy::expect_used)]
    pub fn start(flood: Flood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (sender, ended) = mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let sender = sender.clone();
                std::thread::spawn(move || {
                    // A test that is over waits for no more.
                    let _ = sender.send(serve(stream, flood));
                });
            }
        });
        Self { address, ended }
    }

    /// The server's address.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The server's address for HTTP clients.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Waits until a client has hung up, and checks that it took no more than it may: `bytes_max`, and what sockets hold.
    #[allow(clippy::expect_used)]
    pub fn check_given_up(&self, bytes_max: u64) {
        let bytes = self.ended.recv_timeout(WAIT);
        let bytes = bytes.expect("the client hangs up");
        assert!(
            bytes <= bytes_max + SOCKET_BYTES_MAX,
            "the client took {bytes} bytes of {bytes_max}"
        );
    }
}

/// Floods one client until it hangs up; the bytes that went.
fn serve(mut stream: TcpStream, flood: Flood) -> u64 {
    // HTTP clients speak first, and take an earlier answer for a fault; SMTP clients wait.
    if flood.first.starts_with("HTTP") && !matches!(stream.read(&mut [0; 4096]), Ok(1..)) {
        return 0;
    }
    // Another thread reads the rest, so that the client never waits for this end.
    if let Ok(mut asked) = stream.try_clone() {
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while asked.read(&mut buffer).is_ok_and(|count| count > 0) {}
        });
    }
    let is_fast = flood.pause.is_zero();
    let piece = flood.again.repeat(if is_fast { 4096 } else { 1 });
    let mut bytes = 0;
    let mut next = flood.first.as_bytes();
    while stream.write_all(next).is_ok() {
        bytes += next.len() as u64;
        std::thread::sleep(flood.pause);
        next = piece.as_bytes();
    }
    bytes
}
