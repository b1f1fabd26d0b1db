//! Projections: `runtime/<service>.sqlite`, which the services read. The logs can restore everything in them.
//!
//! Always: a projection's offset is that of the last entry that it got. It commits after the journal and may commit
//! before the journal is durable: readers do not see this (`readers.rs`), and a start that finds a projection ahead of
//! the journal rebuilds it. It is durable up to the commits before its last checkpoint (`carry.rs`). This module does not
//! know what a projection's tables mean, except that each table of a service has a column `owner_did`.

pub(crate) mod carry;
mod readers;
pub(crate) mod tables;
pub(crate) mod watch;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use imajin_log::sql::{SqlErrorKind, classify};
use parking_lot::Mutex;
use rusqlite::{Connection, OptionalExtension, params};

use crate::disk::Disk;
use crate::errors::{OpenError, ReadError, Result};
use crate::machine::ProjectionSpec;
use crate::rows::{self, int};
use crate::sql;
use readers::Readers;
use tables::Table;

/// A projection's application id: `IMJP` in ASCII.
const APPLICATION_ID: i32 = 0x494D_4A50;
/// Page cache of the writer's connection in kB: a sale changes pages all over its services' indexes.
const WRITER_CACHE_KB: i64 = 2_048;
pub(crate) const STATE_TABLE: &str = "ledger_state";
/// The ledger's second table: the owners whose rows must be replayed, because they show what the entry `seq` of their
/// log erased, or an entry before it, or lack what came with a log up to there.
pub(crate) const REPLAYS_TABLE: &str = "ledger_replays";

/// The state of a projection that the writer, the readers and the flusher share.
pub(crate) struct Projection {
    pub(crate) spec: ProjectionSpec,
    path: PathBuf,
    /// The newest offset that was committed.
    committed: AtomicU64,
    /// The newest offset that readers may see, and the bytes of the WAL up to there.
    settled: Mutex<SettledState>,
    /// The newest offset that concerned it, which must be durable before the journal drops the entry.
    relevant: AtomicU64,
    durable: AtomicU64,
    /// Bytes in the WAL.
    written: AtomicU64,
    /// Number of these bytes that the last checkpoint off the writer's thread carried over.
    carried: AtomicU64,
    /// Whether such a checkpoint has run, so that little remains to do for restarting the WAL.
    checkpointed: AtomicBool,
    /// A checkpoint failed: what the disk has of it is unknown, and no further one is tried.
    lost: AtomicBool,
    disk: Arc<dyn Disk>,
    readers: Readers,
    /// The connection for checkpoints off the writer's thread.
    keeper: Mutex<Connection>,
}

/// The writer's connection to one projection.
pub(crate) struct Writable {
    pub(crate) db: Connection,
    pub(crate) shared: Arc<Projection>,
    in_transaction: bool,
    /// Whether it got an entry in this transaction.
    touched: bool,
    /// The last offset that it got in this transaction.
    pending: u64,
    /// Tables with a column `owner_did`.
    pub(crate) tables: Arc<[Table]>,
    /// The projection's last commit failed after the journal's: it must catch up before anything else.
    pub(crate) behind: bool,
}

/// The newest commit whose entries are durable in the journal.
#[derive(Debug, Clone, Copy, Default)]
struct SettledState {
    offset: u64,
    wal_bytes: u64,
}

/// The version and offset stored in a projection's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) version: u32,
    pub(crate) offset: u64,
}

pub(crate) fn path_of(runtime: &Path, spec: &ProjectionSpec) -> PathBuf {
    runtime.join(format!("{}.sqlite", spec.name))
}

/// Reads a projection's mark; `None` if the file does not exist or is not a projection.
pub(crate) fn read_mark(path: &Path) -> Option<Mark> {
    if !path.exists() {
        return None;
    }
    let db = sql::open_alone(path, false).ok()?;
    let id: i32 = db.pragma_query_value(None, "application_id", |row| row.get(0)).ok()?;
    if id == APPLICATION_ID { mark(&db).ok()? } else { None }
}

fn mark(db: &Connection) -> rusqlite::Result<Option<Mark>> {
    let query = format!("SELECT version, offset FROM {STATE_TABLE}");
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Mark { version: row.get(0)?, offset: row.get::<_, i64>(1)?.unsigned_abs() })
    };
    db.query_row(&query, [], read).optional()
}

/// Creates an empty projection, in a folder that a power cut discards. Nothing of it is durable before the caller syncs
/// its file.
pub(crate) fn make(path: &Path, spec: &ProjectionSpec) -> rusqlite::Result<Connection> {
    let db = sql::open_alone(path, true)?;
    configure(&db, spec, "OFF")?;
    let transaction = db.unchecked_transaction()?;
    transaction.execute_batch(spec.schema)?;
    transaction.execute_batch(&format!(
        "CREATE TABLE {STATE_TABLE} (id INTEGER PRIMARY KEY CHECK (id = 0), version INTEGER NOT NULL, offset INTEGER NOT NULL) STRICT;"
    ))?;
    transaction.execute(&format!("INSERT INTO {STATE_TABLE} VALUES (0, ?1, 0)"), [spec.version])?;
    make_replays_table(&transaction)?;
    transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
    transaction.commit()?;
    Ok(db)
}

/// Projections of earlier versions lack this table.
fn make_replays_table(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch(&format!(
        "CREATE TABLE IF NOT EXISTS {REPLAYS_TABLE} (did TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
    ))
}

fn configure(db: &Connection, spec: &ProjectionSpec, synchronous: &str) -> rusqlite::Result<()> {
    db.pragma_update(None, "page_size", spec.page_bytes)?;
    db.pragma_update(None, "synchronous", synchronous)?;
    sql::use_wal(db)?;
    db.pragma_update(None, "cache_size", -WRITER_CACHE_KB)?;
    db.pragma_update(None, "secure_delete", "ON")?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    db.pragma_update(None, "wal_autocheckpoint", 0)?;
    db.set_prepared_statement_cache_capacity(64);
    db.busy_timeout(std::time::Duration::from_secs(10))
}

impl Writable {
    pub(crate) fn open(
        disk: &Arc<dyn Disk>,
        runtime: &Path,
        spec: ProjectionSpec,
        readers: u32,
        threads: &Arc<scheduled_thread_pool::ScheduledThreadPool>,
    ) -> Result<Self, OpenError> {
        let path = path_of(runtime, &spec);
        let wrap = |source| OpenError::Database { path: path.clone(), source };
        let db = sql::open_alone(&path, false).map_err(wrap)?;
        configure(&db, &spec, "NORMAL").map_err(wrap)?;
        sql::count_wal(&db);
        make_replays_table(&db).map_err(wrap)?;
        let keeper = sql::open_alone(&path, false).map_err(wrap)?;
        configure(&keeper, &spec, "NORMAL").map_err(wrap)?;
        let offset = mark(&db).map_err(wrap)?.map_or(0, |mark| mark.offset);
        let tables = tables::owned(&db).map_err(wrap)?.map_err(|table| OpenError::Damaged {
            path: path.clone(),
            reason: format!("the table {table} has no primary key"),
        })?;
        let shared = Projection {
            readers: Readers::new(path.clone(), readers, threads),
            spec,
            path: path.clone(),
            committed: AtomicU64::new(offset),
            settled: Mutex::new(SettledState { offset, wal_bytes: 0 }),
            relevant: AtomicU64::new(offset),
            durable: AtomicU64::new(0),
            written: AtomicU64::new(0),
            carried: AtomicU64::new(0),
            checkpointed: AtomicBool::new(false),
            lost: AtomicBool::new(false),
            disk: disk.clone(),
            keeper: Mutex::new(keeper),
        };
        // Checkpoints what earlier runs left in the WAL, so that counting starts with an empty WAL.
        match shared.checkpoint("TRUNCATE") {
            // The WAL's content stays readable, and the journal keeps what is not durable.
            Err(error) if classify(&error) == SqlErrorKind::Full => {}
            done => done.map_err(wrap)?,
        }
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

    /// Frees the memory of its idle connections.
    pub(crate) fn release_memory(&self) {
        sql::release_memory(&self.db);
        self.shared.release_memory();
    }

    /// Begins a transaction if none is open.
    pub(crate) fn begin(&mut self) -> rusqlite::Result<()> {
        if !self.in_transaction {
            self.db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
            self.in_transaction = true;
        }
        Ok(())
    }

    /// Notes that it got an entry.
    pub(crate) fn gave(&mut self, offset: u64) {
        self.touched = true;
        self.pending = self.pending.max(offset);
    }

    /// Returns the last offset that it got, committed or not.
    pub(crate) fn offset(&self) -> u64 {
        self.pending
    }

    /// Commits the entries that the projection got, all of which are durable in the journal. In the projection they are
    /// durable only after a checkpoint.
    pub(crate) fn commit(&mut self) -> rusqlite::Result<()> {
        if self.finish()? {
            self.shared.settled();
        }
        Ok(())
    }

    /// Commits entries that are not durable in the journal yet. Returns whether there were any: readers see them after
    /// [`Projection::settled`].
    pub(crate) fn commit_ahead(&mut self) -> rusqlite::Result<bool> {
        if self.in_transaction && self.touched {
            self.shared.readers.hold();
        }
        self.finish()
    }

    /// Commits; returns whether the projection got an entry.
    fn finish(&mut self) -> rusqlite::Result<bool> {
        if !self.in_transaction {
            return Ok(false);
        }
        if !std::mem::take(&mut self.touched) {
            self.in_transaction = false;
            self.db.prepare_cached("COMMIT")?.execute([])?;
            return Ok(false);
        }
        // Counted even if the commit fails: the journal must keep the entries that concern this projection.
        self.shared.relevant.fetch_max(self.pending, Ordering::SeqCst);
        rows::run(&self.db, "UPDATE ledger_state SET offset = ?1", [int(self.pending)])?;
        self.db.prepare_cached("COMMIT")?.execute([])?;
        self.in_transaction = false;
        self.shared.grew(sql::wal_bytes(self.shared.spec.page_bytes));
        self.shared.committed.store(self.pending, Ordering::SeqCst);
        Ok(true)
    }

    /// Undoes everything since the last commit.
    pub(crate) fn roll_back(&mut self) {
        if std::mem::take(&mut self.in_transaction) && !self.db.is_autocommit() {
            // ROLLBACK fails only if SQLite has already rolled back.
            let _ = self.db.execute_batch("ROLLBACK");
        }
        self.touched = false;
        self.pending = self.shared.committed.load(Ordering::SeqCst);
    }

    /// Deletes all rows of one owner, so that they can be computed again.
    pub(crate) fn forget_owner(&self, owner: &str) -> rusqlite::Result<()> {
        for table in &*self.tables {
            let sql = format!("DELETE FROM \"{}\" WHERE owner_did = ?1", table.name);
            self.db.prepare_cached(&sql)?.execute(params![owner])?;
        }
        Ok(())
    }

    /// Notes, in the open transaction, that an owner's rows must be replayed up to an erasure.
    pub(crate) fn mark_replay(&self, owner: &str, seq: u64) -> rusqlite::Result<()> {
        let sql = "INSERT INTO ledger_replays VALUES (?1, ?2) ON CONFLICT (did) DO UPDATE SET seq = max(seq, excluded.seq)";
        rows::run(&self.db, sql, params![owner, int(seq)])
    }

    /// Removes the note if it is for this erasure or an earlier one.
    pub(crate) fn clear_replay(&self, owner: &str, seq: u64) -> rusqlite::Result<()> {
        let sql = "DELETE FROM ledger_replays WHERE did = ?1 AND seq <= ?2";
        rows::run(&self.db, sql, params![owner, int(seq)])
    }

    /// Returns the owners whose rows must be replayed, and up to which erasure.
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

    pub(crate) fn disk(&self) -> &dyn Disk {
        &*self.disk
    }

    /// Returns the number of bytes in the WAL.
    fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// Records the number of bytes in the WAL.
    fn grew(&self, bytes: u64) {
        if self.written.swap(bytes, Ordering::Relaxed) > bytes {
            // The WAL was restarted.
            self.carried.store(0, Ordering::Relaxed);
        }
    }

    /// Changes with each durable commit, once readers see it and before its writers get an answer.
    pub(crate) fn generation(&self) -> u64 {
        self.readers.generation()
    }

    /// Shows readers the newest commit, whose entries are durable in the journal.
    pub(crate) fn settled(&self) {
        *self.settled.lock() = SettledState { offset: self.committed(), wal_bytes: self.written() };
        self.readers.settled();
    }

    /// Notes that the newest commit will never be durable in the journal.
    pub(crate) fn lose_newest(&self) {
        self.readers.lose();
    }

    /// Returns the newest offset that was committed.
    pub(crate) fn committed(&self) -> u64 {
        self.committed.load(Ordering::SeqCst)
    }

    /// Returns the last offset that concerned it.
    pub(crate) fn relevant(&self) -> u64 {
        self.relevant.load(Ordering::SeqCst)
    }

    /// Returns the offset of its newest durable state.
    pub(crate) fn durable(&self) -> u64 {
        self.durable.load(Ordering::SeqCst)
    }

    /// Notes that entries up to this one concern the projection, whether it got them or not: the journal must keep
    /// them.
    pub(crate) fn concerns_upto(&self, offset: u64) {
        self.relevant.fetch_max(offset, Ordering::SeqCst);
    }

    /// Returns whether everything that concerned it up to this offset is durable.
    pub(crate) fn is_durable_upto(&self, offset: u64) -> bool {
        self.durable() >= self.relevant().min(offset)
    }

    /// Opens a new connection, for a long series of short reads: the pool's connections are for everyone.
    pub(crate) fn connect(&self) -> rusqlite::Result<Connection> {
        let db = sql::open_alone(&self.path, false)?;
        db.pragma_update(None, "query_only", "ON")?;
        db.pragma_update(None, "cache_size", -readers::CACHE_KB)?;
        db.busy_timeout(std::time::Duration::from_secs(5))?;
        Ok(db)
    }

    /// Frees the memory of the idle connections but the writer's.
    fn release_memory(&self) {
        self.readers.release_memory();
        if let Some(keeper) = self.keeper.try_lock() {
            sql::release_memory(&keeper);
        }
    }

    /// Runs `f` with a read-only connection, which shows the newest durable state.
    pub(crate) fn read_by(&self, f: &mut dyn FnMut(&Connection)) -> Result<()> {
        self.readers.read(f)
    }
}

/// Runs `f` by a read that knows nothing of its result. All but the result is in the program once, not for each read.
pub(crate) fn with_result<T>(
    read: impl FnOnce(&mut dyn FnMut(&Connection)) -> Result<()>,
    f: impl FnOnce(&Connection) -> rusqlite::Result<T>,
) -> Result<T> {
    let (mut f, mut result) = (Some(f), None);
    read(&mut |db: &Connection| result = f.take().map(|f| f(db)))?;
    // There is one unless the read failed.
    Ok(result.ok_or(ReadError::Busy)??)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::RealDisk;

    const SPEC: ProjectionSpec = ProjectionSpec {
        name: "busy",
        version: 1,
        page_bytes: crate::machine::LARGE_PAGES,
        schema: "CREATE TABLE rows (id INTEGER PRIMARY KEY, owner_did TEXT NOT NULL, words BLOB NOT NULL) STRICT;",
    };

    /// Writes one batch, and does what the flusher and the writer do after it.
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
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let mut projection = Writable::open(&disk, folder.path(), SPEC, 1, &threads).unwrap();
        let wal = imajin_log::sql::wal_path(projection.shared.path());
        let bytes = || std::fs::metadata(&wal).unwrap().len();
        (0..500).for_each(|_| write(&mut projection));
        let usual = bytes();
        assert!(usual < carry::WAL_BYTES_SOFT * 3 / 2, "{usual}");
        // The test neither waits for readers nor disturbs them; the WAL grows meanwhile.
        let shared = projection.shared.clone();
        shared
            .read(|db| {
                let count = |db: &Connection| -> rusqlite::Result<i64> {
                    db.query_row("SELECT sum(id) FROM rows", [], |row| row.get(0))
                };
                let before = count(db)?;
                (0..100).for_each(|_| write(&mut projection));
                assert_eq!(count(db)?, before);
                Ok(())
            })
            .unwrap();
        assert!(bytes() > usual);
        (0..500).for_each(|_| write(&mut projection));
        assert!(projection.shared.written() < carry::WAL_BYTES_SOFT * 3 / 2);
        assert!(projection.shared.durable.load(Ordering::SeqCst) > 900);
    }

    impl Projection {
        fn read<T>(&self, f: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
            with_result(|f| self.read_by(f), f)
        }
    }

    fn count(projection: &Projection) -> Result<i64> {
        projection.read(|db| db.query_row("SELECT count(*) FROM rows", [], |row| row.get(0)))
    }

    /// Writes one row, which is not durable yet.
    fn write_ahead(projection: &mut Writable) {
        let id = projection.offset() + 1;
        projection.begin().unwrap();
        let sql = "INSERT INTO rows VALUES (?1, 'x', x'00')";
        let row = [i64::try_from(id).unwrap()];
        projection.db.execute(sql, row).unwrap();
        projection.gave(id);
        assert!(projection.commit_ahead().unwrap());
    }

    #[test]
    fn readers_see_a_commit_once_it_is_durable() {
        let folder = tempfile::tempdir().unwrap();
        drop(make(&path_of(folder.path(), &SPEC), &SPEC).unwrap());
        let threads = Arc::new(scheduled_thread_pool::ScheduledThreadPool::new(1));
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        let mut projection = Writable::open(&disk, folder.path(), SPEC, 2, &threads).unwrap();
        let shared = projection.shared.clone();
        write_ahead(&mut projection);
        assert_eq!(count(&shared).unwrap(), 0);
        projection.release_memory();
        assert_eq!(count(&shared).unwrap(), 0, "the idle connection's state");
        let generation = shared.generation();
        shared.settled();
        assert_ne!(shared.generation(), generation);
        assert_eq!(count(&shared).unwrap(), 1);
        // A read in progress keeps its state. One that needs another connection waits, and sees what is durable then.
        let during = shared.clone();
        let waited = shared
            .read(|db| {
                write_ahead(&mut projection);
                let waiting = std::thread::spawn(move || count(&during).unwrap());
                while shared.readers.connections() < 2 {
                    std::thread::yield_now();
                }
                let sql = "SELECT count(*) FROM rows";
                assert_eq!(db.query_row(sql, [], |row| row.get::<_, i64>(0))?, 1);
                shared.settled();
                Ok(waiting.join().unwrap())
            })
            .unwrap();
        assert_eq!(waited, 2);
        // A checkpoint reaches the end although the idle connections had read transactions.
        shared.checkpoint("TRUNCATE").unwrap();
        assert!(shared.is_durable_upto(u64::MAX));
        // Readers never see a commit that will never be durable.
        write_ahead(&mut projection);
        shared.lose_newest();
        assert_eq!(count(&shared).unwrap(), 2);
    }
}
