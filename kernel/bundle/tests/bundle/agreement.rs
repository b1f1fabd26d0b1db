//! Two verifiers that share nothing but docs/format.md: of random histories both say that they are valid and what they
//! hold, and of random changes to them both say the same. `IMAJIN_HISTORIES` and `IMAJIN_SEED` choose others.

use std::path::Path;

use crate::support::Log;
use crate::tools::judge::{essence, rust};
use crate::tools::{history, mutate, number, python};
use imajin_log::verify::VerifyOptions;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Changes to each of a history's four logs.
const CHANGES: usize = 12;
/// Number of disagreements that the test prints before it gives up.
const TOLD_MAX: usize = 12;

/// Makes the generator of this run's histories from a seed.
fn runner(seed: u64) -> TestRunner {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    TestRunner::new_with_rng(Config::default(), rng)
}

fn draw<S: Strategy>(runner: &mut TestRunner, strategy: &S) -> S::Value {
    strategy.new_tree(runner).unwrap().current()
}

/// Asks both verifiers about a log. Returns whether it is valid, the fault's code, and how the verifiers differ.
fn ask(log: &Log, path: &Path) -> (bool, String, Option<String>) {
    let _ = std::fs::remove_file(path);
    log.write(path);
    let report = rust(path, &VerifyOptions::default());
    let python = python::ask(path);
    let ours = essence(&serde_json::to_value(&report).unwrap());
    let theirs = essence(&python);
    let code = report.fault.as_ref().map_or("valid", |fault| fault.code.as_str());
    let differ = (ours != theirs).then(|| {
        format!("Rust:   {:?}\nPython: {}\n{ours}\n{theirs}", report.fault, python["fault"])
    });
    (report.fault.is_none(), code.to_owned(), differ)
}

#[test]
fn the_verifiers_agree() {
    let seed = number("IMAJIN_SEED", 1);
    let mut runner = runner(seed);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("log.sqlite");
    let mut failures = Vec::new();
    let mut counts = std::collections::BTreeMap::<String, u64>::new();
    for n in 0..number("IMAJIN_HISTORIES", 5) {
        let history = draw(&mut runner, &history::histories());
        let world = history::play(&history);
        for (which, log) in world.logs.iter().enumerate() {
            let (valid, code, differ) = ask(log, &path);
            let fault = rust(&path, &VerifyOptions::default()).fault;
            assert!(
                valid && differ.is_none(),
                "seed {seed}, history {n}, log {which}: {code}: {fault:?} {}\n{history:?}",
                differ.unwrap_or_default()
            );
            for _ in 0..CHANGES {
                let mutation = draw(&mut runner, &mutate::mutations());
                let Some(changed) = mutation.apply(log) else {
                    continue;
                };
                let (valid, code, differ) = ask(&changed.log, &path);
                *counts.entry(code).or_default() += 1;
                let missed = valid && changed.broken;
                if differ.is_some() || missed {
                    let what = &changed.what;
                    failures.push(format!(
                        "seed {seed}, history {n}, log {which}, {mutation:?} ({what}), missed {missed}\n{}",
                        differ.unwrap_or_default()
                    ));
                }
            }
        }
        if failures.len() >= TOLD_MAX {
            break;
        }
    }
    println!("{counts:?}");
    assert!(failures.is_empty(), "{} times:\n{}", failures.len(), failures.join("\n\n"));
}
