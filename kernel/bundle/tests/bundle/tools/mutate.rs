//! One change to a finished log, anywhere: as a broken disk, a stranger or a home might make it. Some leave the log
//! valid; both verifiers must say the same of every one.

use std::collections::BTreeMap;

use imajin_dfos::cid::{dag_cbor_cid, raw_cid};
use imajin_dfos::{Cid, Value, cbor};
use imajin_protocol::{Head, HeadPayload};
use proptest::prelude::*;

use crate::support::{Log, Party, at};

/// A random change: its sort, and three numbers that choose within it.
#[derive(Debug, Clone, Copy)]
pub struct Mutation {
    pub kind: u8,
    pub a: u16,
    pub b: u16,
    pub c: u16,
}

pub fn mutations() -> impl Strategy<Value = Mutation> {
    (0u8..18, any::<u16>(), any::<u16>(), any::<u16>()).prop_map(|(kind, a, b, c)| Mutation {
        kind,
        a,
        b,
        c,
    })
}

/// A log whose headers may be malformed: bytes only.
pub struct Changed {
    pub log: Log,
    /// Returns whether the log can no longer be valid.
    pub broken: bool,
    pub what: String,
}

fn pick(n: u16, of: usize) -> Option<usize> {
    (of > 0).then(|| usize::from(n) % of)
}

fn decoded(bytes: &[u8]) -> BTreeMap<String, Value> {
    match cbor::decode(bytes) {
        Ok(Value::Map(map)) => map,
        other => panic!("no map: {other:?}"),
    }
}

const FIELDS: [&str; 16] = [
    "v", "did", "seq", "prev", "at", "service", "op", "ref", "body", "fact", "author", "will",
    "via", "cause", "txn", "proof",
];
const PROOF: [&str; 9] = ["kid", "aud", "to", "seen", "after", "chain", "iat", "sig", "via"];

fn text(text: impl ToString) -> Option<Value> {
    Some(Value::Text(text.to_string()))
}

fn single_map(name: &str, value: Value) -> Option<Value> {
    Some(Value::map([(name, value)]))
}

/// Returns the replacements for a field: first plausible ones, then impossible ones.
fn values(field: &str, log: &Log) -> Vec<Option<Value>> {
    let dids: Vec<Value> = [1, 2, 5, 3, 51, 77]
        .iter()
        .map(|seed| Value::from(Party::new(*seed).did.as_str()))
        .collect();
    let entries = log.entries.iter().map(|e| Some(Value::Link(e.cid)));
    let bodies = log.entries.iter().filter_map(|e| Some(Some(Value::Link(e.header.body?))));
    let ints = [-1, 0, 1, 2, 7, 1 << 60].map(|n| Some(Value::Int(n)));
    let texts = |all: &[&str]| -> Vec<Option<Value>> { all.iter().map(text).collect() };
    let mut fitting: Vec<Option<Value>> = match field {
        "did" | "author" | "aud" => dids.iter().cloned().map(Some).collect(),
        "seq" | "iat" | "v" => {
            let near = [0, 1, 2, 299, 301].map(|n| Some(Value::Int(at(n).as_secs())));
            ints.iter().cloned().chain(near).collect()
        }
        "at" => [-1, 0, 1, 5, 400]
            .map(|n| text(at(n)))
            .into_iter()
            .chain([text("2026-01-01T00:00:00Z"), text("2026-02-30T00:00:00.000Z")])
            .collect(),
        "prev" | "cause" | "via" | "chain" => entries.collect(),
        "body" => bodies.collect(),
        "txn" => log
            .txns
            .keys()
            .map(|cid| Some(Value::Link(imajin_dfos::cid::from_bytes(cid).unwrap())))
            .collect(),
        "service" => texts(&["profile", "auth", "weather", "Profile", ""]),
        "op" => {
            let ops = "profile.update profile.handle.claim profile.handle.release profile.follow \
                profile.follower profile.follower.end auth.home auth.delete auth.body.erased \
                auth.delegation.end auth.settings.update auth.side.adopt auth.identity.register \
                auth.identity.create auth.identity.update auth.node.claim weather.report profile. \
                profile..x weather auth.more";
            texts(&ops.split(' ').collect::<Vec<_>>())
        }
        "ref" => {
            let cids = log.entries.iter().map(|e| text(e.cid));
            let who = dids.iter().cloned().map(Some);
            cids.chain(who).chain(texts(&["auth.body.erased", "with space", ""])).collect()
        }
        "will" => texts(&["signed", "custodial", "derived", "node", "own"]),
        "fact" => vec![
            single_map("dids", Value::List(dids[..2].to_vec())),
            single_map(
                "dids",
                Value::List(vec!["did:dfos:2346789acdefhknrtvz2346789acdef".into()]),
            ),
            single_map("dids", Value::List(vec![Value::Int(1)])),
            single_map("dids", Value::List(Vec::new())),
            single_map("require_signed", Value::Int(1)),
            single_map("require_signed", Value::Int(2)),
            single_map("require_signed", Value::Bool(true)),
            single_map("media", Value::List(vec![raw_cid(b"x").to_string().into()])),
            single_map("media", Value::List(vec![dag_cbor_cid(b"x").to_string().into()])),
            single_map("media", Value::Int(1)),
            single_map("n", Value::Int(3)),
            single_map("N", Value::Int(3)),
            single_map("text", "two words".into()),
        ],
        "to" => vec![
            Some(Value::List(dids[..1].to_vec())),
            Some(Value::List(dids[..3].to_vec())),
            Some(Value::List(vec![dids[0].clone(), dids[0].clone()])),
        ],
        "kid" => {
            [1, 2, 3, 30, 77, 101].map(|seed| text(Party::new(seed).kid())).into_iter().collect()
        }
        "seen" => log
            .entries
            .iter()
            .map(|e| {
                let seq = Value::Int(e.header.seq.cast_signed());
                Some(Value::map([("seq", seq), ("cid", Value::Link(e.cid))]))
            })
            .collect(),
        "after" => log
            .entries
            .iter()
            .filter_map(|e| {
                let proof = e.header.proof()?;
                Some(Some(Value::Link(raw_cid(proof.payload.to_jcs().as_bytes()))))
            })
            .collect(),
        "sig" => vec![Some(Value::Bytes(vec![0; 64])), Some(Value::Bytes(vec![7; 63]))],
        _ => Vec::new(),
    };
    fitting.extend([
        None,
        None,
        Some(Value::Null),
        Some(Value::Bool(true)),
        Some(Value::Int(1)),
        text("text"),
        Some(Value::Bytes(vec![1; 16])),
        Some(Value::List(Vec::new())),
        Some(Value::map::<&str>([])),
        Some(Value::Link(raw_cid(b"elsewhere"))),
        Some(Value::Link(dag_cbor_cid(b"elsewhere"))),
    ]);
    fitting
}

fn replaced(map: &mut BTreeMap<String, Value>, field: &str, n: u16, log: &Log) -> bool {
    replaced_like(map, field, field, n, log)
}

/// Replaces a member by what might be in the field `like`; says whether that changes anything.
fn replaced_like(
    map: &mut BTreeMap<String, Value>,
    field: &str,
    like: &str,
    n: u16,
    log: &Log,
) -> bool {
    let values = values(like, log);
    let before = map.clone();
    // Draws the earlier values, which fit, twice as often.
    let at = usize::from(n) % (2 * values.len());
    match values[if at < values.len() { at } else { (at - values.len()) / 2 }].clone() {
        Some(value) => drop(map.insert(field.to_owned(), value)),
        None => drop(map.remove(field)),
    }
    *map != before
}

/// Puts header bytes in place of an entry's.
fn put(log: &mut Log, at: usize, bytes: Vec<u8>) {
    let entry = &mut log.entries[at];
    entry.cid = dag_cbor_cid(&bytes);
    entry.header_bytes = bytes.into();
}

/// Links everything from `from` on again, as the home can, and signs a head for it.
fn relink(log: &mut Log, from: usize) {
    let mut moved: BTreeMap<Cid, Cid> = BTreeMap::new();
    for at in from..log.entries.len() {
        let Ok(Value::Map(mut map)) = cbor::decode(&log.entries[at].header_bytes) else {
            continue;
        };
        if at > from {
            map.insert("prev".into(), Value::Link(log.entries[at - 1].cid));
        }
        if let Some(Value::Link(cause)) = map.get_mut("cause") {
            *cause = moved.get(cause).copied().unwrap_or(*cause);
        }
        let was = dag_cbor_cid(&log.entries[at].header.encode());
        put(log, at, cbor::encode(&Value::Map(map)));
        moved.insert(was, log.entries[at].cid);
    }
    let key = (log.epoch, log.node.did.to_string());
    if log.heads.contains_key(&key) {
        log.head();
    }
}

/// Numbers and links all entries again.
fn renumber(log: &mut Log, bodies: Vec<Option<Vec<u8>>>) {
    log.bodies.clear();
    for (seq, body) in bodies.into_iter().enumerate() {
        let mut map = decoded(&log.entries[seq].header_bytes);
        map.insert("seq".into(), Value::Int(seq as i64));
        map.insert("at".into(), Value::Text(at(seq as i64).to_string()));
        if seq == 0 {
            map.remove("prev");
        }
        let bytes = cbor::encode(&Value::Map(map));
        let mut header = imajin_log::Header::clone(&log.entries[seq].header);
        header.seq = seq as u64;
        header.at = at(seq as i64);
        log.entries[seq].header = header.into();
        put(log, seq, bytes);
        log.bodies.extend(body.map(|body| (seq as u64, body)));
    }
    relink(log, 0);
}

fn flip(bytes: &mut [u8], at: u16, bit: u16) {
    let len = bytes.len();
    bytes[usize::from(at) % len] ^= 1 << (bit % 8);
}

impl Mutation {
    /// Returns the changed log; `None` if it has nothing of that sort to change.
    pub fn apply(self, log: &Log) -> Option<Changed> {
        let mut out = log.clone();
        let (broken, what) = match self.kind {
            0..=5 => self.header(&mut out)?,
            6..=8 => self.body(&mut out)?,
            9 | 10 => self.order(&mut out)?,
            11 | 12 => self.heads(&mut out)?,
            13 => self.chains(&mut out)?,
            14 | 15 => self.mutate_tables(&mut out)?,
            16 => self.cause(&mut out)?,
            _ => self.openings(&mut out)?,
        };
        Some(Changed { log: out, broken, what })
    }

    /// Changes a field of a header or its proof, or a byte; with everything linked again or not.
    fn header(self, log: &mut Log) -> Option<(bool, String)> {
        let at = pick(self.a, log.entries.len())?;
        let original = log.clone();
        let mut map = decoded(&log.entries[at].header_bytes);
        let field = match self.kind {
            0 | 1 => {
                let field = FIELDS[usize::from(self.b) % 15];
                replaced(&mut map, field, self.c, &original).then_some(field)?
            }
            2 | 3 => {
                let field = PROOF[usize::from(self.b) % PROOF.len()];
                let Some(Value::Map(proof)) = map.get_mut("proof") else {
                    return None;
                };
                replaced(proof, field, self.c, &original).then_some(field)?
            }
            4 => {
                map.remove(FIELDS[usize::from(self.b) % 16])?;
                "removed"
            }
            _ => {
                let mut bytes = log.entries[at].header_bytes.to_vec();
                flip(&mut bytes, self.b, self.c);
                put(log, at, bytes);
                let held = at + 1 < log.entries.len();
                return Some((held, format!("a bit of header {at}")));
            }
        };
        put(log, at, cbor::encode(&Value::Map(map)));
        let linked = self.kind % 2 == 1;
        if linked {
            relink(log, at);
        }
        // The last entry's header is protected only by its own proof and a head.
        let held = at + 1 < log.entries.len();
        Some((!linked && held, format!("{field} of header {at}, linked {linked}")))
    }

    /// Changes a body: a bit, a member with its link following, or all of it.
    fn body(self, log: &mut Log) -> Option<(bool, String)> {
        let seqs: Vec<u64> = log.bodies.keys().copied().collect();
        let seq = seqs[pick(self.a, seqs.len())?];
        let at = usize::try_from(seq).unwrap();
        if self.kind == 6 {
            flip(log.bodies.get_mut(&seq)?, self.b, self.c);
            return Some((true, format!("a bit of body {seq}")));
        }
        if self.kind == 7 && self.c.is_multiple_of(4) {
            log.bodies.remove(&seq);
            return Some((true, format!("body {seq} gone")));
        }
        if self.kind == 7 && self.c % 4 == 1 {
            let body = log.bodies[&seq].clone();
            let other = pick(self.b, log.entries.len())? as u64;
            let added = log.bodies.insert(other, body.clone()) != Some(body);
            return added.then(|| (true, format!("body {seq} at {other} too")));
        }
        let original = log.clone();
        let mut body = decoded(&log.bodies[&seq]);
        let names: Vec<String> = body.keys().cloned().collect();
        let name = names[pick(self.b, names.len())?].clone();
        let field =
            ["did", "seq", "ref", "body", "to", "kid", "at", "fact"][usize::from(self.c) % 8];
        if name == "home" && self.c.is_multiple_of(2) {
            let Some(Value::Map(home)) = body.get_mut("home") else {
                return None;
            };
            let (member, like) =
                [("node", "did"), ("epoch", "seq"), ("url", "ref")][usize::from(self.c / 2) % 3];
            replaced_like(home, member, like, self.c / 7, &original);
        } else {
            replaced_like(&mut body, &name, field, self.c / 8, &original);
        }
        let bytes = cbor::encode(&Value::Map(body));
        let mut map = decoded(&log.entries[at].header_bytes);
        map.insert("body".into(), Value::Link(dag_cbor_cid(&bytes)));
        log.bodies.insert(seq, bytes);
        put(log, at, cbor::encode(&Value::Map(map)));
        relink(log, at);
        Some((false, format!("{name} of body {seq}, linked")))
    }

    /// Drops, swaps or repeats entries.
    fn order(self, log: &mut Log) -> Option<(bool, String)> {
        let at = pick(self.a, log.entries.len())?;
        let mut bodies: Vec<_> = (0..log.seq()).map(|seq| log.bodies.get(&seq).cloned()).collect();
        if self.kind == 9 {
            log.entries.remove(at);
            if self.b.is_multiple_of(2) {
                log.bodies.remove(&(at as u64));
            }
            return Some((at < log.entries.len(), format!("entry {at} gone")));
        }
        match self.b % 3 {
            0 => {
                log.entries.remove(at);
                bodies.remove(at);
            }
            1 => {
                let other = pick(self.c, log.entries.len())?;
                log.entries.swap(at, other);
                bodies.swap(at, other);
            }
            _ => {
                let other = pick(self.c, log.entries.len())?;
                log.entries.insert(other, log.entries[at].clone());
                bodies.insert(other, bodies[at].clone());
            }
        }
        if log.entries.is_empty() {
            return None;
        }
        renumber(log, bodies);
        Some((false, format!("order {} of {at} and {}", self.b % 3, self.c)))
    }

    /// Removes a head, or replaces its place, its entry or its signer.
    fn heads(self, log: &mut Log) -> Option<(bool, String)> {
        let keys: Vec<_> = log.heads.keys().cloned().collect();
        let entry = &log.entries[pick(self.c, log.entries.len())?];
        let parties = [Party::new(3), Party::new(51), Party::new(77), log.owner.clone()];
        let by = &parties[usize::from(self.a / 16) % 4];
        let mut payload = HeadPayload {
            at: entry.header.at,
            cid: entry.cid,
            did: log.owner.did.clone(),
            epoch: u64::from(self.b % 3) + 1,
            seq: entry.header.seq,
        };
        if self.a % 16 < 8 {
            let key = keys[pick(self.b, keys.len())?].clone();
            let jws = log.heads.remove(&key)?;
            match self.a % 8 {
                0 => {}
                1 => drop(log.heads.insert((key.0 + 1, key.1), jws)),
                2 => drop(log.heads.insert((key.0, by.did.to_string()), jws)),
                3 | 4 => {
                    let mut bytes = jws.into_bytes();
                    let at = usize::from(self.c) % bytes.len();
                    bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
                    log.heads.insert(key, String::from_utf8(bytes).unwrap());
                }
                5 => drop(log.heads.insert(key, "text".into())),
                _ => {
                    // An older head by the same home, or one of an entry at which it was never home.
                    payload.epoch = key.0;
                    let node = (50u8..60).map(Party::new).chain([Party::new(3)]);
                    let node = node.into_iter().find(|p| p.did.as_str() == key.1)?;
                    let head = Head::sign(&node.key, node.kid(), payload).unwrap();
                    log.heads.insert(key, head.to_compact());
                }
            }
            return Some((false, format!("head {}", self.a % 8)));
        }
        match self.a % 8 {
            0 => payload.seq += 1000,
            1 => payload.cid = dag_cbor_cid(b"elsewhere"),
            2 => payload.at = at(-5),
            3 => payload.did = Party::new(77).did,
            _ => {}
        }
        let key = (payload.epoch, by.did.to_string());
        let head = Head::sign(&by.key, by.kid(), payload).unwrap();
        log.heads.insert(key, head.to_compact());
        Some((false, format!("another head {}", self.a % 8)))
    }

    /// Changes rows of identity chains.
    fn chains(self, log: &mut Log) -> Option<(bool, String)> {
        let dids: Vec<String> = log.chains.keys().cloned().collect();
        let did = dids[pick(self.a, dids.len())?].clone();
        let tokens = log.chains.get_mut(&did)?;
        match self.b % 7 {
            0 => drop(log.chains.remove(&did)),
            1 => drop(tokens.pop()),
            2 => drop(tokens.remove(0)),
            3 => tokens.push(tokens[0].clone()),
            4 => {
                let at = usize::from(self.c) % tokens.len();
                let mut bytes = tokens[at].clone().into_bytes();
                let byte = usize::from(self.a) % bytes.len();
                bytes[byte] = if bytes[byte] == b'A' { b'B' } else { b'A' };
                tokens[at] = String::from_utf8(bytes).unwrap();
            }
            5 => {
                let other = Party::new(77);
                log.chains.insert(other.did.to_string(), vec![other.genesis.token]);
            }
            _ => {
                let own = log.owner.clone();
                log.chains.insert(own.did.to_string(), vec![own.genesis.token]);
            }
        }
        log.chains.retain(|_, tokens| !tokens.is_empty());
        Some((false, format!("chain {}", self.b % 7)))
    }

    /// Changes rows of `causes`, `txns` and `openings`.
    fn mutate_tables(self, log: &mut Log) -> Option<(bool, String)> {
        if self.a.is_multiple_of(4) {
            let keys: Vec<_> = log.causes.keys().cloned().collect();
            let key = keys[pick(self.b, keys.len())?].clone();
            match self.c % 4 {
                0 => drop(log.causes.remove(&key)),
                1 => log.causes.get_mut(&key)?.1 = None,
                2 => log.causes.get_mut(&key)?.1 = Some(vec![0xa0]),
                _ => flip(&mut log.causes.get_mut(&key)?.0, self.a, self.c / 4),
            }
            return Some((false, format!("cause {}", self.c % 4)));
        }
        let lists = self.a.is_multiple_of(2);
        let table = if lists { &mut log.txns } else { &mut log.openings };
        let keys: Vec<_> = table.keys().cloned().collect();
        let key = keys[pick(self.b, keys.len())?].clone();
        match self.c % 3 {
            0 => drop(table.remove(&key)),
            1 => flip(table.get_mut(&key)?, self.a, self.c / 3),
            _ => {
                let bytes = vec![0x80];
                table.insert(dag_cbor_cid(&bytes).to_bytes(), bytes);
            }
        }
        Some((false, format!("lists {lists}, {}", self.c % 3)))
    }

    /// Changes a cause, and everything that names it.
    fn cause(self, log: &mut Log) -> Option<(bool, String)> {
        let original = log.clone();
        let derived: Vec<usize> = (0..log.entries.len())
            .filter(|at| {
                let cause = log.entries[*at].header.cause;
                cause.is_some_and(|cause| log.causes.contains_key(&cause.to_bytes()))
            })
            .collect();
        let at = derived[pick(self.a, derived.len())?];
        let was = log.entries[at].header.cause?;
        let (bytes, body) = log.causes.remove(&was.to_bytes())?;
        let mut map = decoded(&bytes);
        let field = FIELDS[usize::from(self.b) % 16];
        if self.b % 5 == 4 {
            let Some(Value::Map(proof)) = map.get_mut("proof") else {
                return None;
            };
            let field = PROOF[usize::from(self.b) % PROOF.len()];
            replaced(proof, field, self.c, &original).then_some(())?;
        } else {
            replaced(&mut map, field, self.c, &original).then_some(())?;
        }
        let bytes = cbor::encode(&Value::Map(map));
        let now = dag_cbor_cid(&bytes);
        log.causes.insert(now.to_bytes(), (bytes, body));
        for at in derived {
            let mut map = decoded(&log.entries[at].header_bytes);
            if map.get("cause") == Some(&Value::Link(was)) {
                map.insert("cause".into(), Value::Link(now));
                put(log, at, cbor::encode(&Value::Map(map)));
            }
        }
        relink(log, at);
        Some((false, format!("{field} of the cause of {at}")))
    }

    /// Changes a list of openings, or an opening, and everything that names it.
    fn openings(self, log: &mut Log) -> Option<(bool, String)> {
        let with: Vec<usize> =
            (0..log.entries.len()).filter(|at| log.entries[*at].header.txn.is_some()).collect();
        let at = with[pick(self.a, with.len())?];
        let txn = log.entries[at].header.txn?;
        let list = log.txns.remove(&txn.to_bytes())?;
        let Ok(Value::List(mut links)) = cbor::decode(&list) else {
            return None;
        };
        let n = pick(self.b, links.len())?;
        match self.c % 6 {
            0 => drop(links.remove(n)),
            1 => links.push(links[n].clone()),
            2 => links.reverse(),
            3 => links[n] = Value::Link(raw_cid(b"elsewhere")),
            _ => {
                let Value::Link(cid) = links[n] else {
                    return None;
                };
                let mut map = decoded(&log.openings.get(&cid.to_bytes())?.clone());
                let field =
                    ["did", "service", "op", "body", "salt", "more"][usize::from(self.c / 6) % 6];
                let original = log.clone();
                replaced(&mut map, field, self.c / 36, &original);
                let bytes = cbor::encode(&Value::Map(map));
                if self.c % 6 == 4 {
                    log.openings.remove(&cid.to_bytes());
                    links[n] = Value::Link(dag_cbor_cid(&bytes));
                } else {
                    links.push(Value::Link(dag_cbor_cid(&bytes)));
                }
                log.openings.insert(dag_cbor_cid(&bytes).to_bytes(), bytes);
            }
        }
        let list = cbor::encode(&Value::List(links));
        let now = dag_cbor_cid(&list);
        log.txns.insert(now.to_bytes(), list);
        for at in &with {
            let mut map = decoded(&log.entries[*at].header_bytes);
            if map.get("txn") == Some(&Value::Link(txn)) {
                map.insert("txn".into(), Value::Link(now));
                put(log, *at, cbor::encode(&Value::Map(map)));
            }
        }
        relink(log, with[0]);
        Some((false, format!("the txn of {at}: {}", self.c % 6)))
    }
}
