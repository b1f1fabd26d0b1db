//! The durability tests' check finds a settlement with a missing or a duplicate entry.

use imajin_e2e::record::{Entry, Logs};
use serde_json::{Value as Json, json};
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

fn entry(seq: u64, op: &str, cause: Option<&str>, json: Json) -> Entry {
    Entry {
        seq,
        cid: format!("{op} {seq}"),
        op: op.to_owned(),
        will: if cause.is_some() { "derived" } else { "signed" }.to_owned(),
        cause: cause.map(str::to_owned),
        json,
    }
}

/// Builds two settlements by one payer: their entries in each of the three logs.
fn settled() -> HashMap<String, Vec<Entry>> {
    let attestation =
        |kind: &str| json!({ "body": { "attestation": json!({ "type": kind }).to_string() } });
    let (mut payer, mut seller, mut node) = (Vec::new(), Vec::new(), Vec::new());
    for n in 0..2_u64 {
        let intent = entry(n * 10, "pay.settle", None, json!({ "fact": { "seller": "seller" } }));
        let cause = intent.cid.clone();
        payer.push(intent);
        for (at, log) in [(1, &mut payer), (5, &mut seller)] {
            let seq = n * 10 + at;
            log.push(entry(seq, "pay.receipt", Some(&cause), Json::Null));
            log.push(entry(seq + 1, "pay.credit", Some(&cause), Json::Null));
            let settled = attestation("transaction.settled");
            log.push(entry(seq + 2, "auth.attestation.received", Some(&cause), settled));
        }
        node.push(entry(n, "pay.posted", Some(&cause), Json::Null));
        if n == 0 {
            payer.push(entry(
                4,
                "auth.attestation.received",
                Some(&cause),
                attestation("customer"),
            ));
        }
    }
    let logs = [("payer", payer), ("seller", seller), ("node", node)];
    logs.map(|(did, log)| (did.to_owned(), log)).into()
}

fn is_whole(logs: HashMap<String, Vec<Entry>>, paid: &mut HashSet<(String, String)>) -> bool {
    let logs = Logs(logs);
    catch_unwind(AssertUnwindSafe(|| logs.assert_settlements_whole("node", paid))).is_ok()
}

#[test]
fn a_settlement_without_one_of_its_entries_or_with_one_twice_is_found() {
    assert!(is_whole(settled(), &mut HashSet::new()));
    let places: Vec<(String, usize)> = (settled().iter())
        .flat_map(|(did, log)| (0..log.len()).map(move |at| (did.clone(), at)))
        .collect();
    assert_eq!(places.len(), 17);
    for (did, at) in places {
        let mut lacks = settled();
        lacks.get_mut(&did).unwrap().remove(at);
        assert!(!is_whole(lacks, &mut HashSet::new()), "{did} lacks {at}");
        let mut twice = settled();
        let log = twice.get_mut(&did).unwrap();
        if log[at].cause.is_some() {
            log.push(log[at].clone());
            assert!(!is_whole(twice, &mut HashSet::new()), "{did} has {at} twice");
        }
    }
    // A repeated payment to a seller is not the payer's first.
    let mut paid = HashSet::from([("payer".to_owned(), "seller".to_owned())]);
    assert!(!is_whole(settled(), &mut paid));
}
