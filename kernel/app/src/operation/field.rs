//! The trait that makes a type a field of an operation.

use std::collections::BTreeMap;
use std::fmt;

use imajin_dfos::Value;
use serde_json::Value as Json;

use super::sample::Words;

/// A type that fields of operations can have. Values of facts are read as bodies' are: integers, texts and lists.
pub trait Field: Sized {
    /// Whether the field may be left out.
    const IS_OPTIONAL: bool = false;

    /// Reads a value, strictly.
    fn read(value: &Value) -> Result<Self, Invalid>;

    /// Reads a value of an entry, which a later version may have written. An unknown value gets the meaning that its
    /// type declares.
    fn read_entered(value: &Value) -> Result<Self, Invalid> {
        Self::read(value)
    }

    /// The value of a field that was left out; `None` if the field is required.
    fn absent() -> Option<Self> {
        None
    }

    /// The value; `None` if the field is left out.
    fn write(&self) -> Option<Value>;

    /// The JSON Schema (2020-12) of the type.
    fn schema() -> Json;

    /// A value that it may have, with fresh words in all that people write themselves.
    fn sample(words: &mut Words) -> Value;
}

/// A text that is one of a few. Derived.
pub trait Choice: Sized + 'static {
    /// All choices, in the order of their declaration.
    const ALL: &'static [Self];

    /// The name of the choice.
    fn name(&self) -> &'static str;

    /// The one of this name.
    fn from_name(name: &str) -> Option<Self>;
}

/// An invalid value's message, which is printed after the name of its field: `[2].url must be …`. Boxed, so that the
/// success path stays small.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid(Box<At>);

/// The place in the value, and the message.
#[derive(Debug, Clone, PartialEq, Eq)]
struct At {
    path: String,
    what: String,
}

impl Invalid {
    /// Makes an error of the value itself: `must be a text`.
    pub fn new(what: impl Into<String>) -> Self {
        Self(Box::new(At { path: String::new(), what: what.into() }))
    }

    /// Makes an error of a value that is not one of these.
    pub fn choice(names: &[&str]) -> Self {
        Self::new(format!("must be one of {}", names.join(", ")))
    }

    /// Moves the error into a part of the value: an index or a member.
    #[must_use]
    pub fn inside(mut self, part: impl fmt::Display) -> Self {
        self.0.path = format!("{part}{}", self.0.path);
        self
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.0.path, self.0.what)
    }
}

/// The members of a map that has no others than these.
///
/// # Errors
/// The value is not a map, or has another member.
pub fn members<'v>(
    value: &'v Value,
    names: &[&str],
) -> Result<&'v BTreeMap<String, Value>, Invalid> {
    let shape = || format!("must be {{{}}} and nothing else", names.join(", "));
    let map = value.as_map().ok_or_else(|| Invalid::new(shape()))?;
    if map.keys().all(|key| names.contains(&key.as_str())) {
        Ok(map)
    } else {
        Err(Invalid::new(shape()))
    }
}

/// Returns the members of a map, with any names.
///
/// # Errors
/// The value is not a map.
pub fn any_members(value: &Value) -> Result<&BTreeMap<String, Value>, Invalid> {
    value.as_map().ok_or_else(|| Invalid::new("must be a map"))
}

/// A member of a map.
pub fn member<T: Field>(members: &BTreeMap<String, Value>, name: &str) -> Result<T, Invalid> {
    member_by(members, name, T::read)
}

/// A member of a map in an entry.
pub fn member_entered<T: Field>(
    members: &BTreeMap<String, Value>,
    name: &str,
) -> Result<T, Invalid> {
    member_by(members, name, T::read_entered)
}

fn member_by<T: Field>(
    members: &BTreeMap<String, Value>,
    name: &str,
    read: fn(&Value) -> Result<T, Invalid>,
) -> Result<T, Invalid> {
    let read = match members.get(name) {
        Some(value) => read(value),
        None => T::absent().ok_or_else(|| Invalid::new("is missing")),
    };
    read.map_err(|invalid| invalid.inside(format_args!(".{name}")))
}
