//! The one door of time above the ledger: the node's wall clock, which does not believe everything, and its monotonic one.
//!
//! Always: `monotonic` never goes back within a run. The wall clock that the ledger sees never jumps ahead by more than
//! a day unless somebody else confirms it: a Pi has no battery clock, and a date in the far future would stand in signed
//! entries for ever. A jump back is harmless (`at` increases within a log) and is followed.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use imajin_dfos::Timestamp;
pub use imajin_ledger::clock::Clock;

/// The largest jump ahead that is believed without a second source.
const JUMP_MS_MAX: i64 = 24 * 3600 * 1000;

/// A wall clock with a monotonic one beside it.
pub trait Time: Clock {
    /// Since some moment before this run's first request.
    fn monotonic(&self) -> Duration;
}

/// The machine's clocks.
pub struct SystemClock {
    start: Instant,
    /// Whether a second source (NTP) says that the machine's wall clock is right.
    confirmed: Box<dyn Fn() -> bool + Send + Sync>,
    state: Mutex<State>,
}

struct State {
    /// The last time told, and when on the monotonic clock that was; none before the first.
    last: Option<(Timestamp, Duration)>,
    /// Whether the disbelief was said already.
    said: bool,
}

impl SystemClock {
    /// The machine's clocks. `last_known` is the newest time in the node's own records.
    pub fn new(
        last_known: Option<Timestamp>,
        confirmed: impl Fn() -> bool + Send + Sync + 'static,
    ) -> Self {
        let state = State {
            last: last_known.map(|at| (at, Duration::ZERO)),
            said: false,
        };
        Self {
            start: instant(),
            confirmed: Box::new(confirmed),
            state: Mutex::new(state),
        }
    }

    /// Whether the machine's clock is not believed at the moment.
    pub fn is_doubted(&self) -> bool {
        self.state
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .said
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the door")]
fn instant() -> Instant {
    Instant::now()
}

#[expect(clippy::disallowed_methods, reason = "this is the door")]
fn wall() -> Timestamp {
    let millis = match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(after) => i64::try_from(after.as_millis()).unwrap_or(i64::MAX),
        Err(before) => -i64::try_from(before.duration().as_millis()).unwrap_or(i64::MAX),
    };
    Timestamp::from_millis(millis).unwrap_or(if millis < 0 {
        Timestamp::MIN
    } else {
        Timestamp::MAX
    })
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let (wall, mono) = (wall(), self.monotonic());
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let told = state.tell(wall, mono, &self.confirmed);
        state.last = Some((told, mono));
        told
    }
}

impl Time for SystemClock {
    fn monotonic(&self) -> Duration {
        self.start.elapsed()
    }
}

impl State {
    fn tell(&mut self, wall: Timestamp, mono: Duration, confirmed: impl Fn() -> bool) -> Timestamp {
        let Some((last, then)) = self.last else {
            return wall;
        };
        let elapsed = i64::try_from(mono.saturating_sub(then).as_millis()).unwrap_or(i64::MAX);
        let counted = last.checked_add_millis(elapsed).unwrap_or(Timestamp::MAX);
        let jump = wall.as_millis().saturating_sub(counted.as_millis());
        if jump <= JUMP_MS_MAX || confirmed() {
            self.said = false;
            return wall;
        }
        if !self.said {
            self.said = true;
            tracing::warn!(
                "this machine's clock says {wall}, {} days after the node's last record, and no time server confirms it: \
                 counting on from {counted} until one does",
                jump / JUMP_MS_MAX
            );
        }
        counted
    }
}

/// The `Date` header of answers, in the node's time: clients take the time of their proofs from it.
pub(crate) struct DateHeader(Mutex<(i64, axum::http::HeaderValue)>);

impl DateHeader {
    pub(crate) fn new() -> Self {
        Self(Mutex::new((
            i64::MIN,
            axum::http::HeaderValue::from_static(""),
        )))
    }

    /// Written once a second.
    pub(crate) fn at(&self, now: Timestamp) -> axum::http::HeaderValue {
        let secs = now.as_secs();
        let mut cached = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cached.0 != secs {
            let since = Duration::from_secs(u64::try_from(secs).unwrap_or(0));
            let text = httpdate::fmt_http_date(UNIX_EPOCH + since);
            if let Ok(value) = axum::http::HeaderValue::try_from(text) {
                *cached = (secs, value);
            }
        }
        cached.1.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn a_year_ahead_is_not_believed_alone() {
        let mono = Duration::from_secs;
        let mut state = State {
            last: Some((at("2026-11-20T10:00:00.000Z"), mono(0))),
            said: false,
        };
        assert_eq!(
            state.tell(at("2026-11-20T20:00:00.000Z"), mono(1), || false),
            at("2026-11-20T20:00:00.000Z")
        );
        assert_eq!(
            state.tell(at("2027-11-20T10:00:00.000Z"), mono(60), || false),
            at("2026-11-20T10:01:00.000Z")
        );
        assert!(state.said);
        assert_eq!(
            state.tell(at("2027-11-20T10:00:00.000Z"), mono(60), || true),
            at("2027-11-20T10:00:00.000Z")
        );
        assert!(!state.said);
        assert_eq!(
            state.tell(at("2025-11-20T10:00:00.000Z"), mono(60), || false),
            at("2025-11-20T10:00:00.000Z")
        );
    }

    #[test]
    fn the_date_header() {
        let date = DateHeader::new();
        assert_eq!(
            date.at(at("2026-11-20T10:00:00.999Z")),
            "Fri, 20 Nov 2026 10:00:00 GMT"
        );
        assert_eq!(
            date.at(at("2026-11-20T10:00:01.000Z")),
            "Fri, 20 Nov 2026 10:00:01 GMT"
        );
    }
}
