//! The socket: who may open one, what it is told, and when it ends.

use std::time::Duration;

use imajin_edge::testing::TestNode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::direct::two;
use crate::messages::readable;
use crate::notices::readable_group;
use crate::prelude::*;

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
        assert!(head.starts_with(b"HTTP/1.1 101"), "{}", String::from_utf8_lossy(&head));
        Self(stream)
    }

    /// As a page of the node's own has it.
    pub(crate) async fn connect(node: &TestNode, who: &Somebody) -> Self {
        let origin =
            format!("origin: http://{}\r\ncookie: imajin_session={}\r\n", node.address, who.token);
        let mut client = Self::open(node, &origin).await;
        assert_eq!(client.hear_event().await["type"], "connected");
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
            let kind = self.0.read_u8().await.unwrap();
            let length = self.0.read_u8().await.unwrap();
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

    pub(crate) async fn hear_event(&mut self) -> Json {
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
            let event = self.hear_event().await;
            if kinds.contains(&event["type"].as_str().unwrap()) {
                return event;
            }
        }
    }
}

#[tokio::test]
async fn who_looks_is_told_at_once_from_a_place_on_without_a_gap() {
    let mut world = World::new().await;
    let (ada, bob, room) = two(&mut world).await;
    let mut eyes = Client::connect(&world.node, &bob).await;
    let mut elsewhere = Client::connect(&world.node, &ada).await;
    eyes.say(json!({ "type": "ping" })).await;
    assert_eq!(eyes.hear_event().await["type"], "pong");
    eyes.say(json!({ "type": "subscribe", "did": room.log, "after": 0 })).await;
    assert_members!(eyes.hear_event().await, "type": "turn", "seq": 1);

    let secret = world.makes_epoch(&ada, &room, &[&ada, &bob]).await;
    let id = world.says(&ada, &room, &secret, "Hello").await;
    let turn = eyes.next(&["turn", "new_message"]).await;
    assert_eq!((&turn["type"], &turn["seq"]), (&json!("turn"), &json!(2)));
    let message = eyes.next(&["turn", "new_message"]).await;
    assert_members!(message, "type": "new_message", "id": id, "seq": 3);
    let rows = world.get(&bob, &format!("/chat/api/d/{}/log?after=2", room.log)).await.json();
    assert_eq!(message["row"], rows["rows"][0], "the very row of the route");
    // A member who does not look is told that there is something.
    let quiet_id = world.says(&bob, &room, &secret, "Hi").await;
    assert!(!quiet_id.is_empty());
    assert_eq!(elsewhere.next(&["conversation"]).await["log"], json!(room.log));

    elsewhere.say(json!({ "type": "subscribe", "did": room.name })).await;
    elsewhere.say(json!({ "type": "typing", "did": room.name })).await;
    assert_eq!(eyes.next(&["user_typing"]).await["fromDid"], json!(ada.person.did));
    let stopped = eyes.next(&["user_stop_typing"]).await;
    assert_eq!(stopped["fromDid"], json!(ada.person.did), "after a while");

    let eve = world.somebody(3, 1).await;
    let mut spy = Client::connect(&world.node, &eve).await;
    spy.say(json!({ "type": "subscribe", "did": room.log })).await;
    assert_members!(spy.hear_event().await, "type": "error", "status": 404);
    spy.say(json!({ "type": "nonsense" })).await;
    assert_eq!(spy.hear_event().await["status"], 400);
    drop((eyes, elsewhere, spy));
    world.close().await;
}

#[tokio::test]
async fn a_socket_opens_by_a_token_once_and_ends_with_its_session() {
    let mut world = World::new().await;
    let ada = world.somebody(1, 1).await;
    let token =
        world.post(&ada, "/chat/api/ws-token", json!({})).await.check_member(201, "expiresIn", 30);
    let auth = json!({ "type": "auth", "token": token.json()["token"] });
    // A page of another site has the cookie sent along, and gets nothing by it.
    let foreign =
        format!("origin: http://evil.example\r\ncookie: imajin_session={}\r\n", ada.token);
    let mut client = Client::open(&world.node, &foreign).await;
    assert_eq!(client.hear_event().await["type"], "auth_required");
    client.say(auth.clone()).await;
    assert_eq!(client.hear_event().await["did"], json!(ada.person.did));
    let mut again = Client::open(&world.node, "").await;
    assert_eq!(again.hear_event().await["type"], "auth_required");
    again.say(auth).await;
    assert!(matches!(again.hear().await, Heard::Closed(4401)), "once");

    let mut others = Vec::new();
    for _ in 0..7 {
        others.push(Client::connect(&world.node, &ada).await);
    }
    let origin = format!(
        "origin: http://{}\r\ncookie: imajin_session={}\r\n",
        world.node.address, ada.token
    );
    let mut ninth = Client::open(&world.node, &origin).await;
    assert!(matches!(ninth.hear().await, Heard::Closed(1013)), "eight at once");

    let out = world.node.send(Ask::post("/auth/api/logout", &json!({})).bearer(&ada.token)).await;
    assert!(out.status < 300, "{}", out.text());
    let ended = tokio::time::timeout(Duration::from_secs(20), client.hear()).await.unwrap();
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

    let mut strange = Client::connect(&world.node, &eve).await;
    let mut eyes = Client::connect(&world.node, &bob).await;
    let hers = Client::connect(&world.node, &ada).await;
    let came = eyes.next(&["user_presence"]).await;
    let event =
        |online| json!({ "type": "user_presence", "fromDid": ada.person.did, "online": online });
    assert_eq!(came, event(true));
    let mut late = Client::connect(&world.node, &bob).await;
    assert_eq!(late.hear_event().await, event(true), "who comes later");
    // Bob did not choose to show his presence, and Eve has no connections.
    let second = Client::connect(&world.node, &ada).await;
    drop(hers);
    drop(second);
    // Who came while Bob's page connected may be told twice.
    loop {
        let presence = eyes.next(&["user_presence"]).await;
        if presence == event(false) {
            break;
        }
        assert_eq!(presence, event(true));
    }
    strange.say(json!({ "type": "ping" })).await;
    assert_eq!(strange.hear_event().await["type"], "pong");
    drop((strange, eyes, late));
    world.close().await;
}

/// Makes a keyring of random bytes for one key.
fn keyring(world: &mut World, who: &Somebody) -> Write {
    let mut drawn = || Value::Bytes(world.draw().to_vec());
    let wrap = Value::List(vec![drawn(), Value::Bytes(vec![1; 80])]);
    let body = Value::map([
        ("wraps", Value::List(vec![wrap])),
        ("nonce", drawn()),
        ("commit", drawn()),
        ("box", Value::Bytes(vec![2; 272])),
    ]);
    Write::new(&who.person.did, "chat.keyring").body(body)
}

#[tokio::test]
async fn a_persons_pages_hear_of_secrets_that_another_device_of_theirs_handed_over() {
    let mut world = World::new().await;
    let (ada, bob, _) = two(&mut world).await;
    let mut own = Client::connect(&world.node, &ada).await;
    let mut other = Client::connect(&world.node, &bob).await;
    let keyring = keyring(&mut world, &ada);
    world.write(&ada, keyring).await.check(201);
    assert_eq!(own.next(&["keyring"]).await, json!({ "type": "keyring" }));
    other.say(json!({ "type": "ping" })).await;
    assert_eq!(other.next(&["keyring", "pong"]).await["type"], "pong");
    drop((own, other));
    world.close().await;
}

#[tokio::test]
async fn who_is_far_behind_is_told_to_ask() {
    let mut world = World::new().await;
    let (ada, bob, room) = readable(&mut world).await;
    let path = format!("/chat/api/d/{}/messages", room.log);
    for n in 0..205 {
        world.node.clock.pass(Duration::from_secs(3));
        world.post(&ada, &path, json!({ "content": n.to_string() })).await.check(201);
    }
    let head = world.seen(&bob, &room).await["seq"].as_u64().unwrap();
    let mut eyes = Client::connect(&world.node, &bob).await;
    eyes.say(json!({ "type": "subscribe", "did": room.log, "after": head - 200 })).await;
    let first = eyes.hear_event().await;
    assert_eq!(first["seq"], json!(head - 199), "one by one: {first}");
    let mut late = Client::connect(&world.node, &bob).await;
    late.say(json!({ "type": "subscribe", "did": room.log, "after": head - 201 })).await;
    let resync = late.hear_event().await;
    assert_members!(resync, "type": "resync", "seq": head);
    world.post(&ada, &path, json!({ "content": "more" })).await.check(201);
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
    let mut his = Client::connect(&world.node, &bob).await;
    let mut hers = Client::connect(&world.node, &eve).await;
    let mut own = Client::connect(&world.node, &ada).await;
    let mut seqs = Vec::new();
    for mentions in [json!(null), json!([bob.person.did, eve.person.did])] {
        let mut message = world.readable(&ada, &room, "Hello").await;
        if !mentions.is_null() {
            message.fact.as_mut().unwrap()["mentions"] = mentions;
        }
        assert_eq!(world.write(&ada, message).await.status, 201);
        seqs.push(world.seen(&ada, &room).await["seq"].clone());
    }
    let event = |kind: &str, seq: &Json| json!({ "type": "notification", "kind": kind, "service": "chat", "log": room.log, "seq": seq });
    let notification = his.notification(&room.log).await;
    assert_eq!(notification, event("message", &seqs[0]));
    let mention = event("mention", &seqs[1]);
    assert_eq!(his.notification(&room.log).await, mention);
    assert_eq!(hers.notification(&room.log).await, mention);
    let message = world.readable(&bob, &room, "Hello, Ada").await;
    assert_eq!(world.write(&bob, message).await.status, 201);
    let seq = world.seen(&ada, &room).await["seq"].clone();
    assert_eq!(own.notification(&room.log).await, event("message", &seq), "nothing of her own");
    drop((his, hers, own));
    world.close().await;
}
