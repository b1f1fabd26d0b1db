//! Media files: naming, deduplication, limits, removal.

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use imajin_dfos::cid::raw_cid;
use imajin_protocol::Did;

use super::*;

fn store(file_bytes_max: u64) -> (tempfile::TempDir, MediaStore, Did) {
    let dir = tempfile::tempdir().unwrap();
    let store = MediaStore::new(dir.path(), file_bytes_max);
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
    let left = fs::read_dir(store.folder(&did)).unwrap().count();
    assert_eq!(left, 1);
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
    assert!(matches!(
        store.check(&did, &stored.cid),
        Err(MediaError::Damaged { .. })
    ));
    assert!(matches!(
        store.open(&did, &raw_cid(b"no")),
        Err(MediaError::NotFound { .. })
    ));
    let header = imajin_dfos::cid::dag_cbor_cid(b"x");
    assert!(matches!(
        store.open(&did, &header),
        Err(MediaError::NotRaw { .. })
    ));
}

#[test]
fn only_what_nothing_names_and_is_old_goes() {
    let (_dir, store, did) = store(100);
    let keep = store.put(&did, &b"keep"[..]).unwrap().cid;
    let gone = store.put(&did, &b"gone"[..]).unwrap().cid;
    let mut half = store.writer(&did).unwrap();
    half.write(b"half").unwrap();
    let half = std::mem::ManuallyDrop::new(half);
    let named = HashSet::from([keep]);
    let before = SystemTime::UNIX_EPOCH + Duration::from_secs(1);
    let swept = store.remove_unreferenced(&did, &named, before).unwrap();
    assert_eq!((swept.files, swept.partials), (0, 0));
    let later = fs::metadata(&half.partial).unwrap().modified().unwrap() + Duration::from_secs(9);
    let swept = store.remove_unreferenced(&did, &named, later).unwrap();
    assert_eq!((swept.files, swept.bytes, swept.partials), (1, 4, 1));
    assert_eq!(store.list(&did).unwrap(), vec![(keep, 4)]);
    assert!(store.size(&did, &gone).unwrap().is_none());
}
