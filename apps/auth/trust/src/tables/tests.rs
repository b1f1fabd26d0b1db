//! Histories of one log, played live (an entry after another, rows made again after an erasure) and as a rebuild plays them.

use imajin_app::CommandRequest;
use imajin_dfos::cid::dag_cbor_cid;
use imajin_dfos::{SigningKey, Timestamp, Value};
use imajin_log::{Applied, Offset, Seq, WillKind, ops};
use imajin_protocol::Did;
use imajin_protocol::attestation::{Attestation, Kind};
use proptest::prelude::*;
use rusqlite::Connection;

use crate::body::{AttestationBody, Audience};
use crate::lookup;
use crate::operations::Issue;
use crate::tables;

const OPS: [&str; 8] = [
    ops::ATTESTATION_ISSUE,
    ops::ATTESTATION_RECEIVED,
    ops::ATTESTATION_COUNTERSIGN,
    ops::ATTESTATION_COUNTERSIGNED,
    ops::ATTESTATION_DECLINE,
    ops::ATTESTATION_DECLINED,
    ops::ATTESTATION_REVOKE,
    ops::ATTESTATION_REVOKED,
];

fn did(seed: u8) -> Did {
    Did::from_key(&[seed; 32])
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_millis(i64::try_from(millis).unwrap()).unwrap()
}

/// Returns one of three attestations; the third has no contents.
fn stored(which: u8) -> (String, AttestationBody) {
    let attestation = Attestation {
        issuer: did(1 + which % 2),
        subject: did(2 - which % 2),
        kind: Kind::parse("vouch").unwrap(),
        context_id: None,
        context_type: None,
        payload: None,
        issued_at: at(u64::from(which)),
    };
    let cid = attestation.cid().unwrap().to_string();
    let signed = attestation.clone().sign(&SigningKey::from_bytes(&[1; 32])).unwrap();
    let text = if which == 2 { "{}" } else { signed.text() };
    let body = AttestationBody {
        issuer: attestation.issuer,
        text: text.to_owned(),
        signature: signed.signature(),
        audience: Audience::Public,
        expires_at: None,
        author_jws: None,
    };
    (cid, body)
}

#[derive(Debug, Clone)]
struct TestEntry {
    op: &'static str,
    which: u8,
    /// The place of an earlier entry whose body is erased after this one.
    erases: Option<prop::sample::Index>,
}

fn steps() -> impl Strategy<Value = Vec<TestEntry>> {
    let step = (0..OPS.len(), 0_u8..3, prop::option::weighted(0.2, any::<prop::sample::Index>()));
    let step = step.prop_map(|(op, which, erases)| TestEntry { op: OPS[op], which, erases });
    prop::collection::vec(step, 0..24)
}

fn body_of(stored: &AttestationBody) -> Value {
    let issue = Issue::new(stored, dag_cbor_cid(b"said"), did(2));
    CommandRequest::from_operation(did(1), &issue).unwrap().body.unwrap()
}

fn empty() -> Connection {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch(imajin_identity::tables::SCHEMA).unwrap();
    db.execute_batch(tables::SCHEMA).unwrap();
    db
}

fn enter(db: &Connection, seq: usize, step: &TestEntry, erased: bool) {
    let (cid, stored) = stored(step.which);
    let body = match step.op {
        ops::ATTESTATION_ISSUE | ops::ATTESTATION_RECEIVED => Some(body_of(&stored)),
        ops::ATTESTATION_COUNTERSIGN | ops::ATTESTATION_COUNTERSIGNED => {
            Some(Value::map([("witness_jws", Value::from(format!("w.{seq}.s")))]))
        }
        _ => None,
    };
    let owner = did(1);
    let entry = Applied {
        offset: Offset(seq as u64),
        did: &owner,
        seq: Seq(seq as u64),
        at: at(1000 + seq as u64),
        service: "auth",
        op: step.op,
        reference: Some(&cid),
        body: body.as_ref().filter(|_| !erased),
        fact: None,
        author: &owner,
        will: WillKind::Signed,
    };
    tables::apply(db, &entry).unwrap();
}

fn rows(db: &Connection) -> String {
    format!("{:?} {}", lookup::of_log(db, &did(1)).unwrap(), lookup::section(db, &did(1)).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn live_is_what_a_rebuild_makes(steps in steps()) {
        let live = empty();
        let mut erased = vec![false; steps.len()];
        for (seq, step) in steps.iter().enumerate() {
            enter(&live, seq, step, false);
            if let Some(place) = step.erases {
                erased[place.index(seq + 1)] = true;
                // The ledger does the same after an erasure: it deletes the owner's rows and applies the log again.
                live.execute_batch("DELETE FROM attestations; DELETE FROM attestation_marks").unwrap();
                for (seq, step) in steps[..=seq].iter().enumerate() {
                    enter(&live, seq, step, erased[seq]);
                }
            }
        }
        let again = empty();
        for (seq, step) in steps.iter().enumerate() {
            enter(&again, seq, step, erased[seq]);
        }
        prop_assert_eq!(rows(&live), rows(&again));
    }
}

#[test]
fn the_first_word_counts_and_a_text_that_says_nothing_is_kept_for_the_export_only() {
    let db = empty();
    let step = |op, which| TestEntry { op, which, erases: None };
    for (seq, step) in [
        step(ops::ATTESTATION_RECEIVED, 1),
        step(ops::ATTESTATION_ISSUE, 1),
        step(ops::ATTESTATION_COUNTERSIGN, 1),
        step(ops::ATTESTATION_COUNTERSIGN, 1),
        step(ops::ATTESTATION_RECEIVED, 2),
    ]
    .iter()
    .enumerate()
    {
        enter(&db, seq, step, false);
    }
    let section = lookup::section(&db, &did(1)).unwrap();
    assert_eq!(section.as_array().unwrap().len(), 2);
    assert_eq!(
        (&section[0]["witness_jws"], &section[0]["status"]),
        (&"w.2.s".into(), &"bilateral".into())
    );
    assert_eq!(section[1]["text"], "{}");
    let rows = lookup::all(&db).unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
}
