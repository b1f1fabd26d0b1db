//! Conversion of request members to operation fields.

use imajin_app::operation::Field;
use imajin_app::{Answer, Problem};
use imajin_dfos::Value;

/// Reads a request member as a field.
/// Errors: 400, with the member's name.
pub(super) fn field<T: Field>(name: &'static str, value: impl Into<Value>) -> Answer<T> {
    T::read(&value.into()).map_err(|invalid| Problem::field(name, format!("{name}{invalid}.")))
}
