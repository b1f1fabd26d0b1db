//! The connections that read a projection. They show only what is durable.
//!
//! The writer commits a batch to the projections while the journal's disk still works on it, so that it can decide the
//! next batch meanwhile. A read transaction that began before this commit does not see it.
//!
//! Always: a connection's read transaction shows a durable state, and was the newest one when the read began. It stays
//! open between reads, until there is a newer state or a checkpoint needs it to end.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use imajin_log::clock::monotonic;
use imajin_log::sql::harden;
use parking_lot::{Condvar, Mutex, MutexGuard};
use rusqlite::{Connection, OpenFlags};
use scheduled_thread_pool::ScheduledThreadPool;

use crate::errors::{ReadError, Result};
use crate::sql;

/// Page cache of each connection in kB.
pub(super) const CACHE_KB: i64 = 256;
/// How long a read waits for a connection, and for a durable state that it may show.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// How long the writer waits for the first connection.
const FIRST_WAIT_MAX: Duration = Duration::from_millis(200);

/// A bounded pool of connections.
pub(super) struct Readers {
    pool: r2d2::Pool<Opener>,
    views: Arc<Views>,
}

/// The states that the connections show.
struct Views {
    /// Number of durable states since the start.
    generation: AtomicU64,
    /// Whether a checkpoint needs the read transactions to end.
    ending: AtomicBool,
    state: Mutex<State>,
    settled: Condvar,
}

#[derive(Default)]
struct State {
    /// Whether the newest commit is not durable.
    ahead: bool,
    /// Whether it never will be.
    lost: bool,
    /// All connections. A reader locks one, and then this state; a thread that has this state only tries to lock one.
    connections: Vec<Arc<Mutex<View>>>,
}

/// A connection, and the state that it shows.
struct View {
    db: Connection,
    /// The generation that its open read transaction shows.
    shows: Option<u64>,
}

impl Readers {
    pub(super) fn new(path: PathBuf, connections: u32, threads: &Arc<ScheduledThreadPool>) -> Self {
        let views = Arc::new(Views {
            generation: AtomicU64::new(0),
            ending: AtomicBool::new(false),
            state: Mutex::default(),
            settled: Condvar::new(),
        });
        let opener = Opener { path, views: views.clone() };
        let pool = r2d2::Pool::builder()
            .max_size(connections.max(1))
            .min_idle(Some(0))
            .test_on_check_out(false)
            .idle_timeout(None)
            .max_lifetime(None)
            .connection_timeout(WAIT_MAX)
            .thread_pool(threads.clone())
            .build_unchecked(opener);
        Self { pool, views }
    }

    /// Runs `f` with a connection that shows the newest durable state.
    pub(super) fn read(&self, f: &mut dyn FnMut(&Connection)) -> Result<()> {
        let connection = self.pool.get().map_err(|_| ReadError::Busy)?;
        let mut view = self.views.newest(&connection)?;
        f(&view.db);
        if self.views.ending.load(Ordering::SeqCst) {
            view.end();
        }
        Ok(())
    }

    /// Changes with each durable state, once readers see it and before its writers get an answer.
    pub(super) fn generation(&self) -> u64 {
        self.views.generation.load(Ordering::SeqCst)
    }

    /// Keeps the newest commit as what readers see, while the next one is not durable.
    pub(super) fn hold(&self) {
        if self.views.state.lock().connections.is_empty() {
            // Without one there would be nothing to read if the next commit were lost.
            drop(self.pool.get_timeout(FIRST_WAIT_MAX));
        }
        let mut state = self.views.state.lock();
        if state.ahead {
            return;
        }
        let generation = self.generation();
        for connection in &state.connections {
            // One in use shows what was durable when its read began.
            let Some(mut view) = connection.try_lock() else {
                continue;
            };
            if view.shows != Some(generation)
                && let Err(error) = view.show(generation)
            {
                tracing::debug!(%error, "a projection's reader waits for the next durable state");
            }
        }
        state.ahead = true;
    }

    /// Shows the newest commit, which is durable.
    pub(super) fn settled(&self) {
        let mut state = self.views.state.lock();
        self.views.generation.fetch_add(1, Ordering::SeqCst);
        state.ahead = false;
        if self.views.ending.load(Ordering::SeqCst) {
            state.end_idle();
        }
        drop(state);
        self.views.settled.notify_all();
    }

    /// Notes that the newest commit will never be durable: reads that cannot show the state before it fail.
    pub(super) fn lose(&self) {
        self.views.state.lock().lost = true;
        self.views.settled.notify_all();
    }

    /// Frees the memory of the idle connections.
    pub(super) fn release_memory(&self) {
        for connection in &self.views.state.lock().connections {
            if let Some(view) = connection.try_lock() {
                sql::release_memory(&view.db);
            }
        }
    }

    /// Runs a checkpoint, for which read transactions end as soon as they can. `waits` says whether the checkpoint itself
    /// waits for reads in progress.
    pub(super) fn with_ended<T>(&self, waits: bool, checkpoint: impl FnOnce() -> T) -> T {
        self.views.ending.store(true, Ordering::SeqCst);
        let mut state = self.views.state.lock();
        while waits && state.ahead && !state.lost {
            self.views.settled.wait(&mut state);
        }
        // While a commit is ahead, these transactions are all that there is to read.
        if !state.ahead {
            state.end_idle();
        }
        let connections = state.connections.clone();
        drop(state);
        if waits {
            connections.iter().for_each(|connection| connection.lock().end());
        }
        let done = checkpoint();
        self.views.ending.store(false, Ordering::SeqCst);
        done
    }
}

#[cfg(test)]
impl Readers {
    pub(super) fn connections(&self) -> usize {
        self.views.state.lock().connections.len()
    }
}

impl Views {
    /// Locks a connection once it shows the newest durable state.
    fn newest<'v>(&self, connection: &'v Mutex<View>) -> Result<MutexGuard<'v, View>> {
        let until = monotonic() + WAIT_MAX;
        loop {
            let mut view = connection.lock();
            if view.shows == Some(self.generation.load(Ordering::SeqCst)) && view.is_open() {
                return Ok(view);
            }
            let mut state = self.state.lock();
            if !state.ahead {
                view.show(self.generation.load(Ordering::SeqCst))?;
                return Ok(view);
            }
            // Unlocked, the writer can have it show the next durable state.
            drop(view);
            if state.lost || self.settled.wait_until(&mut state, until).timed_out() {
                return Err(ReadError::Busy);
            }
        }
    }
}

impl State {
    fn end_idle(&self) {
        for connection in &self.connections {
            if let Some(mut view) = connection.try_lock() {
                view.end();
            }
        }
    }
}

impl View {
    /// Begins a read transaction on the newest commit.
    fn show(&mut self, generation: u64) -> rusqlite::Result<()> {
        self.end();
        self.db.prepare_cached("BEGIN")?.execute([])?;
        // SQLite takes the state at the first read.
        let read = self.db.prepare_cached("SELECT offset FROM ledger_state");
        let begun = read.and_then(|mut read| read.query_row([], |_| Ok(())));
        begun.inspect_err(|_| self.end())?;
        self.shows = Some(generation);
        Ok(())
    }

    fn end(&mut self) {
        self.shows = None;
        if self.is_open() {
            // ROLLBACK fails only if SQLite has already rolled back.
            let _ = self.db.prepare_cached("ROLLBACK").and_then(|mut end| end.execute([]));
        }
    }

    /// Returns whether a read transaction is open: some errors end it.
    fn is_open(&self) -> bool {
        !self.db.is_autocommit()
    }
}

/// Opens connections for the pool.
struct Opener {
    path: PathBuf,
    views: Arc<Views>,
}

impl r2d2::ManageConnection for Opener {
    type Connection = Arc<Mutex<View>>;
    type Error = rusqlite::Error;

    fn connect(&self) -> rusqlite::Result<Self::Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
            | OpenFlags::SQLITE_OPEN_NO_MUTEX
            | OpenFlags::SQLITE_OPEN_URI;
        let db = Connection::open_with_flags(sql::alone(&self.path), flags)?;
        harden(&db)?;
        db.pragma_update(None, "cache_size", -CACHE_KB)?;
        db.pragma_update(None, "query_only", "ON")?;
        db.set_prepared_statement_cache_capacity(64);
        db.busy_timeout(WAIT_MAX)?;
        let view = Arc::new(Mutex::new(View { db, shows: None }));
        self.views.state.lock().connections.push(view.clone());
        Ok(view)
    }

    fn is_valid(&self, _: &mut Self::Connection) -> rusqlite::Result<()> {
        Ok(())
    }

    fn has_broken(&self, _: &mut Self::Connection) -> bool {
        false
    }
}
