//! Limits the entries a second in one log.
//!
//! Always: an entry is dated at least 1 ms after the one before it, so a log that takes more than 1 000 a second gets
//! ahead of the clock, and once it is 300 s ahead every honest proof is refused as too old. Below that rate this never
//! happens.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use imajin_protocol::Did;

/// Number of logs at which those with a full burst available are forgotten.
const LOGS_MAX: usize = 4_096;

/// The rate of each log that recently took entries (a leaky bucket for each, stored as the time at which it is empty).
pub(super) struct LogRates {
    /// The log's time that one entry takes.
    each: Duration,
    /// The lead that a log may have over that time.
    ahead_max: Duration,
    empty_at: HashMap<Did, Instant>,
    /// Number of logs at which to forget some.
    forget_at: usize,
}

impl LogRates {
    /// Allows `per_second` entries a second sustained, and `burst` entries at once.
    pub(super) fn new(per_second: u32, burst: u32) -> Self {
        let each = Duration::from_secs(1) / per_second.max(1);
        Self { each, ahead_max: each * burst, empty_at: HashMap::new(), forget_at: LOGS_MAX }
    }

    /// Returns how long a log takes no further entry; `None` if it takes one now.
    pub(super) fn wait(&self, did: &Did, now: Instant) -> Option<Duration> {
        let ahead = self.empty_at.get(did)?.saturating_duration_since(now);
        let wait = ahead.checked_sub(self.ahead_max)?;
        (!wait.is_zero()).then_some(wait)
    }

    /// Counts one entry.
    pub(super) fn note(&mut self, did: &Did, now: Instant) {
        if let Some(empty_at) = self.empty_at.get_mut(did) {
            *empty_at = (*empty_at).max(now) + self.each;
            return;
        }
        if self.empty_at.len() >= self.forget_at {
            self.empty_at.retain(|_, empty_at| *empty_at > now);
            self.forget_at = LOGS_MAX.max(self.empty_at.len() * 2);
        }
        self.empty_at.insert(did.clone(), now + self.each);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use imajin_log::clock::monotonic;

    fn did(n: u8) -> Did {
        Did::from_key(&[n; 32])
    }

    #[test]
    fn a_log_takes_its_burst_and_then_its_rate_and_no_other_log_pays_for_it() {
        let mut rates = LogRates::new(100, 50);
        let (start, busy, quiet) = (monotonic(), did(1), did(2));
        let (mut taken, mut now) = (0, start);
        for ms in 0..2_000 {
            now = start + Duration::from_millis(ms);
            while rates.wait(&busy, now).is_none() {
                rates.note(&busy, now);
                taken += 1;
            }
        }
        assert!((249..=252).contains(&taken), "{taken}");
        let wait = rates.wait(&busy, now).unwrap();
        assert!(wait <= Duration::from_millis(10), "{wait:?}");
        assert_eq!(rates.wait(&busy, now + wait), None);
        assert_eq!(rates.wait(&quiet, now), None);
    }

    #[test]
    fn logs_that_have_rested_are_forgotten() {
        let mut rates = LogRates::new(1_000, 10);
        let start = monotonic();
        for n in 0..20_000_u32 {
            let did = Did::parse(&format!("did:imajin:event:{n}")).unwrap();
            rates.note(&did, start + Duration::from_millis(n.into()));
        }
        assert!(rates.empty_at.len() <= LOGS_MAX + 1);
    }
}
