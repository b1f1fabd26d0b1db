//! Signs a page's operations in a sealed conversation: epochs for exactly the current members and their keys, and messages sealed under them.

use crate::prelude::*;
use imajin_dfos::identity::Verified;
use imajin_dfos::{Value, cid};
use imajin_host::random;
use imajin_protocol::IdText;
use imajin_protocol::encryption::keys_of;
use imajin_protocol::entry::{Header, decode_body};
use imajin_protocol::identity::verify_chain;
use imajin_room::ops::EpochBody;
use imajin_room::seal::{MessagePlace, Secret, WrapInfo, check_of, open_wrap, seal, wrap};
use imajin_room::{ReaderState, Report, RoomInput, RowBytes};

use crate::chats::Talk;

const EPOCH_MADE: &str = "chat.epoch.made";
/// Operations that change the members or the secret.
const TURNS: [&str; 5] = ["chat.opened", "chat.admitted", "chat.out", "chat.role", EPOCH_MADE];

/// The verified state of a page.
#[derive(Clone, Copy)]
pub(crate) struct View<'a> {
    pub(crate) talk: &'a Talk,
    pub(crate) shown: &'a RoomInput,
    pub(crate) known: &'a ReaderState,
    pub(crate) report: &'a Report,
}

impl<'a> View<'a> {
    fn log(self) -> Did {
        Did::parse(&self.talk.log).expect("a DID")
    }

    /// Returns the page's position in the format of facts.
    fn place(self) -> Json {
        let head = self.report.head.expect("an entry");
        json!({ "turns": self.report.turns, "seq": head.seq, "seen": head.cid.to_string() })
    }

    fn chain(self, did: &Did) -> Verified {
        let tokens = self.shown.chains.get(did).expect("a chain that was asked for");
        verify_chain(did, tokens).expect("a chain that was verified")
    }

    /// Returns the rows by sequence number.
    fn entries(self) -> BTreeMap<u64, (Header, &'a RowBytes)> {
        let decoded = self.shown.rows.iter().map(|row| {
            let header = Header::decode(&row.header).expect("a header that was verified");
            (header.seq, (header, row))
        });
        decoded.collect()
    }
}

/// Returns a random message id.
pub(crate) fn message_id() -> String {
    format!("msg_{}", random::hex::<12>().expect("randomness"))
}

fn draw() -> [u8; 32] {
    random::bytes().expect("randomness")
}

fn newest_epoch(page: View<'_>) -> Option<(u64, Did, EpochBody)> {
    let entries = page.entries();
    let mut made = entries.values().rev();
    let (header, row) = made.find(|(header, _)| header.op == EPOCH_MADE)?;
    let body = decode_body(row.body.as_deref()?).expect("a body that was verified");
    let body = EpochBody::read(&body).expect("an epoch that was verified");
    Some((header.seq, header.author.clone(), body))
}

/// Whether a new epoch is needed: after a turn or a change of keys, or if there is none.
pub(crate) fn wants_epoch(page: View<'_>) -> bool {
    let Some((seq, _, body)) = newest_epoch(page) else {
        return true;
    };
    let entries = page.entries();
    let mut later = entries.range(seq + 1..);
    let is_over = later.any(|(_, (header, _))| TURNS.contains(&&*header.op));
    let is_for = |did: &Did| {
        let keys = keys_of(page.chain(did).state());
        let wraps = body.members.get(did).map(|one| &one.wraps);
        wraps.is_some_and(|wraps| keys.iter().map(|key| key.as_bytes()).eq(wraps.keys()))
    };
    is_over || !page.report.members.keys().all(is_for)
}

/// Returns the secret of the newest epoch, from this device's wrap.
fn secret(page: View<'_>) -> Option<Secret> {
    let (_, maker, body) = newest_epoch(page)?;
    let log = page.log();
    let wraps = &body.members.get(&page.known.me)?.wraps;
    page.known.secrets.iter().find_map(|key| {
        let info = WrapInfo {
            log: &log,
            epoch: page.report.epoch,
            maker: &maker,
            member: &page.known.me,
            key: &key.public(),
            check: &body.check,
        };
        open_wrap(&info, key, wraps.get(key.public().as_bytes())?)
    })
}

/// Builds the next epoch.
pub(crate) fn epoch(page: View<'_>) -> Outcome<Draft> {
    let log = page.log();
    let (number, secret) = (page.report.epoch + 1, draw());
    let check = check_of(&secret, &log, number);
    let members = page.report.members.keys().map(|member| {
        let chain = page.chain(member);
        let wraps = keys_of(chain.state()).into_iter().map(|key| {
            let info = WrapInfo {
                log: &log,
                epoch: number,
                maker: &page.known.me,
                member,
                key: &key,
                check: &check,
            };
            let wrapped = wrap(&info, &secret, draw()).expect("a good key");
            let key = Value::Bytes(key.as_bytes().to_vec());
            Value::List(vec![key, Value::Bytes(wrapped.to_vec())])
        });
        Value::map([
            ("did", Value::from(member.as_str())),
            ("chain", Value::Link(*chain.head_cid())),
            ("wraps", Value::List(wraps.collect())),
        ])
    });
    let body = Value::map([
        ("suite", Value::Int(1)),
        ("check", Value::Bytes(check.to_vec())),
        ("turns", Value::List(since_epoch(page))),
        ("members", Value::List(members.collect())),
    ]);
    let mut fact = page.place();
    fact["epoch"] = json!(number);
    let draft = Draft::new("chat", "chat.epoch").reference(&page.talk.log)?;
    let draft = draft.fact(&fact)?.body_value(body)?;
    Ok(draft.to(std::slice::from_ref(&page.talk.log))?)
}

/// Returns the turns from the newest epoch on.
fn since_epoch(page: View<'_>) -> Vec<Value> {
    let mut turns = Vec::new();
    for (seq, (header, row)) in page.entries() {
        if header.op == EPOCH_MADE {
            turns.clear();
        }
        if TURNS.contains(&&*header.op) {
            let cid = cid::dag_cbor_cid(&row.header);
            let seq = Value::Int(i64::try_from(seq).expect("a place"));
            turns.push(Value::List(vec![seq, Value::Link(cid)]));
        }
    }
    turns
}

/// Seals a text under the newest epoch.
pub(crate) fn message(page: View<'_>, id: &str, text: &str) -> Outcome<Draft> {
    let epoch = page.report.epoch;
    let (log, sender) = (page.log(), &page.known.me);
    let place = MessagePlace {
        name: &page.known.name,
        log: &log,
        epoch,
        sender,
        id: &IdText::parse(id).expect("an id"),
        re: None,
    };
    let plaintext = json!({ "v": 1, "type": "text", "text": text }).to_string();
    let secret = secret(page).expect("a secret for this device");
    let sealed = seal(&secret, draw(), &place, plaintext.as_bytes()).expect("a text that fits");
    let body = Value::map([
        ("nonce", Value::Bytes(sealed.nonce.to_vec())),
        ("commit", Value::Bytes(sealed.commit.to_vec())),
        ("box", Value::Bytes(sealed.sealed)),
    ]);
    let mut fact = page.place();
    (fact["log"], fact["epoch"]) = (json!(page.talk.log), json!(epoch));
    let draft = Draft::new("chat", "chat.send").reference(id)?;
    let draft = draft.fact(&fact)?.body_value(body)?;
    Ok(draft.to(std::slice::from_ref(&page.talk.log))?)
}
