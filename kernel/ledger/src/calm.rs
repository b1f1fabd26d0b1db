//! Retries slowly, and reports failures without flooding the node's log: what fails because the disk is full fails
//! again until someone makes room.

use std::time::{Duration, Instant};

use imajin_log::clock::monotonic;
use parking_lot::Mutex;

/// The first pause; each further pause is twice as long.
const REST: Duration = Duration::from_secs(1);
/// The longest pause, so everything recovers this soon after someone makes room.
const REST_MAX: Duration = Duration::from_secs(16);
/// Interval for reporting a lasting failure.
const SAY_EVERY: Duration = Duration::from_secs(60);

/// Number of failures in a row, and the time of the last report.
#[derive(Debug, Default)]
pub(crate) struct Calm(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    unsaid: u64,
    said: Option<Instant>,
}

/// The action after a failure.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Next {
    pub(crate) rest: Duration,
    /// The number of unreported failures, if it is time to report.
    pub(crate) say: Option<u64>,
}

impl Calm {
    /// Records a failure.
    pub(crate) fn failed(&self) -> Next {
        self.failed_at(monotonic())
    }

    fn failed_at(&self, now: Instant) -> Next {
        let mut state = self.0.lock();
        let rest = REST.saturating_mul(1 << state.failures.min(16)).min(REST_MAX);
        state.failures = state.failures.saturating_add(1);
        let is_time =
            state.said.is_none_or(|said| now.saturating_duration_since(said) >= SAY_EVERY);
        if !is_time {
            state.unsaid += 1;
            return Next { rest, say: None };
        }
        state.said = Some(now);
        Next { rest, say: Some(std::mem::take(&mut state.unsaid)) }
    }

    /// Records a success; true if there was a failure before.
    pub(crate) fn worked(&self) -> bool {
        let mut state = self.0.lock();
        let had_failed = state.failures > 0;
        // Keeps the time of the last report: what alternately fails and works is not reported each time either.
        state.failures = 0;
        had_failed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_grow_up_to_16_s_and_a_minute_has_one_line() {
        let calm = Calm::default();
        let begun = monotonic();
        let mut now = begun;
        let mut counts = Vec::new();
        let mut rests = Vec::new();
        while now < begun + Duration::from_secs(150) {
            let next = calm.failed_at(now);
            now += next.rest;
            rests.push(next.rest.as_secs());
            counts.extend(next.say);
        }
        assert_eq!(rests[..6], [1, 2, 4, 8, 16, 16]);
        assert_eq!(counts.len(), 3, "{counts:?}");
        assert!(counts[1] >= 3, "it counts what it left out: {counts:?}");
        assert!(calm.worked());
        assert!(!calm.worked());
        assert_eq!(calm.failed_at(now).rest, REST);
    }
}
