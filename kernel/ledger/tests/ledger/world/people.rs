//! People who sign, and what they say.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};

use imajin_dfos::identity::{Key, Keys, sign_create};
use imajin_dfos::{Cid, PublicKey, SigningKey, Timestamp, Value};
use imajin_ledger::{Command, CommandWill};
use imajin_log::entry::encode_body;
use imajin_protocol::proof::ProofPayload;
use imajin_protocol::{Did, Fact, FactItem, FactValue, IdText, Kid};

use super::START_MS;

/// A person with a key and an identity chain.
#[derive(Clone)]
pub struct Party {
    pub did: Did,
    pub key: SigningKey,
    pub kid: Kid,
    pub chain: Cid,
    pub token: String,
}

impl Party {
    pub fn new(seed: u64) -> Self {
        Self::controlled_by(seed, &[])
    }

    /// Makes a thing that these people control besides its own key.
    pub fn controlled_by(seed: u64, people: &[&Self]) -> Self {
        let mut bytes = [7; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        let key = SigningKey::from_bytes(&bytes);
        let public = PublicKey::from(&key);
        let dfos = Key::new(&public);
        let id = dfos.id().to_owned();
        let at = Timestamp::from_millis(START_MS - 1_000).unwrap();
        let theirs = (people.iter()).map(|party| Key::new(&PublicKey::from(&party.key)));
        let keys = Keys {
            controller: std::iter::once(dfos.clone()).chain(theirs).collect(),
            ..Keys::single(dfos)
        };
        let genesis = sign_create(keys, Vec::new(), at, &id, &key).unwrap();
        let did = Did::from_key(public.as_bytes());
        let kid = Kid::new(did.clone(), id).unwrap();
        Self { did, key, kid, chain: genesis.cid, token: genesis.token }
    }
}

/// The contents of a command before signing.
#[derive(Clone, Default)]
pub struct Say {
    pub op: String,
    pub reference: Option<String>,
    pub body: Option<Value>,
    pub dids: Vec<Did>,
    pub fact: Option<Fact>,
    pub args: serde_json::Value,
}

impl Say {
    pub fn op(op: &str) -> Self {
        Self { op: op.to_owned(), ..Self::default() }
    }

    pub fn body(mut self, members: Vec<(&str, Value)>) -> Self {
        static SALT: AtomicU64 = AtomicU64::new(0);
        let mut salt = vec![0; 16];
        salt[..8].copy_from_slice(&SALT.fetch_add(1, Ordering::Relaxed).to_le_bytes());
        let mut map: BTreeMap<String, Value> =
            members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect();
        map.insert("salt".to_owned(), Value::Bytes(salt));
        self.body = Some(Value::Map(map));
        self
    }

    pub fn note(text: &str) -> Self {
        Self::op("note.write").body(vec![("text", Value::from(text))])
    }

    pub fn set(text: &str) -> Self {
        Self::op("note.set").body(vec![("text", Value::from(text))])
    }

    pub fn ping(dids: &[Did]) -> Self {
        Self::op("note.ping").body(vec![("text", Value::from("hi"))]).to(dids)
    }

    /// Leaves a body in the logs of others, which its author may erase there.
    pub fn visit(dids: &[Did]) -> Self {
        Self::op("note.visit").body(vec![("text", Value::from("hi"))]).to(dids)
    }

    /// Says the intent's exact words in the logs of others.
    pub fn the_same(text: &str, dids: &[Did]) -> Self {
        let mut say = Self::op("note.say").body(vec![("text", Value::from(text))]);
        say.reference = Some("msg_1".to_owned());
        say.to(dids)
    }

    /// Begins a thing, for these people.
    pub fn begin(thing: &Did, people: &[&Did]) -> Self {
        let people = people.iter().map(|did| Value::from(did.as_str()));
        Self::op("note.begin")
            .body(vec![("people", Value::List(people.collect()))])
            .to(std::slice::from_ref(thing))
    }

    /// Erases bodies in the logs of others.
    pub fn tidy(dids: &[Did], bodies: &[Cid]) -> Self {
        Self::op("note.tidy").to(dids).erasing(bodies)
    }

    /// Deletes everything, of which these are the bodies.
    pub fn delete(bodies: &[Cid]) -> Self {
        Self::op("auth.delete").body(vec![("counts", Value::map::<&str>([]))]).erasing(bodies)
    }

    fn to(mut self, dids: &[Did]) -> Self {
        let ids = dids.iter().map(|did| FactItem::Id(IdText::parse(did.as_str()).unwrap()));
        self.dids = dids.to_vec();
        self.fact = Some(Fact::new([("dids", FactValue::List(ids.collect()))]).unwrap());
        self
    }

    fn erasing(mut self, bodies: &[Cid]) -> Self {
        let bodies: Vec<String> = bodies.iter().map(Cid::to_string).collect();
        self.args = serde_json::json!({ "erase": bodies });
        self
    }

    pub fn erase(bodies: &[Cid]) -> Self {
        let links = bodies.iter().map(|cid| Value::Link(*cid)).collect();
        Self::op("auth.body.erased").body(vec![("bodies", Value::List(links))])
    }

    /// Returns the payload that a party signs to say this in a log at home at this node, without a position.
    pub fn payload(&self, by: &Party, log: &Did, node: &Party, now: Timestamp) -> ProofPayload {
        ProofPayload {
            aud: node.did.clone(),
            did: log.clone(),
            service: self.service(),
            op: self.op.clone(),
            reference: self.reference(),
            body: self.body_cid(),
            fact: self.fact.clone(),
            to: self.dids.clone(),
            seen: None,
            after: None,
            chain: Some(by.chain),
            iat: now.as_secs(),
            via: None,
        }
    }

    /// Returns the command to a log, whose random bytes begin with this number.
    pub fn command(self, log: &Did, will: CommandWill, now: Timestamp, random: u64) -> Command {
        let mut fresh = [0; 32];
        fresh[..8].copy_from_slice(&random.to_le_bytes());
        Command {
            did: log.clone(),
            service: self.service(),
            reference: self.reference(),
            op: self.op,
            body: self.body,
            fact: self.fact,
            will,
            now,
            fresh,
            args: self.args,
            prepared: Default::default(),
        }
    }

    fn service(&self) -> String {
        self.op.split('.').next().unwrap().to_owned()
    }

    fn reference(&self) -> Option<IdText> {
        self.reference.as_deref().map(|id| IdText::parse(id).unwrap())
    }

    pub fn body_cid(&self) -> Option<Cid> {
        let body = self.body.as_ref()?;
        Some(imajin_dfos::cid::dag_cbor_cid(&encode_body(body).unwrap()))
    }
}
