//! People with chains, keys and own logs, and one box that keeps their conversations: everything is drawn from one seed.

use std::collections::BTreeMap;

use imajin_dfos::cid::{dag_cbor_cid, sha256};
use imajin_dfos::identity::{Key, Keys, Service, Verified, sign_create, sign_update};
use imajin_dfos::{Cid, PublicKey, SigningKey, Timestamp, Value};
use imajin_protocol::encryption::SERVICE_TYPE;
use imajin_protocol::entry::{Header, ProofPart, Will, encode_body};
use imajin_protocol::proof::{EntryPosition, ProofPayload};
use imajin_protocol::{Did, Fact, FactValue, IdText, Kid, Proof, multikey};

use crate::row::RowBytes;
use crate::seal::{EncryptionSecret, RingSecret, seal_ring, wrap_ring};

/// The start time of the world.
pub(super) const BEGIN_MS: i64 = 1_790_000_000_000;

/// The first operation of a chain in its owner's log, and each later one.
pub(super) const CREATE: &str = "auth.identity.create";
const UPDATE: &str = "auth.identity.update";
/// The entries of the reader's own log whose bodies their page reads.
const READ: [&str; 3] = [CREATE, UPDATE, "chat.keyring"];

/// Draws that repeat from a seed.
#[derive(Debug, Clone)]
pub(super) struct Draws(u64, u64);

impl Draws {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed, 0)
    }

    pub(super) fn next(&mut self) -> [u8; 32] {
        self.1 += 1;
        sha256(&[self.0.to_be_bytes(), self.1.to_be_bytes()].concat())
    }

    pub(super) fn below(&mut self, limit: usize) -> usize {
        let [a, b, ..] = self.next();
        usize::from(u16::from_be_bytes([a, b])) % limit
    }
}

#[derive(Debug, Clone)]
pub(super) struct Person {
    pub(super) did: Did,
    key: SigningKey,
    pub(super) chain: Verified,
    pub(super) tokens: Vec<String>,
    /// The encryption keys in force.
    pub(super) secrets: Vec<[u8; 32]>,
    /// The person's own log.
    pub(super) own: Vec<RowBytes>,
    last: Option<EntryPosition>,
    after: Option<Cid>,
}

impl Person {
    fn key_id(&self) -> String {
        PublicKey::from(&self.key).key_id()
    }

    pub(super) fn head(&self) -> Cid {
        *self.chain.head_cid()
    }

    /// The private half of the key that they sign with.
    pub(super) fn signs(&self) -> [u8; 32] {
        self.key.to_bytes()
    }
}

/// An operation in a person's own log.
#[derive(Debug, Clone)]
pub(super) struct Intent {
    pub(super) bytes: Vec<u8>,
    pub(super) header: Header,
    pub(super) body: Option<Vec<u8>>,
}

impl Intent {
    pub(super) fn cid(&self) -> Cid {
        dag_cbor_cid(&self.bytes)
    }
}

/// The contents of an intent.
#[derive(Debug, Clone, Default)]
pub(super) struct Wish {
    pub(super) op: &'static str,
    pub(super) about: Option<String>,
    pub(super) fact: Vec<(&'static str, FactValue)>,
    pub(super) body: Option<Value>,
    pub(super) to: Vec<Did>,
    pub(super) custodial: bool,
    /// Signed by a delegate's key.
    pub(super) delegated: bool,
    /// In the older form, in which the proof doesn't name the delegation.
    pub(super) older: bool,
}

#[derive(Debug, Clone)]
pub(super) struct World {
    pub(super) now_ms: i64,
    pub(super) draws: Draws,
    pub(super) people: BTreeMap<&'static str, Person>,
    pub(super) node: Did,
}

pub(super) fn id(text: &str) -> FactValue {
    IdText::parse(text).unwrap().into()
}

pub(super) fn ids<'a>(texts: impl IntoIterator<Item = &'a Did>) -> FactValue {
    let ids = texts.into_iter().map(|did| IdText::from_did(did).unwrap());
    ids.collect::<Vec<_>>().into()
}

pub(super) fn int(value: u64) -> FactValue {
    i64::try_from(value).unwrap().into()
}

pub(super) fn salted(members: Vec<(&str, Value)>, salt: [u8; 32]) -> Value {
    let salt = ("salt", Value::Bytes(salt[..16].to_vec()));
    Value::map(members.into_iter().chain([salt]))
}

pub(super) fn secret_of(bytes: &[u8; 32]) -> EncryptionSecret {
    EncryptionSecret::from_bytes(bytes).unwrap()
}

impl World {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            now_ms: BEGIN_MS,
            draws: Draws::new(seed),
            people: BTreeMap::new(),
            node: Did::from_key(&[9; 32]),
        }
    }

    pub(super) fn at(&mut self) -> Timestamp {
        self.now_ms += 1000;
        Timestamp::from_millis(self.now_ms).unwrap()
    }

    pub(super) fn get_person(&self, name: &str) -> &Person {
        &self.people[name]
    }

    pub(super) fn did(&self, name: &str) -> Did {
        self.get_person(name).did.clone()
    }

    /// A person with this many encryption keys.
    pub(super) fn person(&mut self, name: &'static str, keys: usize) {
        let key = SigningKey::from_bytes(&self.draws.next());
        self.person_with(name, keys, key);
    }

    pub(super) fn person_with(&mut self, name: &'static str, keys: usize, key: SigningKey) {
        self.guest(name, keys, key);
        self.enter_chain(name, CREATE);
    }

    /// A person whose own log does not begin with their chain: they came without a key.
    pub(super) fn guest(&mut self, name: &'static str, keys: usize, key: SigningKey) {
        let secrets: Vec<_> = (0..keys).map(|_| self.draws.next()).collect();
        let public = PublicKey::from(&key);
        let services = services(&secrets, &public.key_id());
        let keys = Keys::single(Key::new(&public));
        let genesis = sign_create(keys, services, self.at(), &public.key_id(), &key).unwrap();
        let person = Person {
            did: Did::from_key(public.as_bytes()),
            key,
            chain: genesis.verified,
            tokens: vec![genesis.token],
            secrets,
            own: Vec::new(),
            last: None,
            after: None,
        };
        self.people.insert(name, person);
    }

    /// A person enters the newest operation of their chain in their own log.
    pub(super) fn enter_chain(&mut self, name: &str, op: &'static str) {
        let token = self.get_person(name).tokens.last().unwrap().clone();
        let body = vec![("token", Value::from(token.as_str()))];
        let wish = Wish { op, body: Some(salted(body, self.draws.next())), ..Wish::default() };
        self.intend(name, wish);
    }

    pub(super) fn signing_key(&self, name: &str) -> SigningKey {
        self.get_person(name).key.clone()
    }

    /// Gives a person other encryption keys.
    pub(super) fn rekey(&mut self, name: &str, secrets: Vec<[u8; 32]>) {
        let at = self.at();
        let person = self.people.get_mut(name).unwrap();
        let keys = person.chain.state().keys.clone();
        let key_id = person.key_id();
        let services = services(&secrets, &key_id);
        let next = sign_update(&person.chain, keys, services, at, &key_id, &person.key).unwrap();
        person.tokens.push(next.token);
        person.chain = next.verified;
        person.secrets = secrets;
        self.enter_chain(name, UPDATE);
    }

    /// Gives a person another key to sign with.
    pub(super) fn resign(&mut self, name: &str) {
        let (at, key) = (self.at(), SigningKey::from_bytes(&self.draws.next()));
        let person = self.people.get_mut(name).unwrap();
        let public = PublicKey::from(&key);
        let keys = Keys::single(Key::new(&public));
        let services = services(&person.secrets, &public.key_id());
        let key_id = person.key_id();
        let next = sign_update(&person.chain, keys, services, at, &key_id, &person.key).unwrap();
        person.tokens.push(next.token);
        person.chain = next.verified;
        person.key = key;
        person.after = None;
        self.enter_chain(name, UPDATE);
    }

    /// Signs with a key that its maker invented.
    pub(super) fn forge(&mut self, name: &str, wish: Wish) -> Intent {
        let mut then = self.get_person(name).clone();
        then.key = SigningKey::from_bytes(&self.draws.next());
        then.after = None;
        self.intend_as(&then, name, wish)
    }

    /// Signs as a person in an earlier state: with the key and the chain of that time.
    pub(super) fn intend_as(&mut self, then: &Person, name: &str, wish: Wish) -> Intent {
        let now = self.get_person(name).clone();
        let person = self.people.get_mut(name).unwrap();
        (person.key, person.chain) = (then.key.clone(), then.chain.clone());
        person.after = then.after;
        let intent = self.intend(name, wish);
        let person = self.people.get_mut(name).unwrap();
        (person.key, person.chain) = (now.key, now.chain);
        person.after = now.after;
        intent
    }

    /// Signs an intent in a person's own log.
    pub(super) fn intend(&mut self, name: &str, wish: Wish) -> Intent {
        let at = self.at();
        let node = self.node.clone();
        let person = self.people.get_mut(name).unwrap();
        let body = wish.body.as_ref().map(|body| encode_body(body).unwrap());
        let fact = wish.fact.into_iter();
        let fact = (fact.len() > 0).then(|| Fact::new(fact).unwrap());
        let delegation = wish.delegated.then(|| dag_cbor_cid(b"delegation"));
        let payload = ProofPayload {
            aud: node,
            did: person.did.clone(),
            service: wish.op.split('.').next().unwrap().to_owned(),
            op: wish.op.to_owned(),
            reference: wish.about.map(|about| IdText::parse(&about).unwrap()),
            body: body.as_deref().map(dag_cbor_cid),
            fact,
            to: wish.to,
            seen: person.last,
            after: person.after,
            chain: (!wish.delegated).then(|| person.head()),
            iat: at.as_secs(),
            via: delegation.filter(|_| !wish.older),
        };
        let signer = if wish.delegated {
            Did::from_key(PublicKey::from(&person.key).as_bytes())
        } else {
            person.did.clone()
        };
        let kid = Kid::new(signer, person.key_id()).unwrap();
        let proof = Proof::sign(&person.key, kid, payload).unwrap();
        let session = imajin_dfos::cid::raw_cid(b"session");
        let header = Header {
            did: person.did.clone(),
            seq: person.last.map_or(0, |last| last.seq + 1),
            prev: person.last.map(|last| last.cid),
            at,
            op: proof.payload.op.clone(),
            reference: proof.payload.reference.clone(),
            body: proof.payload.body,
            fact: proof.payload.fact.clone(),
            author: person.did.clone(),
            will: if wish.custodial {
                Will::Custodial
            } else {
                Will::Signed(Box::new(ProofPart::from_proof(&proof)))
            },
            via: delegation.or(wish.custodial.then_some(session)),
            cause: None,
            txn: None,
        };
        let bytes = header.encode();
        person.last = Some(EntryPosition { seq: header.seq, cid: dag_cbor_cid(&bytes) });
        if !wish.custodial {
            person.after = Some(proof.payload.cid());
        }
        person.own.push(RowBytes {
            header: bytes.clone(),
            cause: None,
            body: body.clone().filter(|_| READ.contains(&wish.op)),
        });
        Intent { bytes, header, body }
    }

    /// Enters a keyring for a person's newest keys in their own log.
    pub(super) fn keyring(&mut self, name: &str, secrets: &[RingSecret]) {
        let wish = self.keyring_wish(name, secrets);
        self.intend(name, wish);
    }

    pub(super) fn keyring_wish(&mut self, name: &str, secrets: &[RingSecret]) -> Wish {
        let (ring, nonce, salt) = (self.draws.next(), self.draws.next(), self.draws.next());
        let did = self.did(name);
        let sealed = seal_ring(&ring, nonce, &did, secrets).unwrap();
        let mut wraps = Vec::new();
        for secret in self.get_person(name).secrets.clone() {
            let key = secret_of(&secret).public();
            let wrap = wrap_ring(&ring, &did, &key, self.draws.next()).unwrap();
            let key = Value::Bytes(key.as_bytes().to_vec());
            wraps.push(Value::List(vec![key, Value::Bytes(wrap.to_vec())]));
        }
        let body = salted(
            vec![
                ("wraps", Value::List(wraps)),
                ("nonce", Value::Bytes(sealed.nonce.to_vec())),
                ("commit", Value::Bytes(sealed.commit.to_vec())),
                ("box", Value::Bytes(sealed.sealed)),
            ],
            salt,
        );
        Wish { op: "chat.keyring", body: Some(body), ..Wish::default() }
    }

    /// A person compares keys with another: they keep the state that the other's chain has.
    pub(super) fn pin(&mut self, name: &str, other: &str) {
        let wish = pin_of(&self.did(other), &self.get_person(other).head());
        self.intend(name, wish);
    }

    /// A person moves to another node, for which everybody signs from then on.
    pub(super) fn move_to(&mut self, name: &str, node: Did) {
        self.node = node;
        let wish = self.move_wish();
        self.intend(name, wish);
    }

    /// A move to the node of now.
    pub(super) fn move_wish(&mut self) -> Wish {
        let home = vec![
            ("node", Value::from(self.node.as_str())),
            ("url", Value::from("https://other.example")),
            ("epoch", Value::Int(2)),
        ];
        Wish { op: "auth.home", body: Some(salted(home, self.draws.next())), ..Wish::default() }
    }

    /// The header of a person's read mark.
    pub(super) fn read_mark(&mut self, name: &str, log: &Did, seen: EntryPosition) -> Vec<u8> {
        self.intend(name, mark_of(log, seen)).bytes
    }
}

/// Makes a pin: keys were compared with a person whose chain was at this operation.
pub(super) fn pin_of(did: &Did, chain: &Cid) -> Wish {
    Wish {
        op: "chat.pin",
        about: Some(did.to_string()),
        fact: vec![("chain", id(&chain.to_string())), ("how", id("code"))],
        ..Wish::default()
    }
}

/// Makes a read mark up to an entry.
pub(super) fn mark_of(log: &Did, seen: EntryPosition) -> Wish {
    Wish {
        op: "chat.read",
        about: Some(log.to_string()),
        fact: vec![("seq", int(seen.seq)), ("seen", id(&seen.cid.to_string()))],
        ..Wish::default()
    }
}

/// The encryption keys of the device that has a signing key.
fn services(secrets: &[[u8; 32]], of: &str) -> Vec<Service> {
    let entries = secrets.iter().enumerate().map(|(n, secret)| {
        let key = multikey::x25519(&secret_of(secret).public());
        Service::new(Value::map([
            ("id", Value::from(format!("encryption-{n}"))),
            ("type", Value::from(SERVICE_TYPE)),
            ("key", Value::from(key)),
            ("of", Value::from(of)),
        ]))
    });
    entries.collect::<Result<_, _>>().unwrap()
}
