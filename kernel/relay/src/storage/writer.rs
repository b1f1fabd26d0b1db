//! One writer at a time, and one disk sync for all writes that arrived during the last one.
//!
//! Always: [`Writer::write`] returns after its data is durable. If anything fails before that, the whole group rolls
//! back. A writer commits for the whole group if no other writer is queued behind it.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};

use parking_lot::Mutex;
use rusqlite::Connection;

use crate::storage::{Answer, StoreError};

/// Operations after which a group is committed although more are waiting.
const GROUP_WEIGHT_MAX: usize = 2_000;

/// Ends the open transaction, if there is any, without its changes.
pub(super) fn rollback(connection: &Connection) {
    if connection.is_autocommit() {
        return;
    }
    if let Err(error) = connection.execute_batch("ROLLBACK") {
        tracing::error!(%error, "a transaction could not be rolled back");
    }
}

/// The one door for writes.
pub struct Writer {
    turn: Mutex<WriterState>,
    queued: AtomicUsize,
    /// Called after a rollback, to drop caches of the lost writes.
    forget: Box<dyn Fn() + Send + Sync>,
}

struct WriterState {
    connection: Connection,
    group: Option<Group>,
    /// A write panicked half-way.
    abandoned: bool,
}

impl WriterState {
    /// Makes the group's writes durable.
    fn commit(&self) -> Answer<()> {
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }
}

#[derive(Default)]
struct Group {
    waiting: Vec<SyncSender<Answer<()>>>,
    weight: usize,
}

impl Group {
    fn tell(self, outcome: &Answer<()>) {
        for waiting in self.waiting {
            // A writer that is gone needs no answer.
            let _ = waiting.send(outcome.clone());
        }
    }
}

impl Writer {
    /// Takes the connection; calls `forget` after each rollback.
    pub fn new(connection: Connection, forget: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            turn: Mutex::new(WriterState { connection, group: None, abandoned: false }),
            queued: AtomicUsize::new(0),
            forget: Box::new(forget),
        }
    }

    /// Runs `f` when it is its turn and returns when what it wrote is durable. May block for long.
    pub fn write<T>(
        &self,
        weight: usize,
        f: impl FnOnce(&mut Connection) -> Answer<T>,
    ) -> Answer<T> {
        self.queued.fetch_add(1, Ordering::SeqCst);
        let mut turn = self.turn.lock();
        self.queued.fetch_sub(1, Ordering::SeqCst);
        if turn.abandoned {
            let lost = StoreError::Failed("a write was abandoned half-way".to_owned());
            self.fail(&mut turn, &Err(lost));
        }
        if turn.group.is_none() {
            turn.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
            turn.group = Some(Group::default());
        }
        turn.abandoned = true;
        let answer = f(&mut turn.connection);
        turn.abandoned = false;
        let value = match answer {
            Ok(value) => value,
            Err(error) => {
                self.fail(&mut turn, &Err(error.clone()));
                return Err(error);
            }
        };
        let group = turn.group.get_or_insert_default();
        group.weight += weight;
        if group.weight < GROUP_WEIGHT_MAX && self.queued.load(Ordering::SeqCst) > 0 {
            let (done, outcome) = sync_channel(1);
            group.waiting.push(done);
            drop(turn);
            let gone = |_| StoreError::Failed("the writer is gone".to_owned());
            outcome.recv().map_err(gone)??;
            return Ok(value);
        }
        self.commit(&mut turn)?;
        Ok(value)
    }

    fn commit(&self, turn: &mut WriterState) -> Answer<()> {
        let outcome = turn.commit();
        if outcome.is_err() {
            self.fail(turn, &outcome);
        } else if let Some(group) = turn.group.take() {
            group.tell(&outcome);
        }
        outcome
    }

    fn fail(&self, turn: &mut WriterState, outcome: &Answer<()>) {
        turn.abandoned = false;
        rollback(&turn.connection);
        (self.forget)();
        if let Some(group) = turn.group.take() {
            group.tell(outcome);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;
    use std::sync::{Arc, Barrier};
    use std::thread;

    use super::*;

    fn writer(forgot: &Arc<AtomicBool>) -> Writer {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("CREATE TABLE names (name TEXT)").unwrap();
        let forgot = Arc::clone(forgot);
        Writer::new(connection, move || forgot.store(true, Ordering::SeqCst))
    }

    fn put(tx: &mut Connection, name: &str) -> Answer<()> {
        tx.execute("INSERT INTO names VALUES (?1)", [name])?;
        Ok(())
    }

    fn has(writer: &Writer, name: &str) -> bool {
        let sql = "SELECT 1 FROM names WHERE name = ?1";
        writer.write(1, |tx| Ok(tx.prepare(sql)?.exists([name])?)).unwrap()
    }

    #[test]
    fn many_at_once_are_all_written() {
        let writer = Arc::new(writer(&Arc::default()));
        let threads: Vec<_> = (0..16)
            .map(|n| {
                let writer = Arc::clone(&writer);
                thread::spawn(move || {
                    for m in 0..50 {
                        writer.write(1, |tx| put(tx, &format!("{n}.{m}"))).unwrap();
                    }
                })
            })
            .collect();
        for thread in threads {
            thread.join().unwrap();
        }
        assert!((0..16).all(|n| (0..50).all(|m| has(&writer, &format!("{n}.{m}")))));
    }

    #[test]
    fn who_fails_takes_those_along_whose_writes_were_not_durable() {
        let forgot = Arc::new(AtomicBool::new(false));
        let writer = Arc::new(writer(&forgot));
        let begun = Arc::new(Barrier::new(2));
        let first = {
            let (writer, begun) = (Arc::clone(&writer), Arc::clone(&begun));
            thread::spawn(move || {
                writer.write(1, |tx| {
                    begun.wait();
                    // Waits until the other one queues behind this one.
                    while writer.queued.load(Ordering::SeqCst) == 0 {
                        thread::yield_now();
                    }
                    put(tx, "first")
                })
            })
        };
        begun.wait();
        let second: Answer<()> = writer.write(1, |tx| {
            put(tx, "second")?;
            Err(StoreError::Failed("no".to_owned()))
        });
        assert!(second.is_err() && first.join().unwrap().is_err());
        assert!(forgot.load(Ordering::SeqCst));
        assert!(!has(&writer, "first") && !has(&writer, "second"));
        writer.write(1, |tx| put(tx, "third")).unwrap();
        assert!(has(&writer, "third"));
    }

    #[test]
    fn a_panic_leaves_nothing_half_written() {
        let writer = Arc::new(writer(&Arc::default()));
        let there = Arc::clone(&writer);
        let panicked = thread::spawn(move || {
            let _: Answer<()> = there.write(1, |tx| {
                put(tx, "half")?;
                panic!("on purpose");
            });
        });
        assert!(panicked.join().is_err());
        assert!(!has(&writer, "half"));
        writer.write(1, |tx| put(tx, "whole")).unwrap();
        assert!(has(&writer, "whole"));
    }
}
