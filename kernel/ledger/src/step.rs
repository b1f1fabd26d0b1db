//! The writer and the mover without threads, for tests that must play the same history again from one seed.

use std::sync::Arc;

use crate::mover::Mover;
use crate::writer::Writer;

/// Drives a ledger that [`crate::Ledger::open_stepped`] opened. Nothing happens but what is asked for here.
pub struct Stepper {
    writer: Writer,
    mover: Arc<Mover>,
}

impl Stepper {
    pub(crate) fn new(writer: Writer, mover: Arc<Mover>) -> Self {
        Self { writer, mover }
    }

    /// The writer takes what is queued as one batch and answers it.
    pub fn write(&mut self) {
        self.writer.step();
    }

    /// The mover moves one log that has entries waiting and looks after the journal; `all` also settles the journal's
    /// table in use, as on an idle node. Says whether a log waited.
    pub fn move_one(&self, all: bool) -> bool {
        self.mover.step(all)
    }
}
