//! The journal: `node/journal.sqlite`, where every entry becomes durable first, in one order for all logs.
//!
//! Always: a commit and the fsync after it make a whole batch durable or none of it. The two are apart, so that the next
//! batch can be decided while the disk works; it is committed only after the fsync. Rows go into one of two tables; once
//! all rows of the other one are in their logs and in the projections, it is emptied as a whole and takes the next
//! rows. The journal does not know what a row means.

mod codec;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use imajin_log::entry::Sealed;
use imajin_log::sql::wal_path;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, ffi, params};

use crate::disk::Disk;
use crate::errors::OpenError;
use crate::logfile::{Across, Row};
use crate::rows::{int, run};
use crate::sql;

pub(crate) use codec::{CodecError, decode_alone, encode_alone, encode_opening};

/// The journal's application id: `IMJJ` in ASCII.
const APPLICATION_ID: i32 = 0x494D_4A4A;
/// An older program refuses a folder with a newer journal before it changes anything.
const USER_VERSION: u32 = 1;
/// Small pages, because each commit rewrites a table's root and the list of free pages, whatever it adds. Half this
/// size saves another 0.2 kB a write, but each page costs SQLite two system calls: sixteen clients wrote 15 % less.
const PAGE_BYTES: i32 = 1024;
const CACHE_KB: i64 = 256;
/// Bytes in the WAL at which the flusher checkpoints it, and the writer then restarts it. Several times what the tables
/// hold, so that most of their pages never reach the database; also what a start after a crash must read.
pub(crate) const WAL_BYTES_SOFT: u64 = 16 * 1024 * 1024;
/// Bytes of the WAL at which the writer checkpoints it itself.
const WAL_BYTES_HARD: u64 = 24 * 1024 * 1024;

const SCHEMA: &str = "
CREATE TABLE a (offset INTEGER PRIMARY KEY, header BLOB NOT NULL, body BLOB, more BLOB) STRICT;
CREATE TABLE b (offset INTEGER PRIMARY KEY, header BLOB NOT NULL, body BLOB, more BLOB) STRICT;
-- Every entry up to the floor has left the journal.
CREATE TABLE floor (id INTEGER PRIMARY KEY CHECK (id = 0), offset INTEGER NOT NULL, at INTEGER NOT NULL) STRICT;
INSERT INTO floor VALUES (0, 0, 0);
-- Every entry that left the journal and concerned a projection is in its state of this offset: one that is not that far
-- must be rebuilt.
CREATE TABLE left_for (projection TEXT PRIMARY KEY, offset INTEGER NOT NULL) STRICT, WITHOUT ROWID;
";

const NAMES: [&str; 2] = ["a", "b"];
const INSERTS: [&str; 2] =
    ["INSERT INTO a VALUES (?1, ?2, ?3, ?4)", "INSERT INTO b VALUES (?1, ?2, ?3, ?4)"];
/// Approximate bytes that a commit writes in addition to its rows: the table's root and the list of free pages. A
/// journal from an older program may have pages of half the size; its WAL then restarts a little early when commits are
/// small.
const COMMIT_BYTES: u64 = 3 * 1024;

/// A table's number of rows and bytes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) rows: u64,
    pub(crate) bytes: u64,
    pub(crate) newest: u64,
}

/// The journal, for the writer.
pub(crate) struct Journal {
    db: Connection,
    path: PathBuf,
    wal: Arc<Wal>,
    current: usize,
    tables: [Table; 2],
    floor: u64,
    /// Approximate bytes written to the WAL since its last restart.
    wal_written: u64,
}

/// The journal's WAL, for making it durable.
pub(crate) struct Wal {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    file: File,
}

impl Wal {
    /// Makes everything durable that was committed before. After an error it is unknown what is.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.disk.sync_file(&self.path, &self.file)
    }
}

/// A row as read back from the journal.
pub(crate) struct StoredRow {
    pub(crate) offset: u64,
    pub(crate) table: usize,
    pub(crate) entry: Sealed,
    pub(crate) across: Option<Arc<Across>>,
}

impl Journal {
    /// Opens the journal, or creates it.
    pub(crate) fn open(path: &Path, disk: &Arc<dyn Disk>) -> Result<Self, OpenError> {
        let database = |source| OpenError::Database { path: path.to_owned(), source };
        let db = sql::open_alone(path, true).map_err(database)?;
        configure(&db).map_err(database)?;
        let version: u32 =
            db.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(database)?;
        match version {
            0 => make(&db).map_err(database)?,
            USER_VERSION => {}
            found => {
                return Err(OpenError::Version {
                    path: path.to_owned(),
                    found,
                    known: USER_VERSION,
                });
            }
        }
        let tables = [table(&db, 0).map_err(database)?, table(&db, 1).map_err(database)?];
        let floor: i64 =
            db.query_row("SELECT offset FROM floor", [], |row| row.get(0)).map_err(database)?;
        let current = usize::from(tables[1].newest > tables[0].newest);
        // SQLite has read from the WAL, so it is there, and it is the same file until the last connection is closed.
        let wal_path = wal_path(path);
        let file = File::open(&wal_path)
            .map_err(|source| OpenError::Io { path: wal_path.clone(), source })?;
        Ok(Self {
            db,
            path: path.to_owned(),
            wal: Arc::new(Wal { disk: disk.clone(), path: wal_path, file }),
            current,
            tables,
            floor: floor.unsigned_abs(),
            wal_written: 0,
        })
    }

    /// Returns the newest offset that the journal ever had.
    pub(crate) fn newest(&self) -> u64 {
        self.floor.max(self.tables[0].newest).max(self.tables[1].newest)
    }

    /// Sets the offset after which numbering continues if the journal was lost and the logs were not.
    pub(crate) fn raise_floor(&mut self, offset: u64) -> rusqlite::Result<()> {
        self.db.execute("UPDATE floor SET offset = max(offset, ?1)", [int(offset)])?;
        self.floor = self.floor.max(offset);
        self.sync()
    }

    pub(crate) fn wal(&self) -> Arc<Wal> {
        self.wal.clone()
    }

    fn sync(&self) -> rusqlite::Result<()> {
        self.wal.sync().map_err(|error| {
            let code = ffi::Error::new(ffi::SQLITE_IOERR_FSYNC);
            rusqlite::Error::SqliteFailure(code, Some(error.to_string()))
        })
    }

    /// Returns the offset that a projection must have, because entries up to there that concerned it may have left the
    /// journal.
    pub(crate) fn left_for(&self, projection: &str) -> rusqlite::Result<u64> {
        let mut query =
            self.db.prepare_cached("SELECT max(offset) FROM left_for WHERE projection = ?1")?;
        let offset: Option<i64> = query.query_row([projection], |row| row.get(0))?;
        Ok(offset.unwrap_or(0).unsigned_abs())
    }

    /// Returns the fill of both tables.
    pub(crate) fn tables(&self) -> [Table; 2] {
        self.tables
    }

    /// Returns the table that takes rows: 0 or 1.
    pub(crate) fn current(&self) -> usize {
        self.current
    }

    /// Returns the number of bytes of all rows.
    pub(crate) fn bytes(&self) -> u64 {
        self.tables[0].bytes + self.tables[1].bytes
    }

    /// Switches to the other table if it is empty; true if it did.
    pub(crate) fn swap(&mut self) -> bool {
        let other = 1 - self.current;
        let empty = self.tables[other].rows == 0;
        if empty {
            self.current = other;
        }
        empty
    }

    /// Adds rows, which are durable after [`Wal::sync`]. If this fails before the commit, nothing happened.
    /// `Err((error, true))` means that the commit itself failed, so the outcome is unknown.
    pub(crate) fn commit(&mut self, rows: &[Row]) -> Result<(), (rusqlite::Error, bool)> {
        run(&self.db, "BEGIN IMMEDIATE", []).map_err(|error| (error, false))?;
        let committed = self.insert(rows).map_err(|error| (error, false)).and_then(|done| {
            run(&self.db, "COMMIT", []).map(|()| done).map_err(|error| (error, true))
        });
        if committed.is_err() && !self.db.is_autocommit() {
            // ROLLBACK fails only if SQLite has already rolled back.
            let _ = self.db.execute_batch("ROLLBACK");
        }
        let (table, written) = committed?;
        self.tables[self.current] = table;
        self.wal_written += written;
        Ok(())
    }

    fn insert(&self, rows: &[Row]) -> rusqlite::Result<(Table, u64)> {
        let mut table = self.tables[self.current];
        let mut written = COMMIT_BYTES;
        let mut insert = self.db.prepare_cached(INSERTS[self.current])?;
        for row in rows {
            let more = codec::encode(row);
            let (header, body) = (&*row.entry.header_bytes, row.entry.body_bytes.as_deref());
            insert.execute(params![int(row.offset), header, body, more])?;
            let bytes =
                header.len() + body.map_or(0, <[u8]>::len) + more.map_or(0, |more| more.len());
            table.rows += 1;
            table.bytes += bytes as u64;
            table.newest = row.offset;
            written += (bytes as u64).next_multiple_of(PAGE_BYTES.unsigned_abs().into());
        }
        Ok((table, written))
    }

    /// Runs after a commit that failed because the disk is full: any part of it in the WAL must not reappear after a
    /// crash, so this overwrites it.
    pub(crate) fn forget_failed_commit(&mut self) -> rusqlite::Result<()> {
        self.db.execute("UPDATE floor SET offset = offset", [])?;
        self.sync()
    }

    /// Commits an empty change, to test whether commits work.
    pub(crate) fn probe(&mut self) -> rusqlite::Result<()> {
        self.forget_failed_commit()?;
        self.wal_written += COMMIT_BYTES;
        Ok(())
    }

    /// Empties tables whose rows are all in their logs and durably in the projections; `left_for` has the offset
    /// of each projection's durable state.
    pub(crate) fn empty(
        &mut self,
        tables: &[usize],
        left_for: &[(&str, u64)],
    ) -> rusqlite::Result<()> {
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        let mut floor = self.floor;
        let at = newest_at(&transaction)?;
        for table in tables {
            transaction.execute(&format!("DELETE FROM {}", NAMES[*table]), [])?;
            floor = floor.max(self.tables[*table].newest);
        }
        let sql = "UPDATE floor SET offset = ?1, at = max(at, ?2)";
        transaction.execute(sql, params![int(floor), at])?;
        let sql = "INSERT INTO left_for VALUES (?1, ?2) ON CONFLICT DO UPDATE SET offset = max(offset, excluded.offset)";
        for (projection, offset) in left_for {
            run(&transaction, sql, params![projection, int(*offset)])?;
        }
        transaction.commit()?;
        self.floor = floor;
        for table in tables {
            self.tables[*table] = Table::default();
        }
        self.sync()
    }

    /// Marks offsets up to `last` durably as used: entries that reach a log without the journal have them. `left_for`
    /// says how far each projection must be.
    pub(crate) fn reserve(&mut self, last: u64, left_for: &[(&str, u64)]) -> rusqlite::Result<()> {
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        let floor = self.newest().max(last);
        transaction.execute("UPDATE floor SET offset = ?1", [int(floor)])?;
        let sql = "INSERT OR REPLACE INTO left_for VALUES (?1, ?2)";
        for (projection, offset) in left_for {
            run(&transaction, sql, params![projection, int(*offset)])?;
        }
        transaction.commit()?;
        self.floor = floor;
        self.sync()
    }

    /// Returns the approximate number of bytes written to the WAL since its last restart.
    pub(crate) fn wal_written(&self) -> u64 {
        self.wal_written
    }

    /// Returns whether the WAL should be restarted: the flusher has checkpointed it, so that little remains to do, or it
    /// is too long.
    pub(crate) fn wal_is_long(&self, checkpointed: bool) -> bool {
        checkpointed || self.wal_written > WAL_BYTES_HARD
    }

    /// Restarts the WAL if it is long. Under load the flusher's checkpoint never restarts it, because there is always a
    /// newer commit.
    pub(crate) fn bound_wal(&mut self, checkpointed: bool) -> rusqlite::Result<()> {
        if self.wal_is_long(checkpointed) && sql::checkpoint(&self.db, "RESTART")?.complete {
            self.wal_written = 0;
        }
        Ok(())
    }

    /// Returns the offset of the oldest row in the journal.
    pub(crate) fn oldest_row(&self) -> rusqlite::Result<Option<u64>> {
        let sql = "SELECT min(offset) FROM (SELECT min(offset) AS offset FROM a UNION ALL SELECT min(offset) FROM b)";
        let oldest: Option<i64> = self.db.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(oldest.map(i64::unsigned_abs))
    }

    /// Wipes deleted bytes from the file and its WAL, and removes free pages. The caller has emptied both tables.
    pub(crate) fn scrub(&self) -> rusqlite::Result<()> {
        self.db.execute_batch("VACUUM")?;
        sql::checkpoint(&self.db, "TRUNCATE").map(drop)
    }

    pub(crate) fn checkpoint(&self) -> rusqlite::Result<()> {
        sql::checkpoint(&self.db, "TRUNCATE").map(drop)
    }

    /// Calls `f` with all rows in order of their offsets.
    pub(crate) fn for_each(
        &self,
        mut f: impl FnMut(StoredRow) -> Result<(), OpenError>,
    ) -> Result<(), OpenError> {
        let wrap = |source| OpenError::Database { path: self.path.clone(), source };
        let sql = "SELECT offset, header, body, more, 0 FROM a UNION ALL SELECT offset, header, body, more, 1 FROM b ORDER BY 1";
        let mut query = self.db.prepare(sql).map_err(wrap)?;
        let mut rows = query.query([]).map_err(wrap)?;
        let mut across: Option<Arc<Across>> = None;
        while let Some(row) = rows.next().map_err(wrap)? {
            let stored = read_row(row, &mut across).map_err(|error| match error {
                ReadError::Sql(source) => wrap(source),
                ReadError::Codec(error) => {
                    OpenError::Damaged { path: self.path.clone(), reason: error.to_string() }
                }
            })?;
            f(stored)?;
        }
        Ok(())
    }
}

/// The journal, for reading rows again.
pub(crate) struct JournalReader {
    db: Connection,
}

/// Why a row was unreadable.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error(transparent)]
    Sql(#[from] rusqlite::Error),
    #[error(transparent)]
    Codec(#[from] CodecError),
}

impl JournalReader {
    pub(crate) fn open(path: &Path) -> rusqlite::Result<Self> {
        let db = sql::open_alone(path, false)?;
        db.pragma_update(None, "cache_size", -CACHE_KB)?;
        db.pragma_update(None, "wal_autocheckpoint", 0)?;
        db.busy_timeout(std::time::Duration::from_secs(10))?;
        Ok(Self { db })
    }

    /// Returns a row by its offset; `None` if it has left. `known` carries an operation's shared parts from the
    /// previous row to this one: rows of one operation are often read in sequence.
    pub(crate) fn row(
        &self,
        table: usize,
        offset: u64,
        known: &mut Option<Arc<Across>>,
    ) -> Result<Option<Row>, ReadError> {
        let Some(name) = NAMES.get(table) else {
            return Ok(None);
        };
        let sql =
            format!("SELECT offset, header, body, more, {table} FROM {name} WHERE offset = ?1");
        let mut query = self.db.prepare_cached(&sql)?;
        let mut rows = query.query([int(offset)])?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let mut stored = read_row(row, known)?;
        // The intent's row has the operation's shared parts, and comes first.
        if stored.across.is_none() && stored.entry.header.cause.is_some() {
            let sql = format!(
                "SELECT offset, header, body, more, {table} FROM {name} WHERE offset < ?1 AND more IS NOT NULL ORDER BY offset DESC LIMIT 1"
            );
            let mut query = self.db.prepare_cached(&sql)?;
            let mut before = query.query([int(offset)])?;
            if let Some(before) = before.next()? {
                read_row(before, known)?;
            }
            stored.across = of_row(&stored.entry, known.as_ref());
        }
        Ok(Some(Row { offset: stored.offset, entry: stored.entry, across: stored.across }))
    }

    /// Checkpoints the WAL, off the writer's thread.
    pub(crate) fn checkpoint(&self) -> rusqlite::Result<()> {
        sql::checkpoint(&self.db, "PASSIVE").map(drop)
    }
}

/// Reads a row. `across` has the shared parts of the operation that the row may belong to, and is set to the row's own.
fn read_row(
    row: &rusqlite::Row<'_>,
    across: &mut Option<Arc<Across>>,
) -> Result<StoredRow, ReadError> {
    let offset: i64 = row.get(0)?;
    let header: Vec<u8> = row.get(1)?;
    let body: Option<Vec<u8>> = row.get(2)?;
    let more: Option<Vec<u8>> = row.get(3)?;
    let table: i64 = row.get(4)?;
    let entry = Sealed::decode(header.into(), body.map(Into::into)).map_err(CodecError::from)?;
    if let Some(more) = more {
        *across = Some(Arc::new(codec::decode(&more, &entry)?));
    }
    Ok(StoredRow {
        offset: offset.unsigned_abs(),
        table: usize::from(table != 0),
        across: of_row(&entry, across.as_ref()),
        entry,
    })
}

/// Returns the operation's shared parts, if they belong to this entry.
fn of_row(entry: &Sealed, across: Option<&Arc<Across>>) -> Option<Arc<Across>> {
    let mine = across.filter(|across| {
        across.intent.cid == entry.cid || entry.header.cause == Some(across.intent.cid)
    });
    mine.cloned()
}

/// Returns the time of the newest row in milliseconds since 1970; 0 if the table is empty.
fn newest_at(db: &Connection) -> rusqlite::Result<i64> {
    // Selects the last row of each table; a union would read both tables in full.
    let sql = "SELECT header FROM (SELECT * FROM (SELECT offset, header FROM a ORDER BY offset DESC LIMIT 1)
         UNION ALL SELECT * FROM (SELECT offset, header FROM b ORDER BY offset DESC LIMIT 1)) ORDER BY offset DESC LIMIT 1";
    let header: Option<Vec<u8>> =
        db.prepare_cached(sql)?.query_row([], |row| row.get(0)).optional()?;
    let header = header.and_then(|bytes| imajin_log::entry::Header::decode(&bytes).ok());
    Ok(header.map_or(0, |header| header.at.as_millis()))
}

fn configure(db: &Connection) -> rusqlite::Result<()> {
    db.pragma_update(None, "page_size", PAGE_BYTES)?;
    sql::use_wal(db)?;
    // Without an fsync at each commit: `Wal::sync` does it.
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "cache_size", -CACHE_KB)?;
    db.pragma_update(None, "cell_size_check", "ON")?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.pragma_update(None, "wal_autocheckpoint", 0)?;
    db.busy_timeout(std::time::Duration::from_secs(1))?;
    Ok(())
}

fn make(db: &Connection) -> rusqlite::Result<()> {
    let transaction = db.unchecked_transaction()?;
    transaction.execute_batch(SCHEMA)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.pragma_update(None, "user_version", USER_VERSION)?;
    transaction.commit()
}

fn table(db: &Connection, table: usize) -> rusqlite::Result<Table> {
    let sql = format!(
        "SELECT count(*), coalesce(sum(length(header) + coalesce(length(body), 0) + coalesce(length(more), 0)), 0),
         coalesce(max(offset), 0) FROM {}",
        NAMES[table]
    );
    db.query_row(&sql, [], |row| {
        let get = |column| row.get::<_, i64>(column).map(i64::unsigned_abs);
        Ok(Table { rows: get(0)?, bytes: get(1)?, newest: get(2)? })
    })
}
