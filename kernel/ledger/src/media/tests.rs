//! Media files: naming, deduplication, limits, removal.

use std::sync::Arc;
use std::time::Duration;

use imajin_dfos::Timestamp;
use imajin_dfos::cid::raw_cid;
use imajin_log::clock::ManualClock;
use imajin_protocol::Did;

use super::*;

const START_MS: i64 = 1_767_225_600_000;

fn store(file_bytes_max: u64) -> (tempfile::TempDir, MediaStore, Did) {
    let dir = tempfile::tempdir().unwrap();
    let clock = ManualClock::new(Timestamp::from_millis(START_MS).unwrap());
    let store = MediaStore::new(dir.path(), file_bytes_max, Arc::new(clock));
    (dir, store, Did::from_key(&[7; 32]))
}

#[test]
fn a_file_is_named_by_its_bytes_and_kept_once() {
    let (_dir, store, did) = store(1 << 20);
    let bytes = vec![5u8; 200_000];
    let first = store.put(&did, bytes.as_slice()).unwrap();
    assert_eq!(first.cid, raw_cid(&bytes));
    assert_eq!((first.bytes, first.existed), (200_000, false));
    let name = first.cid.to_string();
    let path = store.path(&did, &first.cid).unwrap();
    assert!(path.ends_with(format!("media/{}/{name}", &name[name.len() - 2..])));
    assert!(store.put(&did, bytes.as_slice()).unwrap().existed);
    assert_eq!(store.list(&did).unwrap(), vec![(first.cid, 200_000)]);
    assert_eq!(store.check(&did, &first.cid).unwrap(), 200_000);
    // Nothing of the upload is left but the file.
    assert_eq!(fs::read_dir(store.folder(&did)).unwrap().count(), 1);
}

#[test]
fn a_file_that_rotted_is_whole_again_when_its_bytes_come_again() {
    let (_dir, store, did) = store(100);
    let stored = store.put(&did, &b"hello"[..]).unwrap();
    let path = store.path(&did, &stored.cid).unwrap();
    for rotten in [&b"hellp"[..], b"hell", b""] {
        fs::write(&path, rotten).unwrap();
        assert!(store.put(&did, &b"hello"[..]).unwrap().existed);
        assert_eq!(store.check(&did, &stored.cid).unwrap(), 5);
    }
    assert_eq!(store.list(&did).unwrap(), vec![(stored.cid, 5)]);
}

#[test]
fn limits_hold_and_leave_nothing() {
    let (_dir, store, did) = store(10);
    let error = store.put(&did, &[0u8; 11][..]).unwrap_err();
    assert!(matches!(error, MediaError::TooLarge { bytes_max: 10 }));
    assert_eq!(fs::read_dir(store.folder(&did)).unwrap().count(), 0);
    assert_eq!(store.put(&did, &[0u8; 10][..]).unwrap().bytes, 10);
}

#[test]
fn damage_and_absence_are_told_apart() {
    let (_dir, store, did) = store(100);
    let stored = store.put(&did, &b"hello"[..]).unwrap();
    fs::write(store.path(&did, &stored.cid).unwrap(), b"hellp").unwrap();
    assert!(matches!(store.check(&did, &stored.cid), Err(MediaError::Damaged { .. })));
    assert!(matches!(store.open(&did, &raw_cid(b"no")), Err(MediaError::NotFound { .. })));
    let header = imajin_dfos::cid::dag_cbor_cid(b"x");
    assert!(matches!(store.open(&did, &header), Err(MediaError::NotRaw { .. })));
}

/// Returns the time this many milliseconds after the start.
fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(START_MS + ms).unwrap()
}

#[test]
fn only_what_is_old_goes_and_what_comes_again_or_is_about_to_be_named_is_young() {
    let dir = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(at(0)));
    let store = MediaStore::new(dir.path(), 100, clock.clone());
    let did = Did::from_key(&[7; 32]);
    let put = |bytes: &[u8]| store.put(&did, bytes).unwrap().cid;
    let (old, again, named) = (put(b"old"), put(b"again"), put(b"named"));
    assert_eq!(store.older(&did, at(0)).unwrap(), []);
    clock.set(at(1_000));
    assert_eq!(put(b"again"), again);
    assert!(store.pin(&did, &named).unwrap().is_some());
    assert_eq!(store.older(&did, at(500)).unwrap(), [(old, 3)]);
    for (cid, goes) in [(old, true), (again, false), (named, false)] {
        assert_eq!(store.removal(&did).remove_older(&cid, at(500)).unwrap() == Removed::Yes, goes);
        assert_eq!(store.size(&did, &cid).unwrap().is_none(), goes);
    }
    assert!(store.pin(&did, &old).unwrap().is_none());
}

#[test]
fn what_was_pinned_when_a_removal_began_or_since_stays_until_somebody_looks_again() {
    let (_dir, store, did) = store(100);
    let put = |bytes: &[u8]| store.put(&did, bytes).unwrap().cid;
    let files = [put(b"before"), put(b"meanwhile"), put(b"never")];
    // Dates alone would let each of them go.
    let than = at(1_000);
    let before = store.pin(&did, &files[0]).unwrap();
    let removal = store.removal(&did);
    drop(before);
    drop(store.pin(&did, &files[1]).unwrap());
    let removed = files.map(|cid| removal.remove_older(&cid, than).unwrap());
    assert_eq!(removed, [Removed::Pinned, Removed::Pinned, Removed::Yes]);
    assert!(removal.wait(&files, Duration::ZERO), "no pin is left");
    let other = Did::from_key(&[8; 32]);
    let _others = store.pin_arriving(&other, files[0]);
    let again = store.removal(&did);
    let removed = files.map(|cid| again.remove_older(&cid, than).unwrap());
    assert_eq!(removed, [Removed::Yes, Removed::Yes, Removed::No]);
}

#[test]
fn a_removal_waits_for_a_pin() {
    let (_dir, store, did) = store(100);
    let cid = store.put(&did, &b"hello"[..]).unwrap().cid;
    let pin = store.pin(&did, &cid).unwrap();
    assert!(!store.removal(&did).wait(&[cid], Duration::ZERO));
    std::thread::scope(|scope| {
        let waits = scope.spawn(|| store.removal(&did).wait(&[cid], Duration::from_secs(60)));
        drop(pin);
        assert!(waits.join().unwrap());
    });
}

#[test]
fn an_upload_on_its_way_stays_and_one_that_a_crash_left_goes() {
    let (_dir, store, did) = store(100);
    let mut half = store.writer(&did).unwrap();
    half.write(b"half").unwrap();
    let left = store.folder(&did).join(format!("{PARTIAL_PREFIX}left"));
    fs::write(&left, b"left").unwrap();
    assert_eq!(store.remove_abandoned(&did).unwrap(), 1);
    assert!(!left.exists() && half.partial.path.exists());
    let stored = half.finish().unwrap();
    assert_eq!(store.list(&did).unwrap(), vec![(stored.cid, 4)]);
}

#[test]
fn files_that_come_and_go_while_they_are_listed_are_no_failure() {
    let dir = tempfile::tempdir().unwrap();
    let names = (0..u32::MAX).map(|n| raw_cid(&n.to_be_bytes()).to_string());
    let in_one: Vec<String> = names.filter(|name| shard(name) == "aa").take(64).collect();
    let folder = dir.path().join("aa");
    fs::create_dir(&folder).unwrap();
    std::thread::scope(|scope| {
        let moves = scope.spawn(|| {
            for _ in 0..200 {
                for name in &in_one {
                    fs::write(folder.join(name), name).unwrap();
                }
                for name in &in_one {
                    fs::remove_file(folder.join(name)).unwrap();
                }
            }
        });
        while !moves.is_finished() {
            list_folder(dir.path()).unwrap();
        }
    });
}
