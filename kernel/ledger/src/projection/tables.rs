//! Accesses the rows of a projection's tables by key: reads, compares and replaces rows of any service's tables.
//!
//! Always: each table of a service has a column `owner_did` and a primary key, which finds a row.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params_from_iter};

/// A row, or the values of its key, in the order of the table's columns or of its key.
pub(crate) type Values = Vec<Value>;

#[derive(Debug, Clone)]
pub(crate) struct Table {
    pub(crate) name: String,
    columns: Vec<String>,
    /// The columns of the primary key.
    key: Vec<String>,
    /// The positions of these columns in the table.
    places: Vec<usize>,
}

/// Lists the tables with a column `owner_did`, by name; the inner error is the name of a table without a primary key.
pub(crate) fn owned(db: &Connection) -> rusqlite::Result<Result<Vec<Table>, String>> {
    let mut query = db.prepare(
        "SELECT m.name FROM sqlite_schema m JOIN pragma_table_info(m.name) c ON c.name = 'owner_did' WHERE m.type = 'table' ORDER BY 1",
    )?;
    let names: Vec<String> = query.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    let mut tables = Vec::with_capacity(names.len());
    for name in names {
        let mut query = db.prepare("SELECT name, pk FROM pragma_table_info(?1) ORDER BY cid")?;
        let columns: Vec<(String, i64)> = query
            .query_map([&name], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let mut key: Vec<(i64, usize)> = columns
            .iter()
            .enumerate()
            .filter(|(_, (_, pk))| *pk > 0)
            .map(|(place, (_, pk))| (*pk, place))
            .collect();
        if key.is_empty() {
            return Ok(Err(name));
        }
        key.sort_unstable();
        let places: Vec<usize> = key.into_iter().map(|(_, place)| place).collect();
        tables.push(Table {
            name,
            key: places.iter().map(|place| columns[*place].0.clone()).collect(),
            columns: columns.into_iter().map(|(column, _)| column).collect(),
            places,
        });
    }
    Ok(Ok(tables))
}

impl Table {
    /// Returns the columns of the key, quoted, each with `before` in front.
    pub(crate) fn key_columns(&self, before: &str) -> String {
        listed(self.key.iter().map(|column| format!("{before}\"{column}\"")))
    }

    pub(crate) fn key_of(&self, row: &[Value]) -> Values {
        self.places.iter().map(|place| row[*place].clone()).collect()
    }

    /// Calls `f` with each row of an owner.
    pub(crate) fn each(
        &self,
        db: &Connection,
        owner: &str,
        mut f: impl FnMut(Values) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let sql =
            format!("SELECT {} FROM \"{}\" WHERE owner_did = ?1", self.all_columns(), self.name);
        let mut query = db.prepare_cached(&sql)?;
        let mut rows = query.query([owner])?;
        while let Some(row) = rows.next()? {
            f(self.values(row)?)?;
        }
        Ok(())
    }

    /// Returns the number of an owner's rows.
    pub(crate) fn count(&self, db: &Connection, owner: &str) -> rusqlite::Result<u64> {
        let sql = format!("SELECT count(*) FROM \"{}\" WHERE owner_did = ?1", self.name);
        let count: i64 = db.prepare_cached(&sql)?.query_row([owner], |row| row.get(0))?;
        Ok(count.unsigned_abs())
    }

    pub(crate) fn row(&self, db: &Connection, key: &[Value]) -> rusqlite::Result<Option<Values>> {
        let sql =
            format!("SELECT {} FROM \"{}\" WHERE {}", self.all_columns(), self.name, self.is_key());
        db.prepare_cached(&sql)?.query_row(params_from_iter(key), |row| self.values(row)).optional()
    }

    /// Sets, or with `None` deletes, the row with this key.
    pub(crate) fn put(
        &self,
        db: &Connection,
        key: &[Value],
        row: Option<&[Value]>,
    ) -> rusqlite::Result<()> {
        let Some(row) = row else {
            let sql = format!("DELETE FROM \"{}\" WHERE {}", self.name, self.is_key());
            return db.prepare_cached(&sql)?.execute(params_from_iter(key)).map(drop);
        };
        let places = listed((1..=self.columns.len()).map(|n| format!("?{n}")));
        // A row that conflicts with a unique index is replaced or deleted as well.
        let sql = format!(
            "INSERT OR REPLACE INTO \"{}\" ({}) VALUES ({places})",
            self.name,
            self.all_columns()
        );
        db.prepare_cached(&sql)?.execute(params_from_iter(row)).map(drop)
    }

    fn all_columns(&self) -> String {
        listed(self.columns.iter().map(|column| format!("\"{column}\"")))
    }

    pub(super) fn is_key(&self) -> String {
        let terms: Vec<String> =
            (1..).zip(&self.key).map(|(n, column)| format!("\"{column}\" IS ?{n}")).collect();
        terms.join(" AND ")
    }

    fn values(&self, row: &rusqlite::Row<'_>) -> rusqlite::Result<Values> {
        (0..self.columns.len()).map(|n| row.get(n)).collect()
    }
}

fn listed(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join(", ")
}
