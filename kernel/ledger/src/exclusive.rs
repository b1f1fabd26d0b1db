//! Work that the writer does alone between two batches, at the request of other threads.
//!
//! Always: this module does not know the writer, because the writer's own state refers to it.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use parking_lot::Mutex;

/// Interval for checking whether the writer has ended without doing the work.
pub(crate) const LOOK: Duration = Duration::from_millis(100);

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
    /// Adds work; wake the writer's queue after that.
    pub(crate) fn push(&self, work: impl FnOnce(&mut W) + Send + 'static) {
        self.0.lock().push_back(Box::new(work));
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

/// Waits for the answer to a piece of work; `None` if the node stops without it.
pub(crate) fn wait_for<T>(answer: &Receiver<T>, is_stopping: impl Fn() -> bool) -> Option<T> {
    loop {
        match answer.recv_timeout(LOOK) {
            Ok(done) => return Some(done),
            Err(RecvTimeoutError::Timeout) if !is_stopping() => {}
            Err(_) => return None,
        }
    }
}
