use super::*;

const DAY_MS: i64 = 86_400_000;
const ROOM: u64 = 1 << 20;

fn sha(bytes: &[u8]) -> String {
    hex::encode(&Sha256::digest(bytes))
}

fn piece(name: &str, whole: &[u8], at: usize, end: usize) -> Piece {
    Piece {
        name: name.to_owned(),
        sha256: sha(whole),
        bytes: whole.len() as u64,
        at: at as u64,
        after: None,
        body: Bytes::copy_from_slice(&whole[at..end]),
    }
}

fn put(store: &Store, name: &str, whole: &[u8], after: Option<&[u8]>) -> Result<u64, StoreError> {
    let piece = Piece { after: after.map(sha), ..piece(name, whole, 0, whole.len()) };
    store.put(&piece, ROOM, DAY_MS)
}

fn content(store: &Store, name: &str, removed_ms: Option<i64>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let file = store.open(name, removed_ms).unwrap();
    file?.read_to_end(&mut bytes).unwrap();
    Some(bytes)
}

fn world() -> (tempfile::TempDir, Store) {
    let data = tempfile::tempdir().unwrap();
    let store = Store::new(data.path(), "00");
    (data, store)
}

#[test]
fn a_file_arrives_in_pieces_that_may_be_repeated_and_is_there_at_its_end() {
    let (_data, store) = world();
    let whole = [7; 10];
    let put = |at, end| store.put(&piece("pack-1.age", &whole, at, end), ROOM, 0);
    assert_eq!(put(0, 4).unwrap(), 4);
    assert!(matches!(put(6, 10), Err(StoreError::Gap(4))));
    assert_eq!(put(0, 4).unwrap(), 4);
    assert_eq!(put(2, 6).unwrap(), 6);
    assert_eq!(content(&store, "pack-1.age", None), None);
    assert_eq!(put(6, 10).unwrap(), 10);
    assert_eq!(content(&store, "pack-1.age", None).unwrap(), whole);
    assert_eq!(put(0, 4).unwrap(), 10, "a repetition changes nothing");
}

#[test]
fn a_file_that_begins_takes_the_place_of_one_that_stopped() {
    let (_data, store) = world();
    let (one, two) = ([1; 9000], [2; 9000]);
    let put = |piece: Piece| store.put(&piece, ROOM, 0).unwrap();
    put(piece("pack-1.age", &one, 0, 5000));
    put(piece("pack-1.age", &two, 0, 5000));
    assert_eq!(store.usage().unwrap(), (5000, 1));
    put(piece("pack-1.age", &two, 5000, 9000));
    assert_eq!(content(&store, "pack-1.age", None).unwrap(), two);
}

#[test]
fn a_pack_is_written_once_and_another_file_replaced_only_by_who_knows_it() {
    let (_data, store) = world();
    put(&store, "pack-1.age", b"one", None).unwrap();
    let other = put(&store, "pack-1.age", b"two", Some(b"one"));
    assert!(matches!(other, Err(StoreError::Written)), "{other:?}");
    put(&store, "list", b"one", None).unwrap();
    for stale in [None, Some(&b"zero"[..])] {
        let refused = put(&store, "list", b"two", stale);
        assert!(matches!(refused, Err(StoreError::Replaced)), "{refused:?}");
    }
    put(&store, "list", b"two", Some(b"one")).unwrap();
    assert_eq!(content(&store, "list", None).unwrap(), b"two");
    assert_eq!(content(&store, "list", Some(DAY_MS)).unwrap(), b"one");
}

#[test]
fn removed_files_stay_and_count_for_thirty_days() {
    let (_data, store) = world();
    put(&store, "pack-1.age", &[1; 9000], None).unwrap();
    let usage = store.usage().unwrap();
    store.remove("pack-1.age", DAY_MS).unwrap();
    store.remove("pack-1.age", DAY_MS).unwrap();
    assert_eq!(content(&store, "pack-1.age", None), None);
    assert_eq!(store.usage().unwrap(), usage);
    store.sweep(DAY_MS + REMAINS_MS - 1).unwrap();
    assert!(content(&store, "pack-1.age", Some(DAY_MS)).is_some());
    store.sweep(DAY_MS + REMAINS_MS).unwrap();
    assert_eq!(store.usage().unwrap(), (0, 0));
    assert!(store.list().unwrap().is_empty());
}

#[test]
fn a_file_without_room_leaves_nothing_and_one_with_another_digest_neither() {
    let (_data, store) = world();
    let whole = vec![1; 20_000];
    let put = |at, end, room| store.put(&piece("pack-1.age", &whole, at, end), room, 0);
    let full = put(0, 5000, 16_000);
    assert!(matches!(full, Err(StoreError::Room)), "{full:?}");
    assert_eq!(put(0, 5000, 20_000).unwrap(), 5000);
    let full = put(5000, 20_000, 16_000);
    assert!(matches!(full, Err(StoreError::Room)), "{full:?}");
    assert_eq!(store.usage().unwrap(), (0, 0));
    let long = Piece { bytes: FILE_BYTES_MAX + 1, ..piece("pack-1.age", &whole, 0, 5000) };
    let refused = store.put(&long, u64::MAX, 0);
    assert!(matches!(refused, Err(StoreError::Long)), "{refused:?}");
    let mut false_piece = piece("pack-1.age", &whole, 0, 20_000);
    false_piece.sha256 = sha(b"other");
    let refused = store.put(&false_piece, ROOM, 0);
    assert!(matches!(refused, Err(StoreError::Digest)), "{refused:?}");
    let longer = Piece { bytes: 10, ..piece("pack-1.age", &whole, 0, 20_000) };
    let refused = store.put(&longer, ROOM, 0);
    assert!(matches!(refused, Err(StoreError::Digest)), "{refused:?}");
    assert_eq!(store.usage().unwrap(), (0, 0));
}

#[test]
fn names_lead_nowhere_else() {
    for name in ["pack-1-0.age", "imajin-backups.json", "a"] {
        assert!(is_name(name), "{name}");
    }
    for name in ["", ".", "..", ".age", "a/b", "a\\b", "ä", "a b", &"a".repeat(101)] {
        assert!(!is_name(name), "{name}");
    }
    assert!(is_digest(&sha(b"x")));
    assert!(!is_digest("../x") && !is_digest(&"A".repeat(64)));
}
