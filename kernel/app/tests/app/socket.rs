//! A socket of an app on a whole node: what the site does to every request and answer leaves it alone.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use imajin_app::HoldsNothing;
use imajin_app::Node;
use imajin_app::Right;
use imajin_app::Service;
use imajin_app::routing::{OpenApiRouter, get};
use imajin_app::socket::{
    MESSAGE_BYTES_MAX, Message, NO_TEXT, PROTOCOL_ERROR, SocketRequest, TOO_LARGE,
};
use imajin_app::{Manifest, Ports};
use imajin_edge::testing::TestNode;
use imajin_host::Config;

static MANIFEST: Manifest = Manifest::new("talks", Ports::new(1, 2));

struct Talks;

impl HoldsNothing for Talks {}

impl Service for Talks {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        let talk = async |request: SocketRequest| {
            let greeting = if request.is_own_page { "ours" } else { "else" };
            request.open(async move |mut socket| {
                let _ = socket.say(Message::text(greeting), &mut Right::unending()).await;
                while socket.hear().await.is_some() {}
            })
        };
        let echo = async |request: SocketRequest| {
            request.open(async move |mut socket| {
                while let Some(message) = socket.hear().await {
                    if matches!(message, Message::Text(_) | Message::Binary(_)) {
                        let _ = socket.say(message, &mut Right::unending()).await;
                    }
                }
            })
        };
        OpenApiRouter::new().route("/ws", get(talk)).route("/echo", get(echo)).with_state(node)
    }
}

async fn open(node: &TestNode, path: &str, origin: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(node.address).await.unwrap();
    let ask = format!(
        "GET {path} HTTP/1.1\r\nhost: {}\r\norigin: {origin}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        node.address
    );
    stream.write_all(ask.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    (stream, String::from_utf8(head).unwrap())
}

#[tokio::test]
async fn a_nodes_socket_opens_knows_its_own_pages_and_hears_of_the_stop() {
    let node = TestNode::start(vec![Arc::new(Talks)], Config::default(), 3).await.unwrap();
    let own = format!("http://{}", node.address);
    let mut open_ones = Vec::new();
    for (origin, said) in [(own.as_str(), b"ours"), ("http://evil.example", b"else")] {
        let (mut stream, head) = open(&node, "/talks/ws", origin).await;
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        let mut frame = [0; 6];
        stream.read_exact(&mut frame).await.unwrap();
        assert_eq!((&frame[..2], &frame[2..]), (&[0x81, 4][..], &said[..]));
        open_ones.push(stream);
    }
    let stops = node.stop();
    let hears = async {
        for mut stream in open_ones {
            let mut close = [0; 4];
            stream.read_exact(&mut close).await.unwrap();
            assert_eq!((close[0], &close[2..]), (0x88, &1001u16.to_be_bytes()[..]));
        }
    };
    let (stopped, ()) = tokio::join!(stops, hears);
    stopped.unwrap();
}

#[tokio::test]
async fn what_cannot_be_taken_ends_a_socket_with_its_reason() {
    let node = TestNode::start(vec![Arc::new(Talks)], Config::default(), 3).await.unwrap();
    let own = format!("http://{}", node.address);
    let larger = (MESSAGE_BYTES_MAX as u64 + 1).to_be_bytes();
    let larger = [&[0x82, 0x80 | 127], &larger[..], &[0; 4]].concat();
    for (frame, code) in [
        (&[0x81, 0x81, 0, 0, 0, 0, 0xff][..], NO_TEXT),
        (&larger, TOO_LARGE),
        (&[0x83, 0x80, 0, 0, 0, 0], PROTOCOL_ERROR),
    ] {
        let (mut stream, _) = open(&node, "/talks/echo", &own).await;
        stream.write_all(frame).await.unwrap();
        let mut close = [0; 4];
        stream.read_exact(&mut close).await.unwrap();
        assert_eq!((close[0], &close[2..]), (0x88, &code.to_be_bytes()[..]));
    }
    node.stop().await.unwrap();
}

/// Excluded cases: messages above the size limit, and compression, which the server never offers.
const OUT_OF_BOUNDS: [&str; 10] =
    ["1.1.6", "1.1.7", "1.1.8", "1.2.6", "1.2.7", "1.2.8", "9.*", "10.1.1", "12.*", "13.*"];

/// The judge of RFC 6455: `wstest` of the Autobahn|Testsuite, as `IMAJIN_WSTEST` names it.
#[tokio::test]
#[ignore = "needs Python 2.7: scripts/test autobahn"]
async fn the_autobahn_finds_nothing_wrong() {
    let Some(judge) = std::env::var_os("IMAJIN_WSTEST") else {
        panic!(
            "IMAJIN_WSTEST names the program wstest of the Autobahn|Testsuite, which runs on Python 2.7"
        );
    };
    let node = TestNode::start(vec![Arc::new(Talks)], Config::default(), 3).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let spec = json!({
        "outdir": folder.path(),
        "servers": [{ "agent": "node", "url": format!("ws://{}/talks/echo", node.address) }],
        "cases": ["*"],
        "exclude-cases": OUT_OF_BOUNDS,
        "exclude-agent-cases": {},
    });
    let path = folder.path().join("spec.json");
    std::fs::write(&path, spec.to_string()).unwrap();
    let mut judge = std::process::Command::new(judge);
    judge.args(["-m", "fuzzingclient", "-s"]).arg(path);
    let ended = tokio::task::spawn_blocking(move || judge.output().unwrap());
    let ended = ended.await.unwrap();
    assert!(ended.status.success(), "{ended:?}");
    let report = std::fs::read_to_string(folder.path().join("index.json")).unwrap();
    let report: Value = serde_json::from_str(&report).unwrap();
    let cases = report["node"].as_object().unwrap();
    let is_right =
        |how: &Value| ["OK", "NON-STRICT", "INFORMATIONAL"].contains(&how.as_str().unwrap());
    let wrong: Vec<_> = cases
        .iter()
        .filter(|(_, case)| !is_right(&case["behavior"]) || !is_right(&case["behaviorClose"]))
        .collect();
    assert!(cases.len() > 200 && wrong.is_empty(), "{} cases: {wrong:#?}", cases.len());
    node.stop().await.unwrap();
}
