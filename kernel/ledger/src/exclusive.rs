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

/// The work that waits for the writer; `None` once the writer has ended.
pub(crate) struct ExclusiveQueue<W>(Mutex<Option<VecDeque<Exclusive<W>>>>);

impl<W> Default for ExclusiveQueue<W> {
    fn default() -> Self {
        Self(Mutex::new(Some(VecDeque::new())))
    }
}

impl<W> ExclusiveQueue<W> {
    /// Adds work; wake the writer's queue after that. Drops it, and so ends the caller's wait, if the writer has ended.
    pub(crate) fn push(&self, work: impl FnOnce(&mut W) + Send + 'static) {
        if let Some(waiting) = self.0.lock().as_mut() {
            waiting.push_back(Box::new(work));
        }
    }

    /// Returns whether no work waits.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.lock().as_ref().is_none_or(VecDeque::is_empty)
    }

    /// Takes all waiting work.
    pub(crate) fn take(&self) -> VecDeque<Exclusive<W>> {
        self.0.lock().as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Drops the waiting work, and all that comes later: the writer has ended.
    pub(crate) fn close(&self) {
        let left = self.0.lock().take();
        drop(left);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_for_a_writer_that_has_ended() {
        let queue = ExclusiveQueue::<()>::default();
        let (before, answer) = std::sync::mpsc::channel();
        queue.push(move |_| {
            let _ = before.send(());
        });
        queue.close();
        assert!(queue.is_empty() && queue.take().is_empty());
        assert_eq!(wait_for(&answer, || false), None);
        let (after, answer) = std::sync::mpsc::channel();
        queue.push(move |_| {
            let _ = after.send(());
        });
        assert_eq!(wait_for(&answer, || false), None);
    }
}
