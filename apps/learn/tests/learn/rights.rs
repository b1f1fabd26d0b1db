//! Every way to lose access to a lesson's file while it is being downloaded.

use imajin_edge::testing::Ask;
use imajin_selling::Fulfilled;
use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::paying::refund;
use crate::support::{COURSE, FIRST, Somebody, World, somebody, world};

/// Size of the file: more than the buffers of both ends of a connection hold.
const FILE_BYTES: usize = 16 << 20;
const PRICE: i64 = 500;

/// A way to lose access.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    /// The student leaves a paid course.
    Left,
    /// The teacher refunds the student, which ends the place.
    Refunded,
    /// The payment is reversed.
    GivenBack,
    Session,
    /// A free course gets a price.
    Priced,
    Hidden,
    Detached,
}

const ALL: [End; 7] = [
    End::Left,
    End::Refunded,
    End::GivenBack,
    End::Session,
    End::Priced,
    End::Hidden,
    End::Detached,
];

impl End {
    /// Whether this way is tested with a paid place.
    fn is_of_place(self) -> bool {
        matches!(self, Self::Left | Self::Refunded | Self::GivenBack | Self::Session)
    }
}

/// Enrols a student who pays. Returns the payment.
async fn pays(world: &World, who: &Somebody) -> String {
    let begun = who.buys(world, "emt").await.check(201);
    let payment = begun.json()["payment"].as_str().unwrap().to_owned();
    assert_eq!(world.arrives(who, &payment, PRICE).await, Fulfilled::Done);
    payment
}

/// Attaches these files to the first lesson.
async fn attach(world: &World, files: &[&str]) {
    let body = json!({ "alts": vec!["The film"; files.len()] });
    let fact = json!({ "media": files });
    world.bea.says(&world.node, "learn.attach", Some(FIRST), body, fact).await.check(201);
}

async fn show(world: &World, visibility: &str) {
    world.put(COURSE, json!({ "kind": "course", "visibility": visibility }), "Bread").await;
}

/// Starts a download and reads only its first bytes.
async fn open(world: &World, who: &Somebody, cid: &str, range: &str) -> TcpStream {
    let path = format!("/learn/api/items/{FIRST}/files/{cid}?owner={}", world.bea.did());
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut open = socket.connect(world.node.address).await.unwrap();
    let head = format!(
        "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer {}\r\n{range}\r\n",
        who.token
    );
    open.write_all(head.as_bytes()).await.unwrap();
    let mut first = [0; 11];
    open.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 20", "{path}");
    open
}

#[tokio::test]
async fn whatever_ends_a_right_to_a_lesson_ends_the_downloads_of_its_files() {
    let world = world().await;
    let film = vec![1; FILE_BYTES + 1_000];
    let store = world.node.node.ledger().media();
    let cid = store.put(world.bea.did(), &film[..]).unwrap().cid.to_string();
    attach(&world, &[&cid]).await;
    for (seed, end) in (10..).zip(ALL) {
        let ada = somebody(&world.node, seed).await;
        let price = if end.is_of_place() { PRICE } else { 0 };
        world.costs(price).await;
        let payment = if end.is_of_place() { pays(&world, &ada).await } else { String::new() };
        let mut streams = Vec::new();
        for range in ["", "range: bytes=100-\r\n"] {
            streams.push(open(&world, &ada, &cid, range).await);
        }
        match end {
            End::Left => {
                ada.places(&world, "learn.leave").await.check(201);
            }
            End::Refunded => {
                assert_eq!(refund(&world, &ada, &payment, PRICE).await, (201, Json::Null));
            }
            End::GivenBack => world.goes_back(&ada, &payment, PRICE).await,
            End::Session => {
                let ask = Ask::post("/auth/api/logout", &json!({})).bearer(&ada.token);
                assert!(world.node.send(ask).await.status < 300);
            }
            End::Priced => {
                world.costs(PRICE).await;
            }
            End::Hidden => show(&world, "private").await,
            End::Detached => attach(&world, &[]).await,
        }
        for mut stream in streams {
            let mut rest = Vec::new();
            let _ = stream.read_to_end(&mut rest).await;
            assert!(rest.len() < FILE_BYTES, "{end:?}");
        }
        if end == End::Hidden {
            show(&world, "public").await;
        }
    }
    world.close().await;
}
