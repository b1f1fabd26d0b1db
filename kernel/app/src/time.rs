//! Time as everything above the ledger sees it: the node's wall clock and a monotonic one.
//!
//! Always: `monotonic` never goes back within a run.

use std::time::{Duration, Instant};

use imajin_dfos::Timestamp;
pub use imajin_log::clock::Clock;

/// A wall clock and a monotonic clock.
pub trait Time: Clock {
    /// The time since some moment before this run's first request.
    fn monotonic(&self) -> Duration;
    /// The machine's clock, if the node does not believe it at the moment.
    fn doubted(&self) -> Option<Timestamp> {
        None
    }
}

/// The current moment on a clock that never goes back: for programs and jobs that have no [`Time`] at hand.
#[expect(clippy::disallowed_methods, reason = "this is the door")]
pub fn instant() -> Instant {
    Instant::now()
}

/// The text of a time in milliseconds since 1970, as answers and exports have it; `None` if it is out of range.
pub fn text(millis: i64) -> Option<String> {
    let time = Timestamp::from_millis(millis).ok()?;
    Some(time.to_string())
}
