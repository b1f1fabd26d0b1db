//! A node with people who have encryption keys, and what their pages do: sign, seal, open, verify.

use std::sync::Arc;
use std::time::Duration;

use crate::prelude::*;
use imajin_app::Service;
use imajin_dfos::cid::sha256;
use imajin_dfos::identity::{Key, Keys, Service as ChainService, sign_update};
use imajin_dfos::{PublicKey, base64};
use imajin_edge::testing::{Person, Reply, TestNode};
use imajin_host::{Config, Registration};
use imajin_identity::begin_node_identity;
use imajin_protocol::IdText;
use imajin_protocol::encryption::EncryptionService;
use imajin_protocol::entry::Header;
use imajin_room::seal::{EncryptionSecret, MessagePlace, Secret, WrapInfo, check_of, seal, wrap};
use imajin_room::{ReaderState, Report, RoomInput, RowBytes, verify};

pub(crate) fn services() -> Vec<Arc<dyn Service>> {
    vec![
        Arc::new(imajin_auth::Auth::new()),
        Arc::new(imajin_profile::Profile),
        Arc::new(imajin_connections::Connections),
        Arc::new(imajin_chat::Chat),
        Arc::new(imajin_notify::Notify::new()),
    ]
}

/// Operations in a person's own log whose bodies their page reads.
const OWN_BODIES: [&str; 3] = ["auth.identity.create", "auth.identity.update", "chat.keyring"];

/// A node, the people on it, and the draws of all of them.
pub(crate) struct World {
    pub(crate) node: TestNode,
    draws: u64,
}

pub(crate) struct Somebody {
    pub(crate) person: Person,
    pub(crate) token: String,
    /// The private halves of their encryption keys in force.
    pub(crate) secrets: Vec<[u8; 32]>,
}

/// A conversation, as a person's page has it.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    pub(crate) name: Did,
    pub(crate) log: Did,
}

/// Everybody who wrote or is in: for their chains.
pub(crate) type People<'a> = [&'a Somebody];

impl World {
    pub(crate) async fn new() -> Self {
        Self::with_services(services()).await
    }

    /// A node with these services.
    pub(crate) async fn with_services(services: Vec<Arc<dyn Service>>) -> Self {
        Self::with_config(services, Config::default()).await
    }

    /// A node with these services, which also sends to private addresses.
    pub(crate) async fn with_private_addresses(services: Vec<Arc<dyn Service>>) -> Self {
        let config = Config { private_addresses: true, ..Config::default() };
        Self::with_config(services, config).await
    }

    async fn with_config(services: Vec<Arc<dyn Service>>, config: Config) -> Self {
        let config = Config { registration: Some(Registration::Open), ..config };
        let node = TestNode::start(services, config, 230).await.unwrap();
        begin_node_identity(&node.node).await.unwrap();
        Self { node, draws: 0 }
    }

    pub(crate) fn draw(&mut self) -> [u8; 32] {
        self.draws += 1;
        sha256(&self.draws.to_be_bytes())
    }

    pub(crate) fn message_id(&mut self) -> String {
        let digits = imajin_dfos::hex::encode(&self.draw()[..12]);
        format!("msg_{digits}")
    }

    /// Somebody with this many encryption keys.
    pub(crate) async fn somebody(&mut self, seed: u8, keys: usize) -> Somebody {
        let mut person = Person::new(seed);
        person.create(&self.node, None).await.check(201);
        let token = person.sign_in(&self.node).await;
        let mut somebody = Somebody { person, token, secrets: Vec::new() };
        if keys > 0 {
            self.rekey(&mut somebody, keys).await;
        }
        somebody
    }

    /// Replaces a person's encryption keys.
    pub(crate) async fn rekey(&mut self, who: &mut Somebody, keys: usize) {
        who.secrets = (0..keys).map(|_| self.draw()).collect();
        self.node.clock.pass(Duration::from_secs(1));
        let services = who.secrets.iter().enumerate().map(|(n, secret)| {
            let entry = EncryptionService {
                key: secret_of(secret).public(),
                of: format!("key_{n}"),
                is_sheet: false,
            };
            entry.service().unwrap()
        });
        let services: Vec<ChainService> = services.collect();
        let person = &who.person;
        let key = Keys::single(Key::new(&PublicKey::from(&person.key)));
        let chain = person.chain.as_ref().unwrap();
        let now = self.node.node.now();
        let next =
            sign_update(chain, key, services, now, person.kid.key_id(), &person.key).unwrap();
        let body = Value::map([("token", Value::from(next.token.clone()))]);
        let mut payload_write = Write::new(&person.did, "auth.identity.update").body(body);
        payload_write.fact = None;
        person.write(&self.node, &payload_write).await.check(201);
        who.person.log.push(next.token);
        who.person.chain = Some(next.verified);
    }

    pub(crate) async fn get(&self, who: &Somebody, path: &str) -> Reply {
        let ask = Ask::get(path).bearer(&who.token);
        self.node.send(ask).await
    }

    pub(crate) async fn post(&self, who: &Somebody, path: &str, body: Json) -> Reply {
        let ask = Ask::post(path, &body).bearer(&who.token);
        self.node.send(ask).await
    }

    /// Asks for an operation with the session alone.
    pub(crate) async fn unsigned(&self, who: &Somebody, write: &Write) -> Reply {
        let ask = write.by_session(&who.token).unwrap();
        self.node.send(ask).await
    }

    /// Blocks another person, or ends that (`connections.block.end`).
    pub(crate) async fn blocks(&self, who: &Somebody, op: &'static str, other: &Somebody) {
        let write = Write::new(&who.person.did, op).reference(other.person.did.as_str());
        self.unsigned(who, &write).await.check(201);
    }

    pub(crate) async fn write(&self, who: &Somebody, write: Write) -> Reply {
        // Proofs of one key are told apart by their order, and entries by their time.
        self.node.clock.pass(Duration::from_millis(1500));
        who.person.write(&self.node, &write).await
    }

    /// Two are connected.
    pub(crate) async fn connect(&self, one: &Somebody, other: &Somebody) {
        crate::group::connect(self, one, other).await;
    }

    /// The log that this node makes for a conversation.
    pub(crate) async fn key(&self, who: &Somebody, body: Json) -> Room {
        let reply = self.post(who, "/chat/api/conversations/key", body).await.check(201);
        let did = |name: &str| Did::parse(reply.json()[name].as_str().unwrap()).unwrap();
        Room { name: did("did"), log: did("log") }
    }

    /// Makes the command that opens a conversation.
    pub(crate) fn opening(
        &mut self,
        by: &Somebody,
        room: &Room,
        members: &[(&Somebody, Role)],
        more: Json,
    ) -> Write {
        let kind = match room.name.as_str().split(':').nth(2) {
            Some("dm") => "dm",
            other => other.unwrap(),
        };
        let mut fact = json!({ "log": room.log, "kind": kind });
        for (name, value) in more.as_object().unwrap() {
            fact[name] = value.clone();
        }
        let members = members.iter().map(|(who, role)| {
            Value::map([
                ("did", Value::from(who.person.did.as_str())),
                ("role", Value::from(role.as_str())),
            ])
        });
        Write::new(&by.person.did, "chat.open")
            .reference(room.name.as_str())
            .fact(fact)
            .body(Value::map([("members", Value::List(members.collect()))]))
            .to(&[&room.log])
    }

    /// Returns the rows of a conversation by its route, as a person sees them.
    pub(crate) async fn rows(&self, who: &Somebody, room: &Room) -> Vec<RowBytes> {
        let mut rows = Vec::new();
        loop {
            let after = match rows.len() {
                0 => String::new(),
                n => format!("?after={}", n - 1),
            };
            let path = format!("/chat/api/d/{}/log{after}", room.log);
            let page = self.get(who, &path).await.check(200).json();
            rows.extend(page["rows"].as_array().unwrap().iter().map(row));
            if page["hasMore"] == false {
                return rows;
            }
        }
    }

    /// Returns the state of a person who opens a conversation for the first time on this device.
    pub(crate) fn reader(who: &Somebody, room: &Room) -> ReaderState {
        let secrets = who.secrets.iter().map(secret_of).collect();
        ReaderState::new(who.person.did.clone(), room.name.clone(), secrets)
    }

    /// Verifies a whole conversation as a page does.
    pub(crate) async fn report(&self, who: &Somebody, room: &Room, people: &People<'_>) -> Report {
        let input = self.input(who, room, people).await;
        verify(&input, &Self::reader(who, room))
    }

    /// Somebody's own log, as pages read it.
    pub(crate) fn own(&self, who: &Somebody) -> Vec<RowBytes> {
        let ledger = self.node.node.ledger();
        let own = ledger.entries(&who.person.did, None, 10_000).unwrap();
        let row = |entry: &imajin_ledger::StoredEntry| {
            let header = Header::decode(&entry.header).unwrap();
            let body = entry.body.as_ref().map(|body| body.to_vec());
            RowBytes {
                header: entry.header.to_vec(),
                cause: None,
                body: body.filter(|_| OWN_BODIES.contains(&&*header.op)),
            }
        };
        own.iter().map(row).collect()
    }

    pub(crate) async fn input(
        &self,
        who: &Somebody,
        room: &Room,
        people: &People<'_>,
    ) -> RoomInput {
        let reply = self.get(who, &format!("/chat/api/d/{}/reads", room.log)).await.check(200);
        let reads = reply.json()["reads"].as_array().unwrap().clone();
        let chains = people.iter().map(|one| (one.person.did.clone(), one.person.log.clone()));
        RoomInput {
            rows: self.rows(who, room).await,
            chains: chains.collect(),
            reads: reads.iter().map(|one| bytes(&one["header"])).collect(),
            own: Some(self.own(who)),
        }
    }

    /// Nothing is wrong with a conversation for any of these.
    pub(crate) async fn is_fine(&self, room: &Room, readers: &[&Somebody], people: &People<'_>) {
        for reader in readers {
            let report = self.report(reader, room, people).await;
            assert_eq!(report.stop, None, "{}", reader.person.did);
            assert_eq!(report.voids, [], "{}", reader.person.did);
        }
    }

    /// The newest entry, as a page that has seen everything names it.
    pub(crate) async fn seen(&self, who: &Somebody, room: &Room) -> Json {
        let path = format!("/chat/api/d/{}/log?limit=1", room.log);
        self.get(who, &path).await.json()["head"].clone()
    }

    pub(crate) async fn state(&self, who: &Somebody, room: &Room) -> Json {
        self.get(who, &format!("/chat/api/d/{}", room.log)).await.json()
    }

    /// Makes the command for an epoch, with its secret.
    pub(crate) async fn epoch(
        &mut self,
        by: &Somebody,
        room: &Room,
        members: &[&Somebody],
    ) -> (Write, Secret) {
        let (state, head) = (self.state(by, room).await, self.seen(by, room).await);
        let number = state["epoch"].as_u64().unwrap() + 1;
        let secret = self.draw();
        let check = check_of(&secret, &room.log, number);
        let mut entries = Vec::new();
        for member in members {
            let mut wraps = Vec::new();
            let mut keys: Vec<_> =
                member.secrets.iter().map(|one| secret_of(one).public()).collect();
            keys.sort_unstable_by_key(|key| *key.as_bytes());
            for key in &keys {
                let info = WrapInfo {
                    log: &room.log,
                    epoch: number,
                    maker: &by.person.did,
                    member: &member.person.did,
                    key,
                    check: &check,
                };
                let wrapped = wrap(&info, &secret, self.draw()).unwrap();
                wraps.push(Value::List(vec![
                    Value::Bytes(key.as_bytes().to_vec()),
                    Value::Bytes(wrapped.to_vec()),
                ]));
            }
            let chain = *member.person.chain.as_ref().unwrap().head_cid();
            entries.push(Value::map([
                ("did", Value::from(member.person.did.as_str())),
                ("chain", Value::Link(chain)),
                ("wraps", Value::List(wraps)),
            ]));
        }
        let body = Value::map([
            ("suite", Value::Int(1)),
            ("check", Value::Bytes(check.to_vec())),
            ("turns", Value::List(self.turns_since_epoch(by, room).await)),
            ("members", Value::List(entries)),
        ]);
        let fact = json!({ "epoch": number, "turns": state["turns"], "seq": head["seq"], "seen": head["cid"] });
        let write = Write::new(&by.person.did, "chat.epoch")
            .reference(room.log.as_str())
            .fact(fact)
            .body(body)
            .to(&[&room.log]);
        (write, secret)
    }

    /// The turns from the newest epoch on, by the route.
    async fn turns_since_epoch(&self, who: &Somebody, room: &Room) -> Vec<Value> {
        let page = self.get(who, &format!("/chat/api/d/{}/turns", room.log)).await.json();
        let mut turns = Vec::new();
        for one in page["rows"].as_array().unwrap().iter().skip(1) {
            let bytes = bytes(&one["header"]);
            let header = Header::decode(&bytes).unwrap();
            if header.op == "chat.epoch.made" {
                turns.clear();
            }
            let seq = i64::try_from(header.seq).unwrap();
            let cid = imajin_dfos::cid::dag_cbor_cid(&bytes);
            turns.push(Value::List(vec![Value::Int(seq), Value::Link(cid)]));
        }
        turns
    }

    /// Makes an epoch that is taken.
    pub(crate) async fn makes_epoch(
        &mut self,
        by: &Somebody,
        room: &Room,
        members: &[&Somebody],
    ) -> Secret {
        let (write, secret) = self.epoch(by, room, members).await;
        self.write(by, write).await.check(201);
        secret
    }

    /// Makes the command for a sealed message; its ID is the `ref`.
    pub(crate) async fn sealed(
        &mut self,
        by: &Somebody,
        room: &Room,
        secret: &Secret,
        said: Json,
        re: Option<&str>,
    ) -> Write {
        let (state, head) = (self.state(by, room).await, self.seen(by, room).await);
        let (id, nonce) = (self.message_id(), self.draw());
        let epoch = state["epoch"].as_u64().unwrap();
        let ref_id = IdText::parse(&id).unwrap();
        let about = re.map(|re| IdText::parse(re).unwrap());
        let place = MessagePlace {
            name: &room.name,
            log: &room.log,
            epoch,
            sender: &by.person.did,
            id: &ref_id,
            re: about.as_ref(),
        };
        let sealed = seal(secret, nonce, &place, said.to_string().as_bytes()).unwrap();
        let mut fact = json!({ "log": room.log, "epoch": epoch, "turns": state["turns"], "seq": head["seq"], "seen": head["cid"] });
        if let Some(re) = re {
            fact["re"] = json!(re);
        }
        let body = Value::map([
            ("nonce", Value::Bytes(sealed.nonce.to_vec())),
            ("commit", Value::Bytes(sealed.commit.to_vec())),
            ("box", Value::Bytes(sealed.sealed)),
        ]);
        Write::new(&by.person.did, "chat.send").reference(id).fact(fact).body(body).to(&[&room.log])
    }

    /// Says something sealed that is taken; its id.
    pub(crate) async fn says(
        &mut self,
        by: &Somebody,
        room: &Room,
        secret: &Secret,
        text: &str,
    ) -> String {
        let contents = json!({ "v": 1, "type": "text", "text": text });
        let write = self.sealed(by, room, secret, contents, None).await;
        let id = write.reference.clone().unwrap();
        self.write(by, write).await.check(201);
        id
    }

    /// Makes the command for a readable message.
    pub(crate) async fn readable(&mut self, by: &Somebody, room: &Room, text: &str) -> Write {
        let (state, head) = (self.state(by, room).await, self.seen(by, room).await);
        let fact = json!({ "log": room.log, "epoch": 0, "turns": state["turns"], "seq": head["seq"], "seen": head["cid"] });
        let body = Value::map([("type", Value::from("text")), ("text", Value::from(text))]);
        let id = self.message_id();
        Write::new(&by.person.did, "chat.send").reference(id).fact(fact).body(body).to(&[&room.log])
    }

    /// An operation about something of a conversation, with nothing else in it.
    pub(crate) fn write_about(
        by: &Somebody,
        op: &'static str,
        reference: &str,
        fact: Json,
        room: &Room,
    ) -> Write {
        let mut write = Write::new(&by.person.did, op).reference(reference).to(&[&room.log]);
        if !fact.is_null() {
            write = write.fact(fact);
        }
        write
    }

    /// Every log verifies, and the projections made again are the same.
    pub(crate) async fn close(self) {
        self.node.check_records(services()).await;
    }
}

pub(crate) fn secret_of(bytes: &[u8; 32]) -> EncryptionSecret {
    EncryptionSecret::from_bytes(bytes).unwrap()
}

fn bytes(value: &Json) -> Vec<u8> {
    base64::decode_url(value.as_str().unwrap()).unwrap()
}

fn row(one: &Json) -> RowBytes {
    let optional = |name: &str| (!one[name].is_null()).then(|| bytes(&one[name]));
    RowBytes { header: bytes(&one["header"]), cause: optional("cause"), body: optional("body") }
}

/// Returns the texts of the readable messages, in order.
pub(crate) fn texts(report: &Report) -> Vec<String> {
    let contents = report.messages.iter().filter_map(|message| message.said.as_ref());
    contents.map(|said| said.text.clone()).collect()
}

/// The reason that a refusal gives to programs.
pub(crate) fn reason(reply: &Reply) -> (u16, String) {
    let problem = reply.json();
    let reason = problem["reason"].as_str().or(problem["type"].as_str());
    let reason = reason.unwrap_or_default();
    let kind = reason.strip_prefix("urn:imajin:problem:");
    (reply.status, kind.unwrap_or(reason).to_owned())
}
