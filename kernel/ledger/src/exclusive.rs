//! Work that the writer does alone between two batches, at the request of other threads.
//!
//! Always: this module does not know the writer, because the writer's own state refers to it.

use std::collections::VecDeque;

use parking_lot::Mutex;

/// A piece of work for the writer, between two batches.
pub(crate) type Exclusive<W> = Box<dyn FnOnce(&mut W) + Send>;

/// The work that waits for the writer.
pub(crate) struct ExclusiveQueue<W>(Mutex<VecDeque<Exclusive<W>>>);

impl<W> Default for ExclusiveQueue<W> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<W> ExclusiveQueue<W> {
    pub(crate) fn push(&self, work: Exclusive<W>) {
        self.0.lock().push_back(work);
    }

    /// Returns whether no work waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.lock().is_empty()
    }

    /// Takes all waiting work.
    pub(crate) fn take(&self) -> VecDeque<Exclusive<W>> {
        std::mem::take(&mut *self.0.lock())
    }
}
