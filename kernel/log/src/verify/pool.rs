//! Threads that decode rows and check signatures while the replay processes the entries in order.
//!
//! Always: the number of batches in progress is bounded, whatever the file contains, and every thread ends when the
//! replay does. No rule is checked here.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use parking_lot::Mutex;
use rusqlite::Connection;

use super::rows::{self, Bodies, Raw, Row};
use crate::pace::Pace;
use crate::rules::{Fault, SignatureCheck};

/// Batches in progress for each thread: one in work, one waiting, and some for uneven load.
const BATCHES_PER_THREAD: usize = 4;

/// Signatures of one batch, with their entries' numbers.
pub(super) type Checks = Vec<(u64, SignatureCheck)>;

enum Task {
    Decode(usize, Vec<Raw>),
    Verify(Checks),
}

enum TaskOutput {
    Decoded(usize, Vec<Row>),
    /// The first bad signature of the batch.
    Verified(Option<(u64, Fault)>),
    /// The reader finished after this many batches, or failed.
    Read(usize, Result<Bodies, Fault>),
}

/// The rows in order, and the results of the signature checks.
pub(super) struct Pool {
    done: Receiver<TaskOutput>,
    tasks: Option<Sender<Task>>,
    permits: Option<Sender<()>>,
    waiting: BTreeMap<usize, Vec<Row>>,
    next: usize,
    end: Option<usize>,
    verifying: usize,
    failed: Option<(u64, Fault)>,
    read: Result<Bodies, Fault>,
}

/// Runs `replay` with a pool that reads `conn`.
pub(super) fn run<T>(
    conn: Connection,
    threads: usize,
    pace: Option<&Pace>,
    replay: impl FnOnce(&mut Pool) -> T,
) -> T {
    let stop = AtomicBool::new(false);
    let (task_sender, task_receiver) = channel();
    let (done_sender, done_receiver) = channel();
    let (permit_sender, permit_receiver) = channel();
    let task_receiver = Mutex::new(task_receiver);
    for _ in 0..threads * BATCHES_PER_THREAD {
        // The receiver was created a few lines above: this cannot fail.
        let _ = permit_sender.send(());
    }
    thread::scope(|scope| {
        for _ in 0..threads {
            let done = done_sender.clone();
            let (tasks, stop) = (&task_receiver, &stop);
            scope.spawn(move || work(tasks, &done, stop, pace));
        }
        let reader_tasks = task_sender.clone();
        let reader_stop = &stop;
        scope
            .spawn(move || read(&conn, &permit_receiver, &reader_tasks, &done_sender, reader_stop));
        let mut pool = Pool {
            done: done_receiver,
            tasks: Some(task_sender),
            permits: Some(permit_sender),
            waiting: BTreeMap::new(),
            next: 0,
            end: None,
            verifying: 0,
            failed: None,
            read: Ok(Bodies::default()),
        };
        let result = replay(&mut pool);
        stop.store(true, Ordering::Relaxed);
        pool.tasks = None;
        pool.permits = None;
        result
    })
}

fn read(
    conn: &Connection,
    permits: &Receiver<()>,
    tasks: &Sender<Task>,
    done: &Sender<TaskOutput>,
    stop: &AtomicBool,
) {
    let mut batches = 0;
    let result = rows::stream(conn, |batch| {
        if permits.recv().is_err() || stop.load(Ordering::Relaxed) {
            return false;
        }
        let sent = tasks.send(Task::Decode(batches, batch)).is_ok();
        batches += usize::from(sent);
        sent
    });
    // No one listens any more once the replay found its fault.
    let _ = done.send(TaskOutput::Read(batches, result));
}

fn work(
    tasks: &Mutex<Receiver<Task>>,
    done: &Sender<TaskOutput>,
    stop: &AtomicBool,
    pace: Option<&Pace>,
) {
    loop {
        let task = tasks.lock().recv();
        let Ok(task) = task else { return };
        if stop.load(Ordering::Relaxed) {
            return;
        }
        let finished = match task {
            Task::Decode(index, batch) => {
                TaskOutput::Decoded(index, batch.into_iter().map(rows::read).collect())
            }
            Task::Verify(checks) => TaskOutput::Verified(
                checks
                    .iter()
                    .find_map(|(seq, check)| check.verify().err().map(|fault| (*seq, fault))),
            ),
        };
        if let Some(pace) = pace {
            pace.rest();
        }
        if done.send(finished).is_err() {
            return;
        }
    }
}

impl Pool {
    /// Returns the next batch of rows, in order; `None` at the end.
    pub(super) fn next_batch(&mut self) -> Result<Option<Vec<Row>>, Fault> {
        loop {
            if let Some(batch) = self.waiting.remove(&self.next) {
                self.next += 1;
                return Ok(Some(batch));
            }
            if self.end == Some(self.next) {
                return self.read.clone().map(|_| None);
            }
            if !self.wait() {
                return Ok(None);
            }
        }
    }

    /// Hands the signatures of the batch that was just replayed to the threads; the batch is finished once they are
    /// checked.
    pub(super) fn verify(&mut self, checks: Checks) {
        if checks.is_empty() {
            self.release();
        } else if self.tasks.as_ref().is_some_and(|tasks| tasks.send(Task::Verify(checks)).is_ok())
        {
            self.verifying += 1;
        }
    }

    /// Returns the reader's result about bodies, once all batches are replayed.
    pub(super) fn bodies(&self) -> Bodies {
        self.read.as_ref().copied().unwrap_or_default()
    }

    /// Returns the first bad signature found so far.
    pub(super) fn failed(&self) -> Option<&(u64, Fault)> {
        self.failed.as_ref()
    }

    /// Waits for all signatures, and returns the first bad one.
    pub(super) fn finish(&mut self) -> Option<(u64, Fault)> {
        while self.verifying > 0 && self.wait() {}
        self.failed.take()
    }

    fn wait(&mut self) -> bool {
        match self.done.recv() {
            Ok(TaskOutput::Decoded(index, rows)) => {
                self.waiting.insert(index, rows);
            }
            Ok(TaskOutput::Verified(failed)) => {
                self.verifying -= 1;
                self.release();
                let earlier = |(seq, _): &(u64, Fault)| {
                    self.failed.as_ref().is_none_or(|(first, _)| seq < first)
                };
                if let Some(failed) = failed.filter(earlier) {
                    self.failed = Some(failed);
                }
            }
            Ok(TaskOutput::Read(batches, read)) => {
                self.end = Some(batches);
                self.read = read;
            }
            Err(_) => return false,
        }
        true
    }

    fn release(&self) {
        if let Some(permits) = &self.permits {
            // The reader may have finished already.
            let _ = permits.send(());
        }
    }
}
