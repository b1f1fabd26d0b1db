//! The bodies that an erasure may name when it follows from another operation (docs/format.md §9), as data.

use super::leak;

/// Entries whose bodies an erasure may name: they have one of these operations, and all of these fields are equal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErasureScope {
    /// The operations of the entries; every operation if the list is empty.
    pub ops: &'static [&'static str],
    /// Fields of the entry, each with the field of the intent that determines it.
    pub equal: &'static [(EntryField, EntryField)],
    /// The operation that puts items into others by `fact.in`: `ref` may also be an item below the intent's.
    pub below: Option<&'static str>,
}

/// A field of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryField {
    /// `did`: the log that the entry is in.
    Did,
    /// The entry's `ref`.
    Ref,
    /// The entry's `author`.
    Author,
    /// The member of this name of the fact. If it is a list, each of its items.
    Fact(&'static str),
}

impl ErasureScope {
    /// Every body of the log.
    pub const WHOLE_LOG: Self = Self { ops: &[], equal: &[], below: None };

    /// Selects the bodies of these operations whose field equals the intent's.
    ///
    /// # Panics
    ///
    /// Fails the build if a constant lacks an operation or a field.
    pub const fn new(
        ops: &'static [&'static str],
        equal: &'static [(EntryField, EntryField)],
    ) -> Self {
        assert!(!ops.is_empty() && !equal.is_empty());
        Self { ops, equal, below: None }
    }

    /// Includes the items below the intent's, as entries of `op` say by `fact.in`.
    #[must_use]
    pub const fn below(self, op: &'static str) -> Self {
        Self { below: Some(op), ..self }
    }
}

impl EntryField {
    /// Returns the name in the table of operations.
    pub fn name(self) -> String {
        match self {
            Self::Did => "did".to_owned(),
            Self::Ref => "ref".to_owned(),
            Self::Author => "author".to_owned(),
            Self::Fact(member) => format!("fact.{member}"),
        }
    }

    pub(crate) fn parse(name: String) -> Option<Self> {
        match name.as_str() {
            "did" => Some(Self::Did),
            "ref" => Some(Self::Ref),
            "author" => Some(Self::Author),
            _ => {
                let member = name.strip_prefix("fact.");
                let member = member.filter(|member| !member.is_empty())?;
                Some(Self::Fact(leak(member.to_owned())))
            }
        }
    }
}
