//! Days of months (UTC), for reminders.

use imajin_dfos::Timestamp;

const DAY_MS: i64 = 24 * 3_600_000;

/// When a day of the month (1 to 28) began most recently, in milliseconds since 1970.
pub(crate) fn due(now_ms: i64, day: i64) -> i64 {
    let today = now_ms.div_euclid(DAY_MS);
    let of_month = |days: i64| {
        let at = Timestamp::from_millis(days * DAY_MS).unwrap_or(Timestamp::MIN);
        // 2026-11-25T…
        at.to_string()
            .get(8..10)
            .and_then(|day| day.parse::<i64>().ok())
            .unwrap_or(1)
    };
    // Every month has the days 1 to 28, so one of the last 31 days is it.
    let back = (0..31).find(|back| of_month(today - back) == day);
    (today - back.unwrap_or(0)) * DAY_MS
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_day_of_the_month_is_today_or_lies_behind() {
        let at = |text: &str| Timestamp::parse(text).unwrap().as_millis();
        let due_on = |now: &str, day| due(at(now), day);
        assert_eq!(
            due_on("2026-11-25T10:00:00.000Z", 25),
            at("2026-11-25T00:00:00.000Z")
        );
        assert_eq!(
            due_on("2026-11-25T10:00:00.000Z", 26),
            at("2026-10-26T00:00:00.000Z")
        );
        assert_eq!(
            due_on("2027-03-01T00:00:00.000Z", 28),
            at("2027-02-28T00:00:00.000Z")
        );
        assert_eq!(
            due_on("2027-01-01T00:00:00.000Z", 2),
            at("2026-12-02T00:00:00.000Z")
        );
    }
}
