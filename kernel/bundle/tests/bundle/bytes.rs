//! Any changed byte of any file of a bundle, as a folder and as a tar, and of any header, body, proof, head or chain of a
//! bare log, is found by both verifiers. A sample, or with `IMAJIN_EXHAUSTIVE=1` every single one.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::Path;

use crate::support::export::files;
use crate::support::{Log, Party};
use crate::threats::codes::Whole;
use crate::tools::judge::{essence, rust};
use crate::tools::{acts, bundles, python};
use imajin_bundle::export::Target;
use imajin_log::verify::VerifyOptions;
use rusqlite::Connection;

/// Makes the folder for the changed files: in memory, if the machine has one, since each change costs two files.
fn folder() -> tempfile::TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

/// Makes a log with a row in every table: several wills, an erasure, a delegation, a move, an operation over several
/// logs.
fn log() -> Log {
    let (ann, bob) = (Party::new(1), Party::new(2));
    let (first, second) = (Party::new(3), Party::new(4));
    let (mut log, _) = acts::begin_claimed(&ann, &first);
    acts::will(&mut log, acts::update("Ann"));
    acts::will(&mut log, acts::claim("ann"));
    log.custodial(acts::update("asked for"));
    acts::erase(&mut log, &[1]);
    let mut other = acts::begin(&bob, &first);
    let followed = acts::follow(&mut other, &[ann.did], "profile.follow", true);
    acts::be_followed(&mut log, &followed);
    acts::follow(&mut log, &[bob.did], "profile.follow", true);
    acts::rotate(&mut log, 11);
    acts::move_to(&mut log, &second);
    acts::will(&mut log, acts::update("there"));
    log.head();
    log
}

/// Places to change: every one, or some that are spread evenly and hit not only the starts of pages; half of them in an
/// ordinary run, without `IMAJIN_FLIPS`.
fn places(bytes: usize, some: usize) -> Vec<usize> {
    if std::env::var_os("IMAJIN_EXHAUSTIVE").is_some() {
        return (0..bytes).collect();
    }
    let is_ordinary = std::env::var_os("IMAJIN_FLIPS").is_none();
    let some = if is_ordinary { some / 2 } else { some };
    let some = some.min(bytes);
    (0..some).map(|n| (n * bytes / some + n * 7) % bytes).collect()
}

#[track_caller]
fn both_say(path: &Path, valid: bool, what: &dyn Fn() -> String) {
    let ours = rust(path, &VerifyOptions::default());
    assert_eq!(ours.valid, valid, "Rust, {}: {:?}", what(), ours.fault);
    let theirs = python::ask(path);
    assert_eq!(theirs["valid"], valid, "Python, {}: {theirs}", what());
    // Both report the same code, entry and file.
    let expected = essence(&serde_json::to_value(&ours).unwrap());
    assert_eq!(expected, essence(&theirs), "{}: {:?}", what(), ours.fault);
}

/// Changes the bytes of `file` one after the other; both verifiers must find each change at `path`.
fn change_each(file: &Path, path: &Path, some: usize) -> usize {
    let bytes = fs::read(file).unwrap();
    let open = File::options().write(true).open(file).unwrap();
    let name = file.file_name().unwrap().to_string_lossy().into_owned();
    let places = places(bytes.len(), some);
    for (n, at) in places.iter().enumerate() {
        let changed = bytes[*at] ^ (1 << (n % 8));
        open.write_all_at(&[changed], *at as u64).unwrap();
        both_say(path, false, &|| format!("byte {at} of {name}"));
        open.write_all_at(&bytes[*at..=*at], *at as u64).unwrap();
        if n % 10_000 == 9_999 {
            println!("{name}: {} of {}", n + 1, places.len());
        }
    }
    assert_eq!(fs::read(file).unwrap(), bytes);
    places.len()
}

#[test]
fn of_a_bundle_folder() {
    let whole = Whole::new();
    let bundle = &whole.path;
    both_say(bundle, true, &|| "unchanged".into());
    for path in files(bundle) {
        change_each(&path, bundle, 12);
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
        both_say(bundle, false, &|| format!("cut {}", path.display()));
        fs::write(&path, &bytes).unwrap();
    }
    both_say(bundle, true, &|| "as before".into());
}

#[test]
fn of_a_bundle_tar() {
    let dir = folder();
    let tar = Target::Tar(dir.path().join("bundle.tar"));
    bundles::export_to(&log(), None, dir.path(), &tar);
    both_say(tar.path(), true, &|| "unchanged".into());
    let tried = change_each(tar.path(), tar.path(), 60);
    both_say(tar.path(), true, &|| "as before".into());
    println!("{tried} changes");
}

/// The columns that are signed, or that something signed refers to.
const COLUMNS: [(&str, &str); 9] = [
    ("entries", "header"),
    ("bodies", "body"),
    ("heads", "jws"),
    ("heads", "node"),
    ("chains", "jws"),
    ("chains", "did"),
    ("causes", "header"),
    ("txns", "list"),
    ("openings", "opening"),
];

#[test]
fn of_a_bare_log() {
    let dir = folder();
    let path = dir.path().join("log.sqlite");
    let log = log();
    log.write(&path);
    both_say(&path, true, &|| "unchanged".into());
    let conn = Connection::open(&path).unwrap();
    let mut tried = 0;
    for (table, column) in COLUMNS {
        let rows = rows(&conn, table, column);
        assert!(!rows.is_empty(), "{table} has no row to change");
        let text = matches!(column, "jws" | "node" | "did");
        let value = if text { "CAST(?1 AS TEXT)" } else { "?1" };
        let update =
            format!("UPDATE {table} SET {column} = {value} WHERE CAST({column} AS BLOB) = ?2");
        for row in rows {
            for at in places(row.len(), 6) {
                let mut bytes = row.clone();
                // Text stays UTF-8: anything else would be found for that reason alone.
                bytes[at] ^= if text { 1 } else { 1 << (tried % 8) };
                assert!(conn.execute(&update, (&bytes, &row)).unwrap() > 0);
                both_say(&path, false, &|| format!("{table}.{column} byte {at}"));
                assert!(conn.execute(&update, (&row, &bytes)).unwrap() > 0);
                tried += 1;
            }
        }
    }
    both_say(&path, true, &|| "as before".into());
    println!("{tried} changes");
}

fn rows(conn: &Connection, table: &str, column: &str) -> Vec<Vec<u8>> {
    let sql = format!("SELECT DISTINCT CAST({column} AS BLOB) FROM {table}");
    let mut statement = conn.prepare(&sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}
