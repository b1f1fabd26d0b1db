//! Members of requests, as fields of the operations that they become.

use imajin_dfos::Value;
use imajin_service::Problem;
use imajin_service::operation::Field;

/// A member as a field's type.
///
/// # Errors
/// 400, with the member's name.
pub(super) fn field<T: Field>(name: &'static str, value: impl Into<Value>) -> Result<T, Problem> {
    T::read(&value.into()).map_err(|invalid| Problem::field(name, format!("{name}{invalid}.")))
}
