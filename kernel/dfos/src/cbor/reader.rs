//! Reads dag-cbor item by item, straight from the bytes: to build values, and to read a known shape without building
//! one.
//!
//! Always: an item is accepted only in its single form (shortest heads, keys in dag-cbor's order), so that bytes which
//! read to their end without an error are the only encoding of their content. ciborium's decoder alone would also
//! accept long integers, unsorted keys and indefinite lengths. Nothing is copied.

use std::cmp::Ordering;

use ciborium_ll::{Decoder, Error, Header, simple};
use cid::Cid;

use super::{CborError, TAG_CID};

/// Reads items one after another.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    input: &'a [u8],
    at: usize,
}

/// One item; for a list or map its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Item<'a> {
    /// Null.
    Null,
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A text string.
    Text(&'a str),
    /// A byte string.
    Bytes(&'a [u8]),
    /// A link.
    Link(Cid),
    /// A list with this many items, which follow.
    List(usize),
    /// A map with this many members, which follow.
    Map(usize),
}

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    pub fn new(input: &'a [u8]) -> Self {
        Self { input, at: 0 }
    }

    /// The next item.
    pub fn item(&mut self) -> Result<Item<'a>, CborError> {
        let start = self.at;
        Ok(match self.head()? {
            Header::Positive(int) => {
                Item::Int(i64::try_from(int).map_err(|_| CborError::IntegerRange)?)
            }
            Header::Negative(inverted) => {
                Item::Int(!i64::try_from(inverted).map_err(|_| CborError::IntegerRange)?)
            }
            Header::Text(len) => Item::Text(self.text(len)?),
            Header::Bytes(len) => Item::Bytes(self.take(len)?),
            Header::Array(len) => Item::List(self.count(len, 1)?),
            Header::Map(len) => Item::Map(self.count(len, 2)?),
            Header::Simple(simple::NULL) => Item::Null,
            Header::Simple(simple::FALSE) => Item::Bool(false),
            Header::Simple(simple::TRUE) => Item::Bool(true),
            Header::Simple(other) => return Err(CborError::Simple(other)),
            Header::Tag(TAG_CID) => Item::Link(self.link()?),
            Header::Tag(other) => return Err(CborError::Tag(other)),
            Header::Float(_) => return Err(CborError::Float),
            Header::Break => return Err(CborError::Malformed(start)),
        })
    }

    /// The next key of a map, which must come after `before`: by length, then by bytes (IPLD dag-cbor, "Map keys").
    pub fn key(&mut self, before: Option<&str>) -> Result<&'a str, CborError> {
        let Header::Text(len) = self.head()? else {
            return Err(CborError::Key);
        };
        let key = self.text(len)?;
        let order = before
            .map_or(Ordering::Greater, |before| (key.len(), key).cmp(&(before.len(), before)));
        match order {
            Ordering::Greater => Ok(key),
            Ordering::Equal => Err(CborError::DuplicateKey),
            Ordering::Less => Err(CborError::NotCanonical),
        }
    }

    /// Checks that nothing follows.
    pub fn end(&self) -> Result<(), CborError> {
        match self.input.len() - self.at {
            0 => Ok(()),
            left => Err(CborError::Trailing(left)),
        }
    }

    fn head(&mut self) -> Result<Header, CborError> {
        let rest = self.input.get(self.at..).unwrap_or_default();
        let mut decoder = Decoder::from(rest);
        let head = decoder.pull().map_err(|error| match error {
            Error::Io(_) => CborError::Truncated,
            Error::Syntax(offset) => CborError::Malformed(self.at + offset),
        })?;
        self.at += decoder.offset();
        if shortest(&head).is_some_and(|bytes| bytes != decoder.offset()) {
            return Err(CborError::NotCanonical);
        }
        Ok(head)
    }

    fn text(&mut self, len: Option<usize>) -> Result<&'a str, CborError> {
        std::str::from_utf8(self.take(len)?).map_err(|_| CborError::Utf8)
    }

    fn link(&mut self) -> Result<Cid, CborError> {
        let Header::Bytes(len) = self.head()? else {
            return Err(CborError::Link);
        };
        let bytes = self.take(len)?.strip_prefix(&[0]).ok_or(CborError::Link)?;
        crate::cid::from_bytes(bytes).map_err(|_| CborError::Link)
    }

    /// The next `len` bytes; refuses an indefinite length.
    fn take(&mut self, len: Option<usize>) -> Result<&'a [u8], CborError> {
        let len = len.ok_or(CborError::NotCanonical)?;
        let end = self.at.checked_add(len).ok_or(CborError::Truncated)?;
        let taken = self.input.get(self.at..end).ok_or(CborError::Truncated)?;
        self.at = end;
        Ok(taken)
    }

    /// A number of items, each of which needs at least `bytes_min` bytes of the remaining input.
    fn count(&self, len: Option<usize>, bytes_min: usize) -> Result<usize, CborError> {
        let len = len.ok_or(CborError::NotCanonical)?;
        if len > (self.input.len() - self.at) / bytes_min {
            return Err(CborError::Truncated);
        }
        Ok(len)
    }
}

impl<'a> Item<'a> {
    /// The text, if this is a text.
    pub fn as_str(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The integer, if this is a non-negative one.
    pub fn as_u64(self) -> Option<u64> {
        match self {
            Self::Int(int) => u64::try_from(int).ok(),
            _ => None,
        }
    }

    /// The bytes, if this is a byte string.
    pub fn as_bytes(self) -> Option<&'a [u8]> {
        match self {
            Self::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The CID, if this is a link.
    pub fn as_link(self) -> Option<Cid> {
        match self {
            Self::Link(cid) => Some(cid),
            _ => None,
        }
    }
}

/// The length of an item's head in its shortest form (RFC 8949 section 4.2.1).
fn shortest(head: &Header) -> Option<usize> {
    let argument = match head {
        Header::Positive(argument) | Header::Negative(argument) | Header::Tag(argument) => {
            *argument
        }
        Header::Simple(value) => u64::from(*value),
        Header::Bytes(len) | Header::Text(len) | Header::Array(len) | Header::Map(len) => {
            (*len)? as u64
        }
        Header::Float(_) | Header::Break => return None,
    };
    Some(match argument {
        0..24 => 1,
        24..0x100 => 2,
        0x100..0x1_0000 => 3,
        0x1_0000..0x1_0000_0000 => 5,
        _ => 9,
    })
}
