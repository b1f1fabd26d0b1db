//! Forms that two verifiers could read in two ways, each asked of both: white space in a schema, upper-case hexadecimal, values
//! without a JSON form, cleared warnings, consequences of an unknown operation, and omissions of a bundle.

use imajin_log::format::names;
use rusqlite::Connection;

use crate::threats::bound::derived_log;
use crate::threats::prelude::*;

#[test]
fn white_space_in_a_schema_means_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.sqlite");
    let code_of = |change: &str| {
        let _ = std::fs::remove_file(&path);
        diary().write(&path);
        let db = Connection::open(&path).unwrap();
        let sql = format!(
            "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = {change}; PRAGMA writable_schema = RESET"
        );
        db.execute_batch(&sql).unwrap();
        drop(db);
        let report = judge_path(&path, &VerifyOptions::default());
        report.fault.map(|fault| fault.code.as_str().to_owned())
    };
    let lines = "replace(sql, ' ', char(13) || char(10))";
    for change in [lines, "replace(sql, ',', char(9) || ' , ')", "replace(sql, ' (', '(')"] {
        assert_eq!(code_of(change), None, "{change}");
    }
    assert_eq!(code_of("sql || ' -- x'"), Some("file".to_owned()));
}

/// Returns the code of the fault in a bundle of a diary after this change; `None` if it is valid.
fn changed(change: impl FnOnce(&Path)) -> Option<String> {
    let dir = tempfile::tempdir().unwrap();
    let path = bundles::export(&diary(), dir.path());
    change(&path);
    let report = judge_path(&path, &VerifyOptions::default());
    report.fault.map(|fault| fault.code.as_str().to_owned())
}

#[test]
fn a_bundle_has_lower_case_hexadecimal_alone() {
    let upper = |name: &'static str| {
        move |path: &Path| {
            let mut document = bundles::read(path, name);
            let signature = document["signature"].as_str().unwrap().to_uppercase();
            document["signature"] = signature.into();
            bundles::write(path, name, &document);
        }
    };
    assert_eq!(changed(upper("manifest.json")).as_deref(), Some("manifest"));
    assert_eq!(changed(upper("bundle.json")).as_deref(), Some("view"));
    let digest = changed(|path| {
        let mut manifest = bundles::read(path, "manifest.json");
        let digest = &mut manifest["files"]["index.html"]["sha256"];
        *digest = digest.as_str().unwrap().to_uppercase().into();
        bundles::sign_document(&mut manifest, &ann(), "owner");
        bundles::write(path, "manifest.json", &manifest);
    });
    assert_eq!(digest.as_deref(), Some("manifest"));
    // The signature of a bundle is a text.
    let object = changed(|path| {
        let mut manifest = bundles::read(path, "manifest.json");
        manifest["signature"] = json!({ "alg": "EdDSA", "value": manifest["signature"] });
        bundles::write(path, "manifest.json", &manifest);
    });
    assert_eq!(object.as_deref(), Some("manifest"));
}

#[test]
fn what_is_cleared_or_has_no_json_form_is_null_in_a_view() {
    let mut log = diary();
    let slash = Value::map([("/", Value::map([("x", Value::Int(1))]))]);
    let members = |visibility: Value, links: Value| {
        Make::op("profile.update").body(vec![("visibility", visibility), ("links", links)])
    };
    will(&mut log, members("incognito".into(), Value::Null));
    will(&mut log, members(Value::Null, slash));
    log.head();
    let dir = tempfile::tempdir().unwrap();
    let path = bundles::export(&log, dir.path());
    assert_eq!(judge_path(&path, &VerifyOptions::default()).fault, None);
    let profile = &bundles::read(&path, "bundle.json")["sections"]["profile"];
    assert_eq!((&profile["visibility"], &profile["links"]), (&json!("public"), &Json::Null));
}

#[test]
fn an_operation_that_nothing_derives_follows_from_no_unknown_one() {
    let mut log = diary();
    let cause = log.custodial(Make::op("zzz.do"));
    let author = log.owner.did.clone();
    let will = imajin_log::entry::Will::Derived;
    log.push(update("eight"), author, will, None, Some(cause), None);
    log.head();
    caught(&log, 8, "cause");
}

/// Returns the entries of these operations as a section lists them.
fn listed(log: &Log, operations: &str) -> Json {
    let entries = log.entries.iter().map(|entry| &entry.header);
    let entries = entries.filter(|header| header.op.starts_with(operations));
    let row = |header: &std::sync::Arc<imajin_log::entry::Header>| {
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
    let thing = derived_log(words("events.create"), words("events.opened").reference(ann().did));
    let name = names::owned(&bob().did);
    bundles::add(&path, &name, &ann(), |file| thing.write(file));
    assert_eq!(left_out(), json!([kept]));
}
