//! Tunnels: a box behind a registry that carries connections to it, both real processes. The box speaks to the registry through a
//! recorder, which keeps every byte that the registry can see.

mod broken;
mod hostile;
mod impostor;
mod namespaces;

use imajin_e2e::prelude::*;
use parking_lot::Mutex;
use reqwest::Certificate;
use reqwest::blocking::RequestBuilder;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener};
use std::sync::Arc;

const NAME: &str = "adas-box.nodes.local";
/// Heartbeats every second.
const CONFIG: &str = "[directory]\ndomain = \"nodes.local\"\n[directory.times]\nheartbeat-secs = 1\nstale-after = 100000\nunreachable-after = 100000\n\
    [directory.limits]\nnode-registrations-an-hour = 100000\nheartbeats-an-hour = 100000\n\
    [tunnel]\nlisten = \"127.0.0.1:0\"\n";
/// Words that only the two ends of a connection may see.
const CANARY: &str = "the quick brown canary";
/// Longer than any answer takes.
const PATIENCE: Duration = Duration::from_secs(60);

/// A proxy that keeps what passes.
struct Recorder {
    address: SocketAddr,
    seen: Arc<Mutex<Vec<u8>>>,
}

impl Recorder {
    fn start(to: SocketAddr) -> Self {
        Self::start_at("127.0.0.1:0", to)
    }

    fn start_at(listen: &str, to: SocketAddr) -> Self {
        let listener = TcpListener::bind(listen).unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&seen);
        std::thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                // A registry that is away is one that hangs up.
                let Ok(far) = TcpStream::connect(to) else {
                    continue;
                };
                for (from, to) in [(&near, &far), (&far, &near)] {
                    let (from, to) = (from.try_clone().unwrap(), to.try_clone().unwrap());
                    let kept = Arc::clone(&kept);
                    std::thread::spawn(move || pass(from, to, &kept));
                }
            }
        });
        Self { address, seen }
    }

    /// Whether these bytes passed, in either direction.
    fn has(&self, bytes: &[u8]) -> bool {
        memchr::memmem::find(&self.seen.lock(), bytes).is_some()
    }
}

fn pass(mut from: TcpStream, mut to: TcpStream, kept: &Mutex<Vec<u8>>) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer) {
        kept.lock().extend_from_slice(&buffer[..length]);
        if to.write_all(&buffer[..length]).is_err() {
            break;
        }
    }
    let _ = (to.shutdown(Shutdown::Both), from.shutdown(Shutdown::Both));
}

/// A registry, and a box that it carries connections to.
struct World {
    registry: Registry,
    recorder: Recorder,
    node: Node,
    data: PathBuf,
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        Self::new_with(&[])
    }

    /// A box with other settings.
    fn new_with(env: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let registry = start(&folder.path().join("registry"), None);
        let recorder = Recorder::start(registry.listens_at().parse().unwrap());
        let data = folder.path().join("data");
        let options = options(&recorder, true).env(env.iter().copied());
        let node = Node::start_with(&data, &options);
        let world = Self { registry, recorder, node, data, folder };
        world.until_connected();
        world
    }

    fn until_connected(&self) {
        until_connected(&self.registry);
    }

    /// The state of the tunnel as `imajin status` shows it.
    fn state(&self) -> Json {
        state(&self.data)
    }

    /// A client that trusts the box's own authority, and finds the registry under the box's name.
    fn client(&self) -> Client {
        let pem = self.node.get("/certificate/imajin-box.crt");
        let root = Certificate::from_pem(&pem.bytes().unwrap()).unwrap();
        let builder = Client::builder().tls_certs_only([root]).timeout(PATIENCE);
        let builder = builder.resolve(NAME, self.visitors());
        builder.build().unwrap()
    }

    fn visitors(&self) -> SocketAddr {
        self.registry.carries_at()
    }

    fn url(&self, path: &str) -> String {
        format!("https://{NAME}:{}{path}", self.visitors().port())
    }

    /// A connection to the box behind TLS by its name, as a browser has one.
    fn connect(&self) -> StreamOwned<ClientConnection, TcpStream> {
        let pem = self.node.get("/certificate/imajin-box.crt");
        let mut roots = RootCertStore::empty();
        let root = rustls::pki_types::CertificateDer::from_pem_slice(&pem.bytes().unwrap());
        roots.add(root.unwrap()).unwrap();
        let config = ClientConfig::builder().with_root_certificates(roots);
        let config = Arc::new(config.with_no_client_auth());
        let client = ClientConnection::new(config, NAME.try_into().unwrap()).unwrap();
        let stream = TcpStream::connect(self.visitors()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        StreamOwned::new(client, stream)
    }

    /// A WebSocket of a person.
    fn open_socket(&self, token: &str) -> StreamOwned<ClientConnection, TcpStream> {
        let mut socket = self.connect();
        let request = format!(
            "GET /chat/ws HTTP/1.1\r\nhost: {NAME}\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\
             authorization: Bearer {token}\r\n\r\n"
        );
        socket.write_all(request.as_bytes()).unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            socket.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        assert!(head.starts_with(b"HTTP/1.1 101 "), "{head:?}");
        socket
    }
}

fn start(data: &Path, listen: Option<String>) -> Registry {
    start_with(data, CONFIG, listen)
}

fn start_with(data: &Path, config: &str, listen: Option<String>) -> Registry {
    let options =
        RegistryOptions { config: config.to_owned(), listen, ..RegistryOptions::default() };
    Registry::start(data, &options)
}

fn options(recorder: &Recorder, has_tunnel: bool) -> NodeOptions {
    options_of(recorder.address, has_tunnel)
}

/// The options of a box whose registry is at an address.
fn options_of(registry: SocketAddr, has_tunnel: bool) -> NodeOptions {
    let url = format!("http://{registry}");
    let tunnels = if has_tunnel { url.clone() } else { String::new() };
    let pairs = [
        ("IMAJIN_REGISTRIES_URLS", url),
        ("IMAJIN_REGISTRIES_TUNNELS", tunnels),
        ("IMAJIN_REGISTRIES_NAME", "adas-box".to_owned()),
        ("IMAJIN_REGISTRIES_HEARTBEAT_S", "1".to_owned()),
        ("IMAJIN_REGISTRIES_RETRY_S", "1".to_owned()),
        ("IMAJIN_HOSTS", NAME.to_owned()),
        // No certificate authority answers at this address.
        ("IMAJIN_TLS_DIRECTORY", "https://127.0.0.1:9/directory".to_owned()),
    ];
    NodeOptions::default().flags(["--tls-listen", "127.0.0.1:0"]).env(pairs)
}

fn until_connected(registry: &Registry) {
    until("a tunnel", || registry.get("node/reach/adas-box").1["connected"] == true);
}

fn state(data: &Path) -> Json {
    let status = imajin(["status", "--json", "--data", data.to_str().unwrap()]).json();
    status["network"]["tunnels"][0].clone()
}

/// Adds the name that browsers would send, without the port of these tests.
fn with_host(request: RequestBuilder) -> RequestBuilder {
    request.header("host", NAME)
}

#[test]
fn a_page_a_websocket_and_an_upload_go_through_and_the_registry_reads_none_of_it() {
    let world = World::new();
    let client = world.client();
    // A page, and what a person writes there.
    let person = Person::new(&world.node.url);
    person.update_bio(CANARY).unwrap();
    let page = with_host(client.get(world.url(&format!("/profile/{}", person.did()))));
    let page = page.send().unwrap();
    assert_eq!(page.status(), 200);
    let text = page.text().unwrap();
    assert!(text.contains(CANARY), "{text}");
    let session = Session::begin(&person.client, &person.key).unwrap();
    // A large upload, by the protocol of the page.
    let large: Vec<u8> = CANARY.bytes().cycle().take(8 << 20).collect();
    let begin = with_host(client.post(world.url("/media/api/uploads")))
        .bearer_auth(session.token())
        .header("tus-resumable", "1.0.0")
        .header("upload-length", large.len())
        .header("upload-metadata", "filename Y2FuYXJ5LnR4dA==,sign MQ==");
    let begin = begin.send().unwrap();
    assert_eq!(begin.status(), 201);
    let at = begin.headers()["location"].to_str().unwrap().to_owned();
    let sent = with_host(client.patch(world.url(&at)))
        .bearer_auth(session.token())
        .header("tus-resumable", "1.0.0")
        .header("upload-offset", 0)
        .header("content-type", "application/offset+octet-stream")
        .body(large.clone())
        .send()
        .unwrap();
    assert_eq!(sent.headers()["upload-offset"], large.len().to_string());
    // A WebSocket that stays open meanwhile.
    let mut socket = world.open_socket(session.token());
    // A ping with a mask of zeros, and its pong, after whatever the app says first.
    socket.write_all(&[0x89, 0x82, 0, 0, 0, 0, b'h', b'i']).unwrap();
    loop {
        let mut frame = [0; 2];
        socket.read_exact(&mut frame).unwrap();
        let length = match frame[1] {
            126 => {
                let mut length = [0; 2];
                socket.read_exact(&mut length).unwrap();
                usize::from(u16::from_be_bytes(length))
            }
            short => usize::from(short),
        };
        let mut payload = vec![0; length];
        socket.read_exact(&mut payload).unwrap();
        if frame[0] == 0x8a {
            assert_eq!(payload, b"hi");
            break;
        }
    }
    // The registry saw the name, and nothing that was said.
    assert!(world.recorder.has(b"mjn-tunnel"));
    assert!(world.recorder.seen.lock().len() > large.len());
    for canary in [CANARY, session.token(), person.did(), "/chat/ws"] {
        assert!(!world.recorder.has(canary.as_bytes()), "{canary}");
    }
    let state = until_some("today's bytes", || {
        let state = world.state();
        (state["bytes_today"].as_u64()? > 8 << 20).then_some(state)
    });
    assert_eq!(state["names"], json!([NAME]), "{state}");
    assert!(state["since"].is_string() && state["last_break"].is_null());
    assert_eq!(state["bytes_a_day"], 1_000_000_000_u64);
    let text = imajin(["status", "--data", world.data.to_str().unwrap()]).ok();
    assert_has!(text, "tunnel", NAME, "connected since", "of 1.0 GB today");
    world.node.stop_gracefully();
}

#[test]
fn a_visitor_through_a_registry_on_this_machine_has_no_rights_of_the_machine() {
    let world = World::new();
    assert_eq!(world.node.get("/metrics").status(), 200);
    let metrics = with_host(world.client().get(world.url("/metrics")));
    assert_eq!(metrics.send().unwrap().status(), 403);
}

#[test]
fn either_end_is_killed_and_the_tunnel_comes_back() {
    let mut world = World::new();
    let page = |world: &World| {
        let answer = with_host(world.client().get(world.url("/healthz"))).send();
        answer.unwrap().status().as_u16()
    };
    assert_eq!(page(&world), 200);
    let mut held = world.connect();
    held.write_all(b"GET /").unwrap();
    // The registry dies in the middle.
    let (data, address) = (world.registry.data.clone(), world.registry.listens_at());
    world.registry.kill();
    let mut rest = Vec::new();
    let _ = held.read_to_end(&mut rest);
    assert!(rest.is_empty());
    until("the break in the node's state", || {
        let state = state(&world.data);
        state["since"].is_null() && state["last_break"].is_array()
    });
    world.registry = start(&data, Some(address));
    world.until_connected();
    assert_eq!(page(&world), 200);
    // The box dies in the middle.
    let mut held = world.connect();
    held.write_all(b"GET /").unwrap();
    world.node.kill();
    let _ = held.read_to_end(&mut rest);
    until("the box is gone", || world.registry.get("node/reach/adas-box").1["connected"] == false);
    world.node = Node::start_with(&world.data, &options(&world.recorder, true));
    world.until_connected();
    assert_eq!(page(&world), 200);
    // Without the setting it stays away.
    world.node.stop_gracefully();
    world.node = Node::start_with(&world.data, &options(&world.recorder, false));
    let did = world.node.did.clone();
    world.registry.until(&did, "without a tunnel", |node| node["attestation"]["tunnel"].is_null());
    assert!(world.state().is_null());
    let reach = world.registry.get("node/reach/adas-box").1;
    assert_eq!(reach["connected"], false, "{reach}");
    let refused = with_host(world.client().get(world.url("/healthz"))).send();
    assert!(refused.is_err());
    drop(world.folder);
}

#[test]
fn a_locked_box_dials_once_it_is_unlocked() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let registry = start(&folder.path().join("registry"), None);
    let recorder = Recorder::start(registry.listens_at().parse().unwrap());
    let path = data.to_str().unwrap();
    imajin_with(["init", "--seal", "--data", path], &[("IMAJIN_PASSPHRASE", "correct horse")]).ok();
    let mut options = options(&recorder, true);
    let proxies = ("IMAJIN_LIMITS_TRUSTED_PROXIES", "127.0.0.1");
    options.env.push((proxies.0.to_owned(), proxies.1.to_owned()));
    let mut node = Node::start_with(&data, &options);
    assert!(node.is_locked && !recorder.has(b"mjn-tunnel"));
    let host = node.url.trim_start_matches("http://").to_owned();
    let unlocked = imajin_e2e::http()
        .post(format!("{}/unlock", node.url))
        .header("origin", format!("https://{host}"))
        .header("x-forwarded-for", "192.0.2.1")
        .header("x-forwarded-proto", "https")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("next=%2F&passphrase=correct+horse")
        .send()
        .unwrap();
    assert!(unlocked.status().is_redirection() || unlocked.status().is_success());
    node.wait_until_open();
    until_connected(&registry);
}

#[test]
fn a_certificate_authority_reaches_the_box_by_its_own_protocol() {
    let world = World::new();
    let mut roots = RootCertStore::empty();
    let pem = world.node.get("/certificate/imajin-box.crt").bytes().unwrap();
    let root = rustls::pki_types::CertificateDer::from_pem_slice(&pem);
    roots.add(root.unwrap()).unwrap();
    let handshake = |alpn: &[u8]| {
        let config = ClientConfig::builder().with_root_certificates(roots.clone());
        let mut config = config.with_no_client_auth();
        config.alpn_protocols = vec![alpn.to_vec()];
        let mut client = ClientConnection::new(Arc::new(config), NAME.try_into().unwrap()).unwrap();
        let mut stream = TcpStream::connect(world.visitors()).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        while client.is_handshaking() {
            client.complete_io(&mut stream).map_err(|error| error.to_string())?;
        }
        Ok::<_, String>(client.alpn_protocol().map(<[u8]>::to_vec))
    };
    assert_eq!(handshake(b"http/1.1"), Ok(Some(b"http/1.1".to_vec())));
    // The box has no challenge to answer, and says so itself. A registry that looked at ALPN could only close the connection.
    let refused = handshake(b"acme-tls/1").unwrap_err();
    assert!(refused.contains("alert"), "{refused}");
}

#[test]
fn an_owner_turns_it_on_and_off_while_the_box_runs() {
    let folder = tempfile::tempdir().unwrap();
    let registry = start(&folder.path().join("registry"), None);
    let recorder = Recorder::start(registry.listens_at().parse().unwrap());
    let url = format!("http://{}", recorder.address);
    let data = folder.path().join("data");
    let mut options = options(&recorder, false);
    // The settings name no registry.
    options.env.retain(|(name, _)| name != "IMAJIN_REGISTRIES_URLS");
    let node = Node::start_with(&data, &options);
    let choose = |word: &str| {
        let path = data.to_str().unwrap();
        let tunnel = format!("--tunnel={word}");
        imajin(["register-node", &url, &tunnel, "--data", path]).ok();
    };
    choose("yes");
    until_connected(&registry);
    until("today's state", || state(&data)["since"].is_string());
    choose("no");
    until("the end of the tunnel", || registry.get("node/reach/adas-box").1["connected"] == false);
    // The name leads elsewhere from then on, and the box stays registered.
    registry.until(&node.did, "without a tunnel", |node| node["attestation"]["tunnel"].is_null());
    assert!(state(&data).is_null());
    // Leaving a registry ends its tunnel.
    choose("yes");
    until_connected(&registry);
    let path = data.to_str().unwrap();
    imajin(["register-node", &url, "--leave", "--data", path]).ok();
    until("the end of the tunnel", || registry.get("node/reach/adas-box").1["connected"] == false);
    imajin(["register-node", &url, "--data", path]).ok();
    registry.until(&node.did, "registered again", |node| node["attestation"]["tunnel"].is_null());
    assert!(state(&data).is_null(), "it stays off");
}
