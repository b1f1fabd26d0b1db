//! How often a failed answer is logged.
//!
//! Always: a stranger can cause as many of these answers as they like, and the log lies on an SD card. A minute has a
//! bounded number of lines; the first line of a later minute says how many were left out.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Most lines about failed answers in a minute: enough to see every kind of failure, some 4 kB.
const LINES_A_MINUTE: u32 = 20;
const MINUTE: Duration = Duration::from_secs(60);

/// What was logged in the current minute.
pub(super) struct Lines(Mutex<Option<Minute>>);

struct Minute {
    began: Instant,
    logged: u32,
    left_out: u64,
}

impl Lines {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(None))
    }

    /// Whether the next line may be logged and, if so, how many were left out since the last one.
    pub(super) fn next(&self, now: Instant) -> Option<u64> {
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_over = |minute: &Minute| now.saturating_duration_since(minute.began) >= MINUTE;
        let left_out = match &mut *minute {
            Some(minute) if !is_over(minute) && minute.logged >= LINES_A_MINUTE => {
                minute.left_out += 1;
                return None;
            }
            Some(minute) if !is_over(minute) => {
                minute.logged += 1;
                return Some(0);
            }
            Some(minute) => minute.left_out,
            None => 0,
        };
        *minute = Some(Minute {
            began: now,
            logged: 1,
            left_out: 0,
        });
        Some(left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_so_many_lines_and_the_next_one_counts_the_others() {
        let (lines, begin) = (Lines::new(), crate::app::time::instant());
        let at = |seconds| begin + Duration::from_secs(seconds);
        let logged = (0..1_000).filter(|_| lines.next(at(1)).is_some()).count();
        assert_eq!(logged, LINES_A_MINUTE as usize);
        assert_eq!(lines.next(at(60)), None);
        assert_eq!(lines.next(at(61)), Some(1_001 - u64::from(LINES_A_MINUTE)));
        assert_eq!(lines.next(at(62)), Some(0));
    }
}
