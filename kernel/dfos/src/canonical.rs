//! Texts with exactly one form: a signer must sign exactly what it shows.
//!
//! Always: minimal JSON, members in the order of the specification, strings escaped as in `JSON.stringify`, whole
//! seconds, no unknown member. A verifier ignores unknown members; a signer would sign what it cannot show.
//!
//! Rules: DFOS v1 SIGNING "Canonical Serialization".

use crate::jws::JwsError;
use crate::statement::{Result, StatementError, members};
use crate::{Timestamp, Value, json};

/// Parses a closed object: only the named members are allowed.
pub(crate) fn parse(text: &[u8], members: &[&'static str]) -> Result<Value> {
    let value = json::parse(text).map_err(JwsError::Payload)?;
    let is_allowed = |map: &std::collections::BTreeMap<String, Value>| {
        map.keys().all(|name| members.contains(&name.as_str()))
    };
    match value.as_map() {
        Some(map) if is_allowed(map) => Ok(value),
        _ => Err(StatementError::Schema("a member that is not known")),
    }
}

pub(crate) fn check(text: &[u8], canonical: &str) -> Result<()> {
    if text == canonical.as_bytes() { Ok(()) } else { Err(StatementError::NotCanonical) }
}

/// A timestamp without fractions of a second.
pub(crate) fn whole_seconds(payload: &Value, name: &'static str) -> Result<Timestamp> {
    let at = members::timestamp(payload, name)?;
    if at.as_millis().rem_euclid(1000) == 0 { Ok(at) } else { Err(StatementError::Schema(name)) }
}

/// Builds a canonical text.
pub(crate) struct Members(String);

impl Members {
    pub(crate) fn new() -> Self {
        Self("{".to_owned())
    }

    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.name(name);
        json::write_string(value, &mut self.0);
    }

    pub(crate) fn int(&mut self, name: &str, value: i64) {
        self.name(name);
        self.0.push_str(&value.to_string());
    }

    pub(crate) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }

    fn name(&mut self, name: &str) {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        json::write_string(name, &mut self.0);
        self.0.push(':');
    }
}
