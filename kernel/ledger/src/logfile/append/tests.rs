//! That nothing stays of what is erased.

use super::*;
use crate::logfile::gaps;

/// Numbers that differ and are the same each time.
fn numbers(seed: u64) -> impl FnMut(u64) -> u64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    move |below| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    }
}

fn open(path: &std::path::Path) -> Connection {
    let db = Connection::open(path).unwrap();
    db.pragma_update(None, "secure_delete", "ON").unwrap();
    db.pragma_update(None, "synchronous", "OFF").unwrap();
    db
}

fn rows(db: &Connection) -> Vec<(i64, Vec<u8>)> {
    let mut rows = db
        .prepare("SELECT seq, body FROM bodies ORDER BY seq")
        .unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

/// As [`crate::logfile::LogFile`] does it before an erasure; true if there was something to wipe.
fn wipe(path: &std::path::Path) -> bool {
    let db = open(path);
    let root = "SELECT rootpage FROM sqlite_schema WHERE name = 'bodies'";
    let root = db.query_row(root, [], |row| row.get(0)).unwrap();
    let page_bytes: u32 = db
        .pragma_query_value(None, "page_size", |row| row.get(0))
        .unwrap();
    drop(db);
    let file = std::fs::File::options()
        .read(true)
        .write(true)
        .open(path)
        .unwrap();
    let bodies = gaps::Table::new(&file, page_bytes as usize, root).unwrap();
    let is_filled = bodies.has_filled_gaps().unwrap();
    bodies.wipe(&file).unwrap();
    assert!(!bodies.has_filled_gaps().unwrap());
    is_filled
}

/// Deleting alone leaves copies in the gaps of pages for some of these tables: bodies of many sizes, most of them erased, some
/// of them later than others.
#[test]
fn no_copy_of_an_erased_body_stays_in_the_file() {
    const SIZES: [usize; 8] = [20, 60, 150, 250, 400, 900, 1300, 2500];
    let folder = tempfile::tempdir().unwrap();
    let mut filled = 0;
    for seed in 1..=150 {
        let path = folder.path().join(format!("{seed}.sqlite"));
        let db = open(&path);
        let page_bytes = if seed % 2 == 0 { 1024 } else { 4096 };
        db.pragma_update(None, "page_size", page_bytes).unwrap();
        db.execute_batch(
            "CREATE TABLE bodies (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;",
        )
        .unwrap();
        let mut next = numbers(seed);
        let (mut rounds, mut kept) = ([HashMap::new(), HashMap::new()], Vec::new());
        for seq in 0..120i64 {
            let size = SIZES[next(8) as usize];
            let is_kept = next(6) == 0;
            let word = if is_kept { "kept" } else { "erased" };
            let body = format!("{word} {seq} {}", "x".repeat(size)).into_bytes();
            db.execute("INSERT INTO bodies VALUES (?1, ?2)", params![seq, body])
                .unwrap();
            match is_kept {
                true => kept.push((seq, body)),
                false => drop(rounds[next(2) as usize].insert(dag_cbor_cid(&body), 120)),
            }
        }
        drop(db);
        for erased in &rounds {
            filled += usize::from(wipe(&path));
            let db = open(&path);
            let check: String = db
                .query_row("PRAGMA integrity_check", [], |row| row.get(0))
                .unwrap();
            assert_eq!(check, "ok", "seed {seed}");
            let before = rows(&db);
            let transaction = db.unchecked_transaction().unwrap();
            erase(&transaction, erased).unwrap();
            transaction.commit().unwrap();
            let is_left = |body: &[u8]| !erased.contains_key(&dag_cbor_cid(body));
            let left: Vec<_> = before
                .into_iter()
                .filter(|(_, body)| is_left(body))
                .collect();
            assert_eq!(rows(&db), left, "seed {seed}");
        }
        let db = open(&path);
        assert_eq!(rows(&db), kept, "seed {seed}");
        drop(db);
        let bytes = std::fs::read(&path).unwrap();
        let stays = bytes.windows(7).any(|window| window == b"erased ");
        assert!(!stays, "a copy stays in the file of seed {seed}");
    }
    assert!(filled > 50, "{filled} files had copies to wipe");
}

#[test]
fn a_table_that_no_file_can_have_ends_the_wiping() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.sqlite");
    let db = open(&path);
    db.execute_batch("CREATE TABLE bodies (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")
        .unwrap();
    for seq in 0..200 {
        db.execute(
            "INSERT INTO bodies VALUES (?1, zeroblob(?2))",
            params![seq, 50 + seq * 7 % 300],
        )
        .unwrap();
    }
    drop(db);
    let whole = std::fs::read(&path).unwrap();
    let mut next = numbers(7);
    for _ in 0..3_000 {
        let mut bytes = whole.clone();
        for _ in 0..=next(3) {
            let at = next(bytes.len() as u64) as usize;
            bytes[at] = next(256) as u8;
        }
        std::fs::write(&path, &bytes).unwrap();
        let mut file = std::fs::File::options();
        let file = file.read(true).write(true).open(&path).unwrap();
        // It ends, whatever it finds: without a panic, and soon.
        for root in [2, 0, u32::MAX] {
            let _ = gaps::Table::new(&file, 4096, root).and_then(|table| table.wipe(&file));
        }
        assert_eq!(std::fs::metadata(&path).unwrap().len(), whole.len() as u64);
    }
}
