//! Tunnels of the program, with a box of the tests' own at the other end. A visitor sends what a browser would: a ClientHello.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use imajin_app::time::instant;
use imajin_dfos::base64;
use imajin_edge::testing::NameServer;
use imajin_edge::tunnel::{
    self as wire, DAY_HEADER, Meter, NAMES_HEADER, NAMES_PATH, NODE_HEADER, PROTOCOL, Receiver,
    Sender, TunnelStream, holder_text,
};
use imajin_protocol::{Did, SignedMessage};
use imajin_relay::{Clock, SystemClock};
use reqwest::Upgraded;
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use crate::program::Process;
use crate::support::{Node, public_hex, registry_key};

/// Longer than a busy machine takes.
const PATIENCE: Duration = Duration::from_secs(60);
const NAME: &str = "alpha.nodes.example";

async fn within<T>(what: &str, future: impl Future<Output = T>) -> T {
    let done = tokio::time::timeout(PATIENCE, future).await;
    done.unwrap_or_else(|_| panic!("waited in vain for {what}"))
}

/// The settings of a registry with tunnels, and more below `[tunnel]`.
fn config(more: &str) -> String {
    format!(
        "[directory]\nkeys = [\"{}\"]\ndomain = \"nodes.example\"\n\
         [tunnel]\nlisten = \"127.0.0.1:0\"\nredirect = \"127.0.0.1:0\"\n{more}",
        public_hex(&registry_key())
    )
}

/// A registry with a node that is registered.
struct World {
    process: Process,
    folder: TempDir,
    node: Node,
}

impl World {
    async fn new(more: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let process = Process::start(folder.path(), &config(more));
        let node = Node::new("alpha");
        register(&process, &node).await;
        Self {
            process,
            folder,
            node,
        }
    }

    fn visitors(&self) -> SocketAddr {
        self.process.address("carrying connections at ")
    }

    /// Opens a tunnel, and waits until visitors come through it.
    async fn dial(&self) -> TestBox {
        let boxed = TestBox::dial(&self.process, &self.node).await.unwrap();
        let connected = async { while self.reach().await["connected"] != true {} };
        within("a connected box", connected).await;
        boxed
    }

    async fn reach(&self) -> Value {
        let (status, reach) = self.process.get("/api/node/reach/alpha").await;
        assert_eq!(status, 200, "{reach}");
        reach
    }

    /// A visitor that sent a ClientHello for a name.
    async fn visit(&self, name: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.visitors()).await.unwrap();
        stream.write_all(&hello(name)).await.unwrap();
        stream
    }

    async fn suspend(&self) {
        let payload = json!({ "nodeId": self.node.did, "reason": "floods" });
        let key = registry_key();
        let from = Did::from_key(key.verifying_key().as_bytes());
        let message = SignedMessage::sign(&key, from, "node.suspend", SystemClock.now(), payload);
        let body = message.to_value().to_string();
        assert_eq!(post(&self.process, "suspend", body).await, 200);
    }
}

async fn post(process: &Process, what: &str, body: String) -> u16 {
    let request = reqwest::Client::new().post(format!("{}/api/node/{what}", process.1));
    request.body(body).send().await.unwrap().status().as_u16()
}

async fn register(process: &Process, node: &Node) {
    let attestation = node.attestation_at(SystemClock.now().as_millis());
    let body = json!({ "attestation": attestation }).to_string();
    let status = post(process, "register", body).await;
    assert!(matches!(status, 200 | 201), "{status}");
}

/// The ClientHello of a browser that would also speak `acme-tls/1`.
fn hello(name: &str) -> Vec<u8> {
    let config = ClientConfig::builder().with_root_certificates(RootCertStore::empty());
    let mut config = config.with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec(), b"acme-tls/1".to_vec()];
    let name = name.to_owned().try_into().unwrap();
    let mut client = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut bytes = Vec::new();
    client.write_tls(&mut bytes).unwrap();
    bytes
}

/// Reads until the other end closes the connection.
async fn rest(mut stream: TcpStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    // A reset is an end as well.
    let _ = within("the end", stream.read_to_end(&mut bytes)).await;
    bytes
}

/// A visitor as the box sees it.
struct Visitor {
    target: String,
    forwarded: String,
    stream: TunnelStream,
}

/// A box with an open tunnel.
struct TestBox {
    visitors: mpsc::UnboundedReceiver<Visitor>,
    /// The names that the registry says it carries.
    carried: watch::Receiver<Vec<String>>,
    /// Resolves with the reason when the tunnel ends: `None` for GOAWAY without an error.
    ended: JoinHandle<Option<String>>,
    day: String,
}

/// Asks for a tunnel; the status and the answer if it is refused.
async fn ask(process: &Process, document: &Value) -> Result<(String, Upgraded), (u16, Value)> {
    let request = reqwest::Client::new().get(format!("{}/api/node/tunnel", process.1));
    let request = request
        .header("connection", "upgrade")
        .header("upgrade", PROTOCOL)
        .header(
            NODE_HEADER,
            base64::encode_url(document.to_string().as_bytes()),
        );
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    if status != 101 {
        return Err((status, response.json().await.unwrap_or_default()));
    }
    let day = response.headers()[DAY_HEADER].to_str().unwrap().to_owned();
    Ok((day, response.upgrade().await.unwrap()))
}

fn request(node: &Node, names: &[&str]) -> Value {
    request_at(node, names, SystemClock.now().as_millis())
}

fn request_at(node: &Node, names: &[&str], at_ms: i64) -> Value {
    node.signed(json!({ "nodeId": node.did, "timestamp": at_ms, "names": names }))
}

impl TestBox {
    async fn dial(process: &Process, node: &Node) -> Result<Self, (u16, Value)> {
        Self::dial_for(process, node, &[NAME]).await
    }

    async fn dial_for(
        process: &Process,
        node: &Node,
        names: &[&str],
    ) -> Result<Self, (u16, Value)> {
        let (day, socket) = ask(process, &request(node, names)).await?;
        let (sender, visitors) = mpsc::unbounded_channel();
        let carrying = watch::Sender::default();
        let carried = carrying.subscribe();
        let ended = tokio::spawn(serve(socket, sender, carrying));
        Ok(Self {
            visitors,
            carried,
            ended,
            day,
        })
    }

    async fn until_carried(&mut self, names: &[&str]) {
        let carried = self.carried.wait_for(|carried| carried == names);
        let carried = within("names", carried).await;
        assert!(carried.is_ok(), "the tunnel ended");
    }

    async fn next(&mut self) -> Visitor {
        within("a visitor", self.visitors.recv()).await.unwrap()
    }

    async fn end(self) -> Option<String> {
        within("the tunnel's end", self.ended).await.unwrap()
    }
}

async fn serve(
    socket: Upgraded,
    visitors: mpsc::UnboundedSender<Visitor>,
    carrying: watch::Sender<Vec<String>>,
) -> Option<String> {
    let mut connection = match wire::box_side(socket).await {
        Ok(connection) => connection,
        Err(error) => return Some(error.to_string()),
    };
    loop {
        let (request, mut answer) = match connection.accept().await {
            Some(Ok(visitor)) => visitor,
            Some(Err(error)) => return Some(error.to_string()),
            None => return None,
        };
        if request.method() == "PUT" {
            assert_eq!(request.uri().path(), NAMES_PATH);
            carrying.send_replace(wire::read_list(request.headers(), NAMES_HEADER));
            let _ = answer.send_response(axum::http::Response::new(()), true);
            continue;
        }
        assert_eq!(request.method(), "CONNECT");
        let forwarded = request.headers()["forwarded"].to_str().unwrap().to_owned();
        let target = request.uri().to_string();
        let sender = answer
            .send_response(axum::http::Response::new(()), false)
            .unwrap();
        let receiver = Receiver::new(request.into_body(), Meter::default());
        let stream = TunnelStream::new(receiver, Sender::new(sender, Meter::default()));
        let _ = visitors.send(Visitor {
            target,
            forwarded,
            stream,
        });
    }
}

#[tokio::test]
async fn bytes_reach_the_box_as_they_were_sent_and_come_back_by_name() {
    let world = World::new("").await;
    let mut boxed = world.dial().await;
    assert_eq!(boxed.day, "0/1000000000", "the first week");
    let mut visitor = world.visit("Alpha.Nodes.example").await;
    let sent = hello("Alpha.Nodes.example");
    let mut seen = boxed.next().await;
    assert_eq!(
        (seen.target.as_str(), seen.forwarded.as_str()),
        ("alpha.nodes.example:443", "for=127.0.0.1")
    );
    // Each ClientHello has other random bytes, and the same length, ALPN and name.
    let mut bytes = vec![0; sent.len()];
    within("bytes", seen.stream.read_exact(&mut bytes))
        .await
        .unwrap();
    let has = |word: &[u8]| bytes.windows(word.len()).any(|window| window == word);
    assert!(bytes[0] == 22 && has(b"acme-tls/1") && has(b"http/1.1"));
    // Both ways at once, larger than every window, and each end says when it is done.
    let (mut reader, mut writer) = tokio::io::split(seen.stream);
    let echo = tokio::spawn(async move {
        tokio::io::copy(&mut reader, &mut writer).await.unwrap();
        writer.shutdown().await.unwrap();
    });
    let large: Vec<u8> = (0..1_u32 << 20).map(|n| (n % 251) as u8).collect();
    let (mut reader, mut writer) = visitor.split();
    let mut back = Vec::new();
    let sending = async {
        writer.write_all(&large).await.unwrap();
        writer.shutdown().await.unwrap();
    };
    let (_, read) = within("an echo", async {
        tokio::join!(sending, reader.read_to_end(&mut back))
    })
    .await;
    read.unwrap();
    echo.await.unwrap();
    assert!(back == large, "{} bytes came back", back.len());
}

#[tokio::test]
async fn only_an_active_node_gets_a_tunnel_for_its_own_name_and_once_for_a_request() {
    let world = World::new("").await;
    let node = &world.node;
    let other = Node::new("beta");
    register(&world.process, &other).await;
    let refused = async |document: Value| ask(&world.process, &document).await.err().unwrap();
    let now_ms = SystemClock.now().as_millis();
    let mut forged = request(node, &[NAME]);
    forged["names"] = json!(["beta.nodes.example"]);
    let stranger = Node::new("stranger");
    for (what, document, status, slug) in [
        ("no list", request(node, &[]), 400, ""),
        (
            "another's",
            request(node, &["beta.nodes.example"]),
            403,
            "name-not-held",
        ),
        (
            "the registry's",
            request(node, &["registry.example"]),
            403,
            "name-not-held",
        ),
        ("old", request_at(node, &[NAME], now_ms - 600_000), 400, ""),
        ("forged", forged, 401, ""),
        ("unknown", request(&stranger, &[NAME]), 404, ""),
        ("no document", json!([]), 400, ""),
    ] {
        let (seen, answer) = refused(document).await;
        assert_eq!(seen, status, "{what}: {answer}");
        let kind = answer["type"].as_str().unwrap_or_default();
        assert!(kind.ends_with(slug), "{what}: {answer}");
        assert!(answer["detail"].is_string(), "{what}: {answer}");
    }
    // Without `Upgrade` it is a request like any other.
    let (status, _) = world.process.get("/api/node/tunnel").await;
    assert_eq!(status, 400);
    let first = request(node, &[NAME]);
    let _tunnel = ask(&world.process, &first).await.unwrap();
    assert_eq!(refused(first).await.0, 409, "it was used");
    world.suspend().await;
    let (status, answer) = refused(request(node, &[NAME])).await;
    assert_eq!(status, 403, "{answer}");
    assert!(answer["detail"].as_str().unwrap().contains("floods"));
}

#[tokio::test]
async fn a_newer_tunnel_replaces_the_older_and_a_suspension_ends_it() {
    let world = World::new("").await;
    let mut older = world.dial().await;
    let visitor = world.visit(NAME).await;
    let _seen = older.next().await;
    let mut newer = world.dial().await;
    assert_eq!(older.end().await, None, "GOAWAY, without an error");
    assert!(rest(visitor).await.is_empty(), "its visitors are gone");
    let visitor = world.visit(NAME).await;
    let _seen = newer.next().await;
    assert_eq!(world.reach().await["connected"], true);
    world.suspend().await;
    assert_eq!(newer.end().await, None);
    assert!(rest(visitor).await.is_empty());
    assert!(rest(world.visit(NAME).await).await.is_empty());
    let reach = world.reach().await;
    assert_eq!(reach["connected"], false, "{reach}");
}

#[tokio::test]
async fn a_registry_says_goaway_before_it_stops_and_knows_afterwards_since_when_a_box_is_gone() {
    let mut world = World::new("").await;
    let mut boxed = world.dial().await;
    // Both ends have said everything of a beginning.
    let visitor = world.visit(NAME).await;
    boxed.next().await;
    world.process.terminate();
    assert_eq!(boxed.end().await, None);
    assert!(rest(visitor).await.is_empty());
    assert!(world.process.0.wait().unwrap().success());
    world.process = Process::start(world.folder.path(), &config(""));
    let reach = world.reach().await;
    assert_eq!(reach["connected"], false, "{reach}");
    assert!(
        reach["since"].as_str().unwrap().starts_with("20"),
        "{reach}"
    );
    let mut boxed = world.dial().await;
    // The registry dies, and the box dials the next one.
    world.process.0.kill().unwrap();
    world.process.0.wait().unwrap();
    while within("the end", boxed.visitors.recv()).await.is_some() {}
    world.process = Process::start(world.folder.path(), &config(""));
    let mut boxed = world.dial().await;
    let _visitor = world.visit(NAME).await;
    boxed.next().await;
}

#[tokio::test]
async fn limits_of_a_node_close_connections_and_the_state_says_so() {
    let limits = "[tunnel.limits]\nconnections = 3\nconnections-per-address = 2\nbytes-a-day-at-first = 100000\n";
    let mut world = World::new(limits).await;
    let mut boxed = world.dial().await;
    let first = world.visit(NAME).await;
    let mut seen = boxed.next().await;
    let second = world.visit(NAME).await;
    let mut second_seen = boxed.next().await;
    // Both are at work, so neither gives way.
    let working = async {
        loop {
            for seen in [&mut seen, &mut second_seen] {
                seen.stream.write_all(&[7]).await.unwrap();
            }
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    };
    let third = world.visit(NAME).await;
    tokio::select! {
        () = working => {}
        rest = rest(third) => assert!(rest.is_empty()),
    }
    let reach = world.reach().await;
    assert_eq!(
        reach["limit"]["reached"], "connections-per-address",
        "{reach}"
    );
    drop(second);
    // The day's bytes.
    let much = vec![7; 300_000];
    let sending = tokio::spawn(async move {
        let _ = seen.stream.write_all(&much).await;
        seen
    });
    let received = rest(first).await.len();
    assert!((90_000..=120_000).contains(&received), "{received}");
    let _ = sending.await;
    let reach = world.reach().await;
    assert_eq!(reach["limit"]["reached"], "bytes-a-day", "{reach}");
    assert_eq!(reach["connected"], true, "it continues tomorrow");
    assert!(rest(world.visit(NAME).await).await.is_empty());
    // A restart changes nothing of it.
    world.process.terminate();
    assert!(world.process.0.wait().unwrap().success());
    world.process = Process::start(world.folder.path(), &config(limits));
    let boxed = world.dial().await;
    let (used, most) = boxed.day.split_once('/').unwrap();
    assert!(used.parse::<u64>().unwrap() >= 100_000, "{}", boxed.day);
    assert_eq!(most, "100000");
    assert!(rest(world.visit(NAME).await).await.is_empty());
}

#[tokio::test]
async fn a_node_moves_bytes_no_faster_than_its_rate() {
    let world = World::new("[tunnel.limits]\nbits-a-second = 8000000\n").await;
    let mut boxed = world.dial().await;
    let visitor = world.visit(NAME).await;
    let mut seen = boxed.next().await;
    let begun = instant();
    let sending = tokio::spawn(async move {
        seen.stream.write_all(&vec![7; 500_000]).await.unwrap();
        seen.stream.shutdown().await.unwrap();
    });
    assert_eq!(rest(visitor).await.len(), 500_000);
    // Half a second, of which the node may run a tenth ahead; a busy machine is slower.
    assert!(begun.elapsed() >= Duration::from_millis(350));
    sending.await.unwrap();
}

#[tokio::test]
async fn a_visitor_that_takes_or_says_nothing_holds_up_no_other() {
    let world = World::new("").await;
    let mut boxed = world.dial().await;
    let mut idle = Vec::new();
    for part in [&b""[..], &[22], &[22, 3, 1, 2]] {
        let mut stream = TcpStream::connect(world.visitors()).await.unwrap();
        stream.write_all(part).await.unwrap();
        idle.push(stream);
    }
    let slow = world.visit(NAME).await;
    let mut flood = boxed.next().await;
    let flooding = tokio::spawn(async move {
        let much = vec![7; 64 << 20];
        let _ = flood.stream.write_all(&much).await;
    });
    let mut other = world.visit(NAME).await;
    let mut seen = boxed.next().await;
    seen.stream.write_all(b"hello").await.unwrap();
    let mut word = [0; 5];
    within("a word", other.read_exact(&mut word)).await.unwrap();
    assert_eq!(&word, b"hello");
    assert!(!flooding.is_finished(), "nobody reads 64 MiB");
    drop(slow);
    within("the flood's end", flooding).await.unwrap();
    // The registry closes connections that name no host in time.
    for stream in idle {
        assert!(rest(stream).await.is_empty());
    }
}

#[tokio::test]
async fn own_names_pass_unknown_ones_are_closed_and_plain_http_leads_on() {
    let proxy = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let more = format!(
        "names = [\"registry.example\"]\npass = \"{}\"\npass-proxy-protocol = true\n",
        proxy.local_addr().unwrap()
    );
    let world = World::new(&more).await;
    let mut visitor = world.visit("registry.example").await;
    let (mut passed, _) = within("the proxy", proxy.accept()).await.unwrap();
    let mut bytes = vec![0; 11];
    passed.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"PROXY TCP4 ");
    passed.write_all(b"from the proxy").await.unwrap();
    let mut bytes = [0; 14];
    visitor.read_exact(&mut bytes).await.unwrap();
    assert_eq!(&bytes, b"from the proxy");
    for name in [
        "unknown.example",
        NAME,
        "nodes.example",
        "x.alpha.nodes.example",
    ] {
        assert!(rest(world.visit(name).await).await.is_empty(), "{name}");
    }
    for odd in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        &[0; 64],
        &hello("192.0.2.1"),
    ] {
        let mut stream = TcpStream::connect(world.visitors()).await.unwrap();
        let _ = stream.write_all(odd).await;
        assert!(rest(stream).await.is_empty());
    }
    let _boxed = world.dial().await;
    let plain = world.process.address("redirecting at ");
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let client = client.build().unwrap();
    let ask = async |host: &str| {
        let request = client
            .get(format!("http://{plain}/a?b=c"))
            .header("host", host);
        let response = request.send().await.unwrap();
        let location = response.headers().get("location");
        let location = location.map(|location| location.to_str().unwrap().to_owned());
        (response.status().as_u16(), location)
    };
    assert_eq!(
        ask("Alpha.nodes.example:80").await,
        (308, Some("https://alpha.nodes.example/a?b=c".to_owned()))
    );
    assert_eq!(ask("registry.example").await.0, 308);
    assert_eq!(ask("unknown.example").await, (404, None));
}

/// Settings of a registry that asks this zone each second.
fn with_zone(zone: &NameServer) -> String {
    format!(
        "resolver = \"{}\"\ncarried-name-secs = 1\nmissing-name-secs = 1\n",
        zone.address()
    )
}

#[tokio::test]
async fn a_name_of_the_boxs_own_is_carried_while_its_zone_names_the_box() {
    const OWN: &str = "ada.example";
    let zone = NameServer::start();
    let world = World::new(&with_zone(&zone)).await;
    let mut boxed = TestBox::dial_for(&world.process, &world.node, &[NAME, OWN, "not.example"])
        .await
        .unwrap();
    boxed.until_carried(&[NAME]).await;
    assert!(rest(world.visit(OWN).await).await.is_empty());
    assert_eq!(
        world.process.get("/api/node/reach/ada.example").await.0,
        404
    );
    // The registry looks again while the tunnel stays open.
    zone.set(
        "_imajin.ada.example",
        "TXT",
        &[&holder_text(&world.node.did)],
    );
    boxed.until_carried(&[OWN, NAME]).await;
    let _visitor = world.visit("Ada.example").await;
    assert_eq!(boxed.next().await.target, "ada.example:443");
    let (_, reach) = world.process.get("/api/node/reach/ada.example").await;
    assert_eq!(reach["connected"], true, "{reach}");
    // A zone that cannot be asked changes nothing, and one that names the box no longer does.
    zone.fail(true);
    let _visitor = world.visit(OWN).await;
    boxed.next().await;
    zone.fail(false);
    zone.set("_imajin.ada.example", "TXT", &[]);
    boxed.until_carried(&[NAME]).await;
    assert!(rest(world.visit(OWN).await).await.is_empty());
    let _visitor = world.visit(NAME).await;
    boxed.next().await;
}

#[tokio::test]
async fn of_two_boxes_that_claim_a_name_its_zone_decides_and_the_newer_has_it() {
    const OWN: &str = "ada.example";
    let zone = NameServer::start();
    let world = World::new(&with_zone(&zone)).await;
    let other = Node::new("beta");
    register(&world.process, &other).await;
    let record = "_imajin.ada.example";
    let texts = [holder_text(&world.node.did), holder_text(&other.did)];
    zone.set(record, "TXT", &[&texts[1]]);
    let (alpha, beta) = ([NAME, OWN], ["beta.nodes.example", OWN]);
    let older = TestBox::dial_for(&world.process, &other, &beta).await;
    let mut older = older.unwrap();
    older.until_carried(&[OWN, "beta.nodes.example"]).await;
    let newer = TestBox::dial_for(&world.process, &world.node, &alpha).await;
    let mut newer = newer.unwrap();
    newer.until_carried(&[NAME]).await;
    zone.set(record, "TXT", &[&texts[0], &texts[1]]);
    newer.until_carried(&[OWN, NAME]).await;
    older.until_carried(&["beta.nodes.example"]).await;
    zone.set(record, "TXT", &[&texts[1]]);
    older.until_carried(&[OWN, "beta.nodes.example"]).await;
    newer.until_carried(&[NAME]).await;
}

#[tokio::test]
async fn a_registry_gives_away_no_name_of_its_own_and_few_of_a_boxs() {
    let zone = NameServer::start();
    let more = format!(
        "{}names = [\"registry.example\"]\npass = \"127.0.0.1:9\"\n",
        with_zone(&zone)
    );
    let world = World::new(&more).await;
    let text = holder_text(&world.node.did);
    for name in ["_imajin.registry.example", "_imajin.z.example"] {
        zone.set(name, "TXT", &[&text]);
    }
    let names = [NAME, "registry.example", "z.example"];
    let mut boxed = TestBox::dial_for(&world.process, &world.node, &names)
        .await
        .unwrap();
    boxed.until_carried(&[NAME, "z.example"]).await;
    let many = [
        NAME,
        "a.example",
        "b.example",
        "c.example",
        "d.example",
        "e.example",
    ];
    for (what, asked) in [
        ("many", &many[..]),
        ("an address", &[NAME, "192.0.2.1"]),
        ("a word", &[NAME, "localhost"]),
    ] {
        let refused = TestBox::dial_for(&world.process, &world.node, asked).await;
        assert_eq!(refused.err().map(|refused| refused.0), Some(400), "{what}");
    }
}

#[tokio::test]
async fn a_box_that_speaks_something_else_has_no_tunnel() {
    let world = World::new("").await;
    for junk in [&b"GET / HTTP/1.1\r\n\r\n"[..], &[0; 4096], &[0xff; 100_000]] {
        let (_, mut socket) = ask(&world.process, &request(&world.node, &[NAME]))
            .await
            .unwrap();
        let _ = socket.write_all(junk).await;
        let mut rest = Vec::new();
        let _ = within("the end", socket.read_to_end(&mut rest)).await;
    }
    assert_eq!(world.reach().await["connected"], false);
    let mut boxed = world.dial().await;
    let _visitor = world.visit(NAME).await;
    boxed.next().await;
}

#[tokio::test]
async fn people_read_since_when_in_their_language() {
    let world = World::new("").await;
    let page = async |name: &str, lang: &str| {
        let request = reqwest::Client::new().get(format!("{}/reach/{name}", world.process.1));
        let response = request
            .header("accept-language", lang)
            .send()
            .await
            .unwrap();
        (response.status().as_u16(), response.text().await.unwrap())
    };
    assert_eq!(world.process.get("/api/node/reach/alpha").await.0, 404);
    assert_eq!(page("alpha", "en").await.0, 404);
    let boxed = world.dial().await;
    let (status, text) = page(NAME, "en").await;
    assert!(status == 200 && text.contains("connected since"), "{text}");
    boxed.ended.abort();
    drop(boxed);
    let gone = async {
        loop {
            let (_, text) = page("alpha", "de-CH,en").await;
            if text.contains("nicht verbunden") {
                return text;
            }
        }
    };
    let text = within("a page that says so", gone).await;
    assert!(text.contains("lang=\"de\""), "{text}");
}

/// Idle tunnels of the measurement.
const MANY: usize = 1_000;
/// Memory that they may take together, in KiB.
const MANY_KIB_MAX: u64 = 64 * 1024;

/// The memory of a process, in KiB (proc_pid_status(5)).
fn memory_kib(process: &Process) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.0.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().next());
    number.unwrap().parse().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_idle_tunnels_take_64_mib() {
    let folder = TempDir::new().unwrap();
    let more =
        "[edge]\nconnections = 4096\n[directory.limits]\naddress-registrations-an-hour = 100000\n";
    let process = Process::start(folder.path(), &config(more));
    let nodes: Vec<Node> = (0..MANY)
        .map(|number| Node::new(&format!("node-{number}")))
        .collect();
    for node in &nodes {
        register(&process, node).await;
    }
    let before = memory_kib(&process);
    let mut ends = Vec::new();
    for node in &nodes {
        let name = format!("{}.nodes.example", node.hostname);
        let (_, socket) = ask(&process, &request(node, &[&name])).await.unwrap();
        let (sender, visitors) = mpsc::unbounded_channel();
        let serving = serve(socket, sender, watch::Sender::default());
        ends.push((tokio::spawn(serving), visitors));
    }
    for node in &nodes {
        let path = format!("/api/node/reach/{}", node.hostname);
        let connected = async { while process.get(&path).await.1["connected"] != true {} };
        within("all tunnels", connected).await;
    }
    let used = memory_kib(&process).saturating_sub(before);
    println!(
        "{MANY} idle tunnels: {used} KiB, {} KiB each",
        used / MANY as u64
    );
    assert!(used <= MANY_KIB_MAX, "{used} KiB");
    assert!(ends.iter().all(|(serving, _)| !serving.is_finished()));
}
