//! Verification of bare logs: the verifier accepts good ones, and finds and names each change.

use crate::support::{Log, Party, ops, rich};
use imajin_dfos::hex;
use imajin_log::verify::{Report, VerifyOptions, verify_log};
use rusqlite::Connection;

fn verify(log: &Log) -> Report {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.sqlite");
    log.write(&path);
    verify_log(&path, &ops(), &VerifyOptions::default()).unwrap()
}

/// Verifies a rich log in which `sql` was run.
fn after(sql: &str) -> Report {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.sqlite");
    rich().0.write(&path);
    Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    verify_log(&path, &ops(), &VerifyOptions::default()).unwrap()
}

fn code(report: &Report) -> (Option<u64>, &'static str) {
    assert!(!report.valid);
    let fault = report.fault.as_ref().unwrap();
    (fault.seq, fault.code.as_str())
}

#[test]
fn a_good_log_is_valid_and_says_what_it_holds() {
    let (log, other) = rich();
    let report = verify(&log);
    assert_eq!(report.fault, None);
    assert!(report.valid);
    assert_eq!(report.entries, log.seq());
    assert_eq!(report.by_will.signed, 9);
    assert_eq!((report.by_will.custodial, report.by_will.node, report.by_will.derived), (1, 2, 1));
    assert_eq!(report.attested_to, Some(log.seq() - 1));
    assert_eq!((report.erased, report.homes.len()), (1, 2));
    assert!(!report.node_word_only);
    assert!(verify(&other).valid);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["valid"], true);
    assert!(json["fault"].is_null());
}

#[test]
fn missing_rows_are_found() {
    for (sql, expected) in [
        ("DELETE FROM entries WHERE seq = 3", (Some(3), "seq")),
        ("DELETE FROM entries WHERE seq = 0", (Some(0), "seq")),
        ("DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)", (Some(12), "cut")),
        ("DELETE FROM bodies WHERE seq = 1", (Some(1), "body")),
        ("DELETE FROM entries; DELETE FROM bodies", (Some(0), "seq")),
        ("DELETE FROM txns", (Some(5), "txn")),
        ("DELETE FROM causes", (Some(6), "cause")),
    ] {
        assert_eq!(code(&after(sql)), expected, "{sql}");
    }
}

#[test]
fn rows_that_nothing_refers_to_are_found() {
    let (log, other) = rich();
    let token = &other.owner.genesis.token;
    let stranger = Party::new(77);
    let header = hex::encode(&log.entries[1].header_bytes);
    let cid = hex::encode(&log.entries[1].cid.to_bytes());
    for sql in [
        "INSERT INTO bodies VALUES (99, x'a0')".to_owned(),
        "INSERT INTO bodies VALUES (4, x'a0')".to_owned(),
        format!("INSERT INTO chains VALUES ('{}', 0, '{}')", stranger.did, stranger.genesis.token),
        format!(
            "INSERT INTO chains VALUES ('{}', 0, '{}')",
            log.owner.did, log.owner.genesis.token
        ),
        format!("INSERT INTO causes VALUES (x'{cid}', x'{header}', NULL)"),
        format!("INSERT INTO txns VALUES (x'{cid}', x'80')"),
        format!("INSERT INTO openings VALUES (x'{cid}', x'80')"),
    ] {
        assert_eq!(code(&after(&sql)).1, "stray", "{sql}");
    }
    let again = format!("INSERT INTO chains VALUES ('{}', 1, '{token}')", other.owner.did);
    assert_eq!(code(&after(&again)).1, "identity");
}

#[test]
fn heads_must_fit() {
    let (log, _) = rich();
    let mut shorter = log.clone();
    shorter.heads.insert(
        (2, log.node.did.to_string()),
        log.heads[&(1, Party::new(3).did.to_string())].clone(),
    );
    assert_eq!(code(&verify(&shorter)).1, "head");
    let mut other_key = log.clone();
    other_key.node.key = Party::new(50).key;
    other_key.head();
    assert_eq!(code(&verify(&other_key)).1, "head");
}
