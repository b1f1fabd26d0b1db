//! A damaged log is put together again from its copies: intact entries stay, and broken ones come from elsewhere.

use std::path::{Path, PathBuf};

use crate::support::{Log, ops, rich};
use imajin_log::repair::{Mended, mend};
use imajin_log::rules::Code;
use imajin_log::verify::{VerifyOptions, verify_log};
use rusqlite::types::Value as Sql;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

const TABLES: [&str; 7] = ["entries", "bodies", "heads", "chains", "causes", "txns", "openings"];
/// Number of threads that share the flips.
const PARTS: u64 = 4;

/// Makes a log with some of everything, over many pages, with bodies too long for one page.
fn long() -> Log {
    let (mut log, _) = rich();
    for n in 0..220 {
        log.note(&format!("{n} ").repeat(1 + (n % 7) * 40));
    }
    log.note(&"a long story ".repeat(2_000));
    log.head();
    log
}

struct Case {
    dir: TempDir,
}

impl Case {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        Self { dir }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn write(&self, name: &str, log: &Log) -> PathBuf {
        let path = self.path(name);
        let _ = std::fs::remove_file(&path);
        log.write(&path);
        path
    }

    fn mend(&self, log: &Log, damaged: &Path, copies: &[&Path]) -> Mended {
        let into = self.path("mended.sqlite");
        let _ = std::fs::remove_file(&into);
        let whole = mend(&log.owner.did, damaged, copies, &ops(), &into);
        whole.unwrap().mended
    }

    fn mended_rows(&self) -> Vec<Vec<Vec<Sql>>> {
        rows(&self.path("mended.sqlite")).unwrap()
    }
}

/// Reads all rows of all tables; `None` if the file is not readable to its end.
fn rows(path: &Path) -> Option<Vec<Vec<Vec<Sql>>>> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
    let table = |name: &&str| {
        let mut query = db.prepare(&format!("SELECT * FROM {name} ORDER BY 1, 2")).ok()?;
        let columns = query.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..columns).map(|n| row.get(n)).collect();
        query.query_map([], row).ok()?.collect::<Result<_, _>>().ok()
    };
    TABLES.iter().map(table).collect()
}

fn fault(path: &Path) -> Option<Code> {
    let report = verify_log(path, &ops(), &VerifyOptions::default()).unwrap();
    report.fault.map(|fault| fault.code)
}

/// Makes a generator of the same numbers in every run (Knuth's MMIX generator).
fn numbers(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as usize) % below
    }
}

#[test]
fn every_flip_that_a_reader_would_notice_is_named_and_mended_from_a_copy() {
    let (log, flips) = (long(), crate::tools::flips(100));
    let noticed: u64 = std::thread::scope(|scope| {
        let log = &log;
        let parts = (0..PARTS).map(|part| scope.spawn(move || flip(log, part, flips / PARTS)));
        let parts: Vec<_> = parts.collect();
        parts.into_iter().map(|part| part.join().unwrap()).sum()
    });
    assert!(noticed > flips / 2, "{noticed} flips hit something");
}

/// Prints how many of the flips a verification notices.
fn flip(log: &Log, part: u64, flips: u64) -> u64 {
    let case = Case::new();
    let good = case.write("good.sqlite", log);
    let (bytes, expected) = (std::fs::read(&good).unwrap(), rows(&good).unwrap());
    let mut number = numbers(7 + part);
    let mut noticed = 0;
    for n in 0..flips {
        let (at, bit) = (number(bytes.len()), number(8));
        let place = format!("flip {n} of part {part}: bit {bit} of byte {at}");
        let mut damaged = bytes.clone();
        damaged[at] ^= 1 << bit;
        let path = case.path("damaged.sqlite");
        std::fs::write(&path, &damaged).unwrap();
        let is_right = rows(&path).is_some_and(|rows| rows == expected);
        let named = fault(&path);
        assert!(is_right || named.is_some(), "{place} is not noticed");
        noticed += u64::from(named.is_some());
        let mended = case.mend(log, &path, &[&good]);
        assert_eq!(mended.left, None, "{place}, {named:?}");
        assert_eq!(mended.added, 0, "{place}");
        assert!(case.mended_rows() == expected, "{place} changed rows");
    }
    noticed
}

/// Returns the log as it was after this many entries.
fn beginning(log: &Log, entries: u64) -> Log {
    let mut begun = log.clone();
    begun.entries.truncate(entries as usize);
    begun.bodies.retain(|seq, _| *seq < entries);
    begun.heads.retain(|(epoch, _), _| *epoch < log.epoch);
    begun
}

/// Flips a bit in the middle of these bytes of a file, wherever they are: a page that was split has some of them twice.
fn flip_within(path: &Path, needle: &[u8]) {
    let mut bytes = std::fs::read(path).unwrap();
    let offsets: Vec<usize> = memchr::memmem::find_iter(&bytes, needle).collect();
    assert!(!offsets.is_empty());
    for at in offsets {
        bytes[at + needle.len() / 2] ^= 0x10;
    }
    std::fs::write(path, bytes).unwrap();
}

#[test]
fn what_was_appended_after_the_damage_stays() {
    let (case, log) = (Case::new(), long());
    let expected = rows(&case.write("good.sqlite", &log)).unwrap();
    let older = case.write("older.sqlite", &beginning(&log, 60));
    let damaged = case.write("damaged.sqlite", &log);
    flip_within(&damaged, &log.entries[30].header_bytes);
    flip_within(&damaged, &log.bodies[&40]);
    let mended = case.mend(&log, &damaged, &[&older]);
    assert_eq!((mended.left.as_ref(), mended.added), (None, 0));
    assert_eq!((mended.headers, mended.bodies), (vec![30], vec![40]));
    assert!(case.mended_rows() == expected);
}

#[test]
fn a_copy_that_goes_further_adds_its_end() {
    let (case, log) = (Case::new(), long());
    let expected = rows(&case.write("good.sqlite", &log)).unwrap();
    let newer = case.write("newer.sqlite", &log);
    let damaged = case.write("damaged.sqlite", &beginning(&log, 60));
    flip_within(&damaged, &log.entries[30].header_bytes);
    let mended = case.mend(&log, &damaged, &[&newer]);
    assert_eq!((mended.left.as_ref(), mended.added), (None, log.seq() - 60));
    assert_eq!(mended.headers, [30]);
    assert!(case.mended_rows() == expected);
}

#[test]
fn two_copies_with_other_damage_mend_each_other() {
    let (case, log) = (Case::new(), long());
    let expected = rows(&case.write("good.sqlite", &log)).unwrap();
    let (one, two) = (case.write("one.sqlite", &log), case.write("two.sqlite", &log));
    flip_within(&one, &log.entries[20].header_bytes);
    flip_within(&two, &log.entries[90].header_bytes);
    assert!(fault(&one).is_some() && fault(&two).is_some());
    assert_eq!(case.mend(&log, &one, &[&two]).left, None);
    assert!(case.mended_rows() == expected);
}

#[test]
fn an_erased_body_does_not_come_back_from_an_older_copy() {
    let (case, before) = (Case::new(), long());
    let older = case.write("older.sqlite", &before);
    let mut log = before.clone();
    log.erase(&[40]);
    log.note("after it");
    log.head();
    let damaged = case.write("damaged.sqlite", &log);
    let expected = rows(&damaged).unwrap();
    flip_within(&damaged, &log.entries[30].header_bytes);
    assert_eq!(case.mend(&log, &damaged, &[&older]).left, None);
    assert!(case.mended_rows() == expected);
}

#[test]
fn damage_that_the_copies_have_too_is_said() {
    let (case, log) = (Case::new(), long());
    let older = case.write("older.sqlite", &beginning(&log, 60));
    let damaged = case.write("damaged.sqlite", &log);
    flip_within(&damaged, &log.bodies[&80]);
    let mended = case.mend(&log, &damaged, &[&older]);
    assert_eq!((mended.entries, mended.reaches_end), (80, false));
    let left = mended.left.unwrap();
    assert_eq!((left.code, left.seq), (Code::Body, Some(80)));
    flip_within(&damaged, &log.entries[70].header_bytes);
    let mended = case.mend(&log, &damaged, &[&older]);
    assert_eq!((mended.entries, mended.reaches_end), (70, false));
    assert_eq!(mended.left.unwrap().seq, Some(70));
    assert_eq!(fault(&case.path("mended.sqlite")), None);
}

#[test]
fn what_only_lost_entries_refer_to_is_left_out() {
    let case = Case::new();
    let (log, _) = rich();
    // The move to another home follows, and with it that node's identity.
    let older = case.write("older.sqlite", &beginning(&log, 8));
    let damaged = case.write("damaged.sqlite", &log);
    flip_within(&damaged, &log.entries[9].header_bytes);
    let mended = case.mend(&log, &damaged, &[&older]);
    assert_eq!((mended.entries, mended.reaches_end), (9, false));
    assert!(mended.left.is_some());
    assert_eq!(fault(&case.path("mended.sqlite")), None);
}

#[test]
fn a_last_entry_that_is_not_the_one_its_home_has_signed_is_no_part_of_it() {
    let case = Case::new();
    // The log ends with its node's word, which nothing but the head vouches for.
    let (log, _) = rich();
    let expected = rows(&case.write("good.sqlite", &log)).unwrap();
    let last = log.seq() - 1;
    let damaged = case.write("damaged.sqlite", &log);
    let mut bytes = std::fs::read(&damaged).unwrap();
    let header = &log.entries[last as usize];
    let at = memchr::memmem::find(&bytes, &header.header_bytes).unwrap();
    let time = header.header.at.to_string();
    let time_at = memchr::memmem::find(&header.header_bytes, time.as_bytes()).unwrap();
    // The last digit before the Z.
    bytes[at + time_at + time.len() - 2] ^= 1;
    std::fs::write(&damaged, bytes).unwrap();
    assert_eq!(fault(&damaged), Some(Code::Head));
    let older = case.write("older.sqlite", &beginning(&log, last));
    let mended = case.mend(&log, &damaged, &[&older]);
    let left = mended.left.as_ref().and_then(|left| left.seq);
    assert_eq!((mended.entries, left, mended.reaches_end), (last, Some(last), false));
    let newer = case.path("good.sqlite");
    let mended = case.mend(&log, &damaged, &[&newer]);
    assert_eq!((mended.left.as_ref(), mended.headers), (None, vec![last]));
    assert!(case.mended_rows() == expected);
}
