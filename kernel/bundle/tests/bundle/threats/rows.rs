//! The rows of docs/threats.md: each names its test, and that test exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const PAGE: &str = include_str!("../../../../../docs/threats.md");
const NO_SOURCES: [&str; 4] = ["target", "node_modules", ".git", ".venv"];

/// Returns the last cells of all tables whose last column is `test`, with the section that each is in.
fn cells() -> Vec<(&'static str, &'static str)> {
    let (mut section, mut is_table, mut cells) = ("", false, Vec::new());
    for line in PAGE.lines() {
        if let Some(title) = line.strip_prefix('#') {
            section = title.trim_start_matches('#').trim();
        }
        let Some(row) = line.strip_prefix('|') else {
            is_table = false;
            continue;
        };
        let last = row.trim_end_matches('|').rsplit('|').next().unwrap().trim();
        match last {
            "test" => is_table = true,
            "---" => {}
            last if is_table => cells.push((section, last)),
            _ => {}
        }
    }
    cells
}

/// Returns the texts between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() && NO_SOURCES.contains(&&*name) {
        } else if entry.file_type().unwrap().is_dir() {
            sources(&entry.path(), found)
        } else if name.ends_with(".rs") || name.ends_with(".test.mjs") {
            found.push(entry.path());
        }
    }
}

/// Returns the names of the functions that are below `#[test]` or `#[tokio::test]`.
fn in_rust(text: &str) -> impl Iterator<Item = &str> {
    let mut is_test = false;
    text.lines().filter_map(move |line| {
        let line = line.trim();
        is_test |= line.starts_with("#[test]") || line.starts_with("#[tokio::test");
        let (before, after) = line.split_once("fn ")?;
        let is_declared = before.split_whitespace().all(|word| matches!(word, "pub" | "async"));
        (is_declared && std::mem::take(&mut is_test)).then(|| after.split(['(', '<']).next())?
    })
}

fn in_script(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter_map(|line| line.strip_prefix("test(\"")?.split('"').next())
}

#[test]
fn every_row_names_tests_that_exist() {
    let mut files = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    sources(&root, &mut files);
    let mut there = BTreeSet::new();
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap();
        let is_script = name.ends_with(".mjs");
        if is_script {
            there.extend(in_script(&text).map(str::to_owned))
        } else {
            there.extend(in_rust(&text).map(str::to_owned))
        }
        there.extend(is_script.then(|| name.to_owned()));
    }
    let cells = cells();
    assert!(cells.len() > 100, "only {} rows were read", cells.len());
    for (section, cell) in cells {
        assert!(quoted(cell).count() > 0, "{section}: no test in {cell:?}");
        for name in quoted(cell) {
            // A separate script is named by its path.
            let exists = there.contains(name) || name.contains('/') && root.join(name).is_file();
            assert!(exists, "{section}: there is no test {name}");
        }
    }
}
