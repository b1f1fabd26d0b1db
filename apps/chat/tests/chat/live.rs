//! The socket: who may open one, what it is told, and when it ends.

use std::time::Duration;

use imajin_edge::testing::{Ask, TestNode, Write};
use imajin_protocol::Did;
use serde_json::{Value as Json, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::direct::two;
use crate::messages::readable;
use crate::notices::readable_group;
use crate::world::{Somebody, World};

/// A client of a few lines.
pub(crate) struct Client(TcpStream);

/// A message or the closure from the server.
#[derive(Debug)]
pub(crate) enum Heard {
    Said(Json),
    Closed(u16),
}

impl Client {
    async fn open(node: &TestNode, headers: &str) -> Self {
        let mut stream = TcpStream::connect(node.address).await.unwrap();
        let ask = format!(
            "GET /chat/ws HTTP/1.1\r\nhost: {}\r\n{headers}connection: Upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
            node.address
        );
        stream.write_all(ask.as_bytes()).await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await.unwrap());
        }
        assert!(
            head.starts_with(b"HTTP/1.1 101"),
            "{}",
            String::from_utf8_lossy(&head)
        );
        Self(stream)
    }

    /// As a page of the node's own has it.
    pub(crate) async fn of(node: &TestNode, who: &Somebody) -> Self {
        let origin = format!(
            "origin: http://{}\r\ncookie: imajin_session={}\r\n",
            node.address, who.token
        );
        let mut client = Self::open(node, &origin).await;
        assert_eq!(client.said().await["type"], "connected");
        client
    }

    pub(crate) async fn say(&mut self, said: Json) {
        let text = said.to_string();
        let mut frame = vec![0x81];
        match text.len() {
            short @ 0..126 => frame.push(0x80 | u8::try_from(short).unwrap()),
            long => {
                frame.push(0x80 | 126);
                frame.extend(u16::try_from(long).unwrap().to_be_bytes());
            }
        }
        // A mask of zeros changes nothing.
        frame.extend([0; 4]);
        frame.extend(text.as_bytes());
        self.0.write_all(&frame).await.unwrap();
    }

    async fn any(&mut self) -> Heard {
        loop {
            let (kind, length) = (
                self.0.read_u8().await.unwrap(),
                self.0.read_u8().await.unwrap(),
            );
            let length = match length {
                126 => usize::from(self.0.read_u16().await.unwrap()),
                127 => usize::try_from(self.0.read_u64().await.unwrap()).unwrap(),
                short => usize::from(short),
            };
            let mut bytes = vec![0; length];
            self.0.read_exact(&mut bytes).await.unwrap();
            match kind {
                0x81 => return Heard::Said(serde_json::from_slice(&bytes).unwrap()),
                0x88 => return Heard::Closed(u16::from_be_bytes([bytes[0], bytes[1]])),
                _ => {}
            }
        }
    }

    /// Returns the next message other than notifications, which come slightly later than their subject.
    pub(crate) async fn hear(&mut self) -> Heard {
        loop {
            match self.any().await {
                Heard::Said(json) if json["type"] == "notification" => {}
                heard => return heard,
            }
        }
    }

    pub(crate) async fn said(&mut self) -> Json {
        match self.hear().await {
            Heard::Said(json) => json,
            Heard::Closed(code) => panic!("closed: {code}"),
        }
    }

    /// The next notification of an entry of this log.
    async fn notification(&mut self, log: &Did) -> Json {
        loop {
            match self.any().await {
                Heard::Said(json)
                    if json["type"] == "notification" && json["log"] == json!(log) =>
                {
                    return json;
                }
                Heard::Said(_) => {}
                Heard::Closed(code) => panic!("closed: {code}"),
            }
        }
    }

    /// The next event of one of these types; others are passed over.
    pub(crate) async fn next(&mut self, kinds: &[&str]) -> Json {
        loop {
            let said = self.said().await;
            if kinds.contains(&said["type"].as_str().unwrap()) {
                return said;
            }
        }
    }
}

#[tokio::test]
async fn who_looks_is_told_at_once_from_a_place_on_without_a_gap() {
    let mut world = World::new().await;
    let (ada, bob, room) = two(&mut world).await;
    let mut eyes = Client::of(&world.node, &bob).await;
    let mut elsewhere = Client::of(&world.node, &ada).await;
    eyes.say(json!({ "type": "ping" })).await;
    assert_eq!(eyes.said().await["type"], "pong");
    eyes.say(json!({ "type": "subscribe", "did": room.log, "after": 0 }))
        .await;
    let opened = eyes.said().await;
    assert_eq!(
        (&opened["type"], &opened["seq"]),
        (&json!("turn"), &json!(1))
    );

    let secret = world.makes_epoch(&ada, &room, &[&ada, &bob]).await;
    let id = world.says(&ada, &room, &secret, "Hello").await;
    let turn = eyes.next(&["turn", "new_message"]).await;
    assert_eq!((&turn["type"], &turn["seq"]), (&json!("turn"), &json!(2)));
    let message = eyes.next(&["turn", "new_message"]).await;
    assert_eq!(
        (&message["type"], &message["id"], &message["seq"]),
        (&json!("new_message"), &json!(id), &json!(3))
    );
    let rows = world
        .get(&bob, &format!("/chat/api/d/{}/log?after=2", room.log))
        .await
        .json();
    assert_eq!(message["row"], rows["rows"][0], "the very row of the route");
    // A member who does not look is told that there is something.
    let said = world.says(&bob, &room, &secret, "Hi").await;
    assert!(!said.is_empty());
    let told = elsewhere.next(&["conversation"]).await;
    assert_eq!(told["log"], json!(room.log));

    elsewhere
        .say(json!({ "type": "subscribe", "did": room.name }))
        .await;
    elsewhere
        .say(json!({ "type": "typing", "did": room.name }))
        .await;
    let typing = eyes.next(&["user_typing"]).await;
    assert_eq!(typing["fromDid"], json!(ada.person.did));
    assert_eq!(
        eyes.next(&["user_stop_typing"]).await["fromDid"],
        json!(ada.person.did),
        "after a while"
    );

    let eve = world.somebody(3, 1).await;
    let mut spy = Client::of(&world.node, &eve).await;
    spy.say(json!({ "type": "subscribe", "did": room.log }))
        .await;
    let refused = spy.said().await;
    assert_eq!(
        (&refused["type"], &refused["status"]),
        (&json!("error"), &json!(404))
    );
    spy.say(json!({ "type": "nonsense" })).await;
    assert_eq!(spy.said().await["status"], 400);
    drop((eyes, elsewhere, spy));
    world.close().await;
}

#[tokio::test]
async fn a_socket_opens_by_a_token_once_and_ends_with_its_session() {
    let mut world = World::new().await;
    let ada = world.somebody(1, 1).await;
    let token = world.post(&ada, "/chat/api/ws-token", json!({})).await;
    assert_eq!(
        (token.status, &token.json()["expiresIn"]),
        (201, &json!(30))
    );
    let auth = json!({ "type": "auth", "token": token.json()["token"] });
    // A page of another site has the cookie sent along, and gets nothing by it.
    let foreign = format!(
        "origin: http://evil.example\r\ncookie: imajin_session={}\r\n",
        ada.token
    );
    let mut client = Client::open(&world.node, &foreign).await;
    assert_eq!(client.said().await["type"], "auth_required");
    client.say(auth.clone()).await;
    assert_eq!(client.said().await["did"], json!(ada.person.did));
    let mut again = Client::open(&world.node, "").await;
    assert_eq!(again.said().await["type"], "auth_required");
    again.say(auth).await;
    assert!(matches!(again.hear().await, Heard::Closed(4401)), "once");

    let mut others = Vec::new();
    for _ in 0..7 {
        others.push(Client::of(&world.node, &ada).await);
    }
    let origin = format!(
        "origin: http://{}\r\ncookie: imajin_session={}\r\n",
        world.node.address, ada.token
    );
    let mut ninth = Client::open(&world.node, &origin).await;
    assert!(
        matches!(ninth.hear().await, Heard::Closed(1013)),
        "eight at once"
    );

    let ask = Ask::post("/auth/api/logout", &json!({})).bearer(&ada.token);
    let out = world.node.send(ask).await.unwrap();
    assert!(out.status < 300, "{}", out.text());
    let ended = tokio::time::timeout(Duration::from_secs(20), client.hear())
        .await
        .unwrap();
    assert!(matches!(ended, Heard::Closed(4401)), "{ended:?}");
    drop(others);
    world.close().await;
}

#[tokio::test]
async fn connections_see_who_is_there_if_those_let_them() {
    let mut world = World::new().await;
    let (ada, bob, _) = two(&mut world).await;
    let eve = world.somebody(3, 1).await;
    let shows = json!({ "requests": "all", "receipts": 1, "presence": 1, "mute": 0 });
    let settings = Write::new(&ada.person.did, "chat.settings").fact(shows);
    assert_eq!(world.write(&ada, settings).await.status, 201);

    let mut strange = Client::of(&world.node, &eve).await;
    let mut eyes = Client::of(&world.node, &bob).await;
    let hers = Client::of(&world.node, &ada).await;
    let came = eyes.next(&["user_presence"]).await;
    let event =
        |online| json!({ "type": "user_presence", "fromDid": ada.person.did, "online": online });
    assert_eq!(came, event(true));
    let mut late = Client::of(&world.node, &bob).await;
    assert_eq!(late.said().await, event(true), "who comes later");
    // Bob did not choose to show his presence, and Eve has no connections.
    let second = Client::of(&world.node, &ada).await;
    drop(hers);
    drop(second);
    // Who came while Bob's page connected may be told twice.
    loop {
        let told = eyes.next(&["user_presence"]).await;
        if told == event(false) {
            break;
        }
        assert_eq!(told, event(true));
    }
    strange.say(json!({ "type": "ping" })).await;
    assert_eq!(strange.said().await["type"], "pong");
    drop((strange, eyes, late));
    world.close().await;
}

#[tokio::test]
async fn who_is_far_behind_is_told_to_ask() {
    let mut world = World::new().await;
    let (ada, bob, room) = readable(&mut world).await;
    let path = format!("/chat/api/d/{}/messages", room.log);
    for n in 0..205 {
        world.node.clock.pass(Duration::from_secs(3));
        let said = json!({ "content": n.to_string() });
        let reply = world.post(&ada, &path, said).await;
        assert_eq!(reply.status, 201, "{}", reply.text());
    }
    let head = world.seen(&bob, &room).await["seq"].as_u64().unwrap();
    let mut eyes = Client::of(&world.node, &bob).await;
    eyes.say(json!({ "type": "subscribe", "did": room.log, "after": head - 200 }))
        .await;
    let first = eyes.said().await;
    assert_eq!(first["seq"], json!(head - 199), "one by one: {first}");
    let mut late = Client::of(&world.node, &bob).await;
    late.say(json!({ "type": "subscribe", "did": room.log, "after": head - 201 }))
        .await;
    let told = late.said().await;
    assert_eq!(
        (&told["type"], &told["seq"]),
        (&json!("resync"), &json!(head))
    );
    let reply = world.post(&ada, &path, json!({ "content": "more" })).await;
    assert_eq!(reply.status, 201, "{}", reply.text());
    let more = late.next(&["new_message", "resync"]).await;
    assert_eq!(more["seq"], json!(head + 1), "and continues from there");
    drop((eyes, late));
    world.close().await;
}

#[tokio::test]
async fn open_pages_hear_of_each_notification_once_and_of_none_that_their_person_does_not_see() {
    let mut world = World::new().await;
    let ada = world.somebody(1, 1).await;
    let (bob, eve) = (world.somebody(2, 0).await, world.somebody(3, 0).await);
    let room = readable_group(&mut world, &[&ada, &bob, &eve]).await;
    let hides = json!({ "kind": "message", "page": 0 });
    let hides = Write::new(&eve.person.did, "notify.settings").fact(hides);
    assert_eq!(world.write(&eve, hides).await.status, 201);
    let mut his = Client::of(&world.node, &bob).await;
    let mut hers = Client::of(&world.node, &eve).await;
    let mut own = Client::of(&world.node, &ada).await;
    let mut seqs = Vec::new();
    for mentions in [json!(null), json!([bob.person.did, eve.person.did])] {
        let mut said = world.readable(&ada, &room, "Hello").await;
        if !mentions.is_null() {
            said.fact.as_mut().unwrap()["mentions"] = mentions;
        }
        assert_eq!(world.write(&ada, said).await.status, 201);
        seqs.push(world.seen(&ada, &room).await["seq"].clone());
    }
    let event = |kind: &str, seq: &Json| json!({ "type": "notification", "kind": kind, "service": "chat", "log": room.log, "seq": seq });
    let told = his.notification(&room.log).await;
    assert_eq!(told, event("message", &seqs[0]));
    let mention = event("mention", &seqs[1]);
    assert_eq!(his.notification(&room.log).await, mention);
    assert_eq!(hers.notification(&room.log).await, mention);
    let said = world.readable(&bob, &room, "Hello, Ada").await;
    assert_eq!(world.write(&bob, said).await.status, 201);
    let seq = world.seen(&ada, &room).await["seq"].clone();
    let told = own.notification(&room.log).await;
    assert_eq!(told, event("message", &seq), "nothing of her own");
    drop((his, hers, own));
    world.close().await;
}
