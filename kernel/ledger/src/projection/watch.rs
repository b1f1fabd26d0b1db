//! Watches one owner's rows: records which of them changed on a connection since the watch began.
//!
//! Always: the triggers belong to the connection, in memory, and roll back with its transactions. Rows that
//! [`Watch::fix`] writes do not count as changed.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::tables::{Table, Values};
use crate::rows::int;

pub(crate) struct Watch;

impl Watch {
    /// Begins a watch, which replaces an earlier one.
    pub(crate) fn begin(db: &Connection, tables: &[Table], owner: &str) -> rusqlite::Result<()> {
        Self::end(db, tables)?;
        // A REPLACE deletes the row that it conflicts with; only this pragma makes the triggers see that.
        db.pragma_update(None, "recursive_triggers", "ON")?;
        db.execute_batch("CREATE TEMP TABLE watch_off (n INTEGER);")?;
        let owner = owner.replace('\'', "''");
        for (n, table) in tables.iter().enumerate() {
            let name = &table.name;
            db.execute_batch(&format!("CREATE TEMP TABLE watch_{n} ({});", table.key_columns("")))?;
            for (event, rows) in
                [("INSERT", &["new"][..]), ("DELETE", &["old"]), ("UPDATE", &["old", "new"])]
            {
                let is_owners = format!("{}.owner_did = '{owner}'", rows[0]);
                let notes: String = rows
                    .iter()
                    .map(|row| {
                        let key = table.key_columns(&format!("{row}."));
                        format!("INSERT INTO watch_{n} VALUES ({key}); ")
                    })
                    .collect();
                db.execute_batch(&format!(
                    "CREATE TEMP TRIGGER watch_{n}_{event} AFTER {event} ON main.\"{name}\"
                     WHEN {is_owners} AND NOT EXISTS (SELECT 1 FROM watch_off) BEGIN {notes} END;"
                ))?;
            }
        }
        Ok(())
    }

    /// Ends a watch, if there is one.
    pub(crate) fn end(db: &Connection, tables: &[Table]) -> rusqlite::Result<()> {
        for n in 0..tables.len() {
            db.execute_batch(&format!(
                "DROP TRIGGER IF EXISTS temp.watch_{n}_INSERT; DROP TRIGGER IF EXISTS temp.watch_{n}_DELETE;
                 DROP TRIGGER IF EXISTS temp.watch_{n}_UPDATE; DROP TABLE IF EXISTS temp.watch_{n};"
            ))?;
        }
        db.execute_batch("DROP TABLE IF EXISTS temp.watch_off;")
    }

    /// Takes up to `most` keys of changed rows in the `n`th table, and forgets them.
    pub(crate) fn take(
        db: &Connection,
        n: usize,
        table: &Table,
        most: usize,
    ) -> rusqlite::Result<Vec<Values>> {
        let sql = format!("SELECT DISTINCT * FROM temp.watch_{n} LIMIT ?1");
        let mut query = db.prepare(&sql)?;
        let count = query.column_count();
        let keys: Vec<Values> = query
            .query_map([int(most)], |row| (0..count).map(|n| row.get(n)).collect())?
            .collect::<Result<_, _>>()?;
        drop(query);
        let sql = format!("DELETE FROM temp.watch_{n} WHERE {}", table.is_key());
        let mut forget = db.prepare(&sql)?;
        for key in &keys {
            forget.execute(params_from_iter(key))?;
        }
        Ok(keys)
    }

    /// Sets rows without recording them as changed.
    pub(crate) fn fix(
        db: &Connection,
        table: &Table,
        rows: &[(Values, Option<Values>)],
    ) -> rusqlite::Result<u64> {
        let mut changed = 0;
        db.execute("INSERT INTO temp.watch_off VALUES (1)", [])?;
        for (key, row) in rows {
            let is: Option<Vec<Value>> = table.row(db, key)?;
            if is.as_deref() != row.as_deref() {
                table.put(db, key, row.as_deref())?;
                changed += 1;
            }
        }
        db.execute("DELETE FROM temp.watch_off", [])?;
        Ok(changed)
    }
}
