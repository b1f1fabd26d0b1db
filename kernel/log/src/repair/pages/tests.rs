//! The reader reads SQLite's files without their trees.

use super::*;
use rusqlite::params;

fn read_all(path: &Path) -> Vec<Row> {
    let mut all = Vec::new();
    let done = rows(path, &path.with_extension("pages"), |row| {
        all.push(row.clone());
        Ok(())
    });
    done.unwrap();
    all
}

#[test]
fn records_of_every_length_are_read_without_the_trees() {
    for page_bytes in [1_024, 4_096] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.sqlite");
        let db = Connection::open(&path).unwrap();
        db.pragma_update(None, "page_size", page_bytes).unwrap();
        db.execute_batch(
            "CREATE TABLE a (seq INTEGER PRIMARY KEY, x BLOB) STRICT;
             CREATE TABLE b (cid BLOB PRIMARY KEY, n INTEGER, t TEXT) STRICT, WITHOUT ROWID;",
        )
        .unwrap();
        let lengths: Vec<usize> = (0..200).map(|n| n * 37).chain([100_000]).collect();
        for (n, length) in lengths.iter().enumerate() {
            let blob: Vec<u8> = (0..*length).map(|at| (at * 7 + n) as u8).collect();
            db.execute("INSERT INTO a VALUES (?1, ?2)", params![n as i64, blob]).unwrap();
            let row = params![blob, n as i64 - 100, format!("{n}")];
            db.execute("INSERT INTO b VALUES (?1, ?2, ?3)", row).unwrap();
        }
        drop(db);
        let all = read_all(&path);
        for (n, length) in lengths.iter().enumerate() {
            let blob: Vec<u8> = (0..*length).map(|at| (at * 7 + n) as u8).collect();
            let of_a =
                [Value::Integer(n as i64), Value::Blob(blob.clone()), Value::Null, Value::Null];
            let of_b = [
                Value::Null,
                Value::Blob(blob),
                Value::Integer(n as i64 - 100),
                Value::Text(format!("{n}")),
            ];
            assert!(all.contains(&of_a), "{page_bytes}, a row of {length} bytes");
            assert!(all.contains(&of_b), "{page_bytes}, a key of {length} bytes");
        }
    }
}

#[test]
fn pages_that_only_the_wal_has_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.sqlite");
    let db = Connection::open(&path).unwrap();
    db.pragma_update(None, "journal_mode", "WAL").unwrap();
    db.execute_batch(
        "CREATE TABLE a (seq INTEGER PRIMARY KEY, x BLOB) STRICT; PRAGMA wal_checkpoint(TRUNCATE);
         INSERT INTO a VALUES (1, x'0102');",
    )
    .unwrap();
    let row = [Value::Integer(1), Value::Blob(vec![1, 2]), Value::Null, Value::Null];
    assert!(read_all(&path).contains(&row));
}
