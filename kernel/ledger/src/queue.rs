//! The bounded queue of commands in front of the writer, and the count of requests in flight.
//!
//! Always: the writer takes all waiting commands at once. The number of recent requests in flight tells how many more
//! it waits for; a lone client never waits.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use parking_lot::{Condvar, Mutex};

/// Percent of the recent requests in flight that the writer waits for. Later ones arrive while this batch is synced,
/// and join the next.
const ARRIVED_PERCENT: usize = 60;

/// The `wanted` number of a reader that is awake, so that no push makes a system call to wake it.
const AWAKE: usize = usize::MAX;

/// A bounded queue with one reader.
pub(crate) struct Queue<T> {
    inner: Mutex<Inner<T>>,
    arrived: Condvar,
    max: usize,
}

struct Inner<T> {
    items: VecDeque<T>,
    /// The reader sleeps until this many items have arrived; no number wakes it while it is awake.
    wanted: usize,
    /// Whether the reader should look for work other than items.
    nudged: bool,
    closed: bool,
}

/// Why the queue refused an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PushError {
    Full,
    Closed,
}

/// Why the reader woke up.
pub(crate) enum Wakeup<T> {
    Items(Vec<T>),
    Nudge,
    /// The queue is closed and empty.
    Closed,
}

impl<T> Queue<T> {
    pub(crate) fn new(max: usize) -> Self {
        let inner = Inner { items: VecDeque::new(), wanted: AWAKE, nudged: false, closed: false };
        Self { inner: Mutex::new(inner), arrived: Condvar::new(), max: max.max(1) }
    }

    pub(crate) fn push(&self, item: T) -> Result<(), PushError> {
        let mut inner = self.inner.lock();
        if inner.closed {
            return Err(PushError::Closed);
        }
        if inner.items.len() >= self.max {
            return Err(PushError::Full);
        }
        inner.items.push_back(item);
        let enough = inner.items.len() >= inner.wanted;
        if enough {
            inner.wanted = AWAKE;
        }
        // The woken thread needs the lock at once.
        drop(inner);
        if enough {
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// Wakes the reader without an item.
    pub(crate) fn nudge(&self) {
        self.inner.lock().nudged = true;
        self.arrived.notify_one();
    }

    /// Accepts no further items; those in the queue are still read.
    pub(crate) fn close(&self) {
        self.inner.lock().closed = true;
        self.arrived.notify_one();
    }

    /// Waits for items, and takes at most `most` of them.
    pub(crate) fn take(&self, most: usize) -> Wakeup<T> {
        let mut inner = self.inner.lock();
        loop {
            inner.wanted = AWAKE;
            if !inner.items.is_empty() {
                return Wakeup::Items(inner.first(most));
            }
            if inner.closed {
                return Wakeup::Closed;
            }
            if std::mem::take(&mut inner.nudged) {
                return Wakeup::Nudge;
            }
            inner.wanted = 1;
            self.arrived.wait(&mut inner);
        }
    }

    /// Waits for `wanted` further items, at most as long as `wait`, and takes at most `most`; returns no items if none
    /// arrived.
    pub(crate) fn take_more(&self, wanted: usize, most: usize, wait: Duration) -> Vec<T> {
        let mut inner = self.inner.lock();
        let is_short = |inner: &mut Inner<T>| {
            inner.wanted = wanted;
            inner.items.len() < wanted && !inner.closed
        };
        self.arrived.wait_while_for(&mut inner, is_short, wait);
        inner.wanted = AWAKE;
        inner.first(most)
    }

    /// Takes at most `most` of the waiting items.
    pub(crate) fn take_now(&self, most: usize) -> Vec<T> {
        self.inner.lock().first(most)
    }
}

impl<T> Inner<T> {
    fn first(&mut self, most: usize) -> Vec<T> {
        let count = self.items.len().min(most);
        self.items.drain(..count).collect()
    }
}

/// Requests in flight, now and recently.
#[derive(Debug, Default)]
pub(crate) struct Flights {
    now: AtomicU32,
    /// The highest number since the last batch.
    peak: AtomicU32,
    /// The peak, smoothed over the last batches, in sixteenths.
    lately: AtomicU32,
}

/// Held by a request from its arrival to its answer: the writer delays a batch for requests that are about to write.
#[must_use]
pub struct InFlight(Arc<Flights>);

impl InFlight {
    pub(crate) fn new(flights: &Arc<Flights>) -> Self {
        let now = flights.now.fetch_add(1, Ordering::Relaxed) + 1;
        flights.peak.fetch_max(now, Ordering::Relaxed);
        Self(flights.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Flights {
    pub(crate) fn now(&self) -> u32 {
        self.now.load(Ordering::Relaxed)
    }

    /// Returns the number of commands that a batch waits for, at least 1, while the callers of the batch before it have
    /// no answer.
    pub(crate) fn expected(&self, unanswered: usize) -> usize {
        let lately = self.lately.load(Ordering::Relaxed) / 16;
        let count = usize::try_from(lately.max(self.now())).unwrap_or(usize::MAX);
        let free = count.saturating_sub(unanswered);
        (free.saturating_mul(ARRIVED_PERCENT) / 100).max(1)
    }

    /// Records a batch of `arrived` commands.
    pub(crate) fn batch(&self, arrived: usize) {
        let peak = self.peak.swap(self.now(), Ordering::Relaxed);
        let seen = peak.max(u32::try_from(arrived).unwrap_or(u32::MAX)).min(1 << 20) * 16;
        let lately = self.lately.load(Ordering::Relaxed);
        // Rises at once and falls slowly: clients that just got an answer are about to ask again.
        let next = if seen >= lately { seen } else { lately - (lately - seen).div_ceil(8) };
        self.lately.store(next, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_is_bounded_and_ends() {
        let queue = Queue::new(2);
        assert_eq!(queue.push(1), Ok(()));
        assert_eq!(queue.push(2), Ok(()));
        assert_eq!(queue.push(3), Err(PushError::Full));
        queue.close();
        assert_eq!(queue.push(4), Err(PushError::Closed));
        let Wakeup::Items(items) = queue.take(1) else {
            panic!("items were there");
        };
        assert_eq!(items, [1]);
        assert_eq!(queue.take_more(9, 10, Duration::MAX), [2]);
        assert!(queue.take_more(1, 10, Duration::MAX).is_empty());
        assert!(matches!(queue.take(10), Wakeup::Closed));
    }

    #[test]
    fn more_are_waited_for_but_not_for_long() {
        let queue = Queue::new(8);
        assert!(queue.take_more(1, 8, Duration::from_millis(1)).is_empty());
        std::thread::scope(|scope| {
            scope.spawn(|| (0..3).for_each(|n| assert_eq!(queue.push(n), Ok(()))));
            assert_eq!(queue.take_more(3, 8, Duration::from_secs(60)), [0, 1, 2]);
        });
    }

    #[test]
    fn one_client_is_not_kept_waiting() {
        let flights = Arc::new(Flights::default());
        for _ in 0..10 {
            let _one = InFlight::new(&flights);
            assert_eq!(flights.expected(0), 1);
            flights.batch(1);
        }
        let many: Vec<_> = (0..16).map(|_| InFlight::new(&flights)).collect();
        flights.batch(4);
        drop(many);
        assert_eq!(flights.expected(0), 9);
        assert_eq!(flights.expected(9), 4);
        assert_eq!(flights.expected(16), 1);
        (0..100).for_each(|_| flights.batch(1));
        assert_eq!(flights.expected(0), 1);
    }
}
