//! Entries that are in the journal and not yet in their logs.
//!
//! Always: a row leaves only when its log's commit is durable (or the log is quarantined together with the row). An
//! entry is in its log, or here, or in both for a moment, and never in neither. Only a limited number is held in
//! memory; of the others only the position in the journal.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use imajin_log::entry::Header;
use imajin_log::ops;
use imajin_protocol::Did;
use parking_lot::Mutex;

use crate::logfile::Row;

#[derive(Debug, Clone)]
pub(crate) struct PendingRow {
    pub(crate) offset: u64,
    pub(crate) seq: u64,
    /// Index of the journal's table that has the row.
    pub(crate) table: usize,
    pub(crate) erases: bool,
    /// The row itself; `None` if it must be read from the journal. Apart, since a crowd's rows are mostly not in memory.
    pub(crate) row: Option<Arc<Row>>,
}

impl PendingRow {
    /// Makes the row of an entry in a table of the journal, which stays in memory if it is given.
    pub(crate) fn new(offset: u64, header: &Header, table: usize, row: Option<Arc<Row>>) -> Self {
        Self { offset, seq: header.seq, table, erases: header.op == ops::BODY_ERASED, row }
    }
}

struct LogQueue {
    rows: VecDeque<PendingRow>,
    /// The time since which the oldest row has been pending.
    since: Instant,
    /// Whether it is in `full`.
    queued: bool,
    /// Number of rows that erase bodies.
    erasing: usize,
}

#[derive(Default)]
struct Inner {
    logs: HashMap<Did, LogQueue>,
    /// Logs with enough rows to flush at once.
    full: VecDeque<Did>,
    /// Every log once, by the age of its oldest row.
    by_age: VecDeque<(Instant, Did)>,
    /// Bytes of the rows in memory.
    held_bytes: usize,
    /// Rows of each of the journal's tables.
    of_table: [usize; 2],
}

pub(crate) struct PendingEntries {
    inner: Mutex<Inner>,
    held_bytes_max: usize,
    rows_to_move: usize,
}

/// The flusher's next action.
pub(crate) enum Next {
    /// Flush this log.
    Move(Did),
    /// Wait this long; `None` means until a row is pending.
    Wait(Option<Duration>),
}

impl PendingEntries {
    pub(crate) fn new(held_bytes_max: usize, rows_to_move: usize) -> Self {
        Self { inner: Mutex::default(), held_bytes_max, rows_to_move }
    }

    /// Adds rows that were committed to a table of the journal. True if a log has enough of them to flush.
    pub(crate) fn push(&self, rows: Vec<Row>, table: usize, now: Instant) -> bool {
        let mut inner = self.inner.lock();
        let mut full = false;
        for row in rows {
            let (header, bytes) = (row.entry.header.clone(), row.bytes());
            let held = inner.held_bytes + bytes <= self.held_bytes_max;
            inner.held_bytes += if held { bytes } else { 0 };
            let waiting = PendingRow::new(row.offset, &header, table, held.then(|| Arc::new(row)));
            full |= inner.add(header.did.clone(), waiting, now, self.rows_to_move);
        }
        full
    }

    /// Adds rows of a log that are in no table of the journal: all stay in memory, and count as `table`'s.
    pub(crate) fn push_held(&self, did: &Did, rows: Vec<Row>, table: usize, now: Instant) {
        let mut inner = self.inner.lock();
        for row in rows {
            inner.held_bytes += row.bytes();
            let header = row.entry.header.clone();
            let waiting = PendingRow::new(row.offset, &header, table, Some(Arc::new(row)));
            inner.add(did.clone(), waiting, now, self.rows_to_move);
        }
    }

    /// Adds a row by its position only.
    pub(crate) fn push_place(&self, did: Did, row: PendingRow, now: Instant) {
        self.inner.lock().add(did, row, now, self.rows_to_move);
    }

    /// Returns the rows of a log, oldest first.
    pub(crate) fn rows(&self, did: &Did, limit: usize) -> Vec<PendingRow> {
        self.rows_from(did, 0, limit)
    }

    /// Returns the rows of a log from a number on.
    pub(crate) fn rows_from(&self, did: &Did, seq: u64, limit: usize) -> Vec<PendingRow> {
        let inner = self.inner.lock();
        let Some(log) = inner.logs.get(did) else {
            return Vec::new();
        };
        let from = log.rows.partition_point(|row| row.seq < seq);
        log.rows.iter().skip(from).take(limit).cloned().collect()
    }

    pub(crate) fn row(&self, did: &Did, seq: u64) -> Option<PendingRow> {
        self.rows_from(did, seq, 1).into_iter().next().filter(|row| row.seq == seq)
    }

    /// Drops the rows of a log up to an offset: the log has them durably.
    pub(crate) fn remove(&self, did: &Did, offset: u64, now: Instant) {
        let mut inner = self.inner.lock();
        let inner = &mut *inner;
        let Some(log) = inner.logs.get_mut(did) else {
            return;
        };
        while let Some(row) = log.rows.pop_front_if(|row| row.offset <= offset) {
            inner.held_bytes -= row.row.as_ref().map_or(0, |row| row.bytes());
            inner.of_table[row.table] -= 1;
            log.erasing -= usize::from(row.erases);
        }
        if log.rows.is_empty() {
            inner.logs.remove(did);
            return;
        }
        log.since = now;
        inner.by_age.push_back((now, did.clone()));
        if log.rows.len() >= self.rows_to_move && !log.queued {
            log.queued = true;
            inner.full.push_back(did.clone());
        }
    }

    /// Returns the log to flush next: one with enough rows, or one whose oldest row is old enough.
    pub(crate) fn next(&self, now: Instant, age_max: Duration) -> Next {
        let mut inner = self.inner.lock();
        while let Some(did) = inner.full.pop_front() {
            if let Some(log) = inner.logs.get_mut(&did) {
                log.queued = false;
                return Next::Move(did);
            }
        }
        loop {
            let Some((since, did)) = inner.by_age.front().cloned() else {
                return Next::Wait(None);
            };
            // A log that was flushed since comes later in the queue, with its new age.
            if inner.logs.get(&did).is_none_or(|log| log.since != since) {
                inner.by_age.pop_front();
                continue;
            }
            let age = now.saturating_duration_since(since);
            if age < age_max {
                return Next::Wait(Some(age_max - age));
            }
            inner.by_age.pop_front();
            return Next::Move(did);
        }
    }

    /// Puts a log that could not be flushed at the end of the queue.
    pub(crate) fn postpone(&self, did: &Did, now: Instant) {
        let mut inner = self.inner.lock();
        if let Some(log) = inner.logs.get_mut(did) {
            log.since = now;
            inner.by_age.push_back((now, did.clone()));
        }
    }

    /// Returns the rows of a log that erase bodies.
    pub(crate) fn erasing(&self, did: &Did) -> Vec<PendingRow> {
        let inner = self.inner.lock();
        let log = inner.logs.get(did).filter(|log| log.erasing > 0);
        log.map(|log| log.rows.iter().filter(|row| row.erases).cloned().collect())
            .unwrap_or_default()
    }

    /// Returns all logs with rows.
    pub(crate) fn dids(&self) -> Vec<Did> {
        self.inner.lock().logs.keys().cloned().collect()
    }

    /// Returns the number of logs with rows.
    pub(crate) fn logs(&self) -> usize {
        self.inner.lock().logs.len()
    }

    /// Returns the number of pending rows in a table of the journal.
    pub(crate) fn of_table(&self, table: usize) -> usize {
        self.inner.lock().of_table[table]
    }

    /// Returns the number of pending rows.
    pub(crate) fn len(&self) -> usize {
        self.inner.lock().of_table.iter().sum()
    }
}

impl Inner {
    fn add(&mut self, did: Did, row: PendingRow, now: Instant, rows_to_move: usize) -> bool {
        self.of_table[row.table] += 1;
        let log = self.logs.entry(did.clone()).or_insert_with(|| LogQueue {
            rows: VecDeque::new(),
            since: now,
            queued: false,
            erasing: 0,
        });
        if log.rows.is_empty() {
            self.by_age.push_back((now, did.clone()));
        }
        log.erasing += usize::from(row.erases);
        log.rows.push_back(row);
        if log.rows.len() >= rows_to_move && !log.queued {
            log.queued = true;
            self.full.push_back(did);
            return true;
        }
        false
    }
}
