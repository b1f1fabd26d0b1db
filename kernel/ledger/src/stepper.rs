//! The writer and the flusher without threads, for tests that must repeat the same history from one seed.

use std::sync::Arc;

use crate::flusher::Flusher;
use crate::writer::Writer;
use crate::writer::syncer::Syncer;

/// Drives a ledger that [`crate::Ledger::open_stepped`] opened. Nothing happens except what these methods do.
pub struct Stepper {
    writer: Writer,
    flusher: Arc<Flusher>,
    syncer: Arc<Syncer>,
}

impl Stepper {
    pub(crate) fn new(writer: Writer, flusher: Arc<Flusher>, syncer: Arc<Syncer>) -> Self {
        Self { writer, flusher, syncer }
    }

    /// Has the writer enter all queued commands as one batch, and answer them.
    pub fn write(&mut self) {
        self.writer.step();
    }

    /// Has the writer enter all queued commands as one batch, and leave it to [`Self::sync`], or the next batch, to make
    /// it durable and to answer. Returns whether it is not durable: other work of the writer may not wait.
    pub fn write_ahead(&mut self) -> bool {
        self.writer.step_ahead();
        !self.syncer.is_idle()
    }

    /// Returns whether a projection lacks durable entries, which it gets with the next batch: its disk was full.
    pub fn is_behind(&self) -> bool {
        self.writer.is_behind()
    }

    /// Makes what was written ahead durable, and answers its callers.
    pub fn sync(&self) {
        self.syncer.wait();
    }

    /// Has the flusher flush one log with pending entries, and maintain the journal; `all` also settles the journal's
    /// table in use, as on an idle node. True if there was such a log.
    pub fn move_one(&self, all: bool) -> bool {
        self.flusher.step(all)
    }
}
