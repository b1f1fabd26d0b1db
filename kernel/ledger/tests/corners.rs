//! Corners of docs/format.md in which two honest readers of it came to different verdicts once: both verifiers, one answer.

#![allow(
    clippy::unwrap_used,
    reason = "a test helper that fails is a failed test"
)]

mod support;
#[path = "threats/tools.rs"]
mod tools;

use imajin_dfos::cid::{dag_cbor_cid, raw_cid};
use imajin_dfos::identity::{Key, Keys, sign_update};
use imajin_dfos::{PublicKey, Value};
use imajin_ledger::entry::Will;
use imajin_protocol::{Did, Head, HeadPayload, Kid};
use support::{Log, Make, Party, at};
use tools::acts::{self, Operation};
use tools::judge::{against, caught, valid};

fn ann() -> Party {
    Party::new(1)
}

fn first_box() -> Party {
    Party::new(3)
}

#[test]
fn a_delegation_to_a_key_off_the_curve_verifies_nothing() {
    let bytes = (0..)
        .map(|n| [n; 32])
        .find(|bytes| PublicKey::from_bytes(*bytes).verifying_key().is_err())
        .unwrap();
    let mut log = acts::begin(&ann(), &first_box());
    let scope = Value::List(vec!["profile.update".into()]);
    let via = acts::will(
        &mut log,
        Make::op("auth.delegation.create").body(vec![
            ("key", PublicKey::from_bytes(bytes).to_multikey().into()),
            ("scope", scope),
            ("until", at(100).to_string().into()),
        ]),
    );
    log.head();
    valid(&log);
    let mut hand = acts::delegate(&log, 31, via);
    hand.kid = Kid::of_bare_key(&Did::from_key(&bytes)).unwrap();
    acts::will_by(&mut log, acts::update("by nobody"), &hand);
    caught(&log, 2, "proof");
}

/// A head of somebody's log that only `node` knows of, in a later epoch.
fn head_elsewhere(of: &Did, node: &Party, epoch: u64) -> String {
    let payload = HeadPayload {
        at: at(50),
        cid: dag_cbor_cid(b"elsewhere"),
        did: of.clone(),
        epoch,
        seq: 9,
    };
    let head = Head::sign(&node.key, node.kid(), payload);
    head.unwrap().to_compact()
}

/// The next home, which gives up a branch whose newest head is known.
fn abandon(log: &mut Log, head: &str, node: &Party, epoch: u64) {
    log.head();
    (log.epoch, log.node) = (epoch, node.clone());
    let mut make = acts::moving(node, epoch);
    let Some(Value::Map(members)) = &mut make.body else {
        unreachable!()
    };
    members.insert("abandons".into(), head.into());
    acts::will(log, make);
}

#[test]
fn the_chain_behind_an_abandoned_head_must_verify() {
    let third = Party::new(5);
    let begun = || {
        let mut log = acts::begin(&ann(), &first_box());
        acts::will(&mut log, acts::update("one"));
        abandon(
            &mut log,
            &head_elsewhere(&ann().did, &third, 4),
            &first_box(),
            5,
        );
        log
    };
    let tokens = |more: &[&str]| {
        let genesis = third.genesis.token.as_str();
        let all = [&[genesis][..], more].concat();
        all.into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let mut good = begun();
    good.chains.insert(third.did.to_string(), tokens(&[]));
    valid(&good);
    caught(&begun(), 2, "home");
    for broken in ["", "no.token.atall", third.genesis.token.as_str()] {
        let mut log = begun();
        log.chains.insert(third.did.to_string(), tokens(&[broken]));
        caught(&log, 2, "identity");
    }
}

#[test]
fn a_node_may_abandon_a_branch_of_its_own_log() {
    let node = first_box();
    let mut log = acts::begin(&node, &node);
    acts::will(&mut log, acts::update("one"));
    abandon(&mut log, &head_elsewhere(&node.did, &node, 1), &node, 2);
    acts::will(&mut log, acts::update("goes on"));
    log.head();
    valid(&log);
    // Another's signature under its name is none.
    let mut forged = acts::begin(&node, &node);
    let mut thief = ann();
    (thief.did, thief.key_id) = (node.did.clone(), node.key_id.clone());
    abandon(&mut forged, &head_elsewhere(&node.did, &thief, 1), &node, 2);
    caught(&forged, 1, "home");
}

/// One operation that has two entries for Bob, of which he was given one: his log has the operation, but not all of it.
#[test]
fn a_part_of_an_operation_is_not_the_operation() {
    let bob = Party::new(2);
    let (mut log, mut other) = (
        acts::begin(&ann(), &first_box()),
        acts::begin(&bob, &first_box()),
    );
    let openings = vec![
        acts::opening(&ann().did, "profile.follow", None, 1),
        acts::opening(&bob.did, "profile.follower", None, 2),
        acts::opening(&bob.did, "profile.follower", None, 3),
    ];
    let list = acts::list_of(&openings);
    let txn = dag_cbor_cid(&list);
    let make = Make::op("profile.follow").fact_ids("dids", &[bob.did.to_string()]);
    let session = Some(raw_cid(b"session"));
    log.push(make, ann().did, Will::Custodial, session, None, Some(txn));
    log.txns.insert(txn.to_bytes(), list.clone());
    openings
        .iter()
        .for_each(|shown| acts::open(&mut log, shown));
    log.head();
    let told = Operation {
        txn,
        list,
        openings: openings[..2].to_vec(),
        intent: log.entries.last().unwrap().clone(),
        author: ann(),
        chain: acts::tokens(&log),
        body: None,
        delegation: None,
    };
    acts::be_followed(&mut other, &told);
    for n in 0..3 {
        acts::will(&mut other, acts::update(&format!("later {n}")));
    }
    other.head();
    valid(&log);
    valid(&other);
    let found = against(&log, &other);
    let kinds: Vec<_> = found.iter().map(|item| (item.kind, &*item.did)).collect();
    assert_eq!(kinds, [("txn", bob.did.as_str())]);
}

#[test]
fn a_key_without_a_name_stands_in_a_chain_and_signs_nothing() {
    let mut log = acts::begin(&ann(), &first_box());
    let public = |party: &Party| PublicKey::from_bytes(party.key.verifying_key().to_bytes());
    let mut keys = Keys::single(Key::with_id(&log.owner.key_id, &public(&log.owner)));
    keys.auth.push(Key::with_id("", &public(&Party::new(70))));
    let (id, key) = (&log.owner.key_id, &log.owner.key);
    let signed = sign_update(&log.chain.verified, keys, Vec::new(), at(1), id, key).unwrap();
    let token = vec![("token", Value::from(signed.token.as_str()))];
    acts::will(&mut log, Make::op("auth.identity.update").body(token));
    log.chain = signed;
    acts::will(&mut log, acts::update("still mine"));
    log.head();
    valid(&log);
}

#[test]
fn a_bare_keys_home_moves_by_a_session() {
    let second = Party::new(4);
    let mut log = acts::begin_bare(&Party::new(5), &first_box());
    log.head();
    log.epoch += 1;
    log.node = second.clone();
    log.chains
        .insert(second.did.to_string(), vec![second.genesis.token.clone()]);
    log.custodial(acts::moving(&second, 2));
    log.head();
    valid(&log);
}

#[test]
fn a_delegation_for_no_use_allows_none() {
    for (uses, is_allowed) in [(0, false), (1, true)] {
        let mut log = acts::begin(&ann(), &first_box());
        let via = acts::will(
            &mut log,
            acts::delegation(30, &["profile.*"], 1_000, Some(uses)),
        );
        let hand = acts::delegate(&log, 30, via);
        acts::will_by(&mut log, acts::update("by a delegate"), &hand);
        log.head();
        if is_allowed {
            valid(&log);
        } else {
            caught(&log, 2, "delegation");
        }
    }
}
