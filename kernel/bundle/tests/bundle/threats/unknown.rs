//! The rows of docs/threats.md on operations that a verifier does not know: nothing that follows from one is proved, and
//! nothing about what a log is, or what is gone from it, may follow from one.

use imajin_dfos::Cid;
use imajin_dfos::cid::raw_cid;
use imajin_log::entry::encode_body;
use imajin_log::verify::UnknownEntry;

use crate::threats::prelude::*;

/// Makes an intent by a session, or the node's word, and what its home lets follow from it in another log.
pub(crate) fn across(
    log: &mut Log,
    intent: Make,
    by_node: bool,
    other: &Did,
    make: &Make,
) -> Operation {
    let body = |make: &Make| make.body.as_ref().map(|body| encode_body(body).unwrap());
    let cid = |body: &Option<Vec<u8>>| body.as_deref().map(dag_cbor_cid);
    let own = body(&intent);
    let salt = log.seq() * 100;
    let openings = vec![
        opening(&log.owner.did, intent.op, cid(&own), salt),
        opening(other, make.op, cid(&body(make)), salt + 1),
    ];
    let txn = dag_cbor_cid(&list_of(&openings));
    if by_node {
        log.push(intent, log.node.did.clone(), Will::Node, None, None, Some(txn))
    } else {
        let session = Some(raw_cid(b"session"));
        log.push(intent, log.owner.did.clone(), Will::Custodial, session, None, Some(txn))
    };
    operation(log, openings, own)
}

/// Derives a consequence in the log that has the intent.
fn follows(log: &mut Log, cause: Cid, make: Make) {
    let author = log.owner.did.clone();
    log.push(make, author, Will::Derived, None, Some(cause), None);
}

/// Makes Ann's log with an unknown operation, which she may have requested.
fn with_unknown() -> (Log, Cid) {
    let mut log = diary();
    let cause = log.custodial(Make::op("zzz.do").fact_ids("dids", &[bob().did.to_string()]));
    (log, cause)
}

#[test]
fn deriving_through_an_unknown_op() {
    // The home removes signed words from Ann's log, by an operation that she supposedly requested.
    let (log, cause) = with_unknown();
    let erased = |gone: bool| {
        let mut log = log.clone();
        let make = erasure(&log, &[3]);
        follows(&mut log, cause, make);
        if gone {
            log.bodies.remove(&3);
        }
        log.head();
        log
    };
    caught(&erased(true), 3, "body");
    caught(&erased(false), log.seq(), "cause");
    // Any other operation about identities, known or not.
    for op in ["auth.attestation.received", "auth.attestation.revoked", "auth.zzz"] {
        let mut log = log.clone();
        follows(&mut log, cause, Make::op(op).reference(dag_cbor_cid(b"x")));
        log.head();
        let fault = judge(&log).fault.unwrap();
        // An attestation has a body, which is checked before its cause.
        let code = if op.ends_with("received") { "body" } else { "cause" };
        assert_eq!((fault.seq, fault.code.as_str()), (Some(log.seq() - 1), code), "{op}");
    }
    // In another's log, also where its owner demands signatures: the intent is in the table causes.
    let victim = || {
        let mut log = begin(&bob(), &first_box());
        will(&mut log, update("signed words"));
        will(&mut log, Make::op("auth.settings.update").fact_int("require_signed", 1));
        log
    };
    let mut log = victim();
    let make = erasure(&log, &[1]);
    let mut of_ann = begin(&ann(), &first_box());
    let intent = Make::op("zzz.do").fact_ids("dids", &[bob().did.to_string()]);
    let operation = across(&mut of_ann, intent, false, &bob().did, &make);
    take_evidence(&mut log, &operation);
    open_own(&mut log, &operation);
    derive(&mut log, &operation, make);
    let mut there = log.clone();
    there.head();
    caught(&there, 3, "cause");
    log.bodies.remove(&1);
    log.head();
    caught(&log, 1, "body");
}

#[test]
fn unknown_entries_are_named_and_not_proved() {
    // Consequences of an unknown operation, known or not, and the operation itself.
    let (mut log, cause) = with_unknown();
    let follower = || Make::op("profile.follower").reference(ann().did);
    follows(&mut log, cause, follower());
    follows(&mut log, cause, Make::op("zzz.done"));
    log.head();
    let summary = unknown(&log);
    let entry = |seq, op: &str, of: &str| UnknownEntry { seq, op: op.into(), of: of.into() };
    assert_eq!(
        summary.first,
        [
            entry(7, "zzz.do", "zzz.do"),
            entry(8, "profile.follower", "zzz.do"),
            entry(9, "zzz.done", "zzz.done"),
        ]
    );
    // The unknown operation is signed, or the node's word.
    let mut signed = diary();
    will(&mut signed, Make::op("zzz.do").body(vec![("text", "mine".into())]));
    signed.by_node(Make::op("zzz.tick"));
    signed.head();
    assert_eq!(unknown(&signed).entries, 2);
    // The author may erase its body, like any other body that they wrote.
    let make = erasure(&signed, &[7]);
    will(&mut signed, make);
    signed.bodies.remove(&7);
    signed.head();
    assert_eq!(unknown(&signed).entries, 2);
    // In another's log, by the node's word, which names no one.
    let mut of_ann = begin(&ann(), &first_box());
    let operation = across(&mut of_ann, Make::op("zzz.tick"), true, &bob().did, &follower());
    let mut log = begin(&bob(), &first_box());
    take_evidence(&mut log, &operation);
    log.chains.remove(ann().did.as_str());
    open_own(&mut log, &operation);
    let node = first_box().did;
    let (cause, txn) = (operation.intent.cid, operation.txn);
    log.push(follower(), node, Will::Derived, None, Some(cause), Some(txn));
    log.head();
    assert_eq!(unknown(&log).first, [entry(1, "profile.follower", "zzz.tick")]);
    // A known consequence follows only from the intents in its row, and an owner's demand for signatures holds for all.
    let mut never = diary();
    let cause = will(&mut never, update("seven"));
    follows(&mut never, cause, follower());
    never.head();
    caught(&never, 8, "cause");
    let mut strict = diary();
    will(&mut strict, Make::op("auth.settings.update").fact_int("require_signed", 1));
    strict.custodial(Make::op("zzz.do"));
    strict.head();
    caught(&strict, 8, "will");
}

#[test]
fn views_leave_unknown_entries_out() {
    let (mut log, cause) = with_unknown();
    follows(&mut log, cause, Make::op("profile.follower").reference(bob().did));
    log.head();
    let dir = tempfile::tempdir().unwrap();
    let path = bundles::export(&log, dir.path());
    let document = bundles::read(&path, "bundle.json");
    assert_eq!(document["sections"]["profile"]["followers"], serde_json::json!([]));
    assert!(document["sections"].get("zzz").is_none());
    let report = judge_path(&path, &VerifyOptions::default());
    assert_eq!(report.fault, None);
    assert!(!report.valid);
    assert!(report.bundle.unwrap().unproved_views.is_empty());
    // A newer program's section shows them: this program cannot prove it, and the report names it.
    let mut document = bundles::read(&path, "bundle.json");
    document["sections"]["profile"]["followers"] = serde_json::json!([bob().did.as_str()]);
    bundles::sign_document(&mut document, &ann(), "owner");
    bundles::write(&path, "bundle.json", &document);
    let mut manifest = bundles::read(&path, "manifest.json");
    bundles::list(&mut manifest, &path, "bundle.json");
    bundles::sign_document(&mut manifest, &ann(), "owner");
    bundles::write(&path, "manifest.json", &manifest);
    let report = judge_path(&path, &VerifyOptions::default());
    assert_eq!(report.fault, None);
    let unproved = report.bundle.unwrap().unproved_views;
    assert_eq!(Vec::from_iter(unproved), ["profile"]);
}

#[test]
fn nothing_follows_from_what_followed_from_an_unknown_operation() {
    // A consequence is not an intent, known or not: a chain of them proves nothing.
    let (log, cause) = with_unknown();
    let chained = |then: Make, last: Make| {
        let mut log = log.clone();
        follows(&mut log, cause, then);
        let middle = log.last();
        follows(&mut log, middle, last);
        log
    };
    let follower = || Make::op("profile.follower").reference(bob().did);
    let words = || erasure(&log, &[3]);
    for (then, last) in [
        (Make::op("zzz.done"), Make::op("zzz.again")),
        (Make::op("zzz.done"), follower()),
        (follower(), follower()),
        (Make::op("zzz.done"), words()),
    ] {
        let mut log = chained(then, last);
        log.head();
        caught(&log, 9, "cause");
    }
    // The erasure at its end does not explain missing words either.
    let mut log = chained(Make::op("zzz.done"), words());
    log.bodies.remove(&3);
    log.head();
    caught(&log, 3, "body");
}

#[test]
fn an_unknown_operation_between_known_ones_takes_no_part_in_them() {
    // Between an intent and what follows from it, or between two consequences, no other entry may be.
    let mut log = diary();
    let cause = log.custodial(Make::op("zzz.do"));
    will(&mut log, update("eight"));
    follows(&mut log, cause, Make::op("zzz.done"));
    log.head();
    caught(&log, 9, "cause");
    let mut log = diary();
    let cause = log.custodial(Make::op("zzz.do"));
    follows(&mut log, cause, Make::op("zzz.done"));
    log.custodial(Make::op("zzz.do"));
    follows(&mut log, cause, Make::op("zzz.done"));
    log.head();
    caught(&log, 10, "cause");
    // An unknown entry between two signed ones is named and keeps its place; the signed ones stay proved.
    let mut log = diary();
    will(&mut log, update("before"));
    let custodial = log.custodial(Make::op("zzz.do"));
    will(&mut log, update("after"));
    log.head();
    let summary = unknown(&log);
    assert_eq!((summary.entries, summary.first[0].seq), (1, 8));
    // The signature after it exposes its removal, even if the home links all entries again.
    let mut left = rows(&log);
    left.remove(8);
    caught(&relink_as_home(&log, left), 8, "order");
    // The unknown entry cannot erase earlier words: the log is not valid, with or without them.
    let make = erasure(&log, &[7]);
    follows(&mut log, custodial, make);
    log.head();
    caught(&log, 7, "body");
    log.bodies.remove(&7);
    caught(&log, 10, "cause");
}

#[test]
fn a_table_that_redefines_what_is_known_is_none() {
    use imajin_log::OpTable;
    let dir = tempfile::tempdir().unwrap();
    let (path, file) = (dir.path().join("log.sqlite"), dir.path().join("ops.json"));
    let (mut log, _) = with_unknown();
    log.head();
    log.write(&path);
    let published: Json =
        serde_json::from_str(&OpTable::published().unwrap().to_json().unwrap()).unwrap();
    let verdict_after = |edit: &dyn Fn(&mut Vec<Json>)| {
        let mut table = published.clone();
        edit(table["operations"].as_array_mut().unwrap());
        let text = table.to_string();
        std::fs::write(&file, &text).unwrap();
        let args = [path.clone().into(), "--operations".into(), file.clone().into()];
        let python = crate::tools::python::verify(&args);
        let ours = OpTable::newer(&text);
        assert_eq!(ours.is_err(), python["error"].is_string(), "{ours:?}\n{python}");
        ours.ok().map(|_| python["verdict"].clone())
    };
    let row = |op: &str, by: &str, derives: Json| json!({ "op": op, "by": by, "body": null, "bound": "nothing", "derives": derives });
    let follows = |op: &str| json!({ "op": op, "place": "same_log", "at_most": 1, "equal": [] });
    let erases = |ops: Json| {
        let mut follows = follows("auth.body.erased");
        follows["erases"] = json!([{ "ops": ops, "equal": { "ref": "ref" } }]);
        follows
    };
    // A document that adds operations is accepted: with it the operation is known.
    let added = |rows: &mut Vec<Json>| rows.push(row("zzz.do", "any", json!([])));
    assert_eq!(verdict_after(&|_| ()), Some(json!("unknown entries")));
    assert_eq!(verdict_after(&added), Some(json!("valid")));
    let find =
        |rows: &mut Vec<Json>, op: &str| rows.iter().position(|row| row["op"] == op).unwrap();
    for (op, member, value) in [
        ("events.ticket", "bound", json!("node")),
        ("pay.receipt", "bound", json!("node")),
        ("pay.receipt", "body", json!("mine")),
        ("pay.paid", "by", json!("any")),
        ("pay.settle", "by", json!("node")),
        ("auth.home", "by", json!("any")),
        ("auth.body.erased", "by", json!("any")),
        ("auth.identity.create", "body", json!("mine")),
    ] {
        let spoiled = |rows: &mut Vec<Json>| {
            let at = find(rows, op);
            rows[at][member] = value.clone();
        };
        assert_eq!(verdict_after(&spoiled), None, "{op} {member}");
    }
    type Edit<'a> = &'a dyn Fn(&mut Vec<Json>);
    let tieless = |op: &str, derives: Json| json!({ "op": op, "by": "any", "body": "mine", "bound": "nothing", "derives": derives });
    let edits: [Edit<'_>; 13] = [
        // Nothing ties the words of a derived entry whose operation may also be willed.
        &|rows| {
            rows.push(tieless("zzz.say", json!([follows("zzz.said")])));
            rows.push(tieless("zzz.said", json!([])));
        },
        // Erasures follow from signed intents, and attestations from follows.
        &|rows| {
            let at = find(rows, "profile.update");
            rows[at]["derives"] = json!([erases(json!(["profile.update"]))]);
        },
        &|rows| {
            let at = find(rows, "profile.follow");
            let more = follows("auth.attestation.received");
            rows[at]["derives"].as_array_mut().unwrap().push(more);
        },
        // A table that lacks the consequences, allows more of them, or allows them in other logs.
        &|rows| {
            let at = find(rows, "pay.settle");
            rows[at]["derives"] = json!([]);
        },
        &|rows| {
            let at = find(rows, "profile.follow");
            rows[at]["derives"][0]["at_most"] = 100.into();
        },
        &|rows| {
            let at = find(rows, "profile.follow");
            rows[at]["derives"][0]["equal"] = json!([]);
        },
        // An erasure that reaches more bodies, or any.
        &|rows| {
            let at = find(rows, "chat.delete");
            rows[at]["derives"][0]["erases"] = json!([{ "ops": [], "equal": {} }]);
        },
        &|rows| {
            let at = find(rows, "links.remove");
            rows[at]["derives"][0] = erases(json!(["links.put", "links.sort"]));
        },
        // A new operation's erasure must have a scope, and no other consequence may have one.
        &|rows| rows.push(row("zzz.do", "any", json!([follows("auth.body.erased")]))),
        &|rows| rows.push(row("zzz.do", "any", json!([erases(json!([]))]))),
        &|rows| {
            let mut follower = erases(json!(["zzz.say"]));
            follower["op"] = "profile.follower".into();
            rows.push(row("zzz.do", "any", json!([follower])));
        },
        // A row that appears twice, or not at all.
        &|rows| rows.push(row("zzz.do", "any", json!([follows("zzz.done")]))),
        &|rows| {
            let at = find(rows, "auth.home");
            rows.remove(at);
        },
    ];
    for (n, edit) in edits.iter().enumerate() {
        assert_eq!(verdict_after(edit), None, "{n}");
    }
}
