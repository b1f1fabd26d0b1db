//! Reads the members of a payload; errors have the member's name.

use super::{Result, StatementError, VERSION};
use crate::{Did, Timestamp, Value};

pub(crate) fn text<'a>(payload: &'a Value, name: &'static str) -> Result<&'a str> {
    payload.get_str(name).ok_or(StatementError::Schema(name))
}

/// A text that is not empty.
pub(crate) fn filled<'a>(payload: &'a Value, name: &'static str) -> Result<&'a str> {
    match text(payload, name)? {
        "" => Err(StatementError::Schema(name)),
        text => Ok(text),
    }
}

/// A text that may be absent, but not null.
pub(crate) fn optional_text(payload: &Value, name: &'static str) -> Result<Option<String>> {
    payload.get(name).map(|_| text(payload, name).map(str::to_owned)).transpose()
}

/// A text or null; the member is required.
pub(crate) fn nullable_text(payload: &Value, name: &'static str) -> Result<Option<String>> {
    match payload.get(name) {
        Some(Value::Null) => Ok(None),
        _ => text(payload, name).map(|text| Some(text.to_owned())),
    }
}

/// A DID of the method.
pub(crate) fn did(payload: &Value, name: &'static str) -> Result<Did> {
    Did::parse(text(payload, name)?).map_err(|_| StatementError::Schema(name))
}

pub(crate) fn timestamp(payload: &Value, name: &'static str) -> Result<Timestamp> {
    Timestamp::parse(text(payload, name)?).map_err(|_| StatementError::Schema(name))
}

/// Seconds since 1970, positive.
pub(crate) fn seconds(payload: &Value, name: &'static str) -> Result<i64> {
    let seconds = payload.get_i64(name).filter(|seconds| *seconds > 0);
    seconds.ok_or(StatementError::Schema(name))
}

/// The version and the one `type` of the family.
pub(crate) fn version_and_type(payload: &Value, kind: &str) -> Result<()> {
    version(payload)?;
    if payload.get_str("type") == Some(kind) { Ok(()) } else { Err(StatementError::Schema("type")) }
}

/// The version, which all families share.
pub(crate) fn version(payload: &Value) -> Result<()> {
    if payload.get_i64("version") != Some(VERSION) {
        return Err(StatementError::Schema("version"));
    }
    Ok(())
}
