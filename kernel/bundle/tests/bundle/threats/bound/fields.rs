//! The fields of consequences, by every row of the published table: the test changes each that the intent determines, and adds each that
//! is the home's own, in a log that its home signed again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use imajin_log::ops::OpSpec;
use imajin_log::verify::{Report, verify_log};
use imajin_log::{Bound, Derivation, OpTable, RequiredAuthority, Source, TargetLog};
use imajin_protocol::{Fact, FactItem};

use super::{across, attest_bob, id, received};
use crate::threats::prelude::*;
use crate::tools::judge::judge;

/// Returns the verdict of this program, with the published table.
fn verdict(log: &Log) -> Report {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.sqlite");
    log.write(&path);
    let table = Arc::new(OpTable::default().with_published().unwrap());
    verify_log(&path, &table, &VerifyOptions::default()).unwrap()
}

fn fact(members: BTreeMap<&'static str, FactValue>) -> Option<Fact> {
    (!members.is_empty()).then(|| Fact::new(members).unwrap())
}

fn only_bob() -> FactValue {
    let bob = IdText::parse(bob().did.as_str()).unwrap();
    FactValue::List(vec![FactItem::Id(bob)])
}

/// Makes an intent that determines all that a row asks for.
fn intent_of(spec: &OpSpec, row: &Derivation) -> Make {
    let mut members = BTreeMap::new();
    for source in row.members.iter().map(|member| member.from) {
        match source {
            Source::Fact("dids") | Source::OnlyDid => drop(members.insert("dids", only_bob())),
            Source::Fact(name) => drop(members.insert(name, FactValue::Int(7))),
            Source::Piece => {
                members.insert("quantity", FactValue::Int(2));
                members.insert("amount", FactValue::Int(1_000));
            }
            Source::Author | Source::Ref | Source::Text(_) => {}
        }
    }
    if row.target == TargetLog::FactDids {
        members.insert("dids", only_bob());
    }
    if row.ties_the_fact() && members.is_empty() {
        members.insert("n", FactValue::Int(7));
    }
    let make = Make::op(spec.op).reference("thing_1");
    let make = if spec.body { make.body(vec![("text", "as it was signed".into())]) } else { make };
    Make { fact: fact(members), ..make }
}

/// Returns the fields that the intent determines.
fn tied(row: &Derivation, intent: &Make) -> BTreeMap<&'static str, FactValue> {
    let of_intent = |name: &str| intent.fact.as_ref().and_then(|fact| fact.get(name)).cloned();
    let mut members = BTreeMap::new();
    for member in row.members {
        let value = match member.from {
            Source::Author => Some(id(ann().did.as_str())),
            Source::Ref => Some(id("thing_1")),
            Source::OnlyDid => Some(id(bob().did.as_str())),
            Source::Fact(name) => of_intent(name),
            Source::Text(text) => Some(id(text)),
            Source::Piece => Some(FactValue::Int(500)),
        };
        members.extend(value.map(|value| (member.member, value)));
    }
    members
}

/// Makes the consequence of a row, with these members.
fn consequence(
    row: &Derivation,
    intent: &Make,
    has_body: bool,
    members: BTreeMap<&'static str, FactValue>,
) -> Make {
    let reference = match row.equal.first() {
        Some(imajin_log::Equal::RefIsIntentRef) => Some("thing_1".to_owned()),
        Some(equal) if !equal.is_of_fact() => Some(ann().did.to_string()),
        _ => None,
    };
    Make {
        reference,
        fact: if row.ties_the_fact() { intent.fact.clone() } else { fact(members) },
        body: intent.body.clone().filter(|_| has_body),
        ..Make::op(row.op)
    }
}

/// Returns Bob's log with a consequence of Ann's signed intent.
fn log_with(intent: &Make, derived: Make) -> Log {
    let (_, operation) = across(intent.clone(), &derived, &bob().did);
    received(&operation, derived, true)
}

#[test]
fn each_changed_field_of_a_consequence_is_refused_or_named() {
    let table = OpTable::published().unwrap();
    let (mut cases, mut kinds) = (0, BTreeSet::new());
    for spec in table.iter() {
        let is_willed = matches!(spec.by, RequiredAuthority::OwnKey | RequiredAuthority::Any);
        let reaches_bob = |row: &&Derivation| {
            matches!(row.target, TargetLog::Parties | TargetLog::FactDids)
                && !row.op.starts_with("auth.")
        };
        if !is_willed || spec.op.starts_with("auth.") {
            continue;
        }
        for row in spec.derives.iter().filter(reaches_bob) {
            let derived = table.get(row.op).unwrap();
            // Separate tests cover the other kinds of bodies.
            if !matches!(derived.bound, Bound::Nothing | Bound::Intent) {
                continue;
            }
            let intent = intent_of(spec, row);
            let right = tied(row, &intent);
            let make = |members| consequence(row, &intent, derived.body, members);
            let name = format!("{} of {}", row.op, spec.op);
            let mut judge = |kind: String, derived: Make, is_tied: bool| {
                let log = log_with(&intent, derived);
                // Asks both verifiers about the first case of each kind.
                let report = if kinds.insert(kind.clone()) { judge(&log) } else { verdict(&log) };
                cases += 1;
                let code = report.fault.as_ref().map(|fault| fault.code.as_str());
                let is_named = report.home_words.get(row.op) == Some(&1);
                if is_tied {
                    assert_eq!(code, Some("cause"), "{name}: {kind}")
                } else {
                    assert!(report.valid && is_named, "{name}: {kind}: {report:?}")
                }
                report
            };
            if row.own.is_empty() {
                let report = verdict(&log_with(&intent, make(right.clone())));
                assert!(report.valid && report.home_words.is_empty(), "{name}: {report:?}");
            }
            for own in row.own {
                let members = right.clone();
                let derived = match *own {
                    "ref" => Make { reference: Some("thing_2".to_owned()), ..make(members) },
                    own => make(members.into_iter().chain([(own, FactValue::Int(1))]).collect()),
                };
                judge(format!("own {}", *own == "ref"), derived, false);
            }
            if row.ties_the_ref() {
                let derived = Make { reference: Some("thing_2".to_owned()), ..make(right.clone()) };
                judge(format!("{:?}", row.equal), derived, true);
            }
            if row.ties_the_fact() {
                for fact in [None, fact(BTreeMap::from([("n", FactValue::Int(8))]))] {
                    let derived = Make { fact, ..make(BTreeMap::new()) };
                    judge(format!("fact {:?}", row.equal.last()), derived, true);
                }
            }
            for member in row.members {
                let changed = [Some(FactValue::Int(8)), Some(id("thing_2")), None];
                for value in changed {
                    let mut members = right.clone();
                    match value {
                        Some(value) => drop(members.insert(member.member, value)),
                        None => drop(members.remove(member.member)),
                    }
                    let kind = format!("{:?}", std::mem::discriminant(&member.from));
                    judge(kind, make(members), true);
                }
            }
        }
    }
    assert!(cases > 250, "{cases}");
}

#[test]
fn what_the_home_chose_beside_an_attestation_is_named() {
    let (cid, body) = attest_bob(&ann(), "plants trees");
    let issue = Make::op("auth.attestation.issue")
        .fact_ids("dids", &[bob().did.to_string()])
        .reference(&cid)
        .body(body.clone());
    let derived = |body| Make::op("auth.attestation.received").reference(&cid).body(body);
    let named = |body| judge(&log_with(&issue, derived(body))).home_words;
    assert!(named(body.clone()).is_empty());
    let mut shown = body.clone();
    shown.retain(|(name, _)| *name != "audience");
    shown.push(("audience", "parties".into()));
    let mut ending = body;
    ending.push(("expires_at", "2030-01-01T00:00:00.000Z".into()));
    for changed in [shown, ending] {
        assert_eq!(named(changed)["auth.attestation.received"], 1);
    }
}
