//! The disk space of a sealed message, compared with following a person: both are an entry in each of two logs,
//! submitted by the same client in the same way, and counted after the drain and the node's stop.

use crate::measure::prelude::*;
use imajin_dfos::cid::{parse_cid, sha256};
use imajin_dfos::{Value, hex};
use imajin_node::client::Receipt;
use imajin_protocol::identity::verify_chain;
use imajin_protocol::{Did, EncryptionKey, IdText};
use imajin_room::seal::{MessagePlace, Secret, WrapInfo, check_of, seal, wrap};

/// Number of conversations of two people, each on its own thread.
const PAIRS: usize = 16;
/// Number of writes of each person: one fewer than the burst limit for messages.
const EACH: usize = 29;

/// Compares the bytes on the disk of a sealed message with those of a `profile.follow`.
pub fn bytes(folder: &Path, _: &Sizes, report: &mut Report) -> Outcome {
    let message = cost(folder, talks, |client, talk, by, n| talk.say(client, by, n).map(drop))?;
    let follow = cost(folder, targets, |client, targets, by, n| {
        let did = targets.get(n).ok_or("nobody to follow")?;
        let follow = Draft::new("profile", "profile.follow");
        by.does(client, &follow.fact(&json!({ "dids": [did] }))?)
    })?;
    report
        .row(format!("bytes a sealed message, {PAIRS} conversations of two"))
        .at_most(message / follow, "times a profile.follow", 1.5)
        .beside(format!("{:.1} kB; {:.1} kB", message / 1e3, follow / 1e3));
    Ok(())
}

/// Returns the bytes per write: two people write in turn, while other pairs do the same.
fn cost<T: Send>(
    folder: &Path,
    begin: impl Fn(&Bench, &[[Actor; 2]]) -> Outcome<Vec<T>>,
    write: impl Fn(&Client, &mut T, &Actor, usize) -> Outcome + Sync,
) -> Outcome<f64> {
    let mut bench = Bench::new(folder, Watch::No)?;
    let mut pairs = Vec::with_capacity(PAIRS);
    for _ in 0..PAIRS {
        let mut keys = bench.register(2)?.into_iter();
        let mut person = || Actor::new(&bench.client, keys.next().ok_or("nobody")?);
        pairs.push([person()?, person()?]);
    }
    let mut states = begin(&bench, &pairs)?;
    settle();
    let before = bench.node()?.written()?;
    let (client, write) = (&bench.client, &write);
    std::thread::scope(|scope| {
        let lanes = pairs.iter().zip(&mut states).map(|(pair, state)| {
            scope.spawn(move || {
                (0..EACH).try_for_each(|n| {
                    let mut both = pair.iter();
                    both.try_for_each(|by| write(client, state, by, n))
                })
            })
        });
        // Starts all of them before waiting for the first.
        let lanes: Vec<_> = lanes.collect();
        lanes.into_iter().try_for_each(|lane| match lane.join() {
            Ok(done) => done,
            Err(_) => Err("a writer panicked".into()),
        })
    })?;
    let cost = bench.take_node()?.stop()?;
    Ok((cost.bytes - before) as f64 / (2 * PAIRS * EACH) as f64)
}

/// Returns the people whom each pair follows, in order.
fn targets(bench: &Bench, pairs: &[[Actor; 2]]) -> Outcome<Vec<Vec<String>>> {
    let keys = bench.register(EACH)?;
    let dids: Vec<String> = keys.iter().map(|key| key.did().to_string()).collect();
    Ok(vec![dids; pairs.len()])
}

/// Creates a sealed conversation for each pair.
fn talks(bench: &Bench, pairs: &[[Actor; 2]]) -> Outcome<Vec<Talk>> {
    let pairs = pairs.iter().enumerate();
    pairs.map(|(n, pair)| Talk::begin(&bench.client, pair, n)).collect()
}

/// The state of a sealed conversation of two people.
struct Talk {
    name: Did,
    log: Did,
    secret: Secret,
    /// The newest entry.
    seen: Entry,
    /// Counter of pseudo-random values, which differ within a run and repeat in every run.
    draws: u64,
    number: usize,
}

impl Talk {
    /// Opens a conversation: one person requests it, both get the secret, and the other accepts.
    fn begin(client: &Client, pair: &[Actor; 2], number: usize) -> Outcome<Self> {
        let [ada, bob] = pair;
        let open_to_all = json!({ "requests": "all", "receipts": 1, "presence": 0, "mute": 0 });
        let settings = Draft::new("chat", "chat.settings").fact(&open_to_all)?;
        bob.does(client, &settings)?;
        let whose = json!({ "with": bob.did() });
        let made = ada.post(client, "/chat/api/conversations/key", &whose)?;
        let did = |name: &str| Did::parse(made[name].as_str().unwrap_or_default());
        let (name, log) = (did("did")?, did("log")?);
        let members = pair.each_ref().map(|one| json!({ "did": one.did(), "role": "member" }));
        let open = Draft::new("chat", "chat.open")
            .reference(name.as_str())?
            .fact(&json!({ "log": log, "kind": "dm", "sealed": 1 }))?
            .body(&json!({ "members": members }))?
            .to(&[log.to_string(), bob.did()])?;
        let opened = client.submit(&ada.signer, &open)?;
        let mut talk = Self {
            seen: Entry::from_receipt(opened, &log)?,
            name,
            log,
            secret: [0; 32],
            draws: 0,
            number,
        };
        talk.make_epoch(client, pair)?;
        let accept = Draft::new("chat", "chat.accept")
            .reference(&ada.did())?
            .fact(&json!({ "log": talk.log }))?
            .to(&[talk.log.to_string()])?;
        talk.enter(client, bob, &accept)?;
        Ok(talk)
    }

    fn draw(&mut self) -> [u8; 32] {
        self.draws += 1;
        sha256(&[self.number.to_be_bytes(), self.draws.to_be_bytes()].concat())
    }

    fn enter(&mut self, client: &Client, by: &Actor, draft: &Draft) -> Outcome {
        let receipt = client.submit(&by.signer, draft)?;
        self.seen = Entry::from_receipt(receipt, &self.log)?;
        Ok(())
    }

    fn make_epoch(&mut self, client: &Client, pair: &[Actor; 2]) -> Outcome {
        self.secret = self.draw();
        let check = check_of(&self.secret, &self.log, 1);
        let mut pair: Vec<&Actor> = pair.iter().collect();
        let maker = pair.first().copied().ok_or("nobody")?;
        pair.sort_by_key(|one| one.did());
        let mut members = Vec::new();
        for one in pair {
            let path = format!("/auth/api/identity/{}/chain", one.did());
            let tokens: Vec<String> = serde_json::from_value(client.get(&path)?["log"].take())?;
            let chain = *verify_chain(one.key.did(), &tokens)?.head_cid();
            let key = EncryptionKey::from_bytes(one.key.encryption_public());
            let info = WrapInfo {
                log: &self.log.clone(),
                epoch: 1,
                maker: maker.key.did(),
                member: one.key.did(),
                key: &key,
                check: &check,
            };
            let wrapped = wrap(&info, &self.secret.clone(), self.draw()).ok_or("a bad key")?;
            let pair = [key.as_bytes().to_vec(), wrapped.to_vec()].map(Value::Bytes);
            members.push(Value::map([
                ("did", Value::from(one.key.did().as_str())),
                ("chain", Value::Link(chain)),
                ("wraps", Value::List(vec![Value::List(pair.to_vec())])),
            ]));
        }
        let opened =
            [Value::Int(i64::try_from(self.seen.seq)?), Value::Link(parse_cid(&self.seen.cid)?)];
        let body = Value::map([
            ("suite", Value::Int(1)),
            ("check", Value::Bytes(check.to_vec())),
            ("turns", Value::List(vec![Value::List(opened.to_vec())])),
            ("members", Value::List(members)),
        ]);
        let fact = json!({ "epoch": 1, "turns": 1, "seq": self.seen.seq, "seen": self.seen.cid });
        let epoch = Draft::new("chat", "chat.epoch")
            .reference(self.log.as_str())?
            .fact(&fact)?
            .body_value(body)?
            .to(&[self.log.to_string()])?;
        self.enter(client, maker, &epoch)
    }

    /// Sends a message of typical length.
    fn say(&mut self, client: &Client, by: &Actor, n: usize) -> Outcome {
        let id = format!("msg_{}", hex::encode(&self.draw()[..12]));
        let text =
            format!("Message {n}: shall we meet at the old mill at seven, as we did last year?");
        let plaintext = json!({ "v": 1, "type": "text", "text": text }).to_string();
        let (nonce, ref_id) = (self.draw(), IdText::parse(&id)?);
        let place = MessagePlace {
            name: &self.name,
            log: &self.log,
            epoch: 1,
            sender: by.key.did(),
            id: &ref_id,
            re: None,
        };
        let sealed = seal(&self.secret, nonce, &place, plaintext.as_bytes()).ok_or("too long")?;
        let body = Value::map([
            ("nonce", Value::Bytes(sealed.nonce.to_vec())),
            ("commit", Value::Bytes(sealed.commit.to_vec())),
            ("box", Value::Bytes(sealed.sealed)),
        ]);
        let fact = json!({ "log": self.log, "epoch": 1, "turns": 2, "seq": self.seen.seq, "seen": self.seen.cid });
        let send = Draft::new("chat", "chat.send")
            .reference(&id)?
            .fact(&fact)?
            .body_value(body)?
            .to(&[self.log.to_string()])?;
        self.enter(client, by, &send)
    }
}

/// An entry of the conversation, as facts name it.
struct Entry {
    seq: u64,
    cid: String,
}

impl Entry {
    /// Returns an operation's entry in a log.
    fn from_receipt(receipt: Receipt, log: &Did) -> Outcome<Self> {
        let mut entries = receipt.entries.into_iter();
        let here = entries.find(|entry| log == entry.did.as_str());
        let here = here.ok_or("no entry in the conversation")?;
        Ok(Self { seq: here.seq.ok_or("no place in the conversation")?, cid: here.cid })
    }
}
