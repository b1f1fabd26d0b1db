//! The rows of docs/threats.md on several logs: consequences in other logs, and different stories for two parties.

use imajin_log::entry::Sealed;

use crate::threats::friends;
use crate::threats::prelude::*;

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
    // Too many consequences, even if the txn lists them.
    let mut twice = derived(follower());
    derive(&mut twice, &follow, follower());
    twice.head();
    caught(&twice, 2, "cause");
    // Another author, no cause, no txn.
    caught(&change_as_home(&other, 1, |row| row.header.author = bob().did), 1, "cause");
    let mut lacking = other.clone();
    lacking.causes.clear();
    caught(&lacking, 1, "cause");
    caught(&change_as_home(&other, 1, |row| row.header.txn = None), 1, "txn");
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
    // With Dora in its fact and its `to`, the intent is no longer the one that Ann signed.
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
    let equivocations = against(&to_bob, &to_carol);
    let kinds: Vec<_> = equivocations.iter().map(|item| (item.kind, item.seq)).collect();
    assert_eq!(kinds, [("head", Some(3)), ("entry", Some(3))]);
    assert!(against(&to_bob, &to_bob).is_empty());
    let mut later = to_bob.clone();
    will(&mut later, update("more"));
    later.head();
    assert!(against(&to_bob, &later).is_empty());
    // An operation that one party has, and that the other's continued log lacks.
    let (mut one, other, _, follow) = friends();
    let of_bob = |bytes: &&Vec<u8>| opening_did(bytes) == bob().did.as_str();
    let opening = follow.openings.iter().find(of_bob).unwrap().clone();
    open(&mut one, &opening);
    valid(&one);
    assert!(against(&one, &other).is_empty());
    let mut without = begin(&bob(), &first_box());
    without.head();
    assert!(against(&one, &without).is_empty(), "it may simply be older");
    will(&mut without, update("went on"));
    will(&mut without, update("and on"));
    without.head();
    valid(&without);
    let equivocations = against(&one, &without);
    let expected = (1, "txn", &bob().did.to_string());
    assert_eq!((equivocations.len(), equivocations[0].kind, &equivocations[0].did), expected);
}
