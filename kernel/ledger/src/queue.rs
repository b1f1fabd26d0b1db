//! The bounded queue of commands in front of the writer, and the count of requests in flight.
//!
//! Always: the writer takes all that waits at once. It waits for more only while most of the requests that were lately
//! in flight have not arrived, and never for long: alone, a client is not kept waiting at all.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Of the requests lately in flight, so many percent are waited for.
const ARRIVED_PERCENT: u32 = 85;

/// How often the wait begins anew at most, since somebody arrived in it.
const GAPS_MAX: u32 = 8;

/// A bounded queue with one reader.
pub(crate) struct Queue<T> {
    inner: Mutex<Inner<T>>,
    arrived: Condvar,
    max: usize,
}

struct Inner<T> {
    items: VecDeque<T>,
    /// How many items the reader sleeps for; fewer do not wake it.
    wanted: usize,
    /// Something else than an item wants the reader's attention.
    nudged: bool,
    closed: bool,
}

/// Why an item was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PushError {
    Full,
    Closed,
}

/// What the reader wakes up for.
pub(crate) enum Taken<T> {
    Items(Vec<T>),
    Nudge,
    /// Closed, and nothing is left.
    Closed,
}

impl<T> Queue<T> {
    pub(crate) fn new(max: usize) -> Self {
        let inner = Inner {
            items: VecDeque::new(),
            wanted: 1,
            nudged: false,
            closed: false,
        };
        Self {
            inner: Mutex::new(inner),
            arrived: Condvar::new(),
            max: max.max(1),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Inner<T>> {
        // A panic cannot leave the queue half changed.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn push(&self, item: T) -> Result<(), PushError> {
        let mut inner = self.lock();
        if inner.closed {
            return Err(PushError::Closed);
        }
        if inner.items.len() >= self.max {
            return Err(PushError::Full);
        }
        inner.items.push_back(item);
        let enough = inner.items.len() >= inner.wanted;
        // Whoever is woken needs the lock at once.
        drop(inner);
        if enough {
            self.arrived.notify_one();
        }
        Ok(())
    }

    /// Wakes the reader without an item.
    pub(crate) fn nudge(&self) {
        self.lock().nudged = true;
        self.arrived.notify_one();
    }

    /// Takes no further items; what is there is still read.
    pub(crate) fn close(&self) {
        self.lock().closed = true;
        self.arrived.notify_one();
    }

    /// Waits for items and takes at most `most`, having waited for as many as `expected` says, as long as no `wait` goes
    /// by in which none arrives.
    pub(crate) fn take(
        &self,
        most: usize,
        wait: Duration,
        expected: impl Fn() -> usize,
    ) -> Taken<T> {
        let mut inner = self.lock();
        loop {
            if !inner.items.is_empty() {
                break;
            }
            if inner.closed {
                return Taken::Closed;
            }
            if std::mem::take(&mut inner.nudged) {
                return Taken::Nudge;
            }
            inner.wanted = 1;
            inner = self
                .arrived
                .wait(inner)
                .unwrap_or_else(PoisonError::into_inner);
        }
        let expected = expected().min(most);
        if inner.items.len() < expected && !inner.closed {
            inner = self.gather(inner, expected, wait);
        }
        let count = inner.items.len().min(most);
        Taken::Items(inner.items.drain(..count).collect())
    }

    /// Takes at most `most` of what is there.
    pub(crate) fn take_now(&self, most: usize) -> Vec<T> {
        let mut inner = self.lock();
        let count = inner.items.len().min(most);
        inner.items.drain(..count).collect()
    }

    fn gather<'a>(
        &'a self,
        mut inner: MutexGuard<'a, Inner<T>>,
        expected: usize,
        wait: Duration,
    ) -> MutexGuard<'a, Inner<T>> {
        let begun = crate::clock::monotonic();
        let (mut since, mut had) = (begun, inner.items.len());
        inner.wanted = expected;
        while inner.items.len() < expected && !inner.closed {
            let now = crate::clock::monotonic();
            if now.saturating_duration_since(since) >= wait {
                // Who arrives shows that others are on their way, with the processor busy on them.
                if inner.items.len() == had
                    || now.saturating_duration_since(begun) >= wait * GAPS_MAX
                {
                    break;
                }
                (since, had) = (now, inner.items.len());
            }
            let left = wait.saturating_sub(now.saturating_duration_since(since));
            let waited = self.arrived.wait_timeout(inner, left);
            inner = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        inner.wanted = 1;
        inner
    }
}

/// Requests in flight, now and lately.
#[derive(Debug, Default)]
pub(crate) struct Flights {
    now: AtomicU32,
    /// The most that were seen since the last batch.
    peak: AtomicU32,
    /// The same, smoothed over the last batches, in sixteenths.
    lately: AtomicU32,
}

/// Held by a request from its arrival to its answer: the writer waits for those who are about to write.
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

    /// How many commands to wait for.
    pub(crate) fn expected(&self) -> usize {
        let lately = self.lately.load(Ordering::Relaxed) / 16;
        let wanted = lately.max(self.now()) * ARRIVED_PERCENT / 100;
        usize::try_from(wanted).unwrap_or(1).max(1)
    }

    /// To be called with each batch: `arrived` commands came in it.
    pub(crate) fn batch(&self, arrived: usize) {
        let peak = self.peak.swap(self.now(), Ordering::Relaxed);
        let seen = peak
            .max(u32::try_from(arrived).unwrap_or(u32::MAX))
            .min(1 << 20)
            * 16;
        let lately = self.lately.load(Ordering::Relaxed);
        // Up at once, down slowly: those who just got their answers are about to ask again.
        let next = if seen >= lately {
            seen
        } else {
            lately - (lately - seen).div_ceil(8)
        };
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
        let Taken::Items(items) = queue.take(10, Duration::ZERO, || 1) else {
            panic!("items were there");
        };
        assert_eq!(items, [1, 2]);
        assert!(matches!(
            queue.take(10, Duration::ZERO, || 1),
            Taken::Closed
        ));
    }

    #[test]
    fn one_client_is_not_kept_waiting() {
        let flights = Arc::new(Flights::default());
        for _ in 0..10 {
            let _one = InFlight::new(&flights);
            assert_eq!(flights.expected(), 1);
            flights.batch(1);
        }
        let many: Vec<_> = (0..16).map(|_| InFlight::new(&flights)).collect();
        flights.batch(4);
        drop(many);
        assert_eq!(flights.expected(), 13);
        (0..100).for_each(|_| flights.batch(1));
        assert_eq!(flights.expected(), 1);
    }
}
