//! Whether two folders of projections hold the same: equal rows of all tables, in order.

use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, Row, Rows};
use std::collections::BTreeSet;
use std::path::Path;

/// Differences of one table that are told.
const TOLD_MAX: usize = 3;

/// What differs, for people; nothing where they hold the same.
pub fn folders(there: &Path, fresh: &Path) -> rusqlite::Result<Vec<String>> {
    let mut different = Vec::new();
    for name in names(there).union(&names(fresh)) {
        match (there.join(name).exists(), fresh.join(name).exists()) {
            (true, true) => {
                different.extend(databases(name, &there.join(name), &fresh.join(name))?)
            }
            (true, false) => different.push(format!("{name}: is there, and the logs give none")),
            _ => different.push(format!("{name}: is missing")),
        }
    }
    Ok(different)
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".sqlite"))
        .collect()
}

fn databases(name: &str, there: &Path, fresh: &Path) -> rusqlite::Result<Vec<String>> {
    let open = |path: &Path| {
        Connection::open_with_flags(
            path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )
    };
    let (there, fresh) = (open(there)?, open(fresh)?);
    let (tables, others) = (schema(&there)?, schema(&fresh)?);
    if tables != others {
        return Ok(vec![format!("{name}: its tables are of another version")]);
    }
    let mut different = Vec::new();
    for (table, _) in &tables {
        different.extend(rows(name, table, &there, &fresh)?);
    }
    Ok(different)
}

fn schema(db: &Connection) -> rusqlite::Result<BTreeSet<(String, String)>> {
    let sql = "SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let mut statement = db.prepare(sql)?;
    statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect()
}

/// Walks both tables in the order of all their columns.
fn rows(
    name: &str,
    table: &str,
    there: &Connection,
    fresh: &Connection,
) -> rusqlite::Result<Vec<String>> {
    let columns = there
        .prepare(&format!("SELECT * FROM \"{table}\" LIMIT 0"))?
        .column_count();
    let order: Vec<String> = (1..=columns).map(|n| n.to_string()).collect();
    let sql = format!("SELECT * FROM \"{table}\" ORDER BY {}", order.join(", "));
    let (mut there, mut fresh) = (there.prepare(&sql)?, fresh.prepare(&sql)?);
    let (mut there, mut fresh) = (there.query([])?, fresh.query([])?);
    let mut different = Vec::new();
    loop {
        let (a, b) = (next(&mut there, columns)?, next(&mut fresh, columns)?);
        match (a, b) {
            (None, None) => return Ok(different),
            (a, b) if a == b => {}
            (a, b) => {
                let show = |row: Option<Vec<Value>>| {
                    row.map_or("nothing".to_owned(), |row| format!("{row:?}"))
                };
                different.push(format!(
                    "{name}, table {table}: there is {}, the logs say {}",
                    show(a),
                    show(b)
                ));
                if different.len() == TOLD_MAX {
                    return Ok(different);
                }
            }
        }
    }
}

fn next(rows: &mut Rows<'_>, columns: usize) -> rusqlite::Result<Option<Vec<Value>>> {
    let read = |row: &Row<'_>| {
        (0..columns)
            .map(|n| row.get::<_, Value>(n))
            .collect::<rusqlite::Result<Vec<_>>>()
    };
    rows.next()?.map(read).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(rows: &[(i64, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        let db = Connection::open(folder.path().join("p.sqlite")).unwrap();
        db.execute_batch("CREATE TABLE t (n INTEGER, owner_did TEXT)")
            .unwrap();
        for row in rows {
            db.execute("INSERT INTO t VALUES (?1, ?2)", *row).unwrap();
        }
        folder
    }

    #[test]
    fn the_order_of_writing_does_not_matter_and_every_row_does() {
        let one = folder(&[(1, "a"), (2, "b")]);
        let same = folder(&[(2, "b"), (1, "a")]);
        let less = folder(&[(1, "a")]);
        let other = folder(&[(1, "a"), (2, "c")]);
        let compare =
            |a: &tempfile::TempDir, b: &tempfile::TempDir| folders(a.path(), b.path()).unwrap();
        assert!(compare(&one, &same).is_empty());
        assert_eq!(compare(&one, &less).len(), 1);
        assert!(compare(&one, &other)[0].contains("table t"));
        assert_eq!(
            compare(&one, &tempfile::tempdir().unwrap()),
            ["p.sqlite: is there, and the logs give none"]
        );
    }
}
