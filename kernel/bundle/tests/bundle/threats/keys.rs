//! The rows of docs/threats.md on keys that are no longer, or never were, enough: after a move, of a person's own history,
//! rotated out, of a device, of a delegate.

use imajin_dfos::identity::{Key, Keys, sign_create, sign_update};
use imajin_dfos::{Cid, PublicKey, SigningKey, cbor};
use imajin_log::entry::Sealed;
use imajin_protocol::{Head, HeadPayload};

use crate::threats::moved_by;
use crate::threats::prelude::*;

#[test]
fn writing_after_a_move() {
    let mut log = diary();
    let old_copy = log.clone();
    move_to(&mut log, &second_box());
    will(&mut log, update("at the new home"));
    log.head();
    valid(&log);
    // The old home adds entries addressed to it, and its heads, to the moved log.
    let mut late = owner(&log);
    late.aud = first_box().did;
    let mut written = log.clone();
    will_by(&mut written, update("too late"), &late);
    written.head();
    caught(&written, 9, "aud");
    let head = |epoch: u64, seq: usize| {
        let entry = &log.entries[seq];
        let payload = HeadPayload {
            at: entry.header.at,
            cid: entry.cid,
            did: ann().did,
            epoch,
            seq: entry.header.seq,
        };
        let head = Head::sign(&first_box().key, first_box().kid(), payload);
        head.unwrap().to_compact()
    };
    let mut claimed = log.clone();
    claimed.heads.insert((2, first_box().did.to_string()), head(2, 8));
    caught(&claimed, 8, "head");
    let mut replaced = log.clone();
    replaced.heads.insert((1, first_box().did.to_string()), head(1, 8));
    caught(&replaced, 7, "home");
    // The old home continues its copy alone: a branch, which is found when the two meet.
    let mut branch = old_copy;
    branch.custodial(update("still here"));
    branch.head();
    valid(&branch);
    caught_knowing(&branch, log.last());
    let equivocations = against(&log, &branch);
    assert_eq!((equivocations[0].kind, equivocations[0].seq), ("entry", Some(7)));
    // An import therefore keeps the branch as a side log: for its DID it verifies, and it is not the newest log of
    // anyone.
    assert!(!judge_knowing(&log, branch.last()).valid);
}

#[test]
fn rewriting_own_history() {
    let log = diary();
    valid(&log);
    let mut other = begin(&ann(), &first_box());
    will_blind(&mut other, update("Ann"));
    other.custodial(claim("ann"));
    for text in ["never said what I said", "four", "five", "six", "seven"] {
        will_blind(&mut other, update(text));
    }
    other.head();
    // Without another copy the log is like any other.
    assert_eq!(valid(&other).entries, 8);
    // A kept, requested or adjacent head reveals the branch, as does another copy.
    caught_knowing(&other, log.last());
    let mut kept = other.clone();
    kept.heads = log.heads.clone();
    caught(&kept, 6, "head");
    let mut shorter = cut(&other, 5);
    shorter.heads = log.heads.clone();
    caught(&shorter, 6, "cut");
    let equivocations = against(&log, &other);
    assert_eq!((equivocations[0].kind, equivocations[0].seq), ("entry", Some(3)));
}

#[test]
fn rotated_out_key() {
    let mut log = begin(&ann(), &first_box());
    will(&mut log, update("with the old key"));
    let (thief, old_chain) = (owner(&log), log.chain.cid);
    rotate(&mut log, 11);
    will(&mut log, update("with the new key"));
    log.head();
    valid(&log);
    assert_ne!(old_chain, log.chain.cid);
    // The proof names the state in which the key was in force, or the current one, with any dates.
    for chain in [old_chain, log.chain.cid] {
        let mut hand = thief.clone();
        hand.chain = Some(chain);
        let mut written = log.clone();
        will_by(&mut written, update("with the stolen key"), &hand);
        written.head();
        caught(&written, 4, "key");
        let mut dated = rows(&written);
        let last = dated.pop().unwrap();
        let mut early = last;
        early.header.at = just_after(&dated[2]);
        dated.insert(3, early);
        caught(&relink_as_home(&written, dated), 3, "key");
    }
}

/// Makes Ann's identity with a controller key (hers) and a device key that may sign but not change the identity.
fn ann_with_device() -> (Party, Party) {
    let (mut ann, device) = (ann(), Party::new(21));
    let key = |key: &SigningKey| Key::new(&PublicKey::from_bytes(key.verifying_key().to_bytes()));
    let (own, other) = (key(&ann.key), key(&device.key));
    let keys = Keys { auth: vec![own.clone(), other], assert: Vec::new(), controller: vec![own] };
    ann.genesis = sign_create(keys, Vec::new(), at(0), &ann.key_id, &ann.key).unwrap();
    (ann, device)
}

/// Returns this token, signed by another key under its own name.
fn resigned(token: &str, by: &Party) -> String {
    use imajin_dfos::base64::{decode_url, encode_url};
    let parts: Vec<&str> = token.split('.').collect();
    let header = String::from_utf8(decode_url(parts[0]).unwrap()).unwrap();
    let mut header: serde_json::Value = serde_json::from_str(&header).unwrap();
    let kid = header["kid"].as_str().unwrap();
    let did = kid.split('#').next().unwrap();
    header["kid"] = format!("{did}#{}", by.key_id).into();
    let input = format!("{}.{}", encode_url(header.to_string().as_bytes()), parts[1]);
    format!("{input}.{}", encode_url(&by.sign(&input)))
}

#[test]
fn identity_by_wrong_key() {
    let (ann, device) = ann_with_device();
    let mut log = begin(&ann, &first_box());
    let mut hand = owner(&log);
    hand.key = device.key.clone();
    hand.kid = imajin_protocol::Kid::new(ann.did.clone(), device.key_id.clone()).unwrap();
    will_by(&mut log, update("from the device"), &hand);
    log.head();
    valid(&log);
    let next = Key::new(&PublicKey::from_bytes(device.key.verifying_key().to_bytes()));
    let update = sign_update(
        &log.chain.verified,
        Keys::single(next),
        Vec::new(),
        at(2),
        &ann.key_id,
        &ann.key,
    )
    .unwrap();
    let entry = |token: &str| Make::op("auth.identity.update").body(vec![("token", token.into())]);
    let written = |make: Make, hand: &Hand| {
        let mut log = log.clone();
        will_by(&mut log, make, hand);
        log.head();
        log
    };
    // The device signs the entry, the token, or both; and a move of home, a deletion.
    let own = owner(&log);
    valid(&written(entry(&update.token), &own));
    let stolen = resigned(&update.token, &device);
    caught(&written(entry(&update.token), &hand), 2, "key");
    caught(&written(entry(&stolen), &hand), 2, "key");
    caught(&written(entry(&stolen), &own), 2, "identity");
    caught(&moved_by(&log, &hand), 2, "key");
    assert_eq!(judge(&moved_by(&log, &own)).fault, None);
    let deletion = Make::op("auth.delete").body(vec![("counts", Value::map::<&str>([]))]);
    caught(&written(deletion.clone(), &hand), 2, "key");
    valid(&written(deletion, &own));
    // A chain that begins with another key than the DID's.
    let mut foreign = Log::empty(&Party { genesis: bob().genesis, ..ann }, &first_box());
    let make = creation(&foreign);
    will(&mut foreign, make);
    foreign.head();
    caught(&foreign, 0, "identity");
}

#[test]
fn delegate_oversteps() {
    let mut log = begin(&ann(), &first_box());
    let via = will(&mut log, delegation(31, &["profile.update"], 100, Some(1)));
    let wide = will(&mut log, delegation(32, &["profile.*", "auth.*"], 100, None));
    let short = will(&mut log, delegation(33, &["profile.update"], 4, None));
    let hand = delegate(&log, 31, via);
    let wide_hand = delegate(&log, 32, wide);
    will_by(&mut log, update("as I was asked"), &hand);
    will_by(&mut log, claim("ann"), &wide_hand);
    log.head();
    assert_eq!(valid(&log).by_will.signed, 6);
    let written = |make: Make, hand: &Hand| {
        let mut log = log.clone();
        will_by(&mut log, make, hand);
        log.head();
        log
    };
    // Its uses, its scope, its end; operations that no delegation covers; another person's delegation; a missing one.
    caught(&written(update("again"), &hand), 6, "delegation");
    let mut narrow = log.clone();
    let via = will(&mut narrow, delegation(35, &["profile.update"], 100, None));
    let narrow_hand = delegate(&narrow, 35, via);
    will_by(&mut narrow, claim("eve"), &narrow_hand);
    narrow.head();
    caught(&narrow, 7, "delegation");
    caught(&written(update("late"), &delegate(&log, 33, short)), 6, "delegation");
    let own_key = Make::op("auth.side.adopt").reference(log.last());
    caught(&written(own_key, &wide_hand), 6, "delegation");
    caught(&moved_by(&log, &wide_hand), 6, "delegation");
    caught(&written(delegation(34, &["profile.*"], 100, None), &wide_hand), 6, "delegation");
    caught(&written(update("x"), &delegate(&log, 31, wide)), 6, "delegation");
    caught(&written(update("x"), &delegate(&log, 32, log.last())), 6, "delegation");
    // A key of its choice, and a chain that it lacks.
    let mut other = wide_hand.clone();
    other.key = Party::new(40).key;
    caught(&written(update("x"), &other), 6, "proof");
    let mut chained = wide_hand.clone();
    chained.chain = Some(log.chain.cid);
    caught(&written(update("x"), &chained), 6, "key");
    // An entry after the delegation's end.
    let mut ended = log.clone();
    will(&mut ended, Make::op("auth.delegation.end").reference(wide));
    ended.head();
    valid(&ended);
    will_by(&mut ended, update("too late"), &wide_hand);
    ended.head();
    caught(&ended, 7, "delegation");
}

/// Moves a delegate's entry to another delegation of the same key, as the home.
type Move = fn(&mut Header, Cid);

/// Writes `via` into the proof, or outside it, where older entries have it.
const MOVES: [Move; 2] = [
    |header, via| {
        header.via = Some(via);
        if let Will::Signed(part) = &mut header.will {
            part.via = Some(via);
        }
    },
    |header, via| {
        header.via = Some(via);
        if let Will::Signed(part) = &mut header.will {
            part.via = None;
        }
    },
];

#[test]
fn a_signature_names_its_delegation() {
    let mut log = begin(&ann(), &first_box());
    let once = will(&mut log, delegation(31, &["profile.update"], 100, Some(1)));
    let wide = will(&mut log, delegation(31, &["profile.*"], 100, None));
    let hand = delegate(&log, 31, once);
    let older = Hand { older: true, ..hand.clone() };
    let before = log.clone();
    will_by(&mut log, update("once"), &hand);
    log.head();
    valid(&log);
    for change in MOVES {
        let moved = change_as_home(&log, 3, |row| change(&mut row.header, wide));
        caught(&moved, 3, "proof");
    }
    // The right delegation, but outside the proof; and one in both places.
    let beside = change_as_home(&log, 3, |row| MOVES[1](&mut row.header, once));
    caught(&beside, 3, "proof");
    let mut both = log.clone();
    let mut header = cbor::decode(&both.entries[3].header_bytes).unwrap();
    let members = header.as_map_mut().unwrap();
    members.insert("via".to_owned(), Value::Link(wide));
    let bytes = cbor::encode(&header);
    both.entries[3].cid = dag_cbor_cid(&bytes);
    both.entries[3].header_bytes = bytes.into();
    both.head();
    caught(&both, 3, "will");
    // An older signature names no delegation: it is valid under either, and can't be turned into one that names it.
    let mut log = before;
    will_by(&mut log, update("once"), &older);
    log.head();
    valid(&log);
    valid(&change_as_home(&log, 3, |row| row.header.via = Some(wide)));
    let named = change_as_home(&log, 3, |row| MOVES[0](&mut row.header, once));
    caught(&named, 3, "proof");
}

#[test]
fn a_signature_names_its_delegation_in_other_logs() {
    let (mut anns, log) = (begin(&ann(), &first_box()), begin(&bob(), &first_box()));
    let once = will(&mut anns, delegation(31, &["profile.*"], 1_000, Some(1)));
    let wide = will(&mut anns, delegation(31, &["auth.*", "profile.*"], 1_000, None));
    let hand = delegate(&anns, 31, once);
    let dids = std::slice::from_ref(&log.owner.did);
    let follow = follow_by(&mut anns, dids, "profile.follow", Some(&hand));
    let followed = |operation: &Operation| {
        let mut log = log.clone();
        be_followed(&mut log, operation);
        log.head();
        log
    };
    valid(&followed(&follow));
    for change in MOVES {
        let mut moved = follow.clone();
        let mut header = Header::clone(&follow.intent.header);
        change(&mut header, wide);
        moved.intent = Sealed::seal(header, None);
        moved.delegation = Some((anns.entries[2].clone(), anns.bodies[&2].clone()));
        caught(&followed(&moved), 1, "proof");
    }
}
