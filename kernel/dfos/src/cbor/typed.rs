//! Converts between Rust types with serde and values, through ciborium's own value.
//!
//! Always: the result keeps the same limits as decoded bytes. Off the hot path: it copies. `Option::None` becomes null;
//! a member that must be absent needs `skip_serializing_if`.

use ciborium::Value as Ciborium;
use serde::{Serialize, de::DeserializeOwned};

use super::{CborError, DEFAULT_DEPTH_MAX, TAG_CID, Value};

/// The value of a serializable type.
pub fn from_typed<T: Serialize>(typed: &T) -> Result<Value, CborError> {
    let value = Ciborium::serialized(typed).map_err(|e| CborError::Typed(e.to_string()))?;
    from_ciborium(value, DEFAULT_DEPTH_MAX)
}

/// A deserializable type from its value.
pub fn to_typed<T: DeserializeOwned>(value: &Value) -> Result<T, CborError> {
    to_ciborium(value)
        .deserialized()
        .map_err(|e| CborError::Typed(e.to_string()))
}

fn from_ciborium(value: Ciborium, depth_left: usize) -> Result<Value, CborError> {
    let deeper = || {
        depth_left
            .checked_sub(1)
            .ok_or(CborError::Depth(DEFAULT_DEPTH_MAX))
    };
    Ok(match value {
        Ciborium::Null => Value::Null,
        Ciborium::Bool(bool) => Value::Bool(bool),
        Ciborium::Integer(int) => {
            Value::Int(i64::try_from(int).map_err(|_| CborError::IntegerRange)?)
        }
        Ciborium::Text(text) => Value::Text(text),
        Ciborium::Bytes(bytes) => Value::Bytes(bytes),
        Ciborium::Float(_) => return Err(CborError::Float),
        Ciborium::Tag(TAG_CID, inner) => match *inner {
            Ciborium::Bytes(bytes) => bytes
                .strip_prefix(&[0])
                .and_then(|cid| crate::cid::from_bytes(cid).ok())
                .map(Value::Link)
                .ok_or(CborError::Link)?,
            _ => return Err(CborError::Link),
        },
        Ciborium::Tag(tag, _) => return Err(CborError::Tag(tag)),
        Ciborium::Array(items) => {
            let depth_left = deeper()?;
            let items = items
                .into_iter()
                .map(|item| from_ciborium(item, depth_left));
            Value::List(items.collect::<Result<_, _>>()?)
        }
        Ciborium::Map(members) => {
            let depth_left = deeper()?;
            let mut map = std::collections::BTreeMap::new();
            for (key, value) in members {
                let Ciborium::Text(key) = key else {
                    return Err(CborError::Key);
                };
                if map.insert(key, from_ciborium(value, depth_left)?).is_some() {
                    return Err(CborError::DuplicateKey);
                }
            }
            Value::Map(map)
        }
        _ => return Err(CborError::Typed("an unknown kind of value".to_owned())),
    })
}

fn to_ciborium(value: &Value) -> Ciborium {
    match value {
        Value::Null => Ciborium::Null,
        Value::Bool(bool) => Ciborium::Bool(*bool),
        Value::Int(int) => Ciborium::from(*int),
        Value::Text(text) => Ciborium::Text(text.clone()),
        Value::Bytes(bytes) => Ciborium::Bytes(bytes.clone()),
        Value::Link(cid) => {
            let mut bytes = vec![0];
            bytes.extend_from_slice(&cid.to_bytes());
            Ciborium::Tag(TAG_CID, Box::new(Ciborium::Bytes(bytes)))
        }
        Value::List(items) => Ciborium::Array(items.iter().map(to_ciborium).collect()),
        Value::Map(members) => Ciborium::Map(
            members
                .iter()
                .map(|(key, value)| (Ciborium::Text(key.clone()), to_ciborium(value)))
                .collect(),
        ),
    }
}
