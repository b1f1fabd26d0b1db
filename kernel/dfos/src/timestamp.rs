//! The only timestamp form: `YYYY-MM-DDTHH:MM:SS.mmmZ`, years 0000 to 9999, no leap seconds.
//!
//! Always: a [`Timestamp`] has exactly one text, and order by value equals order by the text's bytes. This module does
//! not know the time.
//!
//! Rule: DFOS v1 PROTOCOL "Timestamps": real calendar dates, upper-case `T` and `Z`, nothing around it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Milliseconds since 1970-01-01T00:00:00.000Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// Text that is not a timestamp of that form, or a number outside its years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a timestamp of the form YYYY-MM-DDTHH:MM:SS.mmmZ")]
pub struct TimestampError;

const MILLIS_PER_DAY: i64 = 86_400_000;

impl Timestamp {
    /// 0000-01-01T00:00:00.000Z.
    pub const MIN: Self = Self(-62_167_219_200_000);
    /// 9999-12-31T23:59:59.999Z.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// The instant `millis` milliseconds after 1970.
    pub fn from_millis(millis: i64) -> Result<Self, TimestampError> {
        if (Self::MIN.0..=Self::MAX.0).contains(&millis) {
            Ok(Self(millis))
        } else {
            Err(TimestampError)
        }
    }

    /// Milliseconds since 1970.
    pub fn as_millis(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down (DFOS v1 CREDENTIALS, "Time basis").
    pub fn as_secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// This instant moved by milliseconds; `None` outside the years 0000 to 9999.
    pub fn checked_add_millis(self, millis: i64) -> Option<Self> {
        Self::from_millis(self.0.checked_add(millis)?).ok()
    }

    /// This instant without its milliseconds.
    #[must_use]
    pub fn floor_secs(self) -> Self {
        Self(self.0 - self.0.rem_euclid(1000))
    }

    /// Parses exactly this form.
    pub fn parse(text: &str) -> Result<Self, TimestampError> {
        let bytes: &[u8; 24] = text.as_bytes().try_into().map_err(|_| TimestampError)?;
        // Every place but the digits has one allowed byte.
        for (at, byte) in b"....-..-..T..:..:......Z".iter().enumerate() {
            if *byte != b'.' && bytes[at] != *byte {
                return Err(TimestampError);
            }
        }
        if bytes[19] != b'.' {
            return Err(TimestampError);
        }
        let year = digits(&bytes[0..4])?;
        let month = digits(&bytes[5..7])?;
        let day = digits(&bytes[8..10])?;
        let hour = digits(&bytes[11..13])?;
        let minute = digits(&bytes[14..16])?;
        let second = digits(&bytes[17..19])?;
        let milli = digits(&bytes[20..23])?;
        if !(1..=12).contains(&month)
            || !(1..=days_in_month(year, month)).contains(&day)
            || hour > 23
            || minute > 59
            || second > 59
        {
            return Err(TimestampError);
        }
        let millis = ((hour * 60 + minute) * 60 + second) * 1000 + milli;
        Ok(Self(days_from_civil(year, month, day) * MILLIS_PER_DAY + millis))
    }
}

fn digits(bytes: &[u8]) -> Result<i64, TimestampError> {
    bytes.iter().try_fold(0, |number, byte| match byte {
        b'0'..=b'9' => Ok(number * 10 + i64::from(byte - b'0')),
        _ => Err(TimestampError),
    })
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970 to a date of the proleptic Gregorian calendar. The year begins in March here, so that the leap day is
/// its last and the months' lengths follow one formula (Hinnant, "chrono-compatible low-level date algorithms").
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The inverse of [`days_from_civil`]: year, month and day.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil_from_days(self.0.div_euclid(MILLIS_PER_DAY));
        let millis = self.0.rem_euclid(MILLIS_PER_DAY);
        let (seconds, milli) = (millis / 1000, millis % 1000);
        let (minutes, second) = (seconds / 60, seconds % 60);
        let (hour, minute) = (minutes / 60, minutes % 60);
        // Nearly every answer and every entry has a time, and formatting seven numbers would take four times as long.
        let mut text = *b"0000-00-00T00:00:00.000Z";
        put(&mut text[0..4], year);
        put(&mut text[5..7], month);
        put(&mut text[8..10], day);
        put(&mut text[11..13], hour);
        put(&mut text[14..16], minute);
        put(&mut text[17..19], second);
        put(&mut text[20..23], milli);
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

/// Writes a number into a field of digits: its last ones, if it has more. No part of a timestamp has more.
fn put(field: &mut [u8], mut number: i64) {
    for digit in field.iter_mut().rev() {
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
}

impl FromStr for Timestamp {
    type Err = TimestampError;

    fn from_str(text: &str) -> Result<Self, TimestampError> {
        Self::parse(text)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_edges() {
        for (text, millis) in [
            ("0000-01-01T00:00:00.000Z", Timestamp::MIN.0),
            ("9999-12-31T23:59:59.999Z", Timestamp::MAX.0),
            ("1970-01-01T00:00:00.000Z", 0),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2000-02-29T12:34:56.789Z", 951_827_696_789),
            ("2026-03-07T00:00:00.000Z", 1_772_841_600_000),
        ] {
            let parsed = Timestamp::parse(text).unwrap();
            assert_eq!(parsed.as_millis(), millis, "{text}");
            assert_eq!(parsed.to_string(), text);
        }
        assert_eq!(Timestamp(-1).as_secs(), -1);
        assert_eq!(Timestamp(199_999).as_secs(), 199);
        assert!(Timestamp::from_millis(Timestamp::MIN.0 - 1).is_err());
        assert_eq!(Timestamp::MAX.checked_add_millis(1), None);
        assert_eq!(Timestamp::MAX.checked_add_millis(i64::MAX), None);
    }

    #[test]
    fn refuses_other_forms() {
        let cases = "|1900-02-29T00:00:00.000Z|2100-02-29T00:00:00.000Z|2026-00-01T00:00:00.000Z|\
            2026-01-00T00:00:00.000Z|2026-04-31T00:00:00.000Z|2026-03-07T00:00:00,000Z|\
            2026-03-07t00:00:00.000Z|+026-03-07T00:00:00.000Z|-001-03-07T00:00:00.000Z|\
            2026-03-07T00:00:00.00\u{660}Z";
        for text in cases.split('|') {
            assert_eq!(Timestamp::parse(text), Err(TimestampError), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn there_and_back_in_order(a in Timestamp::MIN.0..=Timestamp::MAX.0, b in Timestamp::MIN.0..=Timestamp::MAX.0) {
            let (a, b) = (Timestamp(a), Timestamp(b));
            prop_assert_eq!(Timestamp::parse(&a.to_string()), Ok(a));
            prop_assert_eq!(a.cmp(&b), a.to_string().as_bytes().cmp(b.to_string().as_bytes()));
        }
    }
}
