//! A home that changes the intent's words where a consequence must have the same fact and body: both verifiers find it,
//! and need the other log alone.

use imajin_log::OpTable;
use imajin_log::ops::OpSpec;
use imajin_log::verify::{Report, verify_log};
use imajin_log::{Bound, Derivation, Equal, ErasableBy, RequiredAuthority, TargetLog};

use super::{across, facts, received};
use crate::threats::prelude::*;
use crate::tools::acts::erase;
use crate::tools::judge::agree;
use crate::tools::python;

const SAY: OpSpec = OpSpec {
    op: "talk.say",
    by: RequiredAuthority::Any,
    body: true,
    erasable_by: ErasableBy::Author,
    bound: Bound::Nothing,
    derives: &[
        Derivation::new("talk.said", TargetLog::Parties)
            .equal(&[Equal::RefIsIntentRef, Equal::Fact]),
        Derivation::new("talk.noted", TargetLog::Parties).equal(&[Equal::Fact]),
        Derivation::new("talk.claimed", TargetLog::Parties),
    ],
};
const OPS: &[OpSpec] = &[
    SAY,
    OpSpec { op: "talk.said", bound: Bound::Intent, ..DERIVED },
    OpSpec { op: "talk.noted", body: false, erasable_by: ErasableBy::Nobody, ..DERIVED },
    OpSpec { op: "talk.claimed", body: false, erasable_by: ErasableBy::Nobody, ..DERIVED },
];
const DERIVED: OpSpec = OpSpec { by: RequiredAuthority::Derived, derives: &[], ..SAY };

/// Asks both verifiers, with the published table with these operations.
fn judge(log: &Log) -> Report {
    let table = std::sync::Arc::new(OpTable::new(OPS).with_published().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let (path, rows) = (folder.path().join("log.sqlite"), folder.path().join("operations.json"));
    log.write(&path);
    std::fs::write(&rows, table.to_json().unwrap()).unwrap();
    let report = verify_log(&path, &table, &VerifyOptions::default()).unwrap();
    let python = python::verify(&[path.into(), "--operations".into(), rows.into()]);
    agree(&report, &python);
    report
}

fn statement(op: &'static str, n: i64, text: Option<&str>) -> Make {
    let mut make = Make::op(op).reference("msg_1");
    make.fact = facts(&[("n", FactValue::Int(n))]);
    match text {
        // The salt comes from the operation's name here: one name for all operations that must match.
        Some(text) => {
            Make { body: Make::op("talk.say").body(vec![("text", Value::from(text))]).body, ..make }
        }
        None => make,
    }
}

/// Returns Bob's log with the consequence of Ann's words, without her intent's body.
fn judge_consequence(derived: Make) -> Report {
    let (_, operation) = across(statement("talk.say", 1, Some("hear me")), &derived, &bob().did);
    judge(&received(&operation, derived, false))
}

#[track_caller]
fn is_caught(derived: Make) {
    let fault = judge_consequence(derived).fault.unwrap();
    assert_eq!((fault.seq, fault.code.as_str()), (Some(1), "cause"));
}

#[test]
fn swapped_words_and_facts_where_the_very_ones_must_stand() {
    let right = || statement("talk.said", 1, Some("hear me"));
    let report = judge_consequence(right());
    assert!(report.valid && report.home_words.is_empty(), "{report:?}");
    is_caught(statement("talk.said", 2, Some("hear me")));
    is_caught(statement("talk.said", 1, Some("hear others")));
    is_caught(Make { fact: None, ..right() });
    is_caught(Make { reference: Some("msg_2".to_owned()), ..right() });
    // A different salt makes another body: nothing in this log could prove its author.
    let salted = Make::op("talk.said").body(vec![("text", Value::from("hear me"))]);
    is_caught(Make { body: salted.body, ..right() });
    // After an erasure the words are missing, and the header still has to match the intent.
    for (text, is_right) in [("hear me", true), ("hear others", false)] {
        let derived = statement("talk.said", 1, Some(text));
        let (_, operation) =
            across(statement("talk.say", 1, Some("hear me")), &derived, &bob().did);
        let mut log = received(&operation, derived, false);
        erase(&mut log, &[1]);
        log.head();
        let report = judge(&log);
        assert_eq!(report.valid, is_right, "{report:?}");
    }
}

#[test]
fn a_fact_alone_is_the_intents_or_caught() {
    assert!(judge_consequence(statement("talk.noted", 1, None)).valid);
    is_caught(statement("talk.noted", 2, None));
    // Without the rule nothing ties the words to the intent.
    assert!(judge_consequence(statement("talk.claimed", 2, None)).valid);
}
