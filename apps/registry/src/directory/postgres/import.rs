//! Moving a directory from SQLite to PostgreSQL.
//!
//! Always: all or nothing, into empty tables, from a file that no other process has open. The file does not change.

use std::path::Path;

use imajin_relay::storage::{Answer, StoreError};
use rusqlite::Connection;
use rusqlite::types::Value;
use tokio_postgres::types::ToSql;

use super::{Postgres, Session};
use crate::directory::FILE;
use crate::directory::sqlite::Sqlite;

/// Rows that are sent at once.
const ROWS: usize = 1_000;

/// Types of columns in PostgreSQL.
const TEXT: &str = "text";
const NUMBER: &str = "bigint";

/// A table: its name, its columns with their types, and the order in which rows are written.
type Table = (&'static str, &'static [(&'static str, &'static str)], &'static str);

const TABLES: [Table; 9] = [
    ("nodes", &[("id", TEXT), ("hostname", TEXT), ("next_ms", NUMBER), ("body", TEXT)], "id"),
    (
        "tags",
        &[("kind", NUMBER), ("value", TEXT), ("status", NUMBER), ("id", TEXT)],
        "kind, value, status, id",
    ),
    (
        "tag_counts",
        &[("kind", NUMBER), ("value", TEXT), ("status", NUMBER), ("number", NUMBER)],
        "kind, value, status",
    ),
    ("chains", &[("id", TEXT), ("log", TEXT)], "id"),
    // New numbers, in the same order.
    ("releases", &[("fork", TEXT), ("version", TEXT), ("body", TEXT)], "seq"),
    ("build_hashes", &[("hash", TEXT), ("fork", TEXT), ("version", TEXT)], "hash"),
    ("forks", &[("name", TEXT), ("body", TEXT)], "name"),
    ("numbers", &[("name", TEXT), ("number", NUMBER), ("until_ms", NUMBER)], "name"),
    ("dns_names", &[("name", TEXT), ("due_ms", NUMBER), ("body", TEXT)], "name"),
];

/// The values of one column in several rows.
enum Column {
    Texts(Vec<Option<String>>),
    Numbers(Vec<Option<i64>>),
}

impl Postgres {
    /// Imports `registry.sqlite` of a folder. Returns the numbers of nodes and of all rows. Blocks.
    pub fn import(&self, folder: &Path) -> Answer<(u64, u64)> {
        let path = folder.join(FILE);
        if !path.exists() {
            return Err(StoreError::Failed(format!("there is no {}", path.display())));
        }
        // Brings the file up to this program's version.
        drop(Sqlite::open(&path)?);
        let source = Connection::open(&path)?;
        let busy = |error: rusqlite::Error| {
            StoreError::Failed(format!(
                "{} is in use: stop the registry first ({error})",
                path.display()
            ))
        };
        source.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE").map_err(busy)?;
        let counts = self.with_session(|session| {
            session.execute_batch("BEGIN ISOLATION LEVEL SERIALIZABLE")?;
            let copied = copy_all(&source, session).and_then(|counts| {
                session.execute_batch("COMMIT")?;
                Ok(counts)
            });
            if copied.is_err() {
                let _ = session.execute_batch("ROLLBACK");
            }
            copied
        });
        source.execute_batch("ROLLBACK")?;
        counts
    }
}

fn copy_all(source: &Connection, session: &Session) -> Answer<(u64, u64)> {
    let (mut nodes, mut rows) = (0, 0);
    for table in &TABLES {
        let (name, ..) = table;
        let existing = session.query(&format!("SELECT 1 FROM {name} LIMIT 1"), &[])?;
        if !existing.is_empty() {
            let text = "the database holds a directory already: only an empty one takes another";
            return Err(StoreError::Failed(text.to_owned()));
        }
        let count = copy(source, session, table)?;
        rows += count;
        if *name == "nodes" {
            nodes = count;
        }
    }
    Ok((nodes, rows))
}

fn copy(source: &Connection, session: &Session, (name, columns, order): &Table) -> Answer<u64> {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    let places: Vec<String> =
        (1..).zip(*columns).map(|(n, (_, kind))| format!("${n}::{kind}[]")).collect();
    let places = places.join(", ");
    let insert = format!("INSERT INTO {name} ({names}) SELECT * FROM UNNEST({places})");
    let mut statement = source.prepare(&format!("SELECT {names} FROM {name} ORDER BY {order}"))?;
    let mut rows = statement.query([])?;
    let (mut values, mut count, mut held) = (empty(columns), 0, 0);
    while let Some(row) = rows.next()? {
        for (place, column) in values.iter_mut().enumerate() {
            column.push(row.get(place)?)?;
        }
        (count, held) = (count + 1, held + 1);
        if held == ROWS {
            send(session, &insert, &std::mem::replace(&mut values, empty(columns)))?;
            held = 0;
        }
    }
    send(session, &insert, &values)?;
    Ok(count)
}

fn empty(columns: &[(&str, &str)]) -> Vec<Column> {
    let column = |kind: &str| match kind {
        TEXT => Column::Texts(Vec::new()),
        _ => Column::Numbers(Vec::new()),
    };
    columns.iter().map(|(_, kind)| column(kind)).collect()
}

fn send(session: &Session, insert: &str, columns: &[Column]) -> Answer<()> {
    let params: Vec<&(dyn ToSql + Sync)> = columns
        .iter()
        .map(|column| match column {
            Column::Texts(values) => values as &(dyn ToSql + Sync),
            Column::Numbers(values) => values,
        })
        .collect();
    session.run(insert, &params)
}

impl Column {
    fn push(&mut self, value: Value) -> Answer<()> {
        match (self, value) {
            (Self::Texts(values), Value::Text(text)) => values.push(Some(text)),
            (Self::Texts(values), Value::Null) => values.push(None),
            (Self::Numbers(values), Value::Integer(number)) => values.push(Some(number)),
            (Self::Numbers(values), Value::Null) => values.push(None),
            _ => {
                return Err(StoreError::Failed(
                    "a stored row is damaged: a value has another type".to_owned(),
                ));
            }
        }
        Ok(())
    }
}
