//! Projections: `runtime/<service>.sqlite`, what the services read. Everything in them can be made again from the logs.
//!
//! Always: the offset in a projection is that of the last entry it was given; it commits after the journal, so it is
//! never ahead of it. It is durable up to what was committed before its last complete checkpoint. What a projection's
//! tables mean is not known here, but that each of a service's has a column `owner_did`.

pub(crate) mod tables;
pub(crate) mod watch;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use r2d2_sqlite::SqliteConnectionManager;
use rusqlite::{Connection, OpenFlags, OptionalExtension, params};

use crate::disk::Disk;
use crate::ledger::{OpenError, ReadError};
use crate::machine::ProjectionSpec;
use crate::sql;
use tables::Table;

/// `IMJP`
const APPLICATION_ID: i32 = 0x494D_4A50;
/// Page cache of the writer's connection, in kB: a sale changes pages all over its services' indexes.
const WRITER_CACHE_KB: i64 = 2_048;
/// Page cache of each reader's connection, in kB.
const READER_CACHE_KB: i64 = 256;
/// Bytes in the WAL at which it is checkpointed beside the writer, and then started anew by it. Its file is written over
/// and over; up to 4 062 of its pages its index is one page, too (SQLite's file format, §4.6).
const WAL_BYTES_SOFT: u64 = 12 * 1024 * 1024;
/// Bytes of the WAL at which the writer cuts it, whoever still reads: it waits for them.
const WAL_BYTES_HARD: u64 = 32 * 1024 * 1024;
/// The ledger's own table in a projection.
pub(crate) const STATE_TABLE: &str = "ledger_state";
/// The ledger's other one: whose rows are to be made again: they show what the entry `seq` of their log erased, or
/// an entry before it, or lack what came with a log up to there.
pub(crate) const REPLAYS_TABLE: &str = "ledger_replays";

/// What the writer, the readers and the mover share of one projection.
pub(crate) struct Projection {
    pub(crate) spec: ProjectionSpec,
    path: PathBuf,
    /// The newest offset that was committed.
    committed: AtomicU64,
    /// The newest offset that concerned it, and must be durable before the journal lets go.
    relevant: AtomicU64,
    durable: AtomicU64,
    /// How many bytes are in the WAL.
    written: AtomicU64,
    /// How many of them were, when it was last checkpointed beside the writer.
    carried: AtomicU64,
    /// It was checkpointed beside the writer, so that little is left to do for starting it anew.
    checkpointed: AtomicBool,
    /// How many commits readers have seen since the start.
    generation: AtomicU64,
    readers: r2d2::Pool<SqliteConnectionManager>,
    /// For checkpoints beside the writer.
    keeper: Mutex<Connection>,
}

/// The writer's hands on one projection.
pub(crate) struct Writable {
    pub(crate) db: Connection,
    pub(crate) shared: Arc<Projection>,
    in_transaction: bool,
    /// Whether something was given to it in this transaction.
    touched: bool,
    /// The last offset given to it in this transaction.
    pending: u64,
    /// Tables with a column `owner_did`.
    pub(crate) tables: Arc<[Table]>,
    /// Its last commit failed after the journal's: it must catch up before anything else.
    pub(crate) behind: bool,
}

/// What a projection's file says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) version: u32,
    pub(crate) offset: u64,
}

/// The file of a projection.
pub(crate) fn path_of(runtime: &Path, spec: &ProjectionSpec) -> PathBuf {
    runtime.join(format!("{}.sqlite", spec.name))
}

/// What the file says; none where there is none, or none of ours.
pub(crate) fn read_mark(path: &Path) -> Option<Mark> {
    if !path.exists() {
        return None;
    }
    let db = sql::open_alone(path, false).ok()?;
    let id: i32 = db
        .pragma_query_value(None, "application_id", |row| row.get(0))
        .ok()?;
    if id != APPLICATION_ID {
        return None;
    }
    mark(&db).ok()?
}

fn mark(db: &Connection) -> rusqlite::Result<Option<Mark>> {
    let query = format!("SELECT version, offset FROM {STATE_TABLE}");
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Mark {
            version: row.get(0)?,
            offset: row.get::<_, i64>(1)?.unsigned_abs(),
        })
    };
    db.query_row(&query, [], read).optional()
}

/// Makes an empty projection.
pub(crate) fn make(path: &Path, spec: &ProjectionSpec) -> rusqlite::Result<Connection> {
    let db = sql::open_alone(path, true)?;
    configure(&db, spec)?;
    let transaction = db.unchecked_transaction()?;
    transaction.execute_batch(spec.schema)?;
    transaction.execute_batch(&format!(
        "CREATE TABLE {STATE_TABLE} (id INTEGER PRIMARY KEY CHECK (id = 0), version INTEGER NOT NULL, offset INTEGER NOT NULL) STRICT;"
    ))?;
    transaction.execute(
        &format!("INSERT INTO {STATE_TABLE} VALUES (0, ?1, 0)"),
        [spec.version],
    )?;
    make_replays_table(&transaction)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.commit()?;
    Ok(db)
}

/// Projections of earlier versions lack it.
fn make_replays_table(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(&format!(
        "CREATE TABLE IF NOT EXISTS {REPLAYS_TABLE} (did TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    ))
}

fn configure(db: &Connection, spec: &ProjectionSpec) -> rusqlite::Result<()> {
    db.pragma_update(None, "page_size", spec.page_bytes)?;
    sql::use_wal(db)?;
    db.pragma_update(None, "synchronous", "NORMAL")?;
    db.pragma_update(None, "cache_size", -WRITER_CACHE_KB)?;
    db.pragma_update(None, "secure_delete", "ON")?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.pragma_update(None, "wal_autocheckpoint", 0)?;
    db.set_prepared_statement_cache_capacity(64);
    db.busy_timeout(std::time::Duration::from_secs(10))
}

impl Writable {
    /// Opens a projection that is there.
    pub(crate) fn open(
        runtime: &Path,
        spec: ProjectionSpec,
        readers: u32,
        threads: &Arc<scheduled_thread_pool::ScheduledThreadPool>,
    ) -> Result<Self, OpenError> {
        let path = path_of(runtime, &spec);
        let wrap = |source| OpenError::Database {
            path: path.clone(),
            source,
        };
        let db = sql::open_alone(&path, false).map_err(wrap)?;
        configure(&db, &spec).map_err(wrap)?;
        sql::count_wal(&db);
        make_replays_table(&db).map_err(wrap)?;
        let keeper = sql::open_alone(&path, false).map_err(wrap)?;
        configure(&keeper, &spec).map_err(wrap)?;
        // What earlier runs left in the WAL becomes durable now, so that the count starts at what is there.
        let all = sql::checkpoint(&db, "TRUNCATE").map_err(wrap)?;
        let offset = mark(&db).map_err(wrap)?.map_or(0, |mark| mark.offset);
        let tables = tables::owned(&db).map_err(wrap)?;
        let tables = tables.map_err(|table| OpenError::Damaged {
            path: path.clone(),
            reason: format!("the table {table} has no primary key"),
        })?;
        let shared = Projection {
            readers: pool(&path, readers, threads)?,
            spec,
            path,
            committed: AtomicU64::new(offset),
            relevant: AtomicU64::new(offset),
            durable: AtomicU64::new(if all.complete { offset } else { 0 }),
            written: AtomicU64::new(0),
            carried: AtomicU64::new(0),
            checkpointed: AtomicBool::new(false),
            generation: AtomicU64::new(0),
            keeper: Mutex::new(keeper),
        };
        Ok(Self {
            db,
            shared: Arc::new(shared),
            in_transaction: false,
            touched: false,
            pending: offset,
            tables: tables.into(),
            behind: false,
        })
    }

    /// Begins a transaction, if none is open.
    pub(crate) fn begin(&mut self) -> rusqlite::Result<()> {
        if !self.in_transaction {
            self.db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
            self.in_transaction = true;
        }
        Ok(())
    }

    /// Notes that an entry was given to it.
    pub(crate) fn gave(&mut self, offset: u64) {
        self.touched = true;
        self.pending = self.pending.max(offset);
    }

    /// The last offset given to it, committed or not.
    pub(crate) fn offset(&self) -> u64 {
        self.pending
    }

    /// Commits what was given. Durable only after a checkpoint.
    pub(crate) fn commit(&mut self) -> rusqlite::Result<()> {
        if !self.in_transaction {
            return Ok(());
        }
        if !std::mem::take(&mut self.touched) {
            self.in_transaction = false;
            self.db.prepare_cached("COMMIT")?.execute([])?;
            self.shared.generation.fetch_add(1, Ordering::SeqCst);
            return Ok(());
        }
        let offset = i64::try_from(self.pending).unwrap_or(i64::MAX);
        // Also when the commit fails: the journal must keep what concerns this projection.
        self.shared
            .relevant
            .fetch_max(self.pending, Ordering::SeqCst);
        self.db
            .prepare_cached("UPDATE ledger_state SET offset = ?1")?
            .execute([offset])?;
        self.db.prepare_cached("COMMIT")?.execute([])?;
        self.in_transaction = false;
        self.shared
            .grew(sql::wal_bytes(self.shared.spec.page_bytes));
        self.shared.committed.store(self.pending, Ordering::SeqCst);
        self.shared.generation.fetch_add(1, Ordering::SeqCst);
        Ok(())
    }

    /// Takes back what was given since the last commit.
    pub(crate) fn roll_back(&mut self) {
        if std::mem::take(&mut self.in_transaction) && !self.db.is_autocommit() {
            // It fails only where SQLite rolled back itself.
            let _ = self.db.execute_batch("ROLLBACK");
        }
        self.touched = false;
        self.pending = self.shared.committed.load(Ordering::SeqCst);
    }

    /// Starts the WAL anew once it was checkpointed beside, which under load never ends it, since there is always a newer
    /// commit. Here there is none: what is left is carried over, and the next commit begins at the start of the file,
    /// unless somebody reads in it, who is not waited for before it is far too long.
    pub(crate) fn bound_wal(&self) -> rusqlite::Result<()> {
        let mode = match self.shared.written() > WAL_BYTES_HARD {
            true => "TRUNCATE",
            false if self.shared.checkpointed.swap(false, Ordering::SeqCst) => "PASSIVE",
            false => return Ok(()),
        };
        let offset = self.shared.committed.load(Ordering::SeqCst);
        if sql::checkpoint(&self.db, mode)?.complete {
            self.shared.durable.fetch_max(offset, Ordering::SeqCst);
        }
        Ok(())
    }

    /// Removes all rows of one owner, so that they can be made again.
    pub(crate) fn forget_owner(&self, owner: &str) -> rusqlite::Result<()> {
        for table in &*self.tables {
            let sql = format!("DELETE FROM \"{}\" WHERE owner_did = ?1", table.name);
            self.db.prepare_cached(&sql)?.execute(params![owner])?;
        }
        Ok(())
    }

    /// Notes, in the open transaction, that the rows of an owner are to be replayed up to an erasure.
    pub(crate) fn mark_replay(&self, owner: &str, seq: u64) -> rusqlite::Result<()> {
        let sql = "INSERT INTO ledger_replays VALUES (?1, ?2) ON CONFLICT (did) DO UPDATE SET seq = max(seq, excluded.seq)";
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        self.db
            .prepare_cached(sql)?
            .execute(params![owner, seq])
            .map(drop)
    }

    /// Notes that they were, up to this erasure; a newer one stays.
    pub(crate) fn clear_replay(&self, owner: &str, seq: u64) -> rusqlite::Result<()> {
        let seq = i64::try_from(seq).unwrap_or(i64::MAX);
        self.db
            .prepare_cached("DELETE FROM ledger_replays WHERE did = ?1 AND seq <= ?2")?
            .execute(params![owner, seq])
            .map(drop)
    }

    /// Whose rows are to be replayed, and up to which erasure.
    pub(crate) fn replays(&self) -> rusqlite::Result<Vec<(String, u64)>> {
        let mut query = self.db.prepare("SELECT did, seq FROM ledger_replays")?;
        let read =
            |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()));
        query.query_map([], read)?.collect()
    }
}

impl Projection {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// How many bytes are in the WAL.
    fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// Notes how many bytes are in the WAL.
    fn grew(&self, bytes: u64) {
        if self.written.swap(bytes, Ordering::Relaxed) > bytes {
            // It was started anew.
            self.carried.store(0, Ordering::Relaxed);
        }
    }

    /// Whether so much came into the WAL that it is to be checkpointed beside the writer.
    pub(crate) fn is_long(&self) -> bool {
        self.written() > self.carried.load(Ordering::Relaxed) + WAL_BYTES_SOFT
    }

    /// Changes with each commit, after readers can see it and before its writers are answered.
    pub(crate) fn generation(&self) -> u64 {
        self.generation.load(Ordering::SeqCst)
    }

    /// The last offset that concerned it.
    pub(crate) fn relevant(&self) -> u64 {
        self.relevant.load(Ordering::SeqCst)
    }

    /// Whether all that concerned it so far is durable.
    pub(crate) fn is_durable(&self) -> bool {
        self.durable.load(Ordering::SeqCst) >= self.relevant()
    }

    /// Makes durable what was committed, beside the writer.
    pub(crate) fn sync(&self, disk: &dyn Disk) -> std::io::Result<()> {
        let wal = sql::wal_path(&self.path);
        match std::fs::File::open(&wal) {
            Ok(file) => disk.sync_file(&wal, &file),
            // It was carried over, which is durable.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Carries the WAL over, beside the writer. Whether all of it was carried shows in [`Projection::is_durable`].
    pub(crate) fn checkpoint(&self, mode: &str) -> rusqlite::Result<()> {
        let keeper = self.keeper.lock().unwrap_or_else(PoisonError::into_inner);
        let written = self.written();
        let offset = self.committed.load(Ordering::SeqCst);
        if sql::checkpoint(&keeper, mode)?.complete {
            self.durable.fetch_max(offset, Ordering::SeqCst);
        }
        if written > WAL_BYTES_SOFT {
            self.carried.store(written, Ordering::Relaxed);
            self.checkpointed.store(true, Ordering::SeqCst);
        }
        Ok(())
    }

    /// A connection of its own, for who reads long in short reads: the pool's are for everybody.
    pub(crate) fn connect(&self) -> rusqlite::Result<Connection> {
        let db = sql::open_alone(&self.path, false)?;
        db.pragma_update(None, "query_only", "ON")?;
        db.pragma_update(None, "cache_size", -READER_CACHE_KB)?;
        db.busy_timeout(std::time::Duration::from_secs(5))?;
        Ok(db)
    }

    /// Reads.
    pub(crate) fn read<T>(
        &self,
        f: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, ReadError> {
        let reader = self.readers.get().map_err(|_| ReadError::Busy)?;
        Ok(f(&reader)?)
    }
}

fn pool(
    path: &Path,
    readers: u32,
    threads: &Arc<scheduled_thread_pool::ScheduledThreadPool>,
) -> Result<r2d2::Pool<SqliteConnectionManager>, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_URI;
    let manager = SqliteConnectionManager::file(sql::alone(path))
        .with_flags(flags)
        .with_init(|db| {
            sql::harden(db)?;
            db.pragma_update(None, "cache_size", -READER_CACHE_KB)?;
            db.pragma_update(None, "query_only", "ON")?;
            db.set_prepared_statement_cache_capacity(64);
            db.busy_timeout(std::time::Duration::from_secs(5))
        });
    let pool = r2d2::Pool::builder()
        .max_size(readers.max(1))
        .min_idle(Some(0))
        .test_on_check_out(false)
        .idle_timeout(None)
        .max_lifetime(None)
        .connection_timeout(std::time::Duration::from_secs(5))
        .thread_pool(threads.clone());
    Ok(pool.build_unchecked(manager))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPEC: ProjectionSpec = ProjectionSpec {
        name: "busy",
        version: 1,
        page_bytes: crate::machine::LARGE_PAGES,
        schema: "CREATE TABLE rows (id INTEGER PRIMARY KEY, owner_did TEXT NOT NULL, words BLOB NOT NULL) STRICT;",
    };

    /// One batch, and what the mover and the writer do after it.
    fn write(projection: &mut Writable) {
        let id = projection.offset() + 1;
        projection.begin().unwrap();
        projection
            .db
            .execute(
                "INSERT OR REPLACE INTO rows VALUES (?1, 'x', zeroblob(100000))",
                [i64::try_from(id % 100).unwrap()],
            )
            .unwrap();
        projection.gave(id);
        projection.commit().unwrap();
        if projection.shared.is_long() {
            projection.shared.checkpoint("PASSIVE").unwrap();
        }
        projection.bound_wal().unwrap();
    }

    #[test]
    fn a_busy_projections_wal_is_written_over_and_over() {
        let folder = tempfile::tempdir().unwrap();
        drop(make(&path_of(folder.path(), &SPEC), &SPEC).unwrap());
        let threads = Arc::new(scheduled_thread_pool::ScheduledThreadPool::new(1));
        let mut projection = Writable::open(folder.path(), SPEC, 1, &threads).unwrap();
        let wal = sql::wal_path(projection.shared.path());
        let bytes = || std::fs::metadata(&wal).unwrap().len();
        (0..500).for_each(|_| write(&mut projection));
        let usual = bytes();
        assert!(usual < WAL_BYTES_SOFT * 3 / 2, "{usual}");
        // Who reads is not waited for, and is not disturbed: meanwhile the WAL grows.
        let shared = projection.shared.clone();
        shared
            .read(|db| {
                db.execute_batch("BEGIN")?;
                let count = |db: &Connection| -> rusqlite::Result<i64> {
                    db.query_row("SELECT sum(id) FROM rows", [], |row| row.get(0))
                };
                let before = count(db)?;
                (0..100).for_each(|_| write(&mut projection));
                assert_eq!(count(db)?, before);
                db.execute_batch("COMMIT")
            })
            .unwrap();
        assert!(bytes() > usual);
        (0..500).for_each(|_| write(&mut projection));
        assert!(projection.shared.written() < WAL_BYTES_SOFT * 3 / 2);
        assert!(projection.shared.durable.load(Ordering::SeqCst) > 900);
    }
}
