//! Compares two projections: all rows of all tables, in key order.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};

use crate::projection::{REPLAYS_TABLE, STATE_TABLE};

/// The first difference between two projections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The service.
    pub service: String,
    /// The table.
    pub table: String,
    /// The existing row, or that it is missing.
    pub is: String,
    /// The rebuilt row, or that there should be none.
    pub would_be: String,
}

pub(super) fn first_difference(
    service: &str,
    here: &Path,
    there: &Path,
) -> rusqlite::Result<Option<Difference>> {
    let differs = |table: &str, is: String, would_be: String| {
        Some(Difference { service: service.to_owned(), table: table.to_owned(), is, would_be })
    };
    if !here.exists() {
        return Ok(differs("", "there is no such file".to_owned(), "a file".to_owned()));
    }
    let (one, other) = (open(here)?, open(there)?);
    let (tables, wanted) = (tables(&one)?, tables(&other)?);
    if tables != wanted {
        return Ok(differs("", format!("tables {tables:?}"), format!("tables {wanted:?}")));
    }
    for table in &tables {
        let sql = ordered(&one, table)?;
        let (mut left, mut right) = (one.prepare(&sql)?, other.prepare(&sql)?);
        let columns = left.column_count();
        let (mut left, mut right) = (left.query([])?, right.query([])?);
        loop {
            let (a, b) = (text(left.next()?, columns)?, text(right.next()?, columns)?);
            if a != b {
                let say = |row: Option<String>| row.unwrap_or_else(|| "no further row".to_owned());
                return Ok(differs(table, say(a), say(b)));
            }
            if a.is_none() {
                break;
            }
        }
    }
    Ok(None)
}

fn open(path: &Path) -> rusqlite::Result<Connection> {
    let db = crate::sql::open_alone(path, false)?;
    db.pragma_update(None, "query_only", "ON")?;
    Ok(db)
}

fn tables(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut query = db.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT IN (?1, ?2) AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    )?;
    query.query_map([STATE_TABLE, REPLAYS_TABLE], |row| row.get(0))?.collect()
}

/// Selects all columns, sorted by the key; a table without a key is sorted by everything.
fn ordered(db: &Connection, table: &str) -> rusqlite::Result<String> {
    let list = |which: &str| -> rusqlite::Result<String> {
        let mut query = db.prepare(&format!("SELECT name FROM pragma_table_info(?1) {which}"))?;
        let quoted = |row: &Row<'_>| Ok(format!("\"{}\"", row.get::<_, String>(0)?));
        let names: Vec<String> = query.query_map([table], quoted)?.collect::<Result<_, _>>()?;
        Ok(names.join(", "))
    };
    let (columns, keys) = (list("ORDER BY cid")?, list("WHERE pk > 0 ORDER BY pk")?);
    let order = if keys.is_empty() { &columns } else { &keys };
    Ok(format!("SELECT {columns} FROM \"{table}\" ORDER BY {order}"))
}

fn text(row: Option<&Row<'_>>, columns: usize) -> rusqlite::Result<Option<String>> {
    let Some(row) = row else { return Ok(None) };
    let mut parts = Vec::with_capacity(columns);
    for column in 0..columns {
        parts.push(match row.get_ref(column)? {
            ValueRef::Null => "NULL".to_owned(),
            ValueRef::Integer(int) => int.to_string(),
            ValueRef::Real(real) => real.to_string(),
            ValueRef::Text(text) => format!("{:?}", String::from_utf8_lossy(text)),
            ValueRef::Blob(blob) => format!("x'{}'", imajin_dfos::hex::encode(blob)),
        });
    }
    Ok(Some(parts.join(" | ")))
}
