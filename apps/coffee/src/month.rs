//! Days of months, for reminders.

use imajin_app::Zone;
use imajin_dfos::Timestamp;

const DAY_MS: i64 = 24 * 3_600_000;

const MINUTE_MS: i64 = 60_000;

/// Returns when a day of the month (1 to 28) began most recently in a zone, in milliseconds since 1970.
pub(crate) fn due(now_ms: i64, day: i64, zone: Zone) -> i64 {
    let ahead = |at_ms: i64| {
        let at = Timestamp::from_millis(at_ms).unwrap_or(Timestamp::MIN);
        zone.minutes(at) * MINUTE_MS
    };
    let today = (now_ms + ahead(now_ms)).div_euclid(DAY_MS);
    let of_month = |days: i64| {
        let at = Timestamp::from_millis(days * DAY_MS).unwrap_or(Timestamp::MIN);
        // 2026-11-25T…
        at.to_string().get(8..10).and_then(|day| day.parse::<i64>().ok()).unwrap_or(1)
    };
    // Every month has the days 1 to 28, so one of the last 31 days matches.
    let back = (0..31).find(|back| of_month(today - back) == day);
    let midnight = (today - back.unwrap_or(0)) * DAY_MS;
    // Daylight saving time may have begun or ended since.
    midnight - ahead(midnight - ahead(now_ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_the_month_is_today_or_lies_behind() {
        let at = |text: &str| Timestamp::parse(text).unwrap().as_millis();
        let due_on = |now: &str, day| due(at(now), day, Zone::UTC);
        assert_eq!(due_on("2026-11-25T10:00:00.000Z", 25), at("2026-11-25T00:00:00.000Z"));
        assert_eq!(due_on("2026-11-25T10:00:00.000Z", 26), at("2026-10-26T00:00:00.000Z"));
        assert_eq!(due_on("2027-03-01T00:00:00.000Z", 28), at("2027-02-28T00:00:00.000Z"));
        assert_eq!(due_on("2027-01-01T00:00:00.000Z", 2), at("2026-12-02T00:00:00.000Z"));
        let zone = Zone::find("America/New_York").unwrap();
        let due_there = |now: &str, day| due(at(now), day, zone);
        // The 24th, by the clocks there.
        assert_eq!(due_there("2026-11-25T03:00:00.000Z", 25), at("2026-10-25T04:00:00.000Z"));
        assert_eq!(due_there("2026-11-25T05:00:00.000Z", 25), at("2026-11-25T05:00:00.000Z"));
    }
}
