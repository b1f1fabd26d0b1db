//! Files with holes: a sparse file costs its sender nothing and claims any length. A verifier counts its length before
//! reading it.

use std::fs::{self, File, OpenOptions};
use std::path::{Path, PathBuf};

use imajin_log::Space;
use imajin_log::rules::Code;
use imajin_log::verify::{Report, VerifyOptions, verify_path};

use super::codes::Whole;
use crate::support::export::bundle_options;
use crate::tools::judge::judge_path;
use crate::tools::{ops, view};

/// Bytes of a hole: more than a verifier could read by mistake, and less than a disk.
const HOLE: u64 = 1 << 30;

/// Makes a file longer, without a byte on the disk.
fn stretch(path: &Path, bytes: u64) {
    let file = OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(bytes).unwrap();
}

/// Returns one byte more than the disk has.
fn more_than(path: &Path) -> u64 {
    Space::measure(path).unwrap().total + 1
}

#[track_caller]
fn check_fault(report: &Report, code: Code, file: Option<&str>) {
    let fault = report.fault.as_ref().unwrap();
    assert_eq!((fault.code, fault.file.as_deref()), (code, file), "{fault}");
}

/// Asserts that both verifiers report this fault, and that the Rust verifier does not read the hole.
#[track_caller]
fn assert_fault(path: &Path, code: Code, file: Option<&str>) {
    let mut read = 0;
    let mut progress = |bytes: u64| read += bytes;
    let options = bundle_options(&mut progress);
    let report = verify_path(path, &ops::real(), &view::ProfileViews, options).unwrap();
    check_fault(&report, code, file);
    assert!(read < HOLE / 2, "{read} bytes were read");
    check_fault(&judge_path(path, &VerifyOptions::default()), code, file);
}

#[test]
fn a_file_with_holes_counts_by_its_length_before_anybody_reads_it() {
    let whole = Whole::new();
    let longer = |name: &str, bytes: u64| -> PathBuf {
        whole.changed("holes", |path| stretch(&path.join(name), bytes))
    };
    let disk = more_than(&whole.path);
    for name in ["log.sqlite", "index.html", "manifest.json", "bundle.json"] {
        assert_fault(&longer(name, disk), Code::Manifest, Some(name));
    }
    // A file shorter than the disk: the log's header has its own length, and the manifest has that of all others.
    assert_fault(&longer("log.sqlite", HOLE), Code::File, None);
    for name in ["index.html", "manifest.json", "bundle.json", "anchors.json"] {
        assert_fault(&longer(name, HOLE), Code::Manifest, Some(name));
    }
}

#[test]
fn a_log_or_a_tar_that_is_longer_than_its_disk_is_none() {
    let dir = tempfile::tempdir().unwrap();
    let whole = Whole::new();
    let log = dir.path().join("log.sqlite");
    fs::copy(whole.path.join("log.sqlite"), &log).unwrap();
    stretch(&log, more_than(&log));
    assert_fault(&log, Code::File, None);
    let tar = dir.path().join("bundle.tar");
    File::create(&tar).unwrap();
    stretch(&tar, more_than(&tar));
    assert_fault(&tar, Code::Tar, None);
}
