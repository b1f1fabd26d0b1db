//! Tunnels of the program, with a box of the tests' own at the other end. A visitor sends what a browser would: a ClientHello.

mod admission;
mod carrying;
mod limits;
mod owned_names;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use imajin_dfos::base64;
use imajin_edge::tunnel::{
    self as wire, DAY_HEADER, Meter, NAMES_HEADER, NAMES_PATH, NODE_HEADER, PROTOCOL, Receiver,
    Sender, TunnelStream,
};
use imajin_protocol::{Did, SignedMessage};
use imajin_relay::{Clock, SystemClock};
use reqwest::Upgraded;
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
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
        Self { process, folder, node }
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
    let status = post(process, "register", json!({ "attestation": attestation }).to_string()).await;
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
        .header(NODE_HEADER, base64::encode_url(document.to_string().as_bytes()));
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
        Ok(Self { visitors, carried, ended, day })
    }

    async fn until_carried(&mut self, names: &[&str]) {
        let carried = within("names", self.carried.wait_for(|carried| carried == names)).await;
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
        let sender = answer.send_response(axum::http::Response::new(()), false).unwrap();
        let receiver = Receiver::new(request.into_body(), Meter::default());
        let stream = TunnelStream::new(receiver, Sender::new(sender, Meter::default()));
        let _ = visitors.send(Visitor { target, forwarded, stream });
    }
}
