//! Logs for tests, made entry by entry and signed here: independent of the writer, so that the writer and the verifier
//! share only the format.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    reason = "each test file uses a part of it, and a helper that fails is a failed test"
)]

pub mod export;

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use imajin_dfos::cid::{dag_cbor_cid, raw_cid};
use imajin_dfos::identity::{Key, Keys, Signed, sign_create, sign_update};
use imajin_dfos::{Cid, PublicKey, SigningKey, Timestamp, Value};
use imajin_log::entry::{Header, ProofPart, Sealed, Will, encode_body};
use imajin_log::untrusted::{APPLICATION_ID, LOG_SCHEMA, USER_VERSION};
use imajin_log::{
    Bound, Derivation, Equal, ErasableBy, OpSpec, OpTable, RequiredAuthority, TargetLog,
};
use imajin_protocol::proof::{EntryPosition, ProofPayload};
use imajin_protocol::{Did, Fact, FactItem, FactValue, Head, HeadPayload, IdText, Kid, Proof};
use rusqlite::Connection;

/// 2026-01-01T00:00:00Z.
const START_MS: i64 = 1_767_225_600_000;

/// A service for tests: free text, facts, and consequences in others' logs.
pub const NOTE_OPS: &[OpSpec] = &[
    OpSpec { op: "note.write", body: true, erasable_by: ErasableBy::Author, ..PLAIN },
    OpSpec { op: "note.ping", derives: &[PONG], ..PLAIN },
    OpSpec { op: "note.pong", by: RequiredAuthority::Derived, ..PLAIN },
    OpSpec { op: "note.tick", by: RequiredAuthority::Node, ..PLAIN },
];

/// An operation that any will may request, without a body or consequences: a row says how it differs.
const PLAIN: OpSpec = OpSpec {
    op: "",
    by: RequiredAuthority::Any,
    body: false,
    erasable_by: ErasableBy::Nobody,
    bound: Bound::Nothing,
    derives: &[],
};

const PONG: Derivation =
    Derivation::new("note.pong", TargetLog::FactDids).equal(&[Equal::RefIsIntentAuthor]);

pub fn ops() -> Arc<OpTable> {
    Arc::new(OpTable::new(NOTE_OPS))
}

pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(START_MS + seconds * 1000).unwrap()
}

/// A party with a key and an identity chain: a person or a node.
#[derive(Clone)]
pub struct Party {
    pub did: Did,
    pub key: SigningKey,
    pub key_id: String,
    pub genesis: Signed,
}

impl Party {
    pub fn new(seed: u8) -> Self {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let public = PublicKey::from_bytes(key.verifying_key().to_bytes());
        let dfos_key = Key::new(&public);
        let key_id = dfos_key.id().to_owned();
        let genesis =
            sign_create(Keys::single(dfos_key), Vec::new(), at(0), &key_id, &key).unwrap();
        Self { did: Did::from_key(public.as_bytes()), key, key_id, genesis }
    }

    pub fn kid(&self) -> Kid {
        Kid::new(self.did.clone(), self.key_id.clone()).unwrap()
    }

    pub fn sign(&self, text: &str) -> [u8; 64] {
        use ed25519_dalek::Signer;
        self.key.sign(text.as_bytes()).to_bytes()
    }
}

/// One entry to be made.
#[derive(Default, Clone)]
pub struct Make {
    pub op: &'static str,
    pub reference: Option<String>,
    pub body: Option<Value>,
    pub fact: Option<Fact>,
    pub to: Vec<Did>,
}

impl Make {
    pub fn op(op: &'static str) -> Self {
        Self { op, ..Self::default() }
    }

    pub fn body(mut self, members: Vec<(&str, Value)>) -> Self {
        let mut members: BTreeMap<String, Value> =
            members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        let seed = format!("{}{:?}", self.op, members);
        members.insert(
            "salt".into(),
            Value::Bytes(imajin_dfos::cid::sha256(seed.as_bytes())[..16].to_vec()),
        );
        self.body = Some(Value::Map(members));
        self
    }

    pub fn reference(mut self, reference: impl ToString) -> Self {
        self.reference = Some(reference.to_string());
        self
    }

    pub fn fact_ids(mut self, key: &str, ids: &[String]) -> Self {
        let items = ids.iter().map(|id| FactItem::Id(IdText::parse(id).unwrap())).collect();
        self.fact = Some(Fact::new([(key, FactValue::List(items))]).unwrap());
        self
    }

    /// Adds these texts to the fact.
    pub fn fact_texts(mut self, texts: &[(&str, &str)]) -> Self {
        let id = |text: &str| FactValue::Id(IdText::parse(text).unwrap());
        let members = texts.iter().map(|(name, text)| (*name, id(text)));
        self.fact = Some(Fact::new(members).unwrap());
        self
    }

    /// Sets the log of the conversation that the entry is about.
    pub fn in_log(self, did: &Did) -> Self {
        self.fact_texts(&[("log", did.as_str())])
    }

    pub fn fact_int(mut self, key: &str, value: i64) -> Self {
        self.fact = Some(Fact::new([(key, FactValue::Int(value))]).unwrap());
        self
    }

    pub fn to(mut self, dids: &[Did]) -> Self {
        self.to = dids.to_vec();
        self
    }
}

/// A row of `causes`.
type HeaderAndBody = (Vec<u8>, Option<Vec<u8>>);

/// A log under construction.
#[derive(Clone)]
pub struct Log {
    pub owner: Party,
    pub node: Party,
    pub chain: Signed,
    pub epoch: u64,
    pub entries: Vec<Sealed>,
    pub bodies: BTreeMap<u64, Vec<u8>>,
    pub heads: BTreeMap<(u64, String), String>,
    pub chains: BTreeMap<String, Vec<String>>,
    pub causes: BTreeMap<Vec<u8>, HeaderAndBody>,
    pub txns: BTreeMap<Vec<u8>, Vec<u8>>,
    pub openings: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Seconds by which the next entry is later than its number says.
    pub later: i64,
    after: HashMap<Kid, Cid>,
}

impl Log {
    /// Makes a log with its first entry, at home on `node`.
    pub fn begin(owner: &Party, node: &Party) -> Self {
        let mut log = Self::empty(owner, node);
        let body = log.creation(Some([0x42; 32]));
        log.signed(body);
        log
    }

    /// Begins a log whose owner can open copies encrypted to this X25519 key.
    pub fn begin_with_encryption(owner: &Party, node: &Party, key: [u8; 32]) -> Self {
        let mut log = Self::empty(owner, node);
        let body = log.creation(Some(key));
        log.signed(body);
        log
    }

    fn creation(&self, encryption_key: Option<[u8; 32]>) -> Make {
        let mut members = vec![
            ("token", Value::from(self.owner.genesis.token.as_str())),
            ("home", home_value(&self.node, self.epoch)),
            ("scope", Value::from("actor")),
        ];
        members.extend(encryption_key.map(|key| ("encryption_key", Value::Bytes(key.to_vec()))));
        Make::op("auth.identity.create").body(members)
    }

    pub fn empty(owner: &Party, node: &Party) -> Self {
        let mut chains = BTreeMap::new();
        if owner.did != node.did {
            chains.insert(node.did.to_string(), vec![node.genesis.token.clone()]);
        }
        Self {
            owner: owner.clone(),
            node: node.clone(),
            chain: owner.genesis.clone(),
            epoch: 1,
            entries: Vec::new(),
            bodies: BTreeMap::new(),
            heads: BTreeMap::new(),
            chains,
            causes: BTreeMap::new(),
            txns: BTreeMap::new(),
            openings: BTreeMap::new(),
            later: 0,
            after: HashMap::new(),
        }
    }

    pub fn seq(&self) -> u64 {
        self.entries.len() as u64
    }

    pub fn last(&self) -> Cid {
        self.entries.last().unwrap().cid
    }

    fn seen(&self) -> Option<EntryPosition> {
        let last = self.entries.last()?;
        Some(EntryPosition { seq: last.header.seq, cid: last.cid })
    }

    /// Adds an entry signed by the owner, addressed to the home.
    pub fn signed(&mut self, make: Make) -> Cid {
        let (owner, chain, aud) = (self.owner.clone(), self.chain.cid, self.node.did.clone());
        self.signed_by(make, &owner, Some(chain), aud)
    }

    pub fn signed_by(&mut self, make: Make, author: &Party, chain: Option<Cid>, aud: Did) -> Cid {
        let seq = self.seq();
        let body = make.body.as_ref().map(|body| dag_cbor_cid(&encode_body(body).unwrap()));
        let kid = author.kid();
        let payload = ProofPayload {
            aud,
            did: self.owner.did.clone(),
            service: make.op.split('.').next().unwrap().into(),
            op: make.op.into(),
            reference: make.reference.as_deref().map(|text| IdText::parse(text).unwrap()),
            body,
            fact: make.fact.clone(),
            to: make.to.clone(),
            seen: self.seen(),
            after: self.after.get(&kid).copied(),
            chain,
            iat: at(seq as i64 + self.later).as_secs(),
            via: None,
        };
        let proof = Proof::sign(&author.key, kid.clone(), payload).unwrap();
        self.after.insert(kid, raw_cid(proof.payload.to_jcs().as_bytes()));
        let will = Will::Signed(Box::new(ProofPart::from_proof(&proof)));
        self.push(make, author.did.clone(), will, None, None, None)
    }

    /// Adds an entry requested with a session.
    pub fn custodial(&mut self, make: Make) -> Cid {
        let owner = self.owner.did.clone();
        self.push(make, owner, Will::Custodial, Some(raw_cid(b"session")), None, None)
    }

    /// Adds an entry that is the node's own word.
    pub fn by_node(&mut self, make: Make) -> Cid {
        let node = self.node.did.clone();
        self.push(make, node, Will::Node, None, None, None)
    }

    pub fn push(
        &mut self,
        make: Make,
        author: Did,
        will: Will,
        via: Option<Cid>,
        cause: Option<Cid>,
        txn: Option<Cid>,
    ) -> Cid {
        let seq = self.seq();
        let body = make.body.as_ref().map(|body| encode_body(body).unwrap());
        let header = Header {
            did: self.owner.did.clone(),
            seq,
            prev: self.entries.last().map(|entry| entry.cid),
            at: at(seq as i64 + self.later),
            op: make.op.into(),
            reference: make.reference.as_deref().map(|text| IdText::parse(text).unwrap()),
            body: body.as_deref().map(dag_cbor_cid),
            fact: make.fact,
            author,
            will,
            via,
            cause,
            txn,
        };
        if let Some(body) = body {
            self.bodies.insert(seq, body);
        }
        self.entries.push(Sealed::seal(header, None));
        self.last()
    }

    pub fn note(&mut self, text: &str) -> Cid {
        self.signed(Make::op("note.write").body(vec![("text", text.into())]))
    }

    /// Adds a note that names a media file.
    pub fn note_with_media(&mut self, text: &str, media: &[Cid]) -> Cid {
        let ids: Vec<String> = media.iter().map(Cid::to_string).collect();
        self.signed(
            Make::op("note.write").body(vec![("text", text.into())]).fact_ids("media", &ids),
        )
    }

    /// Erases the bodies of these entries.
    pub fn erase(&mut self, seqs: &[u64]) -> Cid {
        let links = seqs
            .iter()
            .map(|seq| Value::Link(self.entries[*seq as usize].header.body.unwrap()))
            .collect();
        let cid =
            self.signed(Make::op("auth.body.erased").body(vec![("bodies", Value::List(links))]));
        for seq in seqs {
            self.bodies.remove(seq);
        }
        cid
    }

    /// Adds the home's head of the newest entry.
    pub fn head(&mut self) -> String {
        let last = self.entries.last().unwrap();
        let payload = HeadPayload {
            at: last.header.at,
            cid: last.cid,
            did: self.owner.did.clone(),
            epoch: self.epoch,
            seq: last.header.seq,
        };
        let head = Head::sign(&self.node.key, self.node.kid(), payload).unwrap().to_compact();
        self.heads.insert((self.epoch, self.node.did.to_string()), head.clone());
        head
    }

    pub fn move_to(&mut self, node: &Party) -> Cid {
        self.head();
        self.epoch += 1;
        self.node = node.clone();
        self.chains.insert(node.did.to_string(), vec![node.genesis.token.clone()]);
        let Value::Map(home) = home_value(node, self.epoch) else { unreachable!() };
        let members = home.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
        self.signed(Make::op("auth.home").body(members))
    }

    /// Replaces the owner's keys.
    pub fn rotate(&mut self, seed: u8) -> Cid {
        let next = Party::new(seed);
        let key = Key::new(&PublicKey::from_bytes(next.key.verifying_key().to_bytes()));
        let signed = sign_update(
            &self.chain.verified,
            Keys::single(key),
            Vec::new(),
            at(self.seq() as i64),
            &self.owner.key_id,
            &self.owner.key,
        )
        .unwrap();
        let cid = self.signed(
            Make::op("auth.identity.update").body(vec![("token", signed.token.as_str().into())]),
        );
        self.chain = signed;
        self.owner.key = next.key;
        self.owner.key_id = next.key_id;
        cid
    }

    /// Adds an operation of this log's owner that writes to another log too.
    pub fn ping(&mut self, other: &mut Log) {
        let make = Make::op("note.ping")
            .fact_ids("dids", &[other.owner.did.to_string()])
            .to(std::slice::from_ref(&other.owner.did));
        let salt = |n: u8| Value::Bytes(vec![n; 16]);
        let opening = |did: &Did, op: &str, n: u8| {
            let value = Value::map([
                ("did", did.as_str().into()),
                ("service", "note".into()),
                ("op", op.into()),
                ("body", Value::Null),
                ("salt", salt(n)),
            ]);
            imajin_dfos::cbor::encode(&value)
        };
        let openings =
            [opening(&self.owner.did, "note.ping", 1), opening(&other.owner.did, "note.pong", 2)];
        let list =
            Value::List(openings.iter().map(|bytes| Value::Link(dag_cbor_cid(bytes))).collect());
        let list = imajin_dfos::cbor::encode(&list);
        let txn = dag_cbor_cid(&list);
        let cause = self.signed(make);
        // The proof does not cover `txn`: the entry is sealed again with it.
        let mut header = Header::clone(&self.entries.last().unwrap().header);
        header.txn = Some(txn);
        *self.entries.last_mut().unwrap() = Sealed::seal(header, None);
        let intent = self.entries.last().unwrap().clone();
        assert_ne!(intent.cid, cause);
        let pong = Make::op("note.pong").reference(&self.owner.did);
        other.push(pong, self.owner.did.clone(), Will::Derived, None, Some(intent.cid), Some(txn));
        other.causes.insert(intent.cid.to_bytes(), (intent.header_bytes.to_vec(), None));
        let tokens = vec![self.owner.genesis.token.clone()];
        other.chains.insert(self.owner.did.to_string(), tokens);
        for log in [self, other] {
            log.txns.insert(txn.to_bytes(), list.clone());
            for bytes in &openings {
                log.openings.insert(dag_cbor_cid(bytes).to_bytes(), bytes.clone());
            }
        }
    }

    /// Writes the log as it would be in a bundle.
    pub fn write(&self, path: &Path) {
        let mut conn = Connection::open(path).unwrap();
        // Tests write thousands of these files and delete them: none has to survive a power cut.
        conn.pragma_update(None, "synchronous", "OFF").unwrap();
        conn.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
        conn.pragma_update(None, "user_version", USER_VERSION).unwrap();
        for sql in LOG_SCHEMA {
            conn.execute_batch(sql).unwrap();
        }
        let tx = conn.transaction().unwrap();
        {
            let mut entry = tx.prepare("INSERT INTO entries VALUES (?1, ?2)").unwrap();
            for sealed in &self.entries {
                entry.execute((sealed.header.seq as i64, &*sealed.header_bytes)).unwrap();
            }
            let mut body = tx.prepare("INSERT INTO bodies VALUES (?1, ?2)").unwrap();
            for (seq, bytes) in &self.bodies {
                body.execute((*seq as i64, bytes)).unwrap();
            }
        }
        for ((epoch, node), jws) in &self.heads {
            tx.execute("INSERT INTO heads VALUES (?1, ?2, ?3)", (*epoch as i64, node, jws))
                .unwrap();
        }
        for (did, tokens) in &self.chains {
            for (n, token) in tokens.iter().enumerate() {
                tx.execute("INSERT INTO chains VALUES (?1, ?2, ?3)", (did, n as i64, token))
                    .unwrap();
            }
        }
        for (cid, (header, body)) in &self.causes {
            tx.execute("INSERT INTO causes VALUES (?1, ?2, ?3)", (cid, header, body)).unwrap();
        }
        for (cid, list) in &self.txns {
            tx.execute("INSERT INTO txns VALUES (?1, ?2)", (cid, list)).unwrap();
        }
        for (cid, opening) in &self.openings {
            tx.execute("INSERT INTO openings VALUES (?1, ?2)", (cid, opening)).unwrap();
        }
        tx.commit().unwrap();
    }
}

pub fn home_value(node: &Party, epoch: u64) -> Value {
    Value::map([
        ("node", node.did.as_str().into()),
        ("url", "https://box.example".into()),
        ("epoch", Value::Int(epoch as i64)),
    ])
}

/// Makes a log with some of everything: notes, a rotation, an erasure, a move, an operation over two logs, a node's
/// word.
pub fn rich() -> (Log, Log) {
    let (ann, bob, box_one, box_two) = (Party::new(1), Party::new(2), Party::new(3), Party::new(4));
    let mut log = Log::begin(&ann, &box_one);
    let mut other = Log::begin(&bob, &box_one);
    log.note("first");
    log.note("to be erased");
    log.custodial(Make::op("note.write").body(vec![("text", "asked for".into())]));
    log.by_node(Make::op("note.tick"));
    log.ping(&mut other);
    other.ping(&mut log);
    log.erase(&[2]);
    log.rotate(11);
    log.note("with the new key");
    log.move_to(&box_two);
    log.note("at the new home");
    log.by_node(Make::op("note.tick"));
    log.head();
    other.head();
    (log, other)
}
