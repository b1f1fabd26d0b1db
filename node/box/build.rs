//! Tells the program when it was built.

use std::env::var;
use std::path::PathBuf;
use std::process::Command;

/// 2026-11-01, for a source without its history.
const WRITTEN: i64 = 1_793_491_200;

/// When this was built, or rather what of it is the same in each build of one source: a clock that says less is wrong.
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=SOURCE_DATE_EPOCH");
    // While developing, a commit alone does not cause another build.
    if var("PROFILE").is_ok_and(|profile| profile == "release") {
        for file in ["HEAD", "logs/HEAD"] {
            let path = PathBuf::from("../../.git").join(file);
            if path.exists() {
                println!("cargo::rerun-if-changed={}", path.display());
            }
        }
    }
    let seconds = var("SOURCE_DATE_EPOCH").ok().or_else(|| git(&["log", "-1", "--format=%ct"]));
    let seconds = seconds.and_then(|text| text.trim().parse::<i64>().ok());
    println!("cargo::rustc-env=IMAJIN_BUILT={}", seconds.unwrap_or(WRITTEN));
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
