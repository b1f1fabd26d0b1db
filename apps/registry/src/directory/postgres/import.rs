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

/// A table, its columns with their types in PostgreSQL, and the order in which rows are written.
struct Table {
    name: &'static str,
    columns: &'static [(&'static str, &'static str)],
    order: &'static str,
}

const TABLES: [Table; 9] = [
    Table {
        name: "nodes",
        columns: &[("id", "text"), ("hostname", "text"), ("next_ms", "bigint"), ("body", "text")],
        order: "id",
    },
    Table {
        name: "tags",
        columns: &[("kind", "bigint"), ("value", "text"), ("status", "bigint"), ("id", "text")],
        order: "kind, value, status, id",
    },
    Table {
        name: "tag_counts",
        columns: &[
            ("kind", "bigint"),
            ("value", "text"),
            ("status", "bigint"),
            ("number", "bigint"),
        ],
        order: "kind, value, status",
    },
    Table { name: "chains", columns: &[("id", "text"), ("log", "text")], order: "id" },
    // New numbers, in the same order.
    Table {
        name: "releases",
        columns: &[("fork", "text"), ("version", "text"), ("body", "text")],
        order: "seq",
    },
    Table {
        name: "build_hashes",
        columns: &[("hash", "text"), ("fork", "text"), ("version", "text")],
        order: "hash",
    },
    Table { name: "forks", columns: &[("name", "text"), ("body", "text")], order: "name" },
    Table {
        name: "numbers",
        columns: &[("name", "text"), ("number", "bigint"), ("until_ms", "bigint")],
        order: "name",
    },
    Table {
        name: "dns_names",
        columns: &[("name", "text"), ("due_ms", "bigint"), ("body", "text")],
        order: "name",
    },
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
        let existing = session.query(&format!("SELECT 1 FROM {} LIMIT 1", table.name), &[])?;
        if !existing.is_empty() {
            let text = "the database holds a directory already: only an empty one takes another";
            return Err(StoreError::Failed(text.to_owned()));
        }
        let count = copy(source, session, table)?;
        rows += count;
        if table.name == "nodes" {
            nodes = count;
        }
    }
    Ok((nodes, rows))
}

fn copy(source: &Connection, session: &Session, table: &Table) -> Answer<u64> {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    let places: Vec<String> =
        (1..).zip(table.columns).map(|(n, (_, kind))| format!("${n}::{kind}[]")).collect();
    let insert =
        format!("INSERT INTO {} ({names}) SELECT * FROM UNNEST({})", table.name, places.join(", "));
    let mut statement =
        source.prepare(&format!("SELECT {names} FROM {} ORDER BY {}", table.name, table.order))?;
    let mut rows = statement.query([])?;
    let (mut columns, mut count, mut held) = (empty(table), 0, 0);
    while let Some(row) = rows.next()? {
        for (place, column) in columns.iter_mut().enumerate() {
            column.push(row.get(place)?)?;
        }
        (count, held) = (count + 1, held + 1);
        if held == ROWS {
            send(session, &insert, &std::mem::replace(&mut columns, empty(table)))?;
            held = 0;
        }
    }
    send(session, &insert, &columns)?;
    Ok(count)
}

fn empty(table: &Table) -> Vec<Column> {
    let column = |kind: &str| match kind {
        "text" => Column::Texts(Vec::new()),
        _ => Column::Numbers(Vec::new()),
    };
    table.columns.iter().map(|(_, kind)| column(kind)).collect()
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
