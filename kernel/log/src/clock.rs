//! Time, as the log needs it. A node has a clock that doubts the machine's.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use imajin_dfos::Timestamp;
use parking_lot::Mutex;

/// A source of time.
pub trait Clock: Send + Sync + 'static {
    /// Returns the current time.
    fn now(&self) -> Timestamp;
}

/// Reads the monotonic clock, for waiting and for ages.
#[expect(clippy::disallowed_methods, reason = "this is the door")]
pub fn monotonic() -> Instant {
    Instant::now()
}

/// The machine's wall clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let millis = since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX));
        // A time beyond the years that the format can write.
        Timestamp::from_millis(millis).unwrap_or(Timestamp::MAX)
    }
}

/// A clock for tests, which advances only when a test moves it.
#[derive(Debug)]
pub struct ManualClock(Mutex<Timestamp>);

impl ManualClock {
    /// Makes a clock that shows `now`.
    pub fn new(now: Timestamp) -> Self {
        Self(Mutex::new(now))
    }

    /// Moves to a time, forward or back.
    pub fn set(&self, now: Timestamp) {
        *self.0.lock() = now;
    }

    /// Moves by milliseconds.
    pub fn advance(&self, millis: i64) {
        let mut now = self.0.lock();
        *now = now.checked_add_millis(millis).unwrap_or(*now);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.0.lock()
    }
}
