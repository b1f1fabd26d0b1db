//! Schedule of attempts: once a day, sooner after a failure, and never all nodes at once. Pure except for the random number
//! that spreads nodes over time.

use crate::config::RegistriesConfig;
use imajin_host::backoff::Backoff;
use std::time::Duration;

/// A pause after a failure is at most this long: a registry that comes back is found the same day.
const PAUSE_MAX: Duration = Duration::from_secs(6 * 3_600);
/// After a refusal, the node tries again once a day: the registry or the owner may have changed something.
const REFUSED_S: u64 = 24 * 3_600;
/// An answer that asks for more patience than this is not believed.
const PATIENCE_MAX_S: u64 = 7 * 24 * 3_600;

/// Returns a random number from 0 to 1, evenly distributed.
pub(super) fn chance() -> f64 {
    // Without randomness the nodes' requests are not spread over time, which is the only drawback.
    getrandom::u32().map_or(0.5, |number| f64::from(number) / f64::from(u32::MAX))
}

/// Milliseconds from now to the next heartbeat: when the registry expects it, or as often as the settings say, up to a
/// tenth earlier.
pub(super) fn beat_ms(settings: &RegistriesConfig, expected_ms: Option<i64>, chance: f64) -> i64 {
    let longest_ms = millis(settings.heartbeat_s);
    let within_ms = expected_ms.unwrap_or(longest_ms).clamp(0, longest_ms);
    let earlier = 0.9 + 0.1 * chance;
    ((within_ms as f64 * earlier) as i64).max(millis(settings.retry_s.min(settings.heartbeat_s)))
}

/// Milliseconds after so many failures in a row: doubling, and up to half as long again.
pub(super) fn pause_ms(settings: &RegistriesConfig, failures: u32, chance: f64) -> i64 {
    let first = Duration::from_secs(settings.retry_s);
    let pause_ms = Backoff::new(first, first.max(PAUSE_MAX)).pause_ms(failures).min(i64::MAX / 4);
    pause_ms + (pause_ms as f64 * 0.5 * chance) as i64
}

/// Milliseconds after a refusal.
pub(super) fn refused_ms(settings: &RegistriesConfig) -> i64 {
    millis(REFUSED_S.min(settings.heartbeat_s).max(settings.retry_s))
}

/// Milliseconds after an attestation until a changed one is sent: an address that comes and goes must not use up the
/// registry's hourly limit.
pub(super) fn soon_ms(settings: &RegistriesConfig) -> i64 {
    millis(settings.retry_s)
}

/// Milliseconds that a registry asks for.
pub(super) fn asked_ms(settings: &RegistriesConfig, retry_after_s: u64) -> i64 {
    millis(retry_after_s.clamp(settings.retry_s, PATIENCE_MAX_S))
}

/// Whether the pause until `next_ms` is over: by the wall clock, or by the monotonic one where it is known when the pause
/// ends by that (`end`). A wall clock that was ahead when the pause began is behind its end for long.
pub(super) fn is_over(
    settings: &RegistriesConfig,
    (next_ms, now_ms): (i64, i64),
    (end, monotonic): (Option<Duration>, Duration),
) -> bool {
    // No pause is longer than this.
    let longest_ms = millis(PATIENCE_MAX_S.max(settings.heartbeat_s) * 2);
    let is_possible = next_ms <= now_ms.saturating_add(longest_ms);
    next_ms <= now_ms || !is_possible || end.is_some_and(|end| end <= monotonic)
}

fn millis(seconds: u64) -> i64 {
    i64::try_from(seconds.saturating_mul(1000)).unwrap_or(i64::MAX / 4).min(i64::MAX / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> RegistriesConfig {
        RegistriesConfig { heartbeat_s: 86_400, retry_s: 60, ..RegistriesConfig::default() }
    }

    #[test]
    fn a_day_is_a_day_whatever_a_registry_says() {
        let day_ms = 86_400_000;
        assert_eq!(beat_ms(&settings(), None, 1.0), day_ms);
        assert_eq!(beat_ms(&settings(), None, 0.0), day_ms * 9 / 10);
        assert_eq!(beat_ms(&settings(), Some(day_ms * 40), 1.0), day_ms);
        assert_eq!(beat_ms(&settings(), Some(3_600_000), 1.0), 3_600_000);
        assert_eq!(
            beat_ms(&settings(), Some(-5), 1.0),
            60_000,
            "not faster than failures are tried again"
        );
    }

    #[test]
    fn a_clock_that_is_set_back_prolongs_no_pause() {
        let settings = settings();
        let (minute, hour_ms) = (Duration::from_secs(60), 3_600_000);
        let is_over = |next_ms, now_ms, end| is_over(&settings, (next_ms, now_ms), (end, minute));
        assert!(is_over(hour_ms, hour_ms, None) && !is_over(hour_ms, hour_ms - 1, None));
        assert!(is_over(400 * 24 * hour_ms, 0, None), "no pause is as long");
        assert!(!is_over(20 * hour_ms, 0, None) && !is_over(20 * hour_ms, 0, Some(2 * minute)));
        assert!(is_over(20 * hour_ms, 0, Some(minute)));
    }

    #[test]
    fn pauses_grow_and_end_growing() {
        let pause = |failures| pause_ms(&settings(), failures, 0.0) / 1000;
        assert_eq!([pause(1), pause(2), pause(3)], [60, 120, 240]);
        assert_eq!(pause(40), 6 * 3_600);
        assert_eq!(pause_ms(&settings(), 1, 1.0), 90_000);
        assert!((0.0..=1.0).contains(&chance()));
    }
}
