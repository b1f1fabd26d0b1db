//! The rows of docs/threats.md on second headers: a proof does not cover where and when an intent was entered, so a home
//! can put another header round it.

use std::path::PathBuf;

use imajin_bundle::import::ImportError;
use imajin_log::rules::Code;

use crate::copies::checked;
use crate::threats::bound::across;
use crate::threats::friends;
use crate::threats::prelude::*;
use crate::world::World;

/// Fields that a home can change in a second header, besides its `txn`.
const EDITS: [fn(&mut Header); 4] = [
    |header| header.seq += 7,
    |header| header.at = at(1_000),
    |header| header.prev = Some(dag_cbor_cid(b"elsewhere")),
    |_| {},
];

#[test]
fn what_was_signed_once_has_one_header() {
    let (_, bobs, _, follow) = friends();
    valid(&bobs);
    for edit in EDITS {
        let mut log = bobs.clone();
        be_followed(&mut log, &entered_again(&follow, edit));
        log.head();
        caught(&log, 2, "twice");
    }
    // A second header of a delegation would double its uses.
    let (mut anns, mut log) = (begin(&ann(), &first_box()), begin(&bob(), &first_box()));
    let via = will(&mut anns, delegation(31, &["profile.*"], 1_000, Some(1)));
    let hand = delegate(&anns, 31, via);
    let dids = std::slice::from_ref(&log.owner.did).to_vec();
    let first = follow_by(&mut anns, &dids, "profile.follow", Some(&hand));
    be_followed(&mut log, &first);
    let mut other = header(&anns, 1);
    other.at = other.at.checked_add_millis(1).unwrap();
    let other = imajin_log::entry::Sealed::seal(other, None);
    let hand = delegate(&anns, 31, other.cid);
    let mut end = follow_by(&mut anns, &dids, "profile.unfollow", Some(&hand));
    end.delegation = first.delegation.clone().map(|(_, body)| (other, body));
    be_followed(&mut log, &end);
    log.head();
    caught(&log, 2, "twice");
}

#[test]
fn two_intents_after_one_are_two_branches() {
    // Ann's log continued from an older copy: Bob's log has a consequence of an intent in the lost branch.
    let (mut lost, mut anns) = (begin(&ann(), &first_box()), begin(&ann(), &first_box()));
    let mut log = begin(&bob(), &first_box());
    let dids = std::slice::from_ref(&log.owner.did).to_vec();
    let of_lost = follow(&mut lost, &dids, "profile.follow", true);
    let of_kept = follow(&mut anns, &dids, "profile.unfollow", true);
    be_followed(&mut log, &of_lost);
    be_followed(&mut log, &of_kept);
    log.head();
    valid(&log);
}

/// Makes Ann's bundle with logs of things of hers.
fn bundle(dir: &Path, log: &Log, things: &[&Log]) -> PathBuf {
    let path = bundles::export(log, dir);
    for thing in things {
        bundles::add(&path, &name(thing), &ann(), |file| thing.write(file));
    }
    path
}

fn name(thing: &Log) -> String {
    format!("owned/{}/log.sqlite", thing.owner.did.folder_name())
}

/// Returns the fault that both verifiers report of the bundle: the entry, the code, the file.
fn fault_of(log: &Log, things: &[&Log]) -> Option<(Option<u64>, String, Option<String>)> {
    let dir = tempfile::tempdir().unwrap();
    let path = bundle(dir.path(), log, things);
    let fault = judge_path(&path, &VerifyOptions::default()).fault?;
    Some((fault.seq, fault.code.to_string(), fault.file))
}

/// Returns whether a node refuses to import the bundle since a text signed once has two headers.
fn is_refused(log: &Log, things: &[&Log]) -> bool {
    let dir = tempfile::tempdir().unwrap();
    match checked(&World::with_seed(7), &bundle(dir.path(), log, things)) {
        Err(ImportError::Invalid(report)) => report.fault.unwrap().code == Code::Twice,
        _ => false,
    }
}

/// Returns the log of a thing that Ann opened.
fn opened(thing: &Party) -> Log {
    let words = |op| Make::op(op).body(vec![("title", "A concert".into())]);
    let (create, derived) = (words("events.create"), words("events.opened").reference(ann().did));
    let (_, operation) = across(create, &derived, &thing.did);
    let mut log = begin(thing, &first_box());
    take_evidence(&mut log, &operation);
    open_own(&mut log, &operation);
    derive(&mut log, &operation, derived);
    log
}

/// Returns a log in which an operation of another has its consequence.
fn followed(log: &Log, operation: &Operation) -> Log {
    let mut log = log.clone();
    be_followed(&mut log, operation);
    log.head();
    valid(&log);
    log
}

#[test]
fn what_was_signed_once_has_one_header_in_all_logs_of_a_bundle() {
    let (one, other) = (opened(&Party::new(60)), opened(&Party::new(61)));
    let twice = |seq: Option<u64>, file: Option<String>| Some((seq, "twice".to_owned(), file));
    // A second header of an intent of Ann's.
    let mut anns = begin(&ann(), &first_box());
    let dids = std::slice::from_ref(&one.owner.did);
    let by_ann = follow(&mut anns, dids, "profile.follow", true);
    anns.head();
    assert_eq!(fault_of(&anns, &[&followed(&one, &by_ann)]), None);
    for edit in EDITS {
        let again = followed(&one, &entered_again(&by_ann, edit));
        assert_eq!(fault_of(&anns, &[&again]), twice(Some(1), None));
        assert!(is_refused(&anns, &[&again]));
    }
    // A second header of an intent of Carol's, whose log is missing, in two things.
    let dids = [one.owner.did.clone(), other.owner.did.clone()];
    let mut carols = begin(&Party::new(5), &first_box());
    let by_carol = follow(&mut carols, &dids, "profile.follow", true);
    let first = followed(&one, &by_carol);
    assert_eq!(fault_of(&anns, &[&first, &followed(&other, &by_carol)]), None);
    let second = followed(&other, &entered_again(&by_carol, EDITS[0]));
    let later = name(&first).max(name(&second));
    assert_eq!(fault_of(&anns, &[&first, &second]), twice(None, Some(later)));
    // A second header of a thing's intent, in Ann's log.
    let mut thing = one.clone();
    let dids = std::slice::from_ref(&anns.owner.did);
    let by_thing = follow(&mut thing, dids, "profile.follow", true);
    thing.head();
    assert_eq!(fault_of(&followed(&anns, &by_thing), &[&thing]), None);
    let again = followed(&anns, &entered_again(&by_thing, EDITS[0]));
    let file = Some(name(&thing));
    assert_eq!(fault_of(&again, &[&thing]), twice(Some(2), file));
}

#[test]
fn two_bundles_show_what_was_signed_once_in_two_headers() {
    let (anns, bobs, _, follow) = friends();
    assert!(against(&anns, &bobs).is_empty());
    let mut log = begin(&bob(), &first_box());
    be_followed(&mut log, &entered_again(&follow, EDITS[0]));
    log.head();
    valid(&log);
    for found in [against(&anns, &log), against(&log, &anns)] {
        let kinds: Vec<_> = found.iter().map(|item| (item.kind, &*item.did)).collect();
        assert_eq!(kinds, [("signed", ann().did.as_str())]);
    }
}
