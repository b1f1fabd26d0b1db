//! Verification of bare logs: the verifier accepts good ones, and finds and names each change.

use std::path::PathBuf;

use crate::support::{Log, Make, Party, ops, rich};
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
    assert_eq!(
        (
            report.by_will.custodial,
            report.by_will.node,
            report.by_will.derived
        ),
        (1, 2, 1)
    );
    assert_eq!(report.attested_to, Some(log.seq() - 1));
    assert_eq!((report.erased, report.homes.len()), (1, 2));
    assert!(!report.node_word_only);
    assert!(verify(&other).valid);
    let json = serde_json::to_value(&report).unwrap();
    assert_eq!(json["valid"], true);
    assert!(json["fault"].is_null());
}

#[test]
fn a_known_head_must_be_there() {
    let (log, _) = rich();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.sqlite");
    log.write(&path);
    let with = |head| VerifyOptions {
        head: Some(head),
        ..VerifyOptions::default()
    };
    assert!(verify_log(&path, &ops(), &with(log.last())).unwrap().valid);
    let unknown = imajin_dfos::cid::dag_cbor_cid(b"elsewhere");
    let report = verify_log(&path, &ops(), &with(unknown)).unwrap();
    assert_eq!(code(&report), (None, "cut"));
}

#[test]
fn the_did_asked_for_must_be_the_log_s() {
    let (log, _) = rich();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.sqlite");
    log.write(&path);
    let options = VerifyOptions {
        did: Some(Party::new(99).did),
        ..VerifyOptions::default()
    };
    assert_eq!(
        code(&verify_log(&path, &ops(), &options).unwrap()),
        (Some(0), "did")
    );
}

#[test]
fn missing_rows_are_found() {
    for (sql, expected) in [
        ("DELETE FROM entries WHERE seq = 3", (Some(3), "seq")),
        ("DELETE FROM entries WHERE seq = 0", (Some(0), "seq")),
        (
            "DELETE FROM entries WHERE seq = (SELECT max(seq) FROM entries)",
            (Some(12), "cut"),
        ),
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
        format!(
            "INSERT INTO chains VALUES ('{}', 0, '{}')",
            stranger.did, stranger.genesis.token
        ),
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
    let again = format!(
        "INSERT INTO chains VALUES ('{}', 1, '{token}')",
        other.owner.did
    );
    assert_eq!(code(&after(&again)).1, "identity");
}

#[test]
fn erased_bodies_stay_gone_and_others_stay() {
    let (log, _) = rich();
    let erased = log.entries[2].header.body.unwrap();
    let mut back = log.clone();
    let text = Make::op("note.write").body(vec![("text", "to be erased".into())]);
    let bytes = imajin_log::entry::encode_body(&text.body.unwrap()).unwrap();
    assert_eq!(imajin_dfos::cid::dag_cbor_cid(&bytes), erased);
    back.bodies.insert(2, bytes);
    assert_eq!(code(&verify(&back)), (Some(2), "body"));
    let mut kept = Log::begin(&Party::new(1), &Party::new(3));
    kept.erase(&[0]);
    assert_eq!(code(&verify(&kept)).1, "body");
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

/// Tests that every byte of every blob and text of a log matters. All of them with `IMAJIN_EXHAUSTIVE=1`, else a
/// sample.
#[test]
fn any_changed_byte_of_any_row_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.sqlite");
    rich().0.write(&path);
    let step = if std::env::var_os("IMAJIN_EXHAUSTIVE").is_some() {
        1
    } else {
        23
    };
    let columns = [
        ("entries", "header"),
        ("bodies", "body"),
        ("heads", "jws"),
        ("chains", "jws"),
        ("causes", "header"),
        ("txns", "list"),
        ("openings", "opening"),
    ];
    let mut tried = 0;
    for (table, column) in columns {
        for row in rows(&path, table, column) {
            for at in (tried % step..row.len()).step_by(step) {
                let changed = dir.path().join("changed.sqlite");
                std::fs::copy(&path, &changed).unwrap();
                let mut bytes = row.clone();
                bytes[at] ^= if table == "heads" || table == "chains" {
                    0x01
                } else {
                    1 << (tried % 8)
                };
                let conn = Connection::open(&changed).unwrap();
                let cast = if column == "jws" {
                    "CAST(?1 AS TEXT)"
                } else {
                    "?1"
                };
                let sql = format!(
                    "UPDATE {table} SET {column} = {cast} WHERE CAST({column} AS BLOB) = ?2"
                );
                assert_eq!(conn.execute(&sql, (&bytes, &row)).unwrap(), 1);
                drop(conn);
                let report = verify_log(&changed, &ops(), &VerifyOptions::default()).unwrap();
                assert!(!report.valid, "{table}.{column} byte {at} of {}", row.len());
                tried += 1;
            }
        }
    }
    assert!(tried > 100);
}

fn rows(path: &PathBuf, table: &str, column: &str) -> Vec<Vec<u8>> {
    let conn = Connection::open(path).unwrap();
    let mut statement = conn
        .prepare(&format!("SELECT CAST({column} AS BLOB) FROM {table}"))
        .unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

fn compared(a: &Log, b: &Log) -> Vec<(String, Option<u64>)> {
    use imajin_log::untrusted::{LogForm, UntrustedLog};
    use imajin_log::verify::{Party as Side, compare};
    let dir = tempfile::tempdir().unwrap();
    let open = |log: &Log, name: &str| {
        let path = dir.path().join(name);
        log.write(&path);
        UntrustedLog::open(&path, LogForm::Bare, None).unwrap()
    };
    let (one, two) = (open(a, "a.sqlite"), open(b, "b.sqlite"));
    let equivocations = compare(
        &Side {
            name: "a".into(),
            conn: one.conn(),
        },
        &Side {
            name: "b".into(),
            conn: two.conn(),
        },
    );
    equivocations
        .unwrap()
        .into_iter()
        .map(|equivocation| (equivocation.kind.to_owned(), equivocation.seq))
        .collect()
}

#[test]
fn honest_parties_do_not_contradict_each_other() {
    let (ann, bob) = rich();
    assert_eq!(compared(&ann, &bob), []);
    let mut later = ann.clone();
    later.note("more");
    later.head();
    assert_eq!(compared(&ann, &later), []);
}

#[test]
fn two_histories_of_one_log_are_named() {
    let base = Log::begin(&Party::new(1), &Party::new(3));
    let (mut one, mut two) = (base.clone(), base);
    one.note("told to the one");
    two.note("told to the other");
    for log in [&mut one, &mut two] {
        log.head();
        assert!(verify(log).valid, "each alone is valid");
    }
    assert_eq!(
        compared(&one, &two),
        [("head".to_owned(), Some(1)), ("entry".to_owned(), Some(1))]
    );
}

#[test]
fn a_consequence_that_one_party_was_not_given_is_named() {
    let (node, mut without) = (Party::new(3), Log::begin(&Party::new(2), &Party::new(3)));
    let mut ann = Log::begin(&Party::new(1), &node);
    ann.ping(&mut without.clone());
    ann.head();
    // Bob's log lacks the pong, and continues later.
    assert_eq!(compared(&ann, &without), [], "it may still come");
    for n in 0..3 {
        without.note(&format!("later {n}"));
    }
    without.head();
    assert!(verify(&ann).valid && verify(&without).valid);
    assert_eq!(compared(&ann, &without), [("txn".to_owned(), None)]);
}
