//! Types of fields that only this service has.

use imajin_dfos::Value;
use imajin_service::operation::declare::{Field, Invalid, Json, Words};
use imajin_service::operation::{Choice, Int};
use jiff::tz::TimeZone;

/// The longest name of a time zone.
const ZONE_BYTES_MAX: usize = 64;

/// How often a letter says what is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Choice)]
pub(crate) enum Mail {
    /// Never.
    #[field(unknown)]
    Off,
    /// Once an hour, if there is something.
    Hourly,
    /// Once a day, if there is something.
    Daily,
}

/// The name of a time zone, such as Europe/Zurich.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Zone(pub(crate) String);

impl Field for Zone {
    fn read(value: &Value) -> Result<Self, Invalid> {
        let known = value.as_str().filter(|name| is_zone(name));
        known
            .map(|name| Self(name.to_owned()))
            .ok_or_else(|| Invalid::new("must be the name of a time zone, such as Europe/Zurich"))
    }

    /// One that this version doesn't know is read as the world's time.
    fn read_entered(value: &Value) -> Result<Self, Invalid> {
        let name = value.as_str().unwrap_or_default();
        Ok(Self(name.to_owned()))
    }

    fn write(&self) -> Option<Value> {
        Some(self.0.as_str().into())
    }

    fn schema() -> Json {
        Json::from_iter([
            ("type", Json::from("string")),
            ("maxLength", Json::from(64)),
        ])
    }

    fn sample(_: &mut Words) -> Value {
        "Europe/Zurich".into()
    }
}

/// 0 or 1.
pub(crate) type Flag = Int<0, 1>;
/// A minute of the day.
pub(crate) type Minute = Int<0, 1_439>;

/// Whether a text names a time zone.
pub(crate) fn is_zone(name: &str) -> bool {
    name.len() <= ZONE_BYTES_MAX && TimeZone::get(name).is_ok()
}
