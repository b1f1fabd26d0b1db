//! The only source of time.
//!
//! Always: [`SystemClock`] never goes back, and ignores a jump forward of more than a day unless something confirms it:
//! a Pi has no battery clock, and an entry with a wrong year would stay. It then continues by the monotonic clock, and
//! reports that once.

use std::path::Path;
use std::time::{Duration, Instant};

use imajin_dfos::Timestamp;
use parking_lot::Mutex;

/// A jump forward beyond this needs a confirmation.
const JUMP_MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// systemd-timesyncd makes this file when it has set the clock from the network.
const SYNCHRONIZED: &str = "/run/systemd/timesync/synchronized";

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

/// Milliseconds since 1970 by the machine's wall clock.
#[expect(clippy::disallowed_methods, reason = "this is the door")]
fn wall_millis() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

/// Says whether a trusted source has set the wall clock.
type Confirms = Box<dyn Fn() -> bool + Send + Sync>;

/// The machine's clock, with the rules above.
pub struct SystemClock {
    wall: Box<dyn Fn() -> i64 + Send + Sync>,
    confirms: Confirms,
    state: Mutex<State>,
}

struct State {
    /// The last time returned in milliseconds since 1970, and when that was by the monotonic clock.
    told: i64,
    at: Instant,
    said: bool,
}

impl SystemClock {
    /// Continues from `last`, the newest time that this node has entered anywhere, if it knows one. The network time
    /// service confirms whether a jump is right.
    pub fn new(last: Option<Timestamp>) -> Self {
        Self::with_source(last, Box::new(|| Path::new(SYNCHRONIZED).exists()))
    }

    /// Like [`Self::new`], with another source that confirms the wall clock.
    pub fn with_source(last: Option<Timestamp>, confirms: Confirms) -> Self {
        Self::over(Box::new(wall_millis), last, confirms)
    }

    fn over(
        wall: Box<dyn Fn() -> i64 + Send + Sync>,
        last: Option<Timestamp>,
        confirms: Confirms,
    ) -> Self {
        let millis = last.map_or_else(&wall, Timestamp::as_millis);
        let state = Mutex::new(State {
            told: millis,
            at: monotonic(),
            said: false,
        });
        Self {
            wall,
            confirms,
            state,
        }
    }

    fn tell(&self, wall: i64, now: Instant) -> i64 {
        let mut state = self.state.lock();
        let passed = now.saturating_duration_since(state.at);
        let counted = state
            .told
            .saturating_add(i64::try_from(passed.as_millis()).unwrap_or(i64::MAX));
        let jump_max = i64::try_from(JUMP_MAX.as_millis()).unwrap_or(i64::MAX);
        let millis = if wall < counted {
            // The wall clock went back or is slow. The clock never goes back: it advances as fast as time passes until
            // the wall clock has caught up.
            counted
        } else if wall - counted <= jump_max || (self.confirms)() {
            state.said = false;
            wall
        } else {
            if !state.said {
                state.said = true;
                tracing::warn!(
                    "the clock jumped forward by {} days and nothing confirms it: counting on from the last known time",
                    (wall - counted) / jump_max
                );
            }
            counted
        };
        // Continuing from a rounded time would lose the rounded part.
        if millis != counted || passed > Duration::from_secs(1) {
            let rest = if millis == counted {
                passed.subsec_nanos() % 1_000_000
            } else {
                0
            };
            state.told = millis;
            state.at = now
                .checked_sub(Duration::from_nanos(u64::from(rest)))
                .unwrap_or(now);
        }
        millis
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let millis = self.tell((self.wall)(), monotonic());
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

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    const DAY: i64 = 86_400_000;

    fn clock(confirmed: &Arc<AtomicBool>) -> SystemClock {
        let confirmed = confirmed.clone();
        let start = Timestamp::from_millis(DAY * 20_000).unwrap();
        SystemClock::over(
            Box::new(|| 0),
            Some(start),
            Box::new(move || confirmed.load(Ordering::Relaxed)),
        )
    }

    #[test]
    fn jumps_are_believed_only_when_confirmed() {
        let confirmed = Arc::new(AtomicBool::new(false));
        let clock = clock(&confirmed);
        let start = monotonic();
        let at = |ms: u64| start + Duration::from_millis(ms);
        let base = DAY * 20_000;
        assert!((clock.tell(base + 1_000, at(1_000)) - (base + 1_000)).abs() <= 1);
        // A year ahead is ignored, and an hour ahead is accepted.
        let millis = clock.tell(base + 365 * DAY, at(3_000));
        assert!((millis - (base + 3_000)).abs() <= 2, "{}", millis - base);
        assert_eq!(clock.tell(base + 3_600_000, at(4_000)), base + 3_600_000);
        // A day back is ignored.
        let millis = clock.tell(base - DAY, at(5_000));
        assert!(
            (millis - (base + 3_601_000)).abs() <= 1,
            "{}",
            millis - base
        );
        confirmed.store(true, Ordering::Relaxed);
        assert_eq!(clock.tell(base + 365 * DAY, at(6_000)), base + 365 * DAY);
    }

    #[test]
    fn a_standing_wall_clock_does_not_stop_time() {
        let clock = clock(&Arc::new(AtomicBool::new(false)));
        let start = monotonic();
        let mut last = 0;
        for step in 1..=50_000_u64 {
            let now = start + Duration::from_micros(step * 1_700);
            let millis = clock.tell(0, now);
            assert!(millis >= last);
            last = millis;
        }
        let expected = DAY * 20_000 + 85_000;
        assert!((last - expected).abs() <= 5, "{}", last - expected);
    }
}
