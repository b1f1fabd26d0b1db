//! `tests/vectors/chat.json`: the cases with their answers, which the three implementations are held to. Written with
//! `IMAJIN_WRITE_VECTORS=1`, else compared.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use imajin_dfos::{Cid, base64, hex};
use imajin_protocol::proof::EntryPosition;
use imajin_protocol::{Did, IdText};
use serde_json::{Value as Json, json};

use super::honest::Case;
use super::world::{Draws, secret_of};
use super::{attacks, downgrade, followed, honest, own};
use crate::seal::{
    MessagePlace, RingSecret, WrapInfo, check_of, number, seal, seal_ring, wrap, wrap_ring,
};
use crate::{Admins, Finding, ReaderState, Report, verify};

/// Bytes and tokens, each once, and named by their place.
#[derive(Default)]
struct Pool {
    places: BTreeMap<String, usize>,
    all: Vec<String>,
}

impl Pool {
    fn text(&mut self, text: String) -> usize {
        *self.places.entry(text).or_insert_with_key(|text| {
            self.all.push(text.clone());
            self.all.len() - 1
        })
    }

    fn bytes(&mut self, bytes: &[u8]) -> usize {
        self.text(base64::encode_url(bytes))
    }

    fn optional(&mut self, bytes: Option<&Vec<u8>>) -> Json {
        bytes.map_or(Json::Null, |bytes| json!(self.bytes(bytes)))
    }
}

fn seen(seen: &EntryPosition) -> Json {
    json!([seen.seq, seen.cid.to_string()])
}

fn known(known: &ReaderState, secrets: &[[u8; 32]]) -> Json {
    let chains = known.chains.iter();
    let chains: BTreeMap<_, _> = chains.map(|(did, cid)| (did.as_str(), cid.to_string())).collect();
    let dids =
        |dids: &std::collections::BTreeSet<Did>| -> Json { dids.iter().map(Did::as_str).collect() };
    let admins = match &known.admins {
        Admins::Anyone => Json::Null,
        Admins::These(admins) => dids(admins),
        Admins::Own => json!("own"),
    };
    let mut written = json!({
        "me": known.me.as_str(),
        "name": known.name.as_str(),
        "secrets": secrets.iter().map(|secret| hex::encode(secret)).collect::<Vec<_>>(),
        "log": known.log.as_ref().map(Did::as_str),
        "sealed": known.sealed,
        "leaders": dids(&known.leaders),
        "admins": admins,
        "chains": chains,
        "pin": known.pin.as_ref().map(seen),
        "sent": known.sent.iter().map(seen).collect::<Vec<_>>(),
        "partial": known.from > 0,
    });
    if known.from > 0 && known.from < ReaderState::NEWEST {
        written["from"] = json!(known.from);
    }
    written
}

fn finding(finding: &Finding) -> Json {
    json!([finding.seq, finding.problem.code()])
}

/// A report as every implementation writes it.
pub(super) fn report(report: &Report) -> Json {
    let members = report.members.iter();
    let members: BTreeMap<_, _> =
        members.map(|(did, role)| (did.as_str(), role.as_str())).collect();
    let messages = report.messages.iter().map(|message| {
        let contents = message.said.as_ref();
        json!([
            message.seq,
            message.state.as_str(),
            message.signed,
            contents.map(|said| said.kind.as_str()),
            contents.map(|said| said.text.as_str()),
        ])
    });
    json!({
        "stop": report.stop.as_ref().map(finding),
        "voids": report.voids.iter().map(finding).collect::<Vec<_>>(),
        "renew": report.renew.as_ref().map(finding),
        "head": report.head.as_ref().map(seen),
        "sealed": report.sealed,
        "epoch": report.epoch,
        "turns": report.turns,
        "members": members,
        "messages": messages.collect::<Vec<_>>(),
        "newer": report.newer,
    })
}

fn case_json(case: &Case, pool: &mut Pool) -> Json {
    let input = &case.shown;
    let rows: Vec<Json> = input
        .rows
        .iter()
        .map(|row| {
            let header = pool.bytes(&row.header);
            json!([header, pool.optional(row.cause.as_ref()), pool.optional(row.body.as_ref())])
        })
        .collect();
    let own: Vec<Json> = input
        .own
        .iter()
        .flatten()
        .map(|row| json!([pool.bytes(&row.header), pool.optional(row.body.as_ref())]))
        .collect();
    let reads: Vec<usize> = input.reads.iter().map(|read| pool.bytes(read)).collect();
    let mut chains = BTreeMap::new();
    for (did, tokens) in &input.chains {
        let tokens: Vec<usize> = tokens.iter().map(|token| pool.text(token.clone())).collect();
        chains.insert(did.as_str(), tokens);
    }
    let rules: Vec<u8> = case.rules.iter().map(|rule| *rule as u8).collect();
    json!({
        "name": case.name,
        "by": case.by,
        "rules": rules,
        "rows": rows,
        "chains": chains,
        "reads": reads,
        "own": own,
        "signs": hex::encode(&case.signs),
        "known": known(&case.known, &case.secrets),
        "report": report(&verify(input, &case.known)),
    })
}

/// The cryptography with everything that it draws.
fn crypto() -> Json {
    let mut draws = Draws::new(7);
    let (log, name) = (Did::from_key(&[1; 32]), Did::event("evt_1").unwrap());
    let (maker, member) = (Did::from_key(&[2; 32]), Did::from_key(&[3; 32]));
    let (id, re) = (IdText::parse("msg_a").unwrap(), IdText::parse("msg_b").unwrap());
    let (private, secret, random) = (draws.next(), draws.next(), draws.next());
    let key = secret_of(&private).public();
    let check = check_of(&secret, &log, 3);
    let info =
        WrapInfo { log: &log, epoch: 3, maker: &maker, member: &member, key: &key, check: &check };
    let wrapped = wrap(&info, &secret, random).unwrap();
    let place =
        MessagePlace { name: &name, log: &log, epoch: 3, sender: &maker, id: &id, re: Some(&re) };
    let text = "{\"v\":1,\"type\":\"text\",\"text\":\"Grüße\"}";
    let sealed = seal(&secret, draws.next(), &place, text.as_bytes()).unwrap();
    let (ring, random) = (draws.next(), draws.next());
    let secrets = [RingSecret { log: log.clone(), epoch: 3, secret }];
    let boxed = seal_ring(&ring, draws.next(), &member, &secrets).unwrap();
    let chain = |seed: u8| -> Cid { imajin_dfos::cid::dag_cbor_cid(&[seed]) };
    json!({
        "wrap": {
            "log": log.as_str(), "epoch": 3, "maker": maker.as_str(), "member": member.as_str(),
            "private": hex::encode(&private), "key": hex::encode(key.as_bytes()),
            "secret": hex::encode(&secret), "check": hex::encode(&check), "wrapped": hex::encode(&wrapped),
        },
        "box": {
            "name": name.as_str(), "log": log.as_str(), "epoch": 3, "sender": maker.as_str(),
            "id": id.as_str(), "re": re.as_str(), "secret": hex::encode(&secret), "text": text,
            "nonce": hex::encode(&sealed.nonce), "commit": hex::encode(&sealed.commit),
            "box": hex::encode(&sealed.sealed),
        },
        "ring": {
            "did": member.as_str(), "private": hex::encode(&private), "ring": hex::encode(&ring),
            "wrapped": hex::encode(&wrap_ring(&ring, &member, &key, random).unwrap()),
            "nonce": hex::encode(&boxed.nonce), "commit": hex::encode(&boxed.commit),
            "box": hex::encode(&boxed.sealed),
            "secrets": [[log.as_str(), 3, hex::encode(&secret)]],
        },
        "number": {
            "one": [maker.as_str(), chain(1).to_string()], "other": [member.as_str(), chain(2).to_string()],
            "groups": number((&maker, &chain(1)), (&member, &chain(2))),
        },
    })
}

fn written() -> Json {
    let mut pool = Pool::default();
    let mut cases = honest::cases();
    cases.extend(attacks::cases());
    cases.extend(followed::honest());
    cases.extend(followed::lies());
    cases.extend(own::honest());
    cases.extend(own::lies());
    cases.extend(downgrade::honest());
    cases.extend(downgrade::lies());
    let (uncompared, numbers) = attacks::uncompared();
    cases.push(uncompared);
    let mut cases: Vec<Json> = cases.iter().map(|case| case_json(case, &mut pool)).collect();
    if let Some(last) = cases.last_mut() {
        last["numbers"] = json!(numbers);
    }
    json!({"v": 1, "crypto": crypto(), "cases": cases, "pool": pool.all})
}

pub(super) fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/vectors/chat.json")
}

#[test]
fn the_vectors_are_these() {
    let path = path();
    let mut text = serde_json::to_string(&written()).unwrap();
    // A line for each case and each piece, so that a diff shows the changes.
    for (from, to) in
        [("{\"name\":", "\n{\"name\":"), (",\"pool\":[", ",\n\"pool\":[\n"), ("\",\"", "\",\n\"")]
    {
        text = match from {
            "\",\"" => {
                let (cases, pool) = text.split_once("\"pool\":[").unwrap();
                format!("{cases}\"pool\":[{}", pool.replace(from, to))
            }
            _ => text.replace(from, to),
        };
    }
    text.push('\n');
    assert!(text.len() < 810_000, "{} bytes", text.len());
    assert!(serde_json::from_str::<Json>(&text).is_ok());
    if std::env::var_os("IMAJIN_WRITE_VECTORS").is_some() {
        std::fs::write(&path, &text).unwrap();
        return;
    }
    let there = std::fs::read_to_string(&path).unwrap();
    assert!(there == text, "written anew with IMAJIN_WRITE_VECTORS=1");
}
