//! Strict JSON for signed documents: `serde_json`'s grammar with the requirements of I-JSON (RFC 7493), which RFC 8785
//! §3.1 builds on. Refuses other encodings than UTF-8, two equal keys, half a surrogate pair, numbers beyond a double,
//! anything after the value, and nesting deeper than [`DEPTH_MAX`].

use crate::SAFE_INTEGER_MAX;
use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::cell::Cell;
use std::fmt;

/// Maximum nesting of arrays and objects. Real documents have fewer than ten levels; a worker thread's stack must hold
/// the recursion.
pub const DEPTH_MAX: usize = 64;

/// Why bytes are not strict JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum ParseError {
    #[error("the JSON is not UTF-8 from byte {at} on")]
    Utf8 { at: usize },
    /// A syntax error, a number that a double cannot hold, or half of a surrogate pair.
    #[error("the JSON is malformed: {what}")]
    Syntax {
        /// The mistake, with line and column.
        what: String,
    },
    #[error("the key {key:?} appears twice in one JSON object")]
    DuplicateKey { key: String },
    #[error("the JSON is nested deeper than {DEPTH_MAX} levels")]
    Depth,
}

/// Reads one JSON value.
///
/// A number becomes an integer if its value is one within ±(2^53 − 1), however it was written (`1.0`, `1e0`, `-0`), and
/// else the nearest double: so two texts read the same exactly if their canonical forms are equal.
pub fn parse_strict(bytes: &[u8]) -> Result<Value, ParseError> {
    let text =
        std::str::from_utf8(bytes).map_err(|error| ParseError::Utf8 { at: error.valid_up_to() })?;
    let refused = Cell::new(None);
    let strict = Strict { depth: 0, refused: &refused };
    let mut reader = serde_json::Deserializer::from_str(text);
    strict.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value)).map_err(
        |error| refused.take().unwrap_or_else(|| ParseError::Syntax { what: error.to_string() }),
    )
}

/// Builds a value and remembers, besides serde's error text, why it refused one.
#[derive(Clone, Copy)]
struct Strict<'a> {
    depth: usize,
    refused: &'a Cell<Option<ParseError>>,
}

impl Strict<'_> {
    fn refuse<E: Error>(self, why: ParseError) -> E {
        let error = E::custom(&why);
        self.refused.set(Some(why));
        error
    }

    fn inside<E: Error>(self) -> Result<Self, E> {
        if self.depth == DEPTH_MAX {
            return Err(self.refuse(ParseError::Depth));
        }
        Ok(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        // The absolute value of the smallest i64 does not fit into an i64.
        if value.unsigned_abs() <= SAFE_INTEGER_MAX.unsigned_abs() {
            return Ok(Value::from(value));
        }
        self.visit_f64(value as f64)
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        match i64::try_from(value) {
            Ok(value) => self.visit_i64(value),
            Err(_) => self.visit_f64(value as f64),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        if value.fract() == 0.0 && value.abs() <= SAFE_INTEGER_MAX as f64 {
            return Ok(Value::from(value as i64));
        }
        let number = Number::from_f64(value).ok_or_else(|| E::custom("number out of range"))?;
        Ok(Value::Number(number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inside)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let inside = self.inside()?;
        let mut map = Map::new();
        while let Some(Key(key)) = members.next_key()? {
            if map.contains_key(&key) {
                return Err(self.refuse(ParseError::DuplicateKey { key }));
            }
            let value = members.next_value_seed(inside)?;
            map.insert(key, value);
        }
        Ok(Value::Object(map))
    }
}

/// An object's key: a string, never a number in disguise.
struct Key(String);

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        String::deserialize(reader).map(Self)
    }
}
