//! The file of quarantined rows: one table, written with SQLite's own rollback journal and all its syncs.
//!
//! Always: each row is complete: it has its operation's intent, whichever log that is in.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior, params};

use crate::journal::{decode_alone, encode_alone};
use crate::logfile::{LogError, Row};
use crate::rows::run;
use crate::sql;

/// A quarantine file's application id: `IMJQ` in ASCII.
const APPLICATION_ID: i32 = 0x494D_4A51;
const USER_VERSION: i32 = 1;
const SCHEMA: &str = "CREATE TABLE IF NOT EXISTS rows
    (offset INTEGER PRIMARY KEY, header BLOB NOT NULL, body BLOB, more BLOB) STRICT";

/// Quarantined rows of one log.
pub(crate) struct QuarantineFile {
    db: Connection,
    path: PathBuf,
}

impl QuarantineFile {
    /// Opens the file, or creates it.
    pub(crate) fn open(path: &Path) -> Result<Self, LogError> {
        let db = sql::open(path, true)?;
        db.pragma_update(None, "synchronous", "EXTRA")?;
        let version: i32 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if ![0, USER_VERSION].contains(&version) {
            let path = path.display();
            let text = format!("{path} is of version {version}; this program knows {USER_VERSION}");
            return Err(LogError::Failed(text));
        }
        if version == 0 {
            db.pragma_update(None, "application_id", APPLICATION_ID)?;
            db.pragma_update(None, "user_version", USER_VERSION)?;
        }
        db.execute_batch(SCHEMA)?;
        Ok(Self { db, path: path.to_owned() })
    }

    /// Adds rows, durably. Adding an existing row changes nothing.
    pub(crate) fn keep(&mut self, rows: &[Row]) -> Result<(), LogError> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let sql = "INSERT OR IGNORE INTO rows VALUES (?1, ?2, ?3, ?4)";
        for row in rows {
            let (header, body) = (&*row.entry.header_bytes, row.entry.body_bytes.as_deref());
            let offset = row.offset.cast_signed();
            run(&transaction, sql, params![offset, header, body, encode_alone(row)])?;
        }
        Ok(transaction.commit()?)
    }

    /// Returns all rows, in order of offset.
    pub(crate) fn rows(&self) -> Result<Vec<Row>, LogError> {
        let sql = "SELECT offset, header, body, more FROM rows ORDER BY offset";
        let mut query = self.db.prepare(sql)?;
        let mut cursor = query.query([])?;
        let mut rows = Vec::new();
        while let Some(row) = cursor.next()? {
            let offset: i64 = row.get(0)?;
            let (header, body): (Vec<u8>, Option<Vec<u8>>) = (row.get(1)?, row.get(2)?);
            let more: Option<Vec<u8>> = row.get(3)?;
            let row = decode_alone(offset.unsigned_abs(), header, body, more.as_deref());
            rows.push(row.map_err(|error| self.damaged(&error))?);
        }
        Ok(rows)
    }

    fn damaged(&self, error: &dyn std::fmt::Display) -> LogError {
        LogError::Damaged(format!("{}: {error}", self.path.display()))
    }

    /// Removes rows that are durable elsewhere, and the file with the last one.
    pub(crate) fn forget(mut self, offsets: &[u64]) -> Result<(), LogError> {
        let transaction = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for offset in offsets {
            transaction.execute("DELETE FROM rows WHERE offset = ?1", [offset.cast_signed()])?;
        }
        let left: i64 = transaction.query_row("SELECT count(*) FROM rows", [], |row| row.get(0))?;
        transaction.commit()?;
        drop(self.db);
        if left == 0 {
            std::fs::remove_file(&self.path)?;
        }
        Ok(())
    }
}
