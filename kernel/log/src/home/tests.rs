use imajin_dfos::identity::{Key, Keys, Verified, sign_create, sign_delete, sign_update};
use imajin_dfos::{PublicKey, SigningKey, Timestamp, Value};
use imajin_protocol::endpoints::Endpoints;
use imajin_protocol::entry::encode_body;
use imajin_protocol::proof::{EntryPosition, ProofPayload};
use imajin_protocol::{Head, Proof};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::entry::Will;

const URL: &str = "https://box.example";
const AT: &str = "2026-05-01T00:00:00.000Z";

/// An identity with one key.
struct Identity {
    did: Did,
    key: SigningKey,
    chain: Verified,
    log: Vec<String>,
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

impl Identity {
    fn new(seed: u8) -> Self {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let public = PublicKey::from(&key);
        let keys = Keys::single(Key::new(&public));
        let created = at("2026-01-01T00:00:00.000Z");
        let genesis = sign_create(keys, vec![], created, &public.key_id(), &key).unwrap();
        Self {
            did: Did::from_key(public.as_bytes()),
            key,
            chain: genesis.verified,
            log: vec![genesis.token],
        }
    }

    fn kid(&self) -> Kid {
        let key_id = PublicKey::from(&self.key).key_id();
        Kid::new(self.did.clone(), key_id).unwrap()
    }

    fn push(&mut self, signed: imajin_dfos::identity::Signed) {
        self.chain = signed.verified;
        self.log.push(signed.token);
    }

    /// Signs the next operation: these keys and services.
    fn update(&mut self, keys: Keys, services: Vec<Service>) {
        let when = at("2026-06-01T00:00:00.000Z");
        let kid = self.kid();
        let signed = sign_update(&self.chain, keys, services, when, kid.key_id(), &self.key);
        self.push(signed.unwrap());
    }
}

/// Maya's log of one entry, at home at a node.
struct World {
    maya: Identity,
    node: Identity,
    entry: Sealed,
    home: Home,
}

/// A change of an entry before it is signed.
type Change = dyn Fn(&mut Header, &mut ProofPart);

impl World {
    fn new() -> Self {
        Self::changed(&|_, _| {})
    }

    fn changed(change: &Change) -> Self {
        let (maya, node) = (Identity::new(1), Identity::new(2));
        let home = Home { node: node.did.clone(), url: URL.into(), epoch: 1 };
        let body = Value::map([
            ("token", Value::from(maya.log[0].as_str())),
            ("home", home_value(&home)),
            ("scope", Value::from("actor")),
            ("salt", Value::Bytes(vec![0; 16])),
        ]);
        let entry = sign_entry(&maya, (ops::IDENTITY_CREATE, None), &home, &body, change);
        Self { maya, node, entry, home }
    }

    /// The next home, in a second entry.
    fn moved(mut self, change: &Change) -> Self {
        self.home.epoch = 2;
        let body = Value::map([
            ("node", Value::from(self.home.node.as_str())),
            ("url", Value::from(&*self.home.url)),
            ("epoch", Value::from(2_i64)),
            ("salt", Value::Bytes(vec![0; 16])),
        ]);
        let before = Some(EntryPosition { seq: 0, cid: self.entry.cid });
        self.entry = sign_entry(&self.maya, (ops::HOME, before), &self.home, &body, change);
        self
    }

    fn head(&self, change: impl Fn(&mut HeadPayload)) -> String {
        let mut payload = head_payload(&self.entry.header, self.entry.cid, &self.home);
        change(&mut payload);
        let head = Head::sign(&self.node.key, self.node.kid(), payload);
        head.unwrap().to_compact()
    }

    fn proof(&self) -> HomeProof {
        let body = self.entry.body_bytes.as_deref().unwrap();
        HomeProof {
            chain: self.maya.log.clone(),
            entry: ProvenEntry::new(&self.entry.header_bytes, body),
            head: self.head(|_| {}),
            node: HomeNode {
                did: self.node.did.to_string(),
                chain: self.node.log.clone(),
                url: URL.to_owned(),
            },
            card: None,
        }
    }

    fn verify(&self) -> Result<ProvenHome, HomeFault> {
        self.proof().verify(&self.maya.did)
    }
}

fn home_value(home: &Home) -> Value {
    Value::map([
        ("node", Value::from(home.node.as_str())),
        ("url", Value::from(&*home.url)),
        ("epoch", Value::from(home.epoch.cast_signed())),
    ])
}

fn sign_entry(
    maya: &Identity,
    (op, before): (&str, Option<EntryPosition>),
    home: &Home,
    body: &Value,
    change: &Change,
) -> Sealed {
    let bytes = encode_body(body).unwrap();
    let mut part = ProofPart {
        kid: maya.kid(),
        aud: home.node.clone(),
        to: vec![],
        seen: before,
        after: None,
        chain: Some(*maya.chain.head_cid()),
        iat: at(AT).as_millis() / 1_000,
        via: None,
        sig: [0; 64],
    };
    let mut header = Header {
        did: maya.did.clone(),
        seq: before.map_or(0, |before| before.seq + 1),
        prev: before.map(|before| before.cid),
        at: at(AT),
        op: op.to_owned(),
        reference: None,
        body: Some(dag_cbor_cid(&bytes)),
        fact: None,
        author: maya.did.clone(),
        will: Will::Custodial,
        via: None,
        cause: None,
        txn: None,
    };
    change(&mut header, &mut part);
    let payload = ProofPayload {
        aud: part.aud.clone(),
        did: header.did.clone(),
        service: header.service().to_owned(),
        op: header.op.clone(),
        reference: None,
        body: header.body,
        fact: None,
        to: vec![],
        seen: part.seen,
        after: None,
        chain: part.chain,
        iat: part.iat,
        via: None,
    };
    part.sig = Proof::sign(&maya.key, part.kid.clone(), payload).unwrap().signature;
    header.will = Will::Signed(Box::new(part));
    Sealed::seal(header, Some(bytes.into()))
}

#[track_caller]
fn check_fault(result: Result<ProvenHome, HomeFault>, names: &str) {
    let fault = result.unwrap_err().to_string();
    assert!(fault.starts_with(names), "{fault:?} does not name {names}");
}

#[test]
fn a_first_home_and_the_next_one_are_proven() {
    let first = World::new().verify().unwrap();
    assert_eq!((first.home.epoch, first.position), (1, 0));
    assert_eq!(&*first.home.url, URL);
    let next = World::new().moved(&|_, _| {}).verify().unwrap();
    assert_eq!((next.home.epoch, next.position), (2, 0));
}

#[test]
fn a_home_stays_proven_when_the_owners_keys_change() {
    let mut world = World::new();
    let fresh = PublicKey::from(&SigningKey::from_bytes(&[9; 32]));
    world.maya.update(Keys::single(Key::new(&fresh)), Vec::new());
    let proven = world.verify().unwrap();
    assert_eq!((proven.position, proven.chain.operation_count()), (0, 2));
}

#[test]
fn the_address_is_the_one_that_the_node_signed_last() {
    let mut world = World::new();
    let endpoints = Endpoints {
        home: "https://new.example".to_owned(),
        node: world.node.did.clone(),
        relay: None,
    };
    let keys = world.node.chain.state().keys.clone();
    world.node.update(keys, endpoints.services().unwrap());
    check_fault(world.verify(), "url: ");
    let mut proof = world.proof();
    proof.node.url = "https://new.example".to_owned();
    let proven = proof.verify(&world.maya.did).unwrap();
    assert_eq!(&*proven.home.url, "https://new.example");
    // A chain that names another node's home says nothing of this node's address.
    let mut other = World::new();
    let keys = other.node.chain.state().keys.clone();
    let endpoints = Endpoints { node: other.maya.did.clone(), ..endpoints };
    other.node.update(keys, endpoints.services().unwrap());
    assert!(other.verify().is_ok());
}

#[test]
fn a_proof_of_somebody_else_or_of_a_deleted_identity_is_refused() {
    let mut world = World::new();
    check_fault(world.proof().verify(&world.node.did), "chain: ");
    let kid = world.maya.kid();
    let when = at("2026-06-01T00:00:00.000Z");
    let deleted = sign_delete(&world.maya.chain, when, kid.key_id(), &world.maya.key);
    world.maya.push(deleted.unwrap());
    check_fault(world.verify(), "chain: ");
}

#[test]
fn each_rule_of_the_entry_is_needed() {
    let other = Did::from_key(PublicKey::from(&SigningKey::from_bytes(&[7; 32])).as_bytes());
    let (to, author) = (other.clone(), other.clone());
    let cases: [(&str, Box<Change>); 5] = [
        ("key: ", Box::new(move |_, part| part.aud = to.clone())),
        ("entry: ", Box::new(move |header, _| header.author = author.clone())),
        ("entry: ", Box::new(|header, _| header.op = "auth.settings.update".to_owned())),
        ("key: ", Box::new(|_, part| part.iat += 301)),
        ("key: ", Box::new(|_, part| part.chain = None)),
    ];
    for (names, change) in cases {
        check_fault(World::changed(&*change).verify(), names);
    }
    let unseen: &Change = &|_, part| part.seen = None;
    check_fault(World::new().moved(unseen).verify(), "key: ");
    let unknown: &Change = &|_, part| part.chain = Some(dag_cbor_cid(b"x"));
    check_fault(World::changed(unknown).verify(), "key: ");
}

#[test]
fn a_key_that_controls_nothing_signs_no_home() {
    let mut world = World::new();
    let auth = SigningKey::from_bytes(&[5; 32]);
    let keys = Keys {
        auth: vec![Key::new(&PublicKey::from(&auth))],
        ..world.maya.chain.state().keys.clone()
    };
    world.maya.update(keys, Vec::new());
    world.maya.key = auth;
    check_fault(world.moved(&|_, _| {}).verify(), "key: ");
}

#[test]
fn a_head_covers_exactly_this_entry_by_a_key_of_the_node_in_force() {
    let world = World::new();
    let with_head = |head: String| HomeProof { head, ..world.proof() };
    let refused = |head, names| check_fault(with_head(head).verify(&world.maya.did), names);
    refused(world.head(|head| head.epoch = 2), "epoch: ");
    refused(world.head(|head| head.seq = 1), "head: ");
    refused(world.head(|head| head.cid = dag_cbor_cid(b"x")), "head: ");
    refused(world.head(|head| head.did = world.node.did.clone()), "head: ");
    refused(world.head(|head| head.at = at("2026-05-02T00:00:00.000Z")), "head: ");
    let payload = head_payload(&world.entry.header, world.entry.cid, &world.home);
    let of_maya = Head::sign(&world.maya.key, world.maya.kid(), payload.clone());
    refused(of_maya.unwrap().to_compact(), "head: ");
    let forged = Head::sign(&world.maya.key, world.node.kid(), payload);
    refused(forged.unwrap().to_compact(), "head: ");
    let mut replaced = World::new();
    let fresh = PublicKey::from(&SigningKey::from_bytes(&[9; 32]));
    let keys = Keys::single(Key::new(&fresh));
    replaced.node.update(keys, Vec::new());
    check_fault(replaced.verify(), "node: ");
    let mut other = world.proof();
    other.node.did = world.maya.did.to_string();
    check_fault(other.verify(&world.maya.did), "node: ");
    let mut empty = world.proof();
    empty.node.chain.clear();
    check_fault(empty.verify(&world.maya.did), "node: ");
}

/// The texts of a proof, each with the beginning of the fault that a change of it must have.
const MEMBERS: [(&str, &[&str]); 7] = [
    ("/chain/0", &["chain: "]),
    ("/entry/header", &["entry: ", "key: ", "head: "]),
    ("/entry/body", &["entry: "]),
    ("/head", &["head: ", "epoch: ", "node: "]),
    ("/node/did", &["node: "]),
    ("/node/chain/0", &["node: "]),
    ("/node/url", &["url: "]),
];

fn check_changed(json: Json, did: &Did, names: &[&str]) {
    let Ok(proof) = serde_json::from_value::<HomeProof>(json) else {
        return;
    };
    let fault = proof.verify(did).unwrap_err().to_string();
    let is_named = names.iter().any(|name| fault.starts_with(name));
    assert!(is_named, "{fault:?} is none of {names:?}");
}

#[test]
fn every_changed_character_is_refused_and_its_member_is_named() {
    let world = World::new();
    let whole = serde_json::to_value(world.proof()).unwrap();
    for (member, names) in MEMBERS {
        let text = whole.pointer(member).unwrap().as_str().unwrap();
        for place in 0..text.len() {
            let mut changed = text.as_bytes().to_vec();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let mut json = whole.clone();
            *json.pointer_mut(member).unwrap() = String::from_utf8(changed).unwrap().into();
            check_changed(json, &world.maya.did, names);
        }
    }
}

#[test]
fn every_member_is_needed_and_unknown_ones_change_nothing() {
    let world = World::new();
    let whole = serde_json::to_value(world.proof()).unwrap();
    for member in ["chain", "entry", "head", "node"] {
        let mut json = whole.clone();
        json.as_object_mut().unwrap().remove(member);
        assert!(serde_json::from_value::<HomeProof>(json).is_err());
    }
    let mut json = whole.clone();
    json["since"] = json!("2026-05-01");
    json["card"] = json!({ "name": "Maya", "handle": "maya", "picture": null, "colour": "red" });
    let proof: HomeProof = serde_json::from_value(json).unwrap();
    assert!(proof.verify(&world.maya.did).is_ok());
}

proptest! {
    /// Any text in the place of any member is refused, without a panic.
    #[test]
    fn any_other_text_is_refused(member in 0..MEMBERS.len(), text in ".{0,80}") {
        let world = World::new();
        let mut json = serde_json::to_value(world.proof()).unwrap();
        let (path, names) = MEMBERS[member];
        prop_assume!(json.pointer(path) != Some(&Json::from(text.as_str())));
        *json.pointer_mut(path).unwrap() = text.into();
        check_changed(json, &world.maya.did, names);
    }

    /// A byte of the entry itself, under its encoding.
    #[test]
    fn any_changed_byte_of_an_entry_is_refused(place in any::<prop::sample::Index>(), flip in 1..=255_u8, is_body in any::<bool>()) {
        let world = World::new();
        let body = world.entry.body_bytes.as_deref().unwrap();
        let mut parts = [world.entry.header_bytes.to_vec(), body.to_vec()];
        let bytes = &mut parts[usize::from(is_body)];
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        let proof = HomeProof { entry: ProvenEntry::new(&parts[0], &parts[1]), ..world.proof() };
        prop_assert!(proof.verify(&world.maya.did).is_err());
    }
}
