//! The writer and the flusher without threads, for tests that must repeat the same history from one seed.

use std::sync::Arc;

use crate::flusher::Flusher;
use crate::writer::Writer;

/// Drives a ledger that [`crate::Ledger::open_stepped`] opened. Nothing happens except what these methods do.
pub struct Stepper {
    writer: Writer,
    flusher: Arc<Flusher>,
}

impl Stepper {
    pub(crate) fn new(writer: Writer, flusher: Arc<Flusher>) -> Self {
        Self { writer, flusher }
    }

    /// Has the writer enter all queued commands as one batch, and answer them.
    pub fn write(&mut self) {
        self.writer.step();
    }

    /// Has the flusher flush one log with pending entries, and maintain the journal; `all` also settles the journal's
    /// table in use, as on an idle node. True if there was such a log.
    pub fn move_one(&self, all: bool) -> bool {
        self.flusher.step(all)
    }
}
