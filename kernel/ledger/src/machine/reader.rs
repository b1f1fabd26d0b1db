//! Reads a projection without being able to write.

use rusqlite::{CachedStatement, Connection, Error, Params, Row};

/// A projection as a decision sees it. It refuses statements that would write before they run.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a>(&'a Connection);

impl<'a> From<&'a Connection> for Reader<'a> {
    fn from(db: &'a Connection) -> Self {
        Self(db)
    }
}

impl Reader<'_> {
    /// Returns the row that a query returns, if there is one.
    ///
    /// # Errors
    /// The statement failed, or would write.
    pub fn row<T>(
        self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Option<T>> {
        let (mut read, mut value) = (Some(read), None);
        self.each(sql, params, &mut |row| {
            value = read.take().map(|read| read(row)).transpose()?;
            Ok(false)
        })?;
        Ok(value)
    }

    /// Returns all rows that a query returns.
    pub fn rows<T>(
        self,
        sql: &str,
        params: impl Params,
        mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<Vec<T>> {
        let mut all = Vec::new();
        self.each(sql, params, &mut |row| {
            all.push(read(row)?);
            Ok(true)
        })?;
        Ok(all)
    }

    /// Returns whether a query returns any row.
    pub fn exists(self, sql: &str, params: impl Params) -> rusqlite::Result<bool> {
        let mut is_any = false;
        self.each(sql, params, &mut |_| {
            is_any = true;
            Ok(false)
        })?;
        Ok(is_any)
    }

    /// Hands rows to `take` while it wants more. In the program once for each kind of parameters, not for each query.
    #[inline(never)]
    fn each(
        self,
        sql: &str,
        params: impl Params,
        take: &mut dyn FnMut(&Row<'_>) -> rusqlite::Result<bool>,
    ) -> rusqlite::Result<()> {
        let mut statement = self.prepared(sql)?;
        let mut rows = statement.query(params)?;
        while let Some(row) = rows.next()? {
            if !take(row)? {
                break;
            }
        }
        Ok(())
    }
}

impl<'a> Reader<'a> {
    fn prepared(self, sql: &str) -> rusqlite::Result<CachedStatement<'a>> {
        let statement = self.0.prepare_cached(sql)?;
        if statement.readonly() { Ok(statement) } else { Err(Error::InvalidQuery) }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_reader_runs_no_statement_that_writes() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1), (2)").unwrap();
        let reader = Reader::from(&db);
        let delete = "DELETE FROM t RETURNING n";
        let number = |row: &Row<'_>| row.get::<_, i64>(0);
        assert_eq!(reader.row(delete, [], number), Err(Error::InvalidQuery));
        assert_eq!(reader.rows(delete, [], number), Err(Error::InvalidQuery));
        assert_eq!(reader.exists(delete, []), Err(Error::InvalidQuery));
        assert_eq!(reader.rows("SELECT n FROM t", [], number), Ok(vec![1, 2]));
        let none = reader.row("SELECT n FROM t WHERE n = 3", [], number);
        assert_eq!(none, Ok(None));
    }
}
