//! The only schema of a log, and the checks of a file's first pages: ids, encoding, tables.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::rules::{Code, Fault, fail};

/// A log's application id: `IMJN` in ASCII.
pub const APPLICATION_ID: i64 = 0x494D_4A4E;
/// The version of the file. Raise the journal's with it: an older program then refuses the data folder as a whole,
/// instead of taking log after log for damaged.
pub const USER_VERSION: i64 = 1;

/// The schema of docs/format.md §10, statement by statement.
pub const LOG_SCHEMA: [&str; 10] = [
    "CREATE TABLE entries (seq INTEGER PRIMARY KEY, header BLOB NOT NULL) STRICT",
    "CREATE TABLE bodies (seq INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT",
    "CREATE TABLE heads (epoch INTEGER NOT NULL, node TEXT NOT NULL, jws TEXT NOT NULL, PRIMARY KEY (epoch, node)) STRICT, WITHOUT ROWID",
    "CREATE TABLE chains (did TEXT NOT NULL, n INTEGER NOT NULL, jws TEXT NOT NULL, PRIMARY KEY (did, n)) STRICT, WITHOUT ROWID",
    "CREATE TABLE causes (cid BLOB PRIMARY KEY, header BLOB NOT NULL, body BLOB) STRICT, WITHOUT ROWID",
    "CREATE TABLE txns (cid BLOB PRIMARY KEY, list BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE openings (cid BLOB PRIMARY KEY, opening BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE local_offsets (seq INTEGER PRIMARY KEY, offset INTEGER NOT NULL) STRICT",
    "CREATE TABLE local_marks (seq INTEGER PRIMARY KEY, op TEXT NOT NULL) STRICT",
    "CREATE TABLE local_keys (kid TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID",
];

/// Maximum number of objects in a schema: a file with more is refused without reading them all.
const OBJECTS_MAX: usize = 64;
/// Checks everything in the first pages.
pub(super) fn check(conn: &Connection) -> Result<(), Fault> {
    let fault = |message: String| fail(Code::File, message);
    let number = |sql: &str| conn.query_row(sql, [], |row| row.get::<_, i64>(0));
    let application_id = number("PRAGMA application_id")?;
    if application_id != APPLICATION_ID {
        return fault(format!("not a log: the application id is {application_id:#x}"));
    }
    let version = number("PRAGMA user_version")?;
    if version != USER_VERSION {
        return fault(format!(
            "a log of version {version}; this program knows version {USER_VERSION}"
        ));
    }
    let encoding: String = conn.query_row("PRAGMA encoding", [], |row| row.get(0))?;
    if encoding != "UTF-8" {
        return fault(format!("the text encoding is {encoding}, not UTF-8"));
    }
    objects(conn)?;
    Ok(())
}

/// Checks that the schema is exactly the ten tables, without any other index, view, trigger or table.
fn objects(conn: &Connection) -> Result<(), Fault> {
    let mut statement = conn.prepare("SELECT type, name, sql FROM sqlite_schema")?;
    let mut rows = statement.query([])?;
    let expected: BTreeSet<String> = LOG_SCHEMA.iter().map(|sql| normal(sql)).collect();
    let mut actual = BTreeSet::new();
    while let Some(row) = rows.next()? {
        let name: String = row.get(1)?;
        let kind: String = row.get(0)?;
        let sql: Option<String> = row.get(2)?;
        let sql = normal(&sql.unwrap_or_default());
        if kind != "table"
            || !expected.contains(&sql)
            || !actual.insert(sql)
            || actual.len() > OBJECTS_MAX
        {
            return fail(Code::File, format!("not a log: {kind} {name:?} does not belong in one"));
        }
    }
    if actual == expected { Ok(()) } else { fail(Code::File, "not a log: a table is missing") }
}

/// Normalizes a statement: one space for any white space, none at brackets and commas, no final semicolon.
fn normal(sql: &str) -> String {
    let sql = sql.trim_end_matches(|letter: char| letter == ';' || letter.is_ascii_whitespace());
    let words: Vec<&str> = sql.split_ascii_whitespace().collect();
    let mut out = words.join(" ");
    for mark in ["(", ")", ","] {
        out = out.replace(&format!(" {mark}"), mark);
        out = out.replace(&format!("{mark} "), mark);
    }
    out
}
