//! A person's choices for each kind of notice, and their quiet hours.
//!
//! Always: by default everything is shown and pushed, and mailed once a day. A choice for all kinds applies to kinds without a choice;
//! letters that are off for all kinds are off.

use std::collections::BTreeMap;

use imajin_app::notices::About;
use imajin_app::operation::Choice;
use imajin_app::{Node, Problem, Zone};
use imajin_dfos::Timestamp;
use imajin_protocol::Did;
use serde::Serialize;
use utoipa::ToSchema;

use crate::fields::Mail;
use crate::queries::{self, WishRow};

const HOUR_MS: i64 = 3_600_000;
/// The hour of the day at which daily letters are written.
const MORNING: i8 = 7;

/// How a kind reaches a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ways {
    /// Shown in the notification centre.
    pub(crate) page: bool,
    /// Pushed to devices.
    pub(crate) push: bool,
    /// How often it is mailed.
    pub(crate) mail: Mail,
}

/// Hours in which nothing is pushed but what is about security.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = QuietShown)]
pub(crate) struct Quiet {
    /// The minute of the day from which.
    pub(crate) from: i64,
    /// The minute until which.
    pub(crate) to: i64,
}

/// A person's choices.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wishes {
    of_all: WishRow,
    of_kinds: BTreeMap<About, WishRow>,
}

impl Wishes {
    /// Loads a person's choices.
    pub(crate) fn load(node: &Node, person: &Did) -> Result<Self, Problem> {
        let mut wishes = Self::default();
        for (kind, row) in queries::read(node, |db| queries::wishes(db, person))? {
            match About::from_name(&kind) {
                Some(kind) => drop(wishes.of_kinds.insert(kind, row)),
                None => wishes.of_all = row,
            }
        }
        Ok(wishes)
    }

    /// Returns how a kind reaches the person.
    pub(crate) fn ways(&self, about: About) -> Ways {
        let (own, all) = (self.of_kinds.get(&about), &self.of_all);
        let of_all = self.letters();
        Ways {
            page: own.and_then(|row| row.page).or(all.page).unwrap_or(true),
            push: own.and_then(|row| row.push).or(all.push).unwrap_or(true),
            mail: match of_all {
                Mail::Off => Mail::Off,
                _ => own.and_then(|row| row.mail).unwrap_or(of_all),
            },
        }
    }

    /// Returns how often the person wants letters, for kinds without a choice.
    pub(crate) fn letters(&self) -> Mail {
        self.of_all.mail.unwrap_or(Mail::Daily)
    }

    /// Their quiet hours.
    pub(crate) fn quiet(&self) -> Option<Quiet> {
        let (from, to) = self.of_all.quiet?;
        Some(Quiet { from, to })
    }

    /// The name of their time zone, if they said it.
    pub(crate) fn zone_name(&self) -> Option<&str> {
        self.of_all.zone.as_deref()
    }

    /// Their time zone, if they said one that this version knows.
    pub(crate) fn zone(&self) -> Option<Zone> {
        self.zone_name().and_then(Zone::find)
    }

    /// The zone of their hours and days: theirs, else the box's.
    fn zone_or_home(&self) -> Zone {
        self.zone().unwrap_or_else(Zone::home)
    }

    /// Whether a moment is in their quiet hours.
    pub(crate) fn is_quiet(&self, at: Timestamp) -> bool {
        let Some(Quiet { from, to }) = self.quiet() else {
            return false;
        };
        let time = self.zone_or_home().local(at).time();
        let minute = i64::from(time.hour()) * 60 + i64::from(time.minute());
        if from <= to {
            (from..to).contains(&minute)
        } else {
            // Over midnight.
            minute >= from || minute < to
        }
    }

    /// The last period of letters that is over: an hour, or a day until seven in the morning.
    pub(crate) fn period(&self, how_often: Mail, now: Timestamp) -> Option<Period> {
        match how_often {
            Mail::Off => None,
            Mail::Hourly => {
                let to = now.as_millis().div_euclid(HOUR_MS) * HOUR_MS;
                Some(Period::of_hour(to))
            }
            Mail::Daily => {
                let mut date = self.zone_or_home().local(now).date();
                if self.morning(date)? > now.as_millis() {
                    date = date.yesterday().ok()?;
                }
                self.period_of_day(date)
            }
        }
    }

    /// The period of letters with this name.
    pub(crate) fn period_named(&self, name: &str) -> Option<Period> {
        match name.split_once(' ')? {
            ("hour", to) => to.parse().ok().map(Period::of_hour),
            ("day", date) => self.period_of_day(date.parse().ok()?),
            _ => None,
        }
    }

    fn period_of_day(&self, date: jiff::civil::Date) -> Option<Period> {
        Some(Period {
            name: format!("day {date}"),
            from: self.morning(date.yesterday().ok()?)?,
            to: self.morning(date)?,
        })
    }

    /// Seven o'clock on this date, in milliseconds.
    fn morning(&self, date: jiff::civil::Date) -> Option<i64> {
        let rules = self.zone_or_home().rules();
        let local = date.at(MORNING, 0, 0, 0).to_zoned(rules);
        local.ok().map(|local| local.timestamp().as_millisecond())
    }

    /// The kinds that are not to be shown, as a query takes them.
    pub(crate) fn hidden(&self) -> String {
        let hidden = About::ALL.into_iter().filter(|kind| !self.ways(*kind).page);
        hidden.map(|kind| format!("{} ", kind.as_str())).collect()
    }
}

/// The time of one letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Period {
    /// Its name, which no other period of a person has.
    pub(crate) name: String,
    /// Milliseconds.
    pub(crate) from: i64,
    pub(crate) to: i64,
}

impl Period {
    /// The hour that ends at this time.
    fn of_hour(to: i64) -> Self {
        Self { name: format!("hour {to}"), from: to.saturating_sub(HOUR_MS), to }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quiet(from: i64, to: i64, zone: &str) -> Wishes {
        Wishes {
            of_all: WishRow {
                quiet: Some((from, to)),
                zone: Some(zone.to_owned()),
                ..WishRow::default()
            },
            of_kinds: BTreeMap::new(),
        }
    }

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn quiet_hours_go_over_midnight_and_follow_the_summer() {
        let night = quiet(22 * 60, 7 * 60, "Europe/Zurich");
        // An hour ahead of the world's time in winter, two in summer.
        for (text, is) in [
            ("2026-11-20T20:59:00.000Z", false),
            ("2026-11-20T21:00:00.000Z", true),
            ("2026-11-21T05:59:00.000Z", true),
            ("2026-11-21T06:00:00.000Z", false),
            ("2026-07-20T20:00:00.000Z", true),
            ("2026-07-21T05:00:00.000Z", false),
        ] {
            assert_eq!(night.is_quiet(at(text)), is, "{text}");
        }
        let noon = quiet(12 * 60, 13 * 60, "UTC");
        assert!(noon.is_quiet(at("2026-11-20T12:30:00.000Z")));
        assert!(!noon.is_quiet(at("2026-11-20T13:00:00.000Z")));
        assert!(!Wishes::default().is_quiet(at("2026-11-20T03:00:00.000Z")));
    }

    #[test]
    fn a_letter_is_of_the_last_hour_or_of_the_day_until_this_morning() {
        let wishes = quiet(0, 0, "Europe/Zurich");
        let period = |how_often, text| wishes.period(how_often, at(text)).unwrap();
        let hour = period(Mail::Hourly, "2026-11-20T10:59:59.000Z");
        assert_eq!(hour.to, at("2026-11-20T10:00:00.000Z").as_millis());
        assert_eq!(hour.to - hour.from, HOUR_MS);
        let early = period(Mail::Daily, "2026-11-20T05:59:00.000Z");
        let late = period(Mail::Daily, "2026-11-20T06:00:00.000Z");
        assert_eq!((&*early.name, &*late.name), ("day 2026-11-19", "day 2026-11-20"));
        assert_eq!((late.from, late.to), (early.to, at("2026-11-20T06:00:00.000Z").as_millis()));
        // The day on which clocks go back has 25 hours, and none is left out.
        let long = period(Mail::Daily, "2026-10-25T12:00:00.000Z");
        assert_eq!(long.to - long.from, 25 * HOUR_MS);
        assert_eq!(wishes.period(Mail::Off, at("2026-11-20T06:00:00.000Z")), None);
        for one in [hour, early, late, long] {
            assert_eq!(wishes.period_named(&one.name), Some(one));
        }
        assert_eq!(wishes.period_named("week 47"), None);
    }

    #[test]
    fn what_is_chosen_of_all_holds_where_a_kind_says_nothing_and_no_letters_are_no_letters() {
        let mut wishes = Wishes::default();
        let all = Ways { page: true, push: true, mail: Mail::Daily };
        assert_eq!(wishes.ways(About::Event), all);
        wishes.of_all.push = Some(false);
        wishes.of_kinds.insert(
            About::Message,
            WishRow {
                push: Some(true),
                page: Some(false),
                mail: Some(Mail::Hourly),
                ..WishRow::default()
            },
        );
        assert!(!wishes.ways(About::Event).push);
        let message = wishes.ways(About::Message);
        assert_eq!(message, Ways { page: false, push: true, mail: Mail::Hourly });
        assert_eq!(wishes.hidden(), "message ");
        wishes.of_all.mail = Some(Mail::Off);
        assert_eq!(wishes.ways(About::Message).mail, Mail::Off);
    }
}
