//! From bytes to a value, refusing everything that is not the value's one form.
//!
//! Always: reads with an explicit stack, so that depth costs memory that was paid for in input bytes and
//! never the thread's stack; allocates no more than the input justifies. ciborium's decoder accepts long
//! integers, unsorted keys and indefinite lengths, so the value is written again and compared.

use std::collections::BTreeMap;

use ciborium_ll::{Decoder, Error, Header, simple};

use super::encode::is_form_of;
use super::{CborError, TAG_CID, Value};

/// Levels of lists and maps that [`decode`] allows: far more than any document of ours has.
pub const DEFAULT_DEPTH_MAX: usize = 128;

/// Items for which a list reserves room at once; a longer one grows as its items really arrive.
const RESERVE_ITEMS: usize = 64;

/// Reads one value that takes up all of `bytes`, at most [`DEFAULT_DEPTH_MAX`] levels deep.
pub fn decode(bytes: &[u8]) -> Result<Value, CborError> {
    decode_with(bytes, DEFAULT_DEPTH_MAX)
}

/// Reads one value that takes up all of `bytes`, at most `depth_max` lists and maps inside each other.
pub fn decode_with(bytes: &[u8], depth_max: usize) -> Result<Value, CborError> {
    let mut reader = Reader {
        input: bytes,
        at: 0,
    };
    let value = reader.value(depth_max)?;
    let left = bytes.len() - reader.at;
    if left > 0 {
        return Err(CborError::Trailing(left));
    }
    if !is_form_of(bytes, &value) {
        return Err(CborError::NotCanonical);
    }
    Ok(value)
}

/// A list or map whose items are still arriving.
enum Open {
    List {
        items: Vec<Value>,
        left: usize,
    },
    Map {
        members: BTreeMap<String, Value>,
        key: String,
        left: usize,
    },
}

struct Reader<'a> {
    input: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth_max: usize) -> Result<Value, CborError> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            let mut done = match self.item()? {
                Item::Scalar(value) => value,
                Item::List(0) => Value::List(Vec::new()),
                Item::Map(0) => Value::Map(BTreeMap::new()),
                container => {
                    if open.len() >= depth_max {
                        return Err(CborError::Depth(depth_max));
                    }
                    open.push(self.open(container)?);
                    continue;
                }
            };
            // A finished value belongs to the innermost open container, and may finish that one too.
            loop {
                match open.pop() {
                    None => return Ok(done),
                    Some(container) => match self.put(container, done)? {
                        Put::Open(container) => {
                            open.push(container);
                            break;
                        }
                        Put::Done(value) => done = value,
                    },
                }
            }
        }
    }

    fn open(&mut self, container: Item) -> Result<Open, CborError> {
        Ok(match container {
            Item::Map(left) => Open::Map {
                members: BTreeMap::new(),
                key: self.key()?,
                left,
            },
            Item::List(left) => Open::List {
                items: Vec::with_capacity(left.min(RESERVE_ITEMS)),
                left,
            },
            Item::Scalar(_) => return Err(CborError::Malformed(self.at)),
        })
    }

    fn put(&mut self, container: Open, value: Value) -> Result<Put, CborError> {
        Ok(match container {
            Open::List { mut items, left } => {
                items.push(value);
                match left - 1 {
                    0 => Put::Done(Value::List(items)),
                    left => Put::Open(Open::List { items, left }),
                }
            }
            Open::Map {
                mut members,
                key,
                left,
            } => {
                if members.insert(key, value).is_some() {
                    return Err(CborError::DuplicateKey);
                }
                match left - 1 {
                    0 => Put::Done(Value::Map(members)),
                    left => Put::Open(Open::Map {
                        members,
                        key: self.key()?,
                        left,
                    }),
                }
            }
        })
    }

    fn item(&mut self) -> Result<Item, CborError> {
        let start = self.at;
        let scalar = match self.header()? {
            Header::Positive(int) => {
                Value::Int(i64::try_from(int).map_err(|_| CborError::IntegerRange)?)
            }
            Header::Negative(inverted) => {
                Value::Int(!i64::try_from(inverted).map_err(|_| CborError::IntegerRange)?)
            }
            Header::Text(len) => Value::Text(self.text(len)?),
            Header::Bytes(len) => Value::Bytes(self.take(len)?.to_vec()),
            Header::Array(len) => return Ok(Item::List(self.count(len, 1)?)),
            Header::Map(len) => return Ok(Item::Map(self.count(len, 2)?)),
            Header::Simple(simple::NULL) => Value::Null,
            Header::Simple(simple::FALSE) => Value::Bool(false),
            Header::Simple(simple::TRUE) => Value::Bool(true),
            Header::Simple(other) => return Err(CborError::Simple(other)),
            Header::Tag(TAG_CID) => self.link()?,
            Header::Tag(other) => return Err(CborError::Tag(other)),
            Header::Float(_) => return Err(CborError::Float),
            Header::Break => return Err(CborError::Malformed(start)),
        };
        Ok(Item::Scalar(scalar))
    }

    fn header(&mut self) -> Result<Header, CborError> {
        let rest = self.input.get(self.at..).unwrap_or_default();
        let mut decoder = Decoder::from(rest);
        let header = decoder.pull().map_err(|error| match error {
            Error::Io(_) => CborError::Truncated,
            Error::Syntax(offset) => CborError::Malformed(self.at + offset),
        })?;
        self.at += decoder.offset();
        Ok(header)
    }

    fn key(&mut self) -> Result<String, CborError> {
        match self.header()? {
            Header::Text(len) => self.text(len),
            _ => Err(CborError::Key),
        }
    }

    fn text(&mut self, len: Option<usize>) -> Result<String, CborError> {
        let bytes = self.take(len)?;
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(text.to_owned()),
            Err(_) => Err(CborError::Utf8),
        }
    }

    fn link(&mut self) -> Result<Value, CborError> {
        let Header::Bytes(len) = self.header()? else {
            return Err(CborError::Link);
        };
        let bytes = self.take(len)?.strip_prefix(&[0]).ok_or(CborError::Link)?;
        crate::cid::from_bytes(bytes)
            .map(Value::Link)
            .map_err(|_| CborError::Link)
    }

    /// The next `len` bytes; an indefinite length is refused here.
    fn take(&mut self, len: Option<usize>) -> Result<&'a [u8], CborError> {
        let len = len.ok_or(CborError::NotCanonical)?;
        let end = self.at.checked_add(len).ok_or(CborError::Truncated)?;
        let taken = self.input.get(self.at..end).ok_or(CborError::Truncated)?;
        self.at = end;
        Ok(taken)
    }

    /// A count of items, each of which needs at least `bytes_min` of the input that is left.
    fn count(&self, len: Option<usize>, bytes_min: usize) -> Result<usize, CborError> {
        let len = len.ok_or(CborError::NotCanonical)?;
        if len > (self.input.len() - self.at) / bytes_min {
            return Err(CborError::Truncated);
        }
        Ok(len)
    }
}

enum Item {
    Scalar(Value),
    List(usize),
    Map(usize),
}

enum Put {
    Open(Open),
    Done(Value),
}
