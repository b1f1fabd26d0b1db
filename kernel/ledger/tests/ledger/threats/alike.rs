//! What a bundle leaves out, asked of both verifiers.

use imajin_ledger::bundle::names;
use imajin_ledger::verify::VerifyOptions;
use serde_json::{Value as Json, json};

use crate::support::{Log, Make};
use crate::threats::bound::told;
use crate::threats::{ann, bob};
use crate::tools::acts::*;
use crate::tools::bundles;
use crate::tools::judge::*;

/// The entries of these operations as a section lists them.
fn listed(log: &Log, operations: &str) -> Json {
    let entries = log.entries.iter().map(|entry| &entry.header);
    let entries = entries.filter(|header| header.op.starts_with(operations));
    let row = |header: &std::sync::Arc<imajin_ledger::entry::Header>| {
        let body = log.bodies.get(&header.seq).map(|bytes| {
            let mut body = imajin_dfos::cbor::decode(bytes).unwrap();
            body.as_map_mut().unwrap().remove("salt");
            imajin_dfos::cbor::to_dag_json(&body).unwrap()
        });
        json!({
            "op": header.op, "at": header.at.to_string(), "body": body,
            "ref": header.reference.as_ref().map(|named| named.as_str()),
            "fact": header.fact.as_ref().map(|fact| fact.to_json()),
        })
    };
    entries.map(row).collect()
}

#[test]
fn a_bundle_without_a_thing_of_its_owner_names_it() {
    let mut log = diary();
    let group = |n: u8| crate::support::Party::new(n).did;
    let words = |op| Make::op(op).body(vec![("title", "A concert".into())]);
    will(&mut log, words("events.create").reference(bob().did));
    for n in [60, 61] {
        let create = words("connections.group.create");
        will(&mut log, create.reference(group(n)));
    }
    let take = words("connections.group.take");
    will(&mut log, take.reference(group(62)));
    let offer = |n, to: &str| {
        let offer = Make::op("connections.group.offer").reference(group(n));
        offer.fact_ids("dids", &[to.to_owned()])
    };
    will(&mut log, offer(60, ann().did.as_str()).to(&[ann().did]));
    let dissolve = Make::op("connections.group.dissolve");
    will(&mut log, dissolve.reference(group(61)));
    will(&mut log, offer(62, bob().did.as_str()).to(&[bob().did]));
    log.head();
    let dir = tempfile::tempdir().unwrap();
    let path = bundles::export(&log, dir.path());
    // The views of these tests have no sections of events and groups, which the second verifier makes again.
    let mut document = bundles::read(&path, "bundle.json");
    document["sections"]["events"] = json!({ "tickets": [], "entries": listed(&log, "events.") });
    document["sections"]["connections"] = json!({
        "graph": [], "invites": [], "nicknames": [], "policy": null, "queries": [],
        "groups": listed(&log, "connections.group."),
    });
    bundles::sign_document(&mut document, &ann(), "owner");
    bundles::write(&path, "bundle.json", &document);
    bundles::relist(&path, &ann());
    let left_out = || {
        let report = judge_path(&path, &VerifyOptions::default());
        assert!(report.valid, "{:?}", report.fault);
        serde_json::to_value(report.bundle.unwrap().left_out).unwrap()
    };
    let event = json!({ "did": bob().did, "kind": "event", "seq": 7 });
    let kept = json!({ "did": group(60), "kind": "group", "seq": 8 });
    assert_eq!(left_out(), json!([event, kept]));
    let thing = told(words("events.create"), words("events.opened"));
    let name = names::owned(&bob().did);
    bundles::add(&path, &name, &ann(), |file| thing.write(file));
    assert_eq!(left_out(), json!([kept]));
}
