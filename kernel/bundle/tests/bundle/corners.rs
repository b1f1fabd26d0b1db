//! Corners of docs/format.md in which two honest readers once came to different verdicts: both verifiers, one answer.

use crate::support::{Log, Make, Party, at};
use crate::tools::acts::{self, Operation};
use crate::tools::judge::{against, caught, valid};
use imajin_dfos::cid::{dag_cbor_cid, raw_cid};
use imajin_dfos::identity::{Key, Keys, sign_update};
use imajin_dfos::{PublicKey, Value};
use imajin_log::entry::Will;
use imajin_protocol::{Did, Head, HeadPayload, Kid};

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

/// Makes a head of a log that only `node` knows of, in a later epoch.
fn head_elsewhere(of: &Did, node: &Party, epoch: u64) -> String {
    let payload =
        HeadPayload { at: at(50), cid: dag_cbor_cid(b"elsewhere"), did: of.clone(), epoch, seq: 9 };
    let head = Head::sign(&node.key, node.kid(), payload);
    head.unwrap().to_compact()
}

/// Moves to the next home, abandoning a branch with this newest head.
fn abandon(log: &mut Log, head: &str, node: &Party, epoch: u64) {
    log.head();
    (log.epoch, log.node) = (epoch, node.clone());
    let mut make = acts::moving(node, epoch);
    let Some(Value::Map(members)) = &mut make.body else { unreachable!() };
    members.insert("abandons".into(), head.into());
    acts::will(log, make);
}

#[test]
fn the_chain_behind_an_abandoned_head_must_verify() {
    let third = Party::new(5);
    let begun = || {
        let mut log = acts::begin(&ann(), &first_box());
        acts::will(&mut log, acts::update("one"));
        abandon(&mut log, &head_elsewhere(&ann().did, &third, 4), &first_box(), 5);
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
    // Another key's signature under its name is invalid.
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
    let (mut log, mut other) = (acts::begin(&ann(), &first_box()), acts::begin(&bob, &first_box()));
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
    openings.iter().for_each(|opening| acts::open(&mut log, opening));
    log.head();
    let operation = Operation {
        txn,
        list,
        openings: openings[..2].to_vec(),
        intent: log.entries.last().unwrap().clone(),
        author: ann(),
        chain: acts::tokens(&log),
        body: None,
        delegation: None,
    };
    acts::be_followed(&mut other, &operation);
    for n in 0..3 {
        acts::will(&mut other, acts::update(&format!("later {n}")));
    }
    other.head();
    valid(&log);
    valid(&other);
    let equivocations = against(&log, &other);
    let kinds: Vec<_> = equivocations.iter().map(|item| (item.kind, &*item.did)).collect();
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
    log.chains.insert(second.did.to_string(), vec![second.genesis.token.clone()]);
    log.custodial(acts::moving(&second, 2));
    log.head();
    valid(&log);
}

/// Signatures with R of small order, or with a part of small order: the equation with the cofactor would accept them.
#[test]
fn a_signature_with_an_r_of_small_order_or_for_the_cofactor_only_is_none() {
    use curve25519_dalek::constants::EIGHT_TORSION;
    use curve25519_dalek::traits::Identity;
    use curve25519_dalek::{EdwardsPoint, Scalar};
    use sha2::{Digest, Sha512};
    let log = |commitment: EdwardsPoint, nonce: Scalar| {
        let mut log = acts::begin(&ann(), &first_box());
        acts::will(&mut log, acts::update("by hand"));
        let mut header = acts::header(&log, 1);
        let Will::Signed(part) = &mut header.will else { unreachable!() };
        let proof = log.entries[1].header.proof().unwrap();
        let (key, commitment) = (&log.owner.key, commitment.compress());
        let hash = Sha512::new()
            .chain_update(commitment.as_bytes())
            .chain_update(key.verifying_key().as_bytes())
            .chain_update(proof.signing_input())
            .finalize();
        let challenge = Scalar::from_bytes_mod_order_wide(&hash.into());
        let scalar = nonce + challenge * key.to_scalar();
        part.sig[..32].copy_from_slice(commitment.as_bytes());
        part.sig[32..].copy_from_slice(scalar.as_bytes());
        log.entries[1] = imajin_log::Sealed::seal(header, None);
        log.head();
        log
    };
    let nonce = Scalar::from(11u8);
    let good = EdwardsPoint::mul_base(&nonce);
    valid(&log(good, nonce));
    for small in EIGHT_TORSION {
        caught(&log(small, Scalar::ZERO), 1, "proof");
        if small != EdwardsPoint::identity() {
            caught(&log(good + small, nonce), 1, "proof");
        }
    }
}

/// Makes an update of an identity whose keys are unchecked.
fn unchecked_update(
    before: &imajin_dfos::identity::Signed,
    keys: Keys,
    time: imajin_dfos::Timestamp,
    key_id: &str,
    key: &imajin_dfos::SigningKey,
) -> String {
    use ed25519_dalek::Signer;
    use imajin_dfos::base64::{decode_url, encode_url};
    let single = Key::new(&PublicKey::from_bytes(key.verifying_key().to_bytes()));
    let good =
        sign_update(&before.verified, Keys::single(single), Vec::new(), time, key_id, key).unwrap();
    let parts: Vec<&str> = good.token.split('.').collect();
    let json = |part: &str| -> serde_json::Value {
        serde_json::from_slice(&decode_url(part).unwrap()).unwrap()
    };
    let (mut header, mut payload) = (json(parts[0]), json(parts[1]));
    for (name, role) in [
        ("authKeys", &keys.auth),
        ("assertKeys", &keys.assert),
        ("controllerKeys", &keys.controller),
    ] {
        let role = role.iter().map(|key| {
            let public = key.public_key().unwrap().to_multikey();
            serde_json::json!({ "id": key.id(), "type": "Multikey", "publicKeyMultibase": public })
        });
        payload[name] = role.collect();
    }
    let encoded = imajin_dfos::cbor::encode(&imajin_dfos::cbor::from_json(&payload).unwrap());
    header["cid"] = dag_cbor_cid(&encoded).to_string().into();
    let [header, payload] = [header, payload].map(|part| encode_url(part.to_string().as_bytes()));
    let input = format!("{header}.{payload}");
    let signature = key.sign(input.as_bytes()).to_bytes();
    format!("{input}.{}", encode_url(&signature))
}

/// Tests that an id names one key for ever in a chain, and is listed once in a role.
#[test]
fn a_key_id_is_used_once() {
    let public = |seed: u8| PublicKey::from_bytes(Party::new(seed).key.verifying_key().to_bytes());
    let updated = |keys: &dyn Fn(&Log) -> Keys| {
        let mut log = acts::begin(&ann(), &first_box());
        let (id, key) = (log.owner.key_id.clone(), log.owner.key.clone());
        let signed = unchecked_update(&log.chain, keys(&log), at(1), &id, &key);
        let token = vec![("token", Value::from(signed.as_str()))];
        acts::will(&mut log, Make::op("auth.identity.update").body(token));
        log.head();
        log
    };
    let own = |log: &Log| Key::with_id(&log.owner.key_id, &public(1));
    // The same id, another key; the same id twice in one role; both roles, which is valid.
    let another = |log: &Log| Keys {
        auth: vec![Key::with_id(&log.owner.key_id, &public(70))],
        assert: Vec::new(),
        controller: vec![own(log)],
    };
    caught(&updated(&another), 1, "identity");
    let twice = |log: &Log| Keys {
        auth: vec![own(log), own(log)],
        assert: Vec::new(),
        controller: vec![own(log)],
    };
    caught(&updated(&twice), 1, "identity");
    valid(&updated(&|log: &Log| Keys::single(own(log))));
}

/// A log as a node left it: its header says WAL, and its newest rows are in the file next to it.
#[test]
fn a_bare_log_is_read_with_what_stands_beside_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.sqlite");
    acts::diary().write(&path);
    let conn = rusqlite::Connection::open(&path).unwrap();
    let sql = "PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; DELETE FROM bodies WHERE seq = 3";
    conn.execute_batch(sql).unwrap();
    assert!(dir.path().join("log.sqlite-wal").exists());
    let none = imajin_log::verify::VerifyOptions::default();
    let report = crate::tools::judge::judge_path(&path, &none);
    crate::tools::judge::caught_in(&report, 3, "body");
    // The header alone, as a node leaves it between two writes, is valid.
    let (kept, alone) = (acts::diary(), dir.path().join("alone.sqlite"));
    kept.write(&alone);
    let other = rusqlite::Connection::open(&alone).unwrap();
    other.execute_batch("PRAGMA journal_mode = WAL").unwrap();
    drop(other);
    assert_eq!(std::fs::read(&alone).unwrap()[18..20], [2, 2]);
    assert_eq!(crate::tools::judge::judge_path(&alone, &none).fault, None);
    drop(conn);
}

/// The uses of a delegation are its entries in this log, of any operation, also if their bodies are erased.
#[test]
fn uses_count_whatever_became_of_the_entries() {
    let mut log = acts::begin(&ann(), &first_box());
    let scope = &["profile.*", "zzz.*"];
    let via = acts::will(&mut log, acts::delegation(30, scope, 1_000, Some(2)));
    let hand = acts::delegate(&log, 30, via);
    acts::will_by(&mut log, acts::update("one"), &hand);
    acts::erase(&mut log, &[2]);
    acts::will_by(&mut log, Make::op("zzz.do"), &hand);
    log.head();
    assert_eq!(crate::tools::judge::unknown(&log).entries, 1);
    acts::will_by(&mut log, acts::update("three"), &hand);
    log.head();
    caught(&log, 5, "delegation");
}

/// The body of an unknown op is its author's to erase, and missing without an erasure it is a fault.
#[test]
fn the_body_of_an_unknown_op_may_be_erased_and_is_missing_otherwise() {
    let mut log = acts::begin(&ann(), &first_box());
    let make = Make::op("zzz.do").body(vec![("words", "of another time".into())]);
    acts::will(&mut log, make);
    let mut missing = log.clone();
    missing.bodies.remove(&1);
    missing.head();
    caught(&missing, 1, "body");
    acts::erase(&mut log, &[1]);
    log.head();
    assert_eq!(crate::tools::judge::unknown(&log).entries, 1);
}

#[test]
fn a_delegation_for_no_use_allows_none() {
    for (uses, is_allowed) in [(0, false), (1, true)] {
        let mut log = acts::begin(&ann(), &first_box());
        let via = acts::will(&mut log, acts::delegation(30, &["profile.*"], 1_000, Some(uses)));
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
