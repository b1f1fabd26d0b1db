//! Facts: the part of an entry that other state depends on and that is never erased (docs/format.md §2). They are so
//! small and so restricted that no person's words fit in: integers, ids, and short lists of those.

mod codec;

use crate::SAFE_INTEGER_MAX;
use crate::id::IdText;
use std::collections::BTreeMap;

/// Maximum number of keys.
pub const KEYS_MAX: usize = 16;
/// Maximum bytes of a key.
pub const KEY_BYTES_MAX: usize = 32;
/// Maximum number of items in a list.
pub const LIST_MAX: usize = 64;
/// Maximum bytes of the dag-cbor form.
pub const CBOR_BYTES_MAX: usize = 512;

/// A map of 1 to 16 keys `[a-z][a-z0-9_]{0,31}`, at most 512 bytes as dag-cbor.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Fact(BTreeMap<String, FactValue>);

/// A value in a fact.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FactValue {
    /// An integer within ±(2^53 − 1).
    Int(i64),
    /// A DID, a CID, or another id.
    Id(IdText),
    /// A list of at most 64 items.
    List(Vec<FactItem>),
}

/// An item of a list in a fact.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FactItem {
    /// An integer within ±(2^53 − 1).
    Int(i64),
    /// A DID, a CID, or another id.
    Id(IdText),
}

/// Why something is not a fact.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "documented by the messages")]
pub enum FactError {
    #[error("a fact is a map of 1 to {KEYS_MAX} keys")]
    Keys,
    #[error("the fact's key {0:?} must be a lower-case letter and up to 31 of a-z 0-9 _")]
    Key(String),
    #[error("the fact's {0:?} is an integer beyond ±(2^53 − 1)")]
    Integer(String),
    #[error(
        "the fact's {0:?} must be an integer, an id (A-Z a-z 0-9 : . _ % + @ / -, no email DID), or a list of those"
    )]
    Value(String),
    #[error("the fact's list {0:?} has more than {LIST_MAX} items")]
    List(String),
    #[error(
        "the fact has {0} bytes as dag-cbor; at most {CBOR_BYTES_MAX} may stay for ever: the rest belongs in the body"
    )]
    TooLarge(usize),
}

impl Fact {
    /// Checks the values and builds a fact; of two values with one key the later wins.
    pub fn new<K: Into<String>>(
        members: impl IntoIterator<Item = (K, FactValue)>,
    ) -> Result<Self, FactError> {
        let mut map = BTreeMap::new();
        for (key, value) in members {
            map.insert(key.into(), value);
        }
        Self::from_members(map)
    }

    fn from_members(members: BTreeMap<String, FactValue>) -> Result<Self, FactError> {
        if members.is_empty() || members.len() > KEYS_MAX {
            return Err(FactError::Keys);
        }
        for (key, value) in &members {
            check(key, value)?;
        }
        let fact = Self(members);
        match fact.cbor_len() {
            0..=CBOR_BYTES_MAX => Ok(fact),
            length => Err(FactError::TooLarge(length)),
        }
    }

    /// Returns the value of a key.
    pub fn get(&self, key: &str) -> Option<&FactValue> {
        self.0.get(key)
    }

    /// Returns the value of a key, if it is an integer.
    pub fn int(&self, key: &str) -> Option<i64> {
        match self.get(key)? {
            FactValue::Int(int) => Some(*int),
            _ => None,
        }
    }

    /// Returns the value of a key, if it is an id.
    pub fn id(&self, key: &str) -> Option<&IdText> {
        match self.get(key)? {
            FactValue::Id(id) => Some(id),
            _ => None,
        }
    }

    /// Returns the value of a key, if it is a list.
    pub fn list(&self, key: &str) -> Option<&[FactItem]> {
        match self.get(key)? {
            FactValue::List(items) => Some(items),
            _ => None,
        }
    }

    /// Returns the value of a key, if it is a list of ids only.
    pub fn ids(&self, key: &str) -> Option<Vec<&IdText>> {
        let items = self.list(key)?.iter();
        items
            .map(|item| match item {
                FactItem::Id(id) => Some(id),
                FactItem::Int(_) => None,
            })
            .collect()
    }

    /// Returns all keys and values, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &FactValue)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value))
    }
}

fn check(key: &str, value: &FactValue) -> Result<(), FactError> {
    if !is_key(key) {
        // The key may have any length: the error shows its beginning.
        return Err(FactError::Key(key.chars().take(KEY_BYTES_MAX).collect()));
    }
    let in_range = |int: i64| {
        if int.unsigned_abs() <= SAFE_INTEGER_MAX.unsigned_abs() {
            Ok(())
        } else {
            Err(FactError::Integer(key.to_owned()))
        }
    };
    match value {
        FactValue::Int(int) => in_range(*int),
        FactValue::Id(_) => Ok(()),
        FactValue::List(items) if items.len() > LIST_MAX => Err(FactError::List(key.to_owned())),
        FactValue::List(items) => items.iter().try_for_each(|item| match item {
            FactItem::Int(int) => in_range(*int),
            FactItem::Id(_) => Ok(()),
        }),
    }
}

fn is_key(key: &str) -> bool {
    key.len() <= KEY_BYTES_MAX
        && key.bytes().next().is_some_and(|b| b.is_ascii_lowercase())
        && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

impl From<i64> for FactValue {
    fn from(int: i64) -> Self {
        Self::Int(int)
    }
}

impl From<IdText> for FactValue {
    fn from(id: IdText) -> Self {
        Self::Id(id)
    }
}

impl From<Vec<IdText>> for FactValue {
    fn from(ids: Vec<IdText>) -> Self {
        Self::List(ids.into_iter().map(FactItem::Id).collect())
    }
}

impl From<Vec<i64>> for FactValue {
    fn from(ints: Vec<i64>) -> Self {
        Self::List(ints.into_iter().map(FactItem::Int).collect())
    }
}

#[cfg(test)]
pub(crate) mod tests;
