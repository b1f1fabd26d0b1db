//! One question, two verifiers, one answer.

use std::ffi::OsString;
use std::path::Path;

use imajin_dfos::Cid;
use imajin_log::verify::{
    AnchorRequest, BundleOptions, Equivocation, Party, Report, Unknown, Verdict, VerifyOptions,
    compare, verify_log, verify_path,
};
use imajin_protocol::anchor::ChainFile;
use rusqlite::Connection;
use serde_json::{Value as Json, json};

use super::{ops, python, view};
use crate::support::Log;
use crate::support::export::bundle_options;

/// Returns the parts of a report on which both verifiers must agree.
pub fn essence(report: &Json) -> Json {
    let fault = &report["fault"];
    if !fault.is_null() || report["verdict"] == "not valid" {
        return json!({ "valid": false, "seq": fault["seq"], "code": fault["code"], "file": fault["file"] });
    }
    let mut essence = json!({});
    let members = "valid verdict did entries by_will attested_to erased withheld unknown_ops \
        unknown_entries unknown home_words home_divisions node_word_only";
    for name in members.split(' ') {
        essence[name] = report[name].clone();
    }
    // Only reports of bundles have the member, which the program's own reports have under `bundle`.
    essence["left_out"] = match &report["bundle"]["left_out"] {
        Json::Null => report["left_out"].clone(),
        left_out => left_out.clone(),
    };
    for name in ["epoch", "seq", "cid", "node"] {
        essence["head"][name] = report["head"][name].clone();
    }
    essence
}

/// Asks both verifiers about the file or folder at a path.
pub fn judge_path(path: &Path, options: &VerifyOptions) -> Report {
    let mut args: Vec<OsString> = vec![path.into()];
    if let Some(head) = options.head {
        args.extend(["--head".into(), head.to_string().into()]);
    }
    if let Some(did) = &options.did {
        args.extend(["--did".into(), did.to_string().into()]);
    }
    let python = match args.as_slice() {
        [_] => python::ask(path),
        _ => python::verify(&args),
    };
    let report = rust(path, options);
    agree(&report, &python);
    report
}

/// Asks the Rust verifier alone.
pub fn rust(path: &Path, options: &VerifyOptions) -> Report {
    let mut progress = |_: u64| {};
    let options = BundleOptions { log: options.clone(), ..bundle_options(&mut progress) };
    verify_path(path, &ops::real(), &view::ProfileViews, options).unwrap()
}

/// Asks both verifiers about a path, against a chain file.
pub fn judge_anchored(path: &Path, file: &ChainFile) -> Result<Report, String> {
    let dir = tempfile::tempdir().unwrap();
    let published = dir.path().join("chain.json");
    std::fs::write(&published, file.text()).unwrap();
    let args = [path.into(), "--anchors".into(), published.into()];
    let python = python::verify(&args);
    let mut source = |_: &[AnchorRequest]| Ok(vec![file.clone()]);
    let mut progress = |_: u64| {};
    let options = BundleOptions { anchors: Some(&mut source), ..bundle_options(&mut progress) };
    match verify_path(path, &ops::real(), &view::ProfileViews, options) {
        Ok(report) => {
            agree(&report, &python);
            let ours = serde_json::to_value(&report).unwrap();
            for name in ["anchored", "absent", "silent", "unknown"] {
                // For an invalid copy, the other verifier reports the fault alone.
                if report.valid {
                    assert_eq!(ours["anchors"][name], python["anchors"][name], "{name}");
                }
            }
            Ok(report)
        }
        Err(error) => {
            assert!(python["error"].is_string(), "{error}\n{python}");
            Err(error.to_string())
        }
    }
}

/// Asserts that both reports agree.
pub fn agree(report: &Report, python: &Json) {
    let ours = serde_json::to_value(report).unwrap();
    assert_eq!(
        essence(&ours),
        essence(python),
        "the verifiers disagree\n  Rust:   {:?}\n  Python: {}",
        report.fault,
        python["fault"]
    );
}

/// Asks both verifiers about a log.
pub fn judge(log: &Log) -> Report {
    judge_with(log, &VerifyOptions::default())
}

/// Asks both verifiers about a log that must have an entry.
pub fn judge_knowing(log: &Log, head: Cid) -> Report {
    let head = Some(head);
    judge_with(log, &VerifyOptions { head, ..VerifyOptions::default() })
}

fn judge_with(log: &Log, options: &VerifyOptions) -> Report {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.sqlite");
    log.write(&path);
    let report = judge_path(&path, options);
    let bare = verify_log(&path, &ops::real(), options).unwrap();
    assert_eq!(report, bare);
    report
}

/// Asserts that both verifiers accept the log.
#[track_caller]
pub fn valid(log: &Log) -> Report {
    let report = judge(log);
    assert_eq!(report.fault, None);
    assert!(report.valid);
    report
}

/// Asserts that both verifiers find no broken rule, and returns the entries that they cannot judge.
#[track_caller]
pub fn unknown(log: &Log) -> Unknown {
    let report = judge(log);
    assert_eq!(report.fault, None);
    assert_eq!(report.verdict, Verdict::UnknownEntries);
    assert!(!report.valid);
    report.unknown
}

/// Asserts that both verifiers find this fault first.
#[track_caller]
pub fn caught(log: &Log, seq: impl Into<Option<u64>>, code: &str) {
    caught_in(&judge(log), seq, code);
}

/// Asserts that both verifiers find that the log lacks an entry that is known from elsewhere.
#[track_caller]
pub fn caught_knowing(log: &Log, head: Cid) {
    caught_in(&judge_knowing(log, head), None, "cut");
}

/// Asserts the first fault.
#[track_caller]
pub fn caught_in(report: &Report, seq: impl Into<Option<u64>>, code: &str) {
    assert!(!report.valid, "nothing was found");
    let fault = report.fault.as_ref().unwrap();
    assert_eq!((fault.seq, fault.code.as_str()), (seq.into(), code), "{fault}");
}

/// Compares two valid logs; returns the contradictions that both verifiers find.
pub fn against(a: &Log, b: &Log) -> Vec<Equivocation> {
    let dir = tempfile::tempdir().unwrap();
    let (one, other) = (dir.path().join("a.sqlite"), dir.path().join("b.sqlite"));
    a.write(&one);
    b.write(&other);
    for path in [&one, &other] {
        assert_eq!(rust(path, &VerifyOptions::default()).fault, None);
    }
    let (conn_a, conn_b) = (Connection::open(&one).unwrap(), Connection::open(&other).unwrap());
    let party = |name: &str, conn| Party { name: name.into(), conn };
    let equivocations = compare(&party("a", &conn_a), &party("b", &conn_b)).unwrap();
    let python = python::verify(&[one.into(), other.into()]);
    let mut ours: Vec<(String, String)> =
        equivocations.iter().map(|item| (item.kind.to_owned(), item.did.clone())).collect();
    let mut theirs: Vec<(String, String)> = python["equivocations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| {
            let text = |name: &str| item[name].as_str().unwrap().to_owned();
            (text("kind"), text("did"))
        })
        .collect();
    ours.sort();
    theirs.sort();
    assert_eq!(ours, theirs, "{equivocations:#?}\n{python:#}");
    assert_eq!(python["valid"], equivocations.is_empty());
    equivocations
}
