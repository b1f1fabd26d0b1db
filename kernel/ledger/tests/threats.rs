//! Who can forge what: one test for each row of docs/threats.md. Each shows an honest log, then attacks it as far as the
//! keys of the party that the row names go, and asks both verifiers, which must find the same fault at the same place.

#![allow(
    clippy::unwrap_used,
    reason = "a test helper that fails is a failed test"
)]

#[path = "threats/anchored.rs"]
mod anchored;
mod support;
#[path = "threats/tools.rs"]
mod tools;

use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::identity::{Key, Keys, sign_create, sign_update};
use imajin_dfos::{PublicKey, SigningKey, Value};
use imajin_ledger::entry::{Header, Sealed, Will, encode_body};
use imajin_ledger::verify::VerifyOptions;
use imajin_protocol::{Fact, FactValue, Head, HeadPayload, IdText};
use rusqlite::Connection;
use serde_json::json;
use support::{Log, Make, Party, at};
use tools::acts::*;
use tools::bundles;
use tools::forge::*;
use tools::judge::*;

fn ann() -> Party {
    Party::new(1)
}

fn bob() -> Party {
    Party::new(2)
}

fn first_box() -> Party {
    Party::new(3)
}

fn second_box() -> Party {
    Party::new(4)
}

/// Moves to the second box by this hand; both homes do what they are asked.
fn moved_by(log: &Log, hand: &Hand) -> Log {
    let mut out = log.clone();
    let second = second_box();
    out.chains
        .insert(second.did.to_string(), vec![second.genesis.token.clone()]);
    let hand = Hand {
        aud: second.did.clone(),
        ..hand.clone()
    };
    will_by(&mut out, moving(&second, 2), &hand);
    out
}

/// A session's proof is worth nothing; this is what a custodial row looks like.
fn custodial_row(log: &Log, make: Make) -> Row {
    let mut scratch = log.clone();
    scratch.custodial(make);
    rows(&scratch).pop().unwrap()
}

#[test]
fn dropping() {
    let log = diary();
    assert_eq!(valid(&log).attested_to, Some(6));
    // Anyone: the row is gone.
    let mut gone = log.clone();
    gone.entries.remove(4);
    gone.bodies.remove(&4);
    caught(&gone, 4, "seq");
    // Anyone: the next one takes its number, which breaks its link.
    let mut numbered = rows(&log);
    numbered.remove(4);
    numbered[4].header.seq = 4;
    let mut taken = cut(&log, 4);
    taken
        .entries
        .push(Sealed::seal(numbered[4].header.clone(), None));
    taken.bodies.insert(4, numbered[4].body.clone().unwrap());
    caught(&taken, 4, "prev");
    // Whoever links the rest anew has no head for it.
    let mut linked = rows(&log);
    linked.remove(4);
    let linked = relink(&log, linked);
    caught(&linked, 6, "cut");
    // The home has. What a session asked for is its word, so only the head that somebody kept tells.
    let mut headed = linked.clone();
    headed.head();
    assert_eq!(valid(&headed).by_will.custodial, 1);
    caught_knowing(&headed, log.last());
    assert_eq!(against(&log, &headed)[0].seq, Some(4));
}

#[test]
fn dropping_signed() {
    let log = diary();
    valid(&log);
    for (dropped, found) in [(1, 2), (3, 4), (5, 5)] {
        let mut rest = rows(&log);
        rest.remove(dropped);
        caught(&relink_as_home(&log, rest), found, "order");
    }
}

#[test]
fn reordering() {
    let log = diary();
    valid(&log);
    let swapped = |one: usize, other: usize| {
        let mut all = rows(&log);
        all.swap(one, other);
        let at = all[one].header.at;
        all[one].header.at = all[other].header.at;
        all[other].header.at = at;
        relink_as_home(&log, all)
    };
    caught(&swapped(5, 6), 5, "order");
    caught(&swapped(1, 3), 1, "order");
    // What a session asked for has no place but the one that a head gives it.
    let moved = swapped(4, 5);
    valid(&moved);
    caught_knowing(&moved, log.last());
    let mut kept = moved;
    kept.heads = log.heads.clone();
    caught(&kept, 6, "head");
}

#[test]
fn redating() {
    let log = diary();
    valid(&log);
    let shifted = |from: usize, millis: i64| {
        let mut all = rows(&log);
        for row in &mut all[from..] {
            row.header.at = row.header.at.checked_add_millis(millis).unwrap();
        }
        relink_as_home(&log, all)
    };
    caught(&shifted(3, 300_001), 3, "iat");
    caught(&shifted(0, -300_001), 0, "iat");
    // Up to 300 s either way are the home's, until it has signed a head.
    let moved = shifted(3, 300_000);
    valid(&moved);
    caught_knowing(&moved, log.last());
    let mut kept = moved;
    kept.heads = log.heads.clone();
    caught(&kept, 6, "head");
    // What somebody saw is fixed by their own proof.
    caught(&shifted(0, -300_000), 1, "order");
    // Back in time is no time at all.
    let back = change_as_home(&log, 4, |row| row.header.at = at(3));
    caught(&back, 4, "at");
}

#[test]
fn inserting() {
    let log = diary();
    valid(&log);
    let with = |row: Row| {
        let mut all = rows(&log);
        let mut row = row;
        row.header.at = just_after(&all[4]);
        all.insert(5, row);
        relink_as_home(&log, all)
    };
    // With a signature that the owner gave to something else.
    let borrowed = rows(&log)[5].clone().with_body(update("never said"));
    caught(&with(borrowed), 5, "proof");
    // With one of the home's own key under the owner's name, and under its own.
    let upto = cut(&log, 5);
    let mut forged = owner(&upto);
    forged.key = first_box().key;
    let mut own = forged.clone();
    own.kid = first_box().kid();
    let foreign = stranger(&upto, &first_box());
    for (hand, code) in [(forged, "proof"), (own, "key"), (foreign, "will")] {
        let mut longer = upto.clone();
        let seen = seen(&upto, 0);
        enter(&mut longer, update("never said"), &hand, seen);
        caught(&with(rows(&longer).pop().unwrap()), 5, code);
    }
}

#[test]
fn changing() {
    let log = diary();
    valid(&log);
    // Anyone: the text.
    let mut said = log.clone();
    said.bodies
        .insert(3, encode_body(&update("Eve").body.unwrap()).unwrap());
    caught(&said, 3, "body");
    // Anyone: what a session asked for, found by the next link.
    let next = change(&log, 4, |row| *row = row.clone().with_body(update("Eve")));
    caught(&next, 5, "prev");
    // The home, which can link and sign anew: everything that the proof covers.
    type Edit = fn(&mut Row);
    let edits: [Edit; 5] = [
        |row| *row = row.clone().with_body(update("Eve")),
        |row| row.header.op = "profile.handle.claim".into(),
        |row| row.header.reference = Some(IdText::parse("eve").unwrap()),
        |row| row.header.fact = Some(Fact::new([("n", FactValue::Int(1))]).unwrap()),
        |row| {
            if let Will::Signed(part) = &mut row.header.will {
                part.to.push(bob().did);
            }
        },
    ];
    for edit in edits {
        caught(&change(&log, 3, edit), 3, "proof");
        caught(&change_as_home(&log, 3, edit), 3, "proof");
    }
    // And its own word for the owner's.
    let word = custodial_row(&log, update("Eve"));
    let claimed = change_as_home(&log, 3, |row| {
        row.header.will = Will::Custodial;
        row.header.via = word.header.via;
    });
    caught(&claimed, 5, "order");
}

#[test]
fn inserting_custodial() {
    let log = diary();
    valid(&log);
    let inserted = |head: bool| {
        let mut all = rows(&log);
        let mut row = custodial_row(&log, update("never asked for"));
        row.header.at = just_after(&all[3]);
        all.insert(4, row);
        let mut out = relink(&log, all);
        if head {
            out.head();
        }
        out
    };
    // Before a head nothing tells: it is the node's word, and counted as such.
    let early = inserted(true);
    let report = valid(&early);
    assert_eq!((report.entries, report.by_will.custodial), (8, 3));
    // After it the head does, and whoever knows it.
    caught(&inserted(false), 6, "head");
    caught_knowing(&early, log.last());
    let found = against(&log, &early);
    assert_eq!((found[0].kind, found[0].seq), ("entry", Some(4)));
    // An owner who wants to be asked can say so.
    let mut strict = begin(&ann(), &first_box());
    let fact = Fact::new([("require_signed", FactValue::Int(1))]).unwrap();
    let demand = Make {
        fact: Some(fact),
        ..Make::op("auth.settings.update")
    };
    will(&mut strict, demand);
    valid(&strict);
    strict.custodial(update("never asked for"));
    strict.head();
    caught(&strict, 2, "will");
}

#[test]
fn truncating() {
    let log = diary();
    valid(&log);
    // The head is past the end.
    caught(&cut(&log, 4), 6, "cut");
    // Without a head, or with that of an older state, it is an older state: only who knows more can tell.
    let mut bare = cut(&log, 4);
    bare.heads.clear();
    assert_eq!(valid(&bare).attested_to, None);
    let mut older = cut(&log, 4);
    older.head();
    assert_eq!(valid(&older).attested_to, Some(3));
    for short in [bare, older] {
        caught_knowing(&short, log.last());
        assert_eq!(judge_knowing(&short, log.entries[3].cid).fault, None);
        assert!(
            against(&log, &short).is_empty(),
            "older is no other history"
        );
    }
}

#[test]
fn replaying() {
    let log = diary();
    valid(&log);
    for (again, after) in [(3, 6), (6, 6), (1, 4)] {
        let mut all = rows(&log);
        let mut row = all[again].clone();
        row.header.at = just_after(&all[after]);
        all.insert(after + 1, row);
        caught(&relink_as_home(&log, all), after as u64 + 1, "order");
    }
}

#[test]
fn replaying_elsewhere() {
    let log = diary();
    valid(&log);
    let proof = header(&log, 1);
    // In another's log: under her name nobody may write there; where an op is not known, the proof is of another log.
    let mut others = begin(&bob(), &first_box());
    others
        .chains
        .insert(ann().did.to_string(), vec![ann().genesis.token]);
    let replay = |into: &Log, proof: &Header, make: Make| {
        let mut out = into.clone();
        out.push(
            make,
            proof.author.clone(),
            proof.will.clone(),
            None,
            None,
            None,
        );
        out.head();
        out
    };
    caught(&replay(&others, &proof, update("Ann")), 1, "will");
    let mut side = begin(&ann(), &first_box());
    will(
        &mut side,
        Make::op("note.write").body(vec![("text", "mine".into())]),
    );
    assert!(valid(&side).unknown_ops.contains("note.write"));
    let note = Make::op("note.write").body(vec![("text", "mine".into())]);
    let mut unseen = header(&side, 1);
    if let Will::Signed(part) = &mut unseen.will {
        part.seen = None;
    }
    caught(&replay(&others, &unseen, note), 1, "proof");
    // Under his name it is not his key.
    let mut as_bob = proof.clone();
    as_bob.author = bob().did;
    caught(&replay(&others, &as_bob, update("Ann")), 1, "key");
    // At another node: what was addressed to the home before.
    let mut moved = log.clone();
    move_to(&mut moved, &second_box());
    moved.head();
    valid(&moved);
    let mut late = owner(&moved);
    late.aud = first_box().did;
    will_by(&mut moved, update("for the old home"), &late);
    moved.head();
    caught(&moved, 8, "aud");
}

/// Ann follows Bob and Carol; the three logs, and the operation.
fn friends() -> (Log, Log, Log, Operation) {
    let carol = Party::new(5);
    let mut ann = begin(&ann(), &first_box());
    let mut bob = begin(&bob(), &first_box());
    let mut carol = begin(&carol, &first_box());
    let both = [bob.owner.did.clone(), carol.owner.did.clone()];
    let follow = follow(&mut ann, &both, "profile.follow", true);
    be_followed(&mut bob, &follow);
    be_followed(&mut carol, &follow);
    for log in [&mut ann, &mut bob, &mut carol] {
        log.head();
    }
    (ann, bob, carol, follow)
}

#[test]
fn deriving() {
    let (one, other, third, follow) = friends();
    for log in [&one, &other, &third] {
        valid(log);
    }
    assert!(against(&one, &other).is_empty());
    let begun = begin(&bob(), &first_box());
    let derived = |make: Make| {
        let mut log = begun.clone();
        take_evidence(&mut log, &follow);
        log.openings = other.openings.clone();
        derive(&mut log, &follow, make);
        log.head();
        log
    };
    let follower = || Make::op("profile.follower").reference(&follow.author.did);
    valid(&derived(follower()));
    // Another op, another field.
    let end = Make::op("profile.follower.end").reference(&follow.author.did);
    let never = update("derived");
    let of_bob = Make::op("profile.follower").reference(&bob().did);
    for make in [end, never, of_bob, Make::op("profile.follower")] {
        caught(&derived(make), 1, "cause");
    }
    // Too often, even where the txn says so.
    let mut twice = derived(follower());
    derive(&mut twice, &follow, follower());
    twice.head();
    caught(&twice, 2, "cause");
    // Another author, no cause, no txn.
    caught(
        &change_as_home(&other, 1, |row| row.header.author = bob().did),
        1,
        "cause",
    );
    let mut lacking = other.clone();
    lacking.causes.clear();
    caught(&lacking, 1, "cause");
    caught(
        &change_as_home(&other, 1, |row| row.header.txn = None),
        1,
        "txn",
    );
    // In the follower's own log.
    let mut own = one.clone();
    derive(&mut own, &follow, follower());
    own.head();
    caught(&own, 2, "cause");
}

#[test]
fn deriving_elsewhere() {
    let (one, other, _, follow) = friends();
    valid(&one);
    valid(&other);
    // Dora's home has the intent, and Dora is not in it.
    let mut dora = begin(&Party::new(6), &second_box());
    let opened = opening(&dora.owner.did, "profile.follower", None, 9);
    let mut wider = follow.clone();
    wider.openings.push(opened);
    wider.list = list_of(&wider.openings);
    let mut plain = dora.clone();
    be_followed(&mut plain, &follow);
    plain.head();
    caught(&plain, 1, "cause");
    // Put into its fact and its `to`, it is no more what Ann signed.
    let mut header = Header::clone(&follow.intent.header);
    let names = [dora.owner.did.to_string()];
    header.fact = Make::op("profile.follow").fact_ids("dids", &names).fact;
    header.txn = Some(dag_cbor_cid(&wider.list));
    if let Will::Signed(part) = &mut header.will {
        part.to = vec![dora.owner.did.clone()];
    }
    wider.txn = header.txn.unwrap();
    wider.intent = Sealed::seal(header, None);
    be_followed(&mut dora, &wider);
    dora.head();
    caught(&dora, 1, "proof");
}

#[test]
fn writing_after_a_move() {
    let mut log = diary();
    let old_copy = log.clone();
    move_to(&mut log, &second_box());
    will(&mut log, update("at the new home"));
    log.head();
    valid(&log);
    // Into the moved log: what is addressed to the old home, and heads of it.
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
    claimed
        .heads
        .insert((2, first_box().did.to_string()), head(2, 8));
    caught(&claimed, 8, "head");
    let mut replaced = log.clone();
    replaced
        .heads
        .insert((1, first_box().did.to_string()), head(1, 8));
    caught(&replaced, 7, "home");
    // On the old copy it goes on alone: a branch, which is found where the two meet.
    let mut branch = old_copy;
    branch.custodial(update("still here"));
    branch.head();
    valid(&branch);
    caught_knowing(&branch, log.last());
    let found = against(&log, &branch);
    assert_eq!((found[0].kind, found[0].seq), ("entry", Some(7)));
    // That is why it is kept as a side log: for its DID it verifies, and it is nobody's newest.
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
    // Alone it is a log like any other.
    assert_eq!(valid(&other).entries, 8);
    // The head that somebody kept, asked for or put beside it, and the other's copy tell.
    caught_knowing(&other, log.last());
    let mut kept = other.clone();
    kept.heads = log.heads.clone();
    caught(&kept, 6, "head");
    let mut shorter = cut(&other, 5);
    shorter.heads = log.heads.clone();
    caught(&shorter, 6, "cut");
    let found = against(&log, &other);
    assert_eq!((found[0].kind, found[0].seq), ("entry", Some(3)));
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
    // Naming the state in which it was in force, and the one now; whatever the dates say.
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

/// Ann with a controller key (hers) and a device key that may sign but not change the identity.
fn ann_with_device() -> (Party, Party) {
    let (mut ann, device) = (ann(), Party::new(21));
    let key = |key: &SigningKey| Key::new(&PublicKey::from_bytes(key.verifying_key().to_bytes()));
    let (own, other) = (key(&ann.key), key(&device.key));
    let keys = Keys {
        auth: vec![own.clone(), other],
        assert: Vec::new(),
        controller: vec![own],
    };
    ann.genesis = sign_create(keys, Vec::new(), at(0), &ann.key_id, &ann.key).unwrap();
    (ann, device)
}

/// The same token, signed by another key under its own name.
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
    let next = Key::new(&PublicKey::from_bytes(
        device.key.verifying_key().to_bytes(),
    ));
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
    let mut foreign = Log::empty(
        &Party {
            genesis: bob().genesis,
            ..ann
        },
        &first_box(),
    );
    let make = creation(&foreign);
    will(&mut foreign, make);
    foreign.head();
    caught(&foreign, 0, "identity");
}

#[test]
fn older_bundle() {
    let dir = tempfile::tempdir().unwrap();
    let log = diary();
    let mut older = cut(&log, 4);
    older.head();
    let path = bundles::export(&older, dir.path());
    let none = VerifyOptions::default();
    assert_eq!(judge_path(&path, &none).fault, None);
    let knowing = VerifyOptions {
        head: Some(log.last()),
        ..none
    };
    caught_in(&judge_path(&path, &knowing), None, "cut");
    let newest = bundles::export(&log, dir.path());
    assert_eq!(judge_path(&newest, &knowing).fault, None);
}

#[test]
fn edited_views() {
    let log = diary();
    let edited = |edit: &dyn Fn(&std::path::Path)| {
        let dir = tempfile::tempdir().unwrap();
        let path = bundles::export(&log, dir.path());
        assert_eq!(judge_path(&path, &VerifyOptions::default()).fault, None);
        edit(&path);
        judge_path(&path, &VerifyOptions::default())
    };
    let page = |path: &std::path::Path| {
        let file = path.join("index.html");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text.replace("six", "SIX") + "<!-- -->").unwrap();
    };
    let view = |path: &std::path::Path| {
        let mut document = bundles::read(path, "bundle.json");
        document["sections"]["profile"]["display_name"] = json!("Eve");
        bundles::write(path, "bundle.json", &document);
    };
    let listed = |path: &std::path::Path, name: &str, by: Option<&Party>| {
        if let (Some(by), "bundle.json") = (by, name) {
            let mut document = bundles::read(path, name);
            bundles::sign_document(&mut document, by, "owner");
            bundles::write(path, name, &document);
        }
        let mut manifest = bundles::read(path, "manifest.json");
        bundles::list(&mut manifest, path, name);
        if let Some(by) = by {
            bundles::sign_document(&mut manifest, by, "owner");
        }
        bundles::write(path, "manifest.json", &manifest);
    };
    // Edited; listed anew; signed by a stranger.
    caught_in(&edited(&|path| page(path)), None, "manifest");
    caught_in(&edited(&|path| view(path)), None, "manifest");
    let unsigned = edited(&|path| {
        page(path);
        listed(path, "index.html", None);
    });
    caught_in(&unsigned, None, "manifest");
    let by_bob = edited(&|path| {
        page(path);
        listed(path, "index.html", Some(&bob()));
    });
    caught_in(&by_bob, None, "manifest");
    // Signed by the owner: the page claims nothing, the view must be the log's.
    let by_owner = edited(&|path| {
        page(path);
        listed(path, "index.html", Some(&ann()));
    });
    assert_eq!(by_owner.fault, None);
    let by_owner = edited(&|path| {
        view(path);
        listed(path, "bundle.json", Some(&ann()));
    });
    caught_in(&by_owner, None, "view");
}

#[test]
fn delegate_oversteps() {
    let mut log = begin(&ann(), &first_box());
    let via = will(&mut log, delegation(31, &["profile.update"], 100, Some(1)));
    let wide = will(
        &mut log,
        delegation(32, &["profile.*", "auth.*"], 100, None),
    );
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
    // Its uses, its scope, its end; what no delegation covers; another's delegation; one that is not there.
    caught(&written(update("again"), &hand), 6, "delegation");
    caught(&written(claim("eve"), &hand), 6, "delegation");
    caught(
        &written(update("late"), &delegate(&log, 33, short)),
        6,
        "delegation",
    );
    let own_key = Make::op("auth.side.adopt").reference(log.last());
    caught(&written(own_key, &wide_hand), 6, "delegation");
    caught(&moved_by(&log, &wide_hand), 6, "delegation");
    caught(
        &written(delegation(34, &["profile.*"], 100, None), &wide_hand),
        6,
        "delegation",
    );
    caught(
        &written(update("x"), &delegate(&log, 31, wide)),
        6,
        "delegation",
    );
    caught(
        &written(update("x"), &delegate(&log, 32, log.last())),
        6,
        "delegation",
    );
    // A key of its own choosing, and a chain that it has not.
    let mut other = wide_hand.clone();
    other.key = Party::new(40).key;
    caught(&written(update("x"), &other), 6, "proof");
    let mut chained = wide_hand.clone();
    chained.chain = Some(log.chain.cid);
    caught(&written(update("x"), &chained), 6, "key");
    // After its end.
    let mut ended = log.clone();
    will(&mut ended, Make::op("auth.delegation.end").reference(wide));
    ended.head();
    valid(&ended);
    will_by(&mut ended, update("too late"), &wide_hand);
    ended.head();
    caught(&ended, 7, "delegation");
}

#[test]
fn erasing() {
    let mut log = diary();
    erase(&mut log, &[3]);
    log.head();
    assert_eq!(valid(&log).erased, 1);
    // Taken as never written, or as erased by nobody.
    let mut never = rows(&log);
    never.remove(3);
    caught(&relink_as_home(&log, never), 4, "order");
    let mut gone = log.clone();
    gone.bodies.remove(&5);
    caught(&gone, 5, "body");
    // Kept although it was erased.
    let mut kept = log.clone();
    kept.bodies.insert(3, diary().bodies[&3].clone());
    caught(&kept, 3, "body");
    // What must stay, there or not.
    for there in [true, false] {
        let mut identity = diary();
        let make = erasure(&identity, &[0]);
        will(&mut identity, make);
        if !there {
            identity.bodies.remove(&0);
        }
        identity.head();
        caught(&identity, 0, "body");
    }
    // Of what is none of this log's, and by somebody whose it is not.
    let mut unknown = diary();
    let link = Value::Link(dag_cbor_cid(b"elsewhere"));
    let make = |link| Make::op("auth.body.erased").body(vec![("bodies", Value::List(vec![link]))]);
    will(&mut unknown, make(link));
    unknown.head();
    caught(&unknown, 7, "erasure");
    let mut foreign = diary();
    foreign
        .chains
        .insert(bob().did.to_string(), vec![bob().genesis.token]);
    let hand = stranger(&foreign, &bob());
    let erased = erasure(&foreign, &[3]);
    will_by(&mut foreign, erased, &hand);
    foreign.bodies.remove(&3);
    foreign.head();
    caught(&foreign, 7, "erasure");
    // By an entry that only looks like an erasure.
    let mut named = diary();
    let mut alike = make(Value::Link(named.entries[3].header.body.unwrap()));
    alike.op = "profile.update";
    will(&mut named, alike.reference("auth.body.erased"));
    named.head();
    valid(&named);
    named.bodies.remove(&3);
    caught(&named, 3, "body");
}

/// A log in which somebody ran SQL.
fn after_sql(log: &Log, sql: &str) -> imajin_ledger::verify::Report {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.sqlite");
    log.write(&path);
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    judge_path(&path, &VerifyOptions::default())
}

#[test]
fn smuggling() {
    let (_, log, ..) = friends();
    assert_eq!(after_sql(&log, "").fault, None);
    let (carol, chain) = (Party::new(7), Party::new(7).genesis.token);
    let own = bob().genesis.token;
    for (sql, seq) in [
        ("INSERT INTO bodies VALUES (99, x'a0')".to_owned(), Some(99)),
        ("INSERT INTO bodies VALUES (1, x'a0')".into(), Some(1)),
        (
            format!("INSERT INTO chains VALUES ('{}', 0, '{chain}')", carol.did),
            None,
        ),
        (
            format!("INSERT INTO chains VALUES ('{}', 0, '{own}')", bob().did),
            None,
        ),
    ] {
        caught_in(&after_sql(&log, &sql), seq, "stray");
    }
    for (table, columns) in [("causes", 3), ("txns", 2), ("openings", 2)] {
        let cid: String = dag_cbor_cid(b"smuggled")
            .to_bytes()
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect();
        let values = if columns == 3 { "x'a0', NULL" } else { "x'80'" };
        let sql = format!("INSERT INTO {table} VALUES (x'{cid}', {values})");
        caught_in(&after_sql(&log, &sql), None, "stray");
    }
    for sql in [
        "CREATE TABLE more (n INTEGER) STRICT",
        "CREATE INDEX more ON heads (jws)",
        "CREATE VIEW more AS SELECT 1",
        "CREATE TRIGGER more AFTER INSERT ON entries BEGIN DELETE FROM heads; END",
        "PRAGMA user_version = 2",
        "PRAGMA application_id = 7",
        "DROP TABLE local_keys",
    ] {
        caught_in(&after_sql(&log, sql), None, "file");
    }
    // What serves a node proves nothing beside a log, and does not travel in a bundle.
    let local = "INSERT INTO local_offsets VALUES (0, 1)";
    assert_eq!(after_sql(&log, local).fault, None);
    let dir = tempfile::tempdir().unwrap();
    let path = bundles::export(&diary(), dir.path());
    let conn = Connection::open(path.join("log.sqlite")).unwrap();
    conn.execute_batch(local).unwrap();
    drop(conn);
    caught_in(&judge_path(&path, &VerifyOptions::default()), None, "file");
}

#[test]
fn equivocation() {
    // Two histories of one log.
    let common = cut(&diary(), 3);
    let mut to_bob = common.clone();
    let mut to_carol = common;
    to_bob.custodial(update("for Bob"));
    to_carol.custodial(update("for Carol"));
    for log in [&mut to_bob, &mut to_carol] {
        log.heads.clear();
        log.head();
        valid(log);
    }
    let found = against(&to_bob, &to_carol);
    let kinds: Vec<_> = found.iter().map(|item| (item.kind, item.seq)).collect();
    assert_eq!(kinds, [("head", Some(3)), ("entry", Some(3))]);
    assert!(against(&to_bob, &to_bob).is_empty());
    // An operation that one party has and the other, whose log went on, has not.
    let (mut one, other, _, follow) = friends();
    let of_bob = |bytes: &&Vec<u8>| opening_did(bytes) == bob().did.as_str();
    let shown = follow.openings.iter().find(of_bob).unwrap().clone();
    open(&mut one, &shown);
    valid(&one);
    assert!(against(&one, &other).is_empty());
    let mut without = begin(&bob(), &first_box());
    without.head();
    assert!(against(&one, &without).is_empty(), "it may simply be older");
    will(&mut without, update("went on"));
    will(&mut without, update("and on"));
    without.head();
    valid(&without);
    let found = against(&one, &without);
    assert_eq!(
        (found.len(), found[0].kind, &found[0].did),
        (1, "txn", &bob().did.to_string())
    );
}
