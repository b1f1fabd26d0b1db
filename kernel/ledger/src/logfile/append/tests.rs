//! That nothing stays of what is erased.

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

/// Deleting alone leaves copies in the gaps of pages for some of these tables: bodies of many sizes, most of them erased.
#[test]
fn no_copy_of_an_erased_body_stays_in_the_file() {
    const SIZES: [usize; 8] = [20, 60, 150, 250, 400, 900, 1300, 2500];
    let folder = tempfile::tempdir().unwrap();
    for seed in 1..=150 {
        let path = folder.path().join(format!("{seed}.sqlite"));
        let db = Connection::open(&path).unwrap();
        db.pragma_update(None, "secure_delete", "ON").unwrap();
        db.pragma_update(None, "synchronous", "OFF").unwrap();
        db.execute_batch(
            "CREATE TABLE bodies (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;",
        )
        .unwrap();
        let mut next = numbers(seed);
        let (mut erased, mut kept) = (HashMap::new(), Vec::new());
        for seq in 0..60i64 {
            let size = SIZES[next(8) as usize];
            let is_kept = next(6) == 0;
            let word = if is_kept { "kept" } else { "erased" };
            let body = format!("{word} {seq} {}", "x".repeat(size)).into_bytes();
            db.execute("INSERT INTO bodies VALUES (?1, ?2)", params![seq, body])
                .unwrap();
            match is_kept {
                true => kept.push((seq, body)),
                false => drop(erased.insert(dag_cbor_cid(&body), 60)),
            }
        }
        let transaction = db.unchecked_transaction().unwrap();
        erase(&transaction, &erased).unwrap();
        transaction.commit().unwrap();
        let mut rows = db
            .prepare("SELECT seq, body FROM bodies ORDER BY seq")
            .unwrap();
        let left: Vec<(i64, Vec<u8>)> = rows
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        assert_eq!(left, kept);
        drop(rows);
        drop(db);
        let bytes = std::fs::read(&path).unwrap();
        let stays = bytes.windows(7).any(|window| window == b"erased ");
        assert!(!stays, "a copy stays in the file of seed {seed}");
    }
}
