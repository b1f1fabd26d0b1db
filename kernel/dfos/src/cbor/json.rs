//! Values as JSON, in two dialects that must not be mixed.
//!
//! *Plain* is what DFOS signs: numbers normalise to integers (`1.0` is 1), and bytes and links are refused. *dag-json*
//! is the form of bodies on the wire: bytes as `{"/":{"bytes":"<base64>"}}`, links as `{"/":"bafy…"}`. In both,
//! integers stay within ±(2^53 − 1), because other readers of JSON lose what is beyond.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::{CborError, DEFAULT_DEPTH_MAX, SAFE_INTEGER_MAX, Value};
use crate::base64;

/// dag-json's reserved key.
const RESERVED: &str = "/";
/// dag-json's name for bytes inside the reserved map.
const BYTES: &str = "bytes";

/// The value of a plain JSON document, as DFOS reads a payload.
///
/// For a document that arrived as text use [`crate::json::parse`], which also refuses duplicate keys: here they are
/// lost already.
pub fn from_json(json: &Json) -> Result<Value, CborError> {
    from(json, Dialect::Plain, DEFAULT_DEPTH_MAX)
}

/// The plain JSON document of a value.
///
/// # Errors
/// The value has bytes, links or integers that JSON cannot carry.
pub fn to_json(value: &Value) -> Result<Json, CborError> {
    to(value, Dialect::Plain)
}

/// The value of a dag-json document, the form of a body on the wire.
pub fn from_dag_json(json: &Json) -> Result<Value, CborError> {
    from(json, Dialect::Dag, DEFAULT_DEPTH_MAX)
}

/// The dag-json document of a value.
pub fn to_dag_json(value: &Value) -> Result<Json, CborError> {
    to(value, Dialect::Dag)
}

#[derive(Clone, Copy, PartialEq)]
enum Dialect {
    Plain,
    Dag,
}

fn from(json: &Json, dialect: Dialect, depth_left: usize) -> Result<Value, CborError> {
    let deeper = || depth_left.checked_sub(1).ok_or(CborError::Depth(DEFAULT_DEPTH_MAX));
    Ok(match json {
        Json::Null => Value::Null,
        Json::Bool(bool) => Value::Bool(*bool),
        Json::Number(number) => Value::Int(integer(number)?),
        Json::String(text) => Value::Text(text.clone()),
        Json::Array(items) => {
            let depth_left = deeper()?;
            let items = items.iter().map(|item| from(item, dialect, depth_left));
            Value::List(items.collect::<Result<_, _>>()?)
        }
        Json::Object(members) if dialect == Dialect::Dag && members.contains_key(RESERVED) => {
            reserved(members)?
        }
        Json::Object(members) => {
            let depth_left = deeper()?;
            let mut map = BTreeMap::new();
            for (key, value) in members {
                map.insert(key.clone(), from(value, dialect, depth_left)?);
            }
            Value::Map(map)
        }
    })
}

/// DFOS v1, "Numbers": whole numbers within ±(2^53 − 1) are integers however written; others are refused.
fn integer(number: &serde_json::Number) -> Result<i64, CborError> {
    if let Some(int) = number.as_i64() {
        return safe(int);
    }
    if number.is_u64() {
        return Err(CborError::IntegerRange);
    }
    match number.as_f64() {
        Some(float) => whole(float),
        None => Err(CborError::IntegerRange),
    }
}

/// The integer with the same value as a float.
pub(crate) fn whole(float: f64) -> Result<i64, CborError> {
    if !float.is_finite() {
        return Err(CborError::IntegerRange);
    }
    if float.fract() != 0.0 {
        return Err(CborError::Float);
    }
    // Exact within the limit; the cast saturates beyond it, where the range check refuses.
    safe(float as i64)
}

/// An integer that every JSON implementation reads exactly.
fn safe(int: i64) -> Result<i64, CborError> {
    if (-SAFE_INTEGER_MAX..=SAFE_INTEGER_MAX).contains(&int) {
        Ok(int)
    } else {
        Err(CborError::IntegerRange)
    }
}

/// IPLD dag-json: a map with the key `/` is a link or bytes, in exactly these two shapes.
fn reserved(members: &serde_json::Map<String, Json>) -> Result<Value, CborError> {
    const SHAPE: CborError =
        CborError::Json("a map with the key \"/\" is neither a link nor bytes");
    if members.len() != 1 {
        return Err(SHAPE);
    }
    match members.get(RESERVED) {
        Some(Json::String(cid)) => {
            crate::cid::parse_cid(cid).map(Value::Link).map_err(|_| CborError::Link)
        }
        Some(Json::Object(inner)) if inner.len() == 1 => match inner.get(BYTES) {
            Some(Json::String(text)) => base64::decode_std(text)
                .map(Value::Bytes)
                .map_err(|_| CborError::Json("bytes are not unpadded base64")),
            _ => Err(SHAPE),
        },
        _ => Err(SHAPE),
    }
}

/// Loops rather than iterator chains, and a function for each container: the deepest value that DFOS allows must fit a
/// small stack even in unoptimised builds.
fn to(value: &Value, dialect: Dialect) -> Result<Json, CborError> {
    Ok(match value {
        Value::Null => Json::Null,
        Value::Bool(bool) => Json::Bool(*bool),
        Value::Int(int) => Json::from(safe(*int)?),
        Value::Text(text) => Json::String(text.clone()),
        Value::List(items) => return to_array(items, dialect),
        Value::Map(members) => return to_object(members, dialect),
        Value::Bytes(_) | Value::Link(_) if dialect == Dialect::Plain => {
            return Err(CborError::Json("plain JSON has no bytes and no links"));
        }
        Value::Bytes(bytes) => {
            let text = Json::String(base64::encode_std(bytes));
            single(RESERVED, single(BYTES, text))
        }
        Value::Link(cid) => single(RESERVED, Json::String(cid.to_string())),
    })
}

fn to_array(items: &[Value], dialect: Dialect) -> Result<Json, CborError> {
    let mut array = Vec::with_capacity(items.len());
    for item in items {
        array.push(to(item, dialect)?);
    }
    Ok(Json::Array(array))
}

fn to_object(members: &BTreeMap<String, Value>, dialect: Dialect) -> Result<Json, CborError> {
    if dialect == Dialect::Dag && members.contains_key(RESERVED) {
        return Err(CborError::Json("the key \"/\" is reserved"));
    }
    let mut object = serde_json::Map::with_capacity(members.len());
    for (key, value) in members {
        object.insert(key.clone(), to(value, dialect)?);
    }
    Ok(Json::Object(object))
}

fn single(key: &str, value: Json) -> Json {
    let mut map = serde_json::Map::new();
    map.insert(key.to_owned(), value);
    Json::Object(map)
}
