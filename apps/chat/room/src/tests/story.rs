//! A conversation as an honest box keeps it, and as a lying one shows it.

mod epochs;
mod messages;

use std::collections::BTreeMap;

use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::identity::{Key, Keys, Service, sign_create};
use imajin_dfos::{Cid, PublicKey, SigningKey, Value};
use imajin_protocol::entry::{Header, ProofPart, Will, encode_body};
use imajin_protocol::proof::{EntryPosition, ProofPayload};
use imajin_protocol::{Did, FactValue, Kid, Proof};

pub(super) use epochs::Make;
pub(super) use messages::{Say, boxed_body};

use super::world::{Intent, Wish, World, id, ids, int, salted, secret_of};
use crate::ops::{Kind, Role};
use crate::row::RowBytes;
use crate::seal::{RingSecret, Secret};
use crate::{ReaderState, RoomInput};

/// A row before it has its place.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub(super) header: Header,
    pub(super) cause: Option<Vec<u8>>,
    pub(super) body: Option<Vec<u8>>,
}

#[derive(Debug, Clone)]
pub(super) struct Story {
    pub(super) world: World,
    pub(super) name: Did,
    pub(super) log: Did,
    pub(super) group: Did,
    /// The operation that the log's chain is.
    pub(super) genesis: String,
    pub(super) lines: Vec<Line>,
    pub(super) members: BTreeMap<&'static str, Role>,
    pub(super) turns: Vec<EntryPosition>,
    since_epoch: usize,
    pub(super) epoch: u64,
    pub(super) secrets: BTreeMap<u64, Secret>,
}

impl Story {
    /// Entry 0 of a conversation.
    pub(super) fn begin(mut world: World, name: Did) -> Self {
        let key = SigningKey::from_bytes(&world.draws.next());
        let public = PublicKey::from(&key);
        let named = Service::new(Value::map([
            ("id", Value::from(crate::CONVERSATION_ID)),
            ("type", Value::from(crate::CONVERSATION_SERVICE)),
            ("name", Value::from(name.as_str())),
        ]));
        let at = world.at();
        let keys = Keys::single(Key::new(&public));
        let services = vec![named.unwrap()];
        let genesis = sign_create(keys, services, at, &public.key_id(), &key).unwrap();
        let log = Did::from_key(public.as_bytes());
        let home = Value::map([
            ("node", Value::from(world.node.as_str())),
            ("url", Value::from("https://box.example")),
            ("epoch", Value::Int(1)),
        ]);
        let body = salted(
            vec![
                ("token", Value::from(genesis.token.as_str())),
                ("home", home),
                ("scope", Value::from("conversation")),
            ],
            world.draws.next(),
        );
        let body = encode_body(&body).unwrap();
        let payload = ProofPayload {
            aud: world.node.clone(),
            did: log.clone(),
            service: "auth".to_owned(),
            op: "auth.identity.create".to_owned(),
            reference: None,
            body: Some(dag_cbor_cid(&body)),
            fact: None,
            to: vec![],
            seen: None,
            after: None,
            chain: Some(genesis.cid),
            iat: at.as_secs(),
            via: None,
        };
        let kid = Kid::new(log.clone(), public.key_id()).unwrap();
        let proof = Proof::sign(&key, kid, payload).unwrap();
        let header = Header {
            did: log.clone(),
            seq: 0,
            prev: None,
            at: world.at(),
            op: proof.payload.op.clone(),
            reference: None,
            body: proof.payload.body,
            fact: None,
            author: log.clone(),
            will: Will::Signed(Box::new(ProofPart::from_proof(&proof))),
            via: None,
            cause: None,
            txn: None,
        };
        Self {
            group: Did::from_key(&world.draws.next()),
            genesis: genesis.token,
            world,
            name,
            log,
            lines: vec![Line { header, cause: None, body: Some(body) }],
            members: BTreeMap::new(),
            turns: Vec::new(),
            since_epoch: 0,
            epoch: 0,
            secrets: BTreeMap::new(),
        }
    }

    /// Entry 0 of the conversation of a new group, which has the name that its group's DID gives.
    pub(super) fn of_group(mut world: World) -> Self {
        let group = Did::from_key(&world.draws.next());
        let mut story = Self::begin(world, Did::conversation_of(&group));
        story.group = group;
        story
    }

    /// A person makes the group, in their own log.
    pub(super) fn found(&mut self, by: &str) {
        let wish = Wish {
            op: "connections.group.create",
            about: Some(self.group.to_string()),
            to: vec![self.group.clone()],
            ..Wish::default()
        };
        self.world.intend(by, wish);
    }

    pub(super) fn head(&self) -> EntryPosition {
        let last = self.lines.last().unwrap();
        EntryPosition { seq: last.header.seq, cid: dag_cbor_cid(&last.header.encode()) }
    }

    /// Enters what follows from an intent.
    pub(super) fn derive(&mut self, intent: &Intent, op: &str, change: impl FnOnce(&mut Line)) {
        let head = self.head();
        let mut header = Header {
            did: self.log.clone(),
            seq: head.seq + 1,
            prev: Some(head.cid),
            at: self.world.at(),
            op: op.to_owned(),
            will: Will::Derived,
            via: None,
            cause: Some(intent.cid()),
            ..intent.header.clone()
        };
        header.txn = None;
        let mut line =
            Line { header, cause: Some(intent.bytes.clone()), body: intent.body.clone() };
        change(&mut line);
        self.lines.push(line);
        let turns = ["chat.opened", "chat.admitted", "chat.epoch.made", "chat.out", "chat.role"];
        if turns.contains(&op) {
            self.turns.push(self.head());
        }
    }

    pub(super) fn open(
        &mut self,
        by: &str,
        members: &[(&'static str, Role)],
        more: Vec<(&'static str, FactValue)>,
        sealed: bool,
    ) {
        self.open_by(by, members, more, sealed, false);
    }

    /// Opens it readable in a session, without a key.
    pub(super) fn open_in_session(
        &mut self,
        by: &str,
        members: &[(&'static str, Role)],
        more: Vec<(&'static str, FactValue)>,
    ) {
        self.open_by(by, members, more, false, true);
    }

    fn open_by(
        &mut self,
        by: &str,
        members: &[(&'static str, Role)],
        more: Vec<(&'static str, FactValue)>,
        sealed: bool,
        custodial: bool,
    ) {
        self.members = members.iter().copied().collect();
        let kind = Kind::from_name(&self.name).unwrap();
        let list = members.iter().map(|(name, role)| {
            Value::map([
                ("did", Value::from(self.world.did(name).as_str())),
                ("role", Value::from(role.as_str())),
            ])
        });
        let body = vec![("members", Value::List(list.collect()))];
        let mut fact = vec![
            ("log", id(self.log.as_str())),
            ("kind", id(kind.as_str())),
            ("sealed", int(u64::from(sealed))),
        ];
        if kind != Kind::Direct {
            fact.push(("of", id(self.group.as_str())));
        }
        fact.extend(more);
        let wish = Wish {
            op: "chat.open",
            about: Some(self.name.to_string()),
            fact,
            body: Some(salted(body, self.world.draws.next())),
            to: vec![self.log.clone()],
            custodial,
            ..Wish::default()
        };
        let intent = self.world.intend(by, wish);
        self.derive(&intent, "chat.opened", |_| ());
    }

    pub(super) fn admit_intent(&mut self, by: &str, who: &[&'static str], role: Role) -> Intent {
        let dids: Vec<Did> = who.iter().map(|name| self.world.did(name)).collect();
        let wish = Wish {
            op: "chat.admit",
            about: Some(self.log.to_string()),
            fact: vec![
                ("dids", ids(&dids)),
                ("role", id(role.as_str())),
                ("turns", int(self.turns.len() as u64)),
            ],
            to: vec![self.log.clone()],
            ..Wish::default()
        };
        self.world.intend(by, wish)
    }

    pub(super) fn admit(&mut self, by: &str, who: &[&'static str], role: Role) {
        let intent = self.admit_intent(by, who, role);
        self.derive(&intent, "chat.admitted", |_| ());
        self.members.extend(who.iter().map(|name| (*name, role)));
    }

    /// An operation of the group, about one person.
    pub(super) fn group_op(
        &mut self,
        by: &str,
        op: &'static str,
        who: Option<&str>,
        role: Option<Role>,
        custodial: bool,
    ) -> Intent {
        let mut fact = Vec::new();
        if let Some(who) = who {
            fact.push(("dids", ids([&self.world.did(who)])));
        }
        if let Some(role) = role {
            fact.push(("role", id(role.as_str())));
        }
        let wish = Wish {
            op,
            about: Some(self.group.to_string()),
            fact,
            to: vec![self.group.clone(), self.log.clone()],
            custodial,
            ..Wish::default()
        };
        self.world.intend(by, wish)
    }

    /// Enters a turn about one person that follows from an operation of the group.
    pub(super) fn group_turn(&mut self, intent: &Intent, op: &str, who: &str, role: &str) {
        let who = imajin_protocol::IdText::from_did(&self.world.did(who)).unwrap();
        let fact = imajin_protocol::Fact::new([("role", id(role))]).unwrap();
        self.derive(intent, op, |line| {
            line.header.reference = Some(who);
            line.header.fact = Some(fact);
        });
    }

    pub(super) fn remove(&mut self, by: &str, who: &'static str) {
        let intent = self.group_op(by, "connections.group.remove", Some(who), None, false);
        self.group_turn(&intent, "chat.out", who, "member");
        self.members.remove(who);
    }

    pub(super) fn leave(&mut self, who: &'static str) {
        let intent = self.group_op(who, "connections.group.leave", None, None, false);
        self.group_turn(&intent, "chat.out", who, "member");
        self.members.remove(who);
    }

    /// A deletion or a hiding, in the conversation and in its author's log.
    pub(super) fn intend_about(&mut self, by: &str, op: &'static str, message: &str) -> Intent {
        let wish = Wish {
            op,
            about: Some(message.to_owned()),
            fact: vec![("log", id(self.log.as_str()))],
            to: vec![self.log.clone()],
            ..Wish::default()
        };
        self.world.intend(by, wish)
    }

    pub(super) fn forget(&mut self, by: &str) -> Intent {
        let wish = Wish {
            op: "chat.forget",
            about: Some(self.log.to_string()),
            to: vec![self.log.clone()],
            ..Wish::default()
        };
        self.world.intend(by, wish)
    }

    /// Enters that bodies were erased, and takes them away.
    pub(super) fn erase(&mut self, intent: &Intent, messages: &[&str]) {
        let is_one = |line: &&mut Line| {
            let id = line.header.reference.as_ref();
            line.header.op == "chat.message" && id.is_some_and(|id| messages.contains(&id.as_str()))
        };
        let mut links = Vec::new();
        for line in self.lines.iter_mut().filter(is_one) {
            links.extend(line.header.body.map(Value::Link));
            line.body = None;
        }
        let body = salted(vec![("bodies", Value::List(links))], self.world.draws.next());
        let body = encode_body(&body).unwrap();
        self.derive(intent, "auth.body.erased", |line| {
            line.header.reference = None;
            line.header.fact = None;
            line.header.body = Some(dag_cbor_cid(&body));
            line.body = Some(body);
        });
    }

    pub(super) fn delete(&mut self, by: &str, message: &str) {
        let intent = self.intend_about(by, "chat.delete", message);
        self.erase(&intent, &[message]);
    }

    pub(super) fn hide(&mut self, by: &str, message: &str) {
        let intent = self.intend_about(by, "chat.hide", message);
        self.derive(&intent, "chat.hidden", |_| ());
    }

    /// Renumbers and relinks the lines, as a lying box would.
    pub(super) fn relink(&mut self) {
        let mut before: Option<(u64, Cid)> = None;
        for line in &mut self.lines {
            line.header.seq = before.map_or(0, |(seq, _)| seq + 1);
            line.header.prev = before.map(|(_, cid)| cid);
            before = Some((line.header.seq, dag_cbor_cid(&line.header.encode())));
        }
    }

    pub(super) fn rows(&self) -> Vec<RowBytes> {
        let rows = self.lines.iter().map(|line| RowBytes {
            header: line.header.encode(),
            cause: line.cause.clone(),
            body: line.body.clone(),
        });
        rows.collect()
    }

    pub(super) fn input(&self) -> RoomInput {
        let people = self.world.people.values();
        RoomInput {
            rows: self.rows(),
            chains: people.map(|person| (person.did.clone(), person.tokens.clone())).collect(),
            ..RoomInput::default()
        }
    }

    pub(super) fn reader(&self, me: &str) -> ReaderState {
        let person = self.world.get_person(me);
        let secrets = person.secrets.iter().map(secret_of).collect();
        ReaderState::new(person.did.clone(), self.name.clone(), secrets)
    }

    pub(super) fn ring(&self) -> Vec<RingSecret> {
        let secrets = self.secrets.iter();
        secrets
            .map(|(epoch, secret)| RingSecret {
                log: self.log.clone(),
                epoch: *epoch,
                secret: *secret,
            })
            .collect()
    }
}
