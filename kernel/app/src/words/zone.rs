//! Time zones, by the names of the tz database that the program carries: `Europe/Zurich`.

use std::sync::{LazyLock, OnceLock};

use imajin_dfos::{Timestamp, Value};
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use parking_lot::RwLock;
use serde_json::{Value as Json, json};

use crate::operation::{Field, Invalid, Words};

/// Longest name of a time zone, in bytes.
const NAME_BYTES_MAX: usize = 64;
/// The hours of about a month: how far the moments are apart at which clocks are compared.
const MONTH_HOURS: i64 = 730;
/// Such moments, of two years.
const COMPARED: i64 = 24;

static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| {
    let all = jiff::tz::db().available();
    all.map(|name| name.as_str().to_owned()).collect()
});

/// The zone of this box by its settings or its machine.
static HOME: OnceLock<Zone> = OnceLock::new();
/// The zone of this box by its owner's choice, which counts first.
static CHOSEN: RwLock<Option<Zone>> = RwLock::new(None);
/// The names of the table for UTC: a machine that has one of these was told no zone.
const UTC_NAMES: [&str; 4] = ["UTC", "UCT", "Zulu", "Universal"];

/// A time zone of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(&'static str);

/// The day from which days are counted.
const EPOCH: jiff::civil::Date = jiff::civil::date(1970, 1, 1);

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self("UTC");

    /// The zone with this name, in any case.
    pub fn find(name: &str) -> Option<Self> {
        let mut names = NAMES.iter();
        let name = names.find(|known| known.eq_ignore_ascii_case(name));
        name.map(|name| Self(name))
    }

    /// The zone's name in the table.
    pub const fn name(self) -> &'static str {
        self.0
    }

    /// The zone's name for people: "America/New York".
    pub fn label(self) -> String {
        self.0.replace('_', " ")
    }

    /// The zone of this box, for times without a zone.
    pub fn home() -> Self {
        let chosen = *CHOSEN.read();
        chosen.or_else(|| HOME.get().copied()).unwrap_or(Self::UTC)
    }

    /// Makes this the zone of the box by its owner's choice; `None` leaves that to the settings and the machine again.
    pub(crate) fn choose_home(zone: Option<Self>) {
        *CHOSEN.write() = zone;
    }

    /// Whether this is UTC, by whichever name.
    pub(crate) fn is_utc(self) -> bool {
        UTC_NAMES.contains(&self.0.trim_start_matches("Etc/"))
    }

    /// Makes this the zone of the box, once for the whole program, at its start.
    pub fn make_home(self) {
        let _ = HOME.set(self);
    }

    /// The zone of this machine: of `TZ`, else of `/etc/localtime`. A copied file has no name: it is the first zone with the same clock.
    pub fn of_machine() -> Option<Self> {
        let system = TimeZone::try_system().ok()?;
        match system.iana_name() {
            Some(name) => Self::find(name),
            None => Self::like(&system, jiff::Timestamp::now()),
        }
    }

    /// The first zone whose clock shows the same as another for two years.
    fn like(other: &TimeZone, from: jiff::Timestamp) -> Option<Self> {
        let moments = (0..COMPARED).filter_map(|month| {
            let span = jiff::SignedDuration::from_hours(month * MONTH_HOURS);
            from.checked_add(span).ok()
        });
        let moments: Vec<_> = moments.collect();
        let is_like = |name: &&String| {
            let Ok(zone) = TimeZone::get(name) else {
                return false;
            };
            let mut all = moments.iter();
            all.all(|at| zone.to_offset(*at) == other.to_offset(*at))
        };
        NAMES.iter().find(is_like).map(|name| Self(name))
    }

    /// The zone with its rules.
    pub fn rules(self) -> TimeZone {
        TimeZone::get(self.0).unwrap_or(TimeZone::UTC)
    }

    /// The day that calendars there show, counted from 1970-01-01.
    pub fn day_number(self, at: Timestamp) -> i64 {
        let since = self.local(at).date().duration_since(EPOCH);
        since.as_hours() / 24
    }

    /// When a day begins there, by its [number](Self::day_number); `None` beyond the calendar.
    pub fn start_of_day(self, number: i64) -> Option<Timestamp> {
        let hours = number.checked_mul(24)?;
        let day = EPOCH.checked_add(jiff::SignedDuration::from_hours(hours)).ok()?;
        let start = day.to_zoned(self.rules()).ok()?.timestamp();
        Timestamp::from_millis(start.as_millisecond()).ok()
    }

    /// The date and time that clocks there show.
    pub fn local(self, at: Timestamp) -> DateTime {
        self.rules().to_datetime(instant(at))
    }

    /// Minutes by which its clocks are ahead of UTC.
    pub fn minutes(self, at: Timestamp) -> i64 {
        i64::from(self.offset(at).seconds() / 60)
    }

    /// The offset of its clocks from UTC.
    pub(super) fn offset(self, at: Timestamp) -> Offset {
        self.rules().to_offset(instant(at))
    }

    /// Whether clocks there show the same time at another moment, because they were put back.
    pub(super) fn is_shown_twice(self, at: Timestamp) -> bool {
        let rules = self.rules();
        let local = rules.to_datetime(instant(at));
        rules.to_ambiguous_timestamp(local).is_ambiguous()
    }
}

/// A moment, as the tz database takes it.
fn instant(at: Timestamp) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(at.as_millis()).unwrap_or(jiff::Timestamp::MIN)
}

/// A field that names a time zone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ZoneName(pub String);

impl Field for ZoneName {
    fn read(value: &Value) -> Result<Self, Invalid> {
        let name = value.as_str().filter(|name| name.len() <= NAME_BYTES_MAX);
        let zone = name.and_then(Zone::find);
        zone.map(|zone| Self(zone.name().to_owned()))
            .ok_or_else(|| Invalid::new("must be the name of a time zone, such as Europe/Zurich"))
    }

    /// Earlier versions took any text, and later ones know other zones.
    fn read_entered(value: &Value) -> Result<Self, Invalid> {
        let name = value.as_str().unwrap_or_default();
        Ok(Self(name.to_owned()))
    }

    fn write(&self) -> Option<Value> {
        Some(self.0.as_str().into())
    }

    fn schema() -> Json {
        json!({ "type": "string", "maxLength": NAME_BYTES_MAX })
    }

    fn sample(_: &mut Words) -> Value {
        "Europe/Zurich".into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_has_the_name_that_the_table_has() {
        let zone = Zone::find("america/new_york").unwrap();
        assert_eq!((zone.name(), zone.label().as_str()), ("America/New_York", "America/New York"));
        for name in ["", "Europe/Atlantis", "+02:00", "../etc/passwd"] {
            assert_eq!(Zone::find(name), None, "{name}");
        }
        assert!(Zone::find("UTC") == Some(Zone::UTC));
    }

    #[test]
    fn a_field_refuses_what_the_table_lacks_and_reads_old_entries() {
        let name = Value::from("Europe/Atlantis");
        assert!(ZoneName::read(&name).is_err());
        assert_eq!(ZoneName::read_entered(&name).unwrap().0, "Europe/Atlantis");
        let name = Value::from("Europe/Zurich");
        assert_eq!(ZoneName::read(&name).unwrap().0, "Europe/Zurich");
    }

    #[test]
    fn a_machine_whose_zone_has_no_name_has_one_with_the_same_clock() {
        let from = jiff::Timestamp::UNIX_EPOCH;
        let zone = Zone::like(&Zone::find("Asia/Kathmandu").unwrap().rules(), from).unwrap();
        let at = Timestamp::from_millis(0).unwrap();
        assert_eq!(zone.local(at).to_string(), "1970-01-01T05:30:00");
    }
}
