//! Rows of a log that were changed: `heads`, `chains`, `causes`, `txns`, `openings`, headers and bodies. Whatever
//! differs from what was signed is found.
#![no_main]
#![expect(clippy::expect_used, reason = "what fails here is a finding")]
#[path = "shared/log.rs"]
mod log;

use imajin_log::verify::{VerifyOptions, verify_log};
use libfuzzer_sys::fuzz_target;
use log::{Folder, good, ops};
use rusqlite::Connection;
use rusqlite::types::Value;

const COLUMNS: [(&str, &str); 12] = [
    ("entries", "header"),
    ("bodies", "body"),
    ("heads", "jws"),
    ("heads", "node"),
    ("chains", "jws"),
    ("chains", "did"),
    ("causes", "header"),
    ("causes", "cid"),
    ("causes", "body"),
    ("txns", "list"),
    ("openings", "opening"),
    ("openings", "cid"),
];

fuzz_target!(|data: &[u8]| {
    let [column, row, rest @ ..] = data else {
        return;
    };
    let (table, column) = COLUMNS[usize::from(*column) % COLUMNS.len()];
    let value = match table {
        "heads" | "chains" => match std::str::from_utf8(rest) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => return,
        },
        _ => Value::Blob(rest.to_vec()),
    };
    let folder = Folder::new();
    let path = folder.write(good());
    let conn = Connection::open(&path).expect("a log");
    let rows: i64 = conn
        .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))
        .expect("a count");
    let sql = format!("SELECT {column} FROM {table} LIMIT 1 OFFSET ?1");
    let n = i64::from(*row) % rows;
    let before: Value = conn.query_row(&sql, [n], |row| row.get(0)).expect("a row");
    // The rows of one value are changed together; a value that another row has cannot be a key twice.
    let sql = format!("UPDATE OR IGNORE {table} SET {column} = ?1 WHERE {column} IS ?2");
    let changed = conn.execute(&sql, (&value, &before)).expect("an update");
    drop(conn);
    if changed > 0 && value != before {
        let report = verify_log(&path, &ops(), &VerifyOptions::default()).expect("it can be read");
        // A body in `causes` that its owner withholds is not a fault, and is said.
        assert!(!report.valid, "{table}.{column} {n} was changed");
    }
});
