//! Support for backups: a writer stopped between two operations, and the logs' files as complete databases.
//!
//! Always: while the writer is stopped, every acknowledged entry is in its log and nothing is entered, so that all logs
//! together are one consistent cut: an operation over several logs is in all of them or in none.

use std::convert::Infallible;
use std::path::Path;
use std::sync::mpsc::{self, Sender};

use imajin_protocol::Did;

use super::Ledger;
use crate::errors::{ReadError, Result};
use crate::exclusive::wait_for;

/// Keeps the writer stopped until dropped. All writes wait meanwhile, so drop it soon.
pub struct Quiesced {
    _go_on: Sender<Infallible>,
}

impl Ledger {
    /// Stops the writer between two operations and flushes everything that was acknowledged into the logs. Blocks; do
    /// not call it from an async task.
    ///
    /// # Errors
    /// The node is stopping, or a log could not be flushed.
    pub fn quiesce(&self) -> Result<Quiesced> {
        let shared = &self.inner.shared;
        // Most of it happens while the writer still writes.
        self.drain();
        let (arrived, arrival) = mpsc::channel();
        let (go_on, wait) = mpsc::channel::<Infallible>();
        self.do_beside(move |_| {
            // The caller may have given up; otherwise the writer waits until the guard is dropped.
            if arrived.send(()).is_ok() {
                let _ = wait.recv();
            }
        });
        let stopping = || ReadError::Io(std::io::Error::other("the node is stopping"));
        wait_for(&arrival, || shared.is_stopping()).ok_or_else(stopping)?;
        match self.inner.flusher.move_all().into_iter().next() {
            Some((did, error)) => Err(shared.read_error(&did, error)),
            None => Ok(Quiesced { _go_on: go_on }),
        }
    }

    /// Runs `f` with a log's database as one complete file: everything acknowledged is in it, and nothing is next to
    /// it. The log is locked meanwhile. `None` if the log does not exist.
    pub fn with_whole_file<T>(&self, did: &Did, f: impl FnOnce(&Path) -> T) -> Result<Option<T>> {
        self.drain_log(did)?;
        self.inner.shared.in_file(did, |log| {
            log.checkpoint()?;
            Ok(Some(f(log.path())))
        })
    }

    /// Removes a freeze that a home entry has ended.
    pub fn tidy_freeze(&self, did: &Did) -> Result<()> {
        let shared = &self.inner.shared;
        let (Some(freeze), Some(state)) = (shared.write_freezes.get(did), shared.state(did)?)
        else {
            return Ok(());
        };
        if freeze.is_over(&state) { Ok(shared.write_freezes.lift(did)?) } else { Ok(()) }
    }

    /// Returns the logs that need a home entry since their data folder was restored, unsorted. If a newer head is
    /// known, only the log's owner can decide how the log continues.
    pub fn frozen_since_restore(&self) -> Vec<Did> {
        let freezes = self.inner.shared.write_freezes.all();
        let restored = freezes
            .into_iter()
            .filter(|freeze| freeze.epoch.is_some() && freeze.newer.is_none() && !freeze.whole);
        restored.map(|freeze| freeze.did).collect()
    }
}
