//! WebSockets over real connections, plain and behind TLS, with a client that sends bytes and knows no library.

use std::net::SocketAddr;

use axum::Router;
use axum::routing::any;
use imajin_app::Right;
use imajin_app::socket::{Message, SocketRequest};
use imajin_host::Limits;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio_rustls::rustls::{self, pki_types};

use super::*;

/// How long a test waits for an answer; longer than a busy machine needs.
const PATIENCE: Duration = Duration::from_secs(60);
const TEXT: u8 = 1;
const BINARY: u8 = 2;
const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// A tiny router behind the edge.
#[derive(Clone)]
struct Tiny {
    router: Router,
    table: Arc<Table>,
}

impl Answers for Tiny {
    fn connections(&self) -> &Arc<Table> {
        &self.table
    }

    fn counted(&self, _: bool) {}

    /// Longer than any test: a test that waits for it fails.
    fn patience(&self) -> Duration {
        PATIENCE * 10
    }

    async fn respond(&self, mut request: hyper::Request<Incoming>, peer: Peer) -> Response {
        use tower::ServiceExt as _;
        request.extensions_mut().insert(peer);
        match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        }
    }
}

/// The apps: one echoes messages, one reads none, one sends more than a client takes.
fn router(gone: mpsc::UnboundedSender<&'static str>) -> Router {
    let (deaf, flood) = (gone.clone(), gone.clone());
    Router::new()
        .route("/", any(async || "a page"))
        .route(
            "/echo",
            any(async move |request: SocketRequest| {
                let own = request.is_own_page;
                request.open(async move |mut socket| {
                    let first = if own { "own" } else { "other" };
                    let _ = socket.say(Message::text(first), &mut Right::unending()).await;
                    while let Some(heard) = socket.hear().await {
                        if matches!(heard, Message::Text(_) | Message::Binary(_))
                            && socket.say(heard, &mut Right::unending()).await.is_err()
                        {
                            break;
                        }
                    }
                    drop(socket);
                    let _ = gone.send("echo");
                })
            }),
        )
        .route(
            "/deaf",
            any(async move |request: SocketRequest| {
                request.open(async move |socket| {
                    let _ = deaf.send("deaf");
                    std::future::pending::<()>().await;
                    drop(socket);
                })
            }),
        )
        .route(
            "/flood",
            any(async move |request: SocketRequest| {
                request.open(async move |mut socket| {
                    let much = Message::binary(vec![0; 1 << 20]);
                    while socket.say(much.clone(), &mut Right::unending()).await.is_ok() {}
                    let _ = flood.send("flood");
                })
            }),
        )
}

struct Server {
    address: SocketAddr,
    table: Arc<Table>,
    /// The apps whose client has disconnected.
    gone: mpsc::UnboundedReceiver<&'static str>,
    stop: oneshot::Sender<()>,
    served: JoinHandle<()>,
}

impl Server {
    async fn start(limits: Limits, tls: Option<TlsAcceptor>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (says, gone) = mpsc::unbounded_channel();
        let table = Table::new(&limits);
        let tiny = Tiny { router: router(says), table: table.clone() };
        let (stop, stopped) = oneshot::channel::<()>();
        let stopped = async {
            let _ = stopped.await;
        };
        let served = tokio::spawn(run(listener, tiny, tls, Box::pin(stopped)));
        Self { address, table, gone, stop, served }
    }

    async fn open(&self, path: &str) -> Client<TcpStream> {
        let stream = TcpStream::connect(self.address).await.unwrap();
        Client::open(stream, path, "").await
    }

    /// The next app whose client is gone.
    async fn next_gone(&mut self) -> &'static str {
        let gone = tokio::time::timeout(PATIENCE, self.gone.recv()).await;
        gone.expect("no app has lost its client").unwrap()
    }

    /// Waits until an idle connection that asks for nothing was closed: a time that every other one has had, too.
    async fn an_idle_one_ends(&self) {
        let mut idle = TcpStream::connect(self.address).await.unwrap();
        let request = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";
        idle.write_all(request).await.unwrap();
        let mut bytes = Vec::new();
        let read = tokio::time::timeout(PATIENCE, idle.read_to_end(&mut bytes)).await;
        assert!(read.is_ok(), "no timeout has ended it");
    }
}

struct Client<S> {
    stream: S,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    async fn open(stream: S, path: &str, headers: &str) -> Self {
        let mut client = Self { stream };
        // RFC 6455 §1.3 has this key, and what must be answered to it.
        let ask = format!(
            "GET {path} HTTP/1.1\r\nhost: box.example\r\nconnection: keep-alive, Upgrade\r\nupgrade: WebSocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n{headers}\r\n"
        );
        client.stream.write_all(ask.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(client.stream.read_u8().await.unwrap());
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        assert!(head.starts_with("http/1.1 101"), "{head}");
        assert!(head.contains("sec-websocket-accept: s3pplmbitxaq9kygzzhzrbk+xoo="));
        assert!(!head.contains("sec-websocket-extensions"), "no compression");
        client
    }

    fn frame(opcode: u8, text: &[u8]) -> Vec<u8> {
        const MASK: [u8; 4] = [7, 1, 9, 3];
        let mut frame = vec![0x80 | opcode];
        match u16::try_from(text.len()).unwrap() {
            short @ 0..=125 => frame.push(0x80 | short as u8),
            long => {
                frame.push(0x80 | 126);
                frame.extend(long.to_be_bytes());
            }
        }
        frame.extend(MASK);
        frame.extend(text.iter().zip(MASK.iter().cycle()).map(|(a, b)| a ^ b));
        frame
    }

    async fn send(&mut self, opcode: u8, text: &[u8]) {
        let frame = Self::frame(opcode, text);
        self.stream.write_all(&frame).await.unwrap();
    }

    /// The next frame; `None` where the connection ended.
    async fn next(&mut self) -> Option<(u8, Vec<u8>)> {
        let read = async {
            let head = self.stream.read_u16().await.ok()?;
            let [first, second] = head.to_be_bytes();
            assert_eq!(second & 0x80, 0, "a server masks nothing");
            let length = match second {
                126 => u64::from(self.stream.read_u16().await.ok()?),
                127 => self.stream.read_u64().await.ok()?,
                short => u64::from(short),
            };
            let mut text = vec![0; usize::try_from(length).unwrap()];
            self.stream.read_exact(&mut text).await.ok()?;
            Some((first & 0x0f, text))
        };
        let read = tokio::time::timeout(PATIENCE, read).await;
        read.expect("neither a frame nor an end")
    }

    async fn echoes(&mut self, opcode: u8, text: &[u8]) {
        self.send(opcode, text).await;
        assert_eq!(self.next().await, Some((opcode, text.to_vec())));
    }
}

fn limits() -> Limits {
    Limits { header_timeout_s: 1, idle_timeout_s: 1, write_timeout_s: 1, ..Limits::default() }
}

/// A certificate that a client trusts, and both ends of TLS with it.
fn tls() -> (TlsAcceptor, tokio_rustls::TlsConnector) {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec!["box.example".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap().der().clone();
    let private = pki_types::PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let server = rustls::ServerConfig::builder_with_provider(provider.clone())
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.clone()], private)
        .unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate).unwrap();
    let client = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    (Arc::new(server).into(), Arc::new(client).into())
}

#[tokio::test]
async fn a_socket_talks_and_ends_where_its_client_wants() {
    let mut server = Server::start(limits(), None).await;
    let mut client = server.open("/echo").await;
    assert_eq!(client.next().await, Some((TEXT, b"other".to_vec())));
    client.echoes(TEXT, "grüezi".as_bytes()).await;
    client.echoes(BINARY, &[7; 16 * 1024]).await;
    client.send(PING, b"there?").await;
    assert_eq!(client.next().await, Some((PONG, b"there?".to_vec())));
    client.send(CLOSE, &1000u16.to_be_bytes()).await;
    let (opcode, code) = client.next().await.unwrap();
    assert_eq!((opcode, &code[..2]), (CLOSE, &1000u16.to_be_bytes()[..]));
    assert_eq!(client.next().await, None);
    assert_eq!(server.next_gone().await, "echo");
}

#[tokio::test]
async fn a_socket_talks_behind_tls_and_knows_pages_of_its_own_origin() {
    let (acceptor, connector) = tls();
    let server = Server::start(limits(), Some(acceptor)).await;
    for (origin, said) in [
        ("https://box.example", "own"),
        ("http://box.example", "other"),
        ("https://evil.example", "other"),
    ] {
        let stream = TcpStream::connect(server.address).await.unwrap();
        let name = pki_types::ServerName::try_from("box.example").unwrap();
        let stream = connector.connect(name, stream).await.unwrap();
        let headers = format!("origin: {origin}\r\n");
        let mut client = Client::open(stream, "/echo", &headers).await;
        assert_eq!(client.next().await, Some((TEXT, said.into())), "{origin}");
        client.echoes(TEXT, b"behind TLS").await;
    }
    drop(server.stop);
    let served = tokio::time::timeout(PATIENCE, server.served).await;
    served.expect("it waits for clients that are gone").unwrap();
}

#[tokio::test]
async fn an_idle_or_half_sent_message_outlives_the_deadlines_of_requests() {
    let server = Server::start(limits(), None).await;
    let mut client = server.open("/echo").await;
    assert!(client.next().await.is_some());
    let frame = Client::<TcpStream>::frame(TEXT, b"slowly");
    let (first, rest) = frame.split_at(3);
    for part in [first, rest] {
        server.an_idle_one_ends().await;
        client.stream.write_all(part).await.unwrap();
    }
    assert_eq!(client.next().await, Some((TEXT, b"slowly".to_vec())));
}

#[tokio::test]
async fn too_much_or_nonsense_ends_a_socket() {
    let mut server = Server::start(limits(), None).await;
    for (opcode, text) in
        [(TEXT, &[b'x'; 16 * 1024 + 1][..]), (TEXT, &[0xff, 0xfe][..]), (3, b"no such opcode")]
    {
        let mut client = server.open("/echo").await;
        assert!(client.next().await.is_some());
        client.send(opcode, text).await;
        while let Some((opcode, _)) = client.next().await {
            assert_eq!(opcode, CLOSE);
        }
        assert_eq!(server.next_gone().await, "echo");
    }
}

#[tokio::test]
async fn a_client_that_takes_nothing_is_cut() {
    let mut server = Server::start(limits(), None).await;
    let client = server.open("/flood").await;
    assert_eq!(server.next_gone().await, "flood");
    drop(client);
}

#[tokio::test]
async fn a_socket_has_a_place_among_the_connections_and_makes_room() {
    let limits = Limits { connections: 2, ..Limits::default() };
    let mut server = Server::start(limits, None).await;
    let mut first = server.open("/echo").await;
    let mut second = server.open("/echo").await;
    for client in [&mut first, &mut second] {
        assert!(client.next().await.is_some());
    }
    // The echo makes the second socket the one that was silent for longest.
    first.echoes(TEXT, b"here").await;
    let mut third = server.open("/echo").await;
    assert!(third.next().await.is_some());
    assert_eq!(second.next().await, None, "it had to go");
    assert_eq!(server.next_gone().await, "echo");
    first.echoes(TEXT, b"still here").await;
    third.echoes(TEXT, b"and here").await;
    drop((first, third));
    for _ in 0..2 {
        assert_eq!(server.next_gone().await, "echo");
    }
    let all = async {
        while !server.table.is_empty() {
            tokio::task::yield_now().await;
        }
    };
    let left = tokio::time::timeout(PATIENCE, all).await;
    left.expect("a place is still taken");
}

#[tokio::test]
async fn a_stop_says_goodbye_to_each_and_waits_for_nobody() {
    let mut server = Server::start(Limits::default(), None).await;
    let mut polite = server.open("/echo").await;
    let mut silent = server.open("/echo").await;
    let forgotten = server.open("/deaf").await;
    for client in [&mut polite, &mut silent] {
        assert!(client.next().await.is_some());
    }
    assert_eq!(server.next_gone().await, "deaf");
    drop(server.stop);
    // The silent one reads and answers nothing, and one app does not listen.
    let (opcode, text) = polite.next().await.unwrap();
    assert_eq!((opcode, &text[..2]), (CLOSE, &1001u16.to_be_bytes()[..]));
    polite.send(CLOSE, &text[..2]).await;
    assert_eq!(polite.next().await, None);
    let served = tokio::time::timeout(PATIENCE, server.served).await;
    served.expect("it waits for open sockets").unwrap();
    let (opcode, text) = silent.next().await.unwrap();
    assert_eq!((opcode, &text[..2]), (CLOSE, &1001u16.to_be_bytes()[..]));
    assert!(server.table.is_empty());
    drop((silent, forgotten));
}

#[tokio::test]
async fn what_asks_for_no_socket_gets_a_sentence() {
    let server = Server::start(limits(), None).await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let ask = b"GET /echo HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    stream.write_all(ask).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    assert!(answer.contains("WebSocket"), "{answer}");
}

/// The resident memory of this process, which is the server and 400 clients that have no buffers.
fn resident_bytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.unwrap().trim().trim_end_matches("kB").trim();
    kib.parse::<u64>().unwrap() * 1024
}

#[tokio::test]
async fn four_hundred_idle_sockets_fit_in_16_mib() {
    const SOCKETS: u64 = 400;
    let server = Server::start(Limits::default(), None).await;
    // The first socket also pays for things that are needed once: code, and the pools of the runtime and of memory.
    let mut first = server.open("/echo").await;
    assert!(first.next().await.is_some());
    let before = resident_bytes();
    let mut clients = Vec::new();
    for _ in 0..SOCKETS {
        let mut client = server.open("/echo").await;
        assert!(client.next().await.is_some());
        clients.push(client);
    }
    let more = resident_bytes().saturating_sub(before);
    println!("{} bytes for each of {SOCKETS} idle sockets", more / SOCKETS);
    assert!(more <= 16 << 20, "{more} bytes");
    drop(clients);
}
