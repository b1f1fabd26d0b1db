//! Acts of people and homes in an honest history. A proof's `after` is read from the log itself, so that earlier
//! forgeries are what the next signer would see.

use imajin_dfos::cid::{dag_cbor_cid, raw_cid};
use imajin_dfos::identity::{Key, Keys, sign_update};
use imajin_dfos::{Cid, PublicKey, SigningKey, Value};
use imajin_log::entry::{Header, ProofPart, Sealed, Will, encode_body};
use imajin_protocol::proof::{EntryPosition, ProofPayload};
use imajin_protocol::{Did, IdText, Kid, Proof};

use crate::support::{Log, Make, Party, at, home_value};

/// A signer: the key, its name, and its author.
#[derive(Clone)]
pub struct Hand {
    pub key: SigningKey,
    pub kid: Kid,
    pub author: Did,
    pub chain: Option<Cid>,
    pub via: Option<Cid>,
    /// Signs in the older form, in which `via` is outside the proof.
    pub older: bool,
    pub aud: Did,
}

/// Returns the owner with the key in force.
pub fn owner(log: &Log) -> Hand {
    Hand {
        key: log.owner.key.clone(),
        kid: log.owner.kid(),
        author: log.owner.did.clone(),
        chain: Some(log.chain.cid),
        via: None,
        older: false,
        aud: log.node.did.clone(),
    }
}

/// Returns another person under their own name.
pub fn stranger(log: &Log, who: &Party) -> Hand {
    Hand {
        key: who.key.clone(),
        kid: who.kid(),
        author: who.did.clone(),
        chain: Some(who.genesis.cid),
        ..owner(log)
    }
}

/// Returns a bare key under a delegation.
pub fn delegate(log: &Log, seed: u8, via: Cid) -> Hand {
    let key = SigningKey::from_bytes(&[seed; 32]);
    let did = Did::from_key(&key.verifying_key().to_bytes());
    Hand { kid: Kid::of_bare_key(&did).unwrap(), key, chain: None, via: Some(via), ..owner(log) }
}

pub fn multikey(seed: u8) -> String {
    let key = SigningKey::from_bytes(&[seed; 32]);
    PublicKey::from_bytes(key.verifying_key().to_bytes()).to_multikey()
}

/// Returns the entry `seq` as a proof names it.
pub fn entry_position(log: &Log, seq: u64) -> Option<EntryPosition> {
    let cid = log.entries.get(usize::try_from(seq).unwrap())?.cid;
    Some(EntryPosition { seq, cid })
}

/// Returns the newest entry as a proof names it.
pub fn seen_last(log: &Log) -> Option<EntryPosition> {
    entry_position(log, log.seq().checked_sub(1)?)
}

/// Returns the payload CID of the last proof by `kid`.
pub fn after(log: &Log, kid: &Kid) -> Option<Cid> {
    let proofs = log.entries.iter().rev().filter_map(|e| e.header.proof());
    let last = proofs.into_iter().find(|proof| proof.kid == *kid)?;
    Some(raw_cid(last.payload.to_jcs().as_bytes()))
}

/// Makes a proof of `make` as the next entry.
pub fn prove(log: &Log, make: &Make, hand: &Hand, seen: Option<EntryPosition>) -> ProofPart {
    let body = make.body.as_ref().map(encode_body).map(Result::unwrap);
    let payload = ProofPayload {
        aud: hand.aud.clone(),
        did: log.owner.did.clone(),
        service: make.op.split('.').next().unwrap().into(),
        op: make.op.into(),
        reference: make.reference.as_deref().map(IdText::parse).map(Result::unwrap),
        body: body.as_deref().map(dag_cbor_cid),
        fact: make.fact.clone(),
        to: make.to.clone(),
        seen,
        after: after(log, &hand.kid),
        chain: hand.chain,
        iat: at(log.seq().cast_signed() + log.later).as_secs(),
        via: hand.via.filter(|_| !hand.older),
    };
    ProofPart::from_proof(&Proof::sign(&hand.key, hand.kid.clone(), payload).unwrap())
}

/// Enters an entry by a signer who has seen the entry `seen`.
pub fn enter(log: &mut Log, make: Make, hand: &Hand, seen: Option<EntryPosition>) -> Cid {
    enter_in(log, make, hand, seen, None)
}

pub fn enter_in(
    log: &mut Log,
    make: Make,
    hand: &Hand,
    seen: Option<EntryPosition>,
    txn: Option<Cid>,
) -> Cid {
    let will = Will::Signed(Box::new(prove(log, &make, hand, seen)));
    log.push(make, hand.author.clone(), will, hand.via, None, txn)
}

/// Enters an entry by the owner, who has seen the newest one.
pub fn will(log: &mut Log, make: Make) -> Cid {
    let hand = owner(log);
    will_by(log, make, &hand)
}

/// Enters an entry by another signer, who has seen the newest one.
pub fn will_by(log: &mut Log, make: Make, hand: &Hand) -> Cid {
    let seen = seen_last(log);
    enter(log, make, hand, seen)
}

/// Enters an entry by the owner, who has seen nothing since the first one: only `after` ties it to the others.
pub fn will_blind(log: &mut Log, make: Make) -> Cid {
    let hand = owner(log);
    let seen = entry_position(log, 0);
    enter(log, make, &hand, seen)
}

/// Makes a profile.
pub fn update(name: &str) -> Make {
    Make::op("profile.update").body(vec![("displayName", name.into())])
}

pub fn claim(handle: &str) -> Make {
    Make::op("profile.handle.claim").body(vec![("handle", handle.into())])
}

/// Makes a log that begins with its owner's chain.
pub fn begin(owner_of: &Party, node: &Party) -> Log {
    let mut log = Log::empty(owner_of, node);
    let creation = creation(&log);
    will(&mut log, creation);
    log
}

/// Makes the first entry of a person with a chain.
pub fn creation(log: &Log) -> Make {
    Make::op("auth.identity.create").body(vec![
        ("token", log.owner.genesis.token.as_str().into()),
        ("home", home_value(&log.node, log.epoch)),
        ("scope", "actor".into()),
    ])
}

pub fn begin_bare(owner_of: &Party, node: &Party) -> Log {
    let mut log = Log::empty(owner_of, node);
    let public = PublicKey::from_bytes(owner_of.key.verifying_key().to_bytes());
    log.custodial(Make::op("auth.identity.register").body(vec![
        ("key", public.to_multikey().into()),
        ("home", home_value(node, 1)),
        ("scope", "actor".into()),
    ]));
    log
}

/// Makes Ann's log: signed (1, 3, 5, 6) and custodial (2, 4) entries, and a head. Her proofs have seen entry 0 only.
pub fn diary() -> Log {
    let mut log = begin(&Party::new(1), &Party::new(3));
    will_blind(&mut log, update("Ann"));
    log.custodial(claim("ann"));
    will_blind(&mut log, update("Ann of the hill"));
    log.custodial(update("asked for"));
    will_blind(&mut log, update("five"));
    will_blind(&mut log, update("six"));
    log.head();
    log
}

pub fn delegation(seed: u8, scope: &[&str], until: i64, uses: Option<i64>) -> Make {
    let scope = scope.iter().map(|item| Value::from(*item)).collect();
    let mut members = vec![
        ("key", multikey(seed).into()),
        ("scope", Value::List(scope)),
        ("until", at(until).to_string().into()),
    ];
    members.extend(uses.map(|uses| ("uses", Value::Int(uses))));
    Make::op("auth.delegation.create").body(members)
}

/// Takes the next proof-bearing step of a move, a rotation or an erasure with the owner's own key.
pub fn erasure(log: &Log, seqs: &[u64]) -> Make {
    let body = |seq: &u64| log.entries[usize::try_from(*seq).unwrap()].header.body;
    let links = seqs.iter().filter_map(body).map(Value::Link).collect();
    Make::op("auth.body.erased").body(vec![("bodies", Value::List(links))])
}

/// Erases bodies, and removes their bytes.
pub fn erase(log: &mut Log, seqs: &[u64]) -> Cid {
    let make = erasure(log, seqs);
    let cid = will(log, make);
    forget(log, seqs);
    cid
}

/// Removes the bytes of these bodies from every entry.
pub fn forget(log: &mut Log, seqs: &[u64]) {
    let body = |seq: &u64| log.entries[usize::try_from(*seq).unwrap()].header.body;
    let gone: Vec<Cid> = seqs.iter().filter_map(body).collect();
    let names = |entry: &&Sealed| entry.header.body.is_some_and(|body| gone.contains(&body));
    // A body entered again after the erasure is new.
    let last = log.seq() - 1;
    let entry_seqs = log.entries.iter().filter(names).map(|e| e.header.seq);
    let seqs: Vec<u64> = entry_seqs.filter(|seq| *seq < last).collect();
    for seq in seqs {
        log.bodies.remove(&seq);
    }
}

/// Makes the entry that moves to another home.
pub fn moving(node: &Party, epoch: u64) -> Make {
    let Value::Map(home) = home_value(node, epoch) else { unreachable!() };
    let members = home.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
    Make::op("auth.home").body(members)
}

pub fn move_to(log: &mut Log, node: &Party) -> Cid {
    log.head();
    log.epoch += 1;
    log.node = node.clone();
    if node.did != log.owner.did {
        log.chains.insert(node.did.to_string(), vec![node.genesis.token.clone()]);
    }
    let make = moving(node, log.epoch);
    will(log, make)
}

/// Replaces the owner's keys by those of another seed; `token` is signed with the old one.
pub fn rotate(log: &mut Log, seed: u8) -> Cid {
    let next = Party::new(seed);
    let public = PublicKey::from_bytes(next.key.verifying_key().to_bytes());
    let signed = sign_update(
        &log.chain.verified,
        Keys::single(Key::new(&public)),
        Vec::new(),
        at(log.seq().cast_signed()),
        &log.owner.key_id,
        &log.owner.key,
    )
    .unwrap();
    let token = Value::from(signed.token.as_str());
    let cid = will(log, Make::op("auth.identity.update").body(vec![("token", token)]));
    log.chain = signed;
    (log.owner.key, log.owner.key_id) = (next.key, next.key_id);
    cid
}

pub fn opening(did: &Did, op: &str, body: Option<Cid>, salt: u64) -> Vec<u8> {
    imajin_dfos::cbor::encode(&Value::map([
        ("did", did.as_str().into()),
        ("service", op.split('.').next().unwrap().into()),
        ("op", op.into()),
        ("body", body.map_or(Value::Null, Value::Link)),
        ("salt", Value::Bytes([salt.to_be_bytes(); 2].concat())),
    ]))
}

pub fn list_of(openings: &[Vec<u8>]) -> Vec<u8> {
    let links = openings.iter().map(|bytes| Value::Link(dag_cbor_cid(bytes)));
    imajin_dfos::cbor::encode(&Value::List(links.collect()))
}

/// An operation over several logs: the parts that each of them gets.
#[derive(Clone)]
pub struct Operation {
    pub txn: Cid,
    pub list: Vec<u8>,
    pub openings: Vec<Vec<u8>>,
    pub intent: Sealed,
    pub author: Party,
    pub chain: Vec<String>,
    /// The body of the intent, where others may see it.
    pub body: Option<Vec<u8>>,
    /// The delegation entry that the intent came under, with its body.
    pub delegation: Option<(Sealed, Vec<u8>)>,
}

/// Follows (or unfollows, or requests it with a session). Enters it in the follower's log, and returns the parts for
/// the others.
pub fn follow(log: &mut Log, others: &[Did], op: &'static str, signed: bool) -> Operation {
    let hand = signed.then(|| owner(log));
    follow_by(log, others, op, hand.as_ref())
}

/// Follows as a signer, or with a session.
pub fn follow_by(
    log: &mut Log,
    others: &[Did],
    op: &'static str,
    hand: Option<&Hand>,
) -> Operation {
    let derived = derived_op(op);
    // Each operation has different openings.
    let salt = log.seq() * 100;
    let own = opening(&log.owner.did, op, None, salt);
    let theirs = (salt + 1..).zip(others).map(|(n, did)| opening(did, derived, None, n));
    let openings: Vec<Vec<u8>> = std::iter::once(own).chain(theirs).collect();
    let txn = dag_cbor_cid(&list_of(&openings));
    let ids: Vec<String> = others.iter().map(Did::to_string).collect();
    let make = Make::op(op).fact_ids("dids", &ids);
    if let Some(hand) = hand {
        let seen = seen_last(log);
        enter_in(log, make.to(others), hand, seen, Some(txn));
    } else {
        let (did, session) = (log.owner.did.clone(), Some(raw_cid(b"session")));
        log.push(make, did, Will::Custodial, session, None, Some(txn));
    }
    let delegation = hand.and_then(|hand| delegation_of(log, hand));
    Operation { delegation, ..operation(log, openings, None) }
}

/// Returns the operation that a log's newest entry began without a delegation, and stores the log's own evidence of it.
pub fn operation(log: &mut Log, openings: Vec<Vec<u8>>, body: Option<Vec<u8>>) -> Operation {
    let list = list_of(&openings);
    let txn = dag_cbor_cid(&list);
    log.txns.insert(txn.to_bytes(), list.clone());
    open(log, &openings[0]);
    Operation {
        txn,
        list,
        openings,
        intent: log.entries.last().unwrap().clone(),
        author: log.owner.clone(),
        chain: tokens(log),
        body,
        delegation: None,
    }
}

fn delegation_of(log: &Log, hand: &Hand) -> Option<(Sealed, Vec<u8>)> {
    let entry = log.entries.iter().find(|e| Some(e.cid) == hand.via)?;
    Some((entry.clone(), log.bodies.get(&entry.header.seq)?.clone()))
}

/// Makes a log with an operation that the node in the middle claims for its owner: the operation continues in the
/// node's own log.
pub fn begin_claimed(owner_of: &Party, node: &Party) -> (Log, Operation) {
    let mut log = Log::empty(owner_of, node);
    let make = creation(&log).to(std::slice::from_ref(&node.did));
    let body = encode_body(make.body.as_ref().unwrap()).unwrap();
    let openings = vec![
        opening(&owner_of.did, make.op, Some(dag_cbor_cid(&body)), 1),
        opening(&node.did, "auth.node.claim", None, 2),
    ];
    let txn = dag_cbor_cid(&list_of(&openings));
    let hand = owner(&log);
    enter_in(&mut log, make, &hand, None, Some(txn));
    let operation = operation(&mut log, openings, Some(body));
    (log, operation)
}

/// Returns the consequence of `op` in another log.
pub fn derived_op(op: &str) -> &'static str {
    match op {
        "profile.follow" => "profile.follower",
        _ => "profile.follower.end",
    }
}

pub fn tokens(log: &Log) -> Vec<String> {
    let bodies = log.entries.iter().filter_map(|entry| {
        let body = log.bodies.get(&entry.header.seq)?;
        let identity = entry.header.op.starts_with("auth.identity.");
        identity.then(|| imajin_log::entry::decode_body(body).unwrap())
    });
    bodies.filter_map(|body| body.get_str("token").map(str::to_owned)).collect()
}

/// Adds an opening that this log's owner may see.
pub fn open(log: &mut Log, opening: &[u8]) {
    log.openings.insert(dag_cbor_cid(opening).to_bytes(), opening.to_vec());
}

/// Puts a second header round an intent, with another `txn`, as a home can.
pub fn entered_again(operation: &Operation, edit: impl FnOnce(&mut Header)) -> Operation {
    let reopened = |(salt, bytes): (u64, &Vec<u8>)| {
        let value = imajin_dfos::cbor::decode(bytes).unwrap();
        let did = Did::parse(value.get_str("did").unwrap()).unwrap();
        let body = value.get("body").and_then(Value::as_link).copied();
        opening(&did, value.get_str("op").unwrap(), body, salt)
    };
    let openings: Vec<Vec<u8>> = (9_000..).zip(&operation.openings).map(reopened).collect();
    let list = list_of(&openings);
    let mut header = Header::clone(&operation.intent.header);
    header.txn = Some(dag_cbor_cid(&list));
    edit(&mut header);
    Operation {
        txn: dag_cbor_cid(&list),
        list,
        openings,
        intent: Sealed::seal(header, None),
        ..operation.clone()
    }
}

/// Adds the evidence that a home needs for an entry that another log set off.
pub fn take_evidence(log: &mut Log, operation: &Operation) {
    log.txns.insert(operation.txn.to_bytes(), operation.list.clone());
    open(log, &operation.openings[0]);
    let intent = &operation.intent;
    let row = (intent.header_bytes.to_vec(), operation.body.clone());
    log.causes.insert(intent.cid.to_bytes(), row);
    if let Some((entry, body)) = &operation.delegation {
        let row = (entry.header_bytes.to_vec(), Some(body.clone()));
        log.causes.insert(entry.cid.to_bytes(), row);
    }
    if operation.author.did != log.owner.did && !operation.chain.is_empty() {
        log.chains.insert(operation.author.did.to_string(), operation.chain.clone());
    }
}

/// Adds the consequence in another's log.
pub fn be_followed(log: &mut Log, operation: &Operation) -> Cid {
    take_evidence(log, operation);
    let op = derived_op(&operation.intent.header.op);
    open_own(log, operation);
    derive(log, operation, Make::op(op).reference(&operation.author.did))
}

/// Adds the opening of this log's own entry.
pub fn open_own(log: &mut Log, operation: &Operation) {
    let own = operation
        .openings
        .iter()
        .find(|bytes| opening_did(bytes) == log.owner.did.as_str())
        .cloned();
    if let Some(own) = own {
        open(log, &own);
    }
}

/// Adds any derived entry.
pub fn derive(log: &mut Log, operation: &Operation, make: Make) -> Cid {
    let author = operation.author.did.clone();
    let (cause, txn) = (operation.intent.cid, operation.txn);
    log.push(make, author, Will::Derived, None, Some(cause), Some(txn))
}

/// Returns the DID of the log that an opening is for.
pub fn opening_did(bytes: &[u8]) -> String {
    let value = imajin_dfos::cbor::decode(bytes).unwrap();
    value.get_str("did").unwrap().to_owned()
}

/// Returns the header of an entry, to be changed.
pub fn header(log: &Log, seq: u64) -> Header {
    Header::clone(&log.entries[usize::try_from(seq).unwrap()].header)
}
