//! A socket of an app on a whole node: what the site does to every request and answer leaves it alone.

use std::sync::Arc;

use imajin_ledger::{Applied, ProjectionSpec};
use rusqlite::Connection;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Message, SocketRequest};
use crate::app::data_rights::HoldsNothing;
use crate::app::manifest::{Manifest, Ports};
use crate::app::node::Node;
use crate::app::routing::{OpenApiRouter, get};
use crate::app::service::Service;
use crate::host::config::Config;
use crate::testing::TestNode;

static MANIFEST: Manifest = Manifest::new("talks", Ports { dev: 1, prod: 2 });

struct Talks;

impl HoldsNothing for Talks {}

impl Service for Talks {
    fn manifest(&self) -> &'static Manifest {
        &MANIFEST
    }

    fn projection(&self) -> ProjectionSpec {
        ProjectionSpec {
            name: MANIFEST.name,
            version: 1,
            page_bytes: imajin_ledger::machine::SMALL_PAGES,
            schema: "",
        }
    }

    fn apply(&self, _: &Connection, _: &Applied<'_>) -> rusqlite::Result<()> {
        Ok(())
    }

    fn routes(&self, node: Node) -> OpenApiRouter {
        let talk = async |request: SocketRequest| {
            let said = if request.is_own_page() {
                "ours"
            } else {
                "else"
            };
            request.open(async move |mut socket| {
                let _ = socket.say(Message::text(said)).await;
                while socket.hear().await.is_some() {}
            })
        };
        OpenApiRouter::new()
            .route("/ws", get(talk))
            .with_state(node)
    }
}

async fn open(node: &TestNode, origin: &str) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(node.address).await.unwrap();
    let ask = format!(
        "GET /talks/ws HTTP/1.1\r\nhost: {}\r\norigin: {origin}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
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
    let node = TestNode::start(vec![Arc::new(Talks)], Config::default(), 3)
        .await
        .unwrap();
    let own = format!("http://{}", node.address);
    let mut open_ones = Vec::new();
    for (origin, said) in [(own.as_str(), b"ours"), ("http://evil.example", b"else")] {
        let (mut stream, head) = open(&node, origin).await;
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
