//! Types of fields that only this service has.

use imajin_app::operation::{Choice, Int};

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

/// 0 or 1.
pub(crate) type Flag = Int<0, 1>;
/// A minute of the day.
pub(crate) type Minute = Int<0, 1_439>;
