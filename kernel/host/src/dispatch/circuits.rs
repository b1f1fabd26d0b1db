//! Circuit breakers: destinations that don't answer are left alone, and probed after growing pauses.
//!
//! Always: in memory, and bounded. A circuit opens after [`FAILURES`] failures in a row. Once its pause is over, one attempt is admitted
//! as a probe; its success closes the circuit, its failure opens it for longer.

use std::collections::HashMap;
use std::time::Duration;

use crate::backoff::Backoff;

/// Failures in a row after which a circuit opens: a destination may lose a connection now and then.
const FAILURES: u32 = 3;
/// Circuits that are remembered at most, about 200 bytes each. The oldest is forgotten first, which only costs another attempt.
const CIRCUITS_MAX: usize = 1_024;

/// The circuits of all destinations that failed lately, by name.
#[derive(Debug)]
pub struct Circuits {
    backoff: Backoff,
    failing: HashMap<String, Circuit>,
}

#[derive(Debug)]
struct Circuit {
    failures: u32,
    /// The end of the current pause by the monotonic clock, or the last failure of a closed circuit.
    until: Duration,
}

impl Circuits {
    /// Circuits that stay open as long as `backoff` says.
    pub fn new(backoff: Backoff) -> Self {
        Self { backoff, failing: HashMap::new() }
    }

    /// Whether a circuit has opened and no probe has closed it: one attempt at a time is made.
    pub fn is_failing(&self, name: &str) -> bool {
        let circuit = self.failing.get(name);
        circuit.is_some_and(|circuit| circuit.failures >= FAILURES)
    }

    /// Admits an attempt unless the circuit is open. The caller makes one attempt at a time through a circuit that fails.
    ///
    /// # Errors
    /// The time until the next probe.
    pub fn admit(&self, name: &str, now: Duration) -> Result<(), Duration> {
        match self.failing.get(name) {
            Some(circuit) if circuit.failures >= FAILURES && now < circuit.until => {
                Err(circuit.until - now)
            }
            _ => Ok(()),
        }
    }

    /// Notes how an admitted attempt ended.
    pub fn note(&mut self, name: &str, is_reached: bool, now: Duration) {
        if is_reached {
            self.failing.remove(name);
            return;
        }
        let longest = self.backoff.longest;
        self.failing.retain(|_, circuit| now < circuit.until.saturating_add(longest));
        if self.failing.len() >= CIRCUITS_MAX && !self.failing.contains_key(name) {
            let oldest = self.failing.iter().min_by_key(|(_, circuit)| circuit.until);
            let oldest = oldest.map(|(name, _)| name.clone());
            oldest.and_then(|oldest| self.failing.remove(&oldest));
        }
        let circuit =
            self.failing.entry(name.to_owned()).or_insert(Circuit { failures: 0, until: now });
        circuit.failures = circuit.failures.saturating_add(1);
        circuit.until = match circuit.failures.checked_sub(FAILURES) {
            Some(opened) => now.saturating_add(self.backoff.pause(opened.saturating_add(1))),
            None => now,
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn secs(secs: u64) -> Duration {
        Duration::from_secs(secs)
    }

    fn circuits() -> Circuits {
        Circuits::new(Backoff::new(secs(60), secs(3_600)))
    }

    #[test]
    fn a_circuit_opens_after_three_failures_and_admits_one_probe_after_growing_pauses() {
        let mut circuits = circuits();
        for _ in 0..3 {
            assert_eq!(circuits.admit("dead", secs(1)), Ok(()));
            circuits.note("dead", false, secs(1));
        }
        assert_eq!(circuits.admit("dead", secs(1)), Err(secs(60)));
        assert_eq!(circuits.admit("other", secs(1)), Ok(()));
        // Only one probe is admitted; its failure doubles the pause.
        assert_eq!(circuits.admit("dead", secs(61)), Ok(()));
        assert!(circuits.is_failing("dead"));
        circuits.note("dead", false, secs(81));
        assert_eq!(circuits.admit("dead", secs(81)), Err(secs(120)));
        assert_eq!(circuits.admit("dead", secs(201)), Ok(()));
        circuits.note("dead", true, secs(202));
        assert_eq!(circuits.admit("dead", secs(202)), Ok(()));
        assert!(circuits.failing.is_empty());
    }

    #[test]
    fn failures_between_which_something_succeeds_open_no_circuit() {
        let mut circuits = circuits();
        for n in 0..10 {
            circuits.note("shaky", n % 3 == 2, secs(n));
            assert_eq!(circuits.admit("shaky", secs(n)), Ok(()));
        }
    }

    #[test]
    fn names_without_end_cost_bounded_memory() {
        let mut circuits = circuits();
        for n in 0..3_000 {
            circuits.note(&n.to_string(), false, secs(n));
        }
        assert!(circuits.failing.len() <= CIRCUITS_MAX);
        assert!(circuits.failing.contains_key("2999"));
        circuits.note("new", false, secs(100_000));
        assert_eq!(circuits.failing.len(), 1, "the old ones are forgotten");
    }
}
