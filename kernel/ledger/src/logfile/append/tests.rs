//! An erasure leaves nothing of the erased bytes in the file.

use super::*;

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
    let mut rows = db.prepare("SELECT seq, body FROM bodies ORDER BY seq").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
    rows.unwrap().collect::<Result<_, _>>().unwrap()
}

/// Deleting alone leaves copies in the gaps of pages for some of these tables: bodies of many sizes, most of them erased, some
/// of them later than others.
#[test]
fn no_copy_of_an_erased_body_stays_in_the_file() {
    const SIZES: [usize; 8] = [20, 60, 150, 250, 400, 900, 1300, 2500];
    let folder = tempfile::tempdir().unwrap();
    for seed in 1..=100 {
        let path = folder.path().join(format!("{seed}.sqlite"));
        let db = open(&path);
        let page_bytes = if seed % 2 == 0 { 1024 } else { 4096 };
        db.pragma_update(None, "page_size", page_bytes).unwrap();
        db.execute_batch(
            "CREATE TABLE bodies (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;",
        )
        .unwrap();
        let mut next = numbers(seed);
        let mut rounds = [HashMap::new(), HashMap::new()];
        for seq in 0..100i64 {
            let size = SIZES[next(8) as usize];
            let is_kept = next(6) == 0;
            let word = if is_kept { "kept" } else { "erased" };
            let body = format!("{word} {seq} {}", "x".repeat(size)).into_bytes();
            db.execute("INSERT INTO bodies VALUES (?1, ?2)", params![seq, body]).unwrap();
            if !is_kept {
                rounds[next(2) as usize].insert(dag_cbor_cid(&body), 100);
            }
        }
        for erased in &rounds {
            let is_left = |(_, body): &(i64, Vec<u8>)| !erased.contains_key(&dag_cbor_cid(body));
            let left: Vec<_> = rows(&db).into_iter().filter(is_left).collect();
            let transaction = db.unchecked_transaction().unwrap();
            erase(&transaction, erased).unwrap();
            transaction.commit().unwrap();
            assert_eq!(rows(&db), left, "seed {seed}");
        }
        let check: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(check, "ok", "seed {seed}");
        drop(db);
        let bytes = std::fs::read(&path).unwrap();
        let stays = bytes.windows(7).any(|window| window == b"erased ");
        assert!(!stays, "a copy stays in the file of seed {seed}");
    }
}

#[test]
fn pages_that_sqlite_never_makes_end_the_wiping_with_an_error() {
    let db = Connection::open_in_memory().unwrap();
    db.execute_batch("CREATE TABLE bodies (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT")
        .unwrap();
    for seq in 0..200 {
        let insert = "INSERT INTO bodies VALUES (?1, zeroblob(?2))";
        db.execute(insert, params![seq, 50 + seq * 7 % 300]).unwrap();
    }
    let page = |db: &Connection, number: i64| -> Vec<u8> {
        let read = "SELECT data FROM sqlite_dbpage WHERE pgno = ?1";
        db.query_row(read, [number], |row| row.get(0)).unwrap()
    };
    // Tests may write pages only this way.
    let defensive = |is_on| {
        let option = rusqlite::config::DbConfig::SQLITE_DBCONFIG_DEFENSIVE;
        db.set_db_config(option, is_on).unwrap();
    };
    let (mut next, mut failed) = (numbers(7), 0);
    for _ in 0..3_000 {
        let transaction = db.unchecked_transaction().unwrap();
        for _ in 0..=next(3) {
            let number = 2 + next(5) as i64;
            let mut bytes = page(&db, number);
            let at = next(bytes.len() as u64) as usize;
            bytes[at] = next(256) as u8;
            let write = "UPDATE sqlite_dbpage SET data = ?2 WHERE pgno = ?1";
            db.execute(write, params![number, bytes]).unwrap();
        }
        failed += usize::from(gaps::wipe(&db, 2).is_err());
        defensive(false);
        transaction.rollback().unwrap();
    }
    assert!(failed > 50, "only {failed} failed");
    for root in [0, u32::MAX] {
        assert!(gaps::wipe(&db, root).is_err());
    }
    gaps::wipe(&db, 2).unwrap();
}
