//! Growing pauses between attempts at one thing.

use std::time::Duration;

/// Pauses after failures: doubled with each failure in a row, up to the longest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    first: Duration,
    /// The longest pause.
    pub longest: Duration,
}

impl Backoff {
    /// Pauses from `first` to `longest`.
    pub const fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest }
    }

    /// The pause after the given number of failures in a row, which is at least 1.
    pub fn pause(self, failures: u32) -> Duration {
        let factor = 1_u32.checked_shl(failures.saturating_sub(1));
        let pause = self.first.saturating_mul(factor.unwrap_or(u32::MAX));
        pause.min(self.longest)
    }

    /// [`Backoff::pause`] in milliseconds.
    pub fn pause_ms(self, failures: u32) -> i64 {
        i64::try_from(self.pause(failures).as_millis()).unwrap_or(i64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_longest_however_many_failures_there_were() {
        let backoff = Backoff::new(Duration::from_secs(5), Duration::from_secs(3_600));
        let pauses = [0, 1, 2, 3, 10, 11, 32, 33, u32::MAX].map(|n| backoff.pause(n).as_secs());
        assert_eq!(pauses, [5, 5, 10, 20, 2_560, 3_600, 3_600, 3_600, 3_600]);
        assert_eq!(backoff.pause_ms(2), 10_000);
    }
}
