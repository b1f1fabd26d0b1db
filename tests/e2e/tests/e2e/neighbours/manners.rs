//! The neighbours: seven kinds of misbehaviour, each on this many connections at once, reopened when the node closes
//! them.

use imajin_e2e::prelude::*;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{self, ErrorKind, Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};

/// The misbehaviour of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manners {
    /// Sends nothing.
    Silent,
    /// Sends a header at one byte per second.
    SlowHeader,
    /// Sends the beginning of a large body, then one byte per second.
    SlowBody,
    /// Requests much and reads none of it.
    NeverReading,
    /// Sends a request and closes the write half.
    HalfClosed,
    /// Registers another key each time.
    Identities,
    /// Requests a letter to another address each time.
    Letters,
}

pub(crate) const ALL: [Manners; 7] = [
    Manners::Silent,
    Manners::SlowHeader,
    Manners::SlowBody,
    Manners::NeverReading,
    Manners::HalfClosed,
    Manners::Identities,
    Manners::Letters,
];

/// Upper bound for the neighbours' run time.
const UNTIL: Duration = Duration::from_secs(600);
/// Time limit for opening all connections.
const THERE: Duration = Duration::from_secs(120);
/// Pause between two rounds over all connections.
const PACE: Duration = Duration::from_secs(1);
const PATIENCE: Duration = Duration::from_secs(5);
const PLAIN: u16 = 7000;
const TLS: u16 = 7443;

/// Results by kind: connections opened; answers to floods.
static OPENED: [AtomicUsize; 7] = [const { AtomicUsize::new(0) }; 7];
static ANSWERED: AtomicUsize = AtomicUsize::new(0);
static ENOUGH: AtomicBool = AtomicBool::new(false);

/// The node's address.
#[derive(Clone)]
struct At {
    addresses: Vec<IpAddr>,
    /// The name in the node's certificate.
    name: ServerName<'static>,
    host: String,
    tls: Arc<ClientConfig>,
}

impl At {
    /// Parses the node's addresses, the first of which is in its certificate.
    fn parse(text: &str) -> Self {
        let addresses: Vec<IpAddr> =
            text.split(' ').map(|one| one.parse().expect("an address")).collect();
        let file = std::env::var("SSL_CERT_FILE").expect("the authority's certificate");
        let mut roots = RootCertStore::empty();
        let root = CertificateDer::from_pem_file(file).expect("a certificate");
        roots.add(root).expect("an authority");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions of TLS")
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self {
            name: ServerName::from(addresses[0]),
            host: format!("{}:{TLS}", addresses[0]),
            addresses,
            tls: Arc::new(tls),
        }
    }

    /// Opens the count-th connection: over IPv4 and IPv6 in turn. Half of those that need no answer come without TLS.
    fn connect(&self, manners: Manners, count: usize) -> io::Result<Line> {
        let is_plain = matches!(manners, Manners::Silent | Manners::SlowHeader) && count % 4 < 2;
        let port = if is_plain { PLAIN } else { TLS };
        let to = SocketAddr::new(self.addresses[count % self.addresses.len()], port);
        let mut socket = TcpStream::connect_timeout(&to, PATIENCE)?;
        if is_plain {
            socket.set_nonblocking(true)?;
            return Ok(Line::Plain(socket));
        }
        socket.set_read_timeout(Some(PATIENCE))?;
        let connection = ClientConnection::new(Arc::clone(&self.tls), self.name.clone());
        let mut connection = connection.map_err(io::Error::other)?;
        while connection.is_handshaking() {
            connection.complete_io(&mut socket)?;
        }
        socket.set_nonblocking(true)?;
        Ok(Line::Tls(Box::new(StreamOwned::new(connection, socket))))
    }
}

enum Line {
    Plain(TcpStream),
    Tls(Box<StreamOwned<ClientConnection, TcpStream>>),
}

impl Line {
    fn socket(&self) -> &TcpStream {
        match self {
            Self::Plain(socket) => socket,
            Self::Tls(stream) => &stream.sock,
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.write(bytes),
            Self::Tls(stream) => stream.write(bytes),
        }
    }

    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(socket) => socket.read(bytes),
            Self::Tls(stream) => stream.read(bytes),
        }
    }
}

/// Misbehaves until told to stop, and reports its results.
pub(crate) fn misbehave(at: &str, connections: usize) {
    let at = At::parse(at);
    let each = (connections / ALL.len()).max(1);
    let threads = ALL.map(|manners| {
        let at = at.clone();
        std::thread::spawn(move || behave(manners, &at, each))
    });
    imajin_e2e::within(THERE, "its connections", || {
        let is_there = |opened: &AtomicUsize| opened.load(SeqCst) >= each;
        OPENED.iter().all(is_there).then_some(())
    });
    println!("there {}", json!(connections));
    let mut word = String::new();
    io::stdin().read_line(&mut word).expect("a word");
    ENOUGH.store(true, SeqCst);
    for thread in threads {
        thread.join().expect("a neighbour");
    }
    let opened = ALL.iter().map(|manners| {
        let opened = OPENED[*manners as usize].load(SeqCst);
        (format!("{manners:?}"), json!(opened))
    });
    let opened: serde_json::Map<String, Json> = opened.collect();
    println!("did {}", json!({ "opened": opened, "answered": ANSWERED.load(SeqCst) }));
}

/// Keeps this many connections open for as long as possible.
fn behave(manners: Manners, at: &At, count: usize) {
    let mut held: Vec<Line> = Vec::new();
    let begun = Instant::now();
    let mut attempts = 0;
    while begun.elapsed() < UNTIL && !ENOUGH.load(SeqCst) {
        while held.len() < count && !ENOUGH.load(SeqCst) {
            attempts += 1;
            let Ok(mut line) = at.connect(manners, attempts) else {
                break;
            };
            // The node need not read everything at once.
            let _ = line.write(begin(manners, &at.host, attempts).as_bytes());
            if manners == Manners::HalfClosed {
                let _ = line.socket().shutdown(Shutdown::Write);
            }
            OPENED[manners as usize].fetch_add(1, SeqCst);
            held.push(line);
        }
        std::thread::sleep(PACE);
        held.retain_mut(|line| may_continue(manners, line));
    }
}

/// Returns the first bytes of a connection.
fn begin(manners: Manners, host: &str, count: usize) -> String {
    let head = |first: &str| format!("{first} HTTP/1.1\r\nhost: {host}\r\n");
    let post = |path: &str, body: &str, bytes: usize| {
        let head = head(&format!("POST {path}"));
        format!("{head}content-type: application/json\r\ncontent-length: {bytes}\r\n\r\n{body}")
    };
    let spec = || head("GET /auth/api/spec") + "\r\n";
    // The process ID is unique on this machine.
    let name = u64::from(std::process::id()) << 32 | count as u64;
    match manners {
        Manners::Silent => String::new(),
        Manners::SlowHeader => head("GET /auth/api/node") + "x-slow: ",
        Manners::SlowBody => post("/auth/api/register", &" ".repeat(100_000), 1_500_000),
        Manners::NeverReading => spec().repeat(50),
        Manners::HalfClosed => spec(),
        Manners::Identities => {
            let key = format!("{name:064x}");
            let body = json!({ "publicKey": key, "name": "x" }).to_string();
            post("/auth/api/register", &body, body.len())
        }
        Manners::Letters => {
            let body = json!({ "email": format!("n{name}@example.com") }).to_string();
            post("/auth/api/onboard", &body, body.len())
        }
    }
}

/// Takes the next step on a connection. Returns whether it is still open.
fn may_continue(manners: Manners, line: &mut Line) -> bool {
    let ended = |error: &io::Error| error.kind() != ErrorKind::WouldBlock;
    if manners == Manners::NeverReading {
        // Only a reset shows the end.
        return matches!(line.socket().take_error(), Ok(None));
    }
    let drips = matches!(manners, Manners::SlowHeader | Manners::SlowBody);
    if drips && line.write(b"x").is_err_and(|error| ended(&error)) {
        return false;
    }
    let mut some = [0; 4096];
    loop {
        match line.read(&mut some) {
            Ok(0) => return false,
            // A flood sends one request per connection: the answer ends it.
            Ok(_) if matches!(manners, Manners::Identities | Manners::Letters) => {
                ANSWERED.fetch_add(1, SeqCst);
                return false;
            }
            Ok(_) => {}
            Err(error) => return !ended(&error),
        }
    }
}
