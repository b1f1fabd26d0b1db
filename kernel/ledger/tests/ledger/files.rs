//! The contents of the files: the journal empties, a log's WAL is reused, and no erased byte stays.

use std::time::Duration;

use crate::world::{Party, Say, World};
use imajin_dfos::cid::raw_cid;
use imajin_ledger::{Limits, SubmitError};

#[test]
fn the_journal_is_swapped_and_emptied() {
    let limits = Limits {
        journal_swap_entries: 20,
        move_entries: 4,
        journal_idle: Duration::ZERO,
        ..Limits::default()
    };
    let mut world = World::with_limits(limits);
    let ada = world.person(1);
    for n in 0..500 {
        world.submit(&ada, Say::note(&n.to_string())).unwrap();
    }
    assert!(world.ledger().settle());
    assert_eq!(world.ledger().stats().journal_bytes, 0);
    assert_eq!(world.notes(&ada.did).len(), 500);
    world.assert_rebuildable();
}

/// Returns the length of a log's WAL, and the salts of its round (SQLite's file format, §4.1).
fn wal(world: &World, party: &Party) -> (usize, Vec<u8>) {
    let bytes = std::fs::read(world.log_path(party).with_extension("sqlite-wal")).unwrap();
    let salts = bytes.get(16..24).unwrap_or_default().to_vec();
    (bytes.len(), salts)
}

#[test]
fn the_wal_of_a_long_log_goes_round() {
    let limits = Limits { move_entries: 8, log_wal_bytes_max: 16 * 1024, ..Limits::default() };
    let mut world = World::with_limits(limits);
    let ada = world.person(1);
    // The file is created with the pending entries; only later moves go through its WAL.
    world.ledger().drain();
    let secret = Say::note("the-canary-in-the-note");
    let cid = secret.body_cid().unwrap();
    world.submit(&ada, secret).unwrap();
    let (mut rounds, mut lengths) = (std::collections::BTreeSet::new(), Vec::new());
    for n in 0..400 {
        world.submit(&ada, Say::note(&n.to_string())).unwrap();
        if n % 8 == 7 {
            world.ledger().drain();
            let (length, round) = wal(&world, &ada);
            rounds.insert(round);
            lengths.push(length);
        }
        if n == 200 {
            world.crash();
        }
    }
    assert!(rounds.len() > 5, "{} rounds", rounds.len());
    // The WAL is never cut, and not much longer than its limit.
    let longest = lengths.iter().max().unwrap();
    assert!(!lengths.contains(&0) && *longest < 256 * 1024, "{lengths:?}");
    assert_eq!(world.notes(&ada.did).len(), 401);

    // Frames of earlier rounds may still have erased bytes: the file is cut then.
    world.submit(&ada, Say::erase(&[cid])).unwrap();
    world.ledger().purge(&ada.did).unwrap();
    assert_eq!(wal(&world, &ada).0, 0);
    assert_eq!(files_with(&world, b"the-canary-in-the-note"), Vec::<String>::new());
    world.crash();
    assert_eq!(world.notes(&ada.did).len(), 400);
    world.assert_sound(&[ada]);
}

#[test]
fn what_is_erased_is_in_no_file() {
    let mut world = World::new();
    let ada = world.person(1);
    let secret = Say::note("the-canary-in-the-note");
    let kept = Say::note("something to keep");
    let cid = secret.body_cid().unwrap();
    world.submit(&ada, secret).unwrap();
    world.submit(&ada, kept).unwrap();
    world.ledger().drain();
    world.submit(&ada, Say::note("the-canary-again")).unwrap();
    let other = world.signed(&ada, &ada.did, Say::erase(&[raw_cid(b"x")]));
    assert!(matches!(world.ledger().submit_blocking(other), Err(SubmitError::Refused(_))));
    world.submit(&ada, Say::erase(&[cid])).unwrap();
    assert_eq!(world.notes(&ada.did), ["something to keep", "the-canary-again"]);
    let entries = world.ledger().entries(&ada.did, None, 10).unwrap();
    assert!(entries[1].body.is_none() && entries[2].body.is_some());
    world.ledger().purge(&ada.did).unwrap();
    assert_eq!(files_with(&world, b"the-canary-in-the-note"), Vec::<String>::new());
    assert!(!files_with(&world, b"the-canary-again").is_empty());
    world.crash();
    assert_eq!(world.notes(&ada.did), ["something to keep", "the-canary-again"]);
    world.assert_sound(&[ada]);
}

fn page_bytes(world: &World, party: &Party) -> i64 {
    let db = rusqlite::Connection::open(world.log_path(party)).unwrap();
    db.pragma_query_value(None, "page_size", |row| row.get(0)).unwrap()
}

#[test]
fn a_new_log_has_small_pages_and_one_of_before_keeps_its_own() {
    let mut world = World::with_limits(Limits {
        move_entries: 4,
        log_wal_bytes_max: 16 * 1024,
        ..Limits::default()
    });
    let (ada, ben) = (world.person(1), world.person(2));
    world.submit(&ada, Say::note("before")).unwrap();
    world.stop();
    let db = rusqlite::Connection::open(world.log_path(&ada)).unwrap();
    db.execute_batch(
        "PRAGMA journal_mode=DELETE; PRAGMA page_size=4096; VACUUM; PRAGMA journal_mode=WAL",
    )
    .unwrap();
    drop(db);
    world.open();
    for n in 0..100 {
        world.submit(&ada, Say::note(&n.to_string())).unwrap();
        world.submit(&ben, Say::note(&n.to_string())).unwrap();
    }
    world.crash();
    assert_eq!(world.notes(&ada.did).len(), 101);
    world.stop();
    assert_eq!(page_bytes(&world, &ada), 4_096);
    assert_eq!(page_bytes(&world, &ben), 1_024);
    world.assert_valid(&ada);
    world.assert_valid(&ben);
    world.open();
    world.assert_rebuildable();
}

fn files_with(world: &World, needle: &[u8]) -> Vec<String> {
    fn walk(folder: &std::path::Path, needle: &[u8], paths: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, needle, paths);
            } else if std::fs::read(&path)
                .unwrap()
                .windows(needle.len())
                .any(|window| window == needle)
            {
                paths.push(path.display().to_string());
            }
        }
    }
    let mut paths = Vec::new();
    walk(&world.data(), needle, &mut paths);
    paths
}
