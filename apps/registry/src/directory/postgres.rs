//! The directory's store in PostgreSQL, for a registry that is big or runs as several processes.
//!
//! Always: writes are serializable transactions that run again after a conflict, so any number of registries on one
//! database behave as one. Reads see one snapshot. A commit is as durable as the server is configured (this module does
//! not change `synchronous_commit`). Calls block; no async task makes them.

mod import;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::io;
use std::time::Duration;

use imajin_relay::storage::{Answer, StoreError};
use parking_lot::{Condvar, Mutex};
use tokio::runtime::Handle;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Row, Statement};

use super::sql::{Params, Tables};
use super::store::{Reads, Store, Writes};

/// Connections of one process: the server has a hundred in all, for several of these.
const CONNECTIONS_MAX: usize = 16;
/// Time limit for opening a connection.
const CONNECT: Duration = Duration::from_secs(10);
/// Attempts of a transaction, at most.
const ATTEMPTS_MAX: u32 = 60;
/// Number of the first attempt at which a transaction waits for other retries to finish.
const PATIENT_FROM: u32 = 4;
/// Growth of the longest pause between two attempts, for each attempt.
const PAUSE: Duration = Duration::from_millis(4);
/// A lock of this number is held while the schema is made, and by transactions that had to run often ("imdr").
const LOCK: i64 = 0x696d_6472;
/// Migrations of the schema, each from one version to the next; the first makes the schema.
const MIGRATIONS: [&str; 1] = [include_str!("postgres/schema.sql")];

/// Settings of every connection. Queries use indexes on small tables, too: a scan would lock the whole table, and every
/// transaction would conflict with every other.
const SETTINGS: &str = "SET enable_seqscan = off; SET statement_timeout = '30s'; SET client_min_messages = warning; \
    SET idle_in_transaction_session_timeout = '60s'; SET application_name = 'imajin-registry'";

/// The store.
pub struct Postgres {
    url: String,
    runtime: Handle,
    connections: Mutex<Connections>,
    given_back: Condvar,
}

struct Connections {
    idle: Vec<Session>,
    open: usize,
}

/// A connection and its prepared statements.
pub(super) struct Session {
    client: Client,
    runtime: Handle,
    statements: RefCell<HashMap<String, Statement>>,
    /// The last failure was another transaction in the way.
    is_in_the_way: Cell<bool>,
}

impl Postgres {
    /// Connects, and brings the schema up to date. Must be called inside a tokio runtime.
    pub async fn connect(url: &str) -> Answer<Self> {
        let runtime =
            Handle::try_current().map_err(|error| StoreError::Failed(error.to_string()))?;
        let mut client = connect(url, &runtime).await?;
        migrate(&mut client).await?;
        Ok(Self {
            url: url.to_owned(),
            runtime,
            connections: Mutex::new(Connections { idle: Vec::new(), open: 0 }),
            given_back: Condvar::new(),
        })
    }

    /// Runs `f` with an exclusive connection.
    fn with_session<T>(&self, f: impl FnOnce(&mut Session) -> Answer<T>) -> Answer<T> {
        let mut lent = PooledSession { session: Some(self.session()?), store: self };
        match &mut lent.session {
            Some(session) => f(session),
            None => Err(StoreError::Failed("there is no connection".to_owned())),
        }
    }

    fn session(&self) -> Answer<Session> {
        let mut connections = self.connections.lock();
        loop {
            while let Some(session) = connections.idle.pop() {
                if !session.client.is_closed() {
                    return Ok(session);
                }
                connections.open -= 1;
            }
            if connections.open < CONNECTIONS_MAX {
                connections.open += 1;
                drop(connections);
                return self.open().inspect_err(|_| self.lost());
            }
            self.given_back.wait(&mut connections);
        }
    }

    fn open(&self) -> Answer<Session> {
        let client = self.runtime.block_on(connect(&self.url, &self.runtime))?;
        Ok(Session {
            client,
            runtime: self.runtime.clone(),
            statements: RefCell::default(),
            is_in_the_way: Cell::new(false),
        })
    }

    /// Removes a lost connection from the count.
    fn lost(&self) {
        let mut connections = self.connections.lock();
        connections.open -= 1;
        self.given_back.notify_one();
    }
}

/// A connection that returns to the pool when dropped, even after a panic.
struct PooledSession<'a> {
    session: Option<Session>,
    store: &'a Postgres,
}

impl Drop for PooledSession<'_> {
    fn drop(&mut self) {
        let Some(session) = self.session.take() else {
            return;
        };
        // A panic may have left a transaction open.
        if session.client.is_closed() || std::thread::panicking() {
            return self.store.lost();
        }
        let mut connections = self.store.connections.lock();
        connections.idle.push(session);
        self.store.given_back.notify_one();
    }
}

async fn connect(url: &str, runtime: &Handle) -> Answer<Client> {
    let connecting = tokio_postgres::connect(url, NoTls);
    let late = |_| StoreError::Away(format!("no connection in {} s", CONNECT.as_secs()));
    let connected = tokio::time::timeout(CONNECT, connecting).await;
    let (client, connection) = connected.map_err(late)?.map_err(failed)?;
    runtime.spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!("a connection to PostgreSQL ended: {error}");
        }
    });
    client.batch_execute(SETTINGS).await.map_err(failed)?;
    Ok(client)
}

/// Makes the schema what this program knows. One process at a time.
async fn migrate(client: &mut Client) -> Answer<()> {
    let latest = MIGRATIONS.len();
    let transaction = client.transaction().await.map_err(failed)?;
    let begin = format!(
        "SELECT pg_advisory_xact_lock({LOCK}); \
         CREATE TABLE IF NOT EXISTS imajin_directory (version BIGINT NOT NULL)"
    );
    transaction.batch_execute(&begin).await.map_err(failed)?;
    let lookup = transaction.query_opt("SELECT version FROM imajin_directory", &[]).await;
    let current: Option<i64> = lookup.map_err(failed)?.map(|row| row.get(0));
    let done = current.and_then(|version| usize::try_from(version).ok()).unwrap_or_default();
    if done > latest {
        return Err(StoreError::Failed(format!(
            "the database has version {done}, this program knows {latest}: use a newer program"
        )));
    }
    for step in MIGRATIONS.iter().skip(done) {
        transaction.batch_execute(step).await.map_err(failed)?;
    }
    let note =
        format!("DELETE FROM imajin_directory; INSERT INTO imajin_directory VALUES ({latest})");
    transaction.batch_execute(&note).await.map_err(failed)?;
    transaction.commit().await.map_err(failed)
}

/// PostgreSQL's message without the statement's parameters.
fn failed(error: tokio_postgres::Error) -> StoreError {
    let text = match error.as_db_error() {
        Some(error) => format!("{} ({})", error.message(), error.code().code()),
        None => match source_of(&error) {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        },
    };
    let text = format!("PostgreSQL: {text}");
    if error.code() == Some(&SqlState::DISK_FULL) {
        StoreError::Full
    } else if is_away(&error) {
        StoreError::Away(text)
    } else {
        StoreError::Failed(text)
    }
}

/// Whether the server is not there, starts, stops, or has no connection left: later it may be.
fn is_away(error: &tokio_postgres::Error) -> bool {
    let away = [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::TOO_MANY_CONNECTIONS,
    ];
    match error.code() {
        Some(code) => away.contains(code),
        // Not an error of the server: the connection failed.
        None => {
            error.is_closed() || source_of(error).is_some_and(|source| source.is::<io::Error>())
        }
    }
}

fn source_of(error: &tokio_postgres::Error) -> Option<&(dyn std::error::Error + 'static)> {
    std::error::Error::source(error)
}

impl Session {
    fn execute_batch(&self, sql: &str) -> Answer<()> {
        self.runtime.block_on(self.client.batch_execute(sql)).map_err(|error| self.failed(error))
    }

    fn statement(&self, sql: &str) -> Answer<Statement> {
        if let Some(found) = self.statements.borrow().get(sql) {
            return Ok(found.clone());
        }
        // The first value is `?1` in SQLite, `$1` here.
        let text = sql.replace('?', "$");
        let prepared = self.runtime.block_on(self.client.prepare(&text));
        let prepared = prepared.map_err(|error| self.failed(error))?;
        self.statements.borrow_mut().insert(sql.to_owned(), prepared.clone());
        Ok(prepared)
    }

    fn query(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Answer<Vec<Row>> {
        let statement = self.statement(sql)?;
        let rows = self.runtime.block_on(self.client.query(&statement, params));
        rows.map_err(|error| self.failed(error))
    }

    fn run(&self, sql: &str, params: &[&(dyn ToSql + Sync)]) -> Answer<()> {
        let statement = self.statement(sql)?;
        let done = self.runtime.block_on(self.client.execute(&statement, params));
        done.map(drop).map_err(|error| self.failed(error))
    }

    fn failed(&self, error: tokio_postgres::Error) -> StoreError {
        let in_the_way = [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
            // Two transactions inserted the same row: the second one sees it on the next attempt.
            SqlState::UNIQUE_VIOLATION,
        ];
        let is = error.code().is_some_and(|code| in_the_way.contains(code));
        self.is_in_the_way.set(is);
        failed(error)
    }

    /// Attempts a transaction.
    fn attempt(
        &mut self,
        number: u32,
        f: &mut dyn FnMut(&mut dyn Writes) -> Answer<()>,
    ) -> Answer<()> {
        self.is_in_the_way.set(false);
        if number >= PATIENT_FROM {
            // Before the transaction: what it sees begins when the others are done.
            self.execute_batch(&format!("SELECT pg_advisory_lock({LOCK})"))?;
        }
        let done = self.transaction(f);
        if number >= PATIENT_FROM {
            let unlocked = self.execute_batch("SELECT pg_advisory_unlock_all()");
            return done.and(unlocked);
        }
        done
    }

    fn transaction(&mut self, f: &mut dyn FnMut(&mut dyn Writes) -> Answer<()>) -> Answer<()> {
        self.execute_batch("BEGIN ISOLATION LEVEL SERIALIZABLE")?;
        let done = f(self).and_then(|()| self.execute_batch("COMMIT"));
        if done.is_err() {
            let is_in_the_way = self.is_in_the_way.get();
            // PostgreSQL only warns if the transaction has ended already; a lost connection ended it.
            let _ = self.execute_batch("ROLLBACK");
            self.is_in_the_way.set(is_in_the_way);
        }
        done
    }
}

/// The values as PostgreSQL's client takes them.
fn values<'a>(params: Params<'a>) -> Vec<&'a (dyn ToSql + Sync)> {
    params.iter().map(|param| *param as &(dyn ToSql + Sync)).collect()
}

impl Tables for Session {
    // Leaves out the rows that another registry process is updating.
    const ALONE: &'static str = " FOR UPDATE SKIP LOCKED";

    fn texts(&self, sql: &str, params: Params<'_>) -> Answer<Vec<String>> {
        Ok(self.query(sql, &values(params))?.iter().map(|row| row.get(0)).collect())
    }

    fn numbers<const N: usize>(&self, sql: &str, params: Params<'_>) -> Answer<Vec<[i64; N]>> {
        let rows = self.query(sql, &values(params))?;
        let numbers = |row: &Row| std::array::from_fn(|at| row.get(at));
        Ok(rows.iter().map(numbers).collect())
    }

    fn execute(&self, sql: &str, params: Params<'_>) -> Answer<()> {
        self.run(sql, &values(params))
    }
}

impl Store for Postgres {
    fn read(&self, f: &mut dyn FnMut(&dyn Reads) -> Answer<()>) -> Answer<()> {
        self.with_session(|session| {
            session.execute_batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
            let done = f(session);
            let ended = session.execute_batch("COMMIT");
            done.and(ended)
        })
    }

    fn write(&self, f: &mut dyn FnMut(&mut dyn Writes) -> Answer<()>) -> Answer<()> {
        self.with_session(|session| {
            let mut number = 0;
            loop {
                let done = session.attempt(number, f);
                number += 1;
                if done.is_ok() || !session.is_in_the_way.get() || number >= ATTEMPTS_MAX {
                    return done;
                }
                std::thread::sleep(pause(number));
            }
        })
    }
}

/// A while that is not the same for two that are in each other's way.
fn pause(attempts: u32) -> Duration {
    let chance = getrandom::u32().unwrap_or(u32::MAX / 2);
    PAUSE.saturating_mul(attempts.min(10)).mul_f64(f64::from(chance) / f64::from(u32::MAX))
}
