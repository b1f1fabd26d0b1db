//! How often a failure that others cause is logged.
//!
//! Always: a stranger can cause as many failures as they like, and the log lies on an SD card. A minute has a bounded number
//! of lines about each kind and about all kinds; the first line of a kind in the next minute says how many were left out. A
//! burst of one kind hides no other.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// Maximum number of lines about one kind of failure in a minute.
const OF_A_KIND: u32 = 2;
/// Maximum number of kinds in a minute; all others count as one more. Together some 4 kB.
const KINDS_MAX: usize = 9;
const MINUTE: Duration = Duration::from_secs(60);
/// The kind that counts all failures beyond the maximum.
const OTHERS: &str = "";

/// Failures in the log of this process.
static LINES: Lines = Lines::new();

/// Whether a failure of this kind may be logged now and, if so, how many of it were left out since the last one.
pub fn next(kind: &str) -> Option<u64> {
    LINES.next(kind, crate::time::instant())
}

/// The failures that were logged in the current minute.
struct Lines(Mutex<Option<Minute>>);

struct Minute {
    began: Instant,
    kinds: HashMap<String, LineCount>,
}

#[derive(Default)]
struct LineCount {
    logged: u32,
    left_out: u64,
}

impl Lines {
    const fn new() -> Self {
        Self(Mutex::new(None))
    }

    fn next(&self, kind: &str, now: Instant) -> Option<u64> {
        let mut minute = self.0.lock();
        let minute = minute.get_or_insert_with(|| Minute { began: now, kinds: HashMap::new() });
        if now.saturating_duration_since(minute.began) >= MINUTE {
            minute.began = now;
            // This minute also reports what the last one left out.
            minute.kinds.retain(|_, told| told.logged > 0 && told.left_out > 0);
            for count in minute.kinds.values_mut() {
                count.logged = 0;
            }
        }
        let is_known = minute.kinds.contains_key(kind);
        let kind = if is_known || minute.kinds.len() < KINDS_MAX { kind } else { OTHERS };
        let count = minute.kinds.entry(kind.to_owned()).or_default();
        if count.logged >= OF_A_KIND {
            count.left_out += 1;
            return None;
        }
        count.logged += 1;
        Some(std::mem::take(&mut count.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_has_so_many_lines_and_the_next_one_counts_the_others() {
        let (lines, begin) = (Lines::new(), crate::time::instant());
        let at = |seconds| begin + Duration::from_secs(seconds);
        let logged = (0..1_000).filter(|_| lines.next("a", at(1)).is_some());
        assert_eq!(logged.count(), OF_A_KIND as usize);
        assert_eq!(lines.next("a", at(60)), None);
        assert_eq!(lines.next("b", at(60)), Some(0), "it hides no other kind");
        assert_eq!(lines.next("a", at(61)), Some(1_001 - u64::from(OF_A_KIND)));
        assert_eq!(lines.next("a", at(62)), Some(0));
    }

    #[test]
    fn kinds_without_end_come_to_few_lines() {
        let (lines, now) = (Lines::new(), crate::time::instant());
        let kinds = (0..1_000).map(|n| n.to_string());
        let logged = kinds.filter(|kind| lines.next(kind, now).is_some()).count();
        assert_eq!(logged, KINDS_MAX + OF_A_KIND as usize);
        let later = now + MINUTE;
        let left_out = 1_000 - KINDS_MAX as u64 - u64::from(OF_A_KIND);
        assert_eq!(lines.next(OTHERS, later), Some(left_out));
        assert!(lines.0.lock().as_ref().unwrap().kinds.len() <= KINDS_MAX + 1);
    }
}
